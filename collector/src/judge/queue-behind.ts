// What a queue between services holds: a producer does not wait for the one that consumes, so that nobody's call becomes slow and the
// line stands where no span is open. What is handed over, against what the consumer has ended of it, is its length.
import { callsOf } from './edge-calls.js';
import { sumOver } from './flow.js';
import type { Place, Scene } from './scene.js';

/** Who waits for an answer waits as long as it takes: a call of at most this share of it is not waited for. */
const NOT_WAITED_FOR = 0.5;
const HANDED_MIN = 20;
/** The line is beyond so many standard deviations of what was handed over meanwhile (Poisson). */
const BEHIND_SIGMAS = 3;

export interface Behind { comesPerSecond: number; endedPerSecond: number; line: number }

/**
 * What stands in the queues before a place since a second, as a fluid: Σ handed over · done for each before − Σ ended. Null where
 * nothing is handed over without waiting, or no more than chance is left lying.
 *
 * Cost: O(edges of the place × seconds)
 */
export function behindOf(scene: Scene, { service, flow, points }: Place, since: number): Behind | null {
  const endedBefore = sumOver(flow.ended, 0, since);
  const stayMs = points.slice(0, since).reduce((sum, { residenceMsSum }) => sum + residenceMsSum, 0) / Math.max(1, points.slice(0, since).reduce((sum, { completions }) => sum + completions, 0));
  let [before, now] = [0, 0];
  for (const edge of scene.edges) {
    if (edge.peer !== service || edge.kind !== 'other') continue;
    const { calls, timeMs } = callsOf(scene, edge);
    const handed = sumOver(calls, 0, since);
    if (handed < HANDED_MIN || sumOver(timeMs, 0, since) / handed > NOT_WAITED_FOR * stayMs) continue;
    [before, now] = [before + handed, now + sumOver(calls, since, scene.seconds)];
  }
  if (before === 0 || endedBefore === 0 || scene.seconds <= since) return null;
  const [came, ended] = [(now * endedBefore) / before, sumOver(flow.ended, since, scene.seconds)];
  const seconds = scene.seconds - since;
  return came - ended < BEHIND_SIGMAS * Math.sqrt(came) ? null : { comesPerSecond: came / seconds, endedPerSecond: ended / seconds, line: came - ended };
}
