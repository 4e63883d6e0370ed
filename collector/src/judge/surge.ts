// Many more people come than before, and nothing is narrow yet: the place with the least room is named, with the moment
// at which it would be full if arrivals go on as they do. A surge that leaves room everywhere, or one before places
// whose capacity nobody knows, is at most watched.
import type { Evidence } from '@narrows/contract';
import { confidenceOf, ramp } from './confidence.js';
import { forecastOf } from './forecast.js';
import { meanOver, residenceOver, sumOver } from './flow.js';
import { addInstances, queuesOf } from './remedies.js';
import type { Finding, VerdictRule } from './rule.js';
import { affectedBy, evidenceOf, linkTo, momentOf } from './rule.js';
import type { Place, Scene } from './scene.js';
import { instancesOf } from './scene.js';
import { clock, surgeSentence } from './sentences.js';

const NOW_SECONDS = 20;
const USUAL_SECONDS = 60;
/** How far ahead arrivals are drawn on. */
const AHEAD_SECONDS = 30;
const PRIOR = -3;

interface Surge { place: Place; onset: number; before: number; now: number; utilisation: number; saturatesInSeconds: number | null; confidence: number }

/** Second in which the rate changed: the split with the largest jump in standard deviations of two Poisson counts. */
export function rateChange(arrivals: Float64Array, shortest = 3): { second: number; before: number; after: number; sigmas: number } | null {
  const until = arrivals.length;
  let best: { second: number; before: number; after: number; sigmas: number } | null = null;
  let after = 0;
  const total = sumOver(arrivals, 0, until);
  for (let second = until - 1; second >= 10; second -= 1) {
    after += arrivals[second]!;
    const [seconds, secondsBefore] = [until - second, Math.min(second, USUAL_SECONDS)];
    if (seconds < shortest) continue;
    const before = second <= USUAL_SECONDS ? total - after : sumOver(arrivals, second - USUAL_SECONDS, second);
    const [rate, usual] = [after / seconds, before / secondsBefore];
    const sigmas = (rate - usual) / Math.sqrt(Math.max(1e-9, Math.max(after, 1) / seconds ** 2 + Math.max(before, 1) / secondsBefore ** 2));
    if (sigmas > (best?.sigmas ?? 0)) best = { second, before: usual, after: rate, sigmas };
  }
  return best;
}

function surgeOf(scene: Scene, place: Place): Surge | null {
  const { flow, narrowness } = place;
  // A plateau is only seen once a line stands, and ended spans tell of a line when it is over: nobody knows the room left.
  if (narrowness.capacity === null || narrowness.capacity.source === 'plateau' || !flow.insideReported) return null;
  const change = rateChange(flow.arrivals);
  if (change === null) return null;
  const now = meanOver(flow.arrivals, Math.max(change.second, scene.seconds - NOW_SECONDS), scene.seconds);
  const utilisation = now / narrowness.capacity.perSecond;
  // Of the crowd as it is since it changed: beside the usual one before, a step would look like a climb for ten seconds.
  const half = Math.min(5, Math.max(1, Math.floor((scene.seconds - change.second) / 2)));
  const latest = meanOver(flow.arrivals, scene.seconds - half, scene.seconds) / narrowness.capacity.perSecond;
  const earlier = meanOver(flow.arrivals, scene.seconds - 2 * half, scene.seconds - half) / narrowness.capacity.perSecond;
  const ahead = forecastOf(place);
  // One standard deviation of the count below what was seen: a busy minute is no surge.
  const surely = utilisation * (1 - 1 / Math.sqrt(Math.max(1, now * Math.min(NOW_SECONDS, scene.seconds - change.second))));
  const soon = surely + Math.max(0, ahead.growthPerSecond * AHEAD_SECONDS) / narrowness.capacity.perSecond;
  const inLine = meanOver(narrowness.line, scene.seconds - 3, scene.seconds) > 2 * narrowness.lineFine;
  const confidence = confidenceOf(PRIOR, [
    { strength: ramp(now / Math.max(change.before, 1e-9), 1.2, 1.6), absent: -3, full: 2 },
    { strength: ramp(change.sigmas, 2, 6), absent: -2, full: 1.5 },
    { strength: Math.max(ramp(surely, 0.75, 0.83), 0.35 * ramp(soon, 0.92, 1.05)), absent: -4, full: 2.5 },
    { strength: ramp(scene.seconds - change.second, 3, 8), absent: -3, full: 1 },
    // Still on its way up: where it ends nobody knows yet.
    { strength: 1 - ramp(latest / Math.max(1e-9, earlier), 1.15, 1.4), absent: -3, full: 0 },
    // More than it can do, or a line: that is no longer "nothing is narrow yet".
    { strength: inLine ? 0 : 1 - ramp(Math.max(utilisation, latest), 0.97, 1.08), absent: -4, full: 0 },
  ], scene.seconds);
  return { place, onset: change.second, before: change.before, now, utilisation, saturatesInSeconds: ahead.saturatesInSeconds, confidence };
}

function evidenceFor(scene: Scene, surge: Surge, since: number): Evidence[] {
  const link = linkTo(scene, surge.place.subject, since);
  return [
    evidenceOf({ ko: '들어오는 수', en: 'Arrivals' }, 'arrivals', '/s', surge.before, surge.now, link),
    evidenceOf({ ko: `가장 여유가 적은 곳(${surge.place.name.ko})의 사용률`, en: `Use of the place with the least room (${surge.place.name.en})` }, 'utilisation', '1', (surge.utilisation * surge.before) / Math.max(surge.now, 1e-9), surge.utilisation, link),
    ...(surge.saturatesInSeconds === null ? [] : [evidenceOf({ ko: '이대로 늘면 가득 차기까지', en: 'Until it is full if arrivals go on growing' }, 'saturates_in', 's', null, surge.saturatesInSeconds, link)]),
  ];
}

function findingOf(scene: Scene, surge: Surge): Finding {
  const { place, onset, before, now } = surge;
  const since = momentOf(scene, onset);
  const stay = residenceOver(place.points, scene.seconds - 60, scene.seconds);
  return {
    place,
    verdict: {
      kind: 'surge', since, confidence: surge.confidence,
      subject: scene.pipeline === null ? place.subject : { pipeline: scene.pipeline },
      sentence: surgeSentence({ name: place.name, since: clock(since, scene.timeZone), people: place.stage !== '' }, before, now, surge.utilisation),
      evidence: evidenceFor(scene, surge, since),
      affected: affectedBy(scene, place, meanOver(place.flow.inside, scene.seconds - 3, scene.seconds)),
      remedies: [addInstances(place.subject, queuesOf(place), stay?.residenceMs ?? null, instancesOf(scene, place))],
      ruledOut: scene.stages.filter((stage) => stage !== place && !stage.deliberate && stage.narrowness.capacity !== null).slice(0, 8).map((stage) => ({
        subject: stage.subject, because: { ko: '여유가 더 많고 줄이 없습니다', en: 'It has more room, and no line' },
      })),
    },
  };
}

export const surge: VerdictRule = {
  kind: 'surge',
  find(scene) {
    const surges = scene.suspects.flatMap((place) => surgeOf(scene, place) ?? []).sort((a, b) => b.utilisation - a.utilisation);
    return surges.slice(0, 1).map((each) => findingOf(scene, each));
  },
};
