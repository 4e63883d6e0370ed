// Clients that no one here wrote, over both protocols, against a real collector process: OpenTelemetry's own exporters
// for every signal, plain and gzipped, and @grpc/grpc-js for what exporters never do.
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as GrpcLogs } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as HttpLogs } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as GrpcMetrics } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as HttpMetrics } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as GrpcTraces } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as HttpTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { LoggerProvider, SimpleLogRecordProcessor, type LogRecordExporter } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IngestStatus, TransactionsAnswer } from '@narrows/contract';
import { CollectorProcess } from './serve-collector.js';

const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const HEALTH = '/grpc.health.v1.Health';
const collector = new CollectorProcess();
let channel: Client;

beforeAll(async () => {
  await collector.start();
  await collector.logIn();
  channel = new Client(new URL(collector.ready.grpc).host, credentials.createInsecure());
});
afterAll(async () => {
  channel.close();
  await collector.remove();
});

const counts = async () => {
  const { spans, points, logRecords } = await collector.ask<IngestStatus>('/ingest');
  return { spans, points, logRecords };
};
const asIs = (bytes: Buffer) => bytes;

/** One call with bytes as they are; what the client makes of the answer. */
function call(path: string, bytes: Uint8Array, options: { key?: string; timeoutMs?: number } = {}): Promise<{ code: number; details: string; body: Buffer | null; retryInfo: boolean }> {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${options.key ?? collector.ingestKey}`);
  return new Promise((resolve) => {
    channel.makeUnaryRequest(path, asIs, asIs, Buffer.from(bytes), metadata, { deadline: Date.now() + (options.timeoutMs ?? 30_000) }, (error: ServiceError | null, body?: Buffer) => {
      resolve(error ? { code: error.code, details: error.details, body: null, retryInfo: error.metadata.get('grpc-status-details-bin').length > 0 } : { code: 0, details: '', body: body ?? null, retryInfo: false });
    });
  });
}

async function sendAll(spans: SpanExporter, metrics: PushMetricExporter, logs: LogRecordExporter): Promise<void> {
  const tracing = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  for (let i = 0; i < 3; i++) tracing.getTracer('test').startSpan(`span ${i}`, { kind: 1 }).end();
  const metering = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 })] });
  metering.getMeter('test').createCounter('requests').add(2);
  metering.getMeter('test').createHistogram('duration').record(12);
  const logging = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: logs })] });
  logging.getLogger('test').emit({ severityNumber: SeverityNumber.INFO, body: '예약 완료', attributes: { stage: 'booking' } });
  for (const provider of [tracing, metering, logging]) await provider.shutdown();
}

describe('OpenTelemetry\'s exporters for Node', () => {
  it.each([['plain', CompressionAlgorithm.NONE], ['gzipped', CompressionAlgorithm.GZIP]])('traces, metrics and logs arrive over gRPC, %s', async (_name, compression) => {
    const before = await counts();
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${collector.ingestKey}`);
    const options = { url: collector.ready.grpc, metadata, compression };
    await sendAll(new GrpcTraces(options), new GrpcMetrics(options), new GrpcLogs(options));
    expect(await counts()).toEqual({ spans: before.spans + 3, points: before.points + 2, logRecords: before.logRecords + 1 });
  });
  it.each([['plain', CompressionAlgorithm.NONE], ['gzipped', CompressionAlgorithm.GZIP]])('traces, metrics and logs arrive over HTTP with protobuf, %s', async (_name, compression) => {
    const before = await counts();
    const options = (signal: string) => ({ url: `${collector.ready.otlp}/v1/${signal}`, headers: { 'x-narrows-key': collector.ingestKey }, compression });
    await sendAll(new HttpTraces(options('traces')), new HttpMetrics(options('metrics')), new HttpLogs(options('logs')));
    expect(await counts()).toEqual({ spans: before.spans + 3, points: before.points + 2, logRecords: before.logRecords + 1 });
  });
  it('what came by either door is stored and found', async () => {
    const answer = await collector.askUntil<TransactionsAnswer>('/transactions?limit=100', (a) => a.total >= 12);
    expect(answer.total).toBe(12);
  });
});

describe('a gRPC client', () => {
  it('gets OK for an empty request, and for 15 MiB in one message', async () => {
    expect(await call(TRACES, new Uint8Array(0))).toMatchObject({ code: status.OK, body: Buffer.alloc(0) });
    // A field nobody knows yet, 15 MiB of it: stepped over.
    const length = 15 * 1024 * 1024;
    const prefix = Buffer.from([0xfa, 0x01, ...[0, 7, 14, 21].map((shift) => ((length >>> shift) & 0x7f) | (shift < 21 ? 0x80 : 0))]);
    expect((await call(TRACES, Buffer.concat([prefix, Buffer.alloc(length)]))).code).toBe(status.OK);
  });
  it('is told what is wrong by the status that the protocol has for it', async () => {
    expect(await call(TRACES, Buffer.alloc(16 * 1024 * 1024 + 1))).toMatchObject({ code: status.RESOURCE_EXHAUSTED, retryInfo: false });
    expect(await call(TRACES, Buffer.from('garbage, not protobuf'))).toMatchObject({ code: status.INVALID_ARGUMENT, retryInfo: false });
    expect(await call(TRACES, Buffer.alloc(0), { key: 'wrong' })).toMatchObject({ code: status.UNAUTHENTICATED });
    expect(await call('/opentelemetry.proto.collector.trace.v2.TraceService/Export', Buffer.alloc(0))).toMatchObject({ code: status.UNIMPLEMENTED });
    const { details } = await call('/병목/Export', Buffer.alloc(0));
    expect(details).toContain('NOT_FOUND');
  });
  it('learns of its health, by the server\'s name and by each service\'s', async () => {
    const named = (service: string) => Buffer.concat([Buffer.from([0x0a, service.length]), Buffer.from(service)]);
    for (const request of [Buffer.alloc(0), ...['trace.v1.Trace', 'metrics.v1.Metrics', 'logs.v1.Logs'].map((name) => named(`opentelemetry.proto.collector.${name}Service`))]) {
      expect(await call(`${HEALTH}/Check`, request)).toMatchObject({ code: status.OK, body: Buffer.from([0x08, 1]) });
    }
    expect((await call(`${HEALTH}/Check`, named('nobody'))).code).toBe(status.NOT_FOUND);
  });
  it('sees a request sent again under its relay\'s name acknowledged, and one with half a name refused', async () => {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${collector.ingestKey}`);
    metadata.set('x-narrows-relay', 'nhis-dmz');
    const send = () => new Promise<number>((resolve) => {
      channel.makeUnaryRequest(TRACES, asIs, asIs, Buffer.from([0x0a, 0]), metadata, (error: ServiceError | null) => resolve(error?.code ?? 0));
    });
    expect(await send()).toBe(status.INVALID_ARGUMENT);
    metadata.set('x-narrows-sequence', '7');
    expect([await send(), await send()]).toEqual([status.OK, status.OK]);
  });
  it('is told of the end: who watches health hears NOT_SERVING when the collector stops, and the stop is clean', async () => {
    const statuses: number[] = [];
    const watch = channel.makeServerStreamRequest(`${HEALTH}/Watch`, asIs, asIs, Buffer.alloc(0));
    const ended = new Promise<void>((resolve) => { watch.on('data', (message: Buffer) => statuses.push(message[1] ?? 0)).on('error', () => resolve()).on('end', () => resolve()); });
    await expect.poll(() => statuses).toEqual([1]);
    expect(await collector.stop()).toBe(0);
    await ended;
    expect(statuses).toEqual([1, 2]);
  });
});
