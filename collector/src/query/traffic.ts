// What passes through an agency just now, for whoever draws its pipeline: shapes of transactions with their place in people's
// journeys and their attributes; which of them a definition would match; and how far senders' clocks are off.
import { ATTR, type PipelineDefinition, type StageDefinition } from '@narrows/contract';
import type { Asker, Range } from './question.js';

/** Spans looked at: enough to see what is frequent, and a bound for a question that a person waits for. */
const SPANS_MAX = 50_000;
const SHAPES_MAX = 200;
const KEYS_MAX = 60;
const VALUES_MAX = 12;
const UNMATCHED_MAX = 20;

const METHOD = `if(SpanAttributes['${ATTR.httpMethod}'] != '', SpanAttributes['${ATTR.httpMethod}'], SpanAttributes['http.method'])`;
const ROUTE = `SpanAttributes['${ATTR.httpRoute}']`;
const TRANSACTIONS = `FROM otel_traces WHERE Agency = {agency:String} AND Transaction = 1 AND SpanKind IN ('Server', 'Consumer')
  AND Timestamp >= fromUnixTimestamp64Milli({fromMs:Int64}) AND Timestamp < fromUnixTimestamp64Milli({toMs:Int64})`;

export interface TrafficRow {
  service: string; kind: 'server' | 'consumer'; method: string; route: string; name: string; spans: number; positionMs: number; firstMs: number;
  attributes: { key: string; spans: number; distinct: number; top: { value: string; spans: number }[] }[];
}

/** The most frequent first. */
export async function selectTraffic(asker: Asker, range: Range): Promise<TrafficRow[]> {
  const shape = `toString(ServiceName) AS service, lower(toString(SpanKind)) AS kind, ${METHOD} AS method, ${ROUTE} AS route, if(${ROUTE} != '', '', toString(SpanName)) AS name`;
  // A journey is what one person does, else one session, else one trace. Where in it a shape stands is when it is first met: who goes round
  // and round meets the last step before the first one, too.
  const spans = `SELECT ${shape}, SpanAttributes AS attributes, Timestamp AS at, multiIf(Person != '', Person, Session != '', Session, TraceId) AS journey ${TRANSACTIONS} LIMIT {spansMax:UInt32}`;
  const params = { ...range, spansMax: SPANS_MAX, shapesMax: SHAPES_MAX, keysMax: KEYS_MAX, valuesMax: VALUES_MAX };
  const [shapes, attributes] = await Promise.all([
    asker.query<Omit<TrafficRow, 'attributes'>>(`
      SELECT service, kind, method, route, name, toFloat64(sum(times)) AS spans, avg(met - start) / 1000 AS positionMs, min(met) / 1000 AS firstMs
      FROM (SELECT service, kind, method, route, name, count() AS times, min(toUnixTimestamp64Micro(at)) AS met, any(began) AS start
        FROM (SELECT *, min(toUnixTimestamp64Micro(at)) OVER (PARTITION BY journey) AS began FROM (${spans})) GROUP BY service, kind, method, route, name, journey)
      GROUP BY service, kind, method, route, name ORDER BY spans DESC, service, route, name LIMIT {shapesMax:UInt32}`, params),
    asker.query<{ service: string; method: string; route: string; name: string; key: string; spans: number; distinct: number; top: [string, number][] }>(`
      SELECT service, method, route, name, key, toFloat64(sum(n)) AS spans, toFloat64(count()) AS distinct,
        arrayMap(pair -> (pair.2, toFloat64(pair.1)), arraySlice(arrayReverseSort(groupArray((n, substring(value, 1, 80)))), 1, {valuesMax:UInt8})) AS top
      FROM (SELECT service, method, route, name, pair.1 AS key, pair.2 AS value, count() AS n FROM (${spans})
        ARRAY JOIN CAST(attributes, 'Array(Tuple(String, String))') AS pair GROUP BY service, method, route, name, key, value)
      GROUP BY service, method, route, name, key ORDER BY spans DESC LIMIT {keysMax:UInt32} BY service, method, route, name`, params),
  ]);
  const nameOf = (row: { service: string; method: string; route: string; name: string }) => JSON.stringify([row.service, row.method, row.route, row.name]);
  const byShape = new Map<string, (typeof attributes)[number][]>();
  for (const row of attributes) byShape.set(nameOf(row), [...byShape.get(nameOf(row)) ?? [], row]);
  return shapes.map((row) => ({ ...row, attributes: (byShape.get(nameOf(row)) ?? []).map(({ key, spans: count, distinct, top }) => ({ key, spans: count, distinct, top: top.map(([value, n]) => ({ value, spans: n })) })) }));
}

export interface MatchCount { stage: string; channel: string; spans: number }

/** What a definition takes of the range: the first stage that matches wins, as in the decoder. `''`: none. */
export async function selectMatches(asker: Asker, pipeline: PipelineDefinition, range: Range): Promise<{ matches: MatchCount[]; unmatched: { service: string; operation: string; spans: number }[] }> {
  const params: Record<string, unknown> = { ...range, spansMax: SPANS_MAX };
  const conditions = pipeline.stages.map((stage, i) => conditionOf(stage, i, params));
  const stageOf = `multiIf(${conditions.flatMap((condition, i) => [condition, `{stage${i}:String}`]).join(', ')}, '')`;
  const channelOf = `multiIf(${pipeline.stages.flatMap((stage, i) => [`stage = {stage${i}:String}`, stage.channel === undefined ? "''" : `SpanAttributes[{channel${i}:String}]`]).join(', ')}, '')`;
  pipeline.stages.forEach((stage, i) => { params[`stage${i}`] = stage.id; params[`channel${i}`] = stage.channel ?? ''; });
  const spans = `SELECT ServiceName, SpanName, SpanAttributes, ${stageOf} AS stage FROM otel_traces WHERE Agency = {agency:String}
    AND Timestamp >= fromUnixTimestamp64Milli({fromMs:Int64}) AND Timestamp < fromUnixTimestamp64Milli({toMs:Int64}) AND (Transaction = 1 OR stage != '') LIMIT {spansMax:UInt32}`;
  const [matches, unmatched] = await Promise.all([
    asker.query<MatchCount>(`SELECT stage, ${channelOf} AS channel, toFloat64(count()) AS spans FROM (${spans}) GROUP BY stage, channel ORDER BY spans DESC`, params),
    asker.query<{ service: string; operation: string; spans: number }>(`SELECT toString(ServiceName) AS service, toString(SpanName) AS operation, toFloat64(count()) AS spans FROM (${spans}) WHERE stage = '' GROUP BY service, operation ORDER BY spans DESC LIMIT ${UNMATCHED_MAX}`, params),
  ]);
  return { matches, unmatched };
}

function conditionOf({ match }: StageDefinition, i: number, params: Record<string, unknown>): string {
  const conditions: string[] = [];
  const bound = (name: string, value: string): string => { params[`${name}${i}`] = value; return `{${name}${i}:String}`; };
  if (match.service !== undefined) conditions.push(`ServiceName = ${bound('service', match.service)}`);
  if (match.kind !== undefined) conditions.push(`lower(toString(SpanKind)) = ${bound('kind', match.kind)}`);
  if (match.route !== undefined) {
    const space = match.route.indexOf(' ');
    if (space > 0) conditions.push(`${METHOD} = ${bound('method', match.route.slice(0, space))}`);
    conditions.push(`${ROUTE} = ${bound('route', match.route.slice(space + 1))}`);
  }
  if (match.name !== undefined) conditions.push(`SpanName = ${bound('name', match.name)}`);
  Object.entries(match.attribute ?? {}).forEach(([key, value], n) => conditions.push(`SpanAttributes[${bound(`key${n}x`, key)}] = ${bound(`value${n}x`, value)}`));
  return conditions.length === 0 ? '1' : `(${conditions.join(' AND ')})`;
}

/** How far each service's clock is ahead of ours: its newest spans ended, by their own word, so long after they were received. */
export function selectClocks(asker: Asker, range: Range): Promise<{ service: string; offMs: number }[]> {
  return asker.query(`SELECT toString(ServiceName) AS service, toFloat64(-quantile(0.5)(toUnixTimestamp64Milli(ReceivedAt) - intDiv(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration), 1000000))) AS offMs
    FROM otel_traces WHERE Agency = {agency:String} AND ReceivedAt >= fromUnixTimestamp64Milli({fromMs:Int64}) AND ReceivedAt < fromUnixTimestamp64Milli({toMs:Int64}) GROUP BY service ORDER BY service LIMIT 200`, { ...range });
}
