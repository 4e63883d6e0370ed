// Likes of the pledge shop, in PostgreSQL: one like a person and pledge, counted on the pledge's one row. Everybody who
// likes the same pledge stands in line for that row: the hot spot of a page that went viral.
import { metrics } from '@opentelemetry/api';
import { whoAsks } from '../asker.js';
import { Database } from '../database.js';
import { describeSpan, startService } from '../service.js';
import { PLEDGES } from './schema.js';

const CONNECTIONS_MAX = 8;
const LIKE_SCHEMA = {
  params: { type: 'object', properties: { pledge: { type: 'integer', minimum: 1, maximum: PLEDGES.length } } },
  body: { type: 'object', required: ['person'], additionalProperties: false, properties: { person: { type: 'string', pattern: '^[0-9a-f]{16}$' } } },
} as const;

await startService(async (app, { levers }) => {
  const database = new Database(app, levers, CONNECTIONS_MAX);
  metrics.getMeter('likes').createObservableGauge('likes.connections.max', { description: 'Connections that can write at once', unit: '{connection}' })
    .addCallback((result) => result.observe(CONNECTIONS_MAX));
  app.addHook('onRequest', async (request) => describeSpan({ step: request.method === 'POST' ? 'like' : 'catalogue', ...whoAsks(request.headers) }));

  app.get('/pledges', async () => ({ likes: await database.use(async (client) => (await client.query<{ id: number; likes: number }>('select id, likes from pledges order by id')).rows) }));

  app.post<{ Params: { pledge: number }; Body: { person: string } }>('/pledges/:pledge/likes', { schema: LIKE_SCHEMA }, async ({ params, body }) => {
    const outcome = await database.transaction(async (client) => {
      const liked = await client.query('insert into likes (pledge, person) values ($1, $2) on conflict do nothing', [params.pledge, body.person]);
      if (liked.rowCount !== 1) return 'already_liked';
      await client.query('update pledges set likes = likes + 1 where id = $1', [params.pledge]);
      return 'liked';
    }, (result) => result === 'liked');
    describeSpan({ outcome });
    return { outcome };
  });

  return () => database.close();
});
