// "Who has sent anything, and when last?" Tells an empty page whether a service is silent or was never there, and how
// old the newest data is.
import { AT_IN_RANGE, COUNTS_FOR_SERVICE, IS_OPEN, secondsOf, type Asker, type Range } from './question.js';

/** Services seen in the range by a span or a report of open transactions, most recent first. */
export async function selectServices(asker: Asker, range: Range): Promise<{ service: string; lastMs: number }[]> {
  const rows = await asker.query<{ service: string; at: number }>(`
    SELECT service, toUnixTimestamp(max(at)) AS at FROM (
      SELECT toString(Service) AS service, At AS at FROM rollup_place_1s WHERE ${AT_IN_RANGE} AND ${COUNTS_FOR_SERVICE}
      UNION ALL
      SELECT toString(Service) AS service, At AS at FROM rollup_metric_1s WHERE ${AT_IN_RANGE} AND ${IS_OPEN}
    ) GROUP BY service ORDER BY at DESC, service`, { ...secondsOf(range) });
  return rows.map((r) => ({ service: r.service, lastMs: r.at * 1_000 }));
}

/** Second in which the newest stored span ended; null: none in the range. */
export async function selectNewestSpan(asker: Asker, range: Range): Promise<number | null> {
  const [row] = await asker.query<{ at: number; spans: number }>(
    `SELECT toUnixTimestamp(max(At)) AS at, toFloat64(count()) AS spans FROM rollup_place_1s WHERE ${AT_IN_RANGE}`, { ...secondsOf(range) });
  return row && row.spans > 0 ? row.at * 1_000 : null;
}
