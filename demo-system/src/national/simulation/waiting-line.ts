// The line of the waiting room at its real size: millions of places, let in by rate and by room inside, and the
// books about why there are so many of them. A place is one number; the order of the numbers is the order of the line.
import { StageClock } from '../engine/stage-clock.js';
import type { NationalDay } from '../day.js';
import { Places } from './places.js';

/** `left`: still in line, but nobody stands behind it any more. */
export const PLACE = { waiting: 0, left: 1, admitted: 2, gone: 3 } as const;

/** Why a place was taken. Only the first reason is a person who came. */
export const REASONS = ['person', 'device', 'browser', 'one_more', 'address', 'session', 'thrown_back', 'lost_place', 'returned'] as const;
export type Reason = (typeof REASONS)[number];

const BURST_SECONDS = 0.5;
/** Estimated times follow the admissions of about this long. */
const RATE_MEMORY_MS = 60_000;

export class WaitingLine {
  readonly clock = new StageClock();
  readonly places = new Places();
  waiting = 0;
  inside = 0;
  admitted = 0;
  /** Places in line now, by reason; and those among them that nobody stands behind. */
  readonly waitingByReason = new Float64Array(REASONS.length);
  readonly leftByReason = new Float64Array(REASONS.length);
  readonly takenByReason = new Float64Array(REASONS.length);

  readonly #spec: NationalDay['line'];
  #front = 0;
  #admissions = 0;
  #advancedMs = 0;
  #ratePerMs: number;

  constructor(spec: NationalDay['line']) {
    this.#spec = spec;
    this.#ratePerMs = spec.admittedPerSecond / 1_000;
  }

  /** A new place at the end of the line. */
  take(nowMs: number, person: number, session: number, address: number, reason: Reason, before: number): number {
    const why = REASONS.indexOf(reason);
    const place = this.places.add({ nowMs, person, session, address, reason: why, before });
    this.waiting++;
    this.waitingByReason[why]!++;
    this.takenByReason[why]!++;
    this.clock.enter(nowMs);
    return place;
  }

  /** How long those ahead of a place will take, as people are told. */
  estimatedMs(place: number): number {
    const ahead = Math.min(place - this.#front, this.waiting - 1);
    return ahead <= 0 ? 0 : ahead / this.#ratePerMs;
  }

  /** What somebody who came now would be told. */
  get waitForNewMs(): number { return this.waiting / this.#ratePerMs; }

  pollAfterMs(place: number): number {
    return Math.min(this.#spec.pollMsMax, Math.max(this.#spec.pollMsMin, this.estimatedMs(place) * this.#spec.pollShare));
  }

  /** Nobody stands behind it any more. */
  leave(place: number): void {
    if (this.places.state(place) !== PLACE.waiting) return;
    this.places.setState(place, PLACE.left);
    this.leftByReason[this.places.reason(place)]!++;
  }

  /** Somebody is behind it again. */
  takeUp(place: number, nowMs: number): boolean {
    if (this.places.state(place) !== PLACE.left) return this.places.state(place) === PLACE.waiting;
    this.places.setState(place, PLACE.waiting);
    this.leftByReason[this.places.reason(place)]!--;
    this.places.setSeen(place, nowMs);
    return true;
  }

  /** Given up, since nobody has asked about it for long; whoever was let in by it is inside no more. */
  forget(place: number, nowMs: number): void {
    const state = this.places.state(place);
    if (state === PLACE.gone) return;
    if (state === PLACE.admitted) this.inside--;
    else this.#outOfLine(place, nowMs);
    this.places.setState(place, PLACE.gone);
  }

  /** Let in as many as rate and room allow since the last call; `admit` hears of each. */
  advance(nowMs: number, admit: (place: number) => void): void {
    const perMs = this.#spec.admittedPerSecond / 1_000;
    const passedMs = nowMs - this.#advancedMs;
    this.#advancedMs = nowMs;
    this.#admissions = Math.min(this.#admissions + passedMs * perMs, Math.max(1, perMs * 1_000 * BURST_SECONDS));
    const room = this.#spec.insideMax ?? Number.POSITIVE_INFINITY;
    let letIn = 0;
    while (this.#admissions >= 1 && this.inside < room && this.#front < this.places.count) {
      const place = this.#front++;
      if (this.places.state(place) > PLACE.left) continue;
      this.#outOfLine(place, nowMs);
      this.places.setState(place, PLACE.admitted);
      this.places.setSeen(place, nowMs);
      this.#admissions--;
      this.inside++;
      this.admitted++;
      letIn++;
      admit(place);
    }
    this.#learnRate(letIn, passedMs);
  }

  /** All places are given up at once; the next one is the first. */
  clear(nowMs: number): void {
    for (let place = this.#front; place < this.places.count; place++) {
      if (this.places.state(place) > PLACE.left) continue;
      this.#outOfLine(place, nowMs);
      this.places.setState(place, PLACE.gone);
    }
    this.#front = this.places.count;
    this.#ratePerMs = this.#spec.admittedPerSecond / 1_000;
  }

  /** Where only the rate counts, people are told by it; where room counts, by how fast it went of late. */
  #learnRate(letIn: number, passedMs: number): void {
    if (this.#spec.insideMax === null || this.waiting === 0 || passedMs === 0) return;
    const weight = Math.min(1, passedMs / RATE_MEMORY_MS);
    this.#ratePerMs = Math.max(this.#ratePerMs + (letIn / passedMs - this.#ratePerMs) * weight, this.#spec.admittedPerSecond / 1_000 / 100);
  }

  #outOfLine(place: number, nowMs: number): void {
    const why = this.places.reason(place);
    if (this.places.state(place) === PLACE.left) this.leftByReason[why]!--;
    this.waiting--;
    this.waitingByReason[why]!--;
    this.clock.leave(nowMs, this.places.enteredMs(place));
  }
}
