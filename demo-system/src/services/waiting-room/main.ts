// The waiting room: places in a line, ranked by browser and address in July and by person in August, with an
// estimated time. People poll it, so the wait is not a span; a gauge says how many stand in line.
import { metrics } from '@opentelemetry/api';
import { vaccineScenarioOf } from '../../scenario.js';
import { whoAsks } from '../asker.js';
import { describeSpan, startService } from '../service.js';
import { WaitingLine, type Newcomer, type Place } from './waiting-line.js';

const ADVANCE_EVERY_MS = 100;
const SWEEP_EVERY_MS = 2_000;
const FORGET_AFTER_MS = 20_000;
const INSIDE_FOR_MS = 120_000;
const PLACES_MAX = 200_000;

const NEWCOMER_SCHEMA = {
  type: 'object', required: ['browser', 'ip'], additionalProperties: false,
  properties: { browser: { type: 'string', minLength: 1, maxLength: 128 }, ip: { type: 'string', minLength: 1, maxLength: 64 }, person: { type: 'string', maxLength: 64 } },
} as const;

function told(place: Place): Place {
  describeSpan({ outcome: place.state });
  return place;
}

await startService(async (app, { environment, onOperation }) => {
  const line = new WaitingLine({ ...vaccineScenarioOf(environment.scenario).waitingRoom, forgetAfterMs: FORGET_AFTER_MS, insideForMs: INSIDE_FOR_MS, placesMax: PLACES_MAX }, Date.now());
  const advancing = setInterval(() => line.advance(Date.now()), ADVANCE_EVERY_MS);
  const sweeping = setInterval(() => line.sweep(Date.now()), SWEEP_EVERY_MS);
  const meter = metrics.getMeter('waiting-room');
  meter.createObservableGauge('waiting_room.waiting', { description: 'Places in line', unit: '{place}' }).addCallback((result) => result.observe(line.waiting));
  meter.createObservableGauge('waiting_room.inside', { description: 'Let in and not left', unit: '{person}' }).addCallback((result) => result.observe(line.inside));
  onOperation((operation) => { if (operation.action === 'gate') line.admitPerSecond(operation.admittedPerSecond); });

  app.addHook('onRequest', async (request) => describeSpan({ step: 'waiting-room', ...whoAsks(request.headers) }));

  app.post<{ Body: Newcomer }>('/places', { schema: { body: NEWCOMER_SCHEMA } }, async (request, reply) => {
    const place = line.enter(request.body, Date.now());
    return place ? told(place) : reply.code(503).send({ state: 'full' });
  });
  app.get<{ Params: { ticket: string } }>('/places/:ticket', async (request) => told(line.look(request.params.ticket, Date.now())));
  app.delete<{ Params: { ticket: string } }>('/places/:ticket', async (request, reply) => {
    line.leave(request.params.ticket);
    return reply.code(204).send();
  });

  return async () => { clearInterval(advancing); clearInterval(sweeping); };
});
