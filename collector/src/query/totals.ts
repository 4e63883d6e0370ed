// "How much goes through, how fast, and how much of it fails, second by second?" Without a pipeline all transactions
// count; in a pipeline the spans of its stages do, except deliberate waits, which are long on purpose.
import type { PipelineDefinition, TotalsPoint } from '@narrows/contract';
import { forEachFreshReport, REPORT_FRESH_SECONDS } from './fresh-reports.js';
import { AT_IN_RANGE, countedInTotals, IS_OPEN, placeConditions, secondsOf, type Asker, type PlaceFilter, type Range } from './question.js';
import type { ActiveRow, TotalsRow } from './series-rows.js';

export interface TotalsQuestion { pipeline: PipelineDefinition | null; place?: Omit<PlaceFilter, 'pipeline'> }

export interface OpenRow { at: number; service: string; instance: string; open: number }

/** One point a second over the range, dense. */
export async function selectTotals(asker: Asker, question: TotalsQuestion, range: Range): Promise<TotalsPoint[]> {
  const [ended, open] = await Promise.all([selectEnded(asker, question, range), selectOpen(asker, question, range)]);
  return totalsOf(range, ended, open);
}

/** The same from what has been read already: what ended, and who was open by service and instance. */
export function totalsOf(range: Range, ended: readonly TotalsRow[], open: readonly OpenRow[]): TotalsPoint[] {
  const { from, to } = secondsOf(range);
  const points: TotalsPoint[] = Array.from({ length: Math.max(0, to - from) }, (_, i) => (
    { atMs: (from + i) * 1_000, completions: 0, errors: 0, p50Ms: null, p95Ms: null, p99Ms: null, apdex: null, inFlight: null }));
  for (const row of ended) {
    const point = points[row.at - from];
    if (!point || row.completions === 0) continue;
    const [p50Ms = null, p95Ms = null, p99Ms = null] = row.quantilesMs;
    Object.assign(point, { completions: row.completions, errors: row.errors, p50Ms, p95Ms, p99Ms, apdex: (row.satisfied + row.tolerating / 2) / row.completions });
  }
  forEachFreshReport(open, (r) => `${r.service} ${r.instance}`, from, to, (second, report) => {
    const point = points[second - from];
    if (point) point.inFlight = report.reduce((sum, row) => sum + row.open, point.inFlight ?? 0);
  });
  return points;
}

/** Which rollup rows count: a stage's own, the stages of a pipeline that are no deliberate wait, or the services'. */
function counted({ pipeline, place = {} }: TotalsQuestion): { sql: string; params: Record<string, unknown> } {
  const where = placeConditions({ ...place, pipeline: pipeline?.id });
  if (place.stage) return where;
  const counts = countedInTotals(pipeline);
  return { sql: `${where.sql} AND ${counts.sql}`, params: { ...where.params, ...counts.params } };
}

/** The first parameter of the sketch is its relative accuracy. */
function selectEnded(asker: Asker, question: TotalsQuestion, range: Range): Promise<TotalsRow[]> {
  const where = counted(question);
  return asker.query<TotalsRow>(`
    SELECT toUnixTimestamp(At) AS at, toFloat64(sum(Completions)) AS completions, toFloat64(sum(Errors)) AS errors,
      arrayMap(ns -> toFloat64(ns) / 1e6, quantilesDDMerge(0.01, 0.5, 0.95, 0.99)(Durations)) AS quantilesMs,
      toFloat64(sum(ApdexSatisfied)) AS satisfied, toFloat64(sum(ApdexTolerating)) AS tolerating
    FROM rollup_place_1s WHERE ${AT_IN_RANGE}${where.sql} GROUP BY at`, { ...secondsOf(range), ...where.params });
}

/** Reports that the live window holds, as `selectOpen` reads them. */
export function openOf(pipeline: PipelineDefinition | null, reports: readonly ActiveRow[]): OpenRow[] {
  const counts = new Set(pipeline?.stages.filter(({ wait }) => wait !== 'deliberate').map(({ id }) => id));
  return reports.filter(({ stage }) => pipeline === null || counts.has(stage))
    .map(({ at, service, instance, bands }) => ({ at, service, instance, open: bands.reduce((sum, open) => sum + open, 0) }));
}

function selectOpen(asker: Asker, question: TotalsQuestion, range: Range): Promise<OpenRow[]> {
  // Open transactions of a service stand in one row each, with their stage where they have one: without a pipeline all count.
  const where = question.pipeline || question.place?.stage ? counted(question) : placeConditions(question.place ?? {});
  const seconds = secondsOf({ fromMs: range.fromMs - (REPORT_FRESH_SECONDS - 1) * 1_000, toMs: range.toMs });
  return asker.query<OpenRow>(`
    SELECT at, service, instance, sum(open) AS open FROM (
      SELECT toUnixTimestamp(At) AS at, Service AS service, Instance AS instance, max(Highest) AS open
      FROM rollup_metric_1s WHERE ${AT_IN_RANGE} AND ${IS_OPEN}${where.sql}
      GROUP BY at, service, instance, Pipeline, Stage, Channel, Operation, Kind, Band, State, Series
    ) GROUP BY at, service, instance`, { ...seconds, ...where.params });
}
