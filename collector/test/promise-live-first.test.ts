// G10: live before backlog. The order in which segments reach the store is the claim: after an outage, what is received now
// goes in between the backlog at once, the backlog keeps its order, and nothing is forgotten. The pipeline is the real one,
// on a clock that only moves when somebody waits; then once more with the engine.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NarrowsError, type SegmentLoad } from '@narrows/contract';
import pino from 'pino';
import { expect, test } from 'vitest';
import { IngestPipeline } from '../dist/pipeline.js';
import { SelfMetrics } from '../dist/self-metrics.js';
import { openSpool, type Spool } from '../dist/spool/spool.js';
import { openStore } from '../dist/store/store.js';
import { MemoryDisk } from './memory-disk.js';
import { BLOCKS_FROM_NANO, startBlockMaker } from './native-blocks.js';
import { rollupsAndOracles } from './rollup-oracle.js';
import { batchesOf, NOW_MS, openOn, requestOf } from './spool-fixture.js';
import { RETENTION_DAYS } from './store-suite.js';

async function appendSealed(spool: Spool, batchId: number): Promise<void> {
  await spool.append(requestOf(batchId));
  await spool.seal();
}
async function next(spool: Spool): Promise<[batch: number, live: boolean]> {
  const segment = (await spool.nextSealed())!;
  await spool.release(segment.segmentId);
  return [batchesOf(segment)[0]!, segment.live];
}

test('a segment that is sealed while a backlog is loaded comes next, and the backlog goes on in order between', async () => {
  const disk = new MemoryDisk();
  const before = await openOn(disk, 1);
  for (let batch = 1; batch <= 6; batch++) await appendSealed(before, batch);
  await before.close();
  const spool = await openOn(disk, 2, { liveFirst: true });
  const order = [await next(spool)];
  for (let batch = 101; batch <= 104; batch++) {
    await appendSealed(spool, batch);
    order.push(await next(spool), await next(spool));
  }
  order.push(await next(spool));
  expect(order).toEqual([[1, false], [101, true], [2, false], [102, true], [3, false], [103, true], [4, false], [104, true], [5, false], [6, false]]);
  expect(spool.stats()).toMatchObject({ waitingSegments: 0, bytes: 0 });
});

test('when more comes in than the store takes, every second load is live, and the backlog is never given up', async () => {
  const spool = await openOn(new MemoryDisk(), 1, { liveFirst: true });
  const order: number[] = [];
  for (let batch = 1; batch <= 40; batch++) {
    await appendSealed(spool, batch);
    if (batch % 2 === 0) order.push((await next(spool))[0]);
  }
  // Of two that come in one is loaded: a live one is never older than a few segments.
  order.forEach((batch, load) => { if (load % 2 === 0) expect(2 * (load + 1) - batch).toBeLessThanOrEqual(3); });
  while (spool.stats().waitingSegments > 0) order.push((await next(spool))[0]);
  expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  const drained = order.slice(26); // Behind the last live ones.
  expect(drained).toEqual(drained.toSorted((a, b) => a - b));
});

test('a loader that is only a little behind takes everything in order', async () => {
  const spool = await openOn(new MemoryDisk(), 1, { liveFirst: true });
  for (let batch = 1; batch <= 3; batch++) await appendSealed(spool, batch);
  expect([await next(spool), await next(spool), await next(spool)]).toEqual([[1, true], [2, true], [3, true]]);
});

test('an open segment that grew while the store was away is sealed as soon as the store takes again', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1, { liveFirst: true, segmentAgeMsMax: 1 });
  for (let batch = 1; batch <= 3; batch++) await appendSealed(spool, batch);
  await spool.append(requestOf(100));
  await delay(20); // Past its age; with so many waiting it is left open, to grow.
  expect(spool.stats().waitingSegments).toBe(3);
  await next(spool);
  while (spool.stats().waitingSegments < 3) await delay(1);
  const order = [await next(spool), await next(spool), await next(spool)];
  expect(order.map(([batch]) => batch).toSorted((a, b) => a - b)).toEqual([2, 3, 100]);
  await spool.close();
});

/** The real loader over this spool and store; decoding is not its subject. */
function loaderOf(spool: Spool, load: (load: SegmentLoad) => Promise<void>, now: () => number, sleep: (ms: number) => Promise<void>): IngestPipeline {
  const decoder = { decodeBundle: () => null, decode: () => { throw new TypeError('nothing is received in this test'); } };
  return new IngestPipeline({ decoder, spool, store: { load, thinnedOf: () => Promise.resolve([]) }, metrics: new SelfMetrics(now), log: pino({ level: 'silent' }), now, sleep });
}

test('what comes in while the loader is at the newest segment is one segment, and nothing of it counts as stored before it is', async () => {
  let nowMs = NOW_MS;
  const spool = await openOn(new MemoryDisk(), 1, { liveFirst: true, segmentAgeMsMax: 1, now: () => nowMs });
  const tables: number[][] = [];
  let goOn: () => void = () => undefined;
  const load = async ({ table, batches }: SegmentLoad): Promise<void> => {
    if (table !== 'otel_traces') return;
    tables.push(batches!.map(({ batchId }) => Number(batchId)));
    await new Promise<void>((resolve) => { goOn = resolve; });
  };
  const pipeline = loaderOf(spool, load, () => nowMs, () => Promise.resolve());
  pipeline.start();
  await spool.append(requestOf(1, 64, nowMs));
  while (tables.length < 1) await delay(1);
  for (let batch = 2; batch <= 5; batch++) {
    nowMs += 1_000;
    await spool.append(requestOf(batch, 64, nowMs));
    await delay(5); // Past its age.
  }
  goOn();
  while (tables.length < 2) {
    expect(pipeline.storedThroughMs).toBeLessThanOrEqual(NOW_MS + 1_000);
    await delay(0);
  }
  expect(tables).toEqual([[1], [2, 3, 4, 5]]);
  goOn();
  await expect.poll(() => pipeline.storedThroughMs).toBeGreaterThan(NOW_MS + 3_000);
  await pipeline.stop(0);
});

test('while an hour of backlog drains through a slow store, everything received now is stored within ten seconds', async () => {
  const BACKLOG = 450; // Segments of eight seconds.
  let nowMs = NOW_MS;
  const spool = await openOn(new MemoryDisk(), 1, { liveFirst: true, now: () => nowMs });
  const received = new Map<number, number>();
  const receive = async (batch: number): Promise<void> => {
    received.set(batch, nowMs);
    await spool.append(requestOf(batch, 64, nowMs));
    await spool.seal();
  };
  for (let batch = 1; batch <= BACKLOG; batch++) { nowMs += 8_000; await receive(batch); }
  const backMs = nowMs;
  const order: number[] = [];
  const waits: number[] = [];
  let live = BACKLOG;
  // A second for each segment, while every two seconds another one comes in.
  const load = async ({ table, batches }: SegmentLoad): Promise<void> => {
    nowMs += 500;
    if (nowMs - backMs >= 2_000 * (live - BACKLOG + 1)) await receive(++live);
    if (table !== 'otel_traces') return;
    const batch = Number(batches![0]!.batchId);
    order.push(batch);
    if (batch > BACKLOG) waits.push(nowMs - received.get(batch)!);
  };
  const pipeline = loaderOf(spool, load, () => nowMs, () => Promise.resolve());
  pipeline.start();
  while (order.filter((batch) => batch <= BACKLOG).length < BACKLOG) await delay(1);
  await pipeline.stop(0);
  expect(waits.length).toBeGreaterThan(BACKLOG / 2);
  expect(Math.max(...waits)).toBeLessThan(10_000);
  const backlog = order.filter((batch) => batch <= BACKLOG - 3); // The last three were still live when the store came back.
  expect(backlog).toEqual(Array.from({ length: BACKLOG - 3 }, (_, index) => index + 1));
});

test('one segment that the store cannot take now does not hold up the others, and is not forgotten', async () => {
  let nowMs = NOW_MS;
  const spool = await openOn(new MemoryDisk(), 1, { liveFirst: true, now: () => nowMs });
  for (let batch = 1; batch <= 5; batch++) await appendSealed(spool, batch);
  const loads: string[] = [];
  let tooLarge = true;
  const load = async ({ table, batches, again }: SegmentLoad): Promise<void> => {
    const batch = Number(batches![0]!.batchId);
    if (batch === 1 && table === 'otel_logs' && tooLarge) throw new NarrowsError('QUERY_TIMEOUT', 'too large for now');
    loads.push(`${table} ${batch}${again ? ' again' : ''}`);
    if (batch === 5) tooLarge = false;
  };
  const pipeline = loaderOf(spool, load, () => nowMs, (ms) => { nowMs += ms; return delay(0); });
  pipeline.start();
  while (spool.stats().bytes > 0) await delay(1);
  await pipeline.stop(0);
  expect(loads.filter((each) => each.endsWith(' 1') || each.includes(' 1 '))).toEqual(['otel_traces 1', 'otel_logs 1 again']);
  expect(loads.at(-1)).toBe('otel_logs 1 again');
  expect(loads).toHaveLength(10);
});

test('while the store is away altogether, one segment is put off and no more', async () => {
  const spool = await openOn(new MemoryDisk(), 1, { liveFirst: true });
  for (let batch = 1; batch <= 3; batch++) await appendSealed(spool, batch);
  const order: number[] = [];
  let failures = 0;
  const pipeline = loaderOf(spool, ({ table, batches }) => {
    if (failures++ < 50) return Promise.reject(new NarrowsError('STORE_UNAVAILABLE', 'away'));
    if (table === 'otel_traces') order.push(Number(batches![0]!.batchId));
    return Promise.resolve();
  }, Date.now, () => delay(0));
  pipeline.start();
  while (spool.stats().bytes > 0) await delay(1);
  await pipeline.stop(0);
  // One was put off, to see whether it was the cause; from then on the loader stays with the next.
  expect(order).toEqual([2, 1, 3]);
});

test('after an outage of the engine, a request of now is stored before the backlog, and rows and rollups are exact', async () => {
  const root = await mkdtemp(join(tmpdir(), 'narrows-live-first-'));
  const [maker, store] = await Promise.all([startBlockMaker(), openStore({ mode: 'embedded', path: join(root, 'store'), retentionDays: RETENTION_DAYS })]);
  await store.migrate();
  const spool = await openSpool({ dir: join(root, 'spool'), bytesMax: 1e9, segmentAgeMsMax: 1e9, liveFirst: true, now: Date.now });
  const receive = async (seed: number): Promise<void> => {
    const { bytes } = await maker.make('otel_traces', 100, seed);
    const receivedAtMs = Number(BLOCKS_FROM_NANO / 1_000_000n);
    await spool.append({ ...requestOf(seed, 64, receivedAtMs), blocks: [{ table: 'otel_traces', rows: 100, bytes }] });
    await spool.seal();
  };
  let away = true;
  const order: number[] = [];
  const load = async (segment: SegmentLoad): Promise<void> => {
    if (away) throw new NarrowsError('STORE_UNAVAILABLE', 'the engine is away');
    await store.load(segment);
    order.push(Number(segment.batches![0]!.batchId));
    if (order.length === 4) await receive(100);
  };
  const pipeline = loaderOf(spool, load, Date.now, () => delay(1));
  pipeline.start();
  for (let seed = 1; seed <= 12; seed++) await receive(seed);
  expect(pipeline.storeAway).toBe(true);
  away = false;
  while (order.length < 13) await delay(5);
  await pipeline.stop(1_000);
  expect(order.slice(order.indexOf(100) + 1).length).toBeGreaterThanOrEqual(4); // The last to come, and not the last to be loaded.
  expect(order.indexOf(12)).toBeLessThan(order.indexOf(9)); // What came last before it was back is live too.
  expect(await store.query('SELECT count() AS rows, uniqExact(BatchId) AS batches FROM otel_traces')).toEqual([{ rows: 1_300, batches: 13 }]);
  for (const { table, stored, expected } of await rollupsAndOracles(store)) expect(stored, table).toEqual(expected);
  await Promise.all([maker.close(), store.close()]);
  await rm(root, { recursive: true, force: true });
});
