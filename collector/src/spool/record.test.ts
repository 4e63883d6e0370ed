import { expect, test } from 'vitest';
import { batchIdsOf, encodeRecord, paddedRecord, RECORD_HEADER_BYTES, scanRecords } from './record.js';

const request = (batchId: number) => ({
  agency: '질병관리청', batchId: BigInt(batchId), receivedAtMs: 1_790_000_000_000 + batchId,
  blocks: [
    { table: 'otel_traces' as const, rows: 3, bytes: Buffer.from(`spans ${batchId} \n\0`) },
    { table: 'otel_logs' as const, rows: 1, bytes: Buffer.from([batchId, 255]) },
  ],
});
const encoded = (...args: Parameters<typeof encodeRecord>) => Buffer.concat(encodeRecord(...args).pieces);
const records = [1, 2, 3].map((batchId) => encoded(request(batchId)));
const segment = Buffer.concat(records);
const batchIds = (bytes: Buffer) => scanRecords(bytes).records.map((record) => Number(record.batchId));

test('a record read back is the request that was written', () => {
  const [first] = scanRecords(segment).records;
  expect({ ...first, blocks: first?.blocks.map((block) => ({ ...block, bytes: Buffer.from(block.bytes) })) })
    .toEqual({ ...request(1), offset: 0, byteLength: records[0]!.byteLength });
  expect(scanRecords(segment).gaps).toEqual([]);
});

test('a segment cut at any byte of its last record keeps all records before it', () => {
  const begin = records[0]!.length + records[1]!.length;
  for (let end = begin + 1; end < segment.length; end++) {
    const { gaps } = scanRecords(segment.subarray(0, end));
    expect(batchIds(segment.subarray(0, end))).toEqual([1, 2]);
    expect(gaps).toEqual([{ from: begin, to: end, kind: 'torn' }]);
  }
});

test('a flipped bit in any byte of a record loses this record and no other', () => {
  const begin = records[0]!.length;
  const end = begin + records[1]!.length;
  for (let at = begin; at < end; at++) {
    const spoilt = Buffer.from(segment);
    spoilt[at] = spoilt[at]! ^ 0x10;
    expect(batchIds(spoilt)).toEqual([1, 3]);
    expect(scanRecords(spoilt).gaps).toEqual([{ from: begin, to: end, kind: 'corrupt' }]);
  }
});

test('bytes inside a payload that look like a record are never taken for one', () => {
  const inner = encoded(request(99));
  const outer = encoded({ ...request(1), blocks: [{ table: 'otel_logs', rows: 1, bytes: inner }] });
  expect(batchIds(Buffer.concat([outer, records[1]!]))).toEqual([1, 2]);
  outer[RECORD_HEADER_BYTES] = outer[RECORD_HEADER_BYTES]! ^ 1;
  expect(batchIds(Buffer.concat([outer, records[1]!]))).toEqual([2]);
});

test('a record from a relay names its origin, and one of the first version beside it is still read', () => {
  const relayed = encoded({ ...request(4), origin: { relay: 'dmz-7', sequence: 2 ** 52 } });
  const [first, second] = scanRecords(Buffer.concat([relayed, records[0]!])).records;
  expect(first).toMatchObject({ batchId: 4n, agency: '질병관리청', origin: { relay: 'dmz-7', sequence: 2 ** 52 } });
  expect(first?.blocks.map(({ table, rows }) => [table, rows])).toEqual([['otel_traces', 3], ['otel_logs', 1]]);
  expect(second).toMatchObject({ batchId: 1n, origin: undefined });
  expect(records[0]!.readUInt16LE(4)).toBe(1);
});

test('a flipped bit in any byte of a relayed record loses this record and no other', () => {
  const relayed = encoded({ ...request(4), origin: { relay: 'dmz-7', sequence: 12 } });
  for (let at = 0; at < relayed.length; at++) {
    const spoilt = Buffer.concat([relayed, records[1]!]);
    spoilt[at] = spoilt[at]! ^ 0x04;
    expect(batchIds(spoilt)).toEqual([2]);
  }
});

test('behind a padded record the next one is found, whatever stands in the padding and wherever it is cut', () => {
  const padded = paddedRecord(encodeRecord(request(4)), 100);
  const bytes = Buffer.concat(padded.pieces);
  expect(bytes.length).toBe(padded.byteLength);
  expect(scanRecords(Buffer.concat([bytes, segment]))).toMatchObject({ records: [{ batchId: 4n, byteLength: bytes.length }, { batchId: 1n }, { batchId: 2n }, { batchId: 3n }], gaps: [] });
  for (let at = 0; at < bytes.length; at++) {
    const spoilt = Buffer.concat([bytes, records[1]!]);
    spoilt[at] = spoilt[at]! ^ 0x04;
    expect(batchIds(spoilt)).toEqual(at < bytes.length - 100 ? [2] : [4, 2]);
    expect(batchIds(Buffer.concat([records[0]!, bytes.subarray(0, at)]))).toEqual([1]);
  }
});

test('a record of several requests names each of them, and none that a relay forwarded', () => {
  const bundled = [{ batchId: 7n, accepted: 2 }, { batchId: 2n ** 64n - 1n, accepted: 1 }];
  const [record] = scanRecords(Buffer.concat([encoded({ ...request(5), bundled }), records[0]!])).records;
  expect(record).toMatchObject({ batchId: 5n, bundled: [{ batchId: 7n }, { batchId: 2n ** 64n - 1n }] });
  expect(batchIdsOf(record!)).toEqual([7n, 2n ** 64n - 1n]);
  expect(batchIdsOf(request(5))).toEqual([5n]);
  expect(() => encodeRecord({ ...request(5), bundled, origin: { relay: 'r', sequence: 1 } })).toThrow(TypeError);
});
