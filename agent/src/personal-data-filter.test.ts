// Real spans, metrics and log records of the SDK, encoded by OpenTelemetry's own serialisers in both encodings: no number is in the
// bytes, and what held none is the very same object. The numbers are made up.
import { ROOT_CONTEXT, SpanKind, TraceFlags, ValueType } from '@opentelemetry/api';
import { JsonLogsSerializer, JsonMetricsSerializer, JsonTraceSerializer, ProtobufLogsSerializer, ProtobufMetricsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { AggregationTemporality, DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { TraceState } from '@opentelemetry/core';
import { ALL_PERSONAL_DATA, personalDataKinds } from '@narrows/contract/personal-data';
import { expect, test } from 'vitest';
import { PersonalDataFilter } from './personal-data-filter.js';

const CANARY = '900101-1234567';
const filter = new PersonalDataFilter(ALL_PERSONAL_DATA);
const attributes = { text: CANARY, list: ['a', `b ${CANARY}`], number: 9_001_011_234_567, url: '/a?rrn=900101%2D1234567', [`key ${CANARY}`]: true, phone: '010-1234-5678' };
const resource = resourceFromAttributes({ 'service.name': 'booking', 'process.command_args': ['--rrn', CANARY] });

function expectClean(...bodies: (Uint8Array | undefined)[]): void {
  for (const body of bodies) {
    const text = Buffer.from(body!).toString('latin1');
    for (const canary of ['1234567', '9001011', '1234-5678', '%2D123']) expect(text.includes(canary)).toBe(false);
    expect(text).toContain('900101-*******');
  }
}

function spansOf(act: (tracer: ReturnType<BasicTracerProvider['getTracer']>) => void): ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  act(new BasicTracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('http', '1.0'));
  return exporter.getFinishedSpans();
}

test('no number of a span leaves, in any field and either encoding, and the application keeps its own span', () => {
  const context = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: TraceFlags.SAMPLED, traceState: new TraceState(`rrn=${CANARY}`) };
  const spans = spansOf((tracer) => {
    const span = tracer.startSpan(`GET /people/${CANARY}`, { kind: SpanKind.SERVER, attributes, links: [{ context, attributes }] }, ROOT_CONTEXT);
    span.addEvent(`found ${CANARY}`, attributes);
    span.recordException(new Error(`nobody is ${CANARY}`));
    span.setStatus({ code: 2, message: CANARY });
    span.end();
  });
  const clean = filter.spans(spans);
  expectClean(ProtobufTraceSerializer.serializeRequest(clean), JsonTraceSerializer.serializeRequest(clean));
  expect(spans[0]!.name).toBe(`GET /people/${CANARY}`);
  expect(spans[0]!.attributes['text']).toBe(CANARY);
  expect([clean[0]!.duration, clean[0]!.ended, clean[0]!.spanContext().spanId]).toEqual([spans[0]!.duration, true, spans[0]!.spanContext().spanId]);
});

test('two spans of one scope and resource are still one group', () => {
  const clean = filter.spans(spansOf((tracer) => { for (const name of ['a', 'b']) tracer.startSpan(name, { attributes }).end(); }));
  const request = JSON.parse(Buffer.from(JsonTraceSerializer.serializeRequest(clean)!).toString()) as { resourceSpans: { scopeSpans: { spans: object[] }[] }[] };
  expect(request.resourceSpans.map((group) => group.scopeSpans.map((scope) => scope.spans.length))).toEqual([[2]]);
});

test('no number of a log record leaves, nested ones and bytes neither', () => {
  const exporter = new InMemoryLogRecordExporter();
  const logger = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] }).getLogger('pino');
  logger.emit({ severityText: 'INFO', eventName: `seen ${CANARY}`, body: { deep: [{ [CANARY]: Buffer.from(`x${'\u0000'}${CANARY}`) }] }, attributes });
  logger.emit({ body: `예약자 ${CANARY} 확인`, attributes: { exception: { message: CANARY } } });
  const clean = filter.records(exporter.getFinishedLogRecords());
  expectClean(ProtobufLogsSerializer.serializeRequest(clean), JsonLogsSerializer.serializeRequest(clean));
  expect(Buffer.from(JsonLogsSerializer.serializeRequest(clean)!).toString()).not.toContain(Buffer.from(CANARY).toString('base64').slice(4, 16));
});

test('no number of a metric leaves', () => {
  const metrics: ResourceMetrics = {
    resource, scopeMetrics: [{
      scope: { name: `scope ${CANARY}` },
      metrics: [{
        descriptor: { name: 'people', description: CANARY, unit: '1', valueType: ValueType.INT }, aggregationTemporality: AggregationTemporality.DELTA, dataPointType: DataPointType.GAUGE,
        dataPoints: [{ startTime: [0, 0], endTime: [0, 0], attributes, value: 1 }],
      }],
    }],
  };
  const clean = filter.metrics(metrics);
  expectClean(ProtobufMetricsSerializer.serializeRequest(clean), JsonMetricsSerializer.serializeRequest(clean));
});

test('what holds no number is the very same object', () => {
  const quiet = { resource: resourceFromAttributes({ 'service.name': 'booking' }), spanProcessors: [] };
  const span = new BasicTracerProvider(quiet).getTracer('http').startSpan('GET /', { attributes: { 'url.path': '/slots/20261122', at: 1_795_334_400_000, tags: ['a', 'b'], 'client.address': '10.42.13.7' } });
  span.addEvent('cache.miss', { key: 'offer:621321' });
  span.end();
  const spans = [span as unknown as ReadableSpan];
  expect(filter.spans(spans)).toBe(spans);
});

test('kinds that are left out stay, resident numbers never do', () => {
  const some = new PersonalDataFilter(personalDataKinds('resident'));
  expect(some.text(`${CANARY} 010-1234-5678`)).toBe('900101-******* 010-1234-5678');
  expect(some.text(`${'가'.repeat(40_000)} ${CANARY}`).endsWith(' 900101-*******')).toBe(true);
});
