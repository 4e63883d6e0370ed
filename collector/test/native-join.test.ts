// Small blocks are joined on their way to the engine. What the joined block says must be what they said, row by row, in
// every table and for every value that OTLP can hold; the engine itself reads joined blocks in the process tests of the
// collector, whose requests are small.
import { TABLES, type Signal, type TableName } from '@narrows/contract';
import { expect, test } from 'vitest';
import { readNativeBlock, type Row } from '../dist/decode/testing/native-reader.js';
import { NativeJoin } from '../dist/spool/native-join.js';
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
  const join = new NativeJoin('otel_logs');
  const services = Array.from({ length: 300 }, (_, i) => `service-${i}`);
  for (const service of services) {
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
    const body = Buffer.from(JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: [{ timeUnixNano: '1', body: { stringValue: 'x' } }] }] }] }));
    join.add(decode('logs', body, 'json').blocks[0]!.bytes);
  }
  expect(readNativeBlock(join.finish()).map((row) => row['ServiceName'])).toEqual(services);
});

test('a block of other columns is no block of the table', () => {
  expect(() => { new NativeJoin('otel_logs').add(Uint8Array.of(3, 1)); }).toThrow('a block of 3 columns is none of otel_logs');
});
