// The ballot box of a party primary: 200,000 voters, one vote each, an audit trail that anybody can check. In: a voter and
// a candidate. Out: a receipt, by which the voter finds the ballot in the trail and nobody finds the voter.
import { metrics } from '@opentelemetry/api';
import { tellParent } from '../../parent-channel.js';
import { whoAsks } from '../asker.js';
import { Database } from '../database.js';
import { describeSpan, startService } from '../service.js';
import { shareFor } from '../share-for.js';
import { audit, cast } from './cast.js';
import { CANDIDATES } from './schema.js';

const CONNECTIONS_MAX = 10;
const AUDIT_KEPT_MS = 5_000;
const TRUTH_EVERY_MS = 200;
const VOTE_SCHEMA = {
  body: {
    type: 'object', required: ['voter', 'candidate'], additionalProperties: false,
    properties: { voter: { type: 'integer', minimum: 1, maximum: 100_000_000 }, candidate: { type: 'integer', minimum: 1, maximum: CANDIDATES.length } },
  },
} as const;

await startService(async (app, { levers }) => {
  const database = new Database(app, levers, CONNECTIONS_MAX);
  const shownAudit = shareFor(AUDIT_KEPT_MS, () => audit(database));
  metrics.getMeter('ballot-box').createObservableGauge('ballot_box.connections.max', { description: 'Connections that can write at once', unit: '{connection}' })
    .addCallback((result) => result.observe(CONNECTIONS_MAX));
  const reporting = setInterval(() => tellParent({ type: 'pools', atMs: Date.now(), channels: [{ id: 'connections', ...database.state() }] }), TRUTH_EVERY_MS);

  app.post<{ Body: { voter: number; candidate: number } }>('/votes', {
    schema: VOTE_SCHEMA, onRequest: async (request) => describeSpan({ step: 'vote', ...whoAsks(request.headers) }),
  }, async ({ body }, reply) => {
    const result = await cast(database, body.voter, body.candidate);
    describeSpan({ outcome: result.outcome });
    return reply.code(result.outcome === 'voted' ? 201 : 409).send(result);
  });
  app.get('/audit', async () => shownAudit());
  app.get<{ Params: { receipt: string } }>('/receipts/:receipt', { schema: { params: { type: 'object', properties: { receipt: { type: 'string', pattern: '^[0-9a-f]{16}$' } } } } }, async ({ params }) =>
    database.use(async (client) => ({ sequence: Number((await client.query<{ sequence: string }>('select sequence from ballots where receipt = $1', [params.receipt])).rows[0]?.sequence ?? 0) || null })));

  return async () => {
    clearInterval(reporting);
    await database.close();
  };
});
