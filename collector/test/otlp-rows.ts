// What decode should make of a request that the reference decoder has read: the rows of every table, by the OpenTelemetry
// exporter's mapping, and the items that are refused by the rules of decode's DESIGN.md. Columns that depend on pipelines,
// and those taken from attributes, are not repeated here.
import { LIMITS, SPAN_KINDS, STATUS_CODES, type ColumnBlock, type RejectReason, type Signal, type TableName } from '@narrows/contract';
import type { Message, Value } from './otlp-reference.js';

export type Row = Record<string, unknown>;
export interface ExpectedRequest { tables: Partial<Record<ColumnBlock['table'], Row[]>>; rejected: Partial<Record<RejectReason, number>>; accepted: number }
export const SENT = { agency: 'kdca', receivedAtMs: 1_795_334_400_123, batchId: 0xfedc_ba98_7654_3210n } as const;

const INT64_MAX = 2n ** 63n - 1n;
const NO_BYTES = Buffer.alloc(0);
const message = (of: Message, name: string): Message => (of.get(name) as Message | undefined) ?? new Map();
const messages = (of: Message, name: string): Message[] => (of.get(name) as Message[] | undefined) ?? [];
const bytes = (of: Message, name: string): Buffer => (of.get(name) as Buffer | undefined) ?? NO_BYTES;
const integer = (of: Message, name: string): bigint => (of.get(name) as bigint | undefined) ?? 0n;
const double = (of: Message, name: string): number => (of.get(name) as number | undefined) ?? 0;
const uint32 = (value: bigint): number => Number(BigInt.asUintN(32, value));
const plainText = (value: Buffer): string => value.toString('utf8');

/** A text as it is stored: at most the limit, cut between two characters. */
function cut(value: string): string {
  const encoded = Buffer.from(value);
  let end = Math.min(encoded.length, LIMITS.attributeValueBytesMax);
  while (end < encoded.length && (encoded[end]! & 0xc0) === 0x80) end--;
  return encoded.toString('utf8', 0, end);
}
const text = (of: Message, name: string): string => cut(plainText(bytes(of, name)));

/** The one member that an AnyValue has. */
function anyText(value: Message): string {
  const [[kind, inner] = ['', undefined]] = [...value];
  switch (kind) {
    case '': return '';
    case 'string_value': return cut(plainText(inner as Buffer));
    case 'bytes_value': return cut((inner as Buffer).toString('base64'));
    case 'array_value': case 'kvlist_value': return cut(json(value));
    default: return String(inner as Value);
  }
}

/** Of lists with more elements than a text can have characters, the first. */
const elements = (list: Message): Message[] => messages(list, 'values').slice(0, LIMITS.attributeValueBytesMax);

function json(value: Message): string {
  const [[kind, inner] = ['', undefined]] = [...value];
  switch (kind) {
    case '': return 'null';
    case 'string_value': return JSON.stringify(plainText(inner as Buffer));
    case 'bytes_value': return JSON.stringify((inner as Buffer).toString('base64'));
    case 'double_value': return Number.isFinite(inner) ? String(inner as number) : `"${String(inner as number)}"`;
    case 'array_value': return `[${elements(inner as Message).map(json).join(',')}]`;
    case 'kvlist_value': {
      const members = new Map(elements(inner as Message).map((pair) => [plainText(bytes(pair, 'key')), json(message(pair, 'value'))]));
      return `{${[...members].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => `${JSON.stringify(key)}:${member}`).join(',')}}`;
    }
    default: return String(inner as bigint | boolean);
  }
}

const attributes = (of: Message, name = 'attributes'): [string, string][] =>
  messages(of, name).slice(0, LIMITS.attributesPerItemMax).map((pair) => [text(pair, 'key'), anyText(message(pair, 'value'))]);
const beyond = (of: Message, name: string, max: number): bigint => BigInt(Math.max(0, messages(of, name).length - max));
const hex = (of: Message, name: string): string => bytes(of, name).toString('hex');
const isZero = (id: Buffer): boolean => id.every((byte) => byte === 0);
const isShort = (of: Message, name: string, length: number): boolean => bytes(of, name).length !== 0 && bytes(of, name).length !== length;
const hasShortIds = (of: Message): boolean => isShort(of, 'trace_id', 16) || isShort(of, 'span_id', 8);
const isLate = (of: Message, ...names: string[]): boolean => names.some((name) => integer(of, name) > INT64_MAX);
const clampedTime = (of: Message, name: string): bigint => (integer(of, name) > INT64_MAX ? INT64_MAX : integer(of, name));

/** One item's resource and scope. */
interface Around { resource: Message; resourceUrl: string; scope: Message; scopeUrl: string }
const ownColumns = { Agency: SENT.agency, ReceivedAt: BigInt(SENT.receivedAtMs), BatchId: SENT.batchId };

function spanRejection(span: Message): RejectReason | null {
  if (hasShortIds(span) || isShort(span, 'parent_span_id', 8) || messages(span, 'links').some(hasShortIds)) return 'short_id';
  if ((bytes(span, 'trace_id').length > 0 && isZero(bytes(span, 'trace_id'))) || (bytes(span, 'span_id').length > 0 && isZero(bytes(span, 'span_id')))) return 'zero_id';
  return isLate(span, 'start_time_unix_nano', 'end_time_unix_nano') ? 'time_out_of_range' : null;
}

function spanRow(span: Message, { resource, scope }: Around): Row {
  const begin = integer(span, 'start_time_unix_nano');
  const end = integer(span, 'end_time_unix_nano');
  const kind = SPAN_KINDS[uint32(integer(span, 'kind'))] ?? 'Unspecified';
  const isRoot = isZero(bytes(span, 'parent_span_id'));
  const events = messages(span, 'events').slice(0, LIMITS.eventsPerSpanMax);
  const links = messages(span, 'links').slice(0, LIMITS.linksPerSpanMax);
  return {
    Timestamp: begin, TraceId: hex(span, 'trace_id'), SpanId: hex(span, 'span_id'), ParentSpanId: isRoot ? '' : hex(span, 'parent_span_id'),
    TraceState: text(span, 'trace_state'), SpanName: text(span, 'name'), SpanKind: kind, ResourceAttributes: attributes(resource),
    ScopeName: text(scope, 'name'), ScopeVersion: text(scope, 'version'), SpanAttributes: attributes(span), Duration: end < begin ? 0n : end - begin,
    StatusCode: STATUS_CODES[uint32(integer(message(span, 'status'), 'code'))] ?? 'Unset', StatusMessage: text(message(span, 'status'), 'message'),
    'Events.Timestamp': events.map((event) => clampedTime(event, 'time_unix_nano')), 'Events.Name': events.map((event) => text(event, 'name')),
    'Events.Attributes': events.map((event) => attributes(event)),
    'Links.TraceId': links.map((link) => hex(link, 'trace_id')), 'Links.SpanId': links.map((link) => hex(link, 'span_id')),
    'Links.TraceState': links.map((link) => text(link, 'trace_state')), 'Links.Attributes': links.map((link) => attributes(link)),
    Flags: uint32(integer(span, 'flags')),
    DroppedAttributesCount: uint32(integer(span, 'dropped_attributes_count') + beyond(span, 'attributes', LIMITS.attributesPerItemMax)),
    DroppedEventsCount: uint32(integer(span, 'dropped_events_count') + beyond(span, 'events', LIMITS.eventsPerSpanMax)),
    DroppedLinksCount: uint32(integer(span, 'dropped_links_count') + beyond(span, 'links', LIMITS.linksPerSpanMax)),
    Transaction: isRoot || kind === 'Server' || kind === 'Consumer' ? 1 : 0,
  };
}

function recordRejection(record: Message): RejectReason | null {
  if (hasShortIds(record)) return 'short_id';
  return isLate(record, 'time_unix_nano', 'observed_time_unix_nano') ? 'time_out_of_range' : null;
}

function recordRow(record: Message, { resource, resourceUrl, scope, scopeUrl }: Around): Row {
  const observed = integer(record, 'observed_time_unix_nano');
  const id = (name: string): string => (isZero(bytes(record, name)) ? '' : hex(record, name));
  return {
    Timestamp: integer(record, 'time_unix_nano') || observed || BigInt(SENT.receivedAtMs) * 1_000_000n, TraceId: id('trace_id'), SpanId: id('span_id'),
    TraceFlags: Number(integer(record, 'flags') & 0xffn), SeverityText: text(record, 'severity_text'), SeverityNumber: Number(BigInt.asUintN(8, integer(record, 'severity_number'))),
    Body: anyText(message(record, 'body')), ResourceSchemaUrl: resourceUrl, ResourceAttributes: attributes(resource), ScopeSchemaUrl: scopeUrl,
    ScopeName: text(scope, 'name'), ScopeVersion: text(scope, 'version'), ScopeAttributes: attributes(scope), LogAttributes: attributes(record),
    EventName: text(record, 'event_name'), ObservedTimestamp: observed,
    DroppedAttributesCount: uint32(integer(record, 'dropped_attributes_count') + beyond(record, 'attributes', LIMITS.attributesPerItemMax)),
  };
}

function pointRejection(point: Message): RejectReason | null {
  if (isLate(point, 'start_time_unix_nano', 'time_unix_nano')) return 'time_out_of_range';
  return messages(point, 'exemplars').some(hasShortIds) ? 'short_id' : null;
}

/** `as_double` or `as_int`, whichever is there. */
const numberOf = (of: Message): number => (of.has('as_int') ? Number(integer(of, 'as_int')) : double(of, 'as_double'));

function exemplarColumns(point: Message): Row {
  const exemplars = messages(point, 'exemplars');
  return {
    'Exemplars.FilteredAttributes': exemplars.map((exemplar) => attributes(exemplar, 'filtered_attributes')),
    'Exemplars.TimeUnix': exemplars.map((exemplar) => clampedTime(exemplar, 'time_unix_nano')), 'Exemplars.Value': exemplars.map(numberOf),
    'Exemplars.SpanId': exemplars.map((exemplar) => hex(exemplar, 'span_id')), 'Exemplars.TraceId': exemplars.map((exemplar) => hex(exemplar, 'trace_id')),
  };
}

function commonColumns(metric: Message, point: Message, { resource, resourceUrl, scope, scopeUrl }: Around): Row {
  return {
    ResourceAttributes: attributes(resource), ResourceSchemaUrl: resourceUrl, ScopeName: text(scope, 'name'), ScopeVersion: text(scope, 'version'),
    ScopeAttributes: attributes(scope), ScopeSchemaUrl: scopeUrl,
    ScopeDroppedAttrCount: uint32(integer(scope, 'dropped_attributes_count') + beyond(scope, 'attributes', LIMITS.attributesPerItemMax)),
    MetricName: text(metric, 'name'), MetricDescription: text(metric, 'description'), MetricUnit: text(metric, 'unit'), Attributes: attributes(point),
    StartTimeUnix: integer(point, 'start_time_unix_nano'), TimeUnix: integer(point, 'time_unix_nano'), Flags: uint32(integer(point, 'flags')),
  };
}

const KINDS: Readonly<Record<string, { table: TableName; columns: (data: Message, point: Message) => Row }>> = {
  gauge: { table: 'otel_metrics_gauge', columns: (_data, point) => ({ Value: numberOf(point), ...exemplarColumns(point) }) },
  sum: {
    table: 'otel_metrics_sum',
    columns: (data, point) => ({ Value: numberOf(point), ...exemplarColumns(point), AggregationTemporality: Number(integer(data, 'aggregation_temporality')), IsMonotonic: data.get('is_monotonic') === true ? 1 : 0 }),
  },
  histogram: {
    table: 'otel_metrics_histogram',
    columns: (data, point) => ({
      Count: integer(point, 'count'), Sum: double(point, 'sum'), BucketCounts: point.get('bucket_counts') ?? [], ExplicitBounds: point.get('explicit_bounds') ?? [],
      ...exemplarColumns(point), Min: double(point, 'min'), Max: double(point, 'max'), AggregationTemporality: Number(integer(data, 'aggregation_temporality')),
    }),
  },
  exponential_histogram: {
    table: 'otel_metrics_exponential_histogram',
    columns: (data, point) => ({
      Count: integer(point, 'count'), Sum: double(point, 'sum'), Scale: Number(integer(point, 'scale')), ZeroCount: integer(point, 'zero_count'),
      PositiveOffset: Number(integer(message(point, 'positive'), 'offset')), PositiveBucketCounts: message(point, 'positive').get('bucket_counts') ?? [],
      NegativeOffset: Number(integer(message(point, 'negative'), 'offset')), NegativeBucketCounts: message(point, 'negative').get('bucket_counts') ?? [],
      ...exemplarColumns(point), Min: double(point, 'min'), Max: double(point, 'max'), AggregationTemporality: Number(integer(data, 'aggregation_temporality')),
    }),
  },
  summary: {
    table: 'otel_metrics_summary',
    columns: (_data, point) => ({
      Count: integer(point, 'count'), Sum: double(point, 'sum'),
      'ValueAtQuantiles.Quantile': messages(point, 'quantile_values').map((at) => double(at, 'quantile')), 'ValueAtQuantiles.Value': messages(point, 'quantile_values').map((at) => double(at, 'value')),
    }),
  },
};

const GROUPS: Readonly<Record<Signal, readonly [resources: string, scopes: string, items: string]>> = {
  traces: ['resource_spans', 'scope_spans', 'spans'], metrics: ['resource_metrics', 'scope_metrics', 'metrics'], logs: ['resource_logs', 'scope_logs', 'log_records'],
};

/** Rows and refusals of a request. */
export function expectRows(signal: Signal, request: Message): ExpectedRequest {
  const expected: ExpectedRequest = { tables: {}, rejected: {}, accepted: 0 };
  const add = (table: TableName, reason: RejectReason | null, row: () => Row): void => {
    if (reason !== null) { expected.rejected[reason] = (expected.rejected[reason] ?? 0) + 1; return; }
    (expected.tables[table] ??= []).push({ ...row(), ...ownColumns });
    expected.accepted++;
  };
  const addItem = (item: Message, around: Around): void => {
    if (signal === 'traces') return add('otel_traces', spanRejection(item), () => spanRow(item, around));
    if (signal === 'logs') return add('otel_logs', recordRejection(item), () => recordRow(item, around));
    for (const [name, { table, columns }] of Object.entries(KINDS)) for (const point of messages(message(item, name), 'data_points')) {
      add(table, pointRejection(point), () => ({ ...commonColumns(item, point, around), ...columns(message(item, name), point) }));
    }
  };
  const [resources, scopes, items] = GROUPS[signal];
  for (const ofResource of messages(request, resources)) for (const ofScope of messages(ofResource, scopes)) {
    const around = { resource: message(ofResource, 'resource'), resourceUrl: text(ofResource, 'schema_url'), scope: message(ofScope, 'scope'), scopeUrl: text(ofScope, 'schema_url') };
    for (const item of messages(ofScope, items)) addItem(item, around);
  }
  return expected;
}
