import { expect, test } from 'vitest';
import { RELAY_TABLES, type Signal } from '@narrows/contract';
import { apart, batchesOf, bytesOf, type SegmentRecord } from './batches.js';

const MIB = 1024 * 1024;
const record = (offset: number, signal: Signal, bytes = 100, rows = 1): SegmentRecord =>
  ({ offset, receivedAtMs: 1_000 + offset, blocks: [{ table: RELAY_TABLES[signal], rows, bytes: new Uint8Array(bytes) }] });
const SEGMENT = '000000000007-abcdef012345';
const sequences = (records: readonly SegmentRecord[], segment = SEGMENT) => batchesOf(segment, records).map((batch) => batch.sequence);

test('small requests of a signal are joined, in the order in which they came, and signals are kept apart', () => {
  const batches = batchesOf(SEGMENT, [record(0, 'logs'), record(200, 'traces'), record(400, 'logs'), record(600, 'traces', 100, 5)]);
  expect(batches.map(({ signal, items, requests }) => [signal, items, requests.map((r) => r.offset)])).toEqual([['traces', 6, [200, 600]], ['logs', 2, [0, 400]]]);
});

test('sequence numbers rise from batch to batch and from segment to segment', () => {
  const records = Array.from({ length: 3_000 }, (_, i) => record(i * 2_700, (['traces', 'metrics', 'logs'] as const)[i % 3]!));
  const all = ['000000000007-a', '000000000008-b', '000000001000-c'].flatMap((segment) => sequences(records, segment));
  expect(all).toEqual(all.toSorted((a, b) => a - b));
  expect(new Set(all).size).toBe(all.length);
  expect(all.every(Number.isSafeInteger)).toBe(true);
});

test('a record that is missing, spoilt or skipped, changes the number of no other batch', () => {
  const records = Array.from({ length: 40 }, (_, i) => record(i * 100_000, 'traces'));
  const all = sequences(records);
  for (let missing = 0; missing < records.length; missing++) expect(sequences(records.toSpliced(missing, 1))).toEqual(all);
});

test('one by one, the requests of a batch have rising numbers that are not above its own and above the batch before', () => {
  const batches = batchesOf(SEGMENT, Array.from({ length: 30 }, (_, i) => record(i * 70_000, 'traces')));
  expect(batches.length).toBeGreaterThan(1);
  const parts = batches.map((batch) => apart(SEGMENT, batch).map((part) => part.sequence));
  const inOrder = batches.flatMap((batch, i) => [...parts[i]!, batch.sequence]);
  expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
});

test('what would be too large for one request when joined goes one by one', () => {
  const batches = batchesOf(SEGMENT, [record(0, 'traces'), record(200, 'traces', 5 * MIB), record(6 * MIB, 'traces', 100, 40_000), record(6 * MIB + 200, 'traces', 100, 40_000)]);
  expect(batches.map(({ requests, items }) => [requests.length, bytesOf(requests), items])).toEqual([[1, 100, 1], [1, 5 * MIB, 1], [1, 100, 40_000], [1, 100, 40_000]]);
});

test('a table of the collector in a relay\'s spool is a fault of ours', () => {
  expect(() => batchesOf(SEGMENT, [{ offset: 0, receivedAtMs: 1, blocks: [{ table: 'otel_traces', rows: 1, bytes: new Uint8Array(1) }] }])).toThrow('otel_traces');
});
