// "What is open right now, and which have been open longest?" Counts come from the agents' gauges, the list from the log
// records that name the oldest ones. Where no agent reports, the answer says so.
import { ACTIVE_EVENT, ACTIVE_STATES, AGE_BANDS, AGE_BAND_FROM_MS, ATTR, LIMITS, type ActiveAnswer, type ActiveByService, type ActiveRow, type AgeBand } from '@narrows/contract';
import { forEachFreshReport, REPORT_FRESH_SECONDS } from './fresh-reports.js';
import { AT_IN_RANGE, IS_OPEN, placeConditions, secondsOf, type Asker, type PlaceFilter, type Range } from './question.js';
import type { ActiveRow as ReportRow } from './series-rows.js';

export interface ActiveQuestion extends PlaceFilter { band?: AgeBand; limit?: number }

/**
 * Reporters whose last report of the range says that nothing is open: they name nobody then, and their last names have ended.
 * The inner query merges parts that the store has not merged yet.
 */
const HAVE_NOTHING_OPEN = `
  SELECT Service, Instance FROM (
    SELECT Service, Instance, At, sum(open) AS open FROM (
      SELECT Service, Instance, At, max(Highest) AS open FROM rollup_metric_1s
      WHERE ${AT_IN_RANGE} AND ${IS_OPEN} GROUP BY Service, Instance, At, Pipeline, Stage, Channel, Operation, Kind, Band, State, Series
    ) GROUP BY Service, Instance, At
  ) GROUP BY Service, Instance HAVING argMax(open, At) = 0`;

/** The oldest open transactions as of each reporter's last report within three seconds before `atMs`, oldest first. */
export async function selectOldestActive(asker: Asker, question: ActiveQuestion, atMs: number): Promise<ActiveRow[]> {
  const where = placeConditions(question, { service: 'ServiceName' });
  const band = question.band === undefined ? undefined : AGE_BANDS.indexOf(question.band);
  const range = { fromMs: atMs - REPORT_FRESH_SECONDS * 1_000, toMs: atMs };
  const rows = await asker.query<Omit<ActiveRow, 'state'> & { state: string }>(`
    SELECT toUnixTimestamp64Milli(toDateTime64(Timestamp, 3)) AS atMs, TraceId AS traceId, SpanId AS spanId, ServiceName AS service,
      Attributes[{operation:String}] AS operation, Stage AS stage, Channel AS channel,
      toFloat64OrZero(Attributes[{ageMs:String}]) AS ageMs, Attributes[{state:String}] AS state, Attributes[{openChild:String}] AS openChild
    FROM (
      SELECT Timestamp, TraceId, SpanId, ServiceName, Instance, Pipeline, Stage, Channel, LogAttributes AS Attributes,
        max(Timestamp) OVER (PARTITION BY ServiceName, Instance) AS Newest
      FROM otel_logs
      WHERE Agency = {agency:String} AND Timestamp >= fromUnixTimestamp64Milli({fromMs:Int64}) AND Timestamp < fromUnixTimestamp64Milli({toMs:Int64})
        AND EventName = {event:String}
    )
    WHERE Timestamp = Newest AND (ServiceName, Instance) NOT IN (${HAVE_NOTHING_OPEN}) AND ageMs >= {minMs:Float64} AND ageMs < {maxMs:Float64}${where.sql}
    ORDER BY ageMs DESC, spanId LIMIT {limit:UInt32}`, {
    ...range, ...secondsOf(range), event: ACTIVE_EVENT,
    operation: ATTR.operation, ageMs: ATTR.ageMs, state: ATTR.activeState, openChild: ATTR.openChild,
    minMs: band === undefined ? 0 : (AGE_BAND_FROM_MS[band] ?? 0), maxMs: (band === undefined ? undefined : AGE_BAND_FROM_MS[band + 1]) ?? 1e15,
    limit: Math.min(question.limit ?? LIMITS.activeRowsMax, LIMITS.activeRowsMax), ...where.params,
  });
  return rows.map((row) => ({ ...row, atMs: Number(row.atMs), state: ACTIVE_STATES.find((s) => s === row.state) ?? 'method' }));
}

/** The list behind the arc, with whether any agent reports at all. */
export async function selectActive(asker: Asker, question: ActiveQuestion, atMs: number): Promise<ActiveAnswer> {
  const range = { fromMs: atMs - REPORT_FRESH_SECONDS * 1_000, toMs: atMs };
  // One after the other: a list from before the report that stands beside it would name those who have ended.
  const reportedAtMs = await selectReportedAt(asker, range);
  const rows = await selectOldestActive(asker, question, atMs);
  return { reported: reportedAtMs !== null, atMs: reportedAtMs, rows };
}

async function selectReportedAt(asker: Asker, range: Range): Promise<number | null> {
  const [row] = await asker.query<{ at: number; reports: number }>(`
    SELECT toUnixTimestamp(max(At)) AS at, toFloat64(count()) AS reports FROM rollup_metric_1s
    WHERE ${AT_IN_RANGE} AND ${IS_OPEN}`, secondsOf(range));
  return row && row.reports > 0 ? row.at * 1_000 : null;
}

/** Open transactions of each service at one second, by age band and by what they wait on. Services by name. */
export function activeByService(rows: readonly ReportRow[], second: number): ActiveByService[] {
  const services = new Map<string, ActiveByService>();
  forEachFreshReport(rows, (r) => `${r.service} ${r.instance}`, second, second + 1, (_second, report) => {
    for (const row of report) {
      const service = services.get(row.service) ?? { service: row.service, bands: AGE_BANDS.map(() => 0), states: { method: 0, sql: 0, httpc: 0, pool: 0, socket: 0 } };
      services.set(row.service, service);
      row.bands.forEach((open, i) => { service.bands[i] = (service.bands[i] ?? 0) + open; });
      ACTIVE_STATES.forEach((state, i) => { service.states[state] += row.states[i] ?? 0; });
    }
  });
  return [...services.values()].sort((a, b) => (a.service < b.service ? -1 : 1));
}
