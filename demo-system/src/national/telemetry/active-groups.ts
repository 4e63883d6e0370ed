// What has begun and not ended, as the agents report it every second: groups of transactions with what they have in common,
// counted by age. Requests that take milliseconds are open at a report only where they stand across it; verifications take
// minutes and are counted by the second in which they began.
import { ACTIVE_METRIC, AGE_BANDS, ATTR, type ActiveState } from '@narrows/contract';
import type { AttributeValue } from './protobuf-writer.js';

export interface GroupSpec { service: string; method: string; route: string; step?: string; channel?: string; state: ActiveState; long: boolean }

const SECOND_MS = 1_000;
/** Seconds that a short request may stand across. */
const RING = 64;
/** A group that has been idle for so long is reported no more until something is in it again. */
const IDLE_MAX_MS = 60_000;

export class ActiveGroup {
  readonly spec: GroupSpec;
  begun = 0;
  readonly #bySecond: Int32Array;
  readonly #crossing = new Int32Array(RING);
  #open = 0;
  #oldestSecond = 0;
  #busyMs = Number.NEGATIVE_INFINITY;

  constructor(spec: GroupSpec, daySeconds: number) {
    this.spec = spec;
    this.#bySecond = new Int32Array(spec.long ? daySeconds + 2 : 0);
  }

  /** A request of which the end is known already. */
  passed(beganMs: number, endedMs: number): void {
    this.begun++;
    const last = Math.floor(endedMs / SECOND_MS);
    for (let second = Math.floor(beganMs / SECOND_MS) + 1; second <= last; second++) this.#crossing[second % RING]!++;
  }

  began(atMs: number): void {
    this.begun++;
    this.#open++;
    this.#bySecond[Math.floor(atMs / SECOND_MS)]!++;
  }

  ended(beganMs: number): void {
    this.#open--;
    this.#bySecond[Math.floor(beganMs / SECOND_MS)]!--;
  }

  /** Null where nothing has been in the group for a minute, as the agent has it. Else what is open at the end of a second by age band, and the age of the oldest; then the next second begins. */
  report(atMs: number): { bands: number[]; oldestMs: number; begun: number } | null {
    const second = Math.round(atMs / SECOND_MS);
    const { begun } = this;
    if (begun > 0 || this.#open > 0) this.#busyMs = atMs;
    else if (atMs - this.#busyMs >= IDLE_MAX_MS) return null;
    this.begun = 0;
    if (!this.spec.long) {
      const open = this.#crossing[second % RING]!;
      this.#crossing[second % RING] = 0;
      return { bands: [open], oldestMs: open > 0 ? 1 : 0, begun };
    }
    const sum = (from: number, to: number) => { let open = 0; for (let s = Math.max(0, from); s < to; s++) open += this.#bySecond[s]!; return open; };
    const young = sum(second - 3, second);
    const middle = sum(second - 8, second - 3);
    while (this.#oldestSecond < second && this.#bySecond[this.#oldestSecond] === 0) this.#oldestSecond++;
    return { bands: [young, middle, this.#open - young - middle], oldestMs: this.#open > 0 ? (second - this.#oldestSecond) * SECOND_MS : 0, begun };
  }
}

/** Attributes of a group's points. */
export function groupAttributes({ method, route, step, channel }: GroupSpec): Record<string, AttributeValue | undefined> {
  return {
    [ATTR.operation]: `${method} ${route}`, [ATTR.spanKind]: 'server', [ATTR.httpMethod]: method, [ATTR.httpRoute]: route, 'identity.channel': channel, 'booking.step': step,
  };
}

export const BAND_ATTRIBUTES = (group: GroupSpec, band: number): Record<string, AttributeValue | undefined> => ({ ...groupAttributes(group), [ATTR.ageBand]: AGE_BANDS[band], [ATTR.activeState]: group.state });

/** The three metrics as the agent describes them. */
export const ACTIVE_METRICS = {
  transactions: { name: ACTIVE_METRIC.transactions, unit: '{transaction}', description: 'Open transactions by age and by what they wait on', delta: false },
  begun: { name: ACTIVE_METRIC.begun, unit: '{transaction}', description: 'Transactions begun since the last report', delta: true },
  oldest: { name: ACTIVE_METRIC.oldestMs, unit: 'ms', description: 'Age of the oldest open transaction', delta: false },
} as const;
