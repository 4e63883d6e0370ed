// Everything that cause ranking reads about a window: the window itself, a baseline, and what the instances used in both
// and in the minutes before. Null where there is nothing to compare with, or nothing to compare.
import type { CauseInput, CauseWindow } from '@narrows/contract';
import { selectBaseline } from './cause-baseline.js';
import { selectCauseGauges } from './cause-gauges.js';
import { selectCauseWindow } from './cause-window.js';
import type { Asker, Range } from './question.js';

/** One value a minute: a quarter of an hour says what is usual for an instance. */
const GAUGES_BEFORE_MS = 15 * 60_000;
/** A baseline of fewer traces has not seen the rarer operations: the nearest minutes before the window are added to it. */
const TRACES_ENOUGH = 300;

/** The baseline without the window itself; the longer part, where the window lies inside it. */
export function outside(baseline: Range, window: Range): Range | null {
  const before = { fromMs: baseline.fromMs, toMs: Math.min(baseline.toMs, window.fromMs) };
  const after = { fromMs: Math.max(baseline.fromMs, window.toMs), toMs: baseline.toMs };
  const longest = before.toMs - before.fromMs >= after.toMs - after.fromMs ? before : after;
  return longest.toMs > longest.fromMs ? longest : null;
}

/** Two windows as one; a trace that both have read is taken from the first. */
export function joined(first: CauseWindow, second: CauseWindow): CauseWindow {
  const read = new Set(first.spans.map(({ traceId }) => traceId));
  const spans = second.spans.filter(({ traceId }) => !read.has(traceId));
  const tracesRead = new Set(spans.map(({ traceId }) => traceId)).size;
  return {
    fromMs: Math.min(first.fromMs, second.fromMs), toMs: Math.max(first.toMs, second.toMs),
    spans: [...first.spans, ...spans], logs: [...first.logs, ...second.logs.filter(({ traceId }) => !read.has(traceId))],
    tracesRead: first.tracesRead + tracesRead, tracesSeen: first.tracesSeen + Math.max(tracesRead, second.tracesSeen - (second.tracesRead - tracesRead)),
  };
}

/** What the window is compared with, whether that is what the caller gave, and the ranges of which it was read. */
async function selectBefore(asker: Asker, window: Range, wanted: Range | null): Promise<{ baseline: CauseWindow; isGiven: boolean; ranges: Range[] } | null> {
  const given = wanted === null ? null : outside(wanted, window);
  const read = given === null ? null : await selectCauseWindow(asker, given);
  if (given !== null && read !== null && read.tracesSeen >= TRACES_ENOUGH) return { baseline: read, isGiven: true, ranges: [given] };
  const nearest = await selectBaseline(asker, window);
  if (nearest === null) return given !== null && read !== null ? { baseline: read, isGiven: true, ranges: [given] } : null;
  const own = await selectCauseWindow(asker, nearest);
  return given !== null && read !== null ? { baseline: joined(read, own), isGiven: true, ranges: [given, nearest] } : { baseline: own, isGiven: false, ranges: [nearest] };
}

/** `wanted`: the baseline that the caller gave; null: the judge's own choice. */
export async function selectCauseInput(asker: Asker, window: Range, wanted: Range | null, timeZone: string): Promise<CauseInput | null> {
  const now = await selectCauseWindow(asker, window);
  if (now.spans.length === 0) return null;
  const before = await selectBefore(asker, window, wanted);
  if (before === null || before.baseline.spans.length === 0) return null;
  const gauges = await selectCauseGauges(asker, [...before.ranges, { fromMs: window.fromMs - GAUGES_BEFORE_MS, toMs: window.toMs }]);
  return { now, baseline: before.baseline, isBaselineGiven: before.isGiven, gauges, timeZone };
}
