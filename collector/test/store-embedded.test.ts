// The store on the embedded engine: the claims of every store, and those about the engine's process: it dies with its
// parent, comes back when it dies alone, never forgets or doubles a load, and is alone on its directory.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NarrowsError, type SegmentLoad } from '@narrows/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from '../dist/store/store.js';
import { startBlockMaker, type BlockMaker } from './native-blocks.js';
import { rollupsAndOracles } from './rollup-oracle.js';
import { describeStore, RETENTION_DAYS } from './store-suite.js';

let root: string;
let maker: BlockMaker;
beforeAll(async () => { [root, maker] = await Promise.all([mkdtemp(join(tmpdir(), 'narrows-store-')), startBlockMaker()]); });
afterAll(async () => { await maker.close(); await rm(root, { recursive: true, force: true }); });

describeStore('the embedded store', async () => ({
  open: (retentionDays) => openStore({ mode: 'embedded', path: join(root, 'suite'), retentionDays }),
  close: () => Promise.resolve(),
}));

async function openFresh(name: string): Promise<Store> {
  const store = await openStore({ mode: 'embedded', path: join(root, name), retentionDays: RETENTION_DAYS });
  await store.migrate();
  return store;
}

/** As the pipeline does: a retryable error is answered with the same load again. */
async function loadUntilItPasses(store: Store, load: SegmentLoad): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await store.load(load);
      return;
    } catch (error) {
      if (!(error instanceof NarrowsError && error.retryable) || attempt === 10) throw error;
    }
  }
}

test('an engine killed between insert and release, and in mid-load, stores and rolls up every load once', async () => {
  const store = await openFresh('killed');
  const blocks = await Promise.all([1, 2, 3, 4].map((seed) => maker.make('otel_traces', 500, seed)));
  for (const [index, block] of blocks.entries()) {
    const load = { segmentId: `killed-${index}`, table: 'otel_traces' as const, rows: 500, blocks: [block.bytes] };
    if (index === 0) await store.load(load);
    const interrupted = index === 0 ? Promise.resolve() : store.load(load).then(() => undefined, (error: unknown) => { expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true }); });
    // A different moment of the load each time: queued, reading, and between its tables.
    await new Promise((resolve) => { setTimeout(resolve, index * 15); });
    process.kill(store.enginePid!, 'SIGKILL');
    await interrupted;
    await loadUntilItPasses(store, load);
  }
  expect(await store.query('SELECT count() AS rows, uniqExact(BatchId) AS batches FROM otel_traces')).toEqual([{ rows: 2_000, batches: 4 }]);
  for (const { table, stored, expected } of await rollupsAndOracles(store)) expect(stored, table).toEqual(expected);
  await store.close();
});

test('a load that the last process did not live to release is stored once by the next', async () => {
  const { bytes } = await maker.make('otel_traces', 500, 9);
  const load = { segmentId: 'restarted', table: 'otel_traces' as const, rows: 500, blocks: [bytes] };
  for (let start = 0; start < 3; start++) {
    const store = await openFresh('restarted');
    await store.load(load);
    expect(await store.query('SELECT count() AS rows FROM otel_traces')).toEqual([{ rows: 500 }]);
    for (const { table, stored, expected } of await rollupsAndOracles(store)) expect(stored, table).toEqual(expected);
    await store.close();
  }
});

test('one directory serves one store', async () => {
  const store = await openFresh('locked');
  await expect(openStore({ mode: 'embedded', path: join(root, 'locked') })).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED' });
  await store.close();
});

test('a question is answered while loads stand in line', async () => {
  const store = await openFresh('busy');
  const { bytes } = await maker.make('otel_traces', 1_000, 4);
  let loaded = 0;
  const loads = Promise.all(Array.from({ length: 10 }, async (_, index) => {
    await store.load({ segmentId: `busy-${index}`, table: 'otel_traces', rows: 1_000, blocks: [bytes] });
    loaded++;
  }));
  await store.query('SELECT count() FROM rollup_place_1s');
  expect(loaded).toBeLessThan(10);
  await loads;
  expect(await store.query('SELECT count() AS rows FROM otel_traces')).toEqual([{ rows: 10_000 }]);
  await store.close();
});

test('the engine ends with its parent, however the parent ends', async () => {
  const script = `import { openStore } from '${new URL('../dist/store/store.js', import.meta.url).href}';
    const store = await openStore({ mode: 'embedded', path: process.argv[1] }); console.log('asking');
    await store.query('SELECT sum(sipHash64(number)) FROM numbers(1000000000000)', {}, { timeoutMs: 60_000 });`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script, join(root, 'orphan')], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(parent.stdout, 'data');
  const ended = once(parent, 'exit');
  parent.kill('SIGKILL');
  await ended;
  // The next one opens only when the first has let go of the directory.
  await (await openFresh('orphan')).close();
});
