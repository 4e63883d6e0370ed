// "Which service began to report another version?" A deployment that nobody marked is seen in the data: the first span of
// a version that the service had not reported before. One point for each service and version, however many instances.
import type { Marker } from '@narrows/contract';
import type { Asker, Range } from './question.js';

/** A version is new if the service reported another one within this time before it, and never this one. */
const KNOWN_BEFORE_MS = 600_000;
const DEPLOYMENTS_MAX = 50;

/** In order of time. A service that was not there before has no deployment: it has a beginning. */
export async function selectDeployments(asker: Asker, range: Range): Promise<Marker[]> {
  const rows = await asker.query<{ service: string; version: string; at: number; before: string }>(`
    SELECT service, version, at, before FROM (
      SELECT service, version, at, lagInFrame(version) OVER (PARTITION BY service ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS before
      FROM (
        SELECT toString(ServiceName) AS service, ResourceAttributes['service.version'] AS version, toFloat64(min(toUnixTimestamp64Milli(Timestamp))) AS at
        FROM otel_traces
        WHERE Agency = {agency:String} AND Timestamp >= fromUnixTimestamp64Milli({beforeMs:Int64}) AND Timestamp < fromUnixTimestamp64Milli({toMs:Int64})
          AND Transaction = 1 AND version != ''
        GROUP BY service, version
      )
    ) WHERE before != '' AND at >= {fromMs:Int64}
    ORDER BY at LIMIT ${DEPLOYMENTS_MAX}`, { beforeMs: range.fromMs - KNOWN_BEFORE_MS, fromMs: range.fromMs, toMs: range.toMs });
  return rows.map(({ service, version, at, before }) => ({
    id: `${service} ${version}`, at, kind: 'deployment', text: `${service} ${before} → ${version}`, subject: { service }, by: null,
  }));
}
