// OTLP/JSON bodies for the serve and query tests: spans, gauges and log records as an agent sends them, written short.
import { randomBytes } from 'node:crypto';

type Value = string | number | boolean;
const attributes = (values: Record<string, Value>) => Object.entries(values).map(([key, value]) => ({
  key, value: typeof value === 'string' ? { stringValue: value } : typeof value === 'boolean' ? { boolValue: value } : { doubleValue: value },
}));
const resource = (service: string) => ({ attributes: attributes({ 'service.name': service, 'service.instance.id': `${service}-1` }) });
const nano = (ms: number) => String(BigInt(Math.round(ms * 1_000)) * 1_000n);
export const newId = (bytes: 8 | 16) => randomBytes(bytes).toString('hex');

export const KIND = { internal: 1, server: 2, client: 3 } as const;
export interface SpanText {
  service: string; name: string; kind: keyof typeof KIND; endMs: number; durationMs: number;
  traceId?: string; spanId?: string; parentSpanId?: string; error?: string; attributes?: Record<string, Value>; events?: { atMs: number; name: string }[];
}

/** One request with these spans, a resource for each service. */
export function traces(spans: readonly SpanText[]): object {
  return {
    resourceSpans: [...new Set(spans.map((s) => s.service))].map((service) => ({
      resource: resource(service),
      scopeSpans: [{
        scope: { name: 'test' },
        spans: spans.filter((s) => s.service === service).map((s) => ({
          traceId: s.traceId ?? newId(16), spanId: s.spanId ?? newId(8), parentSpanId: s.parentSpanId ?? '', name: s.name, kind: KIND[s.kind],
          startTimeUnixNano: nano(s.endMs - s.durationMs), endTimeUnixNano: nano(s.endMs), attributes: attributes(s.attributes ?? {}),
          events: (s.events ?? []).map((e) => ({ timeUnixNano: nano(e.atMs), name: e.name, attributes: [] })),
          status: s.error === undefined ? {} : { code: 2, message: s.error },
        })),
      }],
    })),
  };
}

export interface PointText { name: string; value: number; atMs: number; attributes?: Record<string, Value>; delta?: boolean }

export function metrics(service: string, points: readonly PointText[]): object {
  return {
    resourceMetrics: [{
      resource: resource(service),
      scopeMetrics: [{
        scope: { name: 'test' },
        metrics: points.map(({ name, value, atMs, attributes: labels = {}, delta }) => {
          const dataPoints = [{ timeUnixNano: nano(atMs), startTimeUnixNano: nano(atMs - 1_000), asDouble: value, attributes: attributes(labels) }];
          return delta ? { name, sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints } } : { name, gauge: { dataPoints } };
        }),
      }],
    }],
  };
}

export interface RecordText { atMs: number; eventName?: string; body?: string; traceId?: string; spanId?: string; attributes?: Record<string, Value> }

export function logs(service: string, records: readonly RecordText[]): object {
  return {
    resourceLogs: [{
      resource: resource(service),
      scopeLogs: [{
        scope: { name: 'test' },
        logRecords: records.map((r) => ({
          timeUnixNano: nano(r.atMs), observedTimeUnixNano: nano(r.atMs), severityNumber: 9, severityText: 'INFO', eventName: r.eventName ?? '',
          body: { stringValue: r.body ?? '' }, traceId: r.traceId ?? '', spanId: r.spanId ?? '', attributes: attributes(r.attributes ?? {}),
        })),
      }],
    }],
  };
}
