// "How long does it take here, usually?" The 95th percentile of a place over a stretch of time, from its sketches.
import { AT_IN_RANGE, COUNTS_FOR_SERVICE, placeConditions, secondsOf, type Asker, type PlaceFilter, type Range } from './question.js';

/** Milliseconds; null where nothing ended. */
export async function selectUsualDuration(asker: Asker, place: PlaceFilter, range: Range): Promise<number | null> {
  const where = placeConditions(place);
  const [row] = await asker.query<{ p95Ms: number; ended: number }>(`
    SELECT toFloat64(quantilesDDMerge(0.01, 0.5, 0.95, 0.99)(Durations)[2]) / 1e6 AS p95Ms, toFloat64(sum(Completions)) AS ended
    FROM rollup_place_1s WHERE ${AT_IN_RANGE}${where.sql}${place.stage ? '' : ` AND ${COUNTS_FOR_SERVICE}`}`, { ...secondsOf(range), ...where.params });
  return row && row.ended > 0 ? row.p95Ms : null;
}
