// A service has been worse since a new version of it runs: its own time or its share of errors changed when the version
// did, and not with the crowd. The version is what resources say; a deployment that somebody marked counts where no
// resource names one. Old and new version side by side (a rolling deployment) are compared at the same time.
import { INSTANCE_STEP_MS, type Evidence, type InstancePoint } from '@narrows/contract';
import { confidenceOf, ramp } from './confidence.js';
import { meanOver, residenceOver } from './flow.js';
import { meanBetween, ownMsOf, pooled, type Measured } from './instance-outlier.js';
import { rollbackTo } from './remedies-of-change.js';
import type { Finding, VerdictRule } from './rule.js';
import { FAINTEST, affectedBy, evidenceOf, linkTo } from './rule.js';
import type { Place, Scene } from './scene.js';
import { placeOfService } from './scene.js';
import { clock, deploymentSentence } from './sentences.js';

/** A version that was there from the begin of what is known is not new. */
const KNOWN_BEFORE_MS = 15_000;
/** From so many on, a mean of the second or a later step of processes says whether they have warmed up. */
const AGED_ENDED_MIN = 5;
/** A first step with less than this share of the second's completions was seen by its end alone. */
const FIRST_STEP_SHARE_MIN = 0.6;
const PRIOR = -3;

/** `fresh`: what is new, each process by itself; `after`: all of it. */
interface Deployed { place: Place; version: string; old: string; atMs: number; before: InstancePoint[]; after: InstancePoint[]; fresh: readonly (readonly InstancePoint[])[] }
interface Worse extends Deployed { measure: Measured; was: number; is: number; confidence: number }

/** When the first of the new version ended: in its first step both may have. */
function momentOfChange(before: readonly InstancePoint[], after: readonly InstancePoint[]): number {
  const firstMs = after[0]!.atMs;
  const old = before.reduce((sum, point) => sum + (point.atMs === firstMs ? point.completions : 0), 0);
  const fresh = after.reduce((sum, point) => sum + (point.atMs === firstMs ? point.completions : 0), 0);
  return firstMs + (INSTANCE_STEP_MS * old) / Math.max(1, old + fresh);
}

function deployments(scene: Scene): Deployed[] {
  const services = new Map<string, Map<string, InstancePoint[][]>>();
  for (const { service, version, points } of scene.instances) {
    const versions = services.get(service) ?? new Map<string, InstancePoint[][]>();
    services.set(service, versions.set(version, [...versions.get(version) ?? [], points]));
  }
  const marks = new Set(scene.deployments.map(({ service }) => service));
  return [...services].flatMap(([service, versions]): Deployed[] => {
    if (versions.size < 2 && !marks.has(service)) return [];
    const place = placeOfService(scene, service);
    if (place === null || place.deliberate) return [];
    const ordered = [...versions].map(([version, series]) => ({ version, series, points: pooled(series.map((points) => ({ points }))) })).filter(({ points }) => points.length > 0).sort((a, b) => a.points[0]!.atMs - b.points[0]!.atMs);
    const newest = ordered[ordered.length - 1];
    const older = ordered.slice(0, -1);
    const firstMs = ordered[0]?.points[0]?.atMs ?? 0;
    if (newest !== undefined && older.length > 0 && newest.points[0]!.atMs - firstMs >= KNOWN_BEFORE_MS) {
      const before = pooled(older);
      return [{ place, version: newest.version, old: older[older.length - 1]!.version, atMs: momentOfChange(before, newest.points), before, after: newest.points, fresh: newest.series }];
    }
    const marked = scene.deployments.filter((each) => each.service === service && each.atMs - firstMs >= KNOWN_BEFORE_MS && each.atMs < scene.toMs).at(-1);
    if (marked === undefined || newest === undefined) return [];
    const all = pooled(ordered);
    const after = all.filter(({ atMs }) => atMs >= marked.atMs);
    return [{ place, version: marked.version, old: '', atMs: marked.atMs, before: all.filter(({ atMs }) => atMs < marked.atMs - INSTANCE_STEP_MS), after, fresh: [after] }];
  });
}

/**
 * Own time of the new processes by their age in steps: in the first step of each, and in the latest that is known of enough. What
 * has just begun is slow for a while (caches, connections, a compiler that warms up): that passes, a regression stays.
 */
function timesByAge(fresh: readonly (readonly InstancePoint[])[]): { first: number; latest: number } | null {
  const ages: { ms: number; ended: number }[] = [{ ms: 0, ended: 0 }, { ms: 0, ended: 0 }, { ms: 0, ended: 0 }];
  for (const points of fresh) {
    const [born, next] = points.toSorted((a, b) => a.atMs - b.atMs);
    // Steps are the clock's: of the first one a process may have seen the last moment alone, and then it is as new in the second.
    const bornMs = born !== undefined && next !== undefined && born.completions < FIRST_STEP_SHARE_MIN * next.completions ? next.atMs : born?.atMs ?? Infinity;
    for (const point of points) {
      const age = ages[Math.max(0, Math.min(ages.length - 1, Math.floor((point.atMs - bornMs) / INSTANCE_STEP_MS)))]!;
      [age.ms, age.ended] = [age.ms + ownMsOf(point), age.ended + point.completions];
    }
  }
  const [first, ...later] = ages;
  const latest = later.findLast(({ ended }) => ended >= AGED_ENDED_MIN);
  return latest === undefined || first!.ended === 0 ? null : { first: first!.ms / first!.ended, latest: latest.ms / latest.ended };
}

function worseOf(scene: Scene, deployed: Deployed, measure: Measured): Worse | null {
  const was = meanBetween(deployed.before, measure, 0, deployed.atMs);
  const is = meanBetween(deployed.after, measure, scene.toMs - 30_000, Infinity);
  if (was === null || is === null) return null;
  const second = Math.floor((deployed.atMs - scene.fromMs) / 1_000);
  const { flow } = deployed.place;
  const crowd = meanOver(flow.arrivals, second, scene.seconds) / Math.max(1e-9, meanOver(flow.arrivals, second - 60, second));
  const isErrors = measure === 'errors';
  const times = isErrors ? null : timesByAge(deployed.fresh);
  const now = times === null ? is.mean : Math.min(is.mean, times.latest);
  const lasting = times === null ? 0 : (times.latest - was.mean) / Math.max(1e-9, times.first - was.mean);
  const confidence = confidenceOf(PRIOR, [
    { strength: isErrors ? ramp(is.mean - was.mean, 0.02, 0.12) : ramp(now / Math.max(1, was.mean), 1.2, 2), absent: -4, full: 3 },
    // While it still becomes better, it warms up.
    { strength: isErrors || (times !== null && times.first <= was.mean) ? 1 : ramp(lasting, 0.45, 0.75), absent: -5, full: 0 },
    { strength: ramp(is.count, 5, 40), absent: -1.5, full: 1.5 },
    { strength: ramp((scene.toMs - deployed.atMs) / 1_000, 1, 6), absent: -2, full: 1 },
    { strength: isErrors ? 1 : 1 - ramp(crowd, 1.3, 2), absent: -2, full: 0.5 },
  ], scene.seconds);
  return confidence < FAINTEST ? null : { ...deployed, measure, was: was.mean, is: now, confidence };
}

function evidenceFor(scene: Scene, { place, measure, was, is, version, old }: Worse, since: number): Evidence[] {
  const isErrors = measure === 'errors';
  // A marker may name no version, and never the one before.
  const change = version === '' ? '' : ` (${old === '' ? '' : `${old} `}→ ${version})`;
  const link = linkTo(scene, place.subject, since, '/traces', isErrors ? { error: 'true' } : {});
  const claim = isErrors ? { ko: `오류 비율${change}`, en: `Share of errors${change}` } : { ko: `처리 시간${change}`, en: `Own time${change}` };
  return [evidenceOf(claim, isErrors ? 'error_share' : 'own_time', isErrors ? '%' : 'ms', was * (isErrors ? 100 : 1), is * (isErrors ? 100 : 1), link)];
}

function findingOf(scene: Scene, worse: Worse): Finding {
  const { place, version, old, measure, was, is } = worse;
  const since = Math.max(scene.fromMs, Math.round(worse.atMs));
  const onset = Math.floor((since - scene.fromMs) / 1_000);
  const [stay, before] = [residenceOver(place.points, scene.seconds - 60, scene.seconds), residenceOver(place.points, 0, onset)];
  const arrivals = meanOver(place.flow.arrivals, scene.seconds - 20, scene.seconds);
  const subject = { ...place.subject, service: place.service, ...(version === '' ? {} : { attribute: `service.version=${version}` }) };
  return {
    place,
    verdict: {
      kind: 'deploy_regression', since, confidence: worse.confidence, subject,
      sentence: deploymentSentence({ name: place.name, since: clock(since, scene.timeZone), people: false }, version, measure === 'errors' ? null : is / Math.max(1, was), is),
      evidence: evidenceFor(scene, worse, since),
      affected: affectedBy(scene, place, meanOver(place.flow.inside, scene.seconds - 5, scene.seconds)),
      remedies: [rollbackTo(subject, old, { waitBeforeMs: stay?.residenceMs ?? null, waitAfterMs: before?.residenceMs ?? null, throughput: measure === 'errors' ? arrivals * (1 - was) : arrivals })],
      ruledOut: [],
    },
  };
}

export const deployRegression: VerdictRule = {
  kind: 'deploy_regression',
  find: (scene) => deployments(scene).flatMap((deployed) => (['own', 'errors'] as const).flatMap((measure) => worseOf(scene, deployed, measure) ?? [])
    .sort((a, b) => b.confidence - a.confidence).slice(0, 1).map((worse) => findingOf(scene, worse))),
};
