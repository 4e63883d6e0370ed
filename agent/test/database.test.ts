import { afterAll, beforeAll, expect, test } from 'vitest';
import { AttachedApp, until } from './attached-app.js';
import { OtlpReceiver } from './otlp-receiver.js';
import { startPostgres } from './postgres.js';

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let receiver: OtlpReceiver;
let app: AttachedApp;
beforeAll(async () => {
  postgres = await startPostgres();
  receiver = await OtlpReceiver.start();
  app = new AttachedApp('database.mjs', receiver.url, { DATABASE_URL: postgres.url, OTEL_METRIC_EXPORT_INTERVAL: '1000' });
});
afterAll(async () => {
  await app.stop();
  receiver.close();
  await postgres.stop();
});

test('a query is a child of its request, with the text of the statement', async () => {
  await app.get('/one');
  const request = await until(() => receiver.spans.find(({ name }) => name === 'GET /one'));
  const query = await until(() => receiver.spans.find(({ name, parentSpanId }) => name.startsWith('pg.query') && parentSpanId === request.spanId));
  expect(query.attributes).toMatchObject({ 'db.system.name': 'postgresql', 'db.query.text': 'SELECT 1 AS one' });
});

test('with one connection, one request waits in sql and the others wait for the pool', async () => {
  const waiting = [1, 2, 3].map(() => app.get('/sleep'));
  const states = () => {
    const newest = Math.max(...receiver.points.filter(({ metric }) => metric === 'narrows.active.transactions').map(({ atMs }) => atMs));
    return Object.fromEntries(receiver.points
      .filter(({ metric, atMs, attributes, value }) => metric === 'narrows.active.transactions' && atMs === newest && attributes['http.route'] === '/sleep' && value > 0)
      .map(({ attributes, value }) => [attributes['narrows.active.state'], value]));
  };
  await until(() => states()['sql'] === 1 && states()['pool'] === 2);
  await Promise.all(waiting);
});

test('the pool says how many connections it has and may have', async () => {
  const max = await until(() => receiver.points.find(({ metric }) => metric === 'db.client.connection.max'));
  expect(max.value).toBe(1);
});
