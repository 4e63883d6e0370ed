// One instance of a service has become slower or fails more than its siblings, which go on as ever. Compared is each
// instance's own time (its outgoing calls taken out where an agent reports them) and its share of errors, in steps of
// five seconds; where all have changed alike it is the service, and this rule is silent.
import { INSTANCE_STEP_MS, type Evidence, type InstancePoint } from '@narrows/contract';
import { differenceOfShares } from './cause/robust.js';
import { confidenceOf, goesOn, ramp } from './confidence.js';
import { residenceOver, sumOver } from './flow.js';
import { restartInstance } from './remedies-of-change.js';
import type { Finding, VerdictRule } from './rule.js';
import { FAINTEST, affectedBy, evidenceOf, linkTo } from './rule.js';
import type { Place, Scene } from './scene.js';
import { placeOfService } from './scene.js';
import { amount, clock, instanceSentence } from './sentences.js';
import { shiftOf, type Shift, type Step } from './steps.js';

const NOW_SECONDS = 20;
const ENDED_MIN = 5;
const PRIOR = -3.5;
/** Log-likelihood ratio that the largest of the chance differences of a day reaches, and that no chance reaches. */
const CHANCE_NATS = 2;
const CERTAIN_NATS = 6;
/** The same of mean times, whose tails are longer than any formula says. */
const CHANCE_NATS_TIMES = 4;
const CERTAIN_NATS_TIMES = 10;
/** Failures that were are over when so long has far fewer. */
const STILL_SECONDS = 10;
/** Surprise that chance reaches, and that it does not. */
const CHANCE_SURPRISE = 1.5;
const CERTAIN_SURPRISE = 5;
/** Instances that are compared with their siblings at once, from which on the most surprising of them is the more surprising by chance. */
const COMPARED_MIN = 10;
/** One step says no more than that it is one of twenty: with one alone nobody is sure. */
const SURPRISE_OF_STEP_MAX = Math.log(20);
/** A step that has just begun counts from this part of the usual number on. */
const WHOLE_STEP_MIN = 0.25;
const SCATTER_STEPS_MIN = 6;
const SCATTER_MIN = 0.2;
const MIXED_TIMES = 2;

export const ownMsOf = (point: InstancePoint): number => Math.max(0, point.residenceMsSum - Math.min(point.residenceMsSum, point.downstreamMsSum ?? 0));

/** Measures that are compared, as steps. */
export const MEASURES = {
  own: (point: InstancePoint): Step => ({ atMs: point.atMs, sum: ownMsOf(point), count: point.completions }),
  errors: (point: InstancePoint): Step => ({ atMs: point.atMs, sum: Math.min(point.errors, point.completions), count: point.completions }),
};
export type Measured = keyof typeof MEASURES;

/** All points of several series, in order of time. */
export const pooled = (series: readonly { points: readonly InstancePoint[] }[]): InstancePoint[] => series.flatMap(({ points }) => points).sort((a, b) => a.atMs - b.atMs);

/** Mean over the steps in [fromMs, toMs); null for too few. */
export function meanBetween(points: readonly InstancePoint[], of: Measured, fromMs: number, toMs: number): { mean: number; count: number } | null {
  let [sum, count] = [0, 0];
  for (const point of points) {
    if (point.atMs < fromMs || point.atMs >= toMs) continue;
    const step = MEASURES[of](point);
    [sum, count] = [sum + step.sum, count + step.count];
  }
  return count >= ENDED_MIN ? { mean: sum / count, count } : null;
}

/** The same of siblings since a moment, each step weighing as many as end here in it: whoever had most to do while all failed is no worse. */
function meanAtTimesOf(own: readonly InstancePoint[], siblings: readonly InstancePoint[], of: Measured, fromMs: number): { mean: number; count: number } | null {
  const steps = new Map<number, Step>();
  for (const point of siblings) {
    if (point.atMs < fromMs) continue;
    const [step, known] = [MEASURES[of](point), steps.get(point.atMs)];
    steps.set(point.atMs, known === undefined ? step : { ...step, sum: known.sum + step.sum, count: known.count + step.count });
  }
  let [sum, weight, count] = [0, 0, 0];
  for (const { atMs, completions } of own) {
    const theirs = steps.get(atMs);
    if (theirs === undefined || theirs.count === 0) continue;
    [sum, weight, count] = [sum + (theirs.sum / theirs.count) * completions, weight + completions, count + theirs.count];
  }
  return count >= ENDED_MIN && weight > 0 ? { mean: sum / weight, count } : null;
}

/**
 * Surprise, in nats, of an instance's steps since a moment among those of its siblings and its own before: −ln of the rank of
 * each, summed, less the one that each has by chance. One request in a thousand takes a thousand times as long anywhere, and
 * makes the mean of one step; who is slow is slow in step after step. Ranks hold whatever times are distributed like, and of
 * few steps they say little.
 *
 * Source: R. A. Fisher, "Statistical Methods for Research Workers" (1925), § 21.1, of ranks as in a permutation test
 */
function surpriseOf(own: readonly InstancePoint[], siblings: readonly InstancePoint[], fromMs: number): number {
  const usual = own.reduce((sum, { completions }) => sum + completions, 0) / Math.max(1, own.length);
  const isWhole = ({ completions }: InstancePoint) => completions > 0 && completions >= WHOLE_STEP_MIN * usual;
  const meanMs = (point: InstancePoint) => ownMsOf(point) / point.completions;
  const others = [...siblings.filter(isWhole), ...own.filter((point) => point.atMs < fromMs && isWhole(point))].map(meanMs);
  return own.filter((point) => point.atMs >= fromMs && isWhole(point)).map(meanMs).reduce((nats, mean) => {
    const beyond = others.reduce((count, other) => count + (other >= mean ? 1 : 0), 0);
    return nats + Math.min(SURPRISE_OF_STEP_MAX, -Math.log((beyond + 1) / (others.length + 1))) - 1;
  }, 0);
}

/** Mean own time since a moment without the step that adds most to it (the jackknife): what is left does not rest on one long request. */
function meanWithoutWorst(own: readonly InstancePoint[], fromMs: number): number {
  const steps = own.filter(({ atMs, completions }) => atMs >= fromMs && completions > 0).map(MEASURES.own);
  const without = steps.map((worst) => steps.filter((step) => step !== worst).reduce(({ sum, count }, step) => ({ sum: sum + step.sum, count: count + step.count }), { sum: 0, count: 0 }));
  return Math.min(Infinity, ...without.map(({ sum, count }) => (count > 0 ? sum / count : 0)));
}

interface Lately { ms: number; errors: number; ended: number }

/** The latest steps alone, for a first look. */
function latelyOf(scene: Scene, points: readonly InstancePoint[]): Lately {
  const fromMs = scene.toMs - NOW_SECONDS * 1_000 - INSTANCE_STEP_MS;
  let [ms, errors, ended] = [0, 0, 0];
  for (let at = points.length - 1; at >= 0 && points[at]!.atMs >= fromMs; at -= 1) [ms, errors, ended] = [ms + ownMsOf(points[at]!), errors + points[at]!.errors, ended + points[at]!.completions];
  return { ms, errors, ended };
}

/** Most instances of most days stop here. */
function standsOut(mine: Lately, all: Lately): boolean {
  const theirs = { ms: all.ms - mine.ms, errors: all.errors - mine.errors, ended: all.ended - mine.ended };
  if (mine.ended < ENDED_MIN || theirs.ended < ENDED_MIN) return false;
  return mine.ms / mine.ended > (1.3 * theirs.ms) / theirs.ended || mine.errors / mine.ended > theirs.errors / theirs.ended + 0.03;
}

/**
 * Squared coefficient of variation of a single time, from how the means of steps scatter: each is off by it over its count.
 * As of exponential times where too few steps are known.
 */
function scatterOf(series: readonly (readonly InstancePoint[])[], untilMs: number): number {
  let [squares, freedom] = [0, 0];
  for (const points of series) {
    const steps = points.filter((point) => point.atMs < untilMs && point.completions > 0);
    const ended = steps.reduce((sum, { completions }) => sum + completions, 0);
    const mean = steps.reduce((sum, point) => sum + ownMsOf(point), 0) / Math.max(1, ended);
    if (steps.length < 2 || mean <= 0) continue;
    for (const point of steps) squares += point.completions * (ownMsOf(point) / point.completions / mean - 1) ** 2;
    freedom += steps.length - 1;
  }
  // Where calls are not taken out, an instance that happens to get the long ones is slow for nothing of its own.
  const mixed = series.some((points) => points.some(({ downstreamMsSum }) => downstreamMsSum === null)) ? MIXED_TIMES : 1;
  return mixed * (freedom < SCATTER_STEPS_MIN ? 1 : Math.max(SCATTER_MIN, squares / freedom));
}

/** Log-likelihood ratio of two means of gamma distributed times against one: how far chance must go to make such a difference. */
const differenceOfMeans = (now: { mean: number; count: number }, theirs: { mean: number; count: number }, scatter: number): number => {
  const ratio = now.mean / Math.max(1e-9, theirs.mean);
  return ratio <= 1 ? 0 : (ratio - 1 - Math.log(ratio)) / scatter / (1 / now.count + 1 / theirs.count);
};

/** 0–1: whether the latest steps have the failures that the share promises; what failed once and works again is no outlier. */
function stillFails(own: readonly InstancePoint[], share: number, sinceMs: number): number {
  const lately = own.filter(({ atMs }) => atMs >= sinceMs);
  const [errors, ended] = [lately.reduce((sum, point) => sum + point.errors, 0), lately.reduce((sum, point) => sum + point.completions, 0)];
  return goesOn(errors, share * ended);
}

interface Outlier { place: Place; instance: string; measure: Measured; shift: Shift; now: number; before: number; siblings: number; count: number; confidence: number }

function outlierOf(scene: Scene, place: Place, instance: string, own: readonly InstancePoint[], siblings: readonly InstancePoint[], measure: Measured, compared: number): Outlier | null {
  const shift = shiftOf(own.map(MEASURES[measure]), INSTANCE_STEP_MS);
  if (shift === null) return null;
  const lately = Math.max(shift.atMs, scene.toMs - NOW_SECONDS * 1_000);
  const now = meanBetween(own, measure, lately - INSTANCE_STEP_MS / 2, Infinity);
  const theirs = meanAtTimesOf(own, siblings, measure, lately - INSTANCE_STEP_MS / 2);
  const theirsBefore = meanBetween(siblings, measure, 0, shift.atMs - INSTANCE_STEP_MS);
  if (now === null || theirs === null) return null;
  const isErrors = measure === 'errors';
  const floor = isErrors ? 0.01 : 1;
  const lasting = isErrors ? now.mean : meanWithoutWorst(own, lately - INSTANCE_STEP_MS / 2);
  const against = lasting / Math.max(floor, theirs.mean);
  const since = lasting / Math.max(floor, shift.before);
  const steady = theirs.mean / Math.max(floor, theirsBefore?.mean ?? theirs.mean);
  const confidence = confidenceOf(PRIOR, [
    { strength: isErrors ? ramp(now.mean - theirs.mean, 0.05, 0.25) : ramp(against, 1.5, 3), absent: -3, full: 3 },
    { strength: isErrors ? ramp(now.mean - shift.before, 0.05, 0.25) : ramp(since, 1.5, 2.5), absent: -2.5, full: 1.5 },
    { strength: isErrors ? 1 : ramp(surpriseOf(own, siblings, lately - INSTANCE_STEP_MS / 2) - Math.log(Math.max(1, compared / COMPARED_MIN)), CHANCE_SURPRISE, CERTAIN_SURPRISE), absent: -5, full: 0 },
    // A few milliseconds are nobody's problem.
    { strength: isErrors ? 1 : ramp(now.mean - theirs.mean, 2, 10), absent: -3, full: 0 },
    // A veto: siblings that change with it have the same cause.
    { strength: isErrors ? 1 - ramp(theirs.mean, 0.05, 0.2) : 1 - ramp(steady, 1.2, 1.8), absent: -4, full: 1 },
    { strength: ramp(now.count, ENDED_MIN, isErrors ? 30 : 20), absent: -1, full: 1.5 },
    // Of several instances one has two failures of eight, or two long ones of five, by chance sooner or later: so many nats are none.
    isErrors ? { strength: ramp(differenceOfShares(now.mean * now.count, now.count, theirs.mean * theirs.count, theirs.count), CHANCE_NATS, CERTAIN_NATS), absent: -2, full: 0 }
      : { strength: ramp(differenceOfMeans(now, theirs, scatterOf([own, siblings], shift.atMs)), CHANCE_NATS_TIMES, CERTAIN_NATS_TIMES), absent: -4, full: 0 },
    { strength: ramp((scene.toMs - shift.atMs) / 1_000, 1, 6), absent: -2.5, full: 1 },
    { strength: isErrors ? stillFails(own, now.mean, scene.toMs - STILL_SECONDS * 1_000) : 1, absent: -5, full: 0 },
  ], scene.seconds);
  return confidence < FAINTEST ? null : { place, instance, measure, shift, now: now.mean, before: shift.before, siblings: theirs.mean, count: now.count, confidence };
}

function evidenceFor(scene: Scene, { place, instance, measure, now, before, siblings }: Outlier, since: number): Evidence[] {
  const link = linkTo(scene, place.subject, since, '/traces', measure === 'errors' ? { error: 'true' } : { minDurationMs: String(Math.round(now / 2)) });
  const [claim, unit, times] = measure === 'errors'
    ? [{ ko: `${instance}의 오류 비율`, en: `Share of errors of ${instance}` }, '%', 100] as const
    : [{ ko: `${instance}의 처리 시간`, en: `Own time of ${instance}` }, 'ms', 1] as const;
  return [
    evidenceOf(claim, measure === 'errors' ? 'error_share' : 'own_time', unit, before * times, now * times, link),
    evidenceOf({ ko: '다른 인스턴스', en: 'The other instances' }, 'siblings', unit, null, siblings * times, link),
  ];
}

function findingOf(scene: Scene, outlier: Outlier): Finding {
  const { place, instance, shift, measure, now, siblings } = outlier;
  // What ends slowly tells late: the first slow one began a stay earlier.
  const since = Math.max(scene.fromMs, Math.round(shift.atMs - (measure === 'own' ? Math.min(10_000, now) / 2 : 0)));
  const onset = Math.floor((since - scene.fromMs) / 1_000);
  const stay = residenceOver(place.points, scene.seconds - 60, scene.seconds);
  const before = residenceOver(place.points, 0, onset);
  const subject = { ...place.subject, service: place.service, instance };
  return {
    place,
    verdict: {
      kind: 'instance_outlier', since, confidence: outlier.confidence, subject,
      sentence: instanceSentence({ name: place.name, since: clock(since, scene.timeZone), people: false }, instance, measure === 'errors' ? null : now / Math.max(1, siblings), now),
      evidence: evidenceFor(scene, outlier, since),
      affected: affectedBy(scene, place, outlier.count),
      remedies: [restartInstance(subject, {
        waitBeforeMs: stay?.residenceMs ?? null, waitAfterMs: before?.residenceMs ?? null,
        throughput: sumOver(place.flow.arrivals, scene.seconds - NOW_SECONDS, scene.seconds) / Math.min(NOW_SECONDS, scene.seconds),
      })],
      ruledOut: [{
        subject: place.subject,
        because: { ko: `다른 인스턴스는 그대로입니다 (${measure === 'errors' ? `오류 ${amount(siblings * 100)}%` : `${amount(siblings)} ms`})`, en: `The other instances are as ever (${measure === 'errors' ? `${amount(siblings * 100)} % errors` : `${amount(siblings)} ms`})` },
      }],
    },
  };
}

export const instanceOutlier: VerdictRule = {
  kind: 'instance_outlier',
  find(scene) {
    const byService = new Map<string, Map<string, InstancePoint[]>>();
    for (const { service, instance, points } of scene.instances) {
      if (instance === '') continue;
      const instances = byService.get(service) ?? new Map<string, InstancePoint[]>();
      const known = instances.get(instance);
      byService.set(service, instances.set(instance, known === undefined ? points : [...known, ...points]));
    }
    const compared = [...byService.values()].reduce((sum, { size }) => sum + (size < 2 ? 0 : size), 0);
    return [...byService].flatMap(([service, instances]) => {
      const place = instances.size < 2 ? null : placeOfService(scene, service);
      if (place === null || place.deliberate) return [];
      const lately = new Map([...instances].map(([instance, points]) => [instance, latelyOf(scene, points)]));
      const all = [...lately.values()].reduce((a, b) => ({ ms: a.ms + b.ms, errors: a.errors + b.errors, ended: a.ended + b.ended }));
      const outliers = [...instances].filter(([instance]) => standsOut(lately.get(instance)!, all)).flatMap(([instance, own]) => {
        const siblings = [...instances].flatMap(([other, points]) => (other === instance ? [] : points));
        return (['own', 'errors'] as const).flatMap((measure) => outlierOf(scene, place, instance, pooled([{ points: own }]), siblings, measure, compared) ?? []);
      });
      // Two that fell ill at once are not one outlier, unless most of the others are well.
      return outliers.sort((a, b) => b.confidence - a.confidence).slice(0, 1).map((outlier) => findingOf(scene, outlier));
    });
  },
};
