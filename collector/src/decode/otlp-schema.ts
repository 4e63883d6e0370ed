// The OTLP messages as data: each field's JSON name, protobuf number and kind. JSON requests are written as protobuf by
// this table, so that both encodings take one way through decode.
// Source: opentelemetry-proto v1.x; JSON names and hex ids as the OTLP specification, "JSON Protobuf Encoding", says.
import type { Signal } from '@narrows/contract';
import { BYTES, FIXED32, FIXED64, VARINT } from './wire-reader.js';

export type ScalarKind = 'string' | 'hexId' | 'base64' | 'bool' | 'uint32' | 'sint32' | 'int64' | 'fixed32' | 'fixed64' | 'sfixed64' | 'double';
export interface SchemaField {
  number: number;
  kind: ScalarKind | 'enum' | 'message' | 'packedFixed64' | 'packedDouble' | 'packedUint64';
  repeated: boolean;
  message?: MessageSchema;
  enumNumbers?: ReadonlyMap<string, number>;
}
/** `nests`: a value that can hold values of its own kind; only there is depth counted. */
export interface MessageSchema { name: string; fields: Map<string, SchemaField>; fieldsByNumber: Map<number, SchemaField>; nests: boolean }

const WIRE_TYPES: Readonly<Record<SchemaField['kind'], number>> = {
  string: BYTES, hexId: BYTES, base64: BYTES, message: BYTES, packedFixed64: BYTES, packedDouble: BYTES, packedUint64: BYTES,
  bool: VARINT, uint32: VARINT, sint32: VARINT, int64: VARINT, enum: VARINT, fixed32: FIXED32, fixed64: FIXED64, sfixed64: FIXED64, double: FIXED64,
};
/** Wire type of a field as encoders write it. */
export const wireTypeOf = (field: SchemaField): number => WIRE_TYPES[field.kind];

type FieldText = readonly [name: string, number: number, kind: SchemaField['kind'] | MessageSchema | ReadonlyMap<string, number>, repeated?: 'repeated'];

function message(name: string, fields: readonly FieldText[], nests = false): MessageSchema {
  const schema: MessageSchema = { name, fields: new Map(), fieldsByNumber: new Map(), nests };
  for (const field of fields) addField(schema, field);
  return schema;
}

/** Under both of its names: the specification wants lowerCamelCase, the OpenTelemetry Collector takes the original names too. */
function addField(schema: MessageSchema, [name, number, kind, repeated]: FieldText): void {
  const base = { number, repeated: repeated !== undefined };
  const field: SchemaField = typeof kind === 'string' ? { ...base, kind } : 'fields' in kind ? { ...base, kind: 'message', message: kind } : { ...base, kind: 'enum', enumNumbers: kind };
  schema.fields.set(name, field);
  schema.fields.set(name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), field);
  schema.fieldsByNumber.set(number, field);
}

const enumOf = (...names: string[]): ReadonlyMap<string, number> => new Map(names.map((name, number) => [name, number]));
const SPAN_KIND = enumOf('SPAN_KIND_UNSPECIFIED', 'SPAN_KIND_INTERNAL', 'SPAN_KIND_SERVER', 'SPAN_KIND_CLIENT', 'SPAN_KIND_PRODUCER', 'SPAN_KIND_CONSUMER');
const STATUS_CODE = enumOf('STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR');
const TEMPORALITY = enumOf('AGGREGATION_TEMPORALITY_UNSPECIFIED', 'AGGREGATION_TEMPORALITY_DELTA', 'AGGREGATION_TEMPORALITY_CUMULATIVE');
const SEVERITY = enumOf('SEVERITY_NUMBER_UNSPECIFIED', ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']
  .flatMap((level) => ['', '2', '3', '4'].map((step) => `SEVERITY_NUMBER_${level}${step}`)));

const anyValue = message('AnyValue', [['stringValue', 1, 'string'], ['boolValue', 2, 'bool'], ['intValue', 3, 'int64'], ['doubleValue', 4, 'double'], ['bytesValue', 7, 'base64']], true);
const keyValue = message('KeyValue', [['key', 1, 'string'], ['value', 2, anyValue]]);
const arrayValue = message('ArrayValue', [['values', 1, anyValue, 'repeated']]);
const keyValueList = message('KeyValueList', [['values', 1, keyValue, 'repeated']]);
addField(anyValue, ['arrayValue', 5, arrayValue]);
addField(anyValue, ['kvlistValue', 6, keyValueList]);

const entityRef = message('EntityRef', [['schemaUrl', 1, 'string'], ['type', 2, 'string'], ['idKeys', 3, 'string', 'repeated'], ['descriptionKeys', 4, 'string', 'repeated']]);
const resource = message('Resource', [['attributes', 1, keyValue, 'repeated'], ['droppedAttributesCount', 2, 'uint32'], ['entityRefs', 3, entityRef, 'repeated']]);
const scope = message('InstrumentationScope', [['name', 1, 'string'], ['version', 2, 'string'], ['attributes', 3, keyValue, 'repeated'], ['droppedAttributesCount', 4, 'uint32']]);

const event = message('Event', [['timeUnixNano', 1, 'fixed64'], ['name', 2, 'string'], ['attributes', 3, keyValue, 'repeated'], ['droppedAttributesCount', 4, 'uint32']]);
const link = message('Link', [['traceId', 1, 'hexId'], ['spanId', 2, 'hexId'], ['traceState', 3, 'string'], ['attributes', 4, keyValue, 'repeated'],
  ['droppedAttributesCount', 5, 'uint32'], ['flags', 6, 'fixed32']]);
const status = message('Status', [['message', 2, 'string'], ['code', 3, STATUS_CODE]]);
const span = message('Span', [['traceId', 1, 'hexId'], ['spanId', 2, 'hexId'], ['traceState', 3, 'string'], ['parentSpanId', 4, 'hexId'], ['name', 5, 'string'],
  ['kind', 6, SPAN_KIND], ['startTimeUnixNano', 7, 'fixed64'], ['endTimeUnixNano', 8, 'fixed64'], ['attributes', 9, keyValue, 'repeated'],
  ['droppedAttributesCount', 10, 'uint32'], ['events', 11, event, 'repeated'], ['droppedEventsCount', 12, 'uint32'], ['links', 13, link, 'repeated'],
  ['droppedLinksCount', 14, 'uint32'], ['status', 15, status], ['flags', 16, 'fixed32']]);

const exemplar = message('Exemplar', [['timeUnixNano', 2, 'fixed64'], ['asDouble', 3, 'double'], ['spanId', 4, 'hexId'], ['traceId', 5, 'hexId'],
  ['asInt', 6, 'sfixed64'], ['filteredAttributes', 7, keyValue, 'repeated']]);
const times = [['startTimeUnixNano', 2, 'fixed64'], ['timeUnixNano', 3, 'fixed64']] as const satisfies readonly FieldText[];
const numberPoint = message('NumberDataPoint', [...times, ['asDouble', 4, 'double'], ['exemplars', 5, exemplar, 'repeated'], ['asInt', 6, 'sfixed64'],
  ['attributes', 7, keyValue, 'repeated'], ['flags', 8, 'uint32']]);
const histogramPoint = message('HistogramDataPoint', [...times, ['count', 4, 'fixed64'], ['sum', 5, 'double'], ['bucketCounts', 6, 'packedFixed64'],
  ['explicitBounds', 7, 'packedDouble'], ['exemplars', 8, exemplar, 'repeated'], ['attributes', 9, keyValue, 'repeated'], ['flags', 10, 'uint32'],
  ['min', 11, 'double'], ['max', 12, 'double']]);
const buckets = message('Buckets', [['offset', 1, 'sint32'], ['bucketCounts', 2, 'packedUint64']]);
const exponentialHistogramPoint = message('ExponentialHistogramDataPoint', [...times, ['attributes', 1, keyValue, 'repeated'], ['count', 4, 'fixed64'], ['sum', 5, 'double'],
  ['scale', 6, 'sint32'], ['zeroCount', 7, 'fixed64'], ['positive', 8, buckets], ['negative', 9, buckets], ['flags', 10, 'uint32'],
  ['exemplars', 11, exemplar, 'repeated'], ['min', 12, 'double'], ['max', 13, 'double'], ['zeroThreshold', 14, 'double']]);
const quantile = message('ValueAtQuantile', [['quantile', 1, 'double'], ['value', 2, 'double']]);
const summaryPoint = message('SummaryDataPoint', [...times, ['count', 4, 'fixed64'], ['sum', 5, 'double'], ['quantileValues', 6, quantile, 'repeated'],
  ['attributes', 7, keyValue, 'repeated'], ['flags', 8, 'uint32']]);
const metric = message('Metric', [['name', 1, 'string'], ['description', 2, 'string'], ['unit', 3, 'string'],
  ['gauge', 5, message('Gauge', [['dataPoints', 1, numberPoint, 'repeated']])],
  ['sum', 7, message('Sum', [['dataPoints', 1, numberPoint, 'repeated'], ['aggregationTemporality', 2, TEMPORALITY], ['isMonotonic', 3, 'bool']])],
  ['histogram', 9, message('Histogram', [['dataPoints', 1, histogramPoint, 'repeated'], ['aggregationTemporality', 2, TEMPORALITY]])],
  ['exponentialHistogram', 10, message('ExponentialHistogram', [['dataPoints', 1, exponentialHistogramPoint, 'repeated'], ['aggregationTemporality', 2, TEMPORALITY]])],
  ['summary', 11, message('Summary', [['dataPoints', 1, summaryPoint, 'repeated']])], ['metadata', 12, keyValue, 'repeated']]);

const logRecord = message('LogRecord', [['timeUnixNano', 1, 'fixed64'], ['severityNumber', 2, SEVERITY], ['severityText', 3, 'string'], ['body', 5, anyValue],
  ['attributes', 6, keyValue, 'repeated'], ['droppedAttributesCount', 7, 'uint32'], ['flags', 8, 'fixed32'], ['traceId', 9, 'hexId'], ['spanId', 10, 'hexId'],
  ['observedTimeUnixNano', 11, 'fixed64'], ['eventName', 12, 'string']]);

/** Export request of a signal: items grouped by scope, grouped by resource. */
function exportRequest(name: string, [resourcesName, scopesName, itemsName]: readonly [string, string, string], item: MessageSchema): MessageSchema {
  const scopeGroup = message(scopesName, [['scope', 1, scope], [itemsName, 2, item, 'repeated'], ['schemaUrl', 3, 'string']]);
  const resourceGroup = message(resourcesName, [['resource', 1, resource], [scopesName, 2, scopeGroup, 'repeated'], ['schemaUrl', 3, 'string']]);
  return message(name, [[resourcesName, 1, resourceGroup, 'repeated']]);
}

export const EXPORT_REQUESTS: Readonly<Record<Signal, MessageSchema>> = {
  traces: exportRequest('ExportTraceServiceRequest', ['resourceSpans', 'scopeSpans', 'spans'], span),
  metrics: exportRequest('ExportMetricsServiceRequest', ['resourceMetrics', 'scopeMetrics', 'metrics'], metric),
  logs: exportRequest('ExportLogsServiceRequest', ['resourceLogs', 'scopeLogs', 'logRecords'], logRecord),
};

/** Messages that decode may have to step over, for `checkMessage`. */
export const SCHEMAS = { anyValue, arrayValue, keyValueList, keyValue, entityRef, event, link, span, metric, logRecord } as const;
