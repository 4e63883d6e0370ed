// G4: a store that forgot what it has loaded. The engine's deduplication log is never synced, so a power loss can take it and
// leave the rows. Here it is deleted, and loads are made again as after such a start: raw rows and every rollup stay exact,
// also where the crash fell between raw table and rollups, or between two partitions.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TABLES, type SegmentLoad, type TableName } from '@narrows/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from '../dist/store/store.js';
import { startClickHouseHttp } from './clickhouse-http.js';
import { batchesOfBlock, startBlockMaker, type BlockMaker } from './native-blocks.js';
import { countsByHand, countsOfRollups, rollupsAndOracles } from './rollup-oracle.js';
import { RETENTION_DAYS } from './store-suite.js';

const ROWS = 300;
const ALL = Object.keys(TABLES) as TableName[];
let root: string;
let maker: BlockMaker;
beforeAll(async () => { [root, maker] = await Promise.all([mkdtemp(join(tmpdir(), 'narrows-forgotten-')), startBlockMaker()]); });
afterAll(async () => { await maker.close(); await rm(root, { recursive: true, force: true }); });

const directoryOf = (name: string): string => join(root, name);
async function open(name: string): Promise<Store> {
  const store = await openStore({ mode: 'embedded', path: directoryOf(name), retentionDays: RETENTION_DAYS });
  await store.migrate();
  return store;
}

/** A load of one batch, or of two that were received on different days. */
async function loadOf(table: TableName, seeds: readonly [seed: number, daysLater: number][]): Promise<SegmentLoad> {
  const blocks = await Promise.all(seeds.map(([seed, daysLater]) => maker.make(table, ROWS, seed, daysLater)));
  return {
    segmentId: `forgotten-${seeds.map(([seed]) => seed).join('-')}`, table, rows: ROWS * seeds.length, blocks: blocks.map(({ bytes }) => bytes),
    batches: seeds.flatMap(([seed, daysLater]) => batchesOfBlock(seed, daysLater)),
  };
}

const forget = (name: string): Promise<number> => forgetIn(directoryOf(name));

async function forgetIn(directory: string): Promise<number> {
  let logs = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name !== 'deduplication_logs') continue;
    for (const log of await readdir(join(entry.parentPath, entry.name))) {
      await rm(join(entry.parentPath, entry.name, log));
      logs++;
    }
  }
  return logs;
}

/** The active part folders of a table, newest last. */
async function partsOf(store: Store, table: string): Promise<string[]> {
  const parts = await store.query<{ path: string }>('SELECT path FROM system.parts WHERE active AND table = {table:String} ORDER BY modification_time, name', { table });
  return parts.map(({ path }) => path);
}

async function expectExact(store: Store, rows: number): Promise<void> {
  for (const table of ALL) expect(await store.query(`SELECT count() AS rows FROM ${table}`), table).toEqual([{ rows }]);
  for (const { table, stored, expected } of await rollupsAndOracles(store)) {
    expect(stored.length, table).toBeGreaterThan(0);
    expect(stored, table).toEqual(expected);
  }
  expect(await countsOfRollups(store)).toEqual(await countsByHand(store));
}

test('with its deduplication log deleted, every load made again leaves raw rows and every rollup exact', async () => {
  const loads = (await Promise.all(ALL.map((table) => Promise.all([loadOf(table, [[1, 0]]), loadOf(table, [[2, 0]])])))).flat();
  const first = await open('deleted');
  for (const load of loads) await first.load(load);
  await first.close();
  expect(await forget('deleted')).toBeGreaterThan(ALL.length);
  const second = await open('deleted');
  for (const load of loads) await second.load({ ...load, again: true });
  await expectExact(second, 2 * ROWS);
  // What the promise is worth: without a second look the engine does store them again.
  await second.close();
  await forget('deleted');
  const naive = await open('deleted');
  await naive.load(loads[0]!);
  expect(await naive.query(`SELECT count() AS rows FROM ${ALL[0]}`)).toEqual([{ rows: 3 * ROWS }]);
  await naive.close();
});

test('tables that are loaded again at the same time do not count each other twice in the rollup that they share', async () => {
  const loads = await Promise.all(ALL.map((table) => loadOf(table, [[11, 0]])));
  const first = await open('together');
  for (const load of loads) await first.load(load);
  await first.close();
  await forget('together');
  const second = await open('together');
  for (let time = 0; time < 3; time++) {
    await Promise.all(loads.map((load) => second.load({ ...load, again: true })));
    await expectExact(second, ROWS);
  }
  await second.close();
});

test('a rollup that the crash left without the load gets it, and its neighbours in the same seconds keep theirs', async () => {
  const [mine, other] = await Promise.all([loadOf('otel_traces', [[3, 0]]), loadOf('otel_traces', [[4, 0]])]);
  const store = await open('half');
  for (const table of ALL) if (table !== 'otel_traces') await store.load(await loadOf(table, [[4, 0]]));
  await store.load(other);
  await store.close();
  const loading = await open('half');
  const old = new Set((await Promise.all(['rollup_place_1s', 'rollup_hitmap_5s'].map((table) => partsOf(loading, table)))).flat());
  await loading.load(mine);
  const added = (await Promise.all(['rollup_place_1s', 'rollup_hitmap_5s'].map((table) => partsOf(loading, table)))).flat().filter((path) => !old.has(path));
  await loading.close();
  expect(added.length).toBeGreaterThan(0);
  for (const path of added) await rm(path, { recursive: true });
  await forget('half');
  const again = await open('half');
  expect((await rollupsAndOracles(again)).filter(({ stored, expected }) => JSON.stringify(stored) !== JSON.stringify(expected)).map(({ table }) => table))
    .toEqual(['rollup_place_1s', 'rollup_hitmap_5s']);
  await again.load({ ...mine, again: true });
  for (const { table, stored, expected } of await rollupsAndOracles(again)) expect(stored, table).toEqual(expected);
  await again.close();
});

test('a raw table that has one of two partitions of a load gets the other, once', async () => {
  const load = await loadOf('otel_traces', [[5, 0], [6, 1]]);
  const store = await open('partition');
  await store.load(load);
  const parts = await partsOf(store, 'otel_traces');
  await store.close();
  expect(parts.length).toBeGreaterThan(1);
  await rm(parts[0]!, { recursive: true });
  await forget('partition');
  const again = await open('partition');
  await again.load({ ...load, again: true });
  expect(await again.query('SELECT count() AS rows, uniqExact(BatchId) AS batches FROM otel_traces')).toEqual([{ rows: 2 * ROWS, batches: 2 }]);
  for (const { table, stored, expected } of await rollupsAndOracles(again)) expect(stored, table).toEqual(expected);
  await again.close();
});

test('the same bytes that came again after the window are another load, and stay', async () => {
  const store = await open('later');
  const [first, later] = [await loadOf('otel_traces', [[7, 0]]), { ...await loadOf('otel_traces', [[7, 2]]), segmentId: 'forgotten-later' }];
  for (const load of [first, later, { ...first, again: true }, { ...later, again: true }]) await store.load(load);
  expect(await store.query('SELECT count() AS rows FROM otel_traces')).toEqual([{ rows: 2 * ROWS }]);
  await store.close();
});

test('a server that lost its log in mid-load, while the collector lived on, is looked at before the load is made again', async () => {
  const server = await startClickHouseHttp();
  const store = await openStore({ mode: 'server', ...server, retentionDays: RETENTION_DAYS });
  await store.migrate();
  const load = await loadOf('otel_traces', [[8, 0]]);
  await store.load(load);
  // The server has it; the reply to the same load does not arrive, and the server comes back without its log.
  const interrupted = expect(store.load(load)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
  process.kill(server.enginePid()!, 'SIGKILL');
  await interrupted;
  expect(await forgetIn(server.dataDirectory)).toBeGreaterThan(0);
  await store.load(load);
  expect(await store.query('SELECT count() AS rows FROM otel_traces')).toEqual([{ rows: ROWS }]);
  for (const { table, stored, expected } of await rollupsAndOracles(store)) expect(stored, table).toEqual(expected);
  await store.close();
  await server.close();
});
