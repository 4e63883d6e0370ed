// Spans, metrics and logs of a case → OTLP/JSON request bodies, as agents would have sent them, at their original times.
// The mapping is the one that the data set's own page gives.
const KINDS = { INTERNAL: 1, SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 };
const SEVERITIES = { TRACE: 1, DEBUG: 5, INFO: 9, WARN: 13, WARNING: 13, ERROR: 17, FATAL: 21 };
const STATUS = { OK: 1, ERROR: 2 };
const ITEMS_PER_REQUEST = 2_000;

const METRICS = {
  'CpuUsage(m)': { name: 'container.cpu.usage', factor: 1 / 1_000, unit: '{cpu}' },
  'MemoryUsage(Mi)': { name: 'container.memory.usage', factor: 2 ** 20, unit: 'By' },
};

const text = (key, value) => ({ key, value: { stringValue: String(value) } });

function resourceOf({ service, pod }) {
  return { attributes: [text('service.name', service), ...(pod ? [text('k8s.pod.name', pod), text('service.instance.id', pod)] : [])] };
}

function* requests(items, field, scopeField, itemField, toItem) {
  for (let from = 0; from < items.length; from += ITEMS_PER_REQUEST) {
    const byResource = new Map();
    for (const item of items.slice(from, from + ITEMS_PER_REQUEST)) {
      const key = `${item.service}\n${item.pod ?? ''}`;
      if (!byResource.has(key)) byResource.set(key, []);
      byResource.get(key).push(item);
    }
    yield { [field]: [...byResource.values()].map((group) => ({ resource: resourceOf(group[0]), [scopeField]: [{ scope: { name: 'public-fault-data' }, [itemField]: group.map(toItem) }] })) };
  }
}

const spanOf = (s) => ({
  traceId: s.traceId, spanId: s.spanId, parentSpanId: s.parentSpanId ?? '', name: s.name, kind: KINDS[s.kind] ?? 0, startTimeUnixNano: s.startUnixNano,
  endTimeUnixNano: String(BigInt(s.startUnixNano) + BigInt(s.durationNano)), attributes: [], status: STATUS[s.statusCode] ? { code: STATUS[s.statusCode] } : {},
});

function metricOf({ name, value, timeUnixNano, source, target }) {
  const known = METRICS[name] ?? { name, factor: 1, unit: '' };
  const attributes = Object.entries({ source, target }).filter(([, v]) => v !== undefined && v !== null).map(([key, v]) => text(key, v));
  return { name: known.name, unit: known.unit, gauge: { dataPoints: [{ timeUnixNano, asDouble: value * known.factor, attributes }] } };
}

const recordOf = (l) => ({
  timeUnixNano: l.timeUnixNano, observedTimeUnixNano: l.timeUnixNano, severityText: l.severityText ?? '', severityNumber: SEVERITIES[l.severityText] ?? 0,
  body: { stringValue: l.body ?? '' }, traceId: l.traceId ?? '', spanId: l.spanId ?? '', attributes: [],
});

/** `[signal, body]` of every request of a case. */
export function* otlpOf({ spans, metrics, logs }) {
  for (const body of requests(spans, 'resourceSpans', 'scopeSpans', 'spans', spanOf)) yield ['traces', body];
  for (const body of requests(metrics.filter(({ value }) => Number.isFinite(value)), 'resourceMetrics', 'scopeMetrics', 'metrics', metricOf)) yield ['metrics', body];
  for (const body of requests(logs, 'resourceLogs', 'scopeLogs', 'logRecords', recordOf)) yield ['logs', body];
}
