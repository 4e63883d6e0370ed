// Booking: writes the reservation into PostgreSQL through a small pool of connections. "Already booked" and "full"
// are answers, not errors.
import { metrics } from '@opentelemetry/api';
import { Pool } from 'pg';
import { describeSpan, startService, whoAsks } from '../service.js';
import { reserve } from './reserve.js';

const CONNECTIONS_MAX = 10;
const STATUS = { booked: 201, already_booked: 409, slot_full: 409 } as const;

await startService(async (app, { environment }) => {
  const pool = new Pool({ connectionString: environment.databaseUrl, max: CONNECTIONS_MAX });
  pool.on('error', (error) => app.log.error(error, 'an idle database connection was lost'));
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
    const reservation = await reserve(pool, request.body.person, request.body.slotId);
    describeSpan({ outcome: reservation.outcome });
    return reply.code(STATUS[reservation.outcome]).send(reservation);
  });

  return () => pool.end();
});
