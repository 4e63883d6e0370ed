// The public face: serves the small public site and is the gateway to everything behind it. It keeps each browser's
// journey in step order, turns people into pseudonyms, and passes requests on.
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Step } from '../../scenario.js';
import { describeSpan, startService, type ServiceSetting } from '../service.js';
import { shareFor } from '../share-for.js';
import { callBackend } from './backend.js';
import { Journeys, type Journey } from './journey.js';
import { preferredLanguage } from './language.js';
import { rankChannels, type ChannelLoad } from './lights.js';
import { createPseudonyms, type PersonalDetails } from './pseudonym.js';
import { servePublicPages } from './public-pages.js';

const PUBLIC_FOLDER = fileURLToPath(new URL('../../../public', import.meta.url));
const COOKIE = 'sid';
const SESSION_IDLE_MS = 30 * 60_000;
const SWEEP_EVERY_MS = 60_000;
const LIGHTS_KEPT_MS = 1_000;

const DETAILS_SCHEMA = {
  type: 'object', required: ['name', 'birth', 'phone'], additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 60 },
    birth: { type: 'string', pattern: '^\\d{6}$' },
    phone: { type: 'string', pattern: '^01[016789]-?\\d{3,4}-?\\d{4}$' },
  },
} as const;

type Handler = (request: FastifyRequest, reply: FastifyReply, journey: Journey) => Promise<unknown>;

/** What the routes share. */
class Gateway {
  readonly journeys: Journeys;
  readonly setting: ServiceSetting;
  readonly pseudonyms;

  constructor(setting: ServiceSetting) {
    this.setting = setting;
    this.journeys = new Journeys(setting.scenario);
    this.pseudonyms = createPseudonyms(`demo ${setting.environment.seed}`);
  }

  /** The journey behind the request's cookie; a new browser gets a cookie. */
  journeyOf(request: FastifyRequest, reply: FastifyReply): Journey {
    let cookie = /(?:^|;\s*)sid=([\w-]{16,64})/.exec(request.headers.cookie ?? '')?.[1];
    if (!cookie) {
      cookie = randomBytes(16).toString('base64url');
      void reply.header('set-cookie', `${COOKIE}=${cookie}; Path=/; HttpOnly; SameSite=Lax`);
    }
    return this.journeys.of(this.pseudonyms.session(cookie), Date.now());
  }

  /** Take who somebody says they are, but only at the step that asks for it: the form in July, identity in August. */
  introduce(step: Step, journey: Journey, details: PersonalDetails | undefined): void {
    const asking = this.setting.scenario.order.find((one) => one === 'form' || one === 'identity');
    if (details && step === asking) journey.person = this.pseudonyms.person(details);
  }

  /** A route that belongs to a step: described on its span, and refused with the right step when it is not its turn. */
  step(step: Step, handler: Handler) {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const journey = this.journeyOf(request, reply);
      describeSpan({ step, person: journey.person, session: journey.session });
      const next = this.journeys.nextOf(journey);
      if (next !== step) return this.#told(reply.code(409), 'wrong_step', { next });
      return handler(request, reply, journey);
    };
  }

  /** Answer with an outcome and the step that comes next. */
  answer(reply: FastifyReply, journey: Journey, outcome: string, more: Record<string, unknown> = {}) {
    return this.#told(reply, outcome, { next: this.journeys.nextOf(journey), ...more });
  }

  #told(reply: FastifyReply, outcome: string, more: Record<string, unknown>) {
    describeSpan({ outcome });
    return reply.send({ outcome, ...more });
  }
}

await startService(async (app, setting) => {
  const gateway = new Gateway(setting);
  const sweeping = setInterval(() => gateway.journeys.sweep(Date.now(), SESSION_IDLE_MS), SWEEP_EVERY_MS);
  await servePublicPages(app, PUBLIC_FOLDER);
  addJourneyRoutes(app, gateway);
  addWaitingRoomRoutes(app, gateway);
  addFormRoutes(app, gateway);
  addIdentityRoutes(app, gateway);
  addBookingRoutes(app, gateway);
  return async () => clearInterval(sweeping);
});

function addJourneyRoutes(app: FastifyInstance, gateway: Gateway): void {
  const { scenario } = gateway.setting;
  app.get('/api/journey', async (request, reply) => {
    const journey = gateway.journeyOf(request, reply);
    return { scenario: scenario.id, title: scenario.title, order: scenario.order, next: gateway.journeys.nextOf(journey), language: preferredLanguage(request.headers['accept-language']) };
  });
}

function addWaitingRoomRoutes(app: FastifyInstance, gateway: Gateway): void {
  const places = `${gateway.setting.environment.waitingRoomUrl}/places`;
  interface PlaceAnswer { state: string; ticket?: string; ahead?: number; estimatedSeconds?: number; pollAfterMs?: number }
  const tell = (reply: FastifyReply, journey: Journey, status: number, { ticket, state, ...place }: PlaceAnswer) => {
    journey.ticket = ticket ?? null;
    if (state === 'admitted') gateway.journeys.complete(journey);
    return gateway.answer(reply.code(status), journey, state, place);
  };
  app.post('/api/waiting-room', gateway.step('waiting-room', async (request, reply, journey) => {
    const place = await callBackend<PlaceAnswer>('POST', places, journey, { browser: journey.session, ip: request.ip, person: journey.person });
    return tell(reply, journey, place.status, place.body);
  }));
  app.get('/api/waiting-room', gateway.step('waiting-room', async (_request, reply, journey) => {
    if (!journey.ticket) return gateway.answer(reply, journey, 'unknown');
    const place = await callBackend<PlaceAnswer>('GET', `${places}/${journey.ticket}`, journey);
    if (place.body.state === 'admitted') await callBackend('DELETE', `${places}/${journey.ticket}`, journey);
    return tell(reply, journey, place.status, place.body);
  }));
}

function addFormRoutes(app: FastifyInstance, gateway: Gateway): void {
  const schema = { body: { type: 'object', additionalProperties: false, properties: { details: DETAILS_SCHEMA } } } as const;
  app.post('/api/form', { schema }, gateway.step('form', async (request, reply, journey) => {
    const { details } = request.body as { details?: PersonalDetails };
    gateway.introduce('form', journey, details);
    if (!journey.person) return gateway.answer(reply.code(400), journey, 'details_missing');
    describeSpan({ person: journey.person });
    const answer = await callBackend<{ outcome: string }>('POST', `${gateway.setting.environment.eligibilityUrl}/eligibility`, journey, { person: journey.person });
    if (answer.status !== 200) return gateway.answer(reply.code(502), journey, 'eligibility_unavailable');
    if (answer.body.outcome === 'eligible') gateway.journeys.complete(journey);
    else journey.ended = true;
    return gateway.answer(reply, journey, answer.body.outcome);
  }));
}

function addIdentityRoutes(app: FastifyInstance, gateway: Gateway): void {
  const { journeys, setting: { environment } } = gateway;
  const loads = shareFor(LIGHTS_KEPT_MS, async () => (await callBackend<{ channels: ChannelLoad[] }>('GET', `${environment.identityUrl}/lights`, null)).body.channels);
  app.get('/api/channels', async () => ({ channels: rankChannels(await loads()) }));

  const schema = {
    params: { type: 'object', properties: { channel: { type: 'string', pattern: '^[a-z-]{1,32}$' } } },
    body: { type: 'object', additionalProperties: false, properties: { details: DETAILS_SCHEMA } },
  } as const;
  app.post('/api/identity/:channel', { schema }, gateway.step('identity', async (request, reply, journey) => {
    const { channel } = request.params as { channel: string };
    const { details } = request.body as { details?: PersonalDetails };
    gateway.introduce('identity', journey, details);
    if (!journey.person) return gateway.answer(reply.code(400), journey, 'details_missing');
    describeSpan({ channel, person: journey.person });
    if (journeys.isBlocked(journey, Date.now())) return gateway.answer(reply.code(409), journey, 'blocked_other_device');
    const answer = await callBackend<{ outcome: string }>('POST', `${environment.identityUrl}/verify/${channel}`, journey);
    if (answer.status !== 200) {
      const { thrownBack } = journeys.fail(journey);
      return gateway.answer(reply.code(answer.status), journey, thrownBack ? 'thrown_back' : 'identity_failed', { reason: answer.body.outcome });
    }
    journeys.complete(journey);
    journeys.blockOthers(journey, Date.now());
    return gateway.answer(reply, journey, 'verified');
  }));
}

function addBookingRoutes(app: FastifyInstance, gateway: Gateway): void {
  const { bookingUrl, clinicsUrl } = gateway.setting.environment;
  app.get('/api/slots', async (request, reply) => {
    const answer = await callBackend<{ slots: unknown[] }>('GET', `${clinicsUrl}/slots`, gateway.journeyOf(request, reply));
    return reply.code(answer.status).send(answer.body);
  });
  const schema = { body: { type: 'object', required: ['slotId'], additionalProperties: false, properties: { slotId: { type: 'integer', minimum: 1 } } } } as const;
  app.post('/api/reservations', { schema }, gateway.step('booking', async (request, reply, journey) => {
    const { slotId } = request.body as { slotId: number };
    const answer = await callBackend<{ outcome: string; bookingId?: string }>('POST', `${bookingUrl}/reservations`, journey, { person: journey.person, slotId });
    const { outcome, bookingId } = answer.body;
    if (outcome === 'booked' || outcome === 'already_booked') gateway.journeys.complete(journey);
    return gateway.answer(reply.code(answer.status), journey, outcome ?? 'booking_unavailable', bookingId ? { bookingId } : {});
  }));
}
