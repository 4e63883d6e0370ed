// A stage whose capacity changes at a moment, as a deterministic fluid queue: so many arrive and can be done a second
// before and after. For tests of what is compared over a change; the simulation next door is for what is random.
import type { JudgeInput, PlacePoint } from '@narrows/contract';

export interface Change {
  arrivalsPerSecond: (second: number) => number;
  capacityPerSecond: (second: number) => number;
  serviceMs?: number;
  errorShare?: (second: number) => number;
}

const BEGIN_MS = 1_626_692_400_000;

/** `input(from, to)`: the window of these seconds. A little breathing keeps intervals from being nothing. */
export function changedPlace({ arrivalsPerSecond, capacityPerSecond, serviceMs = 500, errorShare = () => 0 }: Change, seconds: number): { beginMs: number; input: (from: number, to: number) => JudgeInput } {
  const points: PlacePoint[] = [];
  let line = 0;
  for (let second = 0; second < seconds; second += 1) {
    const begun = arrivalsPerSecond(second) * (1 + 0.1 * Math.sin(second));
    const capacity = capacityPerSecond(second);
    const completions = Math.round(Math.min(capacity, line + begun));
    line = Math.max(0, line + begun - completions);
    const servers = Math.round((capacity * serviceMs) / 1_000);
    const residence = serviceMs * (1 + 0.05 * Math.cos(second)) + (line / capacity) * 1_000;
    const atWork = Math.min(servers, Math.round((completions * serviceMs) / 1_000));
    points.push({
      atMs: BEGIN_MS + second * 1_000, completions, errors: Math.round(completions * errorShare(second)), residenceMsSum: completions * residence, downstreamMsSum: 0,
      residenceMsP50: null, residenceMsP95: residence, begun, inFlight: Math.round(line) + atWork, oldestMs: residence, waitingOn: { method: Math.round(line) + atWork }, limit: servers, queued: null,
    });
  }
  return {
    beginMs: BEGIN_MS,
    input: (from, to) => ({
      fromMs: BEGIN_MS + from * 1_000, toMs: BEGIN_MS + to * 1_000, edges: [],
      pipeline: { id: 'vaccine', stages: [{ id: 'identity', name: { ko: '본인인증', en: 'Identity' }, deliberate: false }] },
      places: [{ pipeline: 'vaccine', stage: 'identity', channel: '', service: 'identity', deliberate: false, points: points.slice(from, to) }],
    }),
  };
}
