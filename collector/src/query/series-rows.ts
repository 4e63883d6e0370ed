// The rollup rows that the judge's series are made of, one function a rollup, for one agency, pipeline and range. Rows
// are as the store has them, one a second and key; `judge-input.ts` makes them dense. A pipeline id of '' asks for
// services only.
import { ACTIVE_STATES, AGE_BANDS, PEOPLE_STEP_MS } from '@narrows/contract';
import { AT_IN_RANGE, secondsOf, type Asker, type Range } from './question.js';

/** Spans that ended in a second at a place. Stages come whole (channel '') and by channel; services have stage ''. */
export interface PlaceRow {
  at: number; stage: string; channel: string; service: string;
  completions: number; errors: number; residenceMsSum: number; downstreamMsSum: number; downstreamReported: number; p95Ms: number;
}
export interface EdgeRow { at: number; service: string; peer: string; kind: string; calls: number; errors: number; durationMsSum: number }
/** What one instance reported of its open transactions; `states` and `bands` in the order of the contract. */
export interface ActiveRow { at: number; stage: string; channel: string; service: string; instance: string; states: number[]; bands: number[] }
export interface BegunRow { at: number; stage: string; channel: string; service: string; begun: number }
export interface OldestRow { at: number; stage: string; channel: string; service: string; instance: string; oldestMs: number }
export interface GaugeRow { at: number; stage: string; channel: string; metric: string; series: string; value: number }
/** In steps of `INSTANCE_STEP_MS`. */
export interface InstanceRow { at: number; service: string; instance: string; version: string; completions: number; errors: number; residenceMsSum: number; downstreamMsSum: number; downstreamReported: number }
/** `meaning`: `gauge`, `total` since the process began, or `added` since the last report. */
export interface RuntimeRow { at: number; service: string; instance: string; metric: string; meaning: string; series: string; value: number; added: number }
/** In steps of `PEOPLE_STEP_MS`; `whole`: the row over all outcomes. */
export interface PeopleRow { at: number; stage: string; whole: number; outcome: string; count: number; named: number; persons: number; sessions: number }

export interface SeriesRows {
  places: PlaceRow[]; edges: EdgeRow[]; active: ActiveRow[]; begun: BegunRow[]; oldest: OldestRow[]; gauges: GaugeRow[];
  instances: InstanceRow[]; runtime: RuntimeRow[]; people: PeopleRow[];
}
export const NO_ROWS: SeriesRows = { places: [], edges: [], active: [], begun: [], oldest: [], gauges: [], instances: [], runtime: [], people: [] };
/** Rows stand for steps of up to this long: a range to be read again begins at a whole one. */
export const STEP_SECONDS_MAX = PEOPLE_STEP_MS / 1_000;

/** Kinds whose rows stand for several seconds or are reported as seldom. */
export type SlowKind = 'instances' | 'runtime' | 'people';
/** Which of them a live window reads again, one a turn. What people are told is news; instances and runtimes change slowly. */
export const SLOW_TURNS: readonly SlowKind[] = ['people', 'instances', 'people', 'runtime'];

/** All kinds of rows at once; a slow one over a range of its own, and not at all (no rows) where that is null. */
export async function selectSeriesRows(asker: Asker, pipeline: string, range: Range, slow: Readonly<Record<SlowKind, Range | null>> = { instances: range, runtime: range, people: range }): Promise<SeriesRows> {
  const [places, edges, active, begun, oldest, gauges, instances, runtime, people] = await Promise.all([
    selectPlaceRows(asker, pipeline, range), selectEdgeRows(asker, range), selectActiveRows(asker, pipeline, range),
    selectBegunRows(asker, pipeline, range), selectOldestRows(asker, pipeline, range), pipeline === '' ? [] : selectGaugeRows(asker, pipeline, range),
    slow.instances ? selectInstanceRows(asker, slow.instances) : [], slow.runtime ? selectRuntimeRows(asker, slow.runtime) : [],
    slow.people && pipeline !== '' ? selectPeopleRows(asker, pipeline, slow.people) : [],
  ]);
  return { places, edges, active, begun, oldest, gauges, instances, runtime, people };
}

/** A stored row counts for its stage and, where it has one, for its channel: ARRAY JOIN makes both, quantiles merged for each. */
function selectPlaceRows(asker: Asker, pipeline: string, range: Range): Promise<PlaceRow[]> {
  return asker.query<PlaceRow>(`
    SELECT toUnixTimestamp(At) AS at, place.1 AS stage, place.2 AS channel,
      if(place.1 = '', place.3, argMax(Service, Completions)) AS service,
      toFloat64(sum(Completions)) AS completions, toFloat64(sum(Errors)) AS errors,
      toFloat64(sum(ResidenceNanoSum)) / 1e6 AS residenceMsSum, toFloat64(sum(DownstreamNanoSum)) / 1e6 AS downstreamMsSum,
      toFloat64(sum(DownstreamReported)) AS downstreamReported,
      toFloat64(quantilesDDMerge(0.01, 0.5, 0.95, 0.99)(Durations)[2]) / 1e6 AS p95Ms
    FROM rollup_place_1s
    ARRAY JOIN multiIf(Stage = '', [('', '', toString(Service))], Channel = '', [(toString(Stage), '', '')],
      [(toString(Stage), '', ''), (toString(Stage), toString(Channel), '')]) AS place
    WHERE ${AT_IN_RANGE} AND (Stage = '' OR Pipeline = {pipeline:String})
    GROUP BY at, place`, { pipeline, ...secondsOf(range) });
}

function selectEdgeRows(asker: Asker, range: Range): Promise<EdgeRow[]> {
  return asker.query<EdgeRow>(`
    SELECT toUnixTimestamp(At) AS at, Service AS service, Peer AS peer, PeerKind AS kind,
      toFloat64(sum(Calls)) AS calls, toFloat64(sum(Errors)) AS errors, toFloat64(sum(DurationNanoSum)) / 1e6 AS durationMsSum
    FROM rollup_edge_1s WHERE ${AT_IN_RANGE} GROUP BY at, service, peer, kind`, { ...secondsOf(range) });
}

/** Of another pipeline a row still counts for its service: its stage is then ''. */
const OUR_STAGE = 'if(Pipeline = {pipeline:String}, toString(Stage), \'\') AS stage, if(Pipeline = {pipeline:String}, toString(Channel), \'\') AS channel';

/** The inner query merges parts that the store has not merged yet; the outer one sums an instance's series. */
function selectActiveRows(asker: Asker, pipeline: string, range: Range): Promise<ActiveRow[]> {
  const sums = (column: string, values: readonly string[]) => `[${values.map((v) => `sumIf(open, ${column} = '${v}')`).join(', ')}]`;
  return asker.query<ActiveRow>(`
    SELECT at, stage, channel, service, instance, ${sums('State', ACTIVE_STATES)} AS states, ${sums('Band', AGE_BANDS)} AS bands
    FROM (
      SELECT toUnixTimestamp(At) AS at, ${OUR_STAGE}, Service AS service, Instance AS instance, Pipeline, Operation, Kind, Band, State, Series, max(Open) AS open
      FROM rollup_active_1s WHERE ${AT_IN_RANGE} GROUP BY at, stage, channel, service, instance, Pipeline, Operation, Kind, Band, State, Series
    ) GROUP BY at, stage, channel, service, instance`, { pipeline, ...secondsOf(range) });
}

function selectBegunRows(asker: Asker, pipeline: string, range: Range): Promise<BegunRow[]> {
  return asker.query<BegunRow>(`
    SELECT toUnixTimestamp(At) AS at, ${OUR_STAGE}, Service AS service, sum(Begun) AS begun
    FROM rollup_begun_1s WHERE ${AT_IN_RANGE} GROUP BY at, stage, channel, service`, { pipeline, ...secondsOf(range) });
}

function selectOldestRows(asker: Asker, pipeline: string, range: Range): Promise<OldestRow[]> {
  return asker.query<OldestRow>(`
    SELECT toUnixTimestamp(At) AS at, ${OUR_STAGE}, Service AS service, Instance AS instance, max(OldestMs) AS oldestMs
    FROM rollup_oldest_1s WHERE ${AT_IN_RANGE} GROUP BY at, stage, channel, service, instance`, { pipeline, ...secondsOf(range) });
}

function selectGaugeRows(asker: Asker, pipeline: string, range: Range): Promise<GaugeRow[]> {
  return asker.query<GaugeRow>(`
    SELECT toUnixTimestamp(At) AS at, Stage AS stage, Channel AS channel, MetricName AS metric,
      concat(Service, ' ', Instance, ' ', toString(Series)) AS series, max(Value) AS value
    FROM rollup_stage_gauge_1s WHERE ${AT_IN_RANGE} AND Pipeline = {pipeline:String}
    GROUP BY at, stage, channel, metric, series`, { pipeline, ...secondsOf(range) });
}

function selectInstanceRows(asker: Asker, range: Range): Promise<InstanceRow[]> {
  return asker.query<InstanceRow>(`
    SELECT toUnixTimestamp(At) AS at, Service AS service, Instance AS instance, Version AS version,
      toFloat64(sum(Completions)) AS completions, toFloat64(sum(Errors)) AS errors, toFloat64(sum(ResidenceNanoSum)) / 1e6 AS residenceMsSum,
      toFloat64(sum(DownstreamNanoSum)) / 1e6 AS downstreamMsSum, toFloat64(sum(DownstreamReported)) AS downstreamReported
    FROM rollup_instance_5s WHERE ${AT_IN_RANGE} GROUP BY at, service, instance, version`, { ...secondsOf(range) });
}

function selectRuntimeRows(asker: Asker, range: Range): Promise<RuntimeRow[]> {
  return asker.query<RuntimeRow>(`
    SELECT toUnixTimestamp(At) AS at, Service AS service, Instance AS instance, MetricName AS metric, Meaning AS meaning, toString(Series) AS series,
      max(Value) AS value, sum(Added) AS added
    FROM rollup_runtime_1s WHERE ${AT_IN_RANGE} GROUP BY at, service, instance, metric, meaning, series`, { ...secondsOf(range) });
}

function selectPeopleRows(asker: Asker, pipeline: string, range: Range): Promise<PeopleRow[]> {
  return asker.query<PeopleRow>(`
    SELECT toUnixTimestamp(At) AS at, toString(Stage) AS stage, toFloat64(grouping(Outcome)) AS whole, toString(Outcome) AS outcome,
      toFloat64(sum(Count)) AS count, toFloat64(sum(Named)) AS named, toFloat64(uniqCombined64Merge(Persons)) AS persons, toFloat64(uniqCombined64Merge(Sessions)) AS sessions
    FROM rollup_people_10s WHERE ${AT_IN_RANGE} AND Pipeline = {pipeline:String}
    GROUP BY GROUPING SETS ((at, Stage, Outcome), (at, Stage))`, { pipeline, ...secondsOf(range) });
}
