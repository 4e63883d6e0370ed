// The spool's side of the account (G5), on a disk in memory: what it enters and lets go of agrees at every step with what
// it holds, also when records rot, when the store refuses a part for good, and over a restart.
import { beforeEach, expect, test } from 'vitest';
import { IntakeLedger } from '../dist/intake-ledger.js';
import type { SpoolBook } from '../dist/spool/queued-items.js';
import type { Spool } from '../dist/spool/spool.js';
import { MemoryDisk } from './memory-disk.js';
import { drain, openOn, requestOf } from './spool-fixture.js';

let disk: MemoryDisk;
let ledger: IntakeLedger;
const book: SpoolBook = {
  entered: (group) => { ledger.accepted(group); },
  left: (groups, how) => { if (how === 'released') ledger.stored(groups); else ledger.dropped(groups, how); },
};
beforeEach(() => {
  disk = new MemoryDisk();
  ledger = new IntakeLedger();
});

/** Traces and logs of the fixture's one agency: [queued at start, received, stored, queued, dropped]. The sum must hold. */
function account(spool: Spool): number[][] {
  const queued = { traces: 0, metrics: 0, logs: 0 };
  for (const group of spool.queued()) queued[group.signal] += group.items;
  return ledger.of('first', queued).filter(({ signal }) => signal !== 'metrics').map((line) => {
    expect(line.difference).toBe(0);
    return [line.queuedAtStart, line.received, line.stored, line.queued, line.dropped.reduce((sum, { items }) => sum + items, 0)];
  });
}

/** One bit of the only segment, in the second of three records. */
async function rotInTheMiddle(): Promise<void> {
  const files = disk.files();
  const path = `/spool/segments/${(await files.list('/spool/segments'))[0]!}`;
  const bytes = await files.read(path);
  bytes[Math.floor(bytes.length / 2)]! ^= 0x10;
  const file = await files.reopen(path);
  await file.truncate(0);
  await file.append([bytes]);
}

test('appended, repeated, failed and released requests: each item is in one place', async () => {
  const spool = await openOn(disk, 1, { book });
  await Promise.all([1, 2, 3, 3].map((id) => spool.append(requestOf(id))));
  expect(account(spool)).toEqual([[0, 3, 0, 3, 0], [0, 3, 0, 3, 0]]);
  disk.failNext('sync');
  await expect(spool.append(requestOf(4))).rejects.toMatchObject({ code: 'SPOOL_FULL' });
  expect(account(spool)).toEqual([[0, 3, 0, 3, 0], [0, 3, 0, 3, 0]]);
  await drain(spool);
  expect(account(spool)).toEqual([[0, 3, 3, 0, 0], [0, 3, 3, 0, 0]]);
});

test('a record that rots while it waits is dropped as corrupt, and only that one', async () => {
  const spool = await openOn(disk, 1, { book });
  for (const id of [1, 2, 3]) await spool.append(requestOf(id, 64));
  await spool.seal();
  await rotInTheMiddle();
  await drain(spool);
  expect(account(spool)).toEqual([[0, 3, 2, 0, 1], [0, 3, 2, 0, 1]]);
});

test('of a segment that is refused for good, the tables that were taken before are stored', async () => {
  const spool = await openOn(disk, 1, { book });
  await spool.append(requestOf(1));
  await spool.seal();
  const segment = (await spool.nextSealed())!;
  await spool.quarantine(segment.segmentId, new Set(['otel_traces'] as const));
  expect(account(spool)).toEqual([[0, 1, 1, 0, 0], [0, 1, 0, 0, 1]]);
});

test('what is found at a start is brought forward, without what the store has for certain', async () => {
  const first = await openOn(disk, 1, { book });
  await first.append(requestOf(1));
  await drain(first);
  await first.append(requestOf(2));
  disk.kill();
  ledger = new IntakeLedger();
  const second = await openOn(disk, 2, { book });
  ledger.broughtForward(second.queued());
  expect(account(second)).toEqual([[1, 0, 0, 1, 0], [1, 0, 0, 1, 0]]);
  await second.append(requestOf(3));
  await drain(second);
  expect(account(second)).toEqual([[1, 1, 2, 0, 0], [1, 1, 2, 0, 0]]);
});
