// "What happened in this trace?" All its spans and the log records that carry its id, in order of time. What the limits
// leave out is counted in the answer. The every-second reports of an open transaction carry its id too and are no log of it.
import { ACTIVE_EVENT, LIMITS, type LogRow, type SpanRow, type TraceAnswer } from '@narrows/contract';
import type { Asker, Range } from './question.js';

const SPAN_COLUMNS = `
  SpanId AS spanId, ParentSpanId AS parentSpanId, TraceState AS traceState, SpanName AS name, SpanKind AS kind, ServiceName AS service,
  Instance AS instance, ScopeName AS scope, toString(toUnixTimestamp64Nano(Timestamp)) AS startUnixNano, toString(Duration) AS durationNano,
  StatusCode AS statusCode, StatusMessage AS statusMessage, Stage AS stage, Channel AS channel, Outcome AS outcome,
  SpanAttributes AS attributes, ResourceAttributes AS resource,
  arrayMap(t -> toString(toUnixTimestamp64Nano(t)), Events.Timestamp) AS eventTimes, Events.Name AS eventNames, Events.Attributes AS eventAttributes,
  Links.TraceId AS linkTraceIds, Links.SpanId AS linkSpanIds, Links.Attributes AS linkAttributes`;

type Attributes = Record<string, string>;
interface StoredSpan extends Omit<SpanRow, 'events' | 'links'> {
  eventTimes: string[]; eventNames: string[]; eventAttributes: Attributes[];
  linkTraceIds: string[]; linkSpanIds: string[]; linkAttributes: Attributes[];
}

/** Null where no span and no log record of the trace is stored in the range. */
export async function selectTrace(asker: Asker, traceId: string, range: Range): Promise<TraceAnswer | null> {
  const where = `WHERE Agency = {agency:String} AND TraceId = {traceId:String}
    AND Timestamp >= fromUnixTimestamp64Milli({fromMs:Int64}) AND Timestamp < fromUnixTimestamp64Milli({toMs:Int64})`;
  const id = traceId.toLowerCase();
  const params = { traceId: id, ...await narrowToTrace(asker, id, range), spansMax: LIMITS.spansPerTraceMax, logsMax: LIMITS.logsPerTraceMax, activeEvent: ACTIVE_EVENT };
  const logsWhere = `${where} AND EventName != {activeEvent:String}`;
  const [spans, logs, [counts]] = await Promise.all([
    asker.query<StoredSpan>(`SELECT ${SPAN_COLUMNS} FROM otel_traces ${where} ORDER BY Timestamp, SpanId LIMIT {spansMax:UInt32}`, params),
    asker.query<LogRow>(`
      SELECT toString(toUnixTimestamp64Nano(Timestamp)) AS atUnixNano, SpanId AS spanId, ServiceName AS service, SeverityText AS severity,
        SeverityNumber AS severityNumber, Body AS body, LogAttributes AS attributes
      FROM otel_logs ${logsWhere} ORDER BY Timestamp LIMIT {logsMax:UInt32}`, params),
    asker.query<{ spans: number; logs: number }>(`
      SELECT (SELECT toFloat64(count()) FROM otel_traces ${where}) AS spans, (SELECT toFloat64(count()) FROM otel_logs ${logsWhere}) AS logs`, params),
  ]);
  if (spans.length === 0 && logs.length === 0) return null;
  return {
    traceId: id, spans: spans.map(toSpanRow), logs,
    spansOmitted: Math.max(0, (counts?.spans ?? 0) - spans.length), logsOmitted: Math.max(0, (counts?.logs ?? 0) - logs.length),
  };
}

/** Logs of a trace may be a little older or newer than its spans. */
const LOGS_AROUND_TRACE_MS = 60_000;

/** The part of the range in which the trace lies, from the table that knows; the whole range where it does not. */
async function narrowToTrace(asker: Asker, traceId: string, range: Range): Promise<Range> {
  const [times] = await asker.query<{ start: number; end: number; found: number }>(`
    SELECT toUnixTimestamp(min(Start)) AS start, toUnixTimestamp(max(End)) AS end, toFloat64(count()) AS found FROM otel_traces_trace_id_ts
    WHERE Agency = {agency:String} AND TraceId = {traceId:String} AND Start >= toDateTime({from:UInt32}, 'UTC') AND Start < toDateTime({to:UInt32}, 'UTC')`,
  { traceId, from: Math.floor(range.fromMs / 1_000), to: Math.ceil(range.toMs / 1_000) });
  if (!times || times.found === 0) return range;
  return {
    fromMs: Math.max(range.fromMs, times.start * 1_000 - LOGS_AROUND_TRACE_MS), toMs: Math.min(range.toMs, (times.end + 1) * 1_000 + LOGS_AROUND_TRACE_MS),
  };
}

function toSpanRow(stored: StoredSpan): SpanRow {
  const { eventTimes, eventNames, eventAttributes, linkTraceIds, linkSpanIds, linkAttributes, ...span } = stored;
  return {
    ...span,
    events: eventTimes.map((atUnixNano, i) => ({ atUnixNano, name: eventNames[i] ?? '', attributes: eventAttributes[i] ?? {} })),
    links: linkTraceIds.map((traceId, i) => ({ traceId, spanId: linkSpanIds[i] ?? '', attributes: linkAttributes[i] ?? {} })),
  };
}
