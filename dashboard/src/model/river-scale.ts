// Scales of the river. A width or an area is honest only if every reach shares one scale, and readable only if that
// scale stands still: it moves in steps of 1, 2, 5 × 10ⁿ and only when the numbers leave it, never every second.

/** The smallest of 1, 2, 5 × 10ⁿ that is at least `value` (at least `floor`). */
export function stepAtLeast(value: number, floor = 1): number {
  const wanted = Math.max(value, floor);
  const decade = 10 ** Math.floor(Math.log10(wanted));
  for (const step of [1, 2, 5, 10]) {
    if (step * decade >= wanted * (1 - 1e-12)) return step * decade;
  }
  return 10 * decade;
}

/** Below this share of the full scale the picture is worth redrawing on a smaller one. */
const KEEP_FROM = 0.2;

/** The full scale for `value`: the previous one for as long as it still fits and is not mostly empty. */
export function steadyScale(value: number, previous: number | null, floor = 1): number {
  const wanted = Math.max(value, floor);
  if (previous !== null && wanted <= previous && (wanted >= previous * KEEP_FROM || previous <= floor)) return previous;
  return stepAtLeast(wanted, floor);
}

/** What the river is drawn by, carried from one second to the next so that it does not breathe. */
export interface RiverScales {
  /** Capacity, per second, that fills the widest bed that is drawn. */
  bedFullPerSecond: number;
  /** People that fill the largest bank that is drawn. */
  bankFullPeople: number;
}
