// More requests of a place end in an error than before, and nothing else explains it. Errors that follow from an
// overload (time-outs in a line), from a channel that is out, or from a place further down are a consequence: they stand
// as evidence in that verdict and never as one of their own.
import type { Evidence, UnixMs } from '@narrows/contract';
import { confidenceOf, goesOn, ramp } from './confidence.js';
import { meanOver, residenceOver, seriesOf, sumOver } from './flow.js';
import { rollback } from './remedies.js';
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
/** One channel that makes this share of a stage's errors is the subject instead of the stage. */
const ONE_CHANNEL = 0.7;
const OTHER_VERDICT_MIN = 0.2;
const PRIOR = -3;

interface Failing { place: Place; stage: Place | null; from: number; errors: number; ended: number; share: number; before: number; confidence: number }

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
  const { flow, points } = place;
  const latest = points.slice(-NOW_SECONDS).reduce((sum, point) => ({ errors: sum.errors + Math.min(point.errors, point.completions), ended: sum.ended + point.completions }), { errors: 0, ended: 0 });
  const share = latest.ended > 0 ? latest.errors / latest.ended : 0;
  if (share < SHARE_MIN) return null;
  const errorsOf = seriesOf(points, (point) => Math.min(point.errors, point.completions));
  const from = beganAt(errorsOf, flow.ended, share);
  const [errors, ended, endedBefore] = [sumOver(errorsOf, from, scene.seconds), sumOver(flow.ended, from, scene.seconds), sumOver(flow.ended, 0, from)];
  if (ended === 0) return null;
  const before = endedBefore > 0 ? sumOver(errorsOf, 0, from) / endedBefore : 0;
  const expected = Math.max(before, 0.01) * ended;
  const [still, stillExpected] = [sumOver(errorsOf, scene.seconds - STILL_SECONDS, scene.seconds), share * sumOver(flow.ended, scene.seconds - STILL_SECONDS, scene.seconds)];
  const confidence = confidenceOf(PRIOR, [
    { strength: ramp(share - before, SHARE_MIN, 0.2), absent: -2, full: 2.5 },
    { strength: ramp((errors - expected) / Math.sqrt(expected + 1), 0, 5), absent: -2, full: 1.5 },
    { strength: ramp(scene.seconds - from, 2, 8), absent: -2, full: 1 },
    { strength: ramp(errors, 3, 15), absent: -1, full: 1 },
    { strength: goesOn(still, stillExpected), absent: -5, full: 0 },
  ], scene.seconds);
  return confidence < FAINTEST ? null : { place, stage, from, errors, ended, share, before, confidence };
}

/** The stage, or the one channel in which nearly all of its errors are. */
function narrowed(scene: Scene, whole: Failing): Failing {
  if (whole.place.channels.length < 2) return whole;
  const guilty = whole.place.channels.find(({ points }) =>
    points.slice(whole.from).reduce((sum, point) => sum + point.errors, 0) >= ONE_CHANNEL * whole.errors);
  return (guilty && failingOf(scene, guilty, whole.place)) ?? whole;
}

/** Another verdict stands here already, or further down where this place waits; or people stand in line here. */
function isConsequence(scene: Scene, { place }: Failing, causes: readonly Finding[]): boolean {
  const called = calledBy(scene, place.service);
  const inLine = meanOver(place.narrowness.line, scene.seconds - 3, scene.seconds) > place.narrowness.lineFine;
  const inside = meanOver(place.flow.inside, scene.seconds - 5, scene.seconds);
  const waitsForOthers = inside > 0 && meanOver(place.flow.own, scene.seconds - 5, scene.seconds) < 0.5 * inside;
  return inLine || causes.some((cause) => cause.verdict.confidence >= OTHER_VERDICT_MIN
    && (standsWith(place, cause.verdict.subject) || cause.place.service === place.service || called.has(cause.place.service) || waitsForOthers));
}

function findingOf(scene: Scene, failing: Failing): Finding {
  const { place, stage } = failing;
  const since = momentOf(scene, failing.from);
  const stay = residenceOver(place.points, scene.seconds - 60, scene.seconds);
  const arrivals = meanOver(place.flow.arrivals, failing.from, scene.seconds);
  return {
    place,
    verdict: {
      kind: 'errors', since, confidence: failing.confidence, subject: place.subject,
      sentence: errorsSentence({ name: placeName(stage?.name ?? null, place.name), since: clock(since, scene.timeZone), people: place.stage !== '' }, failing.share),
      evidence: evidenceFor(scene, failing, since),
      affected: affectedBy(scene, place, failing.errors),
      remedies: [rollback(place.subject, stay?.residenceMs ?? null, arrivals, failing.before)],
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
    const failing = scene.suspects.flatMap((place) => failingOf(scene, place, null) ?? []).filter((each) => !isConsequence(scene, each, causes));
    // An error travels back to every caller: the place furthest down is where it was made.
    const madeFurtherDown = (each: Failing) => {
      const called = calledBy(scene, each.place.service);
      return failing.some((other) => other.place.service !== each.place.service && called.has(other.place.service)
        && other.confidence >= OTHER_VERDICT_MIN && !calledBy(scene, other.place.service).has(each.place.service));
    };
    return failing.filter((each) => !madeFurtherDown(each)).map((each) => findingOf(scene, narrowed(scene, each)));
  },
};
