// What every question to the store has in common: one agency, one time range in whole seconds, one reader. No question
// is asked without both bounds, so a page costs what its range holds and never what the store holds.
import { ACTIVE_METRIC, type PipelineDefinition, type UnixMs } from '@narrows/contract';
import type { StoreReader } from '../store/store.js';

export type { StoreReader } from '../store/store.js';

/** A reader of one agency: `{agency:String}` is bound, and the store lets no other agency's rows through whatever the SQL says. */
export interface Asker {
  readonly agency: string;
  query<T>(sql: string, params?: Record<string, unknown>): Promise<T[]>;
}
export function createAsker(store: StoreReader, agency: string): Asker {
  return { agency, query: (sql, params = {}) => store.query(sql, { ...params, agency }, { agency }) };
}
/** Half open: [fromMs, toMs). */
export interface Range { fromMs: UnixMs; toMs: UnixMs }

/** Where a question looks; a field left out does not narrow it. */
export interface PlaceFilter { pipeline?: string; stage?: string; channel?: string; service?: string }

/** Parameters of a range over a column of whole seconds: `At >= {from} AND At < {to}`. */
export function secondsOf(range: Range): { from: number; to: number } {
  return { from: Math.floor(range.fromMs / 1_000), to: Math.ceil(range.toMs / 1_000) };
}

/** The bounds as SQL, for tables that have `Agency` and `At`. */
export const AT_IN_RANGE = 'Agency = {agency:String} AND At >= toDateTime({from:UInt32}, \'UTC\') AND At < toDateTime({to:UInt32}, \'UTC\')';

/** Rows of `rollup_metric_1s` that say how many transactions are open. */
export const IS_OPEN = `MetricName = '${ACTIVE_METRIC.transactions}'`;
/** Rows of `rollup_place_1s` that count for their service. Those of before schema 4 say so by having neither stage nor peer. */
export const COUNTS_FOR_SERVICE = "(Transaction = 1 OR (Stage = '' AND PeerKind = ''))";

/** Rows that count for the whole: every transaction, or what ended in the stages of a pipeline that are no deliberate wait. */
export function countedInTotals(pipeline: PipelineDefinition | null): { sql: string; params: Record<string, unknown> } {
  if (!pipeline) return { sql: COUNTS_FOR_SERVICE, params: {} };
  const deliberate = pipeline.stages.filter((s) => s.wait === 'deliberate').map((s) => s.id);
  return { sql: "Pipeline = {pipeline:String} AND Stage != '' AND Stage NOT IN {deliberate:Array(String)}", params: { pipeline: pipeline.id, deliberate } };
}

/** `AND Stage = {stage:String} …` for the fields that are set, with their parameters. */
export function placeConditions(filter: PlaceFilter, columns: { service: string } = { service: 'Service' }): { sql: string; params: Record<string, string> } {
  const named: readonly (readonly [keyof PlaceFilter, string])[] = [['pipeline', 'Pipeline'], ['stage', 'Stage'], ['channel', 'Channel'], ['service', columns.service]];
  const set = named.filter(([field]) => filter[field] !== undefined && filter[field] !== '');
  return {
    sql: set.map(([field, column]) => ` AND ${column} = {${field}:String}`).join(''),
    params: Object.fromEntries(set.map(([field]) => [field, filter[field] ?? ''])),
  };
}

/** Rows of `otel_traces` that ended in a range, by the names of its parameters; spans begin before they end, at most so long. */
export function rangeConditions(from: string, to: string, longestMs: number): string {
  const end = 'toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)';
  return `Timestamp >= fromUnixTimestamp64Milli({${from}:Int64} - ${longestMs}) AND Timestamp < fromUnixTimestamp64Milli({${to}:Int64})
    AND ${end} >= {${from}:Int64} * 1000000 AND ${end} < {${to}:Int64} * 1000000`;
}

/** "Has this attribute with this value", of the span or of its resource, by the names of two parameters. */
export const attributeCondition = (attribute: string, value: string): string =>
  `SpanAttributes[{${attribute}:String}] = {${value}:String} OR ResourceAttributes[{${attribute}:String}] = {${value}:String}`;
