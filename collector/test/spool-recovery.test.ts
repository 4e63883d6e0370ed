// The spool after a crash, case by case: the lock of a dead process, torn tails, spoilt records, refused records that reached
// the disk after all. The random model of the same is in promise-power-loss.test.ts.
import { expect, test } from 'vitest';
import { MemoryDisk } from './memory-disk.js';
import { drain, openOn, requestOf } from './spool-fixture.js';

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
