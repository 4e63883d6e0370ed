// One browser's way through the reservation, step after step in the scenario's order, and the block on a verified
// person's other devices. Pure bookkeeping: the routes ask it what comes next and tell it what happened.
import type { Step, VaccineScenario } from '../../scenario.js';
import type { Traits } from '../asker.js';

export type NextStep = Step | 'done' | 'ended';

export interface Journey {
  /** Pseudonyms for telemetry; never the cookie or the person's details. */
  session: string;
  person: string | undefined;
  ticket: string | null;
  /** Index into the scenario's order; past its end: booked. */
  position: number;
  /** Told that they are not eligible: there is no next step. */
  ended: boolean;
  seenAtMs: number;
  /** Six digits of the birth date, for the rules of the day; stays in this process and the closed network. */
  birth: string | undefined;
  traits: Traits;
  /** What was booked, for the page that says so after a reload. */
  booking: unknown;
}

export class Journeys {
  readonly #scenario: VaccineScenario;
  readonly #bySession = new Map<string, Journey>();
  /** Verified persons and the one session that may go on. */
  readonly #blocks = new Map<string, { session: string; untilMs: number }>();

  constructor(scenario: VaccineScenario) {
    this.#scenario = scenario;
  }

  /** The journey of a session, begun if there is none. */
  of(session: string, nowMs: number): Journey {
    let journey = this.#bySession.get(session);
    if (!journey) {
      journey = { session, person: undefined, ticket: null, position: 0, ended: false, seenAtMs: nowMs, birth: undefined, traits: {}, booking: null };
      this.#bySession.set(session, journey);
    }
    journey.seenAtMs = nowMs;
    return journey;
  }

  nextOf(journey: Journey): NextStep {
    return journey.ended ? 'ended' : this.#scenario.order[journey.position] ?? 'done';
  }

  complete(journey: Journey): void {
    journey.position++;
  }

  /** The session is not found any more: whoever had it begins anew. */
  forget(journey: Journey): void {
    journey.position = 0;
    journey.person = undefined;
    journey.ticket = null;
    journey.ended = false;
  }

  /** After a failed verification: in July back to the start of the line, in August nothing is lost. */
  fail(journey: Journey): { thrownBack: boolean } {
    if (this.#scenario.failureThrowsBack) {
      journey.position = 0;
    }
    return { thrownBack: this.#scenario.failureThrowsBack };
  }

  /** A verified person goes on with this session and with no other for a while. */
  blockOthers(journey: Journey, nowMs: number): void {
    const blockedMs = this.#scenario.otherDevicesBlockedMs;
    if (blockedMs !== null && journey.person) this.#blocks.set(journey.person, { session: journey.session, untilMs: nowMs + blockedMs });
  }

  /** Whether the journey's person goes on with another session already. */
  isBlocked(journey: Journey, nowMs: number): boolean {
    const block = journey.person === undefined ? undefined : this.#blocks.get(journey.person);
    return block !== undefined && block.session !== journey.session && block.untilMs > nowMs;
  }

  /** Forget sessions not seen for `idleMs`, and blocks that are over. */
  sweep(nowMs: number, idleMs: number): void {
    for (const [session, journey] of this.#bySession) if (nowMs - journey.seenAtMs > idleMs) this.#bySession.delete(session);
    for (const [person, block] of this.#blocks) if (block.untilMs <= nowMs) this.#blocks.delete(person);
  }
}
