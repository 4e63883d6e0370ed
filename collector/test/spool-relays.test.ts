// What a relay sends again is known for good: by its sequence, across restarts, lost power and an emptied spool, long after
// the duplicate window; and a request that was refused is never overtaken by a later one of the same relay.
import { expect, test } from 'vitest';
import type { DecodedRequest } from '@narrows/contract';
import { MemoryDisk } from './memory-disk.js';
import { batchesOf, drain, NOW_MS, openOn, requestOf } from './spool-fixture.js';

const DAYS_LATER_MS = NOW_MS + 5 * 86_400_000;
const LATER = { now: () => DAYS_LATER_MS };
function from(relay: string, sequence: number, batchId = sequence, agency = 'first'): DecodedRequest {
  return { ...requestOf(batchId), agency, origin: { relay, sequence } };
}

test('a sequence at or below the highest is a duplicate, also with other bytes; the next one is not', async () => {
  const spool = await openOn(new MemoryDisk(), 1);
  expect(await spool.append(from('a', 7))).toEqual({ duplicate: false });
  expect(await spool.append(from('a', 7, 70))).toEqual({ duplicate: true });
  expect(await spool.append(from('a', 6, 60))).toEqual({ duplicate: true });
  expect(await spool.append(from('a', 8))).toEqual({ duplicate: false });
  expect(await drain(spool)).toEqual([7, 8]);
});

test('each agency and each relay has its own sequence', async () => {
  const spool = await openOn(new MemoryDisk(), 1);
  for (const [batchId, request] of [from('a', 3, 1), from('b', 3, 2), from('a', 3, 3, 'second'), { ...requestOf(4) }].entries()) {
    expect(await spool.append(request), String(batchId)).toEqual({ duplicate: false });
  }
});

test.each(['in the spool', 'released', 'in quarantine'])('after a power loss and days, the sequence of what is %s is still known', async (place) => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1);
  for (const sequence of [1, 2, 3]) await spool.append(from('a', sequence));
  if (place === 'released') await drain(spool);
  if (place === 'in quarantine') {
    await spool.seal();
    await spool.quarantine((await spool.nextSealed())!.segmentId);
  }
  disk.restart(0);
  const again = await openOn(disk, 2, LATER);
  expect(await again.append(from('a', 3))).toEqual({ duplicate: true });
  expect(await again.append(from('a', 4))).toEqual({ duplicate: false });
  expect(await drain(again)).toEqual(place === 'in the spool' ? [1, 2, 3, 4] : [4]);
});

test('a refused request does not raise the mark, and those that stood in line behind it are refused with it', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1);
  await spool.append(from('a', 1));
  disk.failNext('sync');
  const answers = await Promise.allSettled([2, 3, 4].map((sequence) => spool.append(from('a', sequence))));
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect((answers[1] as PromiseRejectedResult).reason).toMatchObject({ code: 'SPOOL_FULL', retryable: true });
  for (const sequence of [2, 3, 4]) expect(await spool.append(from('a', sequence))).toEqual({ duplicate: false });
  expect(await drain(spool)).toEqual([1, 2, 3, 4]);
});

test('the same request sent again while the first is being written is one of the two duplicates', async () => {
  const spool = await openOn(new MemoryDisk(), 1);
  const answers = await Promise.all([spool.append(from('a', 1)), spool.append(from('a', 1, 11)), spool.append(from('a', 1))]);
  expect(answers.map(({ duplicate }) => duplicate)).toEqual([false, true, true]);
});

test('while the marks cannot be written, a segment that shows them stays, and the loader goes on', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1, { segmentBytesMax: 100 });
  await spool.append(from('a', 1));
  await spool.append(requestOf(2));
  await spool.seal();
  const [first, second] = [(await spool.nextSealed())!, (await spool.nextSealed())!];
  disk.failNext('create', 'ENOSPC'); // The file of marks: the journal is open already.
  await spool.release(first.segmentId);
  expect(await disk.files().list('/spool/segments')).toHaveLength(2);
  expect(spool.stats()).toMatchObject({ journalFailures: 1, loadingSegments: 1 });
  await spool.release(second.segmentId);
  disk.restart(0);
  const again = await openOn(disk, 2, LATER);
  expect(await again.append(from('a', 1, 10))).toEqual({ duplicate: true });
});

test('a spoilt file of marks does not keep the spool from starting, and is said', async () => {
  const disk = new MemoryDisk();
  const spool = await openOn(disk, 1);
  await spool.append(from('a', 1));
  await drain(spool);
  await spool.close();
  const files = disk.files();
  const bytes = await files.read('/spool/relays');
  bytes[20]! ^= 1;
  await files.remove('/spool/relays');
  await (await files.create('/spool/relays')).append([bytes]);
  const again = await openOn(disk, 2);
  expect(again.stats().relayMarksSpoilt).toBe(1);
  await again.append(from('a', 2));
  await again.seal();
  expect(batchesOf((await again.nextSealed())!)).toEqual([2]);
});
