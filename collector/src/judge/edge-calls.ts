// The calls over one edge as numbers by the second of the scene: how many, how many failed, how long they took in sum.
import type { EdgeSeries } from '@narrows/contract';

export interface EdgeCalls { calls: Float64Array; errors: Float64Array; timeMs: Float64Array }

export function callsOf(scene: { fromMs: number; seconds: number }, edge: EdgeSeries): EdgeCalls {
  const [calls, errors, timeMs] = [new Float64Array(scene.seconds), new Float64Array(scene.seconds), new Float64Array(scene.seconds)];
  for (const point of edge.points) {
    const second = Math.floor((point.atMs - scene.fromMs) / 1_000);
    if (second < 0 || second >= scene.seconds) continue;
    calls[second] = calls[second]! + point.calls;
    errors[second] = errors[second]! + point.errors;
    timeMs[second] = timeMs[second]! + point.durationMsSum;
  }
  return { calls, errors, timeMs };
}
