// How a segment is loaded is decided once and kept beside it: through power losses at any moment, and through disks that
// fail while it is written down. And a segment whose traces may still be told of waits for its time, without losing its turn.
import type { SegmentLoad } from '@narrows/contract';
import pino from 'pino';
import { expect, test } from 'vitest';
import { IngestPipeline } from '../dist/pipeline.js';
import { SelfMetrics } from '../dist/self-metrics.js';
import type { Departure, ItemGroup } from '../dist/spool/queued-items.js';
import type { Spool } from '../dist/spool/spool.js';
import { MemoryDisk } from './memory-disk.js';
import { batchesOf, NOW_MS, openOn, requestOf } from './spool-fixture.js';

const PLAN = JSON.stringify({ keepOneIn: 4, notable: ['0a', '0b'] });

async function oneHandedOut(disk: MemoryDisk): Promise<[spool: Spool, segmentId: string]> {
  const spool = await openOn(disk, 1);
  await spool.append(requestOf(1));
  await spool.seal();
  return [spool, (await spool.nextSealed())!.segmentId];
}

test('a plan that was written down is there after a power loss at any later moment, and goes with its segment', async () => {
  const disk = new MemoryDisk();
  const [first, segmentId] = await oneHandedOut(disk);
  expect(await first.planOf(segmentId)).toBeNull();
  expect(await first.plan(segmentId, PLAN)).toBe(true);
  expect(await first.planOf(segmentId)).toBe(PLAN);
  disk.restart(0);
  const second = await openOn(disk, 2);
  expect(await second.planOf(segmentId)).toBe(PLAN);
  const again = (await second.nextSealed())!;
  expect([again.segmentId, again.loads()[0]?.again]).toEqual([segmentId, true]);
  await second.release(segmentId);
  expect(await second.planOf(segmentId)).toBeNull();
  await second.close();
  expect((await disk.files().list('/spool/segments')).filter((name) => name.includes(segmentId))).toEqual([]);
});

test('power that goes while it is written down leaves the whole plan or none', async () => {
  const seen = new Set<string | null>();
  for (let operations = 0; operations < 12; operations++) {
    for (const keepsNames of [false, true]) {
      const disk = new MemoryDisk();
      const [spool, segmentId] = await oneHandedOut(disk);
      disk.losePowerAfter(operations);
      const answer = await spool.plan(segmentId, PLAN).catch(() => 'not known');
      disk.restart(0.5, { keepsNames });
      const plan = await (await openOn(disk, 2)).planOf(segmentId);
      expect([null, PLAN]).toContain(plan);
      if (answer === true) expect(plan).toBe(PLAN);
      if (answer === false) expect(plan).toBeNull();
      seen.add(plan);
    }
  }
  expect(seen.size).toBe(2);
});

test('where the disk does not take it nothing is decided, and nothing comes back after a power loss', async () => {
  for (const operation of ['create', 'append', 'sync', 'rename', 'syncDirectory'] as const) {
    for (const keepsNames of [false, true]) {
      const disk = new MemoryDisk();
      const [spool, segmentId] = await oneHandedOut(disk);
      disk.failNext(operation, 'ENOSPC');
      expect(await spool.plan(segmentId, PLAN), operation).toBe(false);
      expect(await spool.planOf(segmentId), operation).toBeNull();
      disk.restart(1, { keepsNames });
      expect(await (await openOn(disk, 2)).planOf(segmentId), operation).toBeNull();
    }
  }
});

test('a plan whose segment is gone is removed at the next start', async () => {
  const disk = new MemoryDisk();
  const [spool, segmentId] = await oneHandedOut(disk);
  await spool.plan(segmentId, PLAN);
  await spool.close();
  const [segment] = (await disk.files().list('/spool/segments')).filter((name) => name.startsWith(segmentId) && !name.endsWith('.plan'));
  await disk.files().remove(`/spool/segments/${segment}`);
  await openOn(disk, 2);
  expect((await disk.files().list('/spool/segments')).filter((name) => name.endsWith('.plan'))).toEqual([]);
});

test('a segment that is not due waits, what comes behind it keeps its place, and the backlog is loaded meanwhile', async () => {
  const disk = new MemoryDisk();
  const before = await openOn(disk, 1);
  for (const batch of [1, 2]) { await before.append(requestOf(batch)); await before.seal(); }
  await before.close();
  const dueInMs = new Map<number, number>([[11, 300]]);
  const numbers = new Map<string, number>();
  const spool = await openOn(disk, 2, {
    liveFirst: true,
    watch: { entered: (segmentId, { batchId }) => numbers.set(segmentId, Number(batchId)), dueInMs: (segmentId) => dueInMs.get(numbers.get(segmentId)!) ?? 0, left: () => undefined },
  });
  for (const batch of [11, 12]) { await spool.append(requestOf(batch)); await spool.seal(); }
  const next = async (): Promise<[number, boolean]> => { const segment = (await spool.nextSealed())!; return [batchesOf(segment)[0]!, segment.live]; };
  expect([await next(), await next()]).toEqual([[1, false], [2, false]]);
  expect(spool.stats()).toMatchObject({ waitingSegments: 2, freshSegments: 2 });
  const waiting = next();
  dueInMs.clear(); // Its time has come; the spool looks again by itself.
  expect([await waiting, await next()]).toEqual([[11, true], [12, true]]);
  await spool.close();
});

test('what was only counted leaves the spool as thinned, the rest of the segment as stored, in one turn', async () => {
  const left: [Departure, readonly ItemGroup[]][] = [];
  const spool = await openOn(new MemoryDisk(), 1, { book: { entered: () => undefined, left: (groups, how) => { if (groups.length > 0) left.push([how, groups]); } }, now: () => NOW_MS });
  for (const batch of [1, 2, 3]) await spool.append(requestOf(batch));
  await spool.seal();
  const { segmentId } = (await spool.nextSealed())!;
  const released = spool.release(segmentId, [{ agency: 'first', signal: 'traces', items: 2 }]);
  expect(left).toEqual([
    ['released', [{ agency: 'first', signal: 'traces', items: 1 }]], ['released', [{ agency: 'first', signal: 'logs', items: 3 }]],
    ['thinned', [{ agency: 'first', signal: 'traces', items: 2 }]],
  ]);
  await released;
  expect(spool.queued()).toEqual([]);
});

/** The real loader over this spool, with a store that is a list; every segment is thinned to a quarter if it is up to this process. */
async function loadAll(spool: Spool): Promise<SegmentLoad[]> {
  const loads: SegmentLoad[] = [];
  const pipeline = new IngestPipeline({
    decoder: { decodeBundle: () => null, decode: () => { throw new TypeError('nothing is received in this test'); } }, spool, metrics: new SelfMetrics(() => NOW_MS), log: pino({ level: 'silent' }), now: () => NOW_MS,
    store: { load: (load) => { loads.push(load); return Promise.resolve(); }, thinnedOf: () => Promise.resolve([]) },
    thinning: { planFor: () => ({ keepOneIn: 4, notable: [] }) }, sleep: () => Promise.resolve(),
  });
  pipeline.start();
  await expect.poll(() => spool.stats().waitingSegments + spool.stats().loadingSegments).toBe(0);
  await pipeline.stop(0);
  return loads.filter(({ table }) => table === 'otel_traces');
}

test('a segment keeps the plan of the process that began with it; what another had begun without one is loaded whole', async () => {
  const disk = new MemoryDisk();
  const first = await openOn(disk, 1);
  for (const batch of [1, 2, 3]) { await first.append(requestOf(batch)); await first.seal(); }
  const begun = [(await first.nextSealed())!, (await first.nextSealed())!];
  await first.plan(begun[0]!.segmentId, PLAN);
  disk.restart(0);
  const loads = await loadAll(await openOn(disk, 2));
  expect(loads.map(({ thin }) => thin)).toEqual([JSON.parse(PLAN), undefined, { keepOneIn: 4, notable: [] }]);
});

test('a segment whose plan is spoilt is set aside and counted, and the others are loaded', async () => {
  const disk = new MemoryDisk();
  const [first, segmentId] = await oneHandedOut(disk);
  await first.plan(segmentId, PLAN.slice(0, 20));
  await first.append(requestOf(2));
  await first.close();
  const second = await openOn(disk, 2);
  expect(await loadAll(second)).toHaveLength(1);
  expect(second.stats().quarantined).toBe(1);
});
