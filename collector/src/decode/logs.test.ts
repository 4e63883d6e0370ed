// Log records serialised by the official SDK's serialiser, and the rules for times and ids that are not there.
import { TraceFlags } from '@opentelemetry/api';
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { RECEIVED_AT_MS, attributesOf, decodeBytes, decodeObject } from './testing/decode-rows.js';

const NANO_PER_MS = 1_000_000n;
const request = (...logRecords: object[]) => ({ resourceLogs: [{ resource: { attributes: attributesOf({ 'service.name': 'identity' }) }, scopeLogs: [{ logRecords }] }] });

test('every field of a record that the official serialiser writes arrives in its column', () => {
  const { resource } = new BasicTracerProvider().getTracer('t').startSpan('s') as unknown as ReadableSpan;
  const record = {
    hrTime: [1_795_334_400, 1], hrTimeObserved: [1_795_334_400, 2], severityNumber: 17, severityText: 'ERROR', body: { code: 7, text: '안녕' }, eventName: 'narrows.active.transaction',
    spanContext: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: TraceFlags.SAMPLED },
    resource, instrumentationScope: { name: 'logger', version: '1', schemaUrl: 'https://schema' }, attributes: { 'narrows.age_ms': 8100 }, droppedAttributesCount: 3,
  };
  const bytes = ProtobufLogsSerializer.serializeRequest([record] as unknown as Parameters<typeof ProtobufLogsSerializer.serializeRequest>[0])!;
  const { rows, decoded } = decodeBytes('logs', bytes);
  expect(decoded).toMatchObject({ accepted: 1, rejected: {} });
  expect(rows[0]).toMatchObject({
    Timestamp: 1_795_334_400_000_000_001n, ObservedTimestamp: 1_795_334_400_000_000_002n, SeverityNumber: 17, SeverityText: 'ERROR', Body: '{"code":7,"text":"안녕"}',
    EventName: 'narrows.active.transaction', TraceId: '0af7651916cd43dd8448eb211c80319c', SpanId: 'b7ad6b7169203331', TraceFlags: 1, ScopeName: 'logger', ScopeVersion: '1',
    ScopeSchemaUrl: 'https://schema', LogAttributes: [['narrows.age_ms', '8100']], DroppedAttributesCount: 3,
  });
});

test('a record without a time has the time it was observed, and without that the time it was received', () => {
  const { rows } = decodeObject('logs', request({ observedTimeUnixNano: '5' }, {}));
  expect(rows.map((row) => row.Timestamp)).toEqual([5n, BigInt(RECEIVED_AT_MS) * NANO_PER_MS]);
});

test('a zero id says "no span", a cut one is refused', () => {
  const { rows, decoded } = decodeObject('logs', request({ traceId: '0'.repeat(32), spanId: '0'.repeat(16) }, { traceId: 'abcd' }));
  expect(decoded).toMatchObject({ accepted: 1, rejected: { short_id: 1 } });
  expect(rows[0]).toMatchObject({ TraceId: '', SpanId: '' });
});

test('a record stands in a stage by its service and attributes', () => {
  const pipelines = [{ id: 'p', name: { ko: 'p', en: 'p' }, stages: [{ id: 's', match: { service: 'identity', attribute: { step: 'verify' } }, channel: 'ch' }] }];
  const { rows } = decodeObject('logs', request({ attributes: attributesOf({ step: 'verify', ch: 'KCB' }) }, {}), pipelines);
  expect(rows.map((row) => [row.Pipeline, row.Stage, row.Channel])).toEqual([['p', 's', 'KCB'], ['', '', '']]);
});
