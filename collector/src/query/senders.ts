// "Who has been heard lately, of all agencies?" Services by their spans, instances by what they report of open transactions
// or by their metrics, log-only services by their records. Moments are the sender's own, and never ahead of the range.
import { COUNTS_FOR_SERVICE, IS_OPEN, secondsOf, type Range, type StoreReader } from './question.js';

export interface HeardRow { agency: string; service: string; instance: string; at: number }

export async function selectHeard(store: StoreReader, range: Range): Promise<{ agency: string; service: string; instance: string; lastMs: number }[]> {
  const rollup = "At >= toDateTime({from:UInt32}, 'UTC') AND At < toDateTime({to:UInt32}, 'UTC')";
  const raw = (column: string) => `${column} >= fromUnixTimestamp64Milli(toInt64({from:UInt32}) * 1000) AND ${column} < fromUnixTimestamp64Milli(toInt64({to:UInt32}) * 1000)`;
  const rows = await store.query<HeardRow>(`
    SELECT agency, service, instance, toUnixTimestamp(max(at)) AS at FROM (
      SELECT toString(Agency) AS agency, toString(Service) AS service, '' AS instance, max(At) AS at FROM rollup_place_1s WHERE ${rollup} AND ${COUNTS_FOR_SERVICE} GROUP BY agency, service
      UNION ALL
      SELECT toString(Agency), toString(Service), toString(Instance), max(At) FROM rollup_metric_1s WHERE ${rollup} AND ${IS_OPEN} GROUP BY Agency, Service, Instance
      UNION ALL
      SELECT toString(Agency), toString(ServiceName), toString(Instance), toDateTime(max(TimeUnix), 'UTC') FROM otel_metrics_gauge WHERE ${raw('TimeUnix')} GROUP BY Agency, ServiceName, Instance
      UNION ALL
      SELECT toString(Agency), toString(ServiceName), toString(Instance), toDateTime(max(TimeUnix), 'UTC') FROM otel_metrics_sum WHERE ${raw('TimeUnix')} GROUP BY Agency, ServiceName, Instance
      UNION ALL
      SELECT toString(Agency), toString(ServiceName), '', toDateTime(max(Timestamp), 'UTC') FROM otel_logs WHERE ${raw('Timestamp')} GROUP BY Agency, ServiceName
    ) WHERE service != '' GROUP BY agency, service, instance`, { ...secondsOf(range) });
  return rows.map(({ agency, service, instance, at }) => ({ agency, service, instance, lastMs: at * 1_000 }));
}
