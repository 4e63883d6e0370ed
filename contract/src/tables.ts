// The store's tables as data: what decode writes, column by column, and what the store creates. The tables of the
// OpenTelemetry ClickHouse exporter with its column names and types come first in each; below the line are ours.
// Source: opentelemetry-collector-contrib, exporter/clickhouseexporter/internal/sqltemplates

export type ColumnType =
  | 'String' | 'LowCardinality(String)' | 'UInt8' | 'UInt32' | 'UInt64' | 'Int32' | 'Int64' | 'Float64' | 'Bool'
  | 'DateTime64(9)' | 'DateTime64(3)'
  | 'Map(LowCardinality(String), String)'
  | 'Array(UInt64)' | 'Array(Float64)' | 'Array(String)' | 'Array(DateTime64(9))' | 'Array(LowCardinality(String))'
  | 'Array(Map(LowCardinality(String), String))';

export interface Column { name: string; type: ColumnType }
const columns = (text: string): readonly Column[] => text.trim().split('\n').map((line) => {
  const at = line.trim().indexOf(' ');
  return { name: line.trim().slice(0, at), type: line.trim().slice(at).trim() as ColumnType };
});

/** Who an item belongs to and where in a pipeline it stands; the end of every table. */
const OURS = `
Agency LowCardinality(String)
Pipeline LowCardinality(String)
Stage LowCardinality(String)
Channel LowCardinality(String)
Instance LowCardinality(String)
ReceivedAt DateTime64(3)
BatchId UInt64`;

const RESOURCE_AND_SCOPE = `
ResourceAttributes Map(LowCardinality(String), String)
ResourceSchemaUrl String
ScopeName String
ScopeVersion String
ScopeAttributes Map(LowCardinality(String), String)
ScopeDroppedAttrCount UInt32
ScopeSchemaUrl String
ServiceName LowCardinality(String)
MetricName String
MetricDescription String
MetricUnit String
Attributes Map(LowCardinality(String), String)
StartTimeUnix DateTime64(9)
TimeUnix DateTime64(9)`;

const EXEMPLARS = `
Exemplars.FilteredAttributes Array(Map(LowCardinality(String), String))
Exemplars.TimeUnix Array(DateTime64(9))
Exemplars.Value Array(Float64)
Exemplars.SpanId Array(String)
Exemplars.TraceId Array(String)`;

/**
 * Our columns of a span. `Transaction` is 1 for SpanKind Server and Consumer and for roots: what a person waited for.
 * `Peer`/`PeerKind` are set on Client and Producer spans: peer.service, else server.address[:port], else the database system;
 * kind is `http`, `sql` or `other`. `DownstreamNano` is −1 where no agent reported it.
 */
const SPAN_OURS = `
Flags UInt32
DroppedAttributesCount UInt32
DroppedEventsCount UInt32
DroppedLinksCount UInt32
Transaction UInt8
Peer LowCardinality(String)
PeerKind LowCardinality(String)
DownstreamNano Int64
Outcome LowCardinality(String)
Person String
Session String
Client String`;

export const TABLES = {
  otel_traces: columns(`
Timestamp DateTime64(9)
TraceId String
SpanId String
ParentSpanId String
TraceState String
SpanName LowCardinality(String)
SpanKind LowCardinality(String)
ServiceName LowCardinality(String)
ResourceAttributes Map(LowCardinality(String), String)
ScopeName String
ScopeVersion String
SpanAttributes Map(LowCardinality(String), String)
Duration UInt64
StatusCode LowCardinality(String)
StatusMessage String
Events.Timestamp Array(DateTime64(9))
Events.Name Array(LowCardinality(String))
Events.Attributes Array(Map(LowCardinality(String), String))
Links.TraceId Array(String)
Links.SpanId Array(String)
Links.TraceState Array(String)
Links.Attributes Array(Map(LowCardinality(String), String))${SPAN_OURS}${OURS}`),
  otel_logs: columns(`
Timestamp DateTime64(9)
TraceId String
SpanId String
TraceFlags UInt8
SeverityText LowCardinality(String)
SeverityNumber UInt8
ServiceName LowCardinality(String)
Body String
ResourceSchemaUrl LowCardinality(String)
ResourceAttributes Map(LowCardinality(String), String)
ScopeSchemaUrl LowCardinality(String)
ScopeName String
ScopeVersion LowCardinality(String)
ScopeAttributes Map(LowCardinality(String), String)
LogAttributes Map(LowCardinality(String), String)
EventName String
ObservedTimestamp DateTime64(9)
DroppedAttributesCount UInt32${OURS}`),
  otel_metrics_gauge: columns(`${RESOURCE_AND_SCOPE}
Value Float64
Flags UInt32${EXEMPLARS}${OURS}`),
  otel_metrics_sum: columns(`${RESOURCE_AND_SCOPE}
Value Float64
Flags UInt32${EXEMPLARS}
AggregationTemporality Int32
IsMonotonic Bool${OURS}`),
  otel_metrics_histogram: columns(`${RESOURCE_AND_SCOPE}
Count UInt64
Sum Float64
BucketCounts Array(UInt64)
ExplicitBounds Array(Float64)${EXEMPLARS}
Flags UInt32
Min Float64
Max Float64
AggregationTemporality Int32${OURS}`),
  otel_metrics_exponential_histogram: columns(`${RESOURCE_AND_SCOPE}
Count UInt64
Sum Float64
Scale Int32
ZeroCount UInt64
PositiveOffset Int32
PositiveBucketCounts Array(UInt64)
NegativeOffset Int32
NegativeBucketCounts Array(UInt64)${EXEMPLARS}
Flags UInt32
Min Float64
Max Float64
AggregationTemporality Int32${OURS}`),
  otel_metrics_summary: columns(`${RESOURCE_AND_SCOPE}
Count UInt64
Sum Float64
ValueAtQuantiles.Quantile Array(Float64)
ValueAtQuantiles.Value Array(Float64)
Flags UInt32${OURS}`),
} as const satisfies Record<string, readonly Column[]>;

export type TableName = keyof typeof TABLES;

/** Values of `SpanKind` and `StatusCode`, as the exporter writes them. Index is the OTLP number. */
export const SPAN_KINDS = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'] as const;
export const STATUS_CODES = ['Unset', 'Ok', 'Error'] as const;
