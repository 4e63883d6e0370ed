// Segments past the page cache, on a real disk: the bytes are those of an ordinary file, also where the disk refuses.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UncachedFile } from '../dist/spool/uncached-file.js';

const BLOCK_BYTES = 4 * 1024;
let directory: string;
beforeAll(async () => { directory = await mkdtemp(join(tmpdir(), 'narrows-uncached-')); });
afterAll(() => rm(directory, { recursive: true, force: true }));

const bytesOf = (length: number, salt: number): Buffer => Buffer.from(Array.from({ length }, (_, at) => at * salt));

test('what was appended in pieces of any length is read back as it was, more than is staged at a time too', async () => {
  const path = join(directory, 'pieces');
  const file = await UncachedFile.create(path);
  const first = [bytesOf(1, 3), bytesOf(5_000_000, 7), bytesOf(0, 1), bytesOf(1_221 * BLOCK_BYTES - 5_000_001, 11)];
  const second = [bytesOf(3 * BLOCK_BYTES, 13)];
  for (const pieces of [first, second]) {
    await file.append(pieces);
    await file.sync();
  }
  await file.close();
  expect(Buffer.concat([...first, ...second]).equals(await readFile(path))).toBe(true);
});

test('a name that is taken is refused', async () => {
  const path = join(directory, 'taken');
  await (await UncachedFile.create(path)).close();
  await expect(UncachedFile.create(path)).rejects.toMatchObject({ code: 'EEXIST' });
});

test('where the disk refuses to be written to in this way, the same bytes go the ordinary one', async () => {
  const path = join(directory, 'refused');
  const file = await UncachedFile.create(path);
  await file.append([bytesOf(BLOCK_BYTES, 3)]);
  const odd = bytesOf(1_000, 5); // No whole block: this is what a disk with larger ones sees.
  await file.append([odd]);
  await file.append([odd]);
  await file.sync();
  await file.close();
  expect(Buffer.concat([bytesOf(BLOCK_BYTES, 3), odd, odd]).equals(await readFile(path))).toBe(true);
});
