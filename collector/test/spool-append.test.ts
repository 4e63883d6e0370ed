// The spool while it runs: what an append promises, the duplicate window, and what a failing or full disk gives.
import { expect, test } from 'vitest';
import { MemoryDisk } from './memory-disk.js';
import { batchesOf, bundleOf, drain, NOW_MS, openOn, requestOf } from './spool-fixture.js';

test('an acknowledged batch survives a power loss that drops every unsynced byte and name', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1);
  await Promise.all([1, 2, 3].map((id) => spool.append(requestOf(id))));
  disk.restart(0);
  expect((await drain(await openOn(disk, 2))).sort()).toEqual([1, 2, 3]);
});

test('appends of the same moment share one sync', async () => {
  const disk = new MemoryDisk();
  const files = disk.files();
  let syncs = 0;
  const counting = { ...files, create: async (path: string) => { const file = await files.create(path); return { ...file, sync: () => { syncs++; return file.sync(); } }; } };
  const spool = await openOn(disk, 1, { files: counting });
  syncs = 0;
  await Promise.all(Array.from({ length: 100 }, (_, id) => spool.append(requestOf(id))));
  expect(syncs).toBe(1);
});

test('the same batch again is acknowledged and stored once, also while the first is still being written', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1);
  const answers = await Promise.all([spool.append(requestOf(1)), spool.append(requestOf(1)), spool.append(requestOf(1))]);
  expect(answers.map(({ duplicate }) => duplicate)).toEqual([false, true, true]);
  expect(await spool.append(requestOf(1))).toEqual({ duplicate: true });
  expect(await drain(spool)).toEqual([1]);
});

test('a repetition that waited for a failing sync is refused with it, and stored when it comes again', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1);
  disk.failNext('sync');
  const answers = await Promise.allSettled([spool.append(requestOf(1)), spool.append(requestOf(1))]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await spool.append(requestOf(1))).toEqual({ duplicate: false });
  expect(await drain(spool)).toEqual([1]);
});

test('the duplicate window survives release and restart, and ends when its time is over', async () => {
  const disk = new MemoryDisk();
  const first = await openOn(disk, 1);
  await first.append(requestOf(1));
  await drain(first);
  await first.append(requestOf(2));
  await first.close();
  const second = await openOn(disk, 2);
  expect(await second.append(requestOf(1))).toEqual({ duplicate: true });
  expect(await second.append(requestOf(2))).toEqual({ duplicate: true });
  await second.close();
  const later = await openOn(disk, 3, { now: () => NOW_MS + 11 * 60_000 });
  expect(await later.append(requestOf(1, 64, NOW_MS + 11 * 60_000))).toEqual({ duplicate: false });
});

test.each(['append', 'sync', 'create', 'syncDirectory'] as const)('a failed %s is refused with SPOOL_FULL, and what was acknowledged before stays', async (operation) => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1);
  if (operation === 'append' || operation === 'sync') await spool.append(requestOf(1));
  disk.failNext(operation, 'ENOSPC');
  await expect(spool.append(requestOf(2))).rejects.toMatchObject({ code: 'SPOOL_FULL', retryAfterSeconds: 5 });
  await spool.append(requestOf(3));
  expect(await drain(spool)).toEqual(operation === 'append' || operation === 'sync' ? [1, 3] : [3]);
});

test('a full spool refuses, and takes again when a segment was released', async () => {
  const spool = await openOn(new MemoryDisk(), 1, { bytesMax: 2_000 });
  await spool.append(requestOf(1, 1_500));
  await expect(spool.append(requestOf(2, 1_500))).rejects.toMatchObject({ code: 'SPOOL_FULL' });
  expect(await drain(spool)).toEqual([1]);
  expect(await spool.append(requestOf(2, 1_500))).toEqual({ duplicate: false });
});

test('a segment is sealed at its size, and grows to it instead of its age while the loader is behind', async () => {
  const spool = await openOn(new MemoryDisk(), 1, { segmentBytesMax: 1_000 });
  for (let id = 1; id <= 4; id++) await spool.append(requestOf(id, 600));
  expect(spool.stats().waitingSegments).toBe(2);
});

test('an aged segment is handed out without anybody asking to seal it', async () => {
  const spool = await openOn(new MemoryDisk(), 1, { segmentAgeMsMax: 1 });
  const next = spool.nextSealed();
  await spool.append(requestOf(1));
  expect((await next)?.loads().map((load) => load.rows)).toEqual([1, 1]);
  await spool.close();
});

test('a reader that lets things gather gets them as one segment, however old, and at once when that has its size', async () => {
  const spool = await openOn(new MemoryDisk(), 1, { liveFirst: true, segmentAgeMsMax: 1, segmentBytesMax: 2_000 });
  const append = async (id: number) => {
    await spool.append(requestOf(id, 600));
    await new Promise((resolve) => { setTimeout(resolve, 5); }); // Past its age.
  };
  const soon = spool.nextSealed(100);
  await append(1);
  await append(2);
  expect(spool.stats().waitingSegments).toBe(0);
  expect(batchesOf((await soon)!)).toEqual([1, 2]);
  const grown = spool.nextSealed(3_600_000);
  for (let id = 3; id <= 6; id++) await append(id);
  expect(batchesOf((await grown)!).length).toBeGreaterThan(1);
  await spool.close();
});

test('a spool that closes does not let its reader gather on', async () => {
  const spool = await openOn(new MemoryDisk(), 1, { liveFirst: true });
  const next = spool.nextSealed(3_600_000);
  await spool.append(requestOf(1));
  await spool.close();
  expect(await next).toBeNull();
});

test('segments are handed out in the order of their appends', async () => {
  const spool = await openOn(new MemoryDisk(), 1, { segmentBytesMax: 500 });
  for (let id = 1; id <= 20; id++) await spool.append(requestOf(id, 100));
  expect(await drain(spool)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

test('a segment that the store will never take is kept aside, counted, and not handed out again', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1);
  await spool.append(requestOf(1));
  await spool.seal();
  await spool.quarantine((await spool.nextSealed())!.segmentId);
  expect(spool.stats()).toMatchObject({ bytes: 0, quarantined: 1 });
  await spool.close();
  expect(await disk.files().list('/spool/quarantine')).toHaveLength(1);
  expect(await drain(await openOn(disk, 2))).toEqual([]);
});

test('a journal that cannot be written does not keep a full disk full', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1);
  await spool.append(requestOf(1));
  await spool.seal();
  const segment = await spool.nextSealed();
  disk.failNext('append', 'ENOSPC');
  await spool.release(segment!.segmentId);
  expect(spool.stats()).toMatchObject({ bytes: 0, journalFailures: 1 });
});

test('a waiting reader is told when the spool closes', async () => {
  const spool = await openOn(new MemoryDisk(), 1);
  const next = spool.nextSealed();
  await spool.close();
  expect(await next).toBeNull();
  await expect(spool.append(requestOf(1))).rejects.toMatchObject({ code: 'SPOOL_FULL' });
});

test('after a failed write of the journal, what is released later is still known at the next start', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1);
  await spool.append(requestOf(1));
  await spool.seal();
  const segment = await spool.nextSealed();
  disk.failNext('append', 'ENOSPC');
  await spool.release(segment!.segmentId);
  await spool.append(requestOf(2));
  await drain(spool);
  disk.restart(0);
  const again = await openOn(disk, 2);
  for (const id of [1, 2]) expect(await again.append(requestOf(id))).toEqual({ duplicate: true });
});

test('a clock that jumps by a day in either direction is counted, changes no order, and loses nothing', async () => {
  let nowMs = NOW_MS;
  let uptimeMs = 0;
  const disk = new MemoryDisk();
  const options = { now: () => nowMs, uptimeMs: () => uptimeMs, segmentBytesMax: 100 };
  const spool = await openOn(disk, 1, options);
  for (const [id, jumpMs] of [0, 86_400_000, -2 * 86_400_000, 1_000].entries()) {
    nowMs += jumpMs + 1_000;
    uptimeMs += 1_000;
    await spool.append(requestOf(id + 1, 64, nowMs));
  }
  expect(spool.stats().clockJumps).toBe(2);
  await spool.close();
  expect(await drain(await openOn(disk, 2, options))).toEqual([1, 2, 3, 4]);
});

test('requests of a bundle are known one by one, also after a release and a restart', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1);
  expect([1, 2, 3].map((id) => spool.mayBundle(BigInt(id)))).toEqual([true, true, true]);
  const writing = spool.append(bundleOf([1, 2, 3], 1_000));
  expect(spool.mayBundle(2n)).toBe(false);
  expect(await spool.append(requestOf(2))).toEqual({ duplicate: true });
  await writing;
  expect(spool.stats()).toMatchObject({ appended: 3, duplicates: 1 });
  await expect(spool.append(bundleOf([3, 4], 1_001))).rejects.toThrow(TypeError);
  expect(await drain(spool)).toEqual([1, 2, 3]);
  await spool.append(bundleOf([5, 6], 1_002));
  await spool.close();

  const next = await openOn(disk, 2);
  for (const id of [1, 2, 3, 5, 6]) expect(await next.append(requestOf(id)), `${id}`).toEqual({ duplicate: true });
  expect(next.mayBundle(6n)).toBe(false);
  expect(await drain(next)).toEqual([5, 6]);
});

test('a request that comes again after the window does not take the others of its first bundle with it', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1, { duplicateWindowMs: 10, now: () => NOW_MS });
  await spool.append(bundleOf([1, 2], 1_000, NOW_MS - 1_000));
  await spool.append(requestOf(1));
  disk.restart(0);
  expect((await drain(await openOn(disk, 2))).sort()).toEqual([1, 1, 2]);
});

test('requests of a bundle that could not be written come again when nothing of it is left on the disk', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1);
  await spool.append(requestOf(9));
  disk.failNext('sync');
  disk.failNext('truncate');
  await expect(spool.append(bundleOf([1, 2], 1_000))).rejects.toMatchObject({ code: 'SPOOL_FULL' });
  expect(spool.mayBundle(3n)).toBe(false);
  await expect(spool.append(requestOf(1))).rejects.toMatchObject({ code: 'SPOOL_FULL', message: expect.stringContaining('not cut back') as string });
  await spool.append(requestOf(3));
  await expect.poll(() => spool.stats().brokenSegments, { timeout: 10_000 }).toBe(0);
  expect(spool.mayBundle(1n)).toBe(true);
  await spool.append(bundleOf([1, 2], 1_001));
  expect((await drain(spool)).sort()).toEqual([1, 2, 3, 9]);
});
