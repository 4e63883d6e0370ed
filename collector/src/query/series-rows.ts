// The rollup rows that the judge's series are made of, one function a question, for one agency, pipeline and range. Rows
// are as the store has them, one a second and key; `judge-input.ts` makes them dense. Without a pipeline there are
// services only.
import { ACTIVE_METRIC, ACTIVE_STATES, AGE_BANDS, NANO_PER_MS, PEOPLE_STEP_MS, type PipelineDefinition } from '@narrows/contract';
import { AT_IN_RANGE, COUNTS_FOR_SERVICE, countedInTotals, secondsOf, type Asker, type Range } from './question.js';

/** Spans that ended in a second at a place. Stages come whole (channel '') and by channel; services have stage ''. */
export interface PlaceRow {
  at: number; stage: string; channel: string; service: string;
  completions: number; errors: number; residenceMsSum: number; downstreamMsSum: number; downstreamReported: number; p50Ms: number; p95Ms: number;
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
/** More than a live window, which is read in one go. */
const PIECE_SECONDS = 600;
/** Rows stand for steps of up to this long: a range to be read again begins at a whole one. */
export const STEP_SECONDS_MAX = PEOPLE_STEP_MS / 1_000;

/** Kinds whose rows stand for several seconds or are reported as seldom. */
export type SlowKind = 'instances' | 'runtime' | 'people';
export type SlowRows = Pick<SeriesRows, SlowKind>;
/** Which of them a live window reads again, one a turn. What people are told is news; instances and runtimes change slowly. */
export const SLOW_TURNS: readonly SlowKind[] = ['people', 'instances', 'people', 'runtime'];

/** All kinds of rows at once; a slow one over a range of its own, and not at all (no rows) where that is null. */
export async function selectSeriesRows(
  asker: Asker, pipeline: PipelineDefinition | null, range: Range, slow: Readonly<Record<SlowKind, Range | null>> = { instances: range, runtime: range, people: range },
): Promise<SeriesRows> {
  const id = pipeline?.id ?? '';
  const [ended, reports, instances, runtime, people] = await Promise.all([
    inPieces(range, (piece) => selectEndedRows(asker, pipeline, piece)), inPieces(range, (piece) => selectReportRows(asker, id, piece)),
    slow.instances ? selectInstanceRows(asker, slow.instances) : [], slow.runtime ? selectRuntimeRows(asker, slow.runtime) : [],
    slow.people && pipeline ? selectPeopleRows(asker, id, slow.people) : [],
  ]);
  return { ...ended, ...reports, instances, runtime, people };
}

/** Rows of a second are made of that second alone, so a long range is read piece by piece: what a question may take of memory is enough for any hour. */
async function inPieces<Kinds extends Partial<SeriesRows>>(range: Range, ask: (piece: Range) => Promise<Kinds>): Promise<Kinds> {
  const { from, to } = secondsOf(range);
  const pieces: Kinds[] = [];
  for (let begin = from; begin < to; begin += PIECE_SECONDS) pieces.push(await ask({ fromMs: begin * 1_000, toMs: Math.min(to, begin + PIECE_SECONDS) * 1_000 }));
  const [first, ...rest] = pieces;
  if (first === undefined || rest.length === 0) return first ?? ask(range);
  return Object.fromEntries(Object.keys(first).map((kind) => [kind, pieces.flatMap((piece) => piece[kind as keyof Kinds] as readonly unknown[])])) as unknown as Kinds;
}

/** What a stored row counts for. Numbers in the question, since the engine plans those in half the time that tuples of names take. */
const FOR = { service: 0, stage: 1, channel: 2, peer: 3, whole: 4 } as const;

/** Sums of what ended; `most`: the service with most of it; `quantiles`: p50, p95, p99 in nanoseconds. */
interface EndedRow {
  at: number; of: number; stage: string; channel: string; service: string; peer: string; kind: string; most: string;
  completions: number; errors: number; residenceNano: number; downstreamNano: number; downstreamReported: number; quantiles: number[]; satisfied: number; tolerating: number;
}

/** A stored row counts for its service, its stage and its channel, for what it called, and for the whole of what the totals count. */
async function selectEndedRows(asker: Asker, pipeline: PipelineDefinition | null, range: Range): Promise<Pick<SeriesRows, 'places' | 'totals' | 'edges'>> {
  const counts = countedInTotals(pipeline);
  const rows = await asker.query<EndedRow>(`
    SELECT toUnixTimestamp(At) AS at, of, if(of IN (${FOR.stage}, ${FOR.channel}), Stage, '') AS stage, if(of = ${FOR.channel}, Channel, '') AS channel,
      if(of IN (${FOR.service}, ${FOR.peer}), Service, '') AS service, if(of = ${FOR.peer}, Peer, '') AS peer, if(of = ${FOR.peer}, PeerKind, '') AS kind,
      argMax(Service, Completions) AS most, sum(Completions) AS completions, sum(Errors) AS errors, sum(ResidenceNanoSum) AS residenceNano,
      sum(DownstreamNanoSum) AS downstreamNano, sum(DownstreamReported) AS downstreamReported, quantilesDDMerge(0.01, 0.5, 0.95, 0.99)(Durations) AS quantiles,
      sum(ApdexSatisfied) AS satisfied, sum(ApdexTolerating) AS tolerating
    FROM rollup_place_1s ARRAY JOIN [${(pipeline ? Object.values(FOR) : [FOR.service, FOR.peer, FOR.whole]).join(', ')}] AS of
    WHERE ${AT_IN_RANGE} AND multiIf(of = ${FOR.service}, ${COUNTS_FOR_SERVICE}, of = ${FOR.peer}, PeerKind != '', of = ${FOR.whole}, ${counts.sql},
      Stage = '' OR Pipeline != {pipeline:String}, 0, of = ${FOR.stage} OR Channel != '')
    GROUP BY at, of, stage, channel, service, peer, kind`, { pipeline: pipeline?.id ?? '', ...secondsOf(range), ...counts.params });
  const ended: Pick<SeriesRows, 'places' | 'totals' | 'edges'> = { places: [], totals: [], edges: [] };
  for (const { of, stage, channel, peer, kind, ...row } of rows) {
    const service = stage === '' ? row.service : row.most;
    const residenceMsSum = row.residenceNano / NANO_PER_MS;
    const quantilesMs = row.quantiles.map((nano) => nano / NANO_PER_MS);
    if (of === FOR.whole) ended.totals.push({ at: row.at, completions: row.completions, errors: row.errors, quantilesMs, satisfied: row.satisfied, tolerating: row.tolerating });
    else if (of === FOR.peer) ended.edges.push({ at: row.at, service, peer, kind, calls: row.completions, errors: row.errors, durationMsSum: residenceMsSum });
    else ended.places.push({
      at: row.at, stage, channel, service, completions: row.completions, errors: row.errors, residenceMsSum,
      downstreamMsSum: row.downstreamNano / NANO_PER_MS, downstreamReported: row.downstreamReported, p50Ms: quantilesMs[0] ?? 0, p95Ms: quantilesMs[1] ?? 0,
    });
  }
  return ended;
}

/** Of another pipeline a row still counts for its service: its stage is then ''. */
const OUR_STAGE = 'if(Pipeline = {pipeline:String}, toString(Stage), \'\') AS stage, if(Pipeline = {pipeline:String}, toString(Channel), \'\') AS channel';

/**
 * What one instance said in one second at one place: of what is open and begun (`metric` ''), or of one series of a gauge.
 * `states` and `bands` in the order of their constants; `told`: 1 for each of TOLD that was reported, also of a 0.
 */
interface ReportRow {
  at: number; stage: string; channel: string; service: string; instance: string; metric: string; series: string; value: number; begun: number;
  states: number[]; bands: number[]; told: number[];
}

const TOLD = [ACTIVE_METRIC.transactions, ACTIVE_METRIC.begun, ACTIVE_METRIC.oldestMs];
/** Sums by name in the order of the names: as a map of them, the question takes twice as long. */
const sumOfEach = (column: string, names: readonly string[]) => `[${names.map((name) => `sumIf(highest, ${column} = '${name}')`).join(', ')}]`;

/** The inner query merges parts that the store has not merged yet; the outer one sums an instance's series. */
async function selectReportRows(asker: Asker, pipeline: string, range: Range): Promise<Pick<SeriesRows, 'active' | 'begun' | 'oldest' | 'gauges'>> {
  const isActive = `MetricName IN (${TOLD.map((name) => `'${name}'`).join(', ')})`;
  const rows = await asker.query<ReportRow>(`
    SELECT at, stage, channel, service, instance, metric, series, maxIf(highest, MetricName != '${ACTIVE_METRIC.transactions}') AS value, sum(added) AS begun,
      ${sumOfEach('State', ACTIVE_STATES)} AS states, ${sumOfEach('Band', AGE_BANDS)} AS bands, [${TOLD.map((name) => `max(MetricName = '${name}')`).join(', ')}] AS told
    FROM (
      SELECT toUnixTimestamp(At) AS at, ${OUR_STAGE}, Service AS service, Instance AS instance, if(${isActive}, '', MetricName) AS metric,
        if(metric = '', '', toString(Series)) AS series, Pipeline, MetricName, Operation, Kind, Band, State, Series, max(Highest) AS highest, sum(Added) AS added
      FROM rollup_metric_1s WHERE ${AT_IN_RANGE} AND (${isActive} OR (Stage != '' AND Pipeline = {pipeline:String}))
      GROUP BY at, stage, channel, service, instance, Pipeline, MetricName, Operation, Kind, Band, State, Series
    ) GROUP BY at, stage, channel, service, instance, metric, series`, { pipeline, ...secondsOf(range) });
  const reports: Pick<SeriesRows, 'active' | 'begun' | 'oldest' | 'gauges'> = { active: [], begun: [], oldest: [], gauges: [] };
  for (const { at, stage, channel, service, instance, metric, series, value, states, bands, told, ...row } of rows) {
    const place = { at, stage, channel, service };
    if (metric !== '') reports.gauges.push({ at, stage, channel, metric, series: `${service} ${instance} ${series}`, value });
    const [ofTransactions, ofBegun, ofOldest] = told;
    if (ofTransactions === 1) reports.active.push({ ...place, instance, states, bands });
    if (ofBegun === 1) reports.begun.push({ ...place, begun: row.begun });
    if (ofOldest === 1) reports.oldest.push({ ...place, instance, oldestMs: value });
  }
  return reports;
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
