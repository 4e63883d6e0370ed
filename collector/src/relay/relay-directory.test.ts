import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSpool } from '../spool/spool.js';
import { segmentNumber } from './batches.js';
import { RelayDirectory } from './relay-directory.js';

let root: string;
beforeEach(() => { root = mkdtempSync(path.join(os.tmpdir(), 'narrows-relay-directory-')); });
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a directory keeps its name and how far it has come; another directory is another relay', async () => {
  const first = await RelayDirectory.open(root);
  await first.passed(41);
  await first.passed(40);
  const again = await RelayDirectory.open(root);
  expect([again.relayId, again.segmentMin]).toEqual([first.relayId, 42]);
  const other = await RelayDirectory.open(path.join(root, 'other'));
  expect(other.relayId).not.toBe(first.relayId);
  expect(first.relayId).toMatch(/^[a-z0-9-]{1,64}$/);
});

test('no segment number comes twice, also when all segments are gone at a start', async () => {
  const numbers: number[] = [];
  for (let run = 0; run < 4; run++) {
    const directory = await RelayDirectory.open(root);
    const spool = await openSpool({ dir: path.join(root, 'relay-spool'), bytesMax: 1e8, sequenceMin: directory.segmentMin, now: () => 1_000 });
    const changed = { redacted: 0, truncated: 0, invalidUtf8: 0 };
    await spool.append({ agency: 'relay', signal: 'traces', batchId: BigInt(run), receivedAtMs: 1_000, accepted: 1, rejected: {}, changed, blocks: [{ table: 'otlp_traces', rows: 1, bytes: Buffer.from('a') }] });
    await spool.seal();
    const segment = (await spool.nextSealed())!;
    expect(segment.records().map(({ blocks }) => blocks[0]!.table)).toEqual(['otlp_traces']);
    numbers.push(segmentNumber(segment.segmentId));
    await directory.passed(segmentNumber(segment.segmentId));
    await spool.release(segment.segmentId);
    await spool.close();
    expect(readdirSync(path.join(root, 'relay-spool', 'segments'))).toEqual([]);
  }
  expect(numbers).toEqual([1, 2, 3, 4]);
});

test('the key of the senders is kept as a hash only, and can be changed', async () => {
  const directory = await RelayDirectory.open(root);
  expect([directory.hasKey, directory.isKey('')]).toEqual([false, false]);
  await directory.setKey('first-secret');
  await directory.setKey('second-secret');
  const again = await RelayDirectory.open(root);
  expect([again.isKey('second-secret'), again.isKey('first-secret'), again.isKey('')]).toEqual([true, false, false]);
  for (const name of readdirSync(root).filter((file) => file !== 'quarantine')) expect(readFileSync(path.join(root, name), 'latin1')).not.toContain('secret');
});

test.each([['relay-id', 'x\n'], ['relay-id', ''], ['last-segment', '12'], ['last-segment', '-1\n']])('a spoilt %s is a clear refusal, never a guess', async (name, content) => {
  writeFileSync(path.join(root, name), content);
  await expect(RelayDirectory.open(root)).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(name) as string });
});

test('of refused requests no more are kept than a thousand', async () => {
  const directory = await RelayDirectory.open(root);
  for (let i = 0; i < 1_005; i++) await directory.setAside(`${i}.traces.otlp`, Buffer.from('x'));
  expect(readdirSync(path.join(root, 'quarantine')).length).toBe(1_000);
});
