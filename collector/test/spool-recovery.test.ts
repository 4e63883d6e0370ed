// The spool after a crash: kill at any operation, power loss with any part of the unsynced bytes kept, failing disks,
// repeated batches. A model drives random actions; the claim is always the same: acknowledged is there, and there once.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Spool } from '../dist/spool/spool.js';
import { MemoryDisk } from './memory-disk.js';
import { batchesOf, drain, openOn, requestOf } from './spool-fixture.js';

test('one directory serves one process, and the lock of a dead one is taken over', async () => {
  const disk = new MemoryDisk();
  const alive = { pid: 1, startedAt: '1', startOf: () => '1' };
  await openOn(disk, 1, { process: alive });
  await expect(openOn(disk, 2, { process: { ...alive, pid: 2 } })).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED' });
  await openOn(disk, 3);
});

test('the lock of an earlier process with the same id is taken over', async () => {
  const disk = new MemoryDisk();
  await openOn(disk, 7, { process: { pid: 7, startedAt: 'before', startOf: () => 'before' } });
  await openOn(disk, 7, { process: { pid: 7, startedAt: 'after', startOf: () => 'after' } });
});

test('a torn tail is cut and counted, and a spoilt record is set aside and counted', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1);
  for (let id = 1; id <= 3; id++) await spool.append(requestOf(id));
  await spool.close();
  const files = disk.files();
  const [name] = await files.list('/spool/segments');
  const path = `/spool/segments/${name}`;
  const bytes = await files.read(path);
  bytes[bytes.length >> 1]! ^= 1;
  await files.remove(path);
  const file = await files.create(path);
  await file.append([bytes.subarray(0, bytes.length - 5)]);
  const again = await openOn(disk, 2);
  expect(again.stats().recovered).toMatchObject({ records: 1, corruptRecords: 1 });
  expect(again.stats().recovered.tornBytes).toBeGreaterThan(0);
  expect(await files.list('/spool/quarantine')).toHaveLength(1);
  expect(await drain(again)).toEqual([1]);
});

test('a segment with a failed write is not loaded before its tail is cut for good', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1);
  await spool.append(requestOf(1));
  disk.failNext('sync');
  disk.failNext('truncate');
  await expect(spool.append(requestOf(2))).rejects.toMatchObject({ code: 'SPOOL_FULL' });
  expect(spool.stats()).toMatchObject({ brokenSegments: 1, waitingSegments: 0 });
  await spool.append(requestOf(2));
  disk.restart(1); // The refused copy of batch 2 reached the disk after all; only the acknowledged one counts.
  const again = await openOn(disk, 2);
  expect(again.stats().recovered.duplicates).toBe(1);
  expect(await drain(again)).toEqual([1, 2]);
});

type Action =
  | { do: 'append'; id: number; bytes: number } | { do: 'together'; ids: number[] } | { do: 'seal' } | { do: 'load'; release: boolean }
  | { do: 'fail'; operation: 'append' | 'sync' | 'truncate' | 'create' } | { do: 'losePower'; after: number; kept: number };
const id = fc.integer({ min: 1, max: 12 });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const), id, bytes: fc.integer({ min: 4, max: 400 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('together' as const), ids: fc.array(id, { minLength: 2, maxLength: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('seal' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('load' as const), release: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const), operation: fc.constantFrom('append' as const, 'sync' as const, 'truncate' as const, 'create' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('losePower' as const), after: fc.integer({ min: 0, max: 12 }), kept: fc.double({ min: 0, max: 1, noNaN: true }) }) },
);

/** Runs actions against a spool and a store that, like ours, stores a segment once however often it is loaded. */
class Run {
  readonly disk = new MemoryDisk();
  readonly acknowledged = new Set<number>();
  readonly stored: number[] = [];
  readonly #loadedSegments = new Set<string>();
  #spool: Spool | null = null;
  #pid = 1;
  #kept = 0;

  async step(action: Action): Promise<void> {
    if (action.do === 'losePower') { this.disk.losePowerAfter(action.after); this.#kept = action.kept; return; }
    if (action.do === 'fail') { this.disk.failNext(action.operation); return; }
    try {
      this.#spool ??= await openOn(this.disk, ++this.#pid, { segmentBytesMax: 800 });
      if (action.do === 'append') await this.#append(this.#spool, action.id, action.bytes);
      else if (action.do === 'together') await Promise.all(action.ids.map((each) => this.#append(this.#spool!, each, 40)));
      else if (action.do === 'seal') await this.#spool.seal();
      else await this.#load(this.#spool, action.release);
    } catch (error) {
      // Without power, or with a disk that fails at the start, a process ends; whoever supervises it starts the next.
      if ((error as { code?: string }).code !== 'EIO') throw error;
      await this.restart();
    }
  }

  async restart(): Promise<void> {
    const dead = this.#spool;
    this.disk.restart(this.#kept);
    this.#spool = null;
    await dead?.close().catch(() => undefined); // Its disk is gone: only its timers are meant.
  }

  async finish(): Promise<void> {
    await this.restart();
    let waiting = true;
    while (waiting) {
      this.#spool ??= await openOn(this.disk, ++this.#pid);
      waiting = this.#spool.stats().waitingSegments > 0;
      if (waiting) await this.#load(this.#spool, true);
    }
    await this.#spool?.close();
  }

  async #append(spool: Spool, batch: number, bytes: number): Promise<void> {
    try {
      await spool.append(requestOf(batch, bytes));
      this.acknowledged.add(batch);
    } catch (error) {
      if ((error as { code?: string }).code !== 'SPOOL_FULL') throw error;
    }
  }

  async #load(spool: Spool, release: boolean): Promise<void> {
    if (spool.stats().waitingSegments === 0) return;
    const next = spool.nextSealed();
    const segment = await Promise.race([next, new Promise<null>((resolve) => { setTimeout(resolve, 20, null); })]);
    if (!segment) { await this.restart(); return; } // Everything in it was skipped or unreadable.
    if (!this.#loadedSegments.has(segment.segmentId)) this.stored.push(...batchesOf(segment));
    this.#loadedSegments.add(segment.segmentId);
    if (release) await spool.release(segment.segmentId);
  }
}

test('whatever happens, an acknowledged batch is stored, and none is stored twice', async () => {
  await fc.assert(fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
    const run = new Run();
    for (const each of actions) await run.step(each);
    await run.finish();
    expect(run.stored.filter((batch, index) => run.stored.indexOf(batch) !== index), 'stored twice').toEqual([]);
    expect([...run.acknowledged].filter((batch) => !run.stored.includes(batch)), 'acknowledged and lost').toEqual([]);
  }), { numRuns: 500 });
}, 120_000);
