// Spans serialised by the official SDK, and what becomes of them in the columns.
import { SpanKind, SpanStatusCode, TraceFlags, trace, ROOT_CONTEXT } from '@opentelemetry/api';
import { ProtobufTraceSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { BATCH_ID, RECEIVED_AT_MS, attributesOf, decodeBytes, decodeObject, spanRequest } from './testing/decode-rows.js';

function recordSpans(): ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer('tracer', '2.1');
  const remote = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: TraceFlags.SAMPLED };
  const server = tracer.startSpan('예약 POST /reservations', {
    kind: SpanKind.SERVER, startTime: [1_795_334_400, 1], links: [{ context: remote, attributes: { why: 'retry' } }],
    attributes: { text: '한글', whole: 42, negative: -7, fraction: 0.5, yes: true, no: false, list: ['a', 'b'], numbers: [1, 2.5] },
  });
  server.addEvent('exception', { 'exception.message': 'boom' }, [1_795_334_400, 100]);
  server.addEvent('retry', [1_795_334_400, 200]);
  server.setStatus({ code: SpanStatusCode.ERROR, message: 'no slot' });
  const client = tracer.startSpan('SELECT', {
    kind: SpanKind.CLIENT, startTime: [1_795_334_400, 5], attributes: { 'db.system.name': 'postgresql', 'server.address': '10.0.0.7', 'server.port': 5432 },
  }, trace.setSpan(ROOT_CONTEXT, server));
  client.end([1_795_334_400, 9]);
  server.end([1_795_334_401, 0]);
  return exporter.getFinishedSpans();
}

test('every field of a span that the official serialiser writes arrives in its column', () => {
  const spans = recordSpans();
  const { rows, decoded } = decodeBytes('traces', ProtobufTraceSerializer.serializeRequest(spans)!);
  expect(decoded).toMatchObject({ accepted: 2, rejected: {}, changed: { redacted: 0, truncated: 0, invalidUtf8: 0, endBeforeStart: 0 } });
  const server = rows.find((row) => row.SpanKind === 'Server')!;
  const { traceId, spanId } = spans.find((span) => span.kind === SpanKind.SERVER)!.spanContext();
  expect(server).toMatchObject({
    Timestamp: 1_795_334_400_000_000_001n, TraceId: traceId, SpanId: spanId, ParentSpanId: '', SpanName: '예약 POST /reservations',
    ScopeName: 'tracer', ScopeVersion: '2.1', Duration: 999_999_999n, StatusCode: 'Error', StatusMessage: 'no slot', Transaction: 1,
    'Events.Timestamp': [1_795_334_400_000_000_100n, 1_795_334_400_000_000_200n], 'Events.Name': ['exception', 'retry'],
    'Events.Attributes': [[['exception.message', 'boom']], []],
    'Links.TraceId': ['0af7651916cd43dd8448eb211c80319c'], 'Links.SpanId': ['b7ad6b7169203331'], 'Links.TraceState': [''], 'Links.Attributes': [[['why', 'retry']]],
    Agency: 'kdca', ReceivedAt: BigInt(RECEIVED_AT_MS), BatchId: BATCH_ID, Peer: '', PeerKind: '', DownstreamNano: -1n,
  });
  expect(server.SpanAttributes).toEqual([['text', '한글'], ['whole', '42'], ['negative', '-7'], ['fraction', '0.5'], ['yes', 'true'], ['no', 'false'], ['list', '["a","b"]'], ['numbers', '[1,2.5]']]);
  expect(rows.find((row) => row.SpanKind === 'Client')).toMatchObject({ ParentSpanId: spanId, Transaction: 0, Peer: '10.0.0.7:5432', PeerKind: 'sql', Duration: 4n });
});

test('JSON of the official serialiser gives the same rows as its protobuf', () => {
  const spans = recordSpans();
  expect(decodeBytes('traces', JsonTraceSerializer.serializeRequest(spans)!, 'json').rows).toEqual(decodeBytes('traces', ProtobufTraceSerializer.serializeRequest(spans)!).rows);
});

test('service and instance come from the resource, which every row repeats', () => {
  const two = { resourceSpans: ['a', 'b'].map((service) => ({
    resource: { attributes: attributesOf({ 'service.name': service, 'service.instance.id': `${service}-1` }) },
    scopeSpans: [{ spans: [{ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }, { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203332' }] }],
  })) };
  expect(decodeObject('traces', two).rows.map((row) => [row.ServiceName, row.Instance, row.ResourceAttributes])).toEqual(
    ['a', 'a', 'b', 'b'].map((service) => [service, `${service}-1`, [['service.name', service], ['service.instance.id', `${service}-1`]]]));
});

test('a span that ends before it begins is stored with duration 0 and counted', () => {
  const { rows, decoded } = decodeObject('traces', spanRequest({ startTimeUnixNano: '1795334400000000005', endTimeUnixNano: '1795334400000000004' }));
  expect([rows[0]!.Duration, decoded.changed.endBeforeStart, decoded.accepted]).toEqual([0n, 1, 1]);
});

test.each([['1970', '0', true], ['the last nanosecond that fits', '9223372036854775807', true], ['one more', '9223372036854775808', false], ['2^64−1', '18446744073709551615', false]])(
  'a time at %s is kept as it is or refused and counted', (_name, time, stored) => {
    const { rows, decoded } = decodeObject('traces', spanRequest({ startTimeUnixNano: time, endTimeUnixNano: time }));
    expect(decoded.accepted).toBe(stored ? 1 : 0);
    if (stored) expect(rows[0]!.Timestamp).toBe(BigInt(time));
    else expect(decoded.rejected).toEqual({ time_out_of_range: 1 });
  });

test.each([
  ['zero trace id', { traceId: '0'.repeat(32) }, { zero_id: 1 }], ['zero span id', { spanId: '0'.repeat(16) }, { zero_id: 1 }],
  ['short trace id', { traceId: 'abcd' }, { short_id: 1 }], ['long span id', { spanId: 'ab'.repeat(9) }, { short_id: 1 }],
  ['short parent id', { parentSpanId: 'ab' }, { short_id: 1 }], ['short id in a link', { links: [{ traceId: 'ab' }] }, { short_id: 1 }],
])('a span with a %s is refused and counted', (_name, span, rejected) => {
  const { decoded } = decodeObject('traces', spanRequest(span));
  expect(decoded).toMatchObject({ accepted: 0, rejected, blocks: [] });
});

test('downstream time of the agent becomes nanoseconds', () => {
  const span = { attributes: [{ key: 'narrows.downstream_ms', value: { doubleValue: 5_000_000.25 } }] };
  expect(decodeObject('traces', spanRequest(span)).rows[0]!.DownstreamNano).toBe(5_000_000_250_000n);
});

test.each([
  [{ 'peer.service': 'booking', 'server.address': 'h', 'http.request.method': 'GET' }, 'booking', 'http'],
  [{ 'server.address': 'h', 'http.request.method': 'GET' }, 'h', 'http'], [{ 'db.system': 'redis' }, 'redis', 'sql'],
  [{ 'net.peer.name': 'old', 'net.peer.port': '80' }, 'old:80', 'other'], [{ other: 'x' }, '', ''],
])('an outgoing call with %j goes to %j, kind %j', (attributes, peer, kind) => {
  expect(decodeObject('traces', spanRequest({ kind: 3, attributes: attributesOf(attributes) })).rows[0]).toMatchObject({ Peer: peer, PeerKind: kind });
});

test('an attribute that claims another agency changes nothing', () => {
  expect(decodeObject('traces', spanRequest({ attributes: attributesOf({ Agency: 'other', agency: 'other' }) })).rows[0]!.Agency).toBe('kdca');
});
