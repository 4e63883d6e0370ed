// "What happened inside the requests of this window?" Spans of whole traces with the log records that carry their ids.
// Traces are chosen by a hash of their id, so that the same window gives the same traces, and so many that an answer
// costs what the limits say and not what the window holds; of a very full window only slices are looked at.
import { ACTIVE_EVENT, type CauseLog, type CauseSpan, type CauseWindow } from '@narrows/contract';
import type { Asker, Range } from './question.js';

const SPANS_MAX = 40_000;
const LOGS_MAX = 20_000;
const SPANS_PER_TRACE_MAX = 2_000;
const BODY_CHARS_MAX = 400;
/** Scanning the ids of more spans than this takes longer than a page may wait; the window is then cut into slices. */
const SCANNED_MAX = 1_500_000;
const SLICES = 6;
const SLICE_MS_MIN = 2_000;

type SpanTuple = [span: string, parent: string, service: string, instance: string, name: string, kind: string, startNano: string, durationNano: string, isError: number, peer: string];
type LogTuple = [trace: string, span: string, service: string, instance: string, severity: number, body: string, atMs: string];

/** The parts of the window that are looked at: the whole, or slices spread evenly over it. */
export function slicesOf(range: Range, spans: number): Range[] {
  if (spans <= SCANNED_MAX) return [range];
  const each = Math.max(SLICE_MS_MIN, Math.floor(((range.toMs - range.fromMs) * (SCANNED_MAX / spans)) / SLICES));
  const step = (range.toMs - range.fromMs) / SLICES;
  return Array.from({ length: SLICES }, (_, i) => ({ fromMs: Math.round(range.fromMs + i * step), toMs: Math.round(Math.min(range.fromMs + i * step + each, range.toMs)) }));
}

/**
 * A trace belongs to the window in which it began, and is read whole: what of it lies so long before or after, by the clocks of other
 * hosts or because it took that long, is read as well. Cut at the window's edge, every request there would seem to have stopped short.
 */
const AROUND = { beforeMs: 15_000, afterMs: 30_000 } as const;

const around = (slices: readonly Range[]): Range[] => slices.map(({ fromMs, toMs }) => ({ fromMs: fromMs - AROUND.beforeMs, toMs: toMs + AROUND.afterMs }));

/** When a trace began: where its root is there, by that one. */
const BEGIN = 'toUnixTimestamp64Milli(if(countIf(ParentSpanId = \'\') > 0, minIf(Timestamp, ParentSpanId = \'\'), min(Timestamp)))';

function between(slices: readonly Range[]): string {
  return `(${slices.map(({ fromMs, toMs }) => `(Timestamp >= fromUnixTimestamp64Milli(toInt64(${fromMs})) AND Timestamp < fromUnixTimestamp64Milli(toInt64(${toMs})))`).join(' OR ')})`;
}

async function countOf(asker: Asker, table: 'otel_traces' | 'otel_logs', slices: readonly Range[]): Promise<number> {
  const [row] = await asker.query<{ items: number }>(`SELECT toFloat64(count()) AS items FROM ${table} WHERE Agency = {agency:String} AND ${between(slices)}`);
  return row?.items ?? 0;
}

async function selectSpans(asker: Asker, slices: readonly Range[], every: number, fromMs: number): Promise<CauseSpan[]> {
  const rows = await asker.query<{ trace: string; spans: SpanTuple[] }>(`
    SELECT TraceId AS trace, groupArray(${SPANS_PER_TRACE_MAX})((SpanId, ParentSpanId, toString(ServiceName), toString(Instance), toString(SpanName), toString(SpanKind),
      toString(toUnixTimestamp64Nano(Timestamp) - {fromMs:Int64} * 1000000), toString(Duration), StatusCode = 'Error', toString(Peer))) AS spans
    FROM otel_traces WHERE Agency = {agency:String} AND ${between(around(slices))} AND cityHash64(TraceId) % {every:UInt32} = 0
    GROUP BY trace HAVING ${slices.map((slice) => `(${BEGIN} >= ${slice.fromMs} AND ${BEGIN} < ${slice.toMs})`).join(' OR ')} ORDER BY trace`, { every, fromMs });
  return rows.flatMap(({ trace, spans }) => spans.map(([spanId, parentSpanId, service, instance, name, kind, startNano, durationNano, isError, peer]): CauseSpan => ({
    traceId: trace, spanId, parentSpanId, service, instance, name, kind, startMs: Number(startNano) / 1e6, durationMs: Number(durationNano) / 1e6, isError: isError === 1, peer,
  })));
}

async function selectLogs(asker: Asker, slices: readonly Range[], every: number): Promise<CauseLog[]> {
  const rows = await asker.query<{ log: LogTuple }>(`
    SELECT (TraceId, SpanId, toString(ServiceName), toString(Instance), toUInt8(SeverityNumber), substring(Body, 1, ${BODY_CHARS_MAX}), toString(toUnixTimestamp64Milli(Timestamp))) AS log
    FROM otel_logs WHERE Agency = {agency:String} AND ${between(around(slices))} AND TraceId != '' AND EventName != {activeEvent:String} AND cityHash64(TraceId) % {every:UInt32} = 0
    ORDER BY TraceId, Timestamp LIMIT ${LOGS_MAX * 2}`, { every, activeEvent: ACTIVE_EVENT });
  return rows.map(({ log: [traceId, spanId, service, instance, severity, body, atMs] }): CauseLog => ({ traceId, spanId, service, instance, severity, body, atMs: Number(atMs) }));
}

/** The traces of a window, and the records that belong to them. */
export async function selectCauseWindow(asker: Asker, range: Range): Promise<CauseWindow> {
  const all = await countOf(asker, 'otel_traces', [range]);
  const slices = slicesOf(range, all);
  const spansInSlices = slices.length === 1 ? all : await countOf(asker, 'otel_traces', slices);
  const every = Math.max(1, Math.ceil(spansInSlices / SPANS_MAX));
  const logsEvery = every * Math.max(1, Math.ceil((await countOf(asker, 'otel_logs', slices)) / every / LOGS_MAX));
  const [spans, logs] = await Promise.all([selectSpans(asker, slices, every, range.fromMs), selectLogs(asker, slices, logsEvery)]);
  const read = new Set(spans.map(({ traceId }) => traceId));
  const tracesRead = read.size;
  return { fromMs: range.fromMs, toMs: range.toMs, spans, logs: logs.filter(({ traceId }) => read.has(traceId)), tracesRead, tracesSeen: spans.length === 0 ? 0 : Math.round((tracesRead * all) / spans.length) };
}
