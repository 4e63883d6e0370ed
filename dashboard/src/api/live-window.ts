// One tick joined to what is already on the screen. Ticks may come twice or out of order after a reconnect; the window
// stays sorted, without doubles, and no longer than asked.
import type { LiveAnswer, LiveTick, TotalsPoint } from '@narrows/contract';

/**
 * Before the first answer there is nothing to join to: `undefined` leaves the cache empty. Without `withTotals` the
 * history stays as it is: the tick's totals are of another place.
 */
export function appendTick(before: LiveAnswer | undefined, tick: LiveTick, windowMs: number, withTotals = true): LiveAnswer | undefined {
  if (!before) return undefined;
  if (!withTotals) return { ...before, tick };
  const oldestMs = tick.totals.atMs - windowMs;
  return { tick: tick.atMs >= before.tick.atMs ? tick : before.tick, history: insertPoint(before.history, tick.totals).filter((point) => point.atMs > oldestMs) };
}

function insertPoint(history: readonly TotalsPoint[], point: TotalsPoint): TotalsPoint[] {
  const next = [...history];
  let at = next.length;
  while (at > 0 && (next[at - 1]?.atMs ?? 0) > point.atMs) at -= 1;
  const replaces = at > 0 && next[at - 1]?.atMs === point.atMs;
  next.splice(replaces ? at - 1 : at, replaces ? 1 : 0, point);
  return next;
}
