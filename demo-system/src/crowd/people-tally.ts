// How the crowd fares, counted from the people's side: who came, who was let in, verified, booked, thrown back, how long
// it took those who made it, and how long the site took to answer.
import type { PeopleCounts } from '../parent-channel.js';
import type { Answer } from './device.js';
import { TimeHistogram } from './quantiles.js';

export type PersonEnd = 'booked' | 'gave_up' | 'not_eligible' | 'not_their_day';
type Countable = Exclude<keyof PeopleCounts, 'timeToBookMs' | 'answerMs' | 'lateMsMax' | 'unansweredBecause'>;

const ENDS = { booked: 'booked', gave_up: 'gaveUp', not_eligible: 'notEligible', not_their_day: 'notTheirDay' } as const satisfies Record<PersonEnd, Countable>;

export class PeopleTally {
  readonly #counts: Record<Countable, number> = {
    arrived: 0, devices: 0, admitted: 0, verified: 0, booked: 0, thrownBack: 0, gaveUp: 0, notEligible: 0, notTheirDay: 0, blockedDevices: 0,
    sessionsLost: 0, metSuspension: 0, reloads: 0, inLine: 0, placesInLine: 0, requests: 0, unanswered: 0,
  };
  readonly #timeToBook = new TimeHistogram();
  readonly #answers = new TimeHistogram();
  readonly #unanswered: Record<string, number> = {};
  #lateMsMax = 0;

  count(what: Countable, by = 1): void {
    this.#counts[what] += by;
  }

  /** Somebody who meant to come at one moment came at another. */
  came(intendedMs: number, nowMs: number): void {
    this.#counts.arrived++;
    this.#lateMsMax = Math.max(this.#lateMsMax, nowMs - intendedMs);
  }

  answered(afterMs: number, { status, because = 'unknown' }: Pick<Answer, 'status' | 'because'>): void {
    this.#counts.requests++;
    if (status !== 0) { this.#answers.add(afterMs); return; }
    this.#counts.unanswered++;
    this.#unanswered[because] = (this.#unanswered[because] ?? 0) + 1;
  }

  ended(end: PersonEnd, afterMs: number): void {
    this.#counts[ENDS[end]]++;
    if (end === 'booked') this.#timeToBook.add(afterMs);
  }

  counts(): PeopleCounts {
    return { ...this.#counts, timeToBookMs: this.#timeToBook.quantiles(), answerMs: this.#answers.quantiles(), unansweredBecause: { ...this.#unanswered }, lateMsMax: Math.round(this.#lateMsMax) };
  }
}
