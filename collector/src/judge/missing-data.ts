// A verdict about the data itself: a service or stage of which spans came and come no longer though the rest goes on, a
// stage that matches no span while its neighbours do, a pipeline that matches nothing at all. Where callers no longer
// call, or are answered with errors, the silence is true and this rule says nothing.
import { INSTANCE_STEP_MS, type Evidence, type Subject, type Verdict } from '@narrows/contract';
import { confidenceOf, ramp } from './confidence.js';
import { meanOver, sumOver } from './flow.js';
import { correctRule, restartAgent } from './remedies-of-change.js';
import type { Finding, VerdictRule } from './rule.js';
import { FAINTEST, evidenceOf, linkTo, momentOf } from './rule.js';
import type { Place, Scene } from './scene.js';
import { hasSpoken } from './scene.js';
import { clock, nothingMatchesSentence, silentSentence } from './sentences.js';

/** Agents send in batches: so long a silence is none yet. */
const SILENT_SECONDS_MIN = 4;
const USUAL_SECONDS = 60;
/** Known for so long, a place is known to speak. */
const SPOKE_SECONDS_MIN = 10;
/** Where there is no other service to compare with, a silence up to here is an exporter that sends every half minute. */
const ALONE_SECONDS = 30;
/** Share of their usual rate that all others must still have: else it is the crowd that has gone. */
const OTHERS_MIN = 0.4;
const NEIGHBOURS_MIN = 30;
const PRIOR = -3;

/** Who spoke in so few seconds of its minute has silences of its own, and who spoke in so many has none. */
const SPORADIC = 0.1;
const STEADY = 0.6;

/** Of the services that otherwise speak all the time, so many are silent at the end of the window where it is the batches that are long. */
const BATCHES_SHARE = [0.15, 0.4] as const;

/** Of an instance that told of this share of its steps in the minute before its last one, so long a silence of so many nats is one. */
const TELLS_SHARE_MIN = 0.25;
const TELLS_WITHIN_MS = 60_000;
const BEHIND_MS = 8_000;
const BEHIND_NATS = 3;
/** Of such instances of other services, so many are behind at the end of the window where batches are long. */
const BEHIND_SHARE = [0.1, 0.25] as const;

/** Nats that the longest silence of a day reaches by chance among ten services, and that none does. */
const CHANCE_NATS = 5;
const CERTAIN_NATS = 10;
const BUSY_MAX = 0.99;
const COMPARED_MIN = 10;

interface Silence { place: Place; from: number; usual: number; busy: number; nats: number; longest: number; agentSilent: boolean; others: number; called: number | null; silentOthers: number; behindOthers: number }

const speaks = ({ points }: Place, second: number): boolean => points[second] !== undefined && hasSpoken(points[second]);

/** Second after the last one in which a place spoke. */
function silentFrom(scene: Scene, place: Place): number {
  let last = scene.seconds - 1;
  while (last >= 0 && !speaks(place, last)) last -= 1;
  return last + 1;
}

/** Share of the seconds in which something ended: whoever is called in bursts is silent between them. */
const busyBefore = ({ flow }: Place, from: number): number => meanOver(flow.ended.map((ended) => Math.min(1, ended)), from - USUAL_SECONDS, from);

/**
 * Nats of the silence since a second: −ln of the chance that nothing ends in t seconds after n seconds of which a share had
 * something, (1 + t/n)^(−n·rate), rate = −ln(1 − share): of a rate that is known from few, less is known. The share is that of the
 * quieter of the minute before and of all before. Of many services one is the more silent by chance.
 *
 * Source: predictive (Lomax) distribution of an exponential time, A. Gelman et al., "Bayesian Data Analysis" (2013), § 2.6
 */
function natsOf(scene: Scene, { flow }: Place, from: number, busy: number): number {
  const share = Math.min(BUSY_MAX, busy, meanOver(flow.ended.map((ended) => Math.min(1, ended)), 0, from));
  return -Math.log(1 - share) * from * Math.log(1 + (scene.seconds - from) / from) - Math.log(Math.max(1, scene.services.length / COMPARED_MIN));
}

/** Seconds of the longest silence that ended again: whoever comes in waves is silent between them, however many they are. */
function longestSilence({ flow: { ended } }: Place, from: number): number {
  let [longest, silent] = [0, 0];
  let first = 0;
  while (first < from && !(ended[first]! > 0)) first += 1;
  for (let second = first; second < from; second += 1) longest = Math.max(longest, silent = ended[second]! > 0 ? 0 : silent + 1);
  return longest;
}

/** Instances that usually tell, by service, and how many of them are behind now: each has sent its last batch some time ago, though its service may speak through others. */
type Tellers = ReadonlyMap<string, { known: number; behind: number }>;

function tellersOf(scene: Scene): Tellers {
  const tellers = new Map<string, { known: number; behind: number }>();
  for (const { service, points } of scene.instances) {
    const last = points.at(-1);
    if (last === undefined) continue;
    const told = points.filter(({ atMs }) => atMs > last.atMs - TELLS_WITHIN_MS);
    const share = told.length / (1 + (last.atMs - told[0]!.atMs) / INSTANCE_STEP_MS);
    if (told.length < 2 || share < TELLS_SHARE_MIN) continue;
    const silentMs = scene.toMs - last.atMs - INSTANCE_STEP_MS;
    const isBehind = silentMs >= BEHIND_MS && (-Math.log(1 - Math.min(BUSY_MAX, share)) * silentMs) / INSTANCE_STEP_MS >= BEHIND_NATS;
    const of = tellers.get(service) ?? { known: 0, behind: 0 };
    tellers.set(service, { known: of.known + 1, behind: of.behind + (isBehind ? 1 : 0) });
  }
  return tellers;
}

/** Share of the instances of other services that are behind. */
function behindShare(tellers: Tellers, service: string): number {
  let [known, behind] = [0, 0];
  for (const [of, teller] of tellers) if (of !== service) [known, behind] = [known + teller.known, behind + teller.behind];
  return known === 0 ? 0 : behind / known;
}

/**
 * Of the services that speak in most seconds, the share that is silent now. Exporters that send every half minute leave most of
 * them silent at any moment, each since its own last batch; of those that fail, one does at a time.
 */
function silentShare(scene: Scene): number {
  const steady = scene.services.map((place) => ({ place, from: silentFrom(scene, place) })).filter(({ place, from }) => busyBefore(place, from) >= STEADY);
  const silent = steady.filter(({ place, from }) => !place.spokeLater && scene.seconds - from >= SILENT_SECONDS_MIN).length;
  // The one in question is one of them.
  return Math.max(0, silent - 1) / Math.max(1, steady.length - 1);
}

/** Calls to a service per second by its callers that speak themselves, and the share that failed, since a second and before it. */
function callsTo(scene: Scene, service: string, from: number): { before: number; since: number; failed: number } | null {
  let [before, since, failed, edges] = [0, 0, 0, 0];
  for (const edge of scene.edges) {
    const caller = scene.serviceOf.get(edge.service);
    if (edge.peer !== service || (caller !== undefined && silentFrom(scene, caller) <= from)) continue;
    edges += 1;
    for (const point of edge.points) {
      const second = Math.floor((point.atMs - scene.fromMs) / 1_000);
      if (second >= from) [since, failed] = [since + point.calls, failed + point.errors];
      else if (second >= from - USUAL_SECONDS) before += point.calls;
    }
  }
  const [secondsBefore, secondsSince] = [Math.min(from, USUAL_SECONDS), scene.seconds - from];
  return edges === 0 ? null : { before: before / Math.max(1, secondsBefore), since: since / Math.max(1, secondsSince), failed: since > 0 ? failed / since : 0 };
}

/** What all other services do now, against what they did. Null: there is no other. */
function othersSince(scene: Scene, place: Place, from: number): number | null {
  const others = scene.services.filter(({ service }) => service !== place.service);
  const of = (begin: number, end: number) => others.reduce((sum, { flow }) => sum + meanOver(flow.ended, begin, end), 0);
  const before = of(Math.max(0, from - USUAL_SECONDS), from);
  return before > 0 ? of(from, scene.seconds) / before : null;
}

function silenceOf(scene: Scene, place: Place, silentOthers: number, tellers: () => Tellers): Silence | null {
  const from = silentFrom(scene, place);
  const silent = scene.seconds - from;
  if (from <= SPOKE_SECONDS_MIN || silent < SILENT_SECONDS_MIN || place.spokeLater) return null;
  const usual = meanOver(place.flow.ended, from - USUAL_SECONDS, from);
  const busy = busyBefore(place, from);
  // A gauge reported every second and then no more is silence by itself, whatever the traffic.
  const agentSilent = place.points.slice(Math.max(0, from - 15), from).filter(({ inFlight }) => inFlight !== null).length >= 10;
  const others = othersSince(scene, place, from);
  const calls = callsTo(scene, place.service, from);
  if (calls !== null && calls.failed > 0.5) return null;
  const called = calls === null || calls.before === 0 ? null : calls.since / calls.before;
  return { place, from, usual, busy, nats: natsOf(scene, place, from, busy), longest: longestSilence(place, from), agentSilent, others: others ?? (agentSilent ? 1 : 0.5 * ramp(scene.seconds - from, ALONE_SECONDS, 2 * ALONE_SECONDS)), called, silentOthers, behindOthers: behindShare(tellers(), place.service) };
}

function confidenceIn(scene: Scene, { from, busy, nats, longest, agentSilent, others, called, silentOthers, behindOthers }: Silence): number {
  const silent = scene.seconds - from;
  return confidenceOf(PRIOR, [
    // Chance that nobody came in so long: e^−(seconds in which something would have ended).
    { strength: 1 - Math.exp((-busy * silent) / 4), absent: agentSilent ? 0 : -3, full: 2.5 },
    { strength: agentSilent ? 1 : Math.min(ramp(nats, CHANCE_NATS, CERTAIN_NATS), ramp(silent, longest + 1, 2 * longest + 2)), absent: -5, full: 0 },
    { strength: ramp(silent, 3, 8), absent: -2, full: 1.5 },
    { strength: ramp(others, OTHERS_MIN / 2, OTHERS_MIN * 1.5), absent: agentSilent ? -2 : -4, full: 1 },
    // A veto: whom nobody calls any more has nothing to tell, and may be gone for that reason.
    { strength: called === null ? 0.5 : ramp(called, 0.2, 0.6), absent: called === null ? -3 : -6, full: 2 },
    { strength: 1 - Math.max(ramp(silentOthers, ...BATCHES_SHARE), ramp(behindOthers, ...BEHIND_SHARE)), absent: -5, full: 0 },
    { strength: agentSilent ? 1 : 0, absent: 0, full: 1.5 },
    // People may have come to want something else. Only the agent's own gauge, or callers who say whom they call, know better.
    { strength: agentSilent || called !== null ? 1 : ramp(busy, SPORADIC, STEADY), absent: -4, full: 0 },
  ], scene.seconds);
}

function verdictOf(found: { subject: Subject; since: number; confidence: number; sentence: Verdict['sentence']; evidence: Evidence[]; remedies: Verdict['remedies'] }): Verdict {
  return { kind: 'missing_data', ...found, affected: { journeys: null, share: null, who: [] }, ruledOut: [] };
}

function silentFinding(scene: Scene, silence: Silence): Finding | null {
  const { place, from, usual, others, called } = silence;
  const confidence = confidenceIn(scene, silence);
  if (confidence < FAINTEST) return null;
  const since = momentOf(scene, from);
  const link = linkTo(scene, place.subject, since);
  return {
    place,
    verdict: verdictOf({
      subject: place.subject, since, confidence, sentence: silentSentence({ name: place.name, since: clock(since, scene.timeZone), people: false }),
      evidence: [
        evidenceOf({ ko: '끝난 스팬', en: 'Spans that ended' }, 'throughput', '/s', usual, 0, link),
        ...(silence.others > 0 ? [evidenceOf({ ko: '다른 서비스의 처리량 (평소 대비)', en: 'What the other services do, against usual' }, 'others', '%', 100, others * 100, linkTo(scene, {}, since))] : []),
        ...(called === null ? [] : [evidenceOf({ ko: '이 서비스를 부르는 호출 (평소 대비)', en: 'Calls to it that its callers report, against usual' }, 'calls', '%', 100, called * 100, linkTo(scene, {}, since))]),
      ],
      remedies: [restartAgent(place.subject)],
    }),
  };
}

/** Stages of which the whole window has nothing, though people passed the one before and came to one behind. */
function unmatched(scene: Scene): Finding[] {
  if (scene.pipeline === null || scene.seconds < NEIGHBOURS_MIN) return [];
  const ended = (place: Place) => sumOver(place.flow.ok, 0, scene.seconds - 10);
  const nothing = scene.stages.filter((stage) => !stage.points.some((_, second) => speaks(stage, second)));
  const traffic = scene.services.reduce((sum, service) => sum + ended(service), 0);
  if (nothing.length === scene.stages.length) {
    const [stage] = scene.stages;
    return stage === undefined || traffic < NEIGHBOURS_MIN ? [] : [unmatchedFinding(scene, stage, { pipeline: scene.pipeline }, traffic)];
  }
  return nothing.flatMap((stage) => {
    const at = scene.stages.indexOf(stage);
    const behind = scene.stages.slice(at + 1).reduce((most, next) => Math.max(most, ended(next)), 0);
    const before = at === 0 ? behind : ended(scene.stages[at - 1]!);
    return Math.min(before, behind) < NEIGHBOURS_MIN ? [] : [unmatchedFinding(scene, stage, stage.subject, Math.min(before, behind))];
  });
}

function unmatchedFinding(scene: Scene, place: Place, subject: Subject, passed: number): Finding {
  const confidence = confidenceOf(PRIOR, [
    { strength: ramp(passed, 0, 100), absent: -1, full: 3 }, { strength: ramp(scene.seconds, 20, 60), absent: -1, full: 2 },
  ], scene.seconds);
  const name = subject.stage === undefined ? { ko: `파이프라인 ${subject.pipeline}`, en: `Pipeline ${subject.pipeline}` } : place.name;
  return {
    place,
    verdict: verdictOf({
      subject, since: scene.fromMs, confidence, sentence: nothingMatchesSentence(name, clock(scene.fromMs, scene.timeZone)),
      evidence: [evidenceOf({ ko: '그동안 다른 곳에서 끝난 스팬', en: 'Spans that ended elsewhere meanwhile' }, 'spans', '{span}', null, passed, linkTo(scene, {}, scene.fromMs))],
      remedies: [correctRule(subject)],
    }),
  };
}

export const missingData: VerdictRule = {
  kind: 'missing_data',
  find(scene) {
    const covered = new Set(scene.stages.map(({ service }) => service));
    const places = [...scene.stages, ...scene.services.filter(({ service }) => !covered.has(service))];
    const silentOthers = silentShare(scene);
    let known: Tellers | undefined;
    const tellers = () => (known ??= tellersOf(scene));
    const silent = places.flatMap((place) => silenceOf(scene, place, silentOthers, tellers) ?? []).flatMap((silence) => silentFinding(scene, silence) ?? []);
    return [...silent, ...unmatched(scene)];
  },
};
