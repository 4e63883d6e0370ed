// The public face: serves the small public site and is the gateway to everything behind it. It keeps each browser's
// journey in step order, turns people into pseudonyms, and passes requests on.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { describeSpan, startService } from '../service.js';
import { servePublicPages } from '../public-pages.js';
import { shareFor } from '../share-for.js';
import { askerOf, Gateway } from './gateway.js';
import type { Journey } from './journey.js';
import { preferredLanguage } from '../language.js';
import { rankChannels, type ChannelLoad } from './lights.js';
import { REGIONS } from '../booking/schema.js';
import type { PersonalDetails } from '../pseudonym.js';

const SESSION_IDLE_MS = 30 * 60_000;
const SWEEP_EVERY_MS = 60_000;
const LIGHTS_KEPT_MS = 1_000;

const DETAILS_SCHEMA = {
  type: 'object', required: ['name', 'birth', 'phone'], additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 60 },
    birth: { type: 'string', pattern: '^\\d{6}$' },
    phone: { type: 'string', pattern: '^01[016789]-?\\d{3,4}-?\\d{4}$' },
    region: { type: 'string', enum: REGIONS.map(({ id }) => id) },
  },
} as const;

await startService(async (app, setting) => {
  const gateway = new Gateway(setting);
  const sweeping = setInterval(() => gateway.journeys.sweep(Date.now(), SESSION_IDLE_MS), SWEEP_EVERY_MS);
  await servePublicPages(app, 'vaccine');
  addJourneyRoutes(app, gateway);
  addWaitingRoomRoutes(app, gateway);
  addFormRoutes(app, gateway);
  addIdentityRoutes(app, gateway);
  addBookingRoutes(app, gateway);
  return async () => clearInterval(sweeping);
});

function addJourneyRoutes(app: FastifyInstance, gateway: Gateway): void {
  const { scenario } = gateway;
  app.get('/api/journey', async (request, reply) => {
    const journey = gateway.journeyOf(request, reply);
    return {
      scenario: scenario.id, title: scenario.title, order: scenario.order, next: gateway.journeys.nextOf(journey), booking: journey.booking,
      language: preferredLanguage(request.headers['accept-language']), suspended: gateway.suspended, birthDigitsToday: scenario.birthDigitsToday, regions: REGIONS,
    };
  });
}

function addWaitingRoomRoutes(app: FastifyInstance, gateway: Gateway): void {
  interface PlaceAnswer { state: string; ticket?: string; ahead?: number; estimatedSeconds?: number; pollAfterMs?: number }
  const { backends } = gateway.setting;
  const tell = async (reply: FastifyReply, journey: Journey, status: number, { ticket, state, ...place }: PlaceAnswer) => {
    journey.ticket = ticket ?? null;
    if (state === 'admitted') {
      gateway.journeys.complete(journey);
      // Where nobody counts who is inside, the ticket has done its work at the door.
      if (gateway.scenario.waitingRoom.insideMax === null) await gateway.leaveWaitingRoom(journey);
    }
    return gateway.answer(reply.code(status), journey, state, place);
  };
  app.post('/api/waiting-room', gateway.step('waiting-room', async (request, reply, journey) => {
    const place = await backends.call<PlaceAnswer>('POST', 'waitingRoomUrl', '/places', askerOf(journey), { browser: journey.session, ip: request.ip, person: journey.person });
    return tell(reply, journey, place.status, place.body);
  }));
  app.get('/api/waiting-room', gateway.step('waiting-room', async (_request, reply, journey) => {
    if (!journey.ticket) return gateway.answer(reply, journey, 'unknown');
    const place = await backends.call<PlaceAnswer>('GET', 'waitingRoomUrl', `/places/${journey.ticket}`, askerOf(journey));
    return tell(reply, journey, place.status, place.body);
  }));
}

function addFormRoutes(app: FastifyInstance, gateway: Gateway): void {
  const schema = { body: { type: 'object', additionalProperties: false, properties: { details: DETAILS_SCHEMA } } } as const;
  app.post('/api/form', { schema }, gateway.step('form', async (request, reply, journey) => {
    const { details } = request.body as { details?: PersonalDetails };
    gateway.introduce('form', journey, details);
    if (!journey.person) return gateway.answer(reply.code(400), journey, 'details_missing');
    describeSpan(askerOf(journey));
    if (!gateway.isTheirDay(journey)) return gateway.answer(reply, journey, 'not_your_day');
    const answer = await gateway.setting.backends.call<{ outcome: string }>('POST', 'eligibilityUrl', '/eligibility', askerOf(journey), { person: journey.person, birth: journey.birth });
    if (answer.status !== 200) return gateway.answer(reply.code(502), journey, 'eligibility_unavailable');
    if (answer.body.outcome === 'eligible') gateway.journeys.complete(journey);
    else {
      journey.ended = true;
      await gateway.leaveWaitingRoom(journey);
    }
    return gateway.answer(reply, journey, answer.body.outcome);
  }));
}

function addIdentityRoutes(app: FastifyInstance, gateway: Gateway): void {
  const { journeys, setting: { backends } } = gateway;
  const loads = shareFor(LIGHTS_KEPT_MS, async () => (await backends.call<{ channels: ChannelLoad[] }>('GET', 'identityUrl', '/lights', null)).body.channels);
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
    describeSpan({ channel, ...askerOf(journey) });
    if (!gateway.isTheirDay(journey)) return gateway.answer(reply, journey, 'not_your_day');
    if (journeys.isBlocked(journey, Date.now())) return gateway.answer(reply.code(409), journey, 'blocked_other_device');
    const answer = await backends.call<{ outcome: string }>('POST', 'identityUrl', `/verify/${channel}`, askerOf(journey));
    if (answer.status !== 200) {
      const { thrownBack } = journeys.fail(journey);
      if (thrownBack) await gateway.leaveWaitingRoom(journey);
      return gateway.answer(reply.code(answer.status), journey, thrownBack ? 'thrown_back' : 'identity_failed', { reason: answer.body.outcome });
    }
    journeys.complete(journey);
    journeys.blockOthers(journey, Date.now());
    return gateway.answer(reply, journey, 'verified');
  }));
}

function addBookingRoutes(app: FastifyInstance, gateway: Gateway): void {
  const { backends } = gateway.setting;
  app.get<{ Querystring: { region?: string } }>('/api/slots', { schema: { querystring: { type: 'object', properties: { region: DETAILS_SCHEMA.properties.region } } } }, async (request, reply) => {
    const query = request.query.region ? `?region=${request.query.region}` : '';
    const answer = await backends.call<{ slots: unknown[] }>('GET', 'clinicsUrl', `/slots${query}`, askerOf(gateway.journeyOf(request, reply)));
    return reply.code(answer.status).send(answer.body);
  });
  const schema = { body: { type: 'object', required: ['slotId'], additionalProperties: false, properties: { slotId: { type: 'integer', minimum: 1 } } } } as const;
  app.post('/api/reservations', { schema }, gateway.step('booking', async (request, reply, journey) => {
    const { slotId } = request.body as { slotId: number };
    const answer = await backends.call<{ outcome: string; bookingId?: string; clinic?: unknown; startsAt?: string }>('POST', 'bookingUrl', '/reservations', askerOf(journey), { person: journey.person, slotId });
    const { outcome, ...booking } = answer.body;
    if (outcome === 'booked' || outcome === 'already_booked') {
      gateway.journeys.complete(journey);
      await gateway.leaveWaitingRoom(journey);
    }
    if (outcome === 'booked') journey.booking = booking;
    return gateway.answer(reply.code(answer.status), journey, outcome ?? 'booking_unavailable', booking.bookingId ? { booking } : {});
  }));
}
