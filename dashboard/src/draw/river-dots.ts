// The moving part of the river, on a canvas under the figures: each reach's dots advance by elapsed time over its
// residence time. The only state is how far each reach has run, so a second's new numbers change speeds and counts
// without a dot jumping.
import { dotLane, dotPhase, type RiverFlow } from '../model/river-flow.js';
import type { RiverBraid, RiverLayout, RiverSlot } from '../model/river-layout.js';
import { dotAt, type Orientation } from './river-path.js';

/** How far each reach has run, in crossings. Kept by the caller from frame to frame. */
export type RiverRun = Map<string, number>;

/** Move every reach on by `elapsedSeconds`. */
export function advanceRun(run: RiverRun, flow: RiverFlow, elapsedSeconds: number): void {
  for (const stream of flow.streams) run.set(stream.key, ((run.get(stream.key) ?? 0) + elapsedSeconds / stream.crossingSeconds) % 1);
}

/** Draw all dots. `context` is scaled to CSS pixels and cleared by this function. */
export function drawDots(context: CanvasRenderingContext2D, layout: RiverLayout, flow: RiverFlow, run: RiverRun, orientation: Orientation, colour: string): void {
  const [width, height] = orientation === 'rightwards' ? [layout.alongPx, layout.acrossPx] : [layout.acrossPx, layout.alongPx];
  context.clearRect(0, 0, width, height);
  context.fillStyle = colour;
  context.beginPath();
  for (const slot of layout.slots) {
    const stream = flow.streams.find((one) => one.key === slot.key);
    if (stream === undefined) continue;
    const shares = braidShares(slot);
    for (let index = 0; index < stream.dots; index++) {
      const progress = (dotPhase(index) + (run.get(slot.key) ?? 0)) % 1;
      const braid = braidOf(shares, dotPhase(index * 7 + 3));
      const [along, across] = dotAt(slot, braid, progress, dotLane(index));
      const x = orientation === 'rightwards' ? along : across + layout.acrossPx / 2;
      const y = orientation === 'rightwards' ? across + layout.acrossPx / 2 : along;
      context.moveTo(x + 1.4, y);
      context.arc(x, y, 1.4, 0, Math.PI * 2);
    }
  }
  context.fill();
}

/** Braids with the upper end of their share of the stage's completions. */
function braidShares(slot: RiverSlot): { braid: RiverBraid; upTo: number }[] {
  const total = slot.braids.reduce((sum, braid) => sum + (braid.place.completionsPerSecond ?? 0), 0);
  let upTo = 0;
  return slot.braids.map((braid) => {
    upTo += total === 0 ? 1 / slot.braids.length : (braid.place.completionsPerSecond ?? 0) / total;
    return { braid, upTo };
  });
}

const braidOf = (shares: readonly { braid: RiverBraid; upTo: number }[], at: number): RiverBraid | null =>
  shares.find((share) => at < share.upTo)?.braid ?? shares.at(-1)?.braid ?? null;
