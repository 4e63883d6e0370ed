// Scales of the river. A width or an area is honest only if every reach shares one scale, and readable only if that
// scale stands still: it moves in steps and only when the numbers leave it, never every second.

const STEPS = [1, 2, 5, 10];
/** For scales of the picture: close enough together that it is never mostly empty. */
const FINE_STEPS = [1, 1.5, 2, 3, 5, 7, 10];

/** The smallest of 1, 2, 5 × 10ⁿ that is at least `value` (at least `floor`). */
export function stepAtLeast(value: number, floor = 1, steps: readonly number[] = STEPS): number {
  const wanted = Math.max(value, floor);
  const decade = 10 ** Math.floor(Math.log10(wanted));
  const step = steps.find((one) => one * decade >= wanted * (1 - 1e-12)) ?? 10;
  return step * decade;
}

/** Below this share of the full scale the picture is worth redrawing on a smaller one. */
const KEEP_FROM = 0.25;

/** The full scale for `value`: the previous one for as long as it still fits and is not mostly empty. */
export function steadyScale(value: number, previous: number | null, floor = 1): number {
  const wanted = Math.max(value, floor);
  if (previous !== null && wanted <= previous && (wanted >= previous * KEEP_FROM || previous <= floor)) return previous;
  return stepAtLeast(wanted, floor, FINE_STEPS);
}

/** What the river is drawn by, carried from one second to the next so that it does not breathe. */
export interface RiverScales {
  /** Capacity, per second, that fills the widest bed that is drawn. */
  bedFullPerSecond: number;
  /** People that fill the largest bank that is drawn. */
  bankFullPeople: number;
}
