// Rules and series in, one reading for each rule and place out. A rule with `each` is read at every place that has the
// measure; deliberate waits are left out before anything is looked at. Pure: no clock, no store.
import type { AlertRule, PipelineDefinition, SeriesCondition, UnixMs } from '@narrows/contract';
import { readCondition, type Reading } from './condition.js';
import { placeKey, seriesKey, type MeasureSeries } from './measure-series.js';
import { isDeliberateWait } from './rule-check.js';
import { measureOf } from './rule-reach.js';

/** Places one rule watches at most; more are left out, and the rule's standing says so. */
export const PLACES_PER_RULE_MAX = 500;

export interface SeriesBooks {
  /** Steps of ten seconds of the last two hours. */
  recent: MeasureSeries;
  /** The same times of earlier days. */
  earlier: MeasureSeries;
  /** Steps of a minute over days, for burn rates. */
  minutes: MeasureSeries;
}
export interface AgencyScope { agency: string; timeZone: string; pipelines: readonly PipelineDefinition[] }
export interface RulePlace { pipeline: string; stage: string; channel: string; service: string }

const parsePlace = (key: string): RulePlace => {
  const [pipeline = '', stage = '', channel = '', service = ''] = JSON.parse(key) as string[];
  return { pipeline, stage, channel, service };
};

/** Places that a rule on a series looks at, as keys; and those it leaves alone because waiting is what they are for. */
export function placesOfRule(rule: Pick<AlertRule, 'place' | 'condition'>, scope: AgencyScope, known: ReadonlySet<string>): { places: string[]; deliberate: string[] } {
  const { place: { pipeline = '', stage = '', channel = '', service = '', each }, condition } = rule;
  const measure = 'measure' in condition ? condition.measure : 'error_ratio';
  // With a stage said, a service says only who does its work.
  const single = placeKey(pipeline, stage, channel, stage === '' && pipeline === '' ? service : '');
  const named = each === undefined ? [single] : [...known].filter((key) => {
    const one = parsePlace(key);
    if (each === 'service' ? one.service === '' || one.stage !== '' : one.stage === '') return false;
    if (each === 'stage' && one.channel !== '') return false;
    if (each === 'channel' && one.channel === '') return false;
    return (pipeline === '' || one.pipeline === pipeline) && (stage === '' || one.stage === stage) && (service === '' || one.service === service);
  });
  const deliberate = named.filter((key) => isDeliberateWait(measure, parsePlace(key), scope.pipelines));
  return { places: named.filter((key) => !deliberate.includes(key)).slice(0, PLACES_PER_RULE_MAX), deliberate };
}

export interface RuleReading { rule: AlertRule; key: string; place: RulePlace; reading: Reading }

/** Where a rule without `each` looks never changes while it and the pipelines are the same objects. */
const fixedPlaces = new WeakMap<object, { agency: string; pipelines: readonly PipelineDefinition[]; found: { key: string; place: RulePlace; series: string }[] }>();

function seriesOfRule(rule: AlertRule, scope: AgencyScope, own: MeasureSeries): { key: string; place: RulePlace; series: string }[] {
  const read = measureOf(rule)!;
  const find = (known: ReadonlySet<string>) => placesOfRule(rule, scope, known).places.map((key) => ({ key, place: parsePlace(key), series: seriesKey(scope.agency, read.measure, key, read.name) }));
  if (rule.place.each !== undefined) return find(own.placesOf(scope.agency, read.measure, read.name));
  const held = fixedPlaces.get(rule);
  if (held?.agency === scope.agency && held.pipelines === scope.pipelines) return held.found;
  const found = find(NONE);
  fixedPlaces.set(rule, { agency: scope.agency, pipelines: scope.pipelines, found });
  return found;
}

/** Read one rule at all its places as of a moment, which is the end of a step. */
export function readRule(rule: AlertRule, scope: AgencyScope, books: SeriesBooks, atMs: UnixMs): RuleReading[] {
  if (!measureOf(rule)) return [];
  const own = rule.condition.kind === 'burn_rate' ? books.minutes : books.recent;
  return seriesOfRule(rule, scope, own).map(({ key, place, series }): RuleReading => {
    const over = (fromMs: UnixMs, toMs: UnixMs) => (toMs <= atMs - books.recent.steps * books.recent.stepMs ? books.earlier : books.recent).over(series, fromMs, toMs);
    const burning = (fromMs: UnixMs, toMs: UnixMs) => books.minutes.over(series, fromMs, toMs);
    return { rule, key, place, reading: readCondition(rule.condition as SeriesCondition, over, burning, atMs, scope.timeZone) };
  });
}
const NONE: ReadonlySet<string> = new Set();
