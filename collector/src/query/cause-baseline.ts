// "What shall the window be compared with?" Where the caller does not say, the nearest minutes before the window in
// which something happened, as many as it takes to know what is usual. Only where next to nothing is stored before it are
// the minutes after it taken: a first day is still judged, and an incident that is looked into later has its calm after.
import { AT_IN_RANGE, COUNTS_FOR_SERVICE, secondsOf, type Asker, type Range } from './question.js';

/** How far away the nearest minutes may lie. */
const LOOKBACK_MS = 24 * 3600_000;
/** Minutes with data are enough from here on, or from so many transactions on; at least the first number of minutes. */
const MINUTES_MIN = 3;
const MINUTES_MAX = 30;
const TRANSACTIONS_ENOUGH = 40_000;
/** Fewer before the window say nothing about what is usual: what came after it is taken, where that is more. */
const TRANSACTIONS_MIN = 100;

interface MinuteRow { at: number; transactions: number }
interface Minutes extends Range { transactions: number }

/** The nearest busy minutes of `rows` (nearest first) as one range; null of none. */
export function nearestMinutes(rows: readonly MinuteRow[], within: Range): Minutes | null {
  let transactions = 0;
  let minutes = 0;
  let [fromMs, toMs] = [Infinity, -Infinity];
  for (const { at, transactions: count } of rows) {
    if (minutes >= MINUTES_MAX || (minutes >= MINUTES_MIN && transactions >= TRANSACTIONS_ENOUGH)) break;
    transactions += count;
    minutes += 1;
    fromMs = Math.min(fromMs, at * 1_000);
    toMs = Math.max(toMs, at * 1_000 + 60_000);
  }
  return minutes === 0 ? null : { fromMs: Math.max(fromMs, within.fromMs), toMs: Math.min(toMs, within.toMs), transactions };
}

async function selectMinutes(asker: Asker, range: Range, order: 'ASC' | 'DESC'): Promise<MinuteRow[]> {
  return asker.query<MinuteRow>(`
    SELECT toUnixTimestamp(toStartOfMinute(At)) AS at, toFloat64(sum(Completions)) AS transactions FROM rollup_place_1s
    WHERE ${AT_IN_RANGE} AND ${COUNTS_FOR_SERVICE} GROUP BY at HAVING transactions > 0 ORDER BY at ${order} LIMIT ${MINUTES_MAX}`, { ...secondsOf(range) });
}

/** A baseline for the window; null where nothing is stored within a day of it. */
export async function selectBaseline(asker: Asker, window: Range): Promise<Range | null> {
  // By whole seconds, as the rollups have them: the window's own first one is not before it, and its last one not after it.
  const before = { fromMs: Math.max(0, window.fromMs - LOOKBACK_MS), toMs: Math.floor(window.fromMs / 1_000) * 1_000 };
  const found = nearestMinutes(await selectMinutes(asker, before, 'DESC'), before);
  if (found !== null && found.transactions >= TRANSACTIONS_MIN) return found;
  const afterMs = Math.ceil(window.toMs / 1_000) * 1_000;
  const after = { fromMs: afterMs, toMs: afterMs + LOOKBACK_MS };
  const later = nearestMinutes(await selectMinutes(asker, after, 'ASC'), after);
  return later !== null && later.transactions > (found?.transactions ?? 0) ? later : found;
}
