// Span, metric and log exporters: the OpenTelemetry exporter base and serialisers with our outbox underneath. An export is
// encoded at once and handed to the outbox, so the SDK's processors never wait for a collector. Addresses, headers, timeouts,
// compression and certificates are read by OpenTelemetry's own code, so all standard variables mean what they mean elsewhere.
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { OTLPMetricExporterBase } from '@opentelemetry/exporter-metrics-otlp-http';
import { CompressionAlgorithm, OTLPExporterBase, type IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base';
import { convertLegacyHttpOptions } from '@opentelemetry/otlp-exporter-base/node-http';
import {
  JsonLogsSerializer, JsonMetricsSerializer, JsonTraceSerializer, ProtobufLogsSerializer, ProtobufMetricsSerializer, ProtobufTraceSerializer,
  type IExportLogsServiceResponse, type IExportMetricsServiceResponse, type IExportTraceServiceResponse, type ISerializer,
} from '@opentelemetry/otlp-transformer';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { Signal } from '@narrows/contract/ingest';
import { MS_PER_SECOND } from '@narrows/contract/units';
import type { AgentConfig } from './config.js';
import type { DeliveryLedger } from './delivery-ledger.js';
import { Outbox } from './outbox.js';
import { PersonalDataFilter } from './personal-data-filter.js';

export interface OtlpExporters {
  traces: OTLPExporterBase<ReadableSpan[]>;
  metrics: OTLPMetricExporterBase;
  logs: OTLPExporterBase<ReadableLogRecord[]>;
  outboxes: readonly Outbox[];
}

export function createOtlpExporters(config: AgentConfig, ledger: DeliveryLedger): OtlpExporters {
  const json = (signal: Signal) => config.protocolOf(signal) === 'http/json';
  const outboxes: Outbox[] = [];
  const filter = new PersonalDataFilter(config.redact);
  const open = <Items, Response>(signal: Signal, serializer: ISerializer<Items, Response>, clean: (items: Items) => Items, count: (items: Items) => number, rejected: (response: Response) => number) => {
    const outbox = openOutbox(config, ledger, signal, (answer) => rejected(serializer.deserializeResponse(answer)));
    outboxes.push(outbox);
    return delegate(outbox, ledger, signal, serializer, clean, count);
  };

  const traces = open<ReadableSpan[], IExportTraceServiceResponse>('traces', json('traces') ? JsonTraceSerializer : ProtobufTraceSerializer,
    (spans) => filter.spans(spans), (spans) => spans.length, (response) => Number(response.partialSuccess?.rejectedSpans ?? 0));
  const metrics = open<ResourceMetrics, IExportMetricsServiceResponse>('metrics', json('metrics') ? JsonMetricsSerializer : ProtobufMetricsSerializer,
    (points) => filter.metrics(points), countPoints, (response) => Number(response.partialSuccess?.rejectedDataPoints ?? 0));
  const logs = open<ReadableLogRecord[], IExportLogsServiceResponse>('logs', json('logs') ? JsonLogsSerializer : ProtobufLogsSerializer,
    (records) => filter.records(records), (records) => records.length, (response) => Number(response.partialSuccess?.rejectedLogRecords ?? 0));
  return { traces: new OTLPExporterBase(traces), metrics: new OTLPMetricExporterBase(metrics), logs: new OTLPExporterBase(logs), outboxes };
}

function countPoints(metrics: ResourceMetrics): number {
  let points = 0;
  for (const scope of metrics.scopeMetrics) for (const metric of scope.metrics) points += metric.dataPoints.length;
  return points;
}

function openOutbox(config: AgentConfig, ledger: DeliveryLedger, signal: Signal, rejectedItems: (answer: Uint8Array) => number): Outbox {
  const json = config.protocolOf(signal) === 'http/json';
  const options = convertLegacyHttpOptions({
    ...(!config.given('ENDPOINT', signal) && { url: `${config.endpoint.replace(/\/+$/, '')}/v1/${signal}` }),
    ...(config.key !== '' && { headers: { authorization: `Bearer ${config.key}` } }),
    ...(!config.given('COMPRESSION', signal) && { compression: CompressionAlgorithm.GZIP }),
  }, signal.toUpperCase(), `v1/${signal}`, { 'Content-Type': json ? 'application/json' : 'application/x-protobuf' });
  return new Outbox({
    signal, ledger, rejectedItems,
    url: options.url,
    headers: options.headers,
    agentFactory: options.agentFactory,
    gzip: options.compression === 'gzip',
    attemptTimeoutMs: Math.max(options.timeoutMillis, MS_PER_SECOND / 10),
    random: Math.random,
  });
}

/** Export = clean, encode and put. It succeeds as soon as the outbox has it; what becomes of it then stands in the ledger. */
function delegate<Items, Response>(outbox: Outbox, ledger: DeliveryLedger, signal: Signal, serializer: ISerializer<Items, Response>, clean: (items: Items) => Items, count: (items: Items) => number): IOtlpExportDelegate<Items> {
  return {
    export(items: Items, done: (result: ExportResult) => void): void {
      let body: Uint8Array | undefined;
      try {
        body = serializer.serializeRequest(clean(items));
      } catch (error) {
        ledger.dropped(signal, 'encode', count(items));
        ledger.trouble(`cannot encode ${signal}: ${String(error)}`);
        done({ code: ExportResultCode.FAILED });
        return;
      }
      if (body) outbox.put(body, count(items));
      done({ code: ExportResultCode.SUCCESS });
    },
    // What was exported is with the outbox already; waiting for the collector is the agent's flush, which has a deadline.
    forceFlush: () => Promise.resolve(),
    shutdown: () => outbox.close(),
    setMetrics: () => undefined,
  };
}
