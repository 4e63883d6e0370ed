// The messages of OTLP as data: the public field tables, written down apart from the ones that decode uses, so that the two
// check each other. `*` is repeated, `|name` a member of that oneof. Fields that only profiles use are left out.
// Source: opentelemetry-proto 1.9, opentelemetry/proto/{collector,trace,metrics,logs,resource,common}/v1
import type { Signal } from '@narrows/contract';

export type ScalarType = 'double' | 'int64' | 'uint64' | 'fixed64' | 'fixed32' | 'bool' | 'string' | 'bytes' | 'uint32' | 'enum' | 'sfixed64' | 'sint32';
export interface Field { name: string; number: number; type: ScalarType | null; message: string | null; repeated: boolean; oneof: string | null }

const TEXT = `
ExportTraceServiceRequest: resource_spans=1 *ResourceSpans
ResourceSpans: resource=1 Resource, scope_spans=2 *ScopeSpans, schema_url=3 string
Resource: attributes=1 *KeyValue, dropped_attributes_count=2 uint32, entity_refs=3 *EntityRef
KeyValue: key=1 string, value=2 AnyValue
AnyValue: string_value=1 string|value, bool_value=2 bool|value, int_value=3 int64|value, double_value=4 double|value, array_value=5 ArrayValue|value, kvlist_value=6 KeyValueList|value, bytes_value=7 bytes|value
ArrayValue: values=1 *AnyValue
KeyValueList: values=1 *KeyValue
EntityRef: schema_url=1 string, type=2 string, id_keys=3 *string, description_keys=4 *string
ScopeSpans: scope=1 InstrumentationScope, spans=2 *Span, schema_url=3 string
InstrumentationScope: name=1 string, version=2 string, attributes=3 *KeyValue, dropped_attributes_count=4 uint32
Span: trace_id=1 bytes, span_id=2 bytes, trace_state=3 string, parent_span_id=4 bytes, name=5 string, kind=6 enum, start_time_unix_nano=7 fixed64, end_time_unix_nano=8 fixed64, attributes=9 *KeyValue, dropped_attributes_count=10 uint32, events=11 *Event, dropped_events_count=12 uint32, links=13 *Link, dropped_links_count=14 uint32, status=15 Status, flags=16 fixed32
Event: time_unix_nano=1 fixed64, name=2 string, attributes=3 *KeyValue, dropped_attributes_count=4 uint32
Link: trace_id=1 bytes, span_id=2 bytes, trace_state=3 string, attributes=4 *KeyValue, dropped_attributes_count=5 uint32, flags=6 fixed32
Status: message=2 string, code=3 enum
ExportMetricsServiceRequest: resource_metrics=1 *ResourceMetrics
ResourceMetrics: resource=1 Resource, scope_metrics=2 *ScopeMetrics, schema_url=3 string
ScopeMetrics: scope=1 InstrumentationScope, metrics=2 *Metric, schema_url=3 string
Metric: name=1 string, description=2 string, unit=3 string, gauge=5 Gauge|data, sum=7 Sum|data, histogram=9 Histogram|data, exponential_histogram=10 ExponentialHistogram|data, summary=11 Summary|data, metadata=12 *KeyValue
Gauge: data_points=1 *NumberDataPoint
NumberDataPoint: start_time_unix_nano=2 fixed64, time_unix_nano=3 fixed64, as_double=4 double|value, exemplars=5 *Exemplar, as_int=6 sfixed64|value, attributes=7 *KeyValue, flags=8 uint32
Exemplar: time_unix_nano=2 fixed64, as_double=3 double|value, span_id=4 bytes, trace_id=5 bytes, as_int=6 sfixed64|value, filtered_attributes=7 *KeyValue
Sum: data_points=1 *NumberDataPoint, aggregation_temporality=2 enum, is_monotonic=3 bool
Histogram: data_points=1 *HistogramDataPoint, aggregation_temporality=2 enum
HistogramDataPoint: start_time_unix_nano=2 fixed64, time_unix_nano=3 fixed64, count=4 fixed64, sum=5 double, bucket_counts=6 *fixed64, explicit_bounds=7 *double, exemplars=8 *Exemplar, attributes=9 *KeyValue, flags=10 uint32, min=11 double, max=12 double
ExponentialHistogram: data_points=1 *ExponentialHistogramDataPoint, aggregation_temporality=2 enum
ExponentialHistogramDataPoint: attributes=1 *KeyValue, start_time_unix_nano=2 fixed64, time_unix_nano=3 fixed64, count=4 fixed64, sum=5 double, scale=6 sint32, zero_count=7 fixed64, positive=8 Buckets, negative=9 Buckets, flags=10 uint32, exemplars=11 *Exemplar, min=12 double, max=13 double, zero_threshold=14 double
Buckets: offset=1 sint32, bucket_counts=2 *uint64
Summary: data_points=1 *SummaryDataPoint
SummaryDataPoint: start_time_unix_nano=2 fixed64, time_unix_nano=3 fixed64, count=4 fixed64, sum=5 double, quantile_values=6 *ValueAtQuantile, attributes=7 *KeyValue, flags=8 uint32
ValueAtQuantile: quantile=1 double, value=2 double
ExportLogsServiceRequest: resource_logs=1 *ResourceLogs
ResourceLogs: resource=1 Resource, scope_logs=2 *ScopeLogs, schema_url=3 string
ScopeLogs: scope=1 InstrumentationScope, log_records=2 *LogRecord, schema_url=3 string
LogRecord: time_unix_nano=1 fixed64, severity_number=2 enum, severity_text=3 string, body=5 AnyValue, attributes=6 *KeyValue, dropped_attributes_count=7 uint32, flags=8 fixed32, trace_id=9 bytes, span_id=10 bytes, observed_time_unix_nano=11 fixed64, event_name=12 string
`;

const SCALARS: ReadonlySet<string> = new Set<ScalarType>(['double', 'int64', 'uint64', 'fixed64', 'fixed32', 'bool', 'string', 'bytes', 'uint32', 'enum', 'sfixed64', 'sint32']);

function parseField(text: string): Field {
  const [, name, number, repeated, type, oneof] = /^(\w+)=(\d+) (\*?)(\w+)(?:\|(\w+))?$/.exec(text.trim())!;
  const scalar = SCALARS.has(type!);
  return { name: name!, number: Number(number), repeated: repeated === '*', type: scalar ? type as ScalarType : null, message: scalar ? null : type!, oneof: oneof ?? null };
}

/** Fields by message. */
export const MESSAGES: ReadonlyMap<string, readonly Field[]> = new Map(TEXT.trim().split('\n').map((line) => {
  const [name, fields] = line.split(': ');
  return [name!, fields!.split(',').map(parseField)];
}));

export const ROOTS: Readonly<Record<Signal, string>> = {
  traces: 'ExportTraceServiceRequest', metrics: 'ExportMetricsServiceRequest', logs: 'ExportLogsServiceRequest',
};
export const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const GROUP = 3;
export const GROUP_END = 4;
export const FIXED32 = 5;

const WIRE_TYPES: Readonly<Record<ScalarType, number>> = {
  double: FIXED64, fixed64: FIXED64, sfixed64: FIXED64, fixed32: FIXED32, string: BYTES, bytes: BYTES,
  int64: VARINT, uint64: VARINT, uint32: VARINT, sint32: VARINT, bool: VARINT, enum: VARINT,
};
/** Wire type of one value, unpacked. */
export const wireTypeOf = (field: Field): number => (field.type === null ? BYTES : WIRE_TYPES[field.type]);
export const isPackable = (field: Field): boolean => field.repeated && wireTypeOf(field) !== BYTES;
