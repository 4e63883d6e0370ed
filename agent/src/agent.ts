// The whole agent put together: settings go in, a started OpenTelemetry SDK with our span processors, exporters and the
// every-second report comes out. This is the one file that knows the order of the parts.
import { randomUUID } from 'node:crypto';
import { metrics } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { AGENT_METRIC } from '@narrows/contract/attributes';
import { ActiveGroups } from './active-groups.js';
import { ActiveReporter } from './active-reporter.js';
import type { AgentConfig } from './config.js';
import type { DeliveryLedger } from './delivery-ledger.js';
import { GuardedProcessor } from './guarded-processor.js';
import { createInstrumentations } from './instrumentations.js';
import { createOtlpExporters, type OtlpExporters } from './otlp-exporters.js';
import { createResource, DISTRO } from './resource.js';
import { createSampler, RecordingSampler } from './sampler.js';
import { TransactionTracker } from './transaction-tracker.js';

const SCOPE = { name: '@narrows/agent', version: DISTRO.version };
const monotonicMs = () => performance.now();

export interface Agent {
  /** Put everything gathered so far on its way, without waiting for the network. Never rejects. */
  flush(): Promise<void>;
  /** Flush, trying each request once more; what the collector does not take is dropped and counted. Never rejects. */
  close(): Promise<void>;
  /** Give up what is still waiting. */
  abandon(): void;
}

/** Start the SDK. Errors of OpenTelemetry's own constructors come through: the caller switches the agent off. */
export function startAgent(config: AgentConfig, ledger: DeliveryLedger): Agent {
  const resource = createResource(randomUUID());
  const exporters = createOtlpExporters(config, ledger);
  const active = createActive(config, exporters, resource, ledger);
  const sends = { traces: config.tracesExporter !== 'none', metrics: config.metricsExporter !== 'none', logs: config.logsExporter !== 'none' };
  const { spans, records, reader } = createBatching(config, exporters);

  const sampler = createSampler(config.sampler, config.samplerRatio);
  new NodeSDK({
    resource, autoDetectResources: false,
    sampler: config.active ? new RecordingSampler(sampler) : sampler,
    spanProcessors: [active.processor, ...(sends.traces ? [spans] : [])],
    logRecordProcessors: sends.logs ? [records] : [],
    metricReaders: sends.metrics ? [reader] : [],
    instrumentations: createInstrumentations(config),
  }).start();
  observeAgent(ledger, active.unwatched);
  if (config.active) active.reporter.start();

  // None of these waits for the network: the exporters hand over to the outboxes. What fails is in the ledger.
  const flush = async () => {
    if (config.active) active.reporter.report();
    await Promise.allSettled([spans.forceFlush(), records.forceFlush(), ...(sends.metrics ? [reader.forceFlush()] : [])]);
  };
  const { outboxes } = exporters;
  return {
    flush,
    close: async () => {
      await flush();
      await Promise.all(outboxes.map((outbox) => outbox.close()));
    },
    abandon: () => { for (const outbox of outboxes) outbox.abandon(); },
  };
}

function createBatching(config: AgentConfig, exporters: OtlpExporters) {
  const { spanDelayMs, spanQueueMax, spanBatchMax, logDelayMs, logQueueMax, logBatchMax, metricIntervalMs } = config;
  return {
    spans: new BatchSpanProcessor(exporters.traces, { scheduledDelayMillis: spanDelayMs, maxQueueSize: spanQueueMax, maxExportBatchSize: Math.min(spanBatchMax, spanQueueMax) }),
    records: new BatchLogRecordProcessor({ exporter: exporters.logs, scheduledDelayMillis: logDelayMs, maxQueueSize: logQueueMax, maxExportBatchSize: Math.min(logBatchMax, logQueueMax) }),
    reader: new PeriodicExportingMetricReader({ exporter: exporters.metrics, exportIntervalMillis: metricIntervalMs, exportTimeoutMillis: metricIntervalMs }),
  };
}

/** The tracker always runs, for `narrows.downstream_ms`; the reporter is started where the settings ask for it. */
function createActive(config: AgentConfig, exporters: OtlpExporters, resource: Resource, ledger: DeliveryLedger) {
  const groups = new ActiveGroups({ attributes: config.activeAttributes, groupsMax: config.activeGroupsMax });
  let unwatched = 0;
  const tracker = new TransactionTracker({
    monotonicMs,
    ended: (transaction) => { if (config.active) groups.ended(transaction, monotonicMs()); },
    unwatched: () => {
      unwatched += 1;
      if (config.active) groups.unwatched(monotonicMs());
    },
  });
  const failed = (error: unknown) => {
    reporter.stop();
    ledger.trouble(`active transactions are switched off by a fault of the agent: ${String(error)}`);
  };
  const reporter = new ActiveReporter({
    tracker, groups, resource, scope: SCOPE, monotonicMs, wallMs: Date.now, failed,
    metrics: config.metricsExporter === 'none' ? null : exporters.metrics,
    logs: config.logsExporter === 'none' ? null : exporters.logs,
    attributes: config.activeAttributes, oldestMax: config.activeOldestMax,
  });
  return { processor: new GuardedProcessor(tracker, failed), reporter, unwatched: () => unwatched };
}

/** The agent's own counters, with the other metrics. */
function observeAgent(ledger: DeliveryLedger, unwatched: () => number): void {
  const meter = metrics.getMeter(SCOPE.name, SCOPE.version);
  meter.createObservableCounter(AGENT_METRIC.delivered, { unit: '{item}', description: 'Spans, points and records that the collector took' })
    .addCallback((result) => { for (const [signal, items] of ledger.deliveredItems()) result.observe(items, { signal }); });
  meter.createObservableCounter(AGENT_METRIC.dropped, { unit: '{item}', description: 'Spans, points and records that were given up' })
    .addCallback((result) => { for (const { signal, reason, items } of ledger.droppedItems()) result.observe(items, { signal, reason }); });
  meter.createObservableCounter(AGENT_METRIC.unwatched, { unit: '{transaction}', description: 'Transactions counted but not watched while open' })
    .addCallback((result) => { result.observe(unwatched()); });
}
