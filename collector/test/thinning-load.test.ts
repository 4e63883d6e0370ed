// Fidelity under overload, at the store: of segments that are loaded by a plan the raw table keeps whole traces, all that failed or
// were slow, and the rollups say to the last sketch what they say of a store that was given everything, however often a load
// is repeated and wherever the engine is killed. The second store, without plans, is the oracle.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PipelineDefinition, SegmentLoad } from '@narrows/contract';
import { parse } from 'yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDecoder } from '../dist/decode/decoder.js';
import { NativeJoin } from '../dist/spool/native-join.js';
import { openStore, type Store } from '../dist/store/store.js';
import { Thinning } from '../dist/thinning.js';
import { startClickHouseHttp } from './clickhouse-http.js';
import { rollupsAndOracles } from './rollup-oracle.js';
import { PIPELINE_YAML } from './serve-collector.js';
import { newId, traces, type SpanText } from './serve-otlp.js';
import { RETENTION_DAYS } from './store-suite.js';

const SEGMENTS = 4;
const TRACES = 400;
const KEEP_ONE_IN = 4;
const NOW_MS = Date.UTC(2026, 10, 22, 11, 0);
const pipelines = [parse(PIPELINE_YAML) as PipelineDefinition];

let root: string;
/** Segments without plans, and with. */
let whole: SegmentLoad[];
let thinned: SegmentLoad[];
/** Trace id → number of its spans and whether it is worth keeping. */
const sent = new Map<string, { spans: number; notable: boolean; agency: string }>();
let oracle: unknown;

/** Three spans of a trace; one in ten traces fails in its last one, one in ten takes three seconds. */
function spansOf(index: number): SpanText[] {
  const traceId = newId(16);
  const failed = index % 10 === 3;
  const slow = index % 10 === 7;
  const endMs = NOW_MS + index * 7;
  sent.set(traceId, { spans: 3, notable: failed || slow, agency: agencyOf(index) });
  return [
    { traceId, service: 'waiting-room', name: 'GET /place', kind: 'server', endMs, durationMs: 20, attributes: { 'enduser.pseudo.id': `p${index % 90}` } },
    { traceId, service: 'identity', name: 'POST /verify', kind: 'server', endMs: endMs + 40, durationMs: 30 + index, attributes: { 'identity.channel': `c${index % 3}` } },
    {
      traceId, service: 'booking', name: 'POST /reservations', kind: index % 2 === 0 ? 'server' : 'client', endMs: endMs + 90, durationMs: slow ? 3_000 : 45,
      ...failed && { error: 'no slot' }, attributes: { 'booking.outcome': 'reserved', 'http.route': '/reservations', 'server.address': 'registry' },
    },
  ];
}
const agencyOf = (index: number): string => (index % 5 === 0 ? 'nps' : 'kdca');

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'narrows-thinning-'));
  const decoder = createDecoder({ pipelines: () => pipelines, noteTraces: true });
  const thinning = new Thinning({ fullness: () => 0.5, planIdsMax: 10_000, now: () => NOW_MS });
  const spans = Array.from({ length: TRACES }, (_, index) => spansOf(index).map((span) => ({ index, span })));
  let batchId = 0n;
  whole = Array.from({ length: SEGMENTS }, (_, number): SegmentLoad => {
    const load: SegmentLoad = { segmentId: `thinning-${number}`, table: 'otel_traces', rows: 0, blocks: [], batches: [] };
    for (const agency of ['kdca', 'nps']) {
      // Half of the traces are spread over this segment and the next.
      const mine = spans.flatMap((trace, index) => trace.filter((_, at) => (index + (index % 2 === 0 ? at : 0)) % SEGMENTS === number)).filter(({ index }) => agencyOf(index) === agency);
      const bytes = Buffer.from(JSON.stringify(traces(mine.map(({ span }) => span))));
      const decoded = decoder.decode({ agency, signal: 'traces', encoding: 'json', bytes, receivedAtMs: NOW_MS + number, batchId: ++batchId });
      thinning.entered(load.segmentId, decoded);
      load.rows += decoded.accepted;
      load.blocks.push(...decoded.blocks.map((block) => Buffer.from(block.bytes)));
      load.batches?.push({ agency, batchId, receivedAtMs: NOW_MS + number });
    }
    return load;
  });
  thinned = whole.map((load) => ({ ...load, thin: thinning.planFor(load.segmentId)! }));
  expect(thinned[0]?.thin).toMatchObject({ keepOneIn: KEEP_ONE_IN });
  const store = await open('oracle');
  for (const load of whole) await store.load(load);
  oracle = await rollupsOf(store);
  await store.close();
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function open(name: string): Promise<Store> {
  const store = await openStore({ mode: 'embedded', path: join(root, name), retentionDays: RETENTION_DAYS });
  await store.migrate();
  return store;
}

/** The same rows in one block, as the spool's plain copy has them for small requests. */
async function plainCopyOf(load: SegmentLoad): Promise<SegmentLoad> {
  const file = join(root, `${load.segmentId}.native`);
  const joined = new NativeJoin('otel_traces');
  for (const block of load.blocks) joined.add(block);
  await writeFile(file, joined.finish());
  return { ...load, blocks: [], file };
}

async function rollupsOf(store: Store): Promise<unknown> {
  const rollups = (await rollupsAndOracles(store)).filter(({ stored }) => stored.length > 0).map(({ table, stored }) => ({ table, stored }));
  expect(rollups.map(({ table }) => table)).toEqual(['rollup_place_1s', 'rollup_hitmap_5s', 'rollup_people_10s', 'rollup_instance_5s']);
  return rollups;
}

async function expectThinnedExactly(store: Store): Promise<void> {
  expect(await rollupsOf(store)).toEqual(oracle);
  const kept = await store.query<{ traceId: string; spans: number; least: number; most: number; agencies: string[] }>(
    'SELECT TraceId AS traceId, count() AS spans, min(Weight) AS least, max(Weight) AS most, groupUniqArray(toString(Agency)) AS agencies FROM otel_traces GROUP BY TraceId');
  for (const { traceId, spans, least, most, agencies } of kept) {
    const trace = sent.get(traceId)!;
    expect({ traceId, spans, least, most, agencies }).toEqual({ traceId, spans: trace.spans, least: trace.notable ? 1 : KEEP_ONE_IN, most: trace.notable ? 1 : KEEP_ONE_IN, agencies: [trace.agency] });
  }
  const ids = new Set(kept.map(({ traceId }) => traceId));
  const notable = [...sent].filter(([, trace]) => trace.notable).map(([traceId]) => traceId);
  expect(notable.filter((traceId) => !ids.has(traceId))).toEqual([]);
  expect(notable).toHaveLength(TRACES / 5);
  const healthy = kept.length - notable.length;
  expect(healthy).toBeGreaterThan(0);
  // One in four of 320 at random: three deviations are 23.
  expect(Math.abs(healthy - (TRACES - notable.length) / KEEP_ONE_IN)).toBeLessThan(35);
  const left = (await Promise.all(thinned.map(({ segmentId }) => store.thinnedOf(segmentId)))).flat();
  for (const agency of ['kdca', 'nps']) {
    const all = [...sent.values()].filter((trace) => trace.agency === agency).reduce((sum, { spans }) => sum + spans, 0);
    const away = left.filter((line) => line.agency === agency).reduce((sum, { items }) => sum + items, 0);
    expect(await store.query('SELECT count() AS rows FROM otel_traces WHERE Agency = {agency:String}', { agency })).toEqual([{ rows: all - away }]);
    expect(away).toBeGreaterThan(all / 3);
  }
}

test('whole traces are kept, all that failed or were slow among them, and every rollup is as if all had been stored', async () => {
  const store = await open('once');
  for (const load of thinned) await store.load(load);
  await expectThinnedExactly(store);
  await store.close();
});

test('a load that is repeated three times, from a file or from blocks, by this process or the next, counts once', async () => {
  const store = await open('thrice');
  for (const load of thinned) for (const again of [load, await plainCopyOf(load), { ...load, again: true }]) await store.load(again);
  await store.close();
  const next = await open('thrice');
  for (const load of thinned) await next.load({ ...load, again: true });
  await expectThinnedExactly(next);
  await next.close();
});

test('an engine that is killed at random moments of loads that are thinned leaves nothing out and counts nothing twice', async () => {
  const store = await open('killed');
  for (const load of thinned) {
    for (let kill = 0; kill < 2; kill++) {
      const killer = setTimeout(() => { const pid = store.enginePid; if (pid !== null) process.kill(pid, 'SIGKILL'); }, 5 + Math.random() * 120);
      await store.load(await plainCopyOf(load)).catch((error: unknown) => { expect(error).toMatchObject({ retryable: true }); });
      clearTimeout(killer);
    }
    await expect.poll(() => store.load(load).then(() => 'loaded', (error: { code: string }) => error.code), { timeout: 60_000, interval: 200 }).toBe('loaded');
  }
  await expectThinnedExactly(store);
  await store.close();
});

test('on a server whose engine dies between what is kept and what is only counted, the repetition adds what is missing', async () => {
  const server = await startClickHouseHttp();
  const store = await openStore({ mode: 'server', ...server, retentionDays: RETENTION_DAYS });
  await store.migrate();
  for (const load of thinned) {
    server.beforeInsert = (sql) => { if (sql.includes('otel_traces_thinned')) process.kill(server.enginePid()!, 'SIGKILL'); };
    await expect(store.load(load)).rejects.toMatchObject({ retryable: true });
    server.beforeInsert = null;
    await expect.poll(() => store.load(load).then(() => 'loaded', (error: { code: string }) => error.code), { timeout: 60_000, interval: 200 }).toBe('loaded');
  }
  await expectThinnedExactly(store);
  await store.close();
  await server.close();
});

test('a whole segment that may have been loaded before does not take from the rollups what was thinned in its seconds', async () => {
  const store = await open('mixed');
  await store.load(await plainCopyOf(whole[0]!));
  for (const load of thinned.slice(1)) await store.load(load);
  await store.load({ ...whole[0]!, again: true });
  expect(await rollupsOf(store)).toEqual(oracle);
  await store.close();
});

test('the same rows cut into other blocks are the same load', async () => {
  const store = await open('cut');
  for (const load of whole) for (const again of [await plainCopyOf(load), load]) await store.load(again);
  expect(await store.query('SELECT count() AS rows FROM otel_traces')).toEqual([{ rows: TRACES * 3 }]);
  expect(await rollupsOf(store)).toEqual(oracle);
  await store.close();
});

test('a plan of two hundred thousand traces is a statement that the engine takes', async () => {
  const store = await open('long plan');
  const notable = Array.from({ length: 200_000 }, () => newId(16));
  for (const load of thinned) await store.load({ ...load, thin: { keepOneIn: KEEP_ONE_IN, notable: [...load.thin!.notable, ...notable] } });
  await expectThinnedExactly(store);
  await store.close();
});
