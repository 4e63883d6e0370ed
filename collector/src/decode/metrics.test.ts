// Metrics serialised by the official SDK's serialiser, and the kinds of points that it does not write, by hand.
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { attributesOf, decodeBytes, decodeObject } from './testing/decode-rows.js';

const CUMULATIVE = 1;
const [HISTOGRAM, EXPONENTIAL, GAUGE, SUM] = [0, 1, 2, 3];
const point = <T>(value: T) => ({ startTime: [1_795_334_400, 1], endTime: [1_795_334_401, 2], attributes: { route: '/x' }, value });
const metric = (name: string, dataPointType: number | undefined, value: unknown) => ({
  descriptor: { name, description: `about ${name}`, unit: 'ms', valueType: 1 }, aggregationTemporality: CUMULATIVE, dataPointType, isMonotonic: true, dataPoints: [point(value)],
});

function serialised(): Uint8Array {
  const { resource } = new BasicTracerProvider().getTracer('t').startSpan('s') as unknown as ReadableSpan;
  const request = { resource, scopeMetrics: [{ scope: { name: 'meter', version: '3', schemaUrl: 'https://schema' }, metrics: [
    metric('g', GAUGE, -1.5), metric('s', SUM, 12),
    metric('h', HISTOGRAM, { buckets: { boundaries: [1, 5], counts: [2, 1, 0] }, sum: 4.5, count: 3, min: 0.5, max: 3 }),
    metric('e', EXPONENTIAL, { count: 6, sum: 9, scale: -2, zeroCount: 1, positive: { offset: -3, bucketCounts: [1, 300] }, negative: { offset: 4, bucketCounts: [2] }, min: -1, max: 8 }),
  ] }] };
  return ProtobufMetricsSerializer.serializeRequest(request as unknown as Parameters<typeof ProtobufMetricsSerializer.serializeRequest>[0])!;
}

test('each kind of point of the official serialiser arrives in its own table', () => {
  const { byTable, decoded } = decodeBytes('metrics', serialised());
  expect(decoded).toMatchObject({ accepted: 4, rejected: {} });
  const common = { MetricUnit: 'ms', ScopeName: 'meter', ScopeVersion: '3', ScopeSchemaUrl: 'https://schema', Attributes: [['route', '/x']], StartTimeUnix: 1_795_334_400_000_000_001n, TimeUnix: 1_795_334_401_000_000_002n, Agency: 'kdca' };
  expect(byTable.otel_metrics_gauge).toMatchObject([{ ...common, MetricName: 'g', MetricDescription: 'about g', Value: -1.5 }]);
  expect(byTable.otel_metrics_sum).toMatchObject([{ ...common, MetricName: 's', Value: 12, AggregationTemporality: 2, IsMonotonic: 1 }]);
  expect(byTable.otel_metrics_histogram).toMatchObject([{ ...common, MetricName: 'h', Count: 3n, Sum: 4.5, Min: 0.5, Max: 3, BucketCounts: [2n, 1n, 0n], ExplicitBounds: [1, 5] }]);
  expect(byTable.otel_metrics_exponential_histogram).toMatchObject([{ ...common, MetricName: 'e', Count: 6n, Sum: 9, Scale: -2, ZeroCount: 1n, PositiveOffset: -3, PositiveBucketCounts: [1n, 300n], NegativeOffset: 4, NegativeBucketCounts: [2n] }]);
});

const request = (metrics: object[], service = 'booking') => ({ resourceMetrics: [{ resource: { attributes: attributesOf({ 'service.name': service }) }, scopeMetrics: [{ metrics }] }] });
const histogram = (timeUnixNano: string) => ({ timeUnixNano, count: '1', bucketCounts: ['1', '2'], explicitBounds: [1] });
const gauge = (name: string, attributes: Record<string, string>, flags = 0) => ({ name, gauge: { dataPoints: [{ timeUnixNano: '5', asInt: '1', flags, attributes: attributesOf(attributes) }] } });

test('summaries and exemplars arrive whole', () => {
  const { byTable } = decodeObject('metrics', request([
    { name: 'latency', summary: { dataPoints: [{ timeUnixNano: '5', count: '9', sum: 4.5, quantileValues: [{ quantile: 0.5, value: 1 }, { quantile: 0.99, value: 'Infinity' }] }] } },
    { name: 'gauge', gauge: { dataPoints: [{ timeUnixNano: '5', asInt: '-3', exemplars: [
      { timeUnixNano: '4', asDouble: 2.5, traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', filteredAttributes: attributesOf({ a: 'b' }) }, { asInt: '7' }] }] } },
  ]));
  expect(byTable.otel_metrics_summary![0]).toMatchObject({ Count: 9n, Sum: 4.5, 'ValueAtQuantiles.Quantile': [0.5, 0.99], 'ValueAtQuantiles.Value': [1, Infinity] });
  expect(byTable.otel_metrics_gauge![0]).toMatchObject({
    Value: -3, 'Exemplars.Value': [2.5, 7], 'Exemplars.TimeUnix': [4n, 0n], 'Exemplars.TraceId': ['0af7651916cd43dd8448eb211c80319c', ''],
    'Exemplars.SpanId': ['b7ad6b7169203331', ''], 'Exemplars.FilteredAttributes': [[['a', 'b']], []],
  });
});

test('a refused point leaves no bucket behind', () => {
  const { byTable, decoded } = decodeObject('metrics', request([{ name: 'h', histogram: { dataPoints: [histogram('18446744073709551615'), histogram('7')] } }]));
  expect(decoded).toMatchObject({ accepted: 1, rejected: { time_out_of_range: 1 } });
  expect(byTable.otel_metrics_histogram).toMatchObject([{ TimeUnix: 7n, BucketCounts: [1n, 2n], ExplicitBounds: [1] }]);
});

test('points of active transactions and of a stage\'s own metrics stand in the pipeline, silent ones nowhere', () => {
  const pipelines = [{ id: 'vaccine', name: { ko: '백신', en: 'Vaccine' }, stages: [
    { id: 'identity', match: { service: 'identity', kind: 'server' as const, route: 'POST /verify' }, channel: 'identity.channel', limit: { metric: 'workers.max' } }] }];
  const active = { 'narrows.span.kind': 'server', 'http.request.method': 'POST', 'http.route': '/verify', 'identity.channel': 'PASS-KT' };
  const places = (service: string) => decodeObject('metrics', request([
    gauge('narrows.active.transactions', active), gauge('narrows.active.transactions', { ...active, 'narrows.span.kind': 'internal' }),
    gauge('workers.max', { 'identity.channel': 'KCB' }), gauge('workers.max', {}, 1), gauge('other', active)], service), pipelines)
    .rows.map((row) => [row.Pipeline, row.Stage, row.Channel]);
  expect(places('identity')).toEqual([['vaccine', 'identity', 'PASS-KT'], ['', '', ''], ['vaccine', 'identity', 'KCB'], ['', '', ''], ['', '', '']]);
  expect(new Set(places('web').flat())).toEqual(new Set(['']));
});
