// "Would it have fired?" A rule that is not saved yet, run over stored data with the very code that will run it: the moments
// at which it would have fired, how long, and the measure beside its bound. Two stores of truth there are not.
import { LIMITS, NarrowsError, type AlertRule, type AlertRuleDraft, type PreviewAnswer, type UnixMs } from '@narrows/contract';
import type { StoreReader } from '../query/question.js';
import { nextState, restingState, type AlertState } from './alert-state.js';
import { SEASON_DAYS } from './condition.js';
import { MeasureSeries, STEP_MS } from './measure-series.js';
import { isBurnRate, isSeasonal, measureOf, reachMs } from './rule-reach.js';
import { PLACES_PER_RULE_MAX, placesOfRule, readRule, type AgencyScope, type SeriesBooks } from './rule-reading.js';
import { feedSeries, needOf } from './series-feed.js';
import { DAY_MS } from './zone-time.js';

/** A day of steps for each place. */
export const PREVIEW_RANGE_MAX_MS = DAY_MS;
const CHARTS_MAX = 8;
/** A chart has no more points than a wide screen. */
const POINTS_MAX = 1_440;
const MINUTE_STEP_MS = 60_000;
/** Seven days and three weeks of a day's steps each would be much for a rule that watches everything. */
export const EARLIER_SERIES_MAX = 500;

/** Days that may be held against the range, as days before it. */
export const EARLIER_DAYS: readonly number[] = [...new Set([...SEASON_DAYS.day, ...SEASON_DAYS.week])];

/** Errors: QUERY_INVALID for a rule without a series, or too long a range. */
export async function previewRule(draft: AlertRuleDraft, scope: AgencyScope, store: StoreReader, { fromMs, toMs }: { fromMs: UnixMs; toMs: UnixMs }): Promise<PreviewAnswer> {
  if (!measureOf(draft)) throw new NarrowsError('QUERY_INVALID', 'condition.kind: rules on verdicts and on absence are not tried on the past');
  if (toMs - fromMs > PREVIEW_RANGE_MAX_MS || toMs <= fromMs) throw new NarrowsError('QUERY_INVALID', 'from: the range may span at most a day here');
  const rule: AlertRule = { ...draft, id: 'preview', updatedAtMs: 0, updatedBy: '' };
  const from = Math.floor(fromMs / STEP_MS) * STEP_MS;
  const to = Math.floor(toMs / STEP_MS) * STEP_MS;
  const books = await booksOf(rule, scope, store, from, to);
  const watch = new Map<string, Watched>();
  for (let atMs = from; atMs <= to; atMs += STEP_MS) step(rule, scope, books, atMs, watch);
  const known = (isBurnRate(rule) ? books.minutes : books.recent).placesOf(scope.agency, measureOf(rule)!.measure, measureOf(rule)!.name);
  return answerOf(watch, { from, to, stepMs: STEP_MS }, placesOfRule(rule, scope, known).deliberate);
}

interface Watched { state: AlertState; fired: { fromMs: UnixMs; toMs: UnixMs | null; peak: number | null }[]; points: [number, number | null, number | null][] }

function step(rule: AlertRule, scope: AgencyScope, books: SeriesBooks, atMs: UnixMs, watch: Map<string, Watched>): void {
  for (const { key, reading } of readRule(rule, scope, books, atMs)) {
    const held = watch.get(key) ?? { state: restingState(atMs), fired: [], points: [] };
    const { state, event } = nextState(held.state, reading, atMs, rule);
    held.state = state;
    held.points.push([atMs, reading.value, reading.bound]);
    if (event === 'fires') held.fired.push({ fromMs: atMs, toMs: null, peak: reading.value });
    const open = held.fired.at(-1);
    if (open && state.phase === 'firing' && reading.value !== null) open.peak = furthest(open.peak, reading.value, reading.bound);
    if (open && event === 'over') open.toMs = atMs;
    watch.set(key, held);
  }
}

const furthest = (peak: number | null, value: number, bound: number | null): number => (peak === null || Math.abs(value - (bound ?? 0)) > Math.abs(peak - (bound ?? 0)) ? value : peak);

async function booksOf(rule: AlertRule, scope: AgencyScope, store: StoreReader, fromMs: UnixMs, toMs: UnixMs): Promise<SeriesBooks> {
  const need = needOf([[scope.agency, rule]]);
  const reach = reachMs(rule);
  const span = Math.ceil((toMs - fromMs + (isBurnRate(rule) ? 0 : reach)) / STEP_MS) + 2;
  const recent = new MeasureSeries(span, STEP_MS, PLACES_PER_RULE_MAX * 6);
  const earlier = new MeasureSeries(0, STEP_MS, EARLIER_SERIES_MAX);
  const minutes = new MeasureSeries(isBurnRate(rule) ? Math.ceil((toMs - fromMs + reach) / MINUTE_STEP_MS) + 2 : 1, MINUTE_STEP_MS, PLACES_PER_RULE_MAX * 6);
  if (isBurnRate(rule)) await feedSeries(store, need, minutes, [{ fromMs: Math.max(0, fromMs - reach), toMs }]);
  else await feedSeries(store, need, recent, [{ fromMs: Math.max(0, fromMs - reach), toMs }]);
  if (isSeasonal(rule)) await feedSeries(store, need, earlier, EARLIER_DAYS.map((days) => ({ fromMs: fromMs - days * DAY_MS - 2 * reach - 2 * 3600_000, toMs: toMs - days * DAY_MS + reach + 2 * 3600_000 })).filter((range) => range.fromMs > 0 && toMs - range.fromMs < LIMITS.queryRangeMaxMs));
  return { recent, earlier, minutes };
}

function answerOf(watch: ReadonlyMap<string, Watched>, { from, to, stepMs }: { from: UnixMs; to: UnixMs; stepMs: number }, deliberate: string[]): PreviewAnswer {
  const byFirings = [...watch].sort(([, a], [, b]) => b.fired.length - a.fired.length);
  const thin = Math.max(1, Math.ceil((to - from) / stepMs / POINTS_MAX));
  return {
    fromMs: from, toMs: to,
    fired: byFirings.flatMap(([key, { fired }]) => fired.map((one) => ({ key, ...one }))).sort((a, b) => a.fromMs - b.fromMs),
    series: byFirings.slice(0, CHARTS_MAX).map(([key, { points }]) => ({ key, points: points.filter((_, i) => i % thin === 0) })),
    places: watch.size, deliberate,
  };
}
