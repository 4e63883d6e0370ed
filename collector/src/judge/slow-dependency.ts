// A place is slow because something it calls has become slow: the calls over one edge take much longer than they did,
// and most of the place's own time passes inside them. If the called one is known and has a verdict of its own, or a
// line of its own, that is the cause and this rule stays silent; of a chain of slow calls the deepest is named. A call
// is measured by the caller: where the called service itself answers as fast as ever, no other caller finds it slow and most of what this
// one calls has become slower on the way, or where everything that is called has become slow at once, it is the caller or the machine that is slow, and no
// dependency is named. While a crowd overruns another place, it takes more to blame one that became slow just after.
import { VERDICT_SAID_FROM, type EdgeSeries, type Evidence, type Subject, type UnixMs } from '@narrows/contract';
import { confidenceOf, ramp } from './confidence.js';
import { callsOf } from './edge-calls.js';
import { meanOver, residenceOver, seriesOf, sumOver } from './flow.js';
import { blocksBefore, surpriseOfMean } from './mean-times.js';
import { onsetOfRun, runAbove } from './onset.js';
import { fixDependency } from './remedies-of-change.js';
import type { Finding, VerdictRule } from './rule.js';
import { FAINTEST, affectedBy, evidenceOf, linkTo, momentOf } from './rule.js';
import type { Place, Scene } from './scene.js';
import { calledBy } from './scene.js';
import { clock, dependencySentence } from './sentences.js';

const NOW_SECONDS = 10;
/** Slow still: a hiccup of a second or two stands in a mean of ten for as long, and is over. So many of the latest calls tell, or those of so many seconds. */
const STILL_CALLS = 20;
const STILL_SECONDS = 3;
const BLOCK_SECONDS = 5;
const CALLS_MIN = 5;
/** Of those that should have ended, at most this share has, where calls hang. */
const ENDING_SHARE_MAX = 0.25;
/** And more are open than usually, by so many standard deviations of a Poisson number. */
const OPEN_SIGMAS = 3;
/** Mean stays after the first call from which on ended calls are as slow as all calls. */
const STAYS_TO_BE_FAIR = 3;
/** A call that grew by less than this is nobody's problem. */
const GROWTH_MS_MIN = 30;
/** Share of a caller's growth that a slow call further down must explain to be the cause of it. */
const EXPLAINS_MIN = 0.5;
/** Blocks before it became slow that tell how a stay breathes. */
const BLOCKS_MIN = 4;
const BLOCKS_MAX = 12;
/** Share of a call's growth that the called service's own stay must show, where its spans are known. */
const SEEN_BY_CALLED_MIN = 0.5;
/** Share of a caller's other calls that are delayed as well where it is the caller that delays them, and by at least so much of what the slow one is. */
const MOST = 0.5;
const DELAYED_MIN = 0.5;
/** So many unrelated dependencies do not become slow in the same minute; what they share has: the machine, or the network. */
const UNRELATED_MAX = 2;
/** From this confidence on another verdict about the called one silences this rule. */
const OTHER_VERDICT_MIN = 0.2;
/** A crowd that overruns one place makes others on the same machines slower: so long after it began, a slow call may be of its making. */
const OVERRUN_MS = 60_000;
/** A line is looked at over so many seconds, and grows beyond so many standard deviations of what came meanwhile. */
const SETTLED_SECONDS = 4;
const GROWTH_SECONDS_MAX = 20;
const GROWTH_SIGMAS = 1;
/** Nats that the largest chance difference of a day reaches, and that none does. */
const CHANCE_NATS = 3;
const CERTAIN_NATS = 8;
/** Of so many calls; of more of them the most surprising is the more surprising by chance (Bonferroni). */
const COMPARED_MIN = 10;
const PRIOR = -4;

interface Slow {
  edge: EdgeSeries;
  usualMs: number;
  nowMs: number;
  calls: number;
  crossing: number;
  /** First second of what counts as now: of the last ten those since it is slow. */
  from: number;
  /** Second in which the first slow call began. */
  began: number;
}

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
  const until = scene.seconds;
  if (sumOver(calls, until - NOW_SECONDS, until) < CALLS_MIN) return null;
  let width = 1;
  while (sumOver(calls, until - width, until) < (width < STILL_SECONDS ? STILL_CALLS : CALLS_MIN)) width += 1;
  const stillMs = sumOver(timeMs, until - width, until) / sumOver(calls, until - width, until);
  const usualMs = usualMsOf(calls, timeMs, stillMs);
  if (usualMs === null || stillMs < 1.5 * usualMs || stillMs - usualMs < GROWTH_MS_MIN) return null;
  let last = usualMs;
  const mean = calls.map((_, second) => {
    const lately = sumOver(calls, second - 2, second + 1);
    return (last = lately > 0 ? sumOver(timeMs, second - 2, second + 1) / lately : last);
  });
  const crossing = runAbove(mean, Math.sqrt(usualMs * stillMs));
  if (crossing === null) return null;
  // Not over ten seconds whatever they were: most of them may have been before it became slow.
  const from = Math.max(until - NOW_SECONDS, Math.min(crossing, until - width));
  const count = sumOver(calls, from, until);
  const nowMs = sumOver(timeMs, from, until) / count;
  // The first slow call ended when it crossed; it became slow while it ran.
  return { edge, usualMs, nowMs, calls: count, crossing, from, began: Math.max(0, crossing - Math.min(10, Math.round(nowMs / 1_000))) };
}

/** Of the calls that its caller's requests usually make, so few end that the others must still be open. */
function endsNoMore(scene: Scene, edge: EdgeSeries, caller: Place, from: number): boolean {
  const { calls } = callsOf(scene, edge);
  const callsOfOne = sumOver(calls, 0, from) / Math.max(1, sumOver(caller.flow.arrivals, 0, from));
  const due = callsOfOne * sumOver(caller.flow.arrivals, from, scene.seconds);
  return due >= CALLS_MIN && sumOver(calls, from, scene.seconds) < ENDING_SHARE_MAX * due;
}

/** Open calls of that kind that those which do end account for, of that dependency as of the others (Little's law: time over time). */
function openThatEnd(scene: Scene, edge: EdgeSeries): number {
  const alike = scene.edges.filter((other) => other.service === edge.service && (other.kind === 'sql') === (edge.kind === 'sql'));
  return alike.reduce((sum, other) => sum + sumOver(callsOf(scene, other).timeMs, scene.seconds - NOW_SECONDS, scene.seconds) / NOW_SECONDS / 1_000, 0);
}

/**
 * A call that hangs has no duration until it is given up. Where an agent counts who waits for an answer, and of one call alone
 * next to none end any more, the open ones are what is known of it: they take at least as long as they are open.
 */
function hangingOf(scene: Scene, edge: EdgeSeries): Slow | null {
  const caller = scene.serviceOf.get(edge.service);
  if (caller === undefined || !caller.flow.insideReported) return null;
  const until = scene.seconds;
  const { points, flow: { states } } = caller;
  const openIn = (second: number) => states[second]?.[edge.kind === 'sql' ? 'sql' : 'httpc'] ?? 0;
  // Most callers of most days have few calls open at once.
  if (openIn(until - 1) < CALLS_MIN) return null;
  const calling = seriesOf(points, (_, second) => openIn(second));
  const open = meanOver(calling, until - STILL_SECONDS, until);
  const usualOpen = calling.toSorted()[Math.floor(until / 4)] ?? 0;
  const from = onsetOfRun(calling, Math.max(CALLS_MIN, usualOpen + OPEN_SIGMAS * Math.sqrt(usualOpen)));
  if (from === null || from < NOW_SECONDS || until - from < STILL_SECONDS || !endsNoMore(scene, edge, caller, from)) return null;
  // What comes after the one that hangs is not called either: with two of a kind nobody knows which was first.
  if (scene.edges.some((other) => other !== edge && other.service === edge.service && (other.kind === 'sql') === (edge.kind === 'sql') && endsNoMore(scene, other, caller, from))) return null;
  if (open - openThatEnd(scene, edge) < Math.max(CALLS_MIN, EXPLAINS_MIN * open)) return null;
  const { calls, timeMs } = callsOf(scene, edge);
  const nowMs = (until - from) * 1_000;
  // Of a call that has just begun to be made nobody knows how often a request makes it, nor how long it takes.
  const usualMs = usualMsOf(calls.subarray(0, from), timeMs.subarray(0, from), 0);
  return usualMs === null || nowMs < 1.5 * usualMs || nowMs - usualMs < GROWTH_MS_MIN ? null : { edge, usualMs, nowMs, calls: open, crossing: from, from, began: from };
}

/** The place that suffers: of the caller's stages (else the service itself) the one whose stay grew most in sum. */
function sufferer(scene: Scene, slow: Slow): Place | null {
  const own = (place: Place) => place.service === slow.edge.service && !place.deliberate;
  const places = [...scene.stages.filter(own), ...scene.services.filter(own)];
  const growth = (place: Place) => {
    const now = residenceOver(place.points, slow.from, scene.seconds);
    const before = residenceOver(place.points, 0, slow.crossing);
    return now === null ? 0 : (now.residenceMs - (before?.residenceMs ?? now.residenceMs)) * now.ended;
  };
  const worst = places.filter(({ stage }) => stage !== '').sort((a, b) => growth(b) - growth(a))[0];
  return worst !== undefined && growth(worst) > 0 ? worst : places.find(({ stage }) => stage === '') ?? null;
}

/** By how much the stay in a service has grown since then; null where too little of it is known on either side. */
function stayGrowthOf(scene: Scene, service: string, { from, crossing }: Slow): number | null {
  const points = scene.serviceOf.get(service)?.points ?? [];
  const [now, before] = [residenceOver(points, from, scene.seconds), residenceOver(points, 0, crossing)];
  return now && before && now.residenceMs - before.residenceMs;
}

/** Calls since then, and by how much their mean has grown beyond what the called service sees of it; null where too few are known on either side. */
function wayGrowthOf(scene: Scene, edge: EdgeSeries, slow: Slow): { calls: number; grownMs: number } | null {
  const { calls, timeMs } = callsOf(scene, edge);
  const [now, before] = [sumOver(calls, slow.from, scene.seconds), sumOver(calls, 0, slow.crossing)];
  if (Math.min(now, before) < CALLS_MIN) return null;
  return { calls: now, grownMs: sumOver(timeMs, slow.from, scene.seconds) / now - sumOver(timeMs, 0, slow.crossing) / before - (stayGrowthOf(scene, edge.peer, slow) ?? 0) };
}

/**
 * The called service, where its own spans are known, does not see what the caller measures, and no other caller does: the time
 * passes in the caller, or on the way (a name that is looked up, a proxy, a network, the line in front of the called one's workers,
 * whose spans begin with the work). A caller that is short of its own loop or processor delays most of what it calls, and the way to
 * one other delays the calls to that one. What several callers find is on the way in any case.
 */
function isCallersOwn(scene: Scene, slow: Slow, all: readonly Slow[]): boolean {
  if (all.some(({ edge }) => edge.peer === slow.edge.peer && edge.service !== slow.edge.service)) return false;
  const addedMs = slow.nowMs - slow.usualMs;
  const seenMs = stayGrowthOf(scene, slow.edge.peer, slow);
  if (seenMs === null || seenMs >= SEEN_BY_CALLED_MIN * addedMs) return false;
  const delayedMs = DELAYED_MIN * (addedMs - Math.max(0, seenMs));
  const others = scene.edges.filter((edge) => edge.service === slow.edge.service && edge.peer !== slow.edge.peer).flatMap((edge) => wayGrowthOf(scene, edge, slow) ?? []);
  const callsIn = (some: typeof others) => some.reduce((sum, { calls }) => sum + calls, 0);
  return others.length > 0 && callsIn(others.filter(({ grownMs }) => grownMs >= delayedMs)) >= MOST * callsIn(others);
}

/** Milliseconds that the calls have added to each request of the service that makes them, in sum: one request makes several, and more of them than before. */
function addedToEach(scene: Scene, { edge, from, crossing, nowMs, usualMs }: Slow): number {
  const caller = scene.serviceOf.get(edge.service);
  const { calls } = callsOf(scene, edge);
  const ofOne = (begin: number, end: number) => sumOver(calls, begin, end) / Math.max(1, sumOver(caller?.flow.ended ?? calls, begin, end));
  return nowMs * ofOne(from, scene.seconds) - usualMs * ofOne(0, crossing);
}

/**
 * People stand in line there, or may: while as many leave as come the number inside does not grow, and those are at work for
 * longer (Little's law), not in line. A line of which it is too early to tell which is one; later it has grown since the calls became
 * slow by more than the arrivals of that time scatter, while a number at work breathes by its own root alone.
 */
function mayBeLine(scene: Scene, { flow, narrowness: { line, lineFine } }: Place, since: number): boolean {
  const until = scene.seconds;
  if (meanOver(line, until - 3, until) <= lineFine) return false;
  const run = runAbove(line, lineFine);
  if (until - Math.min(since, run ?? since) < 2 * SETTLED_SECONDS) return true;
  const span = Math.min(GROWTH_SECONDS_MAX, until - since - SETTLED_SECONDS);
  const growth = meanOver(line, until - 3, until) - meanOver(line, until - 3 - span, until - span);
  return growth > GROWTH_SIGMAS * Math.sqrt(sumOver(flow.arrivals, until - span, until));
}

/**
 * How surely the place's stay has grown, and by what the calls added: where its own work takes most of the time, they are a
 * small part of the stay and all of its growth. Its breathing is read from the blocks of five seconds before.
 */
function explainedIn({ points }: Place, { crossing, from }: Slow, addedMs: number): number {
  const now = residenceOver(points, from, points.length);
  const blocks: number[] = [];
  for (let end = crossing; end >= BLOCK_SECONDS && blocks.length < BLOCKS_MAX; end -= BLOCK_SECONDS) {
    const stay = residenceOver(points, end - BLOCK_SECONDS, end);
    if (stay !== null) blocks.push(stay.residenceMs);
  }
  if (now === null || blocks.length < BLOCKS_MIN) return 0;
  const mean = meanOver(blocks, 0, blocks.length);
  const scatter = Math.sqrt(blocks.reduce((sum, block) => sum + (block - mean) ** 2, 0) / (blocks.length - 1));
  const grownMs = now.residenceMs - mean;
  const sigmas = grownMs / Math.max(1, scatter * Math.sqrt(BLOCK_SECONDS / (points.length - from)));
  return ramp(sigmas, 2, 4) * ramp(addedMs / Math.max(1, grownMs), EXPLAINS_MIN, 0.9);
}

/** The called one is the narrow place itself: it has a verdict, or people stand in line inside it. */
function isExplained(scene: Scene, slow: Slow, causes: readonly Finding[]): boolean {
  if (causes.some(({ place, verdict }) => place.service === slow.edge.peer
    && verdict.confidence >= (verdict.kind === 'saturation' && !mayBeLine(scene, place, slow.crossing) ? VERDICT_SAID_FROM : OTHER_VERDICT_MIN))) return true;
  return [...scene.stages, ...scene.services].some((place) => place.service === slow.edge.peer && mayBeLine(scene, place, slow.crossing));
}

/** Some place is overrun, has been since shortly before the calls became slow, and has nothing to do with whom they go to: it is no victim of theirs. */
function isAmidCrowd(scene: Scene, { edge }: Slow, since: UnixMs, causes: readonly Finding[]): boolean {
  return causes.some(({ place, verdict }) => verdict.kind === 'saturation' && verdict.confidence >= OTHER_VERDICT_MIN && verdict.since <= since && since - verdict.since <= OVERRUN_MS
    && place.service !== edge.service && !calledBy(scene, place.service).has(edge.peer));
}

/** How far chance must go to make a mean of so many calls that long; the usual time is one of the quicker quarter, so it is held against the mean of all before. */
function surpriseOf(scene: Scene, { edge, crossing, nowMs, usualMs, calls }: Slow): number {
  const before = callsOf(scene, edge);
  const count = sumOver(before.calls, 0, crossing);
  return surpriseOfMean({ mean: nowMs, ended: calls }, count > 0 ? sumOver(before.timeMs, 0, crossing) / count : usualMs, blocksBefore(before.calls, before.timeMs, crossing, 1));
}

/**
 * The place's own work has grown by more than what the calls added, and nobody stands in line there or waits for its pool: whoever is short
 * of a processor or a loop is late with its calls as well, of whom only the caller can tell. Where nobody says what those inside wait on, it may be a line.
 */
function isOwnWork(scene: Scene, place: Place, slow: Slow, growthMs: number, addedMs: number): boolean {
  const { flow: { insideReported, states }, narrowness: { line, lineFine } } = place;
  const lately = scene.seconds - BLOCK_SECONDS;
  return insideReported && growthMs > 0 && addedMs < EXPLAINS_MIN * growthMs
    && meanOver(line, Math.max(lately, slow.from), scene.seconds) <= lineFine && states.slice(lately).every((state) => (state?.pool ?? 0) === 0);
}

function findingOf(scene: Scene, slow: Slow, callers: readonly Slow[], causes: readonly Finding[]): Finding | null {
  const place = sufferer(scene, slow);
  if (place === null) return null;
  const { edge, nowMs, usualMs } = slow;
  const until = scene.seconds;
  const now = residenceOver(place.points, slow.from, until);
  const before = residenceOver(place.points, 0, slow.crossing);
  const inside = meanOver(place.flow.inside, until - BLOCK_SECONDS, until);
  const downstream = now?.downstreamMs != null && now.residenceMs > 0 ? now.downstreamMs / now.residenceMs
    : inside > 0 ? 1 - meanOver(place.flow.own, until - BLOCK_SECONDS, until) / inside : 0;
  const growth = now === null ? inside / Math.max(1, meanOver(place.flow.inside, 0, slow.crossing)) : now.residenceMs / Math.max(1, before?.residenceMs ?? now.residenceMs);
  // Behind a full pool most of the stay is a line of the place's own: what the calls added, against a stay before, tells then.
  const addedMs = ((nowMs - usualMs) * slow.calls) / Math.max(1e-9, sumOver(place.flow.ended, slow.from, until));
  const added = addedMs / Math.max(1, before?.residenceMs ?? Infinity);
  const since = momentOf(scene, slow.began);
  const confidence = confidenceOf(PRIOR, [
    { strength: ramp(nowMs / usualMs, 1.5, 3.5), absent: -2, full: 3 },
    { strength: Math.max(ramp(downstream, 0.4, 0.8), ramp(added, 0.4, 1.2), explainedIn(place, slow, addedMs)), absent: -2, full: 1.5 },
    { strength: ramp(growth, 1.2, 2), absent: -1.5, full: 1 },
    { strength: ramp(until - slow.crossing, 2, 6), absent: -4, full: 1 },
    { strength: ramp(slow.calls, CALLS_MIN, 30), absent: -1, full: 1 },
    // Of five calls some mean is twice the usual one in every hour.
    { strength: ramp(surpriseOf(scene, slow) - Math.log(Math.max(1, scene.edges.length / COMPARED_MIN)), CHANCE_NATS, CERTAIN_NATS), absent: -4, full: 0 },
    { strength: isAmidCrowd(scene, slow, since, causes) ? 0 : 1, absent: -2.5, full: 0 },
    { strength: now !== null && before !== null && isOwnWork(scene, place, slow, now.residenceMs - before.residenceMs, addedMs) ? 0 : 1, absent: -4, full: 0 },
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
    const measured = scene.edges.flatMap((edge) => slowOf(scene, edge) ?? hangingOf(scene, edge) ?? []);
    const slow = measured.filter((each) => !isCallersOwn(scene, each, measured));
    const added = new Map(slow.map((each) => [each, addedToEach(scene, each)]));
    /** Of the slow calls that the called service makes itself, the one that adds most, if together they explain the caller's. */
    const deeper = (caller: Slow): Slow | undefined => {
      const made = slow.filter((other) => other !== caller && other.edge.service === caller.edge.peer && other.edge.peer !== caller.edge.service);
      const [most] = made.sort((a, b) => added.get(b)! - added.get(a)!);
      return made.reduce((sum, other) => sum + added.get(other)!, 0) >= EXPLAINS_MIN * (caller.nowMs - caller.usualMs) ? most : undefined;
    };
    const deepest = slow.filter((each) => deeper(each) === undefined && !isExplained(scene, each, causes));
    const found = deepest.flatMap((each) => findingOf(scene, each, slow.filter((caller) => deeper(caller) === each), causes) ?? []);
    // Of many calls some are a little slower in any ten seconds: only those that would be said count.
    if (new Set(found.filter(({ verdict }) => verdict.confidence >= VERDICT_SAID_FROM).map(({ verdict }) => verdict.subject.dependency)).size > UNRELATED_MAX) return [];
    // One dependency called from several places is one cause: it is said where it is clearest.
    return found.filter((finding, at) => !found.some((other, index) => other.verdict.subject.dependency === finding.verdict.subject.dependency
      && (other.verdict.confidence > finding.verdict.confidence || (other.verdict.confidence === finding.verdict.confidence && index < at))));
  },
};
