// More requests of a place end in an error than before, and nothing else explains it. Errors that follow from an
// overload (time-outs in a line), from a channel that is out, or from a place further down are a consequence: they stand
// as evidence in that verdict and never as one of their own. Where as many calls of the place fail as requests do, the errors
// come from whom it calls, or from the way there, and that is named, though nobody sees it from inside.
import { VERDICT_SAID_FROM, type Evidence, type UnixMs } from '@narrows/contract';
import { differenceOfShares } from './cause/robust.js';
import { confidenceOf, goesOn, ramp } from './confidence.js';
import { callsOf } from './edge-calls.js';
import { meanOver, residenceOver, seriesOf, sumOver } from './flow.js';
import { rollback } from './remedies.js';
import { fixAnswers } from './remedies-of-change.js';
import type { Finding, VerdictRule } from './rule.js';
import { FAINTEST, affectedBy, evidenceOf, linkTo, momentOf } from './rule.js';
import type { Place, Scene } from './scene.js';
import { calledBy, standsWith } from './scene.js';
import { clock, errorsSentence, placeName } from './sentences.js';

const NOW_SECONDS = 15;
/** Errors that were are over when so many of the latest seconds have far fewer than the share promises. */
const STILL_SECONDS = 5;
/** A share of errors below this is the noise of the internet. */
const SHARE_MIN = 0.02;
/** Where nothing was different before, a share is judged by itself: a few in a hundred that fail on any day are how the system is. */
const OLD_SHARES = [0.1, 0.5] as const;
/** Nats by which what ended before speaks for fewer errors then: of chance, and of a change. */
const CHANCE_NATS = 2;
const CERTAIN_NATS = 5;
/** One channel that makes this share of a stage's errors is the subject instead of the stage. */
const ONE_CHANNEL = 0.7;
const OTHER_VERDICT_MIN = 0.2;
/** Of what fails at a place, so much must fail in the calls to one dependency to be its doing. */
const FROM_CALLS_MIN = 0.7;
const PRIOR = -3;

interface Failing { place: Place; stage: Place | null; from: number; errors: number; ended: number; share: number; before: number; confidence: number; dependency: string | null }

/**
 * Where the errors began: the suffix that holds the most errors beyond half of today's share (the maximum of a sum, one
 * pass backwards).
 */
function beganAt(errors: Float64Array, ended: Float64Array, share: number): number {
  let best = 0;
  let from = errors.length;
  for (let second = errors.length - 1, sum = 0; second >= 0; second -= 1) {
    sum += errors[second]! - (share / 2) * ended[second]!;
    if (sum > best) [best, from] = [sum, second];
  }
  return from;
}

function failingOf(scene: Scene, place: Place, stage: Place | null): Failing | null {
  const { points } = place;
  const latest = points.slice(-NOW_SECONDS).reduce((sum, point) => ({ errors: sum.errors + Math.min(point.errors, point.completions), ended: sum.ended + point.completions }), { errors: 0, ended: 0 });
  const share = latest.ended > 0 ? latest.errors / latest.ended : 0;
  if (share < SHARE_MIN) return null;
  const errorsOf = seriesOf(points, (point) => Math.min(point.errors, point.completions));
  const endedOf = seriesOf(points, ({ completions }) => completions);
  const from = beganAt(errorsOf, endedOf, share);
  const [errors, ended, endedBefore] = [sumOver(errorsOf, from, scene.seconds), sumOver(endedOf, from, scene.seconds), sumOver(endedOf, 0, from)];
  if (ended === 0) return null;
  const before = endedBefore > 0 ? sumOver(errorsOf, 0, from) / endedBefore : 0;
  const expected = Math.max(before, 0.01) * ended;
  const [still, stillExpected] = [sumOver(errorsOf, scene.seconds - STILL_SECONDS, scene.seconds), share * sumOver(endedOf, scene.seconds - STILL_SECONDS, scene.seconds)];
  // Errors as old as the window, or nearly, have no before to be compared with: none ended well, or too few to tell.
  const changed = ramp(differenceOfShares(errors, ended, before * endedBefore, endedBefore), CHANCE_NATS, CERTAIN_NATS);
  const confidence = confidenceOf(PRIOR, [
    { strength: Math.max(changed * ramp(share - before, SHARE_MIN, 0.2), ramp(share, ...OLD_SHARES)), absent: -2, full: 2.5 },
    { strength: ramp((errors - expected) / Math.sqrt(expected + 1), 0, 5), absent: -2, full: 1.5 },
    { strength: ramp(scene.seconds - from, 2, 8), absent: -2, full: 1 },
    { strength: ramp(errors, 3, 15), absent: -1, full: 1 },
    { strength: goesOn(still, stillExpected), absent: -5, full: 0 },
  ], scene.seconds);
  return confidence < FAINTEST ? null : { place, stage, from, errors, ended, share, before, confidence, dependency: null };
}

/** The stage, or the one channel in which nearly all of its errors are. */
function narrowed(scene: Scene, whole: Failing): Failing {
  if (whole.place.channels.length < 2) return whole;
  const guilty = whole.place.channels.find(({ points }) =>
    points.slice(whole.from).reduce((sum, point) => sum + point.errors, 0) >= ONE_CHANNEL * whole.errors);
  const narrow = guilty && failingOf(scene, guilty, whole.place);
  return narrow ? { ...narrow, dependency: whole.dependency } : whole;
}

/**
 * Another verdict stands here already, or further down where this place waits; or people stand in line here. What has failed in the calls
 * to one dependency has not timed out in this place's own line: only what is surely said of that one, or of whom it calls, is a reason.
 */
function isConsequence(scene: Scene, { place, dependency }: Failing, causes: readonly Finding[]): boolean {
  const called = calledBy(scene, place.service);
  if (dependency !== null) {
    return causes.some(({ place: { service }, verdict }) => verdict.confidence >= VERDICT_SAID_FROM && (verdict.subject.dependency === dependency || service === dependency || (service !== place.service && called.has(service))));
  }
  const inLine = meanOver(place.narrowness.line, scene.seconds - 3, scene.seconds) > place.narrowness.lineFine;
  const inside = meanOver(place.flow.inside, scene.seconds - 5, scene.seconds);
  const waitsForOthers = inside > 0 && meanOver(place.flow.own, scene.seconds - 5, scene.seconds) < 0.5 * inside;
  return inLine || causes.some((cause) => cause.verdict.confidence >= OTHER_VERDICT_MIN
    && (standsWith(place, cause.verdict.subject) || cause.place.service === place.service || called.has(cause.place.service) || waitsForOthers));
}

/**
 * Whom the failed calls went to that explain what fails at a place: nearly all errors that are new there are answers, or missing
 * answers, of one dependency. Errors of several are the place's own, or of what they have in common.
 */
function dependencyOf(scene: Scene, { place, from, errors, ended, before }: Failing): string | null {
  const fresh = errors - before * ended;
  const failedMore = (edge: Scene['edges'][number]) => {
    const { calls, errors: failed } = callsOf(scene, edge);
    const usual = sumOver(failed, 0, from) / Math.max(1, sumOver(calls, 0, from));
    return sumOver(failed, from, scene.seconds) - usual * sumOver(calls, from, scene.seconds);
  };
  const [most] = scene.edges.filter(({ service }) => service === place.service).map((edge) => ({ edge, more: failedMore(edge) })).sort((a, b) => b.more - a.more);
  return most !== undefined && fresh > 0 && most.more >= FROM_CALLS_MIN * fresh ? most.edge.peer : null;
}

function findingOf(scene: Scene, failing: Failing): Finding {
  const { place, stage, dependency } = failing;
  const subject = dependency === null ? place.subject : { ...place.subject, service: place.service, dependency };
  const name = placeName(stage?.name ?? null, place.name);
  const since = momentOf(scene, failing.from);
  const stay = residenceOver(place.points, scene.seconds - 60, scene.seconds);
  const arrivals = meanOver(place.flow.arrivals, failing.from, scene.seconds);
  return {
    place,
    verdict: {
      kind: 'errors', since, confidence: failing.confidence, subject,
      sentence: errorsSentence({ name, since: clock(since, scene.timeZone), people: place.stage !== '' }, failing.share, dependency),
      evidence: evidenceFor(scene, failing, since),
      affected: affectedBy(scene, place, failing.errors),
      remedies: [dependency === null ? rollback(place.subject, stay?.residenceMs ?? null, arrivals, failing.before)
        : fixAnswers(subject, { waitBeforeMs: stay?.residenceMs ?? null, waitAfterMs: residenceOver(place.points, 0, failing.from)?.residenceMs ?? null, throughput: arrivals * (1 - failing.before) })],
      ruledOut: [],
    },
  };
}

function evidenceFor(scene: Scene, failing: Failing, since: UnixMs): Evidence[] {
  const { subject } = failing.place;
  const traces = linkTo(scene, subject, since, '/traces', { error: 'true' });
  return [
    evidenceOf({ ko: '오류로 끝난 비율', en: 'Share that ends in an error' }, 'error_share', '%', failing.before * 100, failing.share * 100, traces),
    evidenceOf({ ko: '이때부터 난 오류', en: 'Errors since then' }, 'errors', '{request}', null, failing.errors, traces),
  ];
}

export const errors: VerdictRule = {
  kind: 'errors',
  find(scene, causes) {
    const failing = scene.suspects.flatMap((place) => failingOf(scene, place, null) ?? [])
      .map((each): Failing => ({ ...each, dependency: dependencyOf(scene, each) })).filter((each) => !isConsequence(scene, each, causes));
    // An error travels back to every caller: the place furthest down is where it was made. Where two call each other, the failed calls tell.
    const madeFurtherDown = (each: Failing) => {
      const called = calledBy(scene, each.place.service);
      return failing.some((other) => other.place.service !== each.place.service && called.has(other.place.service) && other.confidence >= OTHER_VERDICT_MIN
        && (!calledBy(scene, other.place.service).has(each.place.service) || (each.dependency === other.place.service && other.dependency !== each.place.service)));
    };
    const made = failing.filter((each) => !madeFurtherDown(each));
    // One dependency that fails several callers is one cause: it is said where it is clearest.
    return made.filter((each, at) => each.dependency === null || !made.some((other, index) => other.dependency === each.dependency
      && (other.confidence > each.confidence || (other.confidence === each.confidence && (other.errors > each.errors || (other.errors === each.errors && index < at))))))
      .map((each) => findingOf(scene, narrowed(scene, each)));
  },
};
