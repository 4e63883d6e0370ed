// The stretch of time a page is about: either the last minutes, moving with the clock, or two fixed moments. Both
// become `from` and `to` of a request only when it is sent, so that a live page keeps one cache entry.
import type { UnixMs } from '@narrows/contract';

export type Range =
  | { live: true; lastMinutes: number }
  | { live: false; fromMs: UnixMs; toMs: UnixMs };

/** `from` and `to` as of `nowMs`. */
export function rangeMs(range: Range, nowMs: UnixMs): { fromMs: UnixMs; toMs: UnixMs } {
  return range.live ? { fromMs: nowMs - range.lastMinutes * 60_000, toMs: nowMs } : { fromMs: range.fromMs, toMs: range.toMs };
}

/** Request parameters of a range; a live range says only where it begins, so that rows of this very second count. */
export function rangeParameters(range: Range, nowMs: UnixMs): { from?: number; to?: number } {
  return range.live ? { from: nowMs - range.lastMinutes * 60_000 } : { from: range.fromMs, to: range.toMs };
}
