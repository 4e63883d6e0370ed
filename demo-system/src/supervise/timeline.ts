// What a scenario says will happen by itself: faults that come and go, and what the operators of that day did. Times are
// on the crowd's timeline, so that `--speed` moves the opening and the outage alike.
import type { ScenarioFrame } from '../scenario.js';
import type { FaultWish } from './fault-desk.js';
import type { OperatorAction } from './operations.js';

export interface TimelineHands {
  start(wish: FaultWish): Promise<void>;
  stop(fault: string, target?: string): Promise<void>;
  operate(action: OperatorAction): Promise<void>;
  /** Something that was to happen could not. */
  trouble(sentence: string): void;
}

/** Set a timer for each event. Answers the timers. */
export function followTimeline({ faults, operations }: Pick<ScenarioFrame, 'faults' | 'operations'>, clock: { beganAtMs: number; speed: number }, hands: TimelineHands): NodeJS.Timeout[] {
  const at = (second: number, work: () => Promise<void>) => setTimeout(() => {
    work().catch((error: unknown) => hands.trouble(error instanceof Error ? error.message : String(error)));
  }, clock.beganAtMs + second / clock.speed * 1_000 - Date.now());
  return [
    ...faults.flatMap(({ fromSeconds, toSeconds, ...wish }) => [
      at(fromSeconds, () => hands.start(wish)),
      ...(toSeconds === null ? [] : [at(toSeconds, () => hands.stop(wish.fault, wish.target))]),
    ]),
    ...operations.map(({ atSeconds, operation }) => at(atSeconds, () => hands.operate(operation))),
  ];
}
