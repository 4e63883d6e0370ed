// What must have arrived from one client, asked from the store: exact counts and sums of what it was told to send. A claim
// is what is counted, the question, and the answer that is right.

const sumOfItems = (items) => items * (items - 1) / 2;

/** Claims by signal. `checks` says what kind of sender it is; the service's name sets its rows apart. */
export function claimsOf({ checks, service, items }) {
  return checks === 'sdk' ? sdkClaims(service, items) : telemetrygenClaims(service, items);
}

function sdkClaims(service, items) {
  const where = `WHERE ServiceName = '${service}'`;
  return {
    traces: [
      { what: 'spans', sql: `SELECT count() AS n FROM narrows.otel_traces ${where}`, wanted: items },
      { what: 'distinct traces', sql: `SELECT uniqExact(TraceId) AS n FROM narrows.otel_traces ${where}`, wanted: items },
      { what: 'sum of the attribute', sql: `SELECT sum(toUInt64(SpanAttributes['item'])) AS n FROM narrows.otel_traces ${where}`, wanted: sumOfItems(items) },
      { what: 'errors of kind Server', sql: `SELECT countIf(StatusCode = 'Error' AND SpanKind = 'Server' AND StatusMessage = 'every tenth') AS n FROM narrows.otel_traces ${where}`, wanted: items / 10 },
      { what: 'events', sql: `SELECT sum(arrayCount(name -> name = 'sent', Events.Name)) AS n FROM narrows.otel_traces ${where}`, wanted: items },
    ],
    metrics: [
      { what: 'counter over both channels', sql: `SELECT sum(most) AS n FROM (SELECT max(Value) AS most FROM narrows.otel_metrics_sum ${where} AND MetricName = 'client.items' GROUP BY Attributes['channel'])`, wanted: items },
      { what: 'histogram count', sql: `SELECT max(Count) AS n FROM narrows.otel_metrics_histogram ${where} AND MetricName = 'client.size'`, wanted: items },
      { what: 'histogram sum', sql: `SELECT max(Sum) AS n FROM narrows.otel_metrics_histogram ${where} AND MetricName = 'client.size'`, wanted: sumOfItems(items) },
    ],
    logs: [
      { what: 'records', sql: `SELECT count() AS n FROM narrows.otel_logs ${where} AND SeverityText = 'INFO' AND SeverityNumber = 9`, wanted: items },
      { what: 'distinct bodies', sql: `SELECT uniqExact(Body) AS n FROM narrows.otel_logs ${where} AND startsWith(Body, 'record ')`, wanted: items },
      { what: 'sum of the attribute', sql: `SELECT sum(toUInt64(LogAttributes['item'])) AS n FROM narrows.otel_logs ${where}`, wanted: sumOfItems(items) },
    ],
  };
}

function telemetrygenClaims(service, items) {
  const where = `WHERE ServiceName = '${service}'`;
  return {
    traces: [
      { what: 'spans with their attribute', sql: `SELECT countIf(SpanAttributes['item'] = '1') AS n FROM narrows.otel_traces ${where}`, wanted: items },
      { what: 'distinct traces', sql: `SELECT uniqExact(TraceId) AS n FROM narrows.otel_traces ${where}`, wanted: items / 2 },
    ],
    metrics: [{ what: 'points with their attribute', sql: `SELECT countIf(Attributes['item'] = '1') AS n FROM narrows.otel_metrics_sum ${where} AND MetricName = 'client.items'`, wanted: items }],
    logs: [{ what: 'records with their attribute', sql: `SELECT countIf(LogAttributes['item'] = '1') AS n FROM narrows.otel_logs ${where}`, wanted: items }],
  };
}
