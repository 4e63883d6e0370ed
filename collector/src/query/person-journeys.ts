// One person's journeys, by the pseudonym that the application gave: the traces in which it stands, with all their spans and log records.
// And whether a number is anywhere in what is stored, in any spelling.
import type { Asker } from './question.js';

/** Traces of one person that are looked at; a person has some hundred. */
export const TRACES_MAX = 10_000;
const ROWS_MAX = 200_000;

export async function selectTracesOf(asker: Asker, pseudonym: string): Promise<string[]> {
  const rows = await asker.query<{ traceId: string }>('SELECT DISTINCT TraceId AS traceId FROM otel_traces WHERE Agency = {agency:String} AND Person = {pseudonym:String} ORDER BY traceId LIMIT {tracesMax:UInt32}', { pseudonym, tracesMax: TRACES_MAX });
  return rows.map(({ traceId }) => traceId);
}

export async function countOfTraces(asker: Asker, traceIds: readonly string[]): Promise<{ spans: number; logRecords: number }> {
  const count = async (table: 'otel_traces' | 'otel_logs'): Promise<number> => (await asker.query<{ rows: number }>(`SELECT toFloat64(count()) AS rows FROM ${table} WHERE Agency = {agency:String} AND TraceId IN {traceIds:Array(String)}`, { traceIds }))[0]?.rows ?? 0;
  return { spans: await count('otel_traces'), logRecords: await count('otel_logs') };
}

/** Everything that is stored of these traces, as rows of the store's own tables. */
export async function selectJourneys(asker: Asker, traceIds: readonly string[]): Promise<{ spans: object[]; logRecords: object[] }> {
  const rows = (table: 'otel_traces' | 'otel_logs') => asker.query<object>(`SELECT * EXCEPT (Agency, BatchId) FROM ${table} WHERE Agency = {agency:String} AND TraceId IN {traceIds:Array(String)} ORDER BY Timestamp LIMIT {rowsMax:UInt32}`, { traceIds, rowsMax: ROWS_MAX });
  return { spans: await rows('otel_traces'), logRecords: await rows('otel_logs') };
}

const SPAN_TEXT = "concat(toString(SpanName), ' ', StatusMessage, ' ', toString(SpanAttributes), ' ', toString(ResourceAttributes), ' ', toString(`Events.Attributes`), ' ', toString(`Events.Name`), ' ', toString(`Links.Attributes`), ' ', Person, ' ', Session)";
const LOG_TEXT = "concat(Body, ' ', toString(LogAttributes), ' ', toString(ResourceAttributes), ' ', EventName)";
const POINT_TEXT = "concat(MetricName, ' ', toString(Attributes), ' ', toString(ResourceAttributes), ' ', toString(`Exemplars.FilteredAttributes`))";

/** Rows that hold the digits, with up to three characters that are no digits between any two, and no digit before or behind. */
export async function countNumber(asker: Asker, number: string): Promise<{ spans: number; logRecords: number; points: number }> {
  const digits = number.replace(/\D/g, '');
  const pattern = `(^|[^0-9])${digits.split('').join('[^0-9]{0,3}')}($|[^0-9])`;
  const count = async (tables: readonly string[], text: string): Promise<number> => {
    let rows = 0;
    for (const table of tables) rows += (await asker.query<{ rows: number }>(`SELECT toFloat64(count()) AS rows FROM ${table} WHERE Agency = {agency:String} AND match(${text}, {pattern:String})`, { pattern }))[0]?.rows ?? 0;
    return rows;
  };
  return {
    spans: await count(['otel_traces'], SPAN_TEXT), logRecords: await count(['otel_logs'], LOG_TEXT),
    points: await count(['otel_metrics_gauge', 'otel_metrics_sum', 'otel_metrics_histogram', 'otel_metrics_exponential_histogram'], POINT_TEXT),
  };
}
