// Small blocks are joined on their way to the engine. What the joined block says must be what they said, row by row, in
// every table and for every value that OTLP can hold; the engine itself reads joined blocks in the process tests of the
// collector, whose requests are small.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TABLES, type Signal, type TableName } from '@narrows/contract';
import { expect, test } from 'vitest';
import { readNativeBlock, readNativeBlocks, type Row } from '../dist/decode/testing/native-reader.js';
import { NativeJoin } from '../dist/spool/native-join.js';
import { PlainBlocks } from '../dist/spool/plain-blocks.js';
import { decode, SEED } from './fuzz-verdict.js';
import { Random, randomRequest } from './otlp-generator.js';
import { writeMessage } from './otlp-writer.js';

const EXPORTS: Record<Signal, string> = { traces: 'ExportTraceServiceRequest', metrics: 'ExportMetricsServiceRequest', logs: 'ExportLogsServiceRequest' };
const REQUESTS = 40;
/** Requests are random, so one kind of metric may be late to appear; a table that never does is a fault of the generator. */
const MAX_REQUESTS = 2_000;

test(`the rows of joined blocks are those of the blocks, in every table (seed ${SEED})`, () => {
  const joins = new Map<TableName, { join: NativeJoin; rows: Row[] }>();
  for (const signal of ['traces', 'metrics', 'logs'] as const) {
    const random = new Random(SEED);
    const tables = (Object.keys(TABLES) as TableName[]).filter((table) => table.startsWith(`otel_${signal}`));
    for (let i = 0; i < REQUESTS || (i < MAX_REQUESTS && !tables.every((table) => joins.has(table))); i++) {
      const decoded = decode(signal, writeMessage(EXPORTS[signal], randomRequest(signal, random, false)));
      for (const { table, bytes } of decoded.blocks as { table: TableName; bytes: Uint8Array }[]) {
        const joined = joins.get(table) ?? { join: new NativeJoin(table), rows: [] };
        joins.set(table, joined);
        joined.rows.push(...readNativeBlock(bytes));
        joined.join.add(bytes);
      }
      decoded.release?.();
    }
  }
  expect([...joins.keys()].sort()).toEqual(Object.keys(TABLES).sort());
  for (const [table, { join, rows }] of joins) {
    expect(join.rows, table).toBe(rows.length);
    expect(readNativeBlock(join.finish()), table).toEqual(rows);
  }
});

test('a dictionary that outgrows one byte an index is written with two', () => {
  const joined = new NativeJoin('otel_logs');
  const services = Array.from({ length: 300 }, (_, i) => `service-${i}`);
  for (const service of services) {
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
    const body = Buffer.from(JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: [{ timeUnixNano: '1', body: { stringValue: 'x' } }] }] }] }));
    joined.add(decode('logs', body, 'json').blocks[0]!.bytes);
  }
  expect(readNativeBlock(joined.finish()).map((row) => row['ServiceName'])).toEqual(services);
});

test('a join that is used again begins empty, and its memory is what the largest took', () => {
  const random = new Random(SEED);
  const joined = new NativeJoin('otel_traces');
  const held: number[] = [];
  for (let round = 0; round < 6; round++) {
    const rows: Row[] = [];
    for (let i = 0; i < (round % 2 === 0 ? REQUESTS : 3); i++) {
      for (const { bytes } of decode('traces', writeMessage(EXPORTS.traces, randomRequest('traces', random, false))).blocks) {
        rows.push(...readNativeBlock(bytes));
        joined.add(bytes);
      }
    }
    expect(joined.rows).toBe(rows.length);
    expect(readNativeBlock(joined.finish())).toEqual(rows);
    expect([joined.rows, joined.bytes]).toEqual([0, 0]);
    held.push(joined.heldBytes);
  }
  expect(held[1]).toBe(held[0]);
  expect(readNativeBlock(joined.finish())).toEqual([]);
});

test('what is joined into two blocks of one write, and for several segments in turn, is written whole', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'narrows-plain-'));
  try {
    const plain = await PlainBlocks.open(directory, 2 ** 30);
    const names = (segment: string, from: number) => Array.from({ length: 90 }, (_, i) => Array.from({ length: 200 }, (__, row) => `${segment} ${from + i} ${row}`));
    const requestOf = (bodies: readonly string[]) => {
      const logRecords = bodies.map((stringValue) => ({ timeUnixNano: '1', body: { stringValue } }));
      const { agency, batchId, receivedAtMs, blocks } = decode('logs', Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })), 'json');
      return { agency, batchId, receivedAtMs, origin: undefined, blocks };
    };
    for (const segment of ['a', 'b', 'c']) {
      const wanted = [...names(segment, 0), ...names(segment, 90)];
      for (const from of [0, 90]) await plain.append(segment, wanted.slice(from, from + 90).map(requestOf));
      const [load] = (await plain.finish(segment))!.loads;
      expect(readNativeBlocks(await readFile(load!.file!)).map((row) => row['Body'])).toEqual(wanted.flat());
      await plain.remove(segment);
    }
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('a block of other columns is no block of the table', () => {
  expect(() => { new NativeJoin('otel_logs').add(Uint8Array.of(3, 1)); }).toThrow('a block of 3 columns is none of otel_logs');
});
