// Rows of the fault table, on a real collector process: a store that is down, read-only, or does not live to say that it
// has a load; a spool that is full; a collector that is frozen; a clock that jumps by a day. Whatever happens, each item
// that was acknowledged is stored and rolled up once, and before that nothing is refused without a time to come back.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '../dist/store/store.js';
import { startClickHouseHttp, type ClickHouseHttp, type Fault } from './clickhouse-http.js';
import { rollupsAndOracles } from './rollup-oracle.js';
import { CollectorProcess } from './serve-collector.js';
import { newId, traces } from './serve-otlp.js';

let server: ClickHouseHttp;
let store: Store;
let collector: CollectorProcess;
beforeAll(async () => {
  server = await startClickHouseHttp();
  store = await openStore({ mode: 'server', ...server, retentionDays: 14 });
});
afterAll(async () => { await store.close(); await server.close(); });
beforeEach(() => { collector = new CollectorProcess(); });
afterEach(() => collector.remove());

const env = (more: Record<string, string> = {}): Record<string, string> => ({
  NARROWS_STORE_URL: server.url, NARROWS_STORE_USER: server.username, NARROWS_STORE_PASSWORD: server.password, NARROWS_SELF_METRICS: '0', ...more,
});
const ready = async (): Promise<[number, unknown]> => {
  const response = await collector.get('/ready', {});
  return [response.status, await response.json()];
};

/** One request under a service of its own, so that a test can tell its spans from those of the others. */
function requestOf(service: string, spans = 40, text = ''): object {
  return traces(Array.from({ length: spans }, (_, index) => ({
    service, name: 'GET /', kind: 'server' as const, endMs: Date.now(), durationMs: index, spanId: newId(8), ...(text === '' ? {} : { attributes: { text: text + newId(16) } }),
  })));
}

async function metric(name: string): Promise<number> {
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await (await collector.get('/metrics', {})).text())?.[1]);
}

/** When the spool is empty: rows and every rollup, exactly. */
async function expectStoredOnce(service: string, spans: number): Promise<void> {
  while (await metric('narrows_spool_bytes') > 0) await new Promise((resolve) => { setTimeout(resolve, 50); });
  const count = async (sql: string): Promise<unknown> => (await store.query(`${sql} = {service:String}`, { service }))[0];
  expect(await count('SELECT count() AS spans, uniqExact(SpanId) AS ids FROM otel_traces WHERE ServiceName')).toEqual({ spans, ids: spans });
  expect(await count('SELECT sum(Completions) AS spans FROM rollup_place_1s WHERE Transaction = 1 AND Service')).toEqual({ spans });
  for (const { table, stored, expected } of await rollupsAndOracles(store)) expect(stored, table).toEqual(expected);
}

test.each<Fault>(['away', 'read-only', 'reply lost'])('a store that is %s costs nothing: all is accepted meanwhile, readiness says so, and later stored once', async (fault) => {
  await collector.start(env());
  const service = fault.replace(' ', '-');
  expect((await collector.send('traces', requestOf(service))).status).toBe(200);
  await expectStoredOnce(service, 40);
  server.fault = fault;
  for (let request = 0; request < 20; request++) expect((await collector.send('traces', requestOf(service))).status).toBe(200);
  // Until a load has met the fault.
  while (await metric('narrows_load_failures_total') === 0) await new Promise((resolve) => { setTimeout(resolve, 50); });
  expect(await ready()).toEqual([503, { status: 'degraded', because: 'store' }]);
  server.fault = null;
  await expectStoredOnce(service, 21 * 40);
  expect((await ready())[0]).toBe(200);
});

test('a full spool refuses with 503 and a time to come back, and takes again when the store does; nothing it took is lost', async () => {
  await collector.start(env({ NARROWS_SPOOL_BYTES: String(16 * 1024 * 1024) }));
  server.fault = 'away';
  let taken = 0;
  let refusal: Response | null = null;
  while (refusal === null) {
    const response = await collector.send('traces', requestOf('full', 100, 'x'.repeat(20_000)));
    if (response.status === 200) taken += 100;
    else refusal = response;
  }
  expect(refusal.status).toBe(503);
  expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(taken).toBeGreaterThan(0);
  server.fault = null;
  await expectStoredOnce('full', taken);
  expect((await collector.send('traces', requestOf('full', 1))).status).toBe(200);
});

test('a collector that is frozen while a request is under way stores it once, though its sender sent it again', async () => {
  await collector.start(env());
  const body = Buffer.from(JSON.stringify(requestOf('frozen')));
  process.kill(collector.ready.pid, 'SIGSTOP');
  const impatient = Array.from({ length: 3 }, () => fetch(`${collector.ready.otlp}/v1/traces`, {
    method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${collector.ingestKey}` }, body, signal: AbortSignal.timeout(400),
  }));
  expect((await Promise.allSettled(impatient)).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  process.kill(collector.ready.pid, 'SIGCONT');
  expect((await collector.send('traces', body)).status).toBe(200);
  await expectStoredOnce('frozen', 40);
});
