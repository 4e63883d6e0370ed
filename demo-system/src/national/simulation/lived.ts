// What people lived through, counted from their side: who came, was served, thrown back, gave up, how long it took; hour by
// hour, and at the moment when the line was longest the reasons why it was so long.
import { REASONS, type Reason, type WaitingLine } from './waiting-line.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What is counted by hour. */
export const COUNTS = ['requests', 'arrived', 'places', 'admitted', 'claimed', 'verified', 'booked', 'thrownBack', 'gaveUp', 'notEligible', 'sentAway', 'blockedDevices'] as const;
export type Count = (typeof COUNTS)[number];
const INDEX = Object.fromEntries(COUNTS.map((what, i) => [what, i])) as Record<Count, number>;

export interface LongestLine {
  atMs: number;
  places: number;
  /** People with at least one place in line. */
  people: number;
  reasons: Record<Reason, number>;
  /** Of these, places that nobody stands behind any more. */
  left: Record<Reason, number>;
}

export interface Lived {
  total: Record<Count, number>;
  /** From the begin of the day, an hour each. */
  byHour: Record<Count, number>[];
  /** Minutes from arriving to being booked; null where nobody was. */
  bookedAfterMinutes: { mean: number; p50: number; p95: number } | null;
  /** Minutes in line of those who were let in and came. */
  inLineMinutes: { mean: number; p50: number; p95: number } | null;
  longest: LongestLine;
}

/** Times by the tenth of a minute, up to ten hours. */
class Minutes {
  readonly #tenths = new Uint32Array(6_000);
  #count = 0;
  #sum = 0;

  add(ms: number): void {
    this.#tenths[Math.min(this.#tenths.length - 1, Math.floor(ms / MINUTE_MS * 10))]!++;
    this.#count++;
    this.#sum += ms;
  }

  report(): { mean: number; p50: number; p95: number } | null {
    if (this.#count === 0) return null;
    const quantile = (share: number) => {
      let left = share * this.#count;
      for (let i = 0; i < this.#tenths.length; i++) if ((left -= this.#tenths[i]!) < 0) return (i + 0.5) / 10;
      return this.#tenths.length / 10;
    };
    return { mean: this.#sum / this.#count / MINUTE_MS, p50: quantile(0.5), p95: quantile(0.95) };
  }
}

export class LivedTally {
  readonly #counts = new Float64Array(COUNTS.length);
  /** All counts as they stood when an hour was over. */
  readonly #atHour: Float64Array[] = [];
  readonly #booked = new Minutes();
  readonly #inLine = new Minutes();
  #longest: LongestLine = { atMs: 0, places: 0, people: 0, reasons: byReason(() => 0), left: byReason(() => 0) };

  count(what: Count): void { this.#counts[INDEX[what]]!++; }
  /** So far. */
  counted(what: Count): number { return this.#counts[INDEX[what]]!; }

  /** Told of every second that is over. */
  secondOver(atMs: number): void {
    if (atMs % HOUR_MS === 0) this.#atHour.push(this.#counts.slice());
  }

  bookedAfter(ms: number): void { this.#booked.add(ms); }
  stoodInLine(ms: number): void { this.#inLine.add(ms); }

  /** Look at the line; the longest is kept. */
  lookAtLine(atMs: number, line: WaitingLine, people: number): void {
    if (line.waiting <= this.#longest.places) return;
    this.#longest = {
      atMs, places: line.waiting, people,
      reasons: byReason((i) => line.waitingByReason[i]!), left: byReason((i) => line.leftByReason[i]!),
    };
  }

  report(): Lived {
    const of = (counts: Float64Array) => Object.fromEntries(COUNTS.map((what, i) => [what, counts[i]!])) as Record<Count, number>;
    const ends = [...this.#atHour, this.#counts];
    const byHour = ends.map((end, i) => of(end.map((value, at) => value - (ends[i - 1]?.[at] ?? 0)))).filter((hour, i) => i < ends.length - 1 || hour.requests > 0);
    return { total: of(this.#counts), byHour, bookedAfterMinutes: this.#booked.report(), inLineMinutes: this.#inLine.report(), longest: this.#longest };
  }
}

function byReason(read: (index: number) => number): Record<Reason, number> {
  return Object.fromEntries(REASONS.map((reason, i) => [reason, read(i)])) as Record<Reason, number>;
}
