// What the relay counts on: segments come in order, whatever the disk does. The collector takes a lower number after a
// higher one for something it has had.
import { expect, test } from 'vitest';
import { MemoryDisk } from './memory-disk.js';
import { batchesOf, openOn, requestOf } from './spool-fixture.js';

test('a segment that a failed write broke is handed out before those behind it, however long cutting it back takes', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1);
  await spool.append(requestOf(1));
  disk.failNext('append');
  disk.failNext('truncate');
  await expect(spool.append(requestOf(2))).rejects.toMatchObject({ code: 'SPOOL_FULL' });
  await spool.append(requestOf(3));
  await spool.seal();
  expect(spool.stats()).toMatchObject({ brokenSegments: 1, waitingSegments: 1 });
  expect([await spool.nextSealed(), await spool.nextSealed()].map((segment) => batchesOf(segment!))).toEqual([[1], [3]]);
  await spool.close();
});

test('a broken segment with nothing in it holds up nobody once it is gone', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1);
  disk.failNext('append');
  disk.failNext('remove');
  await expect(spool.append(requestOf(1))).rejects.toMatchObject({ code: 'SPOOL_FULL' });
  await spool.append(requestOf(2));
  await spool.seal();
  expect(spool.stats().brokenSegments).toBe(1);
  expect(batchesOf((await spool.nextSealed())!)).toEqual([2]);
  expect(spool.stats().brokenSegments).toBe(0);
  await spool.close();
});
