import { expect, test } from 'vitest';
import type { SpoolFile } from './files.js';
import { encodeRecord, scanRecords } from './record.js';
import { SegmentWriter } from './segment-writer.js';

const request = { agency: 'kdca', batchId: 1n, receivedAtMs: 1, blocks: [{ table: 'otel_logs' as const, rows: 1, bytes: Buffer.from('a block') }] };
const file: SpoolFile = { blockBytes: 1, append: async () => undefined, sync: async () => undefined, truncate: async () => undefined, close: async () => undefined };
const options = {
  files: { syncDirectory: async () => undefined }, directory: '/spool', segmentBytesMax: 1_000, segmentAgeMsMax: 1_000, sequence: 1, sealsByAge: () => true,
  onSealed: () => undefined, onBroken: () => undefined,
};

test('a request whose sync fails is refused only when nobody reads its blocks any more: they are used for another then', async () => {
  const order: string[] = [];
  let copied = (): void => undefined;
  const writer = new SegmentWriter({
    ...options,
    create: async () => ({ ...file, sync: async () => { throw new Error('EIO'); } }),
    onWriting: () => new Promise((resolve) => { copied = () => { order.push('copied'); resolve(); }; }),
    onBroken: () => { order.push('broken'); },
  });
  const refused = writer.write(encodeRecord(request), request, () => undefined).catch((error: Error) => { order.push(error.message); });
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => { setImmediate(resolve); });
  expect(order).toEqual([]);
  copied();
  await refused;
  expect(order).toEqual(['copied', 'broken', 'EIO']);
});

test('on a disk that wants blocks each group ends with one, and a record is told how much it takes there', async () => {
  const appends: Buffer[] = [];
  const takes: number[] = [];
  const writer = new SegmentWriter({ ...options, create: async () => ({ ...file, blockBytes: 512, append: async (chunks) => { appends.push(Buffer.concat(chunks)); } }) });
  const write = (batchId: bigint) => writer.write(encodeRecord({ ...request, batchId }), request, (_, byteLength) => { takes.push(byteLength); });
  await Promise.all([write(1n), write(2n)]);
  await write(3n);
  await writer.seal();
  expect(appends.map(({ length }) => length)).toEqual([512, 512]);
  const { records, gaps } = scanRecords(Buffer.concat(appends));
  expect(records.map(({ batchId, offset, byteLength }) => [batchId, offset, byteLength])).toEqual([[1n, 0, takes[0]], [2n, takes[0], takes[1]], [3n, 512, 512]]);
  expect(gaps).toEqual([]);
});
