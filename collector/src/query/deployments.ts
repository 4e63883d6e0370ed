// "Which service began to report another version?" A deployment that nobody marked is seen in the data: the first spans of
// a version that the service had not reported before. One for each service and version, however many instances.
import type { Marker } from '@narrows/contract';
import { AT_IN_RANGE, secondsOf, type Asker, type Range } from './question.js';

/** A version is new if the service reported another one within this time before it, and never this one. */
const KNOWN_BEFORE_MS = 600_000;
const DEPLOYMENTS_MAX = 50;

/** In order of time, to within five seconds. A service that was not there before has no deployment: it has a beginning. */
export async function selectDeployments(asker: Asker, range: Range): Promise<Marker[]> {
  const rows = await asker.query<{ service: string; version: string; at: number; before: string }>(`
    SELECT service, version, at * 1000 AS at, before FROM (
      SELECT service, version, at, lagInFrame(version) OVER (PARTITION BY service ORDER BY at, version ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS before
      FROM (
        SELECT toString(Service) AS service, toString(Version) AS version, toFloat64(toUnixTimestamp(min(At))) AS at
        FROM rollup_instance_5s WHERE ${AT_IN_RANGE} AND Version != '' GROUP BY service, version
      )
    ) WHERE before != '' AND at >= {begin:UInt32}
    ORDER BY at, service LIMIT ${DEPLOYMENTS_MAX}`, { ...secondsOf({ fromMs: range.fromMs - KNOWN_BEFORE_MS, toMs: range.toMs }), begin: secondsOf(range).from });
  return rows.map(({ service, version, at, before }) => ({
    id: `${service} ${version}`, at, kind: 'deployment', text: `${service} ${before} → ${version}`, subject: { service }, by: null,
  }));
}
