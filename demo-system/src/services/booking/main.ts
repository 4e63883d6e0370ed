// Booking: writes the reservation into PostgreSQL through a small pool of connections. "Already booked" and "full"
// are answers, not errors.
import { metrics } from '@opentelemetry/api';
import { whoAsks } from '../asker.js';
import { Database } from '../database.js';
import { describeSpan, startService } from '../service.js';
import { reserve } from './reserve.js';

const CONNECTIONS_MAX = 10;
const STATUS = { booked: 201, already_booked: 409, slot_full: 409, out_of_stock: 409 } as const;

await startService(async (app, { levers }) => {
  const database = new Database(app, levers, CONNECTIONS_MAX);
  metrics.getMeter('booking')
    .createObservableGauge('booking.connections.max', { description: 'Connections that can write at once', unit: '{connection}' })
    .addCallback((result) => result.observe(CONNECTIONS_MAX));

  app.post<{ Body: { person: string; slotId: number } }>('/reservations', {
    schema: {
      body: {
        type: 'object', required: ['person', 'slotId'], additionalProperties: false,
        properties: { person: { type: 'string', pattern: '^[0-9a-f]{16}$' }, slotId: { type: 'integer', minimum: 1, maximum: 1_000_000 } },
      },
    },
    onRequest: async (request) => describeSpan({ step: 'booking', ...whoAsks(request.headers) }),
  }, async (request, reply) => {
    const reservation = await reserve(database, request.body.person, request.body.slotId);
    describeSpan({ outcome: reservation.outcome, ...(reservation.outcome === 'booked' && { clinic: String(reservation.clinicId) }) });
    return reply.code(STATUS[reservation.outcome]).send(reservation);
  });

  return () => database.close();
});
