// "Who took which places in line?" For each stage of a pipeline how many places were taken, by how many persons, browsers and
// addresses, and how the further ones came about. A journey of one browser is one row of moments, in order of time; a stay
// in a deliberate wait is one place, however often the page polled. Of a crowd one person in so many is read, with all of
// that person's browsers, so that memory is bounded and nothing is torn apart.
import type { PipelineDefinition } from '@narrows/contract';
import type { Asker, Range } from './question.js';

export interface PlacesRow {
  stage: string;
  places: number;
  /** Places whose person is known, and whose person is not. */
  known: number;
  unknown: number;
  persons: number;
  /** Browsers of known persons. */
  browsers: number;
  sessions: number;
  addresses: number;
  /** Of browsers of known persons: taken again after a failure, or without one. */
  retries: number;
  rejoins: number;
  /** Of those without a person: by browsers that took more places a minute than a hand can. */
  machines: number;
}

/** Spans that are read at most, about. */
const SPANS_MAX = 300_000;
/** A place every second and a half, minute after minute, is no hand. */
const MACHINE_PER_MINUTE = 40;
/** Spans begin before they end. */
const LONGEST_SPAN_MS = 3_600_000;

/** In the order of the pipeline; only stages at which somebody was. */
export async function selectPeoplePlaces(asker: Asker, pipeline: PipelineDefinition, range: Range): Promise<{ rows: PlacesRow[]; oneIn: number }> {
  const params = { pipeline: pipeline.id, fromMs: range.fromMs, toMs: range.toMs, minutes: Math.max(1, (range.toMs - range.fromMs) / 60_000) };
  const [size] = await asker.query<{ spans: number }>(`SELECT toFloat64(sum(Count)) AS spans FROM rollup_people_10s
    WHERE Agency = {agency:String} AND Pipeline = {pipeline:String} AND At >= fromUnixTimestamp64Milli({fromMs:Int64}) - 10 AND At < fromUnixTimestamp64Milli({toMs:Int64})`, params);
  const oneIn = Math.max(1, Math.ceil((size?.spans ?? 0) / SPANS_MAX));
  const deliberate = pipeline.stages.filter(({ wait }) => wait === 'deliberate').map(({ id }) => id);
  const end = 'toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)';
  const rows = await asker.query<PlacesRow>(`
    WITH moments AS (
      SELECT Person, Session, Client, if(Session != '', Session, if(Client != '', Client, SpanId)) AS browser, toString(Stage) AS stage, ${end} AS at,
        StatusCode = 'Error' OR toUInt16OrZero(if(SpanAttributes['http.response.status_code'] != '', SpanAttributes['http.response.status_code'], SpanAttributes['http.status_code'])) >= 400 AS failed
      FROM otel_traces
      WHERE Agency = {agency:String} AND Pipeline = {pipeline:String} AND Stage != ''
        AND Timestamp >= fromUnixTimestamp64Milli({fromMs:Int64} - ${LONGEST_SPAN_MS}) AND Timestamp < fromUnixTimestamp64Milli({toMs:Int64})
        AND ${end} >= {fromMs:Int64} * 1000000 AND ${end} < {toMs:Int64} * 1000000
        ${oneIn > 1 ? `AND cityHash64(if(Person != '', Person, if(Session != '', Session, Client))) % ${oneIn} = 0` : ''}
    ), journeys AS (
      SELECT browser, max(Person) AS person, max(Session) AS session, max(Client) AS address,
        arraySort(m -> m.1, groupArray((at, stage, failed))) AS steps, arrayDistinct(arrayMap(m -> m.2, steps)) AS stages
      FROM moments GROUP BY browser
    ), turns_taken AS (
      SELECT person, session, address, browser, stage,
        arrayFilter(i -> steps[i].2 = stage AND (NOT has({deliberate:Array(String)}, stage) OR i = 1 OR steps[i - 1].2 != stage), arrayEnumerate(steps)) AS begins,
        length(begins) AS turns,
        arrayCount(i -> i != begins[1] AND steps[i - 1].3, begins) AS again
      FROM journeys ARRAY JOIN stages AS stage
    )
    SELECT stage, toFloat64(sum(turns)) AS places, toFloat64(sumIf(turns, person != '')) AS known, toFloat64(sumIf(turns, person = '')) AS unknown,
      toFloat64(uniqExactIf(person, person != '')) AS persons, toFloat64(countIf(person != '')) AS browsers,
      toFloat64(uniqExactIf(session, session != '')) AS sessions, toFloat64(uniqExactIf(address, address != '')) AS addresses,
      toFloat64(sumIf(again, person != '')) AS retries, toFloat64(sumIf(turns - 1 - again, person != '')) AS rejoins,
      toFloat64(sumIf(turns, person = '' AND turns >= ${MACHINE_PER_MINUTE} * {minutes:Float64})) AS machines
    FROM turns_taken GROUP BY stage`, { ...params, deliberate });
  const order = new Map(pipeline.stages.map(({ id }, i) => [id, i]));
  const times = ({ stage, ...counts }: PlacesRow): PlacesRow => ({ stage, ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count * oneIn])) } as PlacesRow);
  return { oneIn, rows: rows.filter(({ stage }) => order.has(stage)).map(times).sort((a, b) => order.get(a.stage)! - order.get(b.stage)!) };
}
