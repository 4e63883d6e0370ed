// The rollup rows that the judge's series are made of, one function a rollup, for one agency, pipeline and range. Rows
// are as the store has them, one a second and key; `judge-input.ts` makes them dense. A pipeline id of '' asks for
// services only.
import { ACTIVE_METRIC, ACTIVE_STATES, AGE_BANDS, PEOPLE_STEP_MS, type PipelineDefinition } from '@narrows/contract';
import { AT_IN_RANGE, COUNTS_FOR_SERVICE, countedInTotals, secondsOf, type Asker, type Range } from './question.js';

/** Spans that ended in a second at a place. Stages come whole (channel '') and by channel; services have stage ''. */
export interface PlaceRow {
  at: number; stage: string; channel: string; service: string;
  completions: number; errors: number; residenceMsSum: number; downstreamMsSum: number; downstreamReported: number; p95Ms: number;
}
/** What ended in a second in all; `quantilesMs`: p50, p95, p99. */
export interface TotalsRow { at: number; completions: number; errors: number; quantilesMs: number[]; satisfied: number; tolerating: number }
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
  places: PlaceRow[]; totals: TotalsRow[]; edges: EdgeRow[]; active: ActiveRow[]; begun: BegunRow[]; oldest: OldestRow[]; gauges: GaugeRow[];
  instances: InstanceRow[]; runtime: RuntimeRow[]; people: PeopleRow[];
}
export const NO_ROWS: SeriesRows = { places: [], totals: [], edges: [], active: [], begun: [], oldest: [], gauges: [], instances: [], runtime: [], people: [] };
/** Rows stand for steps of up to this long: a range to be read again begins at a whole one. */
export const STEP_SECONDS_MAX = PEOPLE_STEP_MS / 1_000;

/** Kinds whose rows stand for several seconds or are reported as seldom. */
export type SlowKind = 'instances' | 'runtime' | 'people';
/** Which of them a live window reads again, one a turn. What people are told is news; instances and runtimes change slowly. */
export const SLOW_TURNS: readonly SlowKind[] = ['people', 'instances', 'people', 'runtime'];

/** All kinds of rows at once; a slow one over a range of its own, and not at all (no rows) where that is null. */
export async function selectSeriesRows(
  asker: Asker, pipeline: PipelineDefinition | null, range: Range, slow: Readonly<Record<SlowKind, Range | null>> = { instances: range, runtime: range, people: range },
): Promise<SeriesRows> {
  const id = pipeline?.id ?? '';
  const [ended, reports, instances, runtime, people] = await Promise.all([
    selectEndedRows(asker, pipeline, range), selectReportRows(asker, id, range),
    slow.instances ? selectInstanceRows(asker, slow.instances) : [], slow.runtime ? selectRuntimeRows(asker, slow.runtime) : [],
    slow.people && pipeline ? selectPeopleRows(asker, id, slow.people) : [],
  ]);
  return { ...ended, ...reports, instances, runtime, people };
}

/**
 * A stored row counts for its service, its stage and its channel, for what it called, and for the whole of what the totals count:
 * ARRAY JOIN makes a row of each, with quantiles merged where they are looked at.
 */
async function selectEndedRows(asker: Asker, pipeline: PipelineDefinition | null, range: Range): Promise<Pick<SeriesRows, 'places' | 'totals' | 'edges'>> {
  const isOurs = "Stage != '' AND Pipeline = {pipeline:String}";
  const counts = countedInTotals(pipeline);
  const rows = await asker.query<PlaceRow & TotalsRow & { of: 'place' | 'peer' | 'whole'; peer: string; kind: string }>(`
    SELECT toUnixTimestamp(At) AS at, place.1 AS of, place.2 AS stage, place.3 AS channel, if(place.2 = '', place.4, argMax(Service, Completions)) AS service,
      place.5 AS peer, place.6 AS kind,
      toFloat64(sum(Completions)) AS completions, toFloat64(sum(Errors)) AS errors,
      toFloat64(sum(ResidenceNanoSum)) / 1e6 AS residenceMsSum, toFloat64(sum(DownstreamNanoSum)) / 1e6 AS downstreamMsSum,
      toFloat64(sum(DownstreamReported)) AS downstreamReported,
      arrayMap(ns -> toFloat64(ns) / 1e6, quantilesDDMergeIf(0.01, 0.5, 0.95, 0.99)(Durations, place.1 != 'peer')) AS quantilesMs, quantilesMs[2] AS p95Ms,
      toFloat64(sum(ApdexSatisfied)) AS satisfied, toFloat64(sum(ApdexTolerating)) AS tolerating
    FROM rollup_place_1s
    ARRAY JOIN arrayConcat(if(${COUNTS_FOR_SERVICE}, [('place', '', '', toString(Service), '', '')], []),
      if(${isOurs}, [('place', toString(Stage), '', '', '', '')], []), if(${isOurs} AND Channel != '', [('place', toString(Stage), toString(Channel), '', '', '')], []),
      if(PeerKind != '', [('peer', '', '', toString(Service), toString(Peer), toString(PeerKind))], []), if(${counts.sql}, [('whole', '', '', '', '', '')], [])) AS place
    WHERE ${AT_IN_RANGE} AND (${COUNTS_FOR_SERVICE} OR PeerKind != '' OR Pipeline = {pipeline:String})
    GROUP BY at, place`, { pipeline: pipeline?.id ?? '', ...secondsOf(range), ...counts.params });
  return {
    places: rows.filter((row) => row.of === 'place'), totals: rows.filter((row) => row.of === 'whole'),
    edges: rows.filter((row) => row.of === 'peer').map(({ completions: calls, residenceMsSum: durationMsSum, ...row }) => ({ ...row, calls, durationMsSum })),
  };
}

/** Of another pipeline a row still counts for its service: its stage is then ''. */
const OUR_STAGE = 'if(Pipeline = {pipeline:String}, toString(Stage), \'\') AS stage, if(Pipeline = {pipeline:String}, toString(Channel), \'\') AS channel';

/** What one instance said in one second, at one place: of what is open and begun (`metric` ''), or of one series of a gauge. */
interface ReportRow {
  at: number; stage: string; channel: string; service: string; instance: string; metric: string; series: string; value: number;
  states: number[]; bands: number[]; begun: number; oldestMs: number; saysOpen: number; saysBegun: number; saysOldest: number;
}

/** The inner query merges parts that the store has not merged yet; the outer one sums an instance's series. */
async function selectReportRows(asker: Asker, pipeline: string, range: Range): Promise<Pick<SeriesRows, 'active' | 'begun' | 'oldest' | 'gauges'>> {
  const { transactions, begun, oldestMs } = ACTIVE_METRIC;
  const sums = (column: string, values: readonly string[]) => `[${values.map((v) => `sumIf(val, MetricName = '${transactions}' AND ${column} = '${v}')`).join(', ')}]`;
  const isActive = `MetricName IN ('${transactions}', '${begun}', '${oldestMs}')`;
  const rows = await asker.query<ReportRow>(`
    SELECT at, stage, channel, service, instance, metric, series, max(val) AS value,
      ${sums('State', ACTIVE_STATES)} AS states, ${sums('Band', AGE_BANDS)} AS bands, sum(added) AS begun, maxIf(val, MetricName = '${oldestMs}') AS oldestMs,
      countIf(MetricName = '${transactions}') AS saysOpen, countIf(MetricName = '${begun}') AS saysBegun, countIf(MetricName = '${oldestMs}') AS saysOldest
    FROM (
      SELECT toUnixTimestamp(At) AS at, ${OUR_STAGE}, Service AS service, Instance AS instance, if(${isActive}, '', toString(MetricName)) AS metric,
        if(${isActive}, '', toString(Series)) AS series, Pipeline, MetricName, Operation, Kind, Band, State, Series, max(Highest) AS val, sum(Added) AS added
      FROM rollup_metric_1s WHERE ${AT_IN_RANGE} AND (${isActive} OR (Stage != '' AND Pipeline = {pipeline:String}))
      GROUP BY at, stage, channel, service, instance, Pipeline, MetricName, Operation, Kind, Band, State, Series
    ) GROUP BY at, stage, channel, service, instance, metric, series`, { pipeline, ...secondsOf(range) });
  return {
    active: rows.filter(({ saysOpen }) => saysOpen > 0), begun: rows.filter(({ saysBegun }) => saysBegun > 0), oldest: rows.filter(({ saysOldest }) => saysOldest > 0),
    gauges: rows.filter(({ metric }) => metric !== '').map((row) => ({ ...row, series: `${row.service} ${row.instance} ${row.series}` })),
  };
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
      max(Highest) AS value, sum(Added) AS added
    FROM rollup_metric_1s WHERE ${AT_IN_RANGE} AND Meaning != '' GROUP BY at, service, instance, metric, meaning, series`, { ...secondsOf(range) });
}

function selectPeopleRows(asker: Asker, pipeline: string, range: Range): Promise<PeopleRow[]> {
  return asker.query<PeopleRow>(`
    SELECT toUnixTimestamp(At) AS at, toString(Stage) AS stage, toFloat64(grouping(Outcome)) AS whole, toString(Outcome) AS outcome,
      toFloat64(sum(Count)) AS count, toFloat64(sum(Named)) AS named, toFloat64(uniqCombined64Merge(Persons)) AS persons, toFloat64(uniqCombined64Merge(Sessions)) AS sessions
    FROM rollup_people_10s WHERE ${AT_IN_RANGE} AND Pipeline = {pipeline:String}
    GROUP BY GROUPING SETS ((at, Stage, Outcome), (at, Stage))`, { pipeline, ...secondsOf(range) });
}
