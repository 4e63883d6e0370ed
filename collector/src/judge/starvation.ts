// A process is short of something of its own: processor time, the event loop, memory, or all of its time goes into
// collecting garbage; and it has become slower for it. Read are the shares that runtimes and hosts report. Where as much
// more work came in as the share grew, it is the crowd that uses the processor, and saturation or surge says so.
import type { Evidence, RuntimeMeasure, RuntimeSeries } from '@narrows/contract';
import { confidenceOf, ramp } from './confidence.js';
import { meanOver, residenceOver, sumOver } from './flow.js';
import { runAbove } from './onset.js';
import { addInstances, queueOf, type Queue } from './remedies.js';
import { restartInstance } from './remedies-of-change.js';
import type { Finding, VerdictRule } from './rule.js';
import { FAINTEST, affectedBy, evidenceOf, linkTo, momentOf } from './rule.js';
import type { Place, Scene } from './scene.js';
import { placeOfService } from './scene.js';
import { clock, starvationSentence } from './sentences.js';

/** From this share on a process is said to lack it. */
const SHORT_FROM: Record<RuntimeMeasure, number> = { cpu: 0.9, event_loop: 0.9, gc: 0.2, memory: 0.95 };
/** A metric counts until its next report is due: agents send every second to every minute. */
const REPORT_SECONDS_MAX = 90;
const GREW_MIN = 0.1;
/** One batch among health checks is slower than they are: of fewer ended ones, what is inside tells. */
const ENDED_MIN = 5;
/** Who ends so soon after the onset has stood in no long line yet. */
const SLOWED_SECONDS = 5;
const PRIOR = -3.5;

interface Short { place: Place; measure: RuntimeMeasure; onset: number; before: number; now: number; instances: number; confidence: number }

/** Mean share of the instances in each second; NaN while nothing is known. */
function shareOf(scene: Scene, series: readonly RuntimeSeries[]): Float64Array {
  const [sum, count] = [new Float64Array(scene.seconds), new Float64Array(scene.seconds)];
  for (const { points } of series) {
    points.forEach((point, index) => {
      const from = Math.floor((point.atMs - scene.fromMs) / 1_000);
      const next = points[index + 1];
      const until = next === undefined ? from + REPORT_SECONDS_MAX : Math.floor((next.atMs - scene.fromMs) / 1_000);
      for (let second = Math.max(0, from); second < Math.min(until, from + REPORT_SECONDS_MAX, scene.seconds); second += 1) {
        sum[second]! += point.share;
        count[second]! += 1;
      }
    });
  }
  return sum.map((total, second) => total / count[second]!);
}

const selfMs = (stay: ReturnType<typeof residenceOver>, unknown: number): number => (stay === null ? unknown : stay.residenceMs - (stay.downstreamMs ?? 0));

function shortOf(scene: Scene, place: Place, measure: RuntimeMeasure, series: readonly RuntimeSeries[]): Short | null {
  const limit = SHORT_FROM[measure];
  // Most processes of most days lack nothing: their latest reports say so.
  if (series.reduce((sum, { points }) => sum + (points[points.length - 1]?.share ?? 0), 0) < 0.7 * limit * series.length) return null;
  const share = shareOf(scene, series);
  const now = meanOver(share.slice(-3).filter((value) => !Number.isNaN(value)), 0, 3);
  if (now < 0.8 * limit) return null;
  const usual = share.slice(0, Math.max(1, scene.seconds - 20)).filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const before = usual[Math.floor(usual.length / 4)] ?? now;
  const onset = runAbove(share, (before + now) / 2);
  if (onset === null || usual.length < 5 || now - before < GREW_MIN) return null;
  const crowd = meanOver(place.flow.arrivals, onset, scene.seconds) / Math.max(1e-9, meanOver(place.flow.arrivals, onset - 60, onset));
  const [stay, stayBefore] = [residenceOver(place.points, scene.seconds - 10, scene.seconds), residenceOver(place.points, 0, onset)];
  // A line that nobody leaves has no stays: what is inside tells, two standard deviations of a Poisson number less, since three of one are no line.
  const within = meanOver(place.flow.own, scene.seconds - 3, scene.seconds);
  const inside = (within - 2 * Math.sqrt(within)) / Math.max(1, meanOver(place.flow.own, onset - 60, onset));
  // What is spent waiting for others is their time: a busy gateway in front of a line is not short of anything.
  const isKnown = Math.min(stay?.ended ?? 0, stayBefore?.ended ?? 0) >= ENDED_MIN;
  const slower = Math.max(isKnown ? selfMs(stay, 0) / Math.max(1, selfMs(stayBefore, Infinity)) : 0, inside);
  const followsCrowd = measure === 'cpu' || measure === 'event_loop';
  const confidence = confidenceOf(PRIOR, [
    { strength: ramp(now, 0.85 * limit, limit), absent: -3, full: 2 },
    { strength: ramp((now - before) / limit, 0.1, 0.4), absent: -1.5, full: 1.5 },
    { strength: ramp(slower, 1.15, 1.8), absent: -3, full: 2.5 },
    { strength: followsCrowd ? 1 - ramp(crowd, 1.2, 1.6) : 1, absent: -4, full: 0.5 },
    { strength: ramp(scene.seconds - onset, 2, 6), absent: -2, full: 1 },
  ], scene.seconds);
  return confidence < FAINTEST ? null : { place, measure, onset, before, now, instances: series.length, confidence };
}

function evidenceFor(scene: Scene, { place, measure, before, now, onset }: Short): Evidence[] {
  const since = momentOf(scene, onset);
  const link = linkTo(scene, { service: place.service }, since);
  const [stay, stayBefore] = [residenceOver(place.points, scene.seconds - 10, scene.seconds), residenceOver(place.points, 0, onset)];
  const claim = {
    cpu: { ko: '프로세서 사용률', en: 'Processor time in use' }, event_loop: { ko: '이벤트 루프 사용률', en: 'Event loop in use' },
    gc: { ko: '가비지 수집에 쓴 시간', en: 'Time spent collecting garbage' }, memory: { ko: '메모리 한도 대비 사용량', en: 'Memory in use, of its limit' },
  }[measure];
  return [
    evidenceOf(claim, measure, '%', before * 100, now * 100, link),
    evidenceOf({ ko: '들어와서 나갈 때까지', en: 'From arriving to leaving' }, 'residence', 'ms', stayBefore?.residenceMs ?? null, stay?.residenceMs ?? null, linkTo(scene, place.subject, since)),
    evidenceOf({ ko: '들어오는 수', en: 'Arrivals' }, 'arrivals', '/s', meanOver(place.flow.arrivals, onset - 60, onset), meanOver(place.flow.arrivals, onset, scene.seconds), linkTo(scene, place.subject, since)),
  ];
}

/** More have come since than have gone, by three standard deviations of a Poisson count. */
function fallsBehind(scene: Scene, { place: { flow }, onset }: Short): boolean {
  const came = sumOver(flow.arrivals, onset, scene.seconds);
  return came - sumOver(flow.ended, onset, scene.seconds) > 3 * Math.sqrt(came);
}

/** The place as a queue whose servers are as slow as they were at once, before a line stood; new ones are taken to be no faster. */
function slowedQueue({ place, onset }: Short): Queue | null {
  const queue = queueOf(place);
  const stay = residenceOver(place.points, onset + 1, onset + SLOWED_SECONDS);
  const slowMs = selfMs(stay, 0);
  return queue === null || slowMs <= 0 ? null : { ...queue, servers: (queue.perSecond * slowMs) / 1_000 };
}

function findingOf(scene: Scene, short: Short): Finding {
  const { place, measure, onset, now } = short;
  const since = momentOf(scene, onset);
  const subject = { ...place.subject, service: place.service };
  const stay = residenceOver(place.points, scene.seconds - 60, scene.seconds);
  const before = residenceOver(place.points, 0, onset);
  const arrivals = meanOver(place.flow.arrivals, scene.seconds - 20, scene.seconds);
  // More instances help those who stand in line; who is slow and keeps up is helped by what takes the load off the process.
  const queue = measure === 'memory' || measure === 'gc' || !fallsBehind(scene, short) ? null : slowedQueue(short);
  return {
    place,
    verdict: {
      kind: 'starvation', since, confidence: short.confidence, subject,
      sentence: starvationSentence({ name: place.name, since: clock(since, scene.timeZone), people: false }, measure, now),
      evidence: evidenceFor(scene, short),
      affected: affectedBy(scene, place, meanOver(place.flow.inside, scene.seconds - 5, scene.seconds)),
      remedies: [queue === null
        ? restartInstance(subject, { waitBeforeMs: stay?.residenceMs ?? null, waitAfterMs: before?.residenceMs ?? null, throughput: arrivals })
        : addInstances(place.subject, [queue], stay?.residenceMs ?? null, short.instances)],
      ruledOut: [],
    },
  };
}

export const starvation: VerdictRule = {
  kind: 'starvation',
  find(scene) {
    const groups = new Map<string, RuntimeSeries[]>();
    for (const series of scene.runtime) {
      const key = `${series.measure} ${series.service}`;
      const group = groups.get(key);
      if (group) group.push(series); else groups.set(key, [series]);
    }
    const short = [...groups.values()].flatMap((series) => {
      const place = placeOfService(scene, series[0]!.service);
      return place === null || place.deliberate ? [] : shortOf(scene, place, series[0]!.measure, series) ?? [];
    });
    // One service lacks one thing: the one that is clearest.
    return short.filter((each) => !short.some((other) => other.place === each.place && other !== each && other.confidence > each.confidence)).map((each) => findingOf(scene, each));
  },
};
