// Times of which only means are known, second by second: how they breathe, and how far chance goes in them.
import { sumOver } from './flow.js';

const BLOCK_SECONDS = 5;

/** Mean of the times that ended in five seconds, and how many. */
export interface Block { mean: number; ended: number }

/** The whole blocks before a second, latest first, of which at least `endedMin` times are known. `timeMs`: their sums. */
export function blocksBefore(ended: Float64Array, timeMs: Float64Array, until: number, endedMin: number): Block[] {
  const blocks: Block[] = [];
  for (let end = until; end >= BLOCK_SECONDS; end -= BLOCK_SECONDS) {
    const count = sumOver(ended, end - BLOCK_SECONDS, end);
    if (count >= endedMin) blocks.push({ mean: sumOver(timeMs, end - BLOCK_SECONDS, end) / count, ended: count });
  }
  return blocks;
}

/**
 * Log-likelihood ratio of a mean of so many times against the mean of all before, of gamma distributed times. Their squared
 * coefficient of variation is read from how the means of blocks scatter, each off by it over its count, and is that of exponential
 * times at least: a time that is short or long by what is asked for proves less, and one behind a short line that comes and
 * goes, of which all of a block are long at once, less still.
 */
export function surpriseOfMean(now: Block, beforeMs: number, blocks: readonly Block[]): number {
  const ratio = now.mean / Math.max(1e-9, beforeMs);
  if (ratio <= 1) return 0;
  const squares = blocks.reduce((sum, block) => sum + block.ended * (block.mean / Math.max(1e-9, beforeMs) - 1) ** 2, 0);
  return (now.ended * (ratio - 1 - Math.log(ratio))) / Math.max(1, squares / Math.max(1, blocks.length - 1));
}
