import { expect, test } from 'vitest';
import type { SpoolFiles } from './files.js';
import { encodeRecord } from './record.js';
import { SegmentWriter } from './segment-writer.js';

const request = { agency: 'kdca', batchId: 1n, receivedAtMs: 1, blocks: [{ table: 'otel_logs' as const, rows: 1, bytes: Buffer.from('a block') }] };
const disk: Pick<SpoolFiles, 'create' | 'syncDirectory'> = {
  create: async () => ({ append: async () => undefined, sync: async () => { throw new Error('EIO'); }, truncate: async () => undefined, close: async () => undefined }),
  syncDirectory: async () => undefined,
};

test('a request whose sync fails is refused only when nobody reads its blocks any more: they are used for another then', async () => {
  const order: string[] = [];
  let copied = (): void => undefined;
  const writer = new SegmentWriter({
    files: disk as SpoolFiles, directory: '/spool', segmentBytesMax: 1_000, segmentAgeMsMax: 1_000, sequence: 1, sealsByAge: () => true,
    onWriting: () => new Promise((resolve) => { copied = () => { order.push('copied'); resolve(); }; }),
    onSealed: () => undefined, onBroken: () => { order.push('broken'); },
  });
  const refused = writer.write(encodeRecord(request), request, () => undefined).catch((error: Error) => { order.push(error.message); });
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => { setImmediate(resolve); });
  expect(order).toEqual([]);
  copied();
  await refused;
  expect(order).toEqual(['copied', 'broken', 'EIO']);
});
