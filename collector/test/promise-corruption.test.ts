// G7: corruption is contained. Every byte of everything that a spool leaves on the disk is flipped, one at a time, and the
// spool opened on it: it always starts, loses at most the one record that the byte belongs to, says so, and takes new data.
// Then the same for every truncation, and for bytes that go bad while the collector runs.
import { expect, test } from 'vitest';
import type { ItemGroup } from '../dist/spool/queued-items.js';
import { scanRecords } from '../dist/spool/record.js';
import { MemoryDisk } from './memory-disk.js';
import { drain, openOn, requestOf } from './spool-fixture.js';

const RECORDS = 3;
const DIRECTORIES = ['/spool', '/spool/segments'];

/** Two segments with records, the second in blocks, released ones in the journal, a mark of a relay; and what all files hold. */
async function leftBehind(): Promise<Map<string, Buffer>> {
  const disk = new MemoryDisk();
  const files = disk.files();
  let segments = 0;
  const spool = await openOn(disk, 1, { files: { ...files, create: (path) => (path.endsWith('.segment') && ++segments === 3 ? files.createUncached(path) : files.create(path)) } });
  await spool.append({ ...requestOf(90, 8), origin: { relay: 'a', sequence: 9 } });
  await drain(spool);
  for (let id = 1; id <= RECORDS; id++) await spool.append({ ...requestOf(id, 16), ...(id === 2 ? { origin: { relay: 'a', sequence: 10 } } : {}) });
  await spool.seal();
  await spool.append(requestOf(RECORDS + 1, 16));
  const content = new Map<string, Buffer>();
  for (const directory of DIRECTORIES) {
    for (const name of await disk.files().list(directory)) if (name !== 'lock') content.set(`${directory}/${name}`, await disk.files().read(`${directory}/${name}`));
  }
  await spool.close();
  return content;
}

async function diskWith(content: ReadonlyMap<string, Buffer>, changed: string, bytes: Buffer): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  for (const [path, original] of content) await (await disk.files().create(path)).append([path === changed ? bytes : original]);
  return disk;
}

async function check(disk: MemoryDisk, where: string, mayLose: number): Promise<void> {
  const spool = await openOn(disk, 2);
  const { recovered } = spool.stats();
  const stored = await drain(spool);
  const lost = Array.from({ length: RECORDS + 1 }, (_, index) => index + 1).filter((id) => !stored.includes(id));
  expect(lost.length, where).toBeLessThanOrEqual(mayLose);
  expect(new Set(stored).size, where).toBe(stored.length);
  // A file that ends between two records looks as if it had always ended there.
  if (lost.length > 0 && !where.includes('cut')) expect(recovered.corruptRecords + Number(recovered.tornBytes > 0), where).toBeGreaterThan(0);
  expect(await spool.append(requestOf(500)), where).toEqual({ duplicate: false });
  expect(await drain(spool), where).toEqual([500]);
  await spool.close();
}

test('whichever byte is flipped, in whichever file, it starts, and loses at most the record of that byte', async () => {
  const content = await leftBehind();
  expect([...content.keys()].map((path) => path.replace(/\d{12}-[0-9a-f]{12}/, 'ID')).toSorted()).toEqual(['/spool/relays', '/spool/released', '/spool/segments/ID.segment', '/spool/segments/ID.segment']);
  for (const [path, original] of content) {
    for (let at = 0; at < original.length; at++) {
      const spoilt = Buffer.from(original);
      spoilt[at]! ^= 1 << (at % 8);
      await check(await diskWith(content, path, spoilt), `${path} byte ${at}`, path.includes('segments') ? 1 : 0);
    }
  }
});

test('wherever a file is cut, it starts, and keeps every record before the cut', async () => {
  const content = await leftBehind();
  for (const [path, original] of content) {
    for (let length = 0; length < original.length; length += 3) {
      const behind = path.includes('segments') ? scanRecords(original).records.filter(({ offset, byteLength }) => offset + byteLength > length).length : 0;
      await check(await diskWith(content, path, original.subarray(0, length)), `${path} cut at ${length}`, behind);
    }
  }
});

test('a record that goes bad while it waits is lost alone, set aside, and booked as lost to its agency', async () => {
  const disk = new MemoryDisk();
  const lost: ItemGroup[] = [];
  const spool = await openOn(disk, 1, { book: { entered: () => undefined, left: (groups: readonly ItemGroup[], how: string) => { if (how === 'corrupt') lost.push(...groups); } } });
  for (let id = 1; id <= 3; id++) await spool.append(requestOf(id));
  await spool.seal();
  const files = disk.files();
  const [name] = await files.list('/spool/segments');
  const bytes = await files.read(`/spool/segments/${name}`);
  bytes[bytes.length >> 1]! ^= 1;
  await files.remove(`/spool/segments/${name}`);
  await (await files.create(`/spool/segments/${name}`)).append([bytes]);
  expect(await drain(spool)).toEqual([1, 3]);
  expect(spool.stats().spoiltRecords).toBe(1);
  expect(lost).toEqual([{ agency: 'first', signal: 'traces', items: 1 }, { agency: 'first', signal: 'logs', items: 1 }]);
  expect(spool.queued()).toEqual([]);
  expect(await files.list('/spool/quarantine')).toHaveLength(1);
});

test('a spoilt record is counted once, however often its segment is found again', async () => {
  const content = await leftBehind();
  const [path, original] = [...content].find(([name]) => name.includes('segments'))!;
  const spoilt = Buffer.from(original);
  spoilt[original.length - 3]! ^= 1;
  const disk = await diskWith(content, path, spoilt);
  for (let start = 2; start < 5; start++) {
    const spool = await openOn(disk, start);
    expect(spool.stats().recovered.corruptRecords).toBe(1);
    await spool.nextSealed();
    expect(spool.stats().spoiltRecords).toBe(0);
    disk.kill();
  }
});
