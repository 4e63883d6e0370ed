// What all routes of the public site share: whose journey a request belongs to, whether it is its turn, and how the answer
// is told, on the wire and on the span. People are pseudonyms behind this point.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { vaccineScenarioOf, type Step, type VaccineScenario } from '../../scenario.js';
import { createRandom, type Random } from '../../random.js';
import { traitsOfBrowser, type Asker } from '../asker.js';
import { describeSpan, type ServiceSetting } from '../service.js';
import { sessionCookieOf } from '../session-cookie.js';
import { Journeys, type Journey } from './journey.js';
import { birthDigitOf, createPseudonyms, type PersonalDetails } from '../pseudonym.js';

export type Handler = (request: FastifyRequest, reply: FastifyReply, journey: Journey) => Promise<unknown>;

export class Gateway {
  readonly journeys: Journeys;
  readonly setting: ServiceSetting;
  readonly scenario: VaccineScenario;
  readonly #pseudonyms;
  readonly #random: Random;
  #suspended = false;

  constructor(setting: ServiceSetting) {
    this.setting = setting;
    this.scenario = vaccineScenarioOf(setting.environment.scenario);
    this.journeys = new Journeys(this.scenario);
    this.#pseudonyms = createPseudonyms(`demo ${setting.environment.seed}`);
    this.#random = createRandom(setting.environment.seed).fork('web');
    setting.onOperation((operation) => { if (operation.action === 'suspend') this.#suspended = operation.suspended; });
  }

  /** Whether the operators have closed the booking for a while. */
  get suspended(): boolean { return this.#suspended; }

  /** The journey behind the request's cookie; a new browser gets a cookie. */
  journeyOf(request: FastifyRequest, reply: FastifyReply): Journey {
    const journey = this.journeys.of(this.#pseudonyms.session(sessionCookieOf(request, reply)), Date.now());
    journey.traits = { ...traitsOfBrowser(request.headers['user-agent']), ...journey.traits };
    return journey;
  }

  /** Take who somebody says they are, but only at the step that asks for it: the form in July, identity in August. */
  introduce(step: Step, journey: Journey, details: PersonalDetails | undefined): void {
    const asking = this.scenario.order.find((one) => one === 'form' || one === 'identity');
    if (!details || step !== asking) return;
    journey.person = this.#pseudonyms.person(details);
    journey.birth = details.birth;
    journey.traits = { ...journey.traits, 'booking.birth_digit': String(birthDigitOf(details.birth)), ...(details.region && { 'booking.region': details.region }) };
  }

  /** Whether the person may book today by the last digit of the birth date (10부제). */
  isTheirDay(journey: Journey): boolean {
    const { birthDigitsToday } = this.scenario;
    return birthDigitsToday === null || journey.birth === undefined || birthDigitsToday.includes(birthDigitOf(journey.birth));
  }

  /** A route that belongs to a step: described on its span, and refused with the right step when it is not its turn. */
  step(step: Step, handler: Handler) {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const journey = this.journeyOf(request, reply);
      describeSpan({ step, ...askerOf(journey) });
      // Closed on purpose: nothing has failed, and the outcome says what people are told.
      if (this.#suspended) return this.answer(reply, journey, 'suspended');
      const next = this.journeys.nextOf(journey);
      if (journey.position > 0 && this.#random.next() < this.setting.levers.sessions.lostShare) return this.#loseSession(reply, journey);
      if (next !== step) return this.#told(reply.code(409), 'wrong_step', { next });
      return handler(request, reply, journey);
    };
  }

  /** Answer with an outcome and the step that comes next. */
  answer(reply: FastifyReply, journey: Journey, outcome: string, more: Record<string, unknown> = {}) {
    return this.#told(reply, outcome, { next: this.journeys.nextOf(journey), ...more });
  }

  /** The ticket is handed back: somebody else may come in. */
  async leaveWaitingRoom(journey: Journey): Promise<void> {
    if (journey.ticket === null) return;
    const ticket = journey.ticket;
    journey.ticket = null;
    await this.setting.backends.call('DELETE', 'waitingRoomUrl', `/places/${ticket}`, askerOf(journey));
  }

  async #loseSession(reply: FastifyReply, journey: Journey) {
    await this.leaveWaitingRoom(journey);
    this.journeys.forget(journey);
    return this.answer(reply.code(409), journey, 'session_lost');
  }

  #told(reply: FastifyReply, outcome: string, more: Record<string, unknown>) {
    describeSpan({ outcome });
    return reply.send({ outcome, ...more });
  }
}

export function askerOf({ person, session, traits }: Journey): Asker {
  return { person, session, traits };
}
