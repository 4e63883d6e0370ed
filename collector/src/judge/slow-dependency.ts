// A place is slow because something it calls has become slow: the calls over one edge take much longer than they did,
// and most of the place's own time passes inside them. If the called one is known and has a verdict of its own, or a
// line of its own, that is the cause and this rule stays silent; of a chain of slow calls the deepest is named. A call
// is measured by the caller: where the called service itself answers as fast as ever, or where everything that is called
// has become slow at once, it is the caller or the machine that is slow, and no dependency is named. While a crowd overruns
// another place, it takes more to blame one that became slow just after.
import type { EdgeSeries, Evidence, Subject, UnixMs } from '@narrows/contract';
import { confidenceOf, ramp } from './confidence.js';
import { callsOf } from './edge-calls.js';
import { meanOver, residenceOver, sumOver } from './flow.js';
import { runAbove } from './onset.js';
import { fixDependency } from './remedies-of-change.js';
import type { Finding, VerdictRule } from './rule.js';
import { FAINTEST, affectedBy, evidenceOf, linkTo, momentOf } from './rule.js';
import type { Place, Scene } from './scene.js';
import { calledBy } from './scene.js';
import { clock, dependencySentence } from './sentences.js';

const NOW_SECONDS = 10;
/** Slow still: a hiccup of a second or two stands in a mean of ten for as long, and is over. */
const STILL_SECONDS = 3;
const BLOCK_SECONDS = 5;
const CALLS_MIN = 5;
/** Mean stays after the first call from which on ended calls are as slow as all calls. */
const STAYS_TO_BE_FAIR = 3;
/** A call that grew by less than this is nobody's problem. */
const GROWTH_MS_MIN = 100;
/** Share of a caller's growth that a slow call further down must explain to be the cause of it. */
const EXPLAINS_MIN = 0.5;
/** Share of a call's growth that the called service's own stay must show, where its spans are known. */
const SEEN_BY_CALLED_MIN = 0.5;
/** So many unrelated dependencies do not become slow in the same minute; what they share has: the machine, or the network. */
const UNRELATED_MAX = 2;
/** From this confidence on another verdict about the called one silences this rule. */
const OTHER_VERDICT_MIN = 0.2;
/** A crowd that overruns one place makes others on the same machines slower: so long after it began, a slow call may be of its making. */
const OVERRUN_MS = 60_000;
const PRIOR = -4;

interface Slow { edge: EdgeSeries; usualMs: number; nowMs: number; calls: number; crossing: number }

/**
 * Usual time of a call: lower quartile of five-second means. The window may be slow for most of its length. After the
 * first call of all, only the quick ones have ended for a while; until the slow ones can have, a mean says nothing.
 */
function usualMsOf(calls: Float64Array, timeMs: Float64Array, nowMs: number): number | null {
  const first = calls.findIndex((count) => count > 0);
  const fair = first + Math.ceil((STAYS_TO_BE_FAIR * nowMs) / 1_000);
  const means: number[] = [];
  for (let from = fair; from + BLOCK_SECONDS <= calls.length; from += BLOCK_SECONDS) {
    const count = sumOver(calls, from, from + BLOCK_SECONDS);
    if (count >= CALLS_MIN) means.push(sumOver(timeMs, from, from + BLOCK_SECONDS) / count);
  }
  if (means.length < 3) return null;
  return means.sort((a, b) => a - b)[Math.floor(means.length / 4)]!;
}

function slowOf(scene: Scene, edge: EdgeSeries): Slow | null {
  const { calls, timeMs } = callsOf(scene, edge);
  const count = sumOver(calls, scene.seconds - NOW_SECONDS, scene.seconds);
  if (count < CALLS_MIN) return null;
  const nowMs = sumOver(timeMs, scene.seconds - NOW_SECONDS, scene.seconds) / count;
  const usualMs = usualMsOf(calls, timeMs, nowMs);
  const isSlow = (ms: number): boolean => usualMs !== null && ms >= 1.5 * usualMs && ms - usualMs >= GROWTH_MS_MIN;
  const still = sumOver(calls, scene.seconds - STILL_SECONDS, scene.seconds);
  if (usualMs === null || !isSlow(nowMs) || (still > 0 && !isSlow(sumOver(timeMs, scene.seconds - STILL_SECONDS, scene.seconds) / still))) return null;
  let last = usualMs;
  const mean = calls.map((_, second) => {
    const lately = sumOver(calls, second - 2, second + 1);
    return (last = lately > 0 ? sumOver(timeMs, second - 2, second + 1) / lately : last);
  });
  const crossing = runAbove(mean, Math.sqrt(usualMs * nowMs));
  return crossing === null ? null : { edge, usualMs, nowMs, calls: count, crossing };
}

/** The place that suffers: of the caller's stages (else the service itself) the one whose stay grew most in sum. */
function sufferer(scene: Scene, slow: Slow): Place | null {
  const own = (place: Place) => place.service === slow.edge.service && !place.deliberate;
  const places = [...scene.stages.filter(own), ...scene.services.filter(own)];
  const growth = (place: Place) => {
    const now = residenceOver(place.points, scene.seconds - NOW_SECONDS, scene.seconds);
    const before = residenceOver(place.points, 0, slow.crossing);
    return now === null ? 0 : (now.residenceMs - (before?.residenceMs ?? now.residenceMs)) * now.ended;
  };
  const worst = places.filter(({ stage }) => stage !== '').sort((a, b) => growth(b) - growth(a))[0];
  return worst !== undefined && growth(worst) > 0 ? worst : places.find(({ stage }) => stage === '') ?? null;
}

/** The called service, where its own spans are known, does not see what the caller measures: the time passes in the caller. */
function isCallersOwn(scene: Scene, slow: Slow): boolean {
  const called = scene.services.find(({ service }) => service === slow.edge.peer);
  const now = called && residenceOver(called.points, scene.seconds - NOW_SECONDS, scene.seconds);
  const before = called && residenceOver(called.points, 0, slow.crossing);
  if (!now || !before) return false;
  return now.residenceMs - before.residenceMs < SEEN_BY_CALLED_MIN * (slow.nowMs - slow.usualMs);
}

/** The called one is the narrow place itself: it has a verdict, or people stand in line inside it. */
function isExplained(scene: Scene, slow: Slow, causes: readonly Finding[]): boolean {
  if (causes.some(({ place, verdict }) => place.service === slow.edge.peer && verdict.confidence >= OTHER_VERDICT_MIN)) return true;
  return [...scene.stages, ...scene.services].some(({ service, narrowness }) => service === slow.edge.peer
    && meanOver(narrowness.line, scene.seconds - 3, scene.seconds) > narrowness.lineFine);
}

/** Some place is overrun, has been since shortly before the calls became slow, and has nothing to do with whom they go to: it is no victim of theirs. */
function isAmidCrowd(scene: Scene, { edge }: Slow, since: UnixMs, causes: readonly Finding[]): boolean {
  return causes.some(({ place, verdict }) => verdict.kind === 'saturation' && verdict.confidence >= OTHER_VERDICT_MIN && verdict.since <= since && since - verdict.since <= OVERRUN_MS
    && place.service !== edge.service && !calledBy(scene, place.service).has(edge.peer));
}

function findingOf(scene: Scene, slow: Slow, callers: readonly Slow[], causes: readonly Finding[]): Finding | null {
  const place = sufferer(scene, slow);
  if (place === null) return null;
  const { edge, nowMs, usualMs } = slow;
  const until = scene.seconds;
  const now = residenceOver(place.points, until - NOW_SECONDS, until);
  const before = residenceOver(place.points, 0, slow.crossing);
  const inside = meanOver(place.flow.inside, until - BLOCK_SECONDS, until);
  const downstream = now?.downstreamMs != null && now.residenceMs > 0 ? now.downstreamMs / now.residenceMs
    : inside > 0 ? 1 - meanOver(place.flow.own, until - BLOCK_SECONDS, until) / inside : 0;
  const growth = now === null ? 1 : now.residenceMs / Math.max(1, before?.residenceMs ?? now.residenceMs);
  // Behind a full pool most of the stay is a line of the place's own: what the calls added, against a stay before, tells then.
  const added = ((nowMs - usualMs) * (slow.calls / NOW_SECONDS)) / Math.max(1e-9, meanOver(place.flow.ended, until - NOW_SECONDS, until)) / Math.max(1, before?.residenceMs ?? Infinity);
  // The first slow call ended when it crossed; it became slow while it ran.
  const from = Math.max(0, slow.crossing - Math.min(10, Math.round(nowMs / 1_000)));
  const since = momentOf(scene, from);
  const confidence = confidenceOf(PRIOR, [
    { strength: ramp(nowMs / usualMs, 1.5, 3.5), absent: -2, full: 3 },
    { strength: Math.max(ramp(downstream, 0.4, 0.8), ramp(added, 0.4, 1.2)), absent: -2, full: 1.5 },
    { strength: ramp(growth, 1.2, 2), absent: -1.5, full: 1 },
    { strength: ramp(until - slow.crossing, 2, 8), absent: -2, full: 1 },
    { strength: ramp(slow.calls, CALLS_MIN, 30), absent: -1, full: 1 },
    { strength: isAmidCrowd(scene, slow, since, causes) ? 0 : 1, absent: -2.5, full: 0 },
  ], until);
  if (confidence < FAINTEST) return null;
  const subject: Subject = { ...place.subject, service: edge.service, dependency: edge.peer };
  return {
    place,
    verdict: {
      kind: 'slow_dependency', since, confidence, subject,
      sentence: dependencySentence({ name: place.name, since: clock(since, scene.timeZone), people: place.stage !== '' }, edge.peer, usualMs, nowMs),
      evidence: evidenceFor(scene, slow, place, since, { now, before, downstream }),
      affected: affectedBy(scene, place, inside),
      remedies: [fixDependency(subject, { waitBeforeMs: now?.residenceMs ?? null, waitAfterMs: before?.residenceMs ?? null, throughput: now === null ? null : meanOver(place.flow.ok, until - NOW_SECONDS, until) })],
      ruledOut: callers.slice(0, 8).map((caller) => ({
        subject: { service: caller.edge.service, dependency: caller.edge.peer },
        because: { ko: `${caller.edge.peer} 자신도 ${edge.peer} 때문에 느립니다`, en: `${caller.edge.peer} is itself slowed by ${edge.peer}` },
      })),
    },
  };
}

type Stay = ReturnType<typeof residenceOver>;

function evidenceFor(scene: Scene, slow: Slow, place: Place, since: UnixMs, stay: { now: Stay; before: Stay; downstream: number }): Evidence[] {
  const link = linkTo(scene, place.subject, since);
  const calls = linkTo(scene, { service: slow.edge.service }, since, '/traces', { minDurationMs: String(Math.round(slow.nowMs)) });
  return [
    evidenceOf({ ko: `${slow.edge.peer} 호출 한 번에 걸리는 시간`, en: `Time of a call to ${slow.edge.peer}` }, 'call_duration', 'ms', slow.usualMs, slow.nowMs, calls),
    evidenceOf({ ko: '들어와서 나갈 때까지', en: 'From arriving to leaving' }, 'residence', 'ms', stay.before?.residenceMs ?? null, stay.now?.residenceMs ?? null, link),
    evidenceOf({ ko: '그중 다른 곳의 답을 기다린 몫', en: 'Share of it spent waiting for others' }, 'downstream_share', '%', null, stay.downstream * 100, link),
  ];
}

export const slowDependency: VerdictRule = {
  kind: 'slow_dependency',
  find(scene, causes) {
    const slow = scene.edges.flatMap((edge) => slowOf(scene, edge) ?? []).filter((each) => !isCallersOwn(scene, each));
    const deeper = (caller: Slow) => slow.find((other) => other !== caller && other.edge.service === caller.edge.peer
      && other.edge.peer !== caller.edge.service && other.nowMs - other.usualMs >= EXPLAINS_MIN * (caller.nowMs - caller.usualMs));
    const deepest = slow.filter((each) => deeper(each) === undefined && !isExplained(scene, each, causes));
    if (new Set(deepest.map(({ edge }) => edge.peer)).size > UNRELATED_MAX) return [];
    const found = deepest.flatMap((each) => findingOf(scene, each, slow.filter((caller) => deeper(caller) === each), causes) ?? []);
    // One dependency called from several places is one cause: it is said where it is clearest.
    return found.filter((finding, at) => !found.some((other, index) => other.verdict.subject.dependency === finding.verdict.subject.dependency
      && (other.verdict.confidence > finding.verdict.confidence || (other.verdict.confidence === finding.verdict.confidence && index < at))));
  },
};
