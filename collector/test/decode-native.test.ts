// Blocks of decode, read by the engine they are meant for. chDB runs in a child process of its own (in a worker thread it
// crashes at exit); the golden requests are the OpenTelemetry Collector's own and are left out where they are not at hand.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TABLES, type DecodedRequest, type Signal, type TableName } from '@narrows/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDecoder } from '../src/decode/decoder.js';
import { attributesOf, protobufOf, spanRequest } from '../src/decode/testing/decode-rows.js';

const GOLDEN = fileURLToPath(new URL('../../../shared/conformance/otlp-golden.tgz', import.meta.url));
const ENGINE = fileURLToPath(new URL('read-native.mjs', import.meta.url));
const decoder = createDecoder({ pipelines: () => [] });
const decode = (signal: Signal, bytes: Uint8Array, encoding: 'protobuf' | 'json' = 'protobuf'): DecodedRequest =>
  decoder.decode({ agency: 'kdca', signal, encoding, bytes, receivedAtMs: 1_795_334_400_000, batchId: 7n });
let directory: string;

beforeAll(() => { directory = mkdtempSync(join(tmpdir(), 'narrows-decode-')); });
afterAll(() => { rmSync(directory, { recursive: true, force: true }); });

/** Rows as the engine sees them, one JSON object a line. */
function engineRows(name: string, bytes: Uint8Array): Record<string, unknown>[] {
  const file = join(directory, `${name}.native`);
  writeFileSync(file, bytes);
  const out = execFileSync(process.execPath, [ENGINE, file], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return out.trim().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('the engine reads a block of spans, with full and empty nested columns', () => {
  const attributes = attributesOf({ a: '1', b: '둘' });
  const full = { name: 'full', attributes, events: [{ timeUnixNano: '5', name: 'e', attributes }, { name: 'f' }], links: [{ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', attributes }] };
  const block = decode('traces', Buffer.concat([protobufOf('traces', spanRequest(full)), protobufOf('traces', spanRequest({ name: 'empty' }))])).blocks[0]!;
  const [first, second] = engineRows('spans', block.bytes);
  expect(Object.keys(first!)).toEqual(TABLES.otel_traces.map((column) => column.name));
  expect(first).toMatchObject({
    SpanName: 'full', SpanAttributes: { a: '1', b: '둘' }, 'Events.Name': ['e', 'f'], 'Events.Attributes': [{ a: '1', b: '둘' }, {}],
    'Events.Timestamp': ['1970-01-01 00:00:00.000000005', '1970-01-01 00:00:00.000000000'], 'Links.TraceId': ['0af7651916cd43dd8448eb211c80319c'],
    'Links.Attributes': [{ a: '1', b: '둘' }], Duration: 250_000_001, DownstreamNano: -1, BatchId: 7, ReceivedAt: '2026-11-22 08:00:00.000',
  });
  expect(second).toMatchObject({ SpanName: 'empty', SpanAttributes: {}, 'Events.Name': [], 'Links.Attributes': [], ServiceName: 'identity' });
});

test('the engine reads a block without a single attribute, event or link', () => {
  expect(engineRows('bare', decode('traces', protobufOf('traces', { resourceSpans: [{ scopeSpans: [{ spans: [{}] }] }] })).blocks[0]!.bytes)).toHaveLength(1);
});

test('the engine reads a dictionary of more than 256 names', () => {
  const spans = Array.from({ length: 700 }, (_, i) => ({ name: `name-${i}`, attributes: attributesOf({ [`key-${i}`]: `${i}` }) }));
  const rows = engineRows('names', decode('traces', protobufOf('traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] })).blocks[0]!.bytes);
  expect(rows.map((row) => [row.SpanName, row.SpanAttributes])).toEqual(spans.map((span, i) => [span.name, { [`key-${i}`]: `${i}` }]));
});

interface GoldenFile { File: string; Signal: Signal; Items: number }

test.skipIf(!existsSync(GOLDEN))('every golden request is taken whole, in both encodings alike, and read by the engine', () => {
  execFileSync('tar', ['-xzf', GOLDEN, '-C', directory]);
  const golden = join(directory, 'otlp-golden');
  const manifest = JSON.parse(readFileSync(join(golden, 'MANIFEST.json'), 'utf8')) as GoldenFile[];
  const blocks = new Map<TableName, Uint8Array[]>();
  let items = 0;
  for (const { File, Signal, Items } of manifest.filter((entry) => entry.File.endsWith('.pb'))) {
    const decoded = decode(Signal, readFileSync(join(golden, File)));
    expect([File, decoded.accepted, decoded.rejected]).toEqual([File, Items, {}]);
    const json = decode(Signal, readFileSync(join(golden, File.replace(/\.pb$/, '.json'))), 'json');
    expect([File, json.accepted, json.blocks.map((block) => Buffer.compare(block.bytes, decoded.blocks.find(({ table }) => table === block.table)!.bytes))]).toEqual([File, Items, decoded.blocks.map(() => 0)]);
    for (const { table, bytes } of decoded.blocks as { table: TableName; bytes: Uint8Array }[]) blocks.set(table, [...blocks.get(table) ?? [], bytes]);
    items += Items;
  }
  const rows = [...blocks].map(([table, parts]) => engineRows(table, Buffer.concat(parts)).length);
  expect(rows.reduce((sum, count) => sum + count, 0)).toBe(items);
});

if (!existsSync(GOLDEN)) console.warn(`left out: golden OTLP requests, there is no ${GOLDEN}`);
