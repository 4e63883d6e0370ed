// Every second: the open transactions go in, OTLP metrics (counts by group, band and state; beginnings; the oldest age) and
// log records (the oldest transactions one by one) go out, by the exporters directly, since the SDK's readers come every ten
// seconds and know no log record that is not a log line. The moment of a point is the moment of its report.
import { TraceFlags, ValueType, type Attributes, type HrTime } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { AggregationTemporality, DataPointType, type DataPoint, type MetricData, type PushMetricExporter, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { Resource } from '@opentelemetry/resources';
import { ACTIVE_EVENT, ACTIVE_METRIC, AGE_BANDS, ATTR } from '@narrows/contract/attributes';
import { MS_PER_SECOND, NANO_PER_MS } from '@narrows/contract/units';
import { bandOf, kindName, seriesLabels, type ActiveGroup, type ActiveGroups } from './active-groups.js';
import { stateOf, type Transaction, type TransactionTracker } from './transaction-tracker.js';

const REPORT_INTERVAL_MS = 1_000;
/** Attributes that a reported transaction carries where its span has them, beside the listed ones. */
const TOLD_ATTRIBUTES = [ATTR.httpMethod, ATTR.httpRoute, ATTR.urlPath] as const;

export interface ActiveReporterOptions {
  tracker: TransactionTracker;
  groups: ActiveGroups;
  resource: Resource;
  scope: { name: string; version: string };
  metrics: PushMetricExporter | null;
  logs: LogRecordExporter | null;
  attributes: readonly string[];
  oldestMax: number;
  wallMs: () => number;
  monotonicMs: () => number;
  /** A fault of our own: reporting has stopped. */
  failed: (error: unknown) => void;
}

export class ActiveReporter {
  readonly #options: ActiveReporterOptions;
  readonly #toldAttributes: readonly string[];
  #timer: NodeJS.Timeout | undefined;
  #lastReport: HrTime;

  constructor(options: ActiveReporterOptions) {
    this.#options = options;
    this.#toldAttributes = [...new Set([...TOLD_ATTRIBUTES, ...options.attributes])];
    this.#lastReport = hrTime(options.wallMs());
  }

  start(): void {
    this.#timer = setInterval(() => this.report(), REPORT_INTERVAL_MS).unref();
  }

  stop(): void { clearInterval(this.#timer); }

  /** Report now. Also called at the end of the process, so that what began in its last second is counted. */
  report(): void {
    const { metrics, logs, failed } = this.#options;
    try {
      const at = hrTime(this.#options.wallMs());
      const nowMs = this.#options.monotonicMs();
      const points = this.#metrics(at, nowMs);
      if (metrics && points) metrics.export(points, () => undefined);
      const records = logs ? this.#oldest(at, nowMs) : [];
      if (logs && records.length > 0) logs.export(records, () => undefined);
    } catch (error) {
      this.stop();
      failed(error);
    }
  }

  #metrics(at: HrTime, nowMs: number): ResourceMetrics | null {
    const open: DataPoint<number>[] = [];
    const begun: DataPoint<number>[] = [];
    const oldest: DataPoint<number>[] = [];
    const from = this.#lastReport;
    this.#options.groups.report(this.#options.tracker.open, nowMs, (group) => {
      open.push(...openPoints(group, at));
      begun.push({ startTime: from, endTime: at, attributes: group.attributes, value: group.begun });
      oldest.push({ startTime: at, endTime: at, attributes: group.attributes, value: group.oldestMs });
    });
    this.#lastReport = at;
    if (open.length === 0) return null;
    return {
      resource: this.#options.resource,
      scopeMetrics: [{
        scope: this.#options.scope,
        metrics: [
          gauge(ACTIVE_METRIC.transactions, '{transaction}', 'Open transactions by age and by what they wait on', open),
          {
            descriptor: { name: ACTIVE_METRIC.begun, unit: '{transaction}', description: 'Transactions begun since the last report', valueType: ValueType.INT },
            aggregationTemporality: AggregationTemporality.DELTA, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: begun,
          },
          gauge(ACTIVE_METRIC.oldestMs, 'ms', 'Age of the oldest open transaction', oldest),
        ],
      }],
    };
  }

  /** The tracker keeps the order of beginning, so the first ones are the oldest. */
  #oldest(at: HrTime, nowMs: number): ReadableLogRecord[] {
    const records: ReadableLogRecord[] = [];
    for (const transaction of this.#options.tracker.open) {
      if (records.length >= this.#options.oldestMax) break;
      records.push(this.#record(transaction, at, nowMs));
    }
    return records;
  }

  #record(transaction: Transaction, at: HrTime, nowMs: number): ReadableLogRecord {
    const { span } = transaction;
    const ageMs = nowMs - transaction.beganMs;
    const call = transaction.openCall();
    const attributes: Attributes = {
      [ATTR.operation]: span.name,
      [ATTR.spanKind]: kindName(span.kind),
      [ATTR.ageMs]: Math.round(ageMs),
      [ATTR.ageBand]: AGE_BANDS[bandOf(ageMs)],
      [ATTR.activeState]: stateOf(call),
      ...(call && { [ATTR.openChild]: call.name }),
    };
    for (const key of this.#toldAttributes) {
      const value = span.attributes[key];
      if (value !== undefined) attributes[key] = value;
    }
    const { traceId, spanId, traceFlags } = span.spanContext();
    return {
      hrTime: at, hrTimeObserved: at, eventName: ACTIVE_EVENT, severityNumber: SeverityNumber.INFO,
      spanContext: { traceId, spanId, traceFlags: traceFlags & TraceFlags.SAMPLED },
      resource: this.#options.resource, instrumentationScope: this.#options.scope,
      attributes, droppedAttributesCount: 0,
    };
  }
}

function openPoints(group: ActiveGroup, at: HrTime): DataPoint<number>[] {
  return group.open.flatMap((value, series) => {
    if (!group.seen[series]) return [];
    const { band, state } = seriesLabels(series);
    return [{ startTime: at, endTime: at, value, attributes: { ...group.attributes, [ATTR.ageBand]: band, [ATTR.activeState]: state } }];
  });
}

function gauge(name: string, unit: string, description: string, dataPoints: DataPoint<number>[]): MetricData {
  return {
    descriptor: { name, unit, description, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.DELTA, dataPointType: DataPointType.GAUGE, dataPoints,
  };
}

function hrTime(unixMs: number): HrTime {
  const ms = Math.floor(unixMs);
  return [Math.floor(ms / MS_PER_SECOND), (ms % MS_PER_SECOND) * NANO_PER_MS];
}
