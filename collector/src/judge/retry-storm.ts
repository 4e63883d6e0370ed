// A callee is flooded by attempts, not by requests: each request of the caller now makes several calls where it made one,
// and many of them fail. Attempts per original are the calls over an edge against what arrives at the caller, now and
// before; the storm outlives what set it off, since failed attempts breed more of them.
import type { EdgeSeries, Evidence } from '@narrows/contract';
import { confidenceOf, ramp } from './confidence.js';
import { callsOf } from './edge-calls.js';
import { meanOver, residenceOver, sumOver } from './flow.js';
import { limitRetries } from './remedies-of-change.js';
import { queueOf } from './remedies.js';
import { meanResidenceMs } from './queueing.js';
import { runAbove } from './onset.js';
import type { Finding, VerdictRule } from './rule.js';
import { FAINTEST, affectedBy, evidenceOf, linkTo, momentOf } from './rule.js';
import type { Place, Scene } from './scene.js';
import { placeOfService } from './scene.js';
import { clock, retriesSentence } from './sentences.js';

const NOW_SECONDS = 8;
const CALLS_MIN = 10;
const PRIOR = -3.5;
/** Up to one call for a request nothing was tried again: where a step fails, later ones are not asked for, and those that ask for this one are a larger part. */
const ONCE = 1;

interface Storm { edge: EdgeSeries; place: Place; onset: number; before: number; now: number; failed: number; calls: number; callsBefore: number; confidence: number }

/** Before anything is counted second by second: most edges of most days stop here. */
function failsLately(scene: Scene, { points }: EdgeSeries): boolean {
  let [calls, errors] = [0, 0];
  for (let at = points.length - 1; at >= 0 && points[at]!.atMs >= scene.toMs - NOW_SECONDS * 1_000; at -= 1) [calls, errors] = [calls + points[at]!.calls, errors + points[at]!.errors];
  return calls >= CALLS_MIN && errors >= 0.1 * calls;
}

function stormOf(scene: Scene, edge: EdgeSeries): Storm | null {
  const caller = scene.serviceOf.get(edge.service);
  if (caller === undefined || !failsLately(scene, edge)) return null;
  const { calls, errors } = callsOf(scene, edge);
  const until = scene.seconds;
  const count = sumOver(calls, until - NOW_SECONDS, until);
  const failed = sumOver(errors, until - NOW_SECONDS, until) / Math.max(1, count);
  if (count < CALLS_MIN || failed < 0.1) return null;
  const failing = errors.map((_, second) => sumOver(errors, second - 2, second + 1) / Math.max(1, sumOver(calls, second - 2, second + 1)));
  const onset = runAbove(failing, Math.min(0.1, failed / 2));
  if (onset === null || onset < 8) return null;
  // Who came and who left: from ended spans those who came lately are an estimate, and each that has left has made its calls.
  const ratio = (from: number, to: number) => sumOver(calls, from, to) / Math.max(1, sumOver(caller.flow.arrivals, from, to), sumOver(caller.flow.ended, from, to));
  const before = ratio(Math.max(0, onset - 60), onset);
  const now = ratio(Math.max(onset, until - NOW_SECONDS), until);
  if (before <= 0) return null;
  const confidence = confidenceOf(PRIOR, [
    { strength: ramp(now / Math.max(ONCE, before), 1.3, 2.2), absent: -4, full: 3.5 },
    { strength: ramp(failed, 0.1, 0.4), absent: -2, full: 1.5 },
    { strength: ramp(count, CALLS_MIN, 60), absent: -1, full: 1 },
    { strength: ramp(until - onset, 2, 6), absent: -2, full: 1 },
  ], until);
  const place = placeOfService(scene, edge.peer) ?? caller;
  return confidence < FAINTEST ? null : { edge, place, onset, before, now, failed, calls: count / NOW_SECONDS, callsBefore: meanOver(calls, onset - 60, onset), confidence };
}

function evidenceFor(scene: Scene, { edge, before, now, failed, calls, callsBefore }: Storm, since: number): Evidence[] {
  const link = linkTo(scene, { service: edge.service }, since, '/traces', { error: 'true' });
  return [
    evidenceOf({ ko: '요청 하나에 나가는 호출 수', en: 'Attempts for one request' }, 'attempts', '{call}', before, now, link),
    evidenceOf({ ko: `${edge.peer} 호출`, en: `Calls to ${edge.peer}` }, 'calls', '/s', callsBefore, calls, link),
    evidenceOf({ ko: '그중 실패한 비율', en: 'Share of them that fails' }, 'error_share', '%', null, failed * 100, link),
  ];
}

function findingOf(scene: Scene, storm: Storm): Finding {
  const { edge, place, onset, before, now } = storm;
  // The first attempt that timed out began before it failed.
  const since = momentOf(scene, Math.max(0, onset - 1));
  const called = place.service === edge.peer;
  const subject = called ? { ...place.subject, service: edge.peer } : { ...place.subject, service: edge.service, dependency: edge.peer };
  const queue = called ? queueOf(place) : null;
  const original = (queue?.arrivalsPerSecond ?? storm.calls) * Math.min(1, before / now);
  const [stay, usual] = [residenceOver(place.points, scene.seconds - 60, scene.seconds), residenceOver(place.points, 0, onset)];
  const modelled = queue === null ? null : meanResidenceMs(Math.round(queue.servers), original, (queue.servers / queue.perSecond) * 1_000);
  return {
    place,
    verdict: {
      kind: 'retry_storm', since, confidence: storm.confidence, subject,
      sentence: retriesSentence({ name: place.name, since: clock(since, scene.timeZone), people: false }, edge.service, before, now),
      evidence: evidenceFor(scene, storm, since),
      affected: affectedBy(scene, place, meanOver(place.flow.inside, scene.seconds - 3, scene.seconds)),
      remedies: [limitRetries({ service: edge.service, dependency: edge.peer }, 0, {
        waitBeforeMs: stay?.residenceMs ?? null, waitAfterMs: usual?.residenceMs ?? modelled, throughput: called ? meanOver(place.flow.ok, onset - 60, onset) : null,
      })],
      ruledOut: [{
        subject: { service: edge.service },
        because: { ko: '새로 온 요청은 늘지 않았고, 같은 요청을 다시 보내고 있습니다', en: 'It has no more requests than before; it sends the same ones again' },
      }],
    },
  };
}

export const retryStorm: VerdictRule = {
  kind: 'retry_storm',
  find(scene) {
    const storms = scene.edges.flatMap((edge) => stormOf(scene, edge) ?? []);
    // One callee flooded by several callers is one storm: said where it adds most.
    const added = ({ calls, before, now }: Storm) => calls * (1 - before / now);
    return storms.filter((storm) => !storms.some((other) => other !== storm && other.edge.peer === storm.edge.peer && added(other) > added(storm))).map((storm) => findingOf(scene, storm));
  },
};
