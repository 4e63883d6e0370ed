// When did a mean change that is only known in steps of some seconds? Takes steps with a sum and a count each, gives the
// one split that tells best what came before from what came after (least squares, as in binary segmentation), and from
// the mixed step at the border how far into it the change lies.

export interface Step { atMs: number; sum: number; count: number }
export interface Shift {
  /** Unix ms, between two whole steps. */
  atMs: number;
  before: number;
  now: number;
  countBefore: number;
  countNow: number;
}

const meanOf = (steps: readonly Step[]): { mean: number; count: number } => {
  let [sum, count] = [0, 0];
  for (const step of steps) [sum, count] = [sum + step.sum, count + step.count];
  return { mean: count > 0 ? sum / count : 0, count };
};

/**
 * The change that lasts to the end; null without two steps that count on either side of it.
 *
 * Source: A. J. Scott, M. Knott, "A cluster analysis method for grouping means", Biometrics 30 (1974), one split
 * Cost:   O(steps)
 */
export function shiftOf(steps: readonly Step[], stepMs: number): Shift | null {
  const known = steps.filter(({ count }) => count > 0);
  const whole = meanOf(known);
  let [sum, count, best, split] = [0, 0, 0, -1];
  for (let index = 1; index < known.length; index += 1) {
    sum += known[index - 1]!.sum;
    count += known[index - 1]!.count;
    const after = whole.count - count;
    const gap = sum / count - (whole.mean * whole.count - sum) / after;
    const between = ((count * after) / whole.count) * gap * gap;
    if (between > best) [best, split] = [between, index];
  }
  if (split < 1) return null;
  // The step before the split may be partly changed already, the one after it partly not yet.
  const before = meanOf(known.slice(0, Math.max(1, split - 1)));
  const now = meanOf(known.length - split > 1 ? known.slice(split + 1) : known.slice(split));
  const changed = (step: Step) => Math.min(1, Math.max(0, (step.sum / step.count - before.mean) / (now.mean - before.mean || 1)));
  const border = known[split]!;
  const late = known.length - split > 1 ? (1 - changed(border)) * stepMs : 0;
  const early = split > 1 ? changed(known[split - 1]!) * stepMs : 0;
  return { atMs: border.atMs + (early > 0.15 * stepMs ? -early : late > 0.15 * stepMs ? late : 0), before: before.mean, now: now.mean, countBefore: before.count, countNow: meanOf(known.slice(split)).count };
}
