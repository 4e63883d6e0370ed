// Bodies that lie, are cut or nest without end. Whatever comes, the answer is a NarrowsError or rows that were really sent.
import fc from 'fast-check';
import { LIMITS, NarrowsError, type ErrorCode, type Signal } from '@narrows/contract';
import { describe, expect, test } from 'vitest';
import { createDecoder } from './decoder.js';
import { BATCH_ID, RECEIVED_AT_MS, attributesOf, decodeBytes, decodeObject, protobufOf, spanRequest } from './testing/decode-rows.js';

const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];
const field = (number: number, ...bytes: (number | Uint8Array)[]): Buffer => {
  const body = Buffer.concat(bytes.map((part) => (typeof part === 'number' ? Buffer.from([part]) : part)));
  return Buffer.concat([varint(number << 3 | 2), varint(body.length), body]);
};
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) { bytes.push((rest & 127) | 128); rest = Math.floor(rest / 128); }
  return Buffer.from([...bytes, rest]);
}
/** ExportTraceServiceRequest around the bytes of one Span. */
const aroundSpan = (...span: (number | Uint8Array)[]): Buffer => field(1, field(2, field(2, ...span)));
/** One decoder for all of them: what a refused body leaves behind would show in the next. */
const decoder = createDecoder({ pipelines: () => [] });
const codeOf = (bytes: Uint8Array, signal: Signal = 'traces', encoding: 'protobuf' | 'json' = 'protobuf'): ErrorCode | 'accepted' => {
  try {
    decoder.decode({ agency: 'kdca', signal, encoding, bytes, receivedAtMs: RECEIVED_AT_MS, batchId: BATCH_ID });
    return 'accepted';
  } catch (error) {
    if (error instanceof NarrowsError) return error.code;
    throw error;
  }
};

const attributes = [...attributesOf({ a: 'x'.repeat(30), __proto__x: '1' }), { key: 'list', value: { arrayValue: { values: [{ intValue: '5' }, { kvlistValue: { values: attributesOf({ k: 'v' }) } }] } } }];
const SAMPLES: Record<Signal, Uint8Array> = {
  traces: protobufOf('traces', spanRequest({ attributes, events: [{ timeUnixNano: '5', name: 'e', attributes }], links: [{ traceId: '0af7651916cd43dd8448eb211c80319c', attributes }], status: { code: 2, message: 'm' }, flags: 1 })),
  metrics: protobufOf('metrics', { resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ scope: { name: 's', attributes }, metrics: [
    { name: 'g', gauge: { dataPoints: [{ asDouble: 1, attributes, exemplars: [{ asInt: '1', filteredAttributes: attributes }] }] } },
    { name: 'h', histogram: { dataPoints: [{ bucketCounts: ['1'], explicitBounds: [1], sum: 2, count: '3' }], aggregationTemporality: 2 } },
    { name: 'e', exponentialHistogram: { dataPoints: [{ scale: -1, positive: { offset: 1, bucketCounts: ['300'] } }] } },
    { name: 's', summary: { dataPoints: [{ quantileValues: [{ quantile: 0.5, value: 1 }] }] } }] }] }] }),
  logs: protobufOf('logs', { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords: [{ timeUnixNano: '5', body: { stringValue: 'b' }, attributes, severityText: 'INFO' }] }] }] }),
};

describe.each(SIGNALS)('%s', (signal) => {
  test('a body cut at any byte is refused, but where nothing is left of it', () => {
    const whole = SAMPLES[signal];
    expect(codeOf(whole, signal)).toBe('accepted');
    for (let length = 1; length < whole.length; length++) expect([length, codeOf(whole.subarray(0, length), signal)]).toEqual([length, 'DECODE_TRUNCATED']);
    expect(decodeBytes(signal, whole.subarray(0, 0)).decoded).toMatchObject({ accepted: 0, blocks: [] });
  });

  test('a body with any byte changed is decoded or refused, and never does anything else', () => {
    const whole = SAMPLES[signal];
    for (let at = 0; at < whole.length; at++) for (const flip of [0x01, 0x80]) {
      const changed = Uint8Array.from(whole);
      changed[at]! ^= flip;
      expect(['accepted', 'DECODE_TRUNCATED', 'DECODE_MALFORMED', 'DECODE_TOO_DEEP']).toContain(codeOf(changed, signal));
    }
  });

  test('random bytes are decoded or refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => { codeOf(bytes, signal); codeOf(bytes, signal, 'json'); }), { numRuns: 300 });
  });
});

test.each<[string, Uint8Array, ErrorCode]>([
  ['garbage', Buffer.from('this is not protobuf'), 'DECODE_MALFORMED'],
  ['an 11-byte varint', aroundSpan(6 << 3, ...Array<number>(10).fill(0xff), 1), 'DECODE_MALFORMED'],
  ['a tag of 6 bytes', aroundSpan(5 << 3 | 2 | 0x80, 0x80, 0x80, 0x80, 0x80, 0, 1, 65), 'DECODE_MALFORMED'],
  ['a length of 6 bytes', aroundSpan(5 << 3 | 2, 0x81, 0x80, 0x80, 0x80, 0x80, 0, 65), 'DECODE_MALFORMED'],
  ['a length past the end of its message', aroundSpan(5 << 3 | 2, 100, 65), 'DECODE_TRUNCATED'],
  ['a length past its message, inside the body', Buffer.concat([aroundSpan(5 << 3 | 2, 100, 65), field(1)]), 'DECODE_MALFORMED'],
  ['a length of 2^35', Buffer.concat([Buffer.from([1 << 3 | 2]), Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80, 1])]), 'DECODE_MALFORMED'],
  ['a wrong wire type in a known field', aroundSpan(5 << 3, 1), 'DECODE_MALFORMED'],
  ['a number where the spans should be', field(1, field(2, 2 << 3, 1)), 'DECODE_MALFORMED'],
  ['a group that nothing ends', aroundSpan(...varint(30 << 3 | 3)), 'DECODE_TRUNCATED'],
  ['a group that another ends', aroundSpan(...varint(30 << 3 | 3), ...varint(31 << 3 | 4)), 'DECODE_MALFORMED'],
  ['a group in a known field', aroundSpan(5 << 3 | 3, 5 << 3 | 4), 'DECODE_MALFORMED'],
  ['field number 0', aroundSpan(2, 0), 'DECODE_MALFORMED'],
])('%s is refused', (_name, bytes, code) => { expect(codeOf(bytes)).toBe(code); });

test('unknown fields of every wire type are stepped over', () => {
  const unknown = [...varint(20 << 3), 1, ...varint(21 << 3 | 1), 1, 2, 3, 4, 5, 6, 7, 8, ...varint(22 << 3 | 2), 1, 9, ...varint(23 << 3 | 5), 1, 2, 3, 4, ...varint(24 << 3 | 3), 1 << 3, 1, ...varint(24 << 3 | 4)];
  expect(decodeBytes('traces', aroundSpan(...unknown, 5 << 3 | 2, 1, 65)).rows[0]!.SpanName).toBe('A');
});

test('a request is taken whole or not at all, and the next one starts clean', () => {
  const good = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
  const request = { resourceSpans: [{ scopeSpans: [{ spans: [good, good] }] }] };
  const broken = Buffer.concat([protobufOf('traces', request), aroundSpan(9 << 3 | 2, 2, 1 << 3, 1)]);
  expect(codeOf(broken)).toBe('DECODE_MALFORMED');
  expect(decodeObject('traces', request).rows).toHaveLength(2);
});

/** AnyValue bytes: arrays inside one another, `levels` deep with the innermost value. */
function nestedArray(levels: number): Buffer {
  let value: Buffer = Buffer.from([1 << 3 | 2, 1, 65]);
  for (let level = 1; level < levels; level++) value = field(5, field(1, value));
  return value;
}
const nestedJson = (levels: number): string => '{"arrayValue":{"values":['.repeat(levels - 1) + '{"stringValue":"A"}' + ']}}'.repeat(levels - 1);
const jsonSpan = (value: string): Buffer => Buffer.from(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"k","value":${value}}]}]}]}]}`);

test.each([[LIMITS.anyValueDepthMax, 'accepted'], [LIMITS.anyValueDepthMax + 1, 'DECODE_TOO_DEEP'], [10_000, 'DECODE_TOO_DEEP']])(
  'a value %i levels deep: %s, in protobuf and in JSON', (levels, answer) => {
    expect(codeOf(aroundSpan(field(9, field(1, 107), field(2, nestedArray(levels)))))).toBe(answer);
    expect(codeOf(jsonSpan(nestedJson(levels)), 'traces', 'json')).toBe(answer);
  });

test('__proto__ and constructor are keys like any other, in attributes and inside values, in both encodings', () => {
  const text = JSON.stringify(spanRequest({ attributes: [{ key: '__proto__', value: { stringValue: 'p' } }, { key: 'constructor', value: { kvlistValue: { values: attributesOf({ a: '1' }) } } }] }))
    .replace('"key":"a"', '"key":"__proto__","__proto__":{"polluted":true}');
  const { rows } = decodeBytes('traces', Buffer.from(text), 'json');
  expect(rows[0]!.SpanAttributes).toEqual([['__proto__', 'p'], ['constructor', '{"__proto__":"1"}']]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('invalid UTF-8 is replaced and counted, in names, keys and values', () => {
  const bad = Buffer.from([0x61, 0xff, 0x62]);
  const { rows, decoded } = decodeBytes('traces', aroundSpan(field(5, bad), field(9, field(1, bad), field(2, field(1, bad)))));
  expect(rows[0]).toMatchObject({ SpanName: 'a\ufffdb', SpanAttributes: [['a\ufffdb', 'a\ufffdb']] });
  expect(decoded.changed.invalidUtf8).toBe(3);
});

test('a value of 10 MB is cut at the limit between two characters, and counted', () => {
  const { rows, decoded } = decodeObject('traces', spanRequest({ attributes: attributesOf({ long: `x${'가'.repeat(3_400_000)}` }) }));
  const value = (rows[0]!.SpanAttributes as [string, string][])[0]![1];
  expect(Buffer.byteLength(value)).toBe(LIMITS.attributeValueBytesMax - 1);
  expect(value.endsWith('가')).toBe(true);
  expect(decoded.changed.truncated).toBe(1);
});

test('100,000 attributes, events and links are cut to the limits, and the dropped ones counted', () => {
  const many = (of: object): object[] => Array<object>(100_000).fill(of);
  const { rows } = decodeObject('traces', spanRequest({ attributes: many({ key: 'k', value: {} }), events: many({ name: 'e' }), links: many({}) , droppedAttributesCount: 5 }));
  expect(rows[0]).toMatchObject({
    DroppedAttributesCount: 100_005 - LIMITS.attributesPerItemMax, DroppedEventsCount: 100_000 - LIMITS.eventsPerSpanMax, DroppedLinksCount: 100_000 - LIMITS.linksPerSpanMax,
  });
  expect(rows[0]!.SpanAttributes).toHaveLength(LIMITS.attributesPerItemMax);
});

test('a large resource over many spans is refused before it fills the memory', () => {
  const resource = { attributes: attributesOf(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${i}`, 'v'.repeat(32_000)]))) };
  expect(codeOf(protobufOf('traces', { resourceSpans: [{ resource, scopeSpans: [{ spans: Array<object>(1_000).fill({}) }] }] }))).toBe('REQUEST_TOO_LARGE');
});

test('more items than the limit are refused', () => {
  const spans = Buffer.concat(Array<Buffer>(LIMITS.itemsPerRequestMax + 1).fill(field(2)));
  expect(codeOf(field(1, field(2, spans)))).toBe('REQUEST_TOO_LARGE');
});
