// "When did the crowd come last?" The steepest rise of arrivals within a day, from completions a minute at one stage, and the
// hour that followed: the profile that a plan repeats.
import { AT_IN_RANGE, secondsOf, type Asker, type Range } from './question.js';

const PROFILE_MINUTES = 60;
/** Some minutes of calm before, so that the rise is in it. */
const BEFORE_MINUTES = 5;
const STEP_MINUTES = 5;

/** Completions a second, one value a minute; null where nothing ended. */
export async function selectOpening(asker: Asker, place: { pipeline: string; stage: string }, range: Range): Promise<{ fromMs: number; perSecond: number[] } | null> {
  const rows = await asker.query<{ minute: number; count: number }>(`
    SELECT toFloat64(intDiv(toUnixTimestamp(At), 60)) AS minute, toFloat64(sum(Completions)) AS count
    FROM rollup_place_1s WHERE ${AT_IN_RANGE} AND Pipeline = {pipeline:String} AND Stage = {stage:String}
    GROUP BY minute ORDER BY minute`, { ...secondsOf(range), ...place });
  if (rows.length === 0) return null;
  const counts = new Map(rows.map(({ minute, count }) => [minute, count]));
  const sum = (from: number) => Array.from({ length: STEP_MINUTES }, (_, i) => counts.get(from + i) ?? 0).reduce((a, b) => a + b, 0);
  let best = { minute: rows[0]!.minute, rise: -Infinity };
  for (const { minute } of rows) {
    const rise = sum(minute) - sum(minute - STEP_MINUTES);
    if (rise > best.rise) best = { minute, rise };
  }
  const from = best.minute - BEFORE_MINUTES;
  const last = rows.at(-1)!.minute;
  const minutes = Math.min(PROFILE_MINUTES, last - from + 1);
  return { fromMs: from * 60_000, perSecond: Array.from({ length: minutes }, (_, i) => (counts.get(from + i) ?? 0) / 60) };
}
