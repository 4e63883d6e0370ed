// The points of a metric are written together, outside JavaScript, and stop it where one has exemplars, is refused or may stand in a
// pipeline. Whatever came before, a point must be stored, refused, changed and counted as one that comes alone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDecoder, type Decoder } from './decoder.js';
import { BATCH_ID, RECEIVED_AT_MS, attributesOf, decodeObject, protobufOf } from './testing/decode-rows.js';
import { readNativeBlock, type Row } from './testing/native-reader.js';

const PIPELINES = [{ id: 'vaccine', name: { ko: '백신', en: 'Vaccine' }, stages: [{ id: 'identity', match: { service: 'identity' }, channel: 'pool', limit: { metric: 'workers.max' } }] }];
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
type Kind = 'gauge' | 'sum' | 'histogram' | 'exponentialHistogram' | 'summary';
interface Metric { name: string; kind: Kind; points: object[] }

const requestOf = (metrics: readonly Metric[]): object => ({ resourceMetrics: [{
  resource: { attributes: attributesOf({ 'service.name': 'identity' }) },
  scopeMetrics: [{ scope: { name: 'meter 900101-1234567' }, metrics: metrics.map(({ name, kind, points }) => ({ name, unit: '1', [kind]: { dataPoints: points, ...kind === 'sum' && { aggregationTemporality: 2, isMonotonic: true } } })) }],
}] });

function decode(decoder: Decoder, metrics: readonly Metric[]) {
  const decoded = decoder.decode({ agency: 'kdca', signal: 'metrics', encoding: 'protobuf', bytes: protobufOf('metrics', requestOf(metrics)), receivedAtMs: RECEIVED_AT_MS, batchId: BATCH_ID });
  const byTable: Record<string, Row[]> = {};
  for (const { table, bytes } of decoded.blocks) byTable[table] = readNativeBlock(bytes);
  decoded.release?.();
  return { byTable, accepted: decoded.accepted, rejected: decoded.rejected, changed: decoded.changed };
}

/** What several answers come to. */
function together(parts: readonly ReturnType<typeof decode>[]): ReturnType<typeof decode> {
  const add = (each: readonly object[]): Record<string, number> => {
    const sums: Record<string, number> = {};
    for (const part of each) for (const [name, more] of Object.entries(part)) sums[name] = (sums[name] ?? 0) + Number(more);
    return sums;
  };
  const byTable: Record<string, Row[]> = {};
  for (const part of parts) for (const [table, rows] of Object.entries(part.byTable)) byTable[table] = [...(byTable[table] ?? []), ...rows];
  return { byTable, accepted: parts.reduce((sum, { accepted }) => sum + accepted, 0), rejected: add(parts.map(({ rejected }) => rejected)), changed: add(parts.map(({ changed }) => changed)) as never };
}

const value = fc.oneof(
  fc.constantFrom('a', 'GET', '예약', '900101-1234567', 'x'.repeat(3_000), '').map((stringValue) => ({ stringValue })),
  fc.constantFrom('7', '-1', '9001011234567').map((intValue) => ({ intValue })),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((doubleValue) => ({ doubleValue })),
  fc.constantFrom({}, { boolValue: true }, { bytesValue: 'AAEC' }, { arrayValue: { values: [{ stringValue: '900101-1234567' }] } }),
);
const attributes = fc.array(fc.record({ key: fc.constantFrom('route', 'pool', 'le', '900101-1234567', ''), value }), { maxLength: 6 });
const time = fc.oneof({ weight: 12, arbitrary: fc.nat().map(String) }, { weight: 1, arbitrary: fc.constant('18446744073709551615') });
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom('Infinity', 0, -1.5));
const counts = fc.array(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(String), { maxLength: 5 });
const exemplars = fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(fc.record({
  timeUnixNano: time, asDouble: number, traceId: fc.constantFrom(TRACE_ID, '', TRACE_ID, 'aabb'), filteredAttributes: attributes }), { maxLength: 3 }) });
const common = { startTimeUnixNano: time, timeUnixNano: time, attributes, flags: fc.constantFrom(0, 0, 1) };
const counted = { ...common, count: fc.nat().map(String), sum: number };
const pointsOf = (kind: Kind, model: Record<string, fc.Arbitrary<unknown>>) => fc.record({
  name: fc.constantFrom('cpu', 'workers.max', 'narrows.active.transactions', '900101-1234567'), kind: fc.constant(kind), points: fc.array(fc.record(model), { maxLength: 6 }) });
const gauge = { ...common, exemplars, asInt: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }).map(String) };
const buckets = fc.record({ offset: fc.integer({ min: -90, max: 90 }), bucketCounts: counts });
const metric: fc.Arbitrary<Metric> = fc.oneof(
  pointsOf('gauge', gauge), pointsOf('sum', { ...common, exemplars, asDouble: number }),
  pointsOf('histogram', { ...counted, exemplars, bucketCounts: counts, explicitBounds: fc.array(number, { maxLength: 5 }), min: number, max: number }),
  pointsOf('exponentialHistogram', { ...counted, exemplars, scale: fc.integer({ min: -20, max: 20 }), zeroCount: fc.nat().map(String), positive: buckets, negative: buckets, min: number, max: number }),
  pointsOf('summary', { ...counted, quantileValues: fc.array(fc.record({ quantile: number, value: number }), { maxLength: 3 }) }),
);

test('a point is stored, refused, changed and counted the same among others and alone', () => {
  const decoder = createDecoder({ pipelines: () => PIPELINES });
  const onlyOnce = createDecoder({ pipelines: () => PIPELINES });
  fc.assert(fc.property(fc.array(metric, { minLength: 1, maxLength: 4 }), (metrics) => {
    const points = metrics.flatMap(({ points: all, ...rest }) => all.map((point) => ({ ...rest, points: [point] })));
    fc.pre(points.length > 0);
    const alone = together(points.map((each) => decode(onlyOnce, [each])));
    const among = decode(decoder, metrics);
    expect({ ...among, changed: 0 }).toEqual({ ...alone, changed: 0 });
    expect(among.changed.clampedTimes).toBe(alone.changed.clampedTimes);
    expect((among.changed.redacted ?? 0) > 0).toBe((alone.changed.redacted ?? 0) > 0);
  }), { numRuns: 150 });
}, 120_000);

test('a value is the one that was sent, to the last bit', () => {
  fc.assert(fc.property(fc.array(fc.record({ ...gauge, attributes: fc.constant([]), startTimeUnixNano: fc.nat().map(String), timeUnixNano: fc.nat().map(String), exemplars: fc.constant([]) }), { minLength: 1, maxLength: 40 }), (points) => {
    const { byTable } = decodeObject('metrics', requestOf([{ name: 'cpu', kind: 'gauge', points }]));
    expect(byTable.otel_metrics_gauge!.map((row) => [row['Value'], row['StartTimeUnix'], row['TimeUnix'], row['Flags']]))
      .toEqual(points.map((point) => [Number(point.asInt), BigInt(point.startTimeUnixNano), BigInt(point.timeUnixNano), point.flags]));
  }), { numRuns: 200 });
}, 60_000);

test('exemplars stay with their points, and a refused one between them leaves nothing', () => {
  const point = (timeUnixNano: string, spanIds: string[] = []) => ({ timeUnixNano, count: '1', bucketCounts: [timeUnixNano.slice(0, 1)], explicitBounds: [1], exemplars: spanIds.map((spanId) => ({ spanId })) });
  const { byTable, decoded } = decodeObject('metrics', requestOf([{ name: 'h', kind: 'histogram', points: [point('1'), point('2', ['b7ad6b7169203331', '']), point('3', ['aabb']), point('18446744073709551615'), point('5'), point('6', [''])] }]));
  expect(decoded).toMatchObject({ accepted: 4, rejected: { short_id: 1, time_out_of_range: 1 } });
  expect(byTable.otel_metrics_histogram!.map((row) => [row['TimeUnix'], row['BucketCounts'], row['Exemplars.SpanId']]))
    .toEqual([[1n, [1n], []], [2n, [2n], ['b7ad6b7169203331', '']], [5n, [5n], []], [6n, [6n], ['']]]);
});

test('200,000 points are taken and one more is not', () => {
  const field = (number: number, content: Buffer): Buffer => Buffer.concat([tagOf(number), varint(content.length), content]);
  const varint = (rest: number): Buffer => Buffer.from(rest < 128 ? [rest] : [(rest & 127) | 128, ...varint(rest >>> 7)]);
  const tagOf = (number: number): Buffer => Buffer.from([number << 3 | 2]);
  const decodePoints = (gauges: number, summaries: number) => {
    const metrics = [[5, gauges], [11, summaries]].map(([kind, count]) => field(2, field(kind!, Buffer.alloc(count! * 2, Buffer.from([1 << 3 | 2, 0])))));
    return createDecoder({ pipelines: () => [] }).decode({ agency: 'kdca', signal: 'metrics', encoding: 'protobuf', bytes: field(1, field(2, Buffer.concat(metrics))), receivedAtMs: 1, batchId: 1n });
  };
  expect(decodePoints(200_000, 0).accepted).toBe(200_000);
  for (const [gauges, summaries] of [[200_001, 0], [200_000, 1]] as const) expect(() => decodePoints(gauges, summaries)).toThrow(expect.objectContaining({ code: 'REQUEST_TOO_LARGE' }) as Error);
});

test('a point that is malformed is refused with its request, and the next request is as it would have been', () => {
  const decoder = createDecoder({ pipelines: () => [] });
  const metrics: Metric[] = [{ name: 'h', kind: 'histogram', points: [{ bucketCounts: ['1', '2'], attributes: attributesOf({ route: '/x' }) }, { timeUnixNano: String(0x1122_3344) }] }];
  const before = decode(decoder, metrics);
  const bytes = Buffer.from(protobufOf('metrics', requestOf(metrics)));
  const timeAt = bytes.indexOf(Buffer.from([3 << 3 | 1, 0x44, 0x33, 0x22, 0x11]));
  bytes[timeAt] = 3 << 3 | 5; // A time of 32 bits.
  expect(() => decoder.decode({ agency: 'kdca', signal: 'metrics', encoding: 'protobuf', bytes, receivedAtMs: 1, batchId: 1n })).toThrow(expect.objectContaining({ code: 'DECODE_MALFORMED' }) as Error);
  expect(decode(decoder, metrics)).toEqual(before);
});

test('a request that takes all there is leaves the next one as it would have been', () => {
  const decoder = createDecoder({ pipelines: () => [] });
  const small: Metric[] = [{ name: 'g', kind: 'gauge', points: [{ attributes: attributesOf({ note: 'small' }) }] }];
  const before = decode(decoder, small);
  const large = decode(decoder, [{ name: 'g', kind: 'gauge', points: Array.from({ length: 800 }, (_, i) => ({ attributes: attributesOf({ note: `${i} `.repeat(6_000) }) })) }]);
  expect(large.byTable['otel_metrics_gauge']![799]!['Attributes']).toEqual([['note', '799 '.repeat(6_000)]]);
  expect(decode(decoder, small)).toEqual(before);
});
