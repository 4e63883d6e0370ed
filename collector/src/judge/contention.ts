// More are at work at once than do each other good: throughput has passed its peak and falls while concurrency grows. The
// Universal Scalability Law is fitted to what was seen at each concurrency; a place whose servers were lost keeps its
// lower rate however many stand before it, a contended one loses more with each that comes.
import type { Evidence } from '@narrows/contract';
import { confidenceOf, ramp } from './confidence.js';
import { meanOver, residenceOver, sumOver } from './flow.js';
import { runAbove } from './onset.js';
import { spreadOver } from './remedies.js';
import type { Finding, VerdictRule } from './rule.js';
import { FAINTEST, affectedBy, evidenceOf, linkTo, momentOf } from './rule.js';
import { fitScalability, logRatioToPlateau, peakOf, throughputAt, type Scalability } from './scalability.js';
import type { Place, Scene } from './scene.js';
import { calledBy, instancesOf } from './scene.js';
import { clock, contentionSentence } from './sentences.js';

const BLOCK_SECONDS = 5;
/** Concurrency beyond the one of highest throughput from which a fall is looked for. */
const BEYOND_PEAK = 1.3;
/** Where so many of those inside wait for a connection, it is the pool that they wait for. */
const POOL_SHARE_MAX = 0.1;
/** And beyond what is usually at work. */
const BEYOND_USUAL = 1.5;
const AT_WORK_MIN = 4;
/** So long it takes until only those are at work whom the servers that are left let in. */
const LOSS_SECONDS = 2;
/** A crowd is compared with what came before it: it is there before those at work pass the peak. */
const RISE_SECONDS = 10;
const CALM_SECONDS = 60;
/** A storm of retries further down silences this rule from this confidence on. */
const STORM_MIN = 0.2;
const PRIOR = -3.5;

interface Pair { second: number; n: number; perSecond: number }
interface Contended { place: Place; law: Scalability; top: Pair; now: Pair; onset: number; confidence: number }

/** At work at once (a line before declared servers is not at work) and well ended per second, over blocks ending in each second. */
function pairsOf(scene: Scene, { flow, points }: Place): Pair[] {
  const pairs: Pair[] = [];
  for (let second = BLOCK_SECONDS; second <= scene.seconds; second += 1) {
    const n = Math.min(meanOver(flow.own, second - BLOCK_SECONDS, second), points[second - 1]?.limit ?? Infinity);
    pairs.push({ second, n, perSecond: meanOver(flow.ok, second - BLOCK_SECONDS, second) });
  }
  return pairs;
}

/** Student's t of the slope of throughput over concurrency, second by second: how surely one falls as the other grows. */
function slopeSigmas(n: Float64Array, perSecond: Float64Array): number {
  const count = n.length;
  if (count < 5) return 0;
  const [meanN, meanX] = [meanOver(n, 0, count), meanOver(perSecond, 0, count)];
  let [both, nn, xx] = [0, 0, 0];
  for (let at = 0; at < count; at += 1) {
    const [dn, dx] = [n[at]! - meanN, perSecond[at]! - meanX];
    [both, nn, xx] = [both + dn * dx, nn + dn * dn, xx + dx * dx];
  }
  if (nn === 0 || xx === 0) return 0;
  const left = Math.max(xx - (both * both) / nn, 0.01 * xx) / (count - 2);
  return both / Math.sqrt(nn * left);
}

/** At work and well ended in each second since shortly before `onset`, and how many each of those at work got done in the minute before that. */
function sinceTheRise({ own, ok }: Place['flow'], onset: number): [{ n: number; ended: number }[], number] {
  const from = Math.max(1, onset - RISE_SECONDS);
  const atWork = sumOver(own, from - CALM_SECONDS, from);
  const seconds = Array.from(ok.subarray(from), (ended, at) => ({ n: Math.max(0.5, (own[from + at - 1]! + own[from + at]!) / 2), ended }));
  return [seconds, atWork > 0 ? sumOver(ok, from - CALM_SECONDS, from) / atWork : Infinity];
}

function contendedOf(scene: Scene, place: Place): Contended | null {
  const { flow, points } = place;
  const until = scene.seconds;
  const pairs = pairsOf(scene, place);
  const now = pairs[pairs.length - 1];
  const last = points[until - 1];
  if (now === undefined || pairs.length < 15 || now.n < AT_WORK_MIN || (last?.waitingOn?.pool ?? 0) > POOL_SHARE_MAX * (last?.inFlight ?? 0)) return null;
  const top = pairs.reduce((best, pair) => (pair.perSecond > best.perSecond ? pair : best));
  if (now.n < BEYOND_PEAK * top.n) return null;
  const law = fitScalability(pairs);
  // A law by which the second at work already adds nothing has no peak that was passed.
  if (law === null || law.kappa <= 0 || law.sigma >= 1) return null;
  const peak = peakOf(law);
  const onset = runAbove(flow.own, Math.max(Math.min(peak, top.n), BEYOND_USUAL * meanOver(flow.own, 0, Math.max(10, top.second - RISE_SECONDS))));
  if (onset === null) return null;
  const before = Math.max(1e-9, meanOver(flow.arrivals, onset - 60, onset - RISE_SECONDS));
  // Callers that all wait send no more than it answers: the crowd was seen when it came, if it is not seen now.
  const crowd = Math.max(ramp(meanOver(flow.arrivals, onset, until) / before, 1.15, 1.4), ramp(meanOver(flow.arrivals, onset - 5, onset + 2) / before, 1.3, 1.7));
  // While it climbs, throughput does rise; and the seconds in which servers are lost belong to neither side of the loss.
  const most = flow.own.slice(0, top.second).reduce((more, count) => Math.max(more, count), BEYOND_PEAK * top.n);
  const beyond = Math.max(onset, runAbove(flow.own, most) ?? until) + Math.round(LOSS_SECONDS * (1 - crowd));
  const stillGrows = meanOver(flow.own, until - 5, until) > 1.2 * meanOver(flow.own, beyond, beyond + 3);
  // Who is inside when a second begins: at its end a second of high throughput has itself made the number small.
  const slope = stillGrows ? slopeSigmas(flow.own.slice(beyond - 1, -1), flow.ok.slice(beyond)) : 0;
  const confidence = confidenceOf(PRIOR, [
    { strength: ramp(logRatioToPlateau(law, ...sinceTheRise(flow, onset)), 0, 5), absent: -5, full: 4 },
    // A place that lost servers falls once and stays; only with a larger crowd is a fall below the best enough.
    { strength: ramp(-slope, 1.5, 4.5), absent: -7 + 5 * crowd, full: 2.5 },
    // Before its peak less is done as well, because fewer are at work.
    { strength: now.n > peak ? ramp(1 - throughputAt(law, now.n) / throughputAt(law, peak), 0.05, 0.15) : 0, absent: -3, full: 1.5 },
    { strength: ramp(now.n / Math.max(top.n, 1e-9), BEYOND_PEAK, 2), absent: -1.5, full: 1.5 },
    { strength: ramp(until - onset, 3, 7), absent: -2, full: 1 },
    // A veto: before its peak a place is stable, and without a crowd something else has held up those inside (a leak, a time-out, what it waits for).
    { strength: crowd, absent: -8, full: 0 },
  ], until);
  return confidence < FAINTEST ? null : { place, law, top, now, onset, confidence };
}

function evidenceFor(scene: Scene, { place, law, top, now }: Contended, since: number): Evidence[] {
  const link = linkTo(scene, place.subject, since);
  return [
    evidenceOf({ ko: '처리하는 수', en: 'Handled' }, 'throughput', '/s', top.perSecond, now.perSecond, link),
    evidenceOf({ ko: '한꺼번에 처리 중인 수', en: 'At work at once' }, 'concurrency', '{request}', top.n, now.n, link),
    evidenceOf({ ko: '처리량이 가장 높은 동시 처리 수', en: 'At work at once where most is done' }, 'best_concurrency', '{request}', null, peakOf(law), link),
  ];
}

function findingOf(scene: Scene, contended: Contended): Finding {
  const { place, law, top, now, onset } = contended;
  const since = momentOf(scene, onset);
  const stay = residenceOver(place.points, scene.seconds - 60, scene.seconds);
  const arrivals = meanOver(place.flow.arrivals, Math.max(onset, scene.seconds - 20), scene.seconds);
  return {
    place,
    verdict: {
      kind: 'contention', since, confidence: contended.confidence, subject: place.subject,
      sentence: contentionSentence({ name: place.name, since: clock(since, scene.timeZone), people: place.stage !== '' }, top.perSecond, now.perSecond, now.n),
      evidence: evidenceFor(scene, contended, since),
      affected: affectedBy(scene, place, meanOver(place.flow.inside, scene.seconds - 3, scene.seconds)),
      remedies: [spreadOver(place.subject, law, arrivals, instancesOf(scene, place) ?? 1, stay?.residenceMs ?? null)],
      ruledOut: [],
    },
  };
}

export const contention: VerdictRule = {
  kind: 'contention',
  find(scene, causes) {
    // Where calls are tried again and again less is done the more are inside, and nothing is wrong with the caller.
    const tries = (place: Place) => causes.some(({ verdict }) => verdict.kind === 'retry_storm' && verdict.confidence >= STORM_MIN && calledBy(scene, place.service).has(verdict.subject.dependency ?? verdict.subject.service ?? ''));
    return scene.suspects.filter((place) => !place.byChannel && !tries(place)).flatMap((place) => contendedOf(scene, place) ?? []).map((contended) => findingOf(scene, contended));
  },
};
