// When did it begin? Takes a series of one number a second (a line's length, a share of failures) and finds the moment
// at which it passed its level and stayed above it. The answer depends only on the samples around that moment, so it
// stays the same when the same hour is judged again over a longer window.

/** A dip this short does not end a run: gauges of several instances are not read in the same instant. */
const DIP_SECONDS_MAX = 2;
/** How far the first rise is followed back from the crossing. */
const RISE_SECONDS_MAX = 5;

/**
 * First second of the run above `level` that reaches the end of the series; null when the series is not above it.
 *
 *   length │            ╭──╮ ╭─────────      ·· a dip of ≤ 2 s is bridged
 *    level │┈┈┈┈╭╮┈┈┈┈┈╱┈┈┈╰─╯┈┈┈┈┈┈┈┈
 *          │╭╮──╯╰─╮__╱
 *          └───────────↑ here ─────────→ seconds
 *
 * Cost: O(run), one pass backwards
 */
export function runAbove(series: ArrayLike<number>, level: number): number | null {
  let first: number | null = null;
  for (let second = series.length - 1, below = 0; second >= 0; second -= 1) {
    if ((series[second] ?? 0) > level) {
      first = second;
      below = 0;
    } else if ((below += 1) > DIP_SECONDS_MAX) break;
  }
  return first;
}

/**
 * The second in which the run began to rise: from the crossing back along the slope to where the line was empty.
 * A line that grows by a few a second crosses its level some seconds after it began to stand.
 */
export function onsetOfRun(series: ArrayLike<number>, level: number): number | null {
  const crossing = runAbove(series, level);
  if (crossing === null) return null;
  let begin = crossing;
  while (begin > 0 && crossing - begin < RISE_SECONDS_MAX) {
    const before = series[begin - 1] ?? 0;
    if (!(before > 0) || before > (series[begin] ?? 0)) break;
    begin -= 1;
  }
  return begin;
}
