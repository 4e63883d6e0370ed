// A place is slow by its own work, and nobody calls it who could say so (an entry, a consumer of a queue), or nobody who measures
// his calls: what is left of its stays without outgoing calls takes much longer than it did, in all of its instances, and in
// no other service. What a processor that is throttled does, a query that nobody traces, or a page that has become heavy. Whoever
// is found by another rule, here or further down, is left to it. A consumer that does less than is handed over to it is full.
import { INSTANCE_STEP_MS, type Evidence, type UnixMs } from '@narrows/contract';
import { confidenceOf, ramp } from './confidence.js';
import { residenceOver, seriesOf, sumOver } from './flow.js';
import { ownMsOf } from './instance-outlier.js';
import { blocksBefore, surpriseOfMean, type Block } from './mean-times.js';
import { runAbove } from './onset.js';
import { behindOf, type Behind } from './queue-behind.js';
import { addInstances } from './remedies.js';
import { fixService } from './remedies-of-change.js';
import type { Finding, VerdictRule } from './rule.js';
import { FAINTEST, affectedBy, evidenceOf, linkTo, momentOf } from './rule.js';
import type { Place, Scene } from './scene.js';
import { calledBy, instancesOf } from './scene.js';
import { clock, saturationSentence, slowItselfSentence } from './sentences.js';

const NOW_SECONDS = 10;
/** Slow still: so many of the latest tell, or those of so many seconds. */
const STILL_ENDED = 20;
const STILL_SECONDS = 3;
const ENDED_MIN = 5;
/** Blocks that tell what is usual, and how it breathes. */
const BLOCKS_MIN = 6;
/** Growth by less than this is nobody's problem. */
const GROWTH_MS_MIN = 20;
const OTHER_VERDICT_MIN = 0.2;
/** Of the growth of this one (in logarithms), so much in another one or not in an instance is no chance. */
const ALIKE = 0.5;
const ALIKE_MS_MIN = 3;
/** Nats that the largest chance difference of a day reaches, and that none does; of so many places. */
const CHANCE_NATS = 3;
const CERTAIN_NATS = 8;
const COMPARED_MIN = 10;
const PRIOR = -4;

/** Own work of a place by the second: Σ ms of those that ended, and how many. */
interface Own { ms: Float64Array; ended: Float64Array }
interface Slow { place: Place; own: Own; usualMs: number; beforeMs: number; nowMs: number; ended: number; crossing: number; from: number; blocks: Block[] }

const ownOf = ({ points, flow }: Place): Own => ({
  ms: seriesOf(points, ({ residenceMsSum }, second) => Math.max(0, residenceMsSum - flow.inCallsMs[second]!)), ended: seriesOf(points, ({ completions }) => completions),
});
const meanMs = ({ ms, ended }: Own, from: number, to: number): number => sumOver(ms, from, to) / Math.max(1, sumOver(ended, from, to));

function slowOf(scene: Scene, place: Place): Slow | null {
  const own = ownOf(place);
  const until = scene.seconds;
  if (sumOver(own.ended, until - NOW_SECONDS, until) < ENDED_MIN) return null;
  let width = 1;
  while (width < NOW_SECONDS && sumOver(own.ended, until - width, until) < (width < STILL_SECONDS ? STILL_ENDED : ENDED_MIN)) width += 1;
  const stillMs = meanMs(own, until - width, until);
  const means = blocksBefore(own.ended, own.ms, until, ENDED_MIN).map(({ mean }) => mean).sort((a, b) => a - b);
  const usualMs = means[Math.floor(means.length / 4)];
  // Most places of most days stop here.
  if (means.length < BLOCKS_MIN || usualMs === undefined || stillMs < 1.5 * usualMs || stillMs - usualMs < GROWTH_MS_MIN) return null;
  let last = usualMs;
  const mean = own.ended.map((_, second) => (last = sumOver(own.ended, second - 2, second + 1) > 0 ? meanMs(own, second - 2, second + 1) : last));
  const crossing = runAbove(mean, Math.sqrt(usualMs * stillMs));
  if (crossing === null) return null;
  const blocks = blocksBefore(own.ended, own.ms, crossing, ENDED_MIN);
  if (blocks.length < BLOCKS_MIN) return null;
  const from = Math.max(until - NOW_SECONDS, Math.min(crossing, until - width));
  return { place, own, usualMs, beforeMs: meanMs(own, 0, crossing), nowMs: meanMs(own, from, until), ended: sumOver(own.ended, from, until), crossing, from, blocks };
}

/** Another one's own work has grown at that time as well: what they share is the cause. */
function othersGrew(scene: Scene, { place, crossing, from, nowMs, beforeMs }: Slow): boolean {
  return scene.services.some((other) => {
    if (other.service === place.service || other.deliberate) return false;
    const own = ownOf(other);
    if (Math.min(sumOver(own.ended, from, scene.seconds), sumOver(own.ended, 0, crossing)) < ENDED_MIN) return false;
    const [before, now] = [meanMs(own, 0, crossing), meanMs(own, from, scene.seconds)];
    return now - before >= ALIKE_MS_MIN && Math.log(now / Math.max(1e-9, before)) >= ALIKE * Math.log(nowMs / beforeMs);
  });
}

/** 0–1: the part of its instances (by requests) that have become slower with it; where one has, it is that one. 1 where nobody says which instance it was. */
function sharedByInstances(scene: Scene, { place, crossing, nowMs, beforeMs }: Slow): number {
  const sinceMs = momentOf(scene, crossing);
  let [all, slower] = [0, 0];
  for (const { service, instance, points } of scene.instances) {
    if (service !== place.service || instance === '') continue;
    const sum = (of: typeof points) => of.reduce((total, point) => ({ ms: total.ms + ownMsOf(point), ended: total.ended + point.completions }), { ms: 0, ended: 0 });
    const [before, now] = [sum(points.filter(({ atMs }) => atMs < sinceMs - INSTANCE_STEP_MS)), sum(points.filter(({ atMs }) => atMs >= sinceMs))];
    if (Math.min(before.ended, now.ended) < ENDED_MIN) continue;
    all += now.ended;
    if (Math.log(now.ms / now.ended / Math.max(1e-9, before.ms / before.ended)) >= ALIKE * Math.log(nowMs / beforeMs)) slower += now.ended;
  }
  return all === 0 ? 1 : slower / all;
}

/**
 * 0–1: that it is no other crowd. With many more requests every place is slower for a while; and where light requests stay away, those
 * that are left are heavier, and fewer at work (Little's law). Whose workers are all busy does less because it takes longer.
 */
function sameCrowd({ place: { flow }, own, crossing, from }: Slow, seconds: number): number {
  const rate = (series: Float64Array, begin: number, end: number) => sumOver(series, begin, end) / Math.max(1, end - begin);
  const arrivals = rate(flow.arrivals, from, seconds) / Math.max(1e-9, rate(flow.arrivals, 0, crossing));
  const atWork = rate(own.ms, from, seconds) / Math.max(1e-9, rate(own.ms, 0, crossing));
  return Math.min(1 - ramp(arrivals, 1.3, 2), Math.max(ramp(arrivals, 0.6, 0.85), ramp(atWork, 0.9, 1.15)));
}

/** Errors that are new keep people waiting in their own way. */
function failsMore({ place: { points }, crossing, from }: Slow): number {
  const share = (begin: number, end: number) => {
    const of = points.slice(begin, end);
    return of.reduce((sum, { errors }) => sum + errors, 0) / Math.max(1, of.reduce((sum, { completions }) => sum + completions, 0));
  };
  return share(from, points.length) - share(0, crossing);
}

/** Somebody else has been found: here, at whom it calls, or who is named as called. */
function isExplained(scene: Scene, { place }: Slow, causes: readonly Finding[]): boolean {
  const called = calledBy(scene, place.service);
  return causes.some(({ place: { service }, verdict: { confidence, subject } }) => confidence >= OTHER_VERDICT_MIN && (service === place.service || called.has(service) || subject.dependency === place.service));
}

function findingOf(scene: Scene, slow: Slow): Finding | null {
  const { place, usualMs, nowMs, crossing, from, blocks } = slow;
  const [now, before] = [residenceOver(place.points, from, scene.seconds), residenceOver(place.points, 0, crossing)];
  if (now === null || before === null) return null;
  const worst = Math.max(...blocks.map(({ mean }) => mean));
  const confidence = confidenceOf(PRIOR, [
    { strength: ramp(nowMs / Math.max(1, usualMs), 1.5, 3), absent: -2, full: 2.5 },
    { strength: ramp(nowMs - usualMs, GROWTH_MS_MIN, 3 * GROWTH_MS_MIN), absent: -2, full: 0 },
    { strength: ramp(now.residenceMs / Math.max(1, before.residenceMs), 1.2, 2), absent: -2, full: 1.5 },
    { strength: ramp(scene.seconds - crossing, 8, 14), absent: -4, full: 2 },
    { strength: ramp(slow.ended, ENDED_MIN, 30), absent: -1, full: 1 },
    { strength: ramp(surpriseOfMean({ mean: nowMs, ended: slow.ended }, slow.beforeMs, blocks) - Math.log(Math.max(1, scene.services.length / COMPARED_MIN)), CHANCE_NATS, CERTAIN_NATS), absent: -4, full: 0 },
    // What a block of five seconds has reached on its own is not new.
    { strength: ramp(nowMs / Math.max(1e-9, worst), 1, 1.4), absent: -5, full: 0 },
    { strength: sameCrowd(slow, scene.seconds), absent: -4, full: 0 },
    { strength: 1 - ramp(failsMore(slow), 0.02, 0.1), absent: -4, full: 0 },
    { strength: ramp(sharedByInstances(scene, slow), 0.6, 0.9), absent: -5, full: 0.5 },
    { strength: othersGrew(scene, slow) ? 0 : 1, absent: -5, full: 0 },
  ], scene.seconds);
  if (confidence < FAINTEST) return null;
  const since = momentOf(scene, Math.max(0, crossing - Math.min(10, Math.round(nowMs / 1_000))));
  const behind = behindOf(scene, place, crossing);
  const said = { name: place.name, since: clock(since, scene.timeZone), people: place.stage !== '' };
  const remedies = [fixService(place.subject, { waitBeforeMs: now.residenceMs, waitAfterMs: before.residenceMs, throughput: now.ended / Math.max(1, scene.seconds - from) })];
  return {
    place,
    verdict: {
      kind: behind === null ? 'slow_dependency' : 'saturation', since, confidence, subject: place.subject,
      sentence: behind === null ? slowItselfSentence(said, usualMs, nowMs) : saturationSentence(said, behind.comesPerSecond, behind.endedPerSecond),
      evidence: [...(behind === null ? [] : queueEvidence(scene, place, since, behind)), ...evidenceFor(scene, slow, since, before.residenceMs, now.residenceMs)],
      affected: affectedBy(scene, place, behind?.line ?? sumOver(place.flow.inside, from, scene.seconds) / Math.max(1, scene.seconds - from)),
      remedies: behind === null || behind.endedPerSecond === 0 ? remedies : [addInstances(place.subject, [{
        arrivalsPerSecond: behind.comesPerSecond, perSecond: behind.endedPerSecond, servers: Math.max(1, Math.round((behind.endedPerSecond * nowMs) / 1_000)), serviceMs: nowMs, line: behind.line, elsewhereMs: 0,
      }], now.residenceMs, instancesOf(scene, place)), ...remedies],
      ruledOut: [...calledBy(scene, place.service)].filter((service) => scene.serviceOf.has(service)).slice(0, 4).map((service) => ({
        subject: { service }, because: { ko: `${service}의 응답은 그대로입니다`, en: `${service} answers as ever` },
      })),
    },
  };
}

function queueEvidence(scene: Scene, place: Place, since: UnixMs, { comesPerSecond, endedPerSecond, line }: Behind): Evidence[] {
  const link = linkTo(scene, place.subject, since);
  return [
    evidenceOf({ ko: '큐에 들어오는 수', en: 'Handed over to it' }, 'arrivals', '/s', null, comesPerSecond, link),
    evidenceOf({ ko: '처리하는 수', en: 'Handled' }, 'throughput', '/s', null, endedPerSecond, link),
    evidenceOf({ ko: '그 뒤로 큐에 쌓인 수', en: 'Left in its queue since then' }, 'line', '{request}', null, line, link),
  ];
}

function evidenceFor(scene: Scene, { place, usualMs, nowMs }: Slow, since: UnixMs, beforeMs: number, stayMs: number): Evidence[] {
  const link = linkTo(scene, place.subject, since);
  const traces = linkTo(scene, place.subject, since, '/traces', { minDurationMs: String(Math.round(nowMs)) });
  return [
    evidenceOf({ ko: '자체 처리 시간 (다른 곳을 부른 시간을 뺀 것)', en: 'Own time, calls taken out' }, 'own_time', 'ms', usualMs, nowMs, traces),
    evidenceOf({ ko: '들어와서 나갈 때까지', en: 'From arriving to leaving' }, 'residence', 'ms', beforeMs, stayMs, link),
  ];
}

export const slowItself: VerdictRule = {
  kind: 'slow_dependency',
  find: (scene, causes) => scene.suspects.flatMap((place) => slowOf(scene, place) ?? []).filter((slow) => !isExplained(scene, slow, causes)).flatMap((slow) => findingOf(scene, slow) ?? []),
};
