// Everybody who came that day, as columns: what they are like, where they stand, and when they act next.
import { doubled } from '../engine/column.js';

/** Where somebody is. */
export const AT = { outside: 0, line: 1, form: 2, identity: 3, choosing: 4, booking: 5, booked: 6, gaveUp: 7, notEligible: 8, away: 9 } as const;
/** How somebody's day ends. */
export type End = typeof AT.booked | typeof AT.gaveUp | typeof AT.notEligible;

export class People {
  count = 0;
  at = new Uint8Array(1_024);
  /** Index into the day's order of steps. */
  position = new Uint8Array(1_024);
  attempts = new Uint8Array(1_024);
  /** Verifications refused for want of room, one after the other. */
  refusals = new Uint8Array(1_024);
  favourite = new Uint8Array(1_024);
  devices = new Uint8Array(1_024);
  /** Browsers over all devices, and how many of them have been opened. */
  browsers = new Uint8Array(1_024);
  opened = new Uint8Array(1_024);
  /** Why the next place in line will be taken: index of a reason. */
  why = new Uint8Array(1_024);
  /** The browser and the address that the person goes on with. */
  session = new Int32Array(1_024);
  address = new Int32Array(1_024);
  /** Newest place in line; each knows the one before. */
  place = new Int32Array(1_024);
  arrivedMs = new Float64Array(1_024);
  /** Since when at the present step. */
  sinceMs = new Float64Array(1_024);
  patienceUntilMs = new Float64Array(1_024);
  /** When the person acts next. An event at another moment is one that something else has overtaken. */
  dueMs = new Float64Array(1_024);
  /** When somebody in line loads the page again. */
  reloadMs = new Float64Array(1_024);

  add(arrivedMs: number): number {
    if (this.count === this.at.length) this.#grow();
    const person = this.count++;
    this.arrivedMs[person] = arrivedMs;
    this.place[person] = -1;
    return person;
  }

  #grow(): void {
    this.at = doubled(this.at);
    this.position = doubled(this.position);
    this.attempts = doubled(this.attempts);
    this.refusals = doubled(this.refusals);
    this.favourite = doubled(this.favourite);
    this.devices = doubled(this.devices);
    this.browsers = doubled(this.browsers);
    this.opened = doubled(this.opened);
    this.why = doubled(this.why);
    this.session = doubled(this.session);
    this.address = doubled(this.address);
    this.place = doubled(this.place);
    this.arrivedMs = doubled(this.arrivedMs);
    this.sinceMs = doubled(this.sinceMs);
    this.patienceUntilMs = doubled(this.patienceUntilMs);
    this.dueMs = doubled(this.dueMs);
    this.reloadMs = doubled(this.reloadMs);
  }
}
