// How the crowd fares, counted from the people's side: who came, who was let in, verified, booked, thrown back, and
// how long it took those who made it.
import type { PeopleCounts } from '../parent-channel.js';
import type { PersonEnd } from './person.js';

/** Times kept for the quantiles; beyond, the oldest are overwritten. */
const TIMES_MAX = 10_000;

export class PeopleTally {
  readonly #counts = { arrived: 0, admitted: 0, verified: 0, booked: 0, thrownBack: 0, gaveUp: 0, notEligible: 0, blockedDevices: 0, inLine: 0 };
  readonly #timesMs: number[] = [];

  arrived(): void { this.#counts.arrived++; }
  admitted(): void { this.#counts.admitted++; }
  verified(): void { this.#counts.verified++; }
  thrownBack(): void { this.#counts.thrownBack++; }
  blockedDevice(): void { this.#counts.blockedDevices++; }
  inLine(change: 1 | -1): void { this.#counts.inLine += change; }

  ended(end: PersonEnd, afterMs: number): void {
    if (end === 'gave_up') this.#counts.gaveUp++;
    if (end === 'not_eligible') this.#counts.notEligible++;
    if (end !== 'booked') return;
    this.#timesMs[this.#counts.booked % TIMES_MAX] = afterMs;
    this.#counts.booked++;
  }

  counts(): PeopleCounts {
    const sorted = this.#timesMs.toSorted((a, b) => a - b);
    const quantile = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
    return { ...this.#counts, timeToBookMs: sorted.length === 0 ? null : { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) } };
  }
}
