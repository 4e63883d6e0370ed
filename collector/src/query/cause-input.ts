// Everything that cause ranking reads about a window: the window itself, a baseline, and what the instances used in both
// and in the minutes before. Null where there is nothing to compare with, or nothing to compare.
import type { CauseInput } from '@narrows/contract';
import { selectBaseline } from './cause-baseline.js';
import { selectCauseGauges } from './cause-gauges.js';
import { selectCauseWindow } from './cause-window.js';
import type { Asker, Range } from './question.js';

/** One value a minute: a quarter of an hour says what is usual for an instance. */
const GAUGES_BEFORE_MS = 15 * 60_000;

/** The baseline without the window itself; the longer part, where the window lies inside it. */
export function outside(baseline: Range, window: Range): Range | null {
  const before = { fromMs: baseline.fromMs, toMs: Math.min(baseline.toMs, window.fromMs) };
  const after = { fromMs: Math.max(baseline.fromMs, window.toMs), toMs: baseline.toMs };
  const longest = before.toMs - before.fromMs >= after.toMs - after.fromMs ? before : after;
  return longest.toMs > longest.fromMs ? longest : null;
}

export async function selectCauseInput(asker: Asker, window: Range, wanted: Range | null, timeZone: string): Promise<CauseInput | null> {
  const baselineRange = wanted === null ? await selectBaseline(asker, window) : outside(wanted, window);
  if (baselineRange === null) return null;
  const now = await selectCauseWindow(asker, window);
  if (now.spans.length === 0) return null;
  const [baseline, gauges] = await Promise.all([
    selectCauseWindow(asker, baselineRange),
    selectCauseGauges(asker, [baselineRange, { fromMs: window.fromMs - GAUGES_BEFORE_MS, toMs: window.toMs }]),
  ]);
  return baseline.spans.length === 0 ? null : { now, baseline, gauges, timeZone };
}
