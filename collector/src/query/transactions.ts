// "Which transactions are in this rectangle, and what have they in common?" Rows, how many match beyond the limit, and
// the values to narrow by. The bounds are those of the hitmap: end time and duration, lower edge in, upper edge out.
import { LIMITS, NarrowsError, type TransactionRow, type TransactionsAnswer, type TransactionsQuery } from '@narrows/contract';
import { attributeCondition, placeConditions, rangeConditions, type Asker, type Range } from './question.js';

/** Spans begin before they end: how far back the table is read for those that ended in the range. */
export const LONGEST_SPAN_MS = 3_600_000;
const ROWS_DEFAULT = 200;
const FACET_VALUES_MAX = 30;

export type TransactionsQuestion = Omit<TransactionsQuery, 'from' | 'to'>;

const FACETS = {
  service: 'toString(ServiceName)', operation: 'toString(SpanName)', stage: 'toString(Stage)', channel: 'toString(Channel)', outcome: 'toString(Outcome)',
  error: 'if(StatusCode = \'Error\', \'true\', \'false\')', instance: 'toString(Instance)',
} as const;

/** Columns that a row is made of. The status is looked up by its stable and by its older name. */
const ROW_COLUMNS = `
  TraceId AS traceId, SpanId AS spanId, ServiceName AS service, SpanName AS operation, Pipeline AS pipeline, Stage AS stage, Channel AS channel,
  Outcome AS outcome, Person AS person, toString(toUnixTimestamp64Nano(Timestamp)) AS startUnixNano,
  toFloat64(intDiv(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration), 1000000)) AS endMs, toFloat64(Duration) / 1e6 AS durationMs,
  StatusCode = 'Error' AS error, StatusMessage AS statusMessage,
  if(SpanAttributes['http.response.status_code'] != '', SpanAttributes['http.response.status_code'], SpanAttributes['http.status_code']) AS httpStatus`;

export async function selectTransactions(asker: Asker, question: TransactionsQuestion, range: Range): Promise<TransactionsAnswer> {
  const limit = Math.min(question.limit ?? ROWS_DEFAULT, LIMITS.transactionRowsMax);
  const where = conditions(question);
  const params = { fromMs: range.fromMs, toMs: range.toMs, limit, ...where.params };
  const from = `FROM otel_traces WHERE Agency = {agency:String} AND ${rangeConditions('fromMs', 'toMs', LONGEST_SPAN_MS)}${where.sql}`;
  const order = question.sort === 'slowest' ? 'Duration DESC, SpanId' : 'toUnixTimestamp64Nano(Timestamp) + toInt64(Duration) DESC, SpanId';
  const facetPairs = Object.entries(FACETS).map(([field, expression]) => `('${field}', ${expression})`).join(', ');
  const [rows, facets] = await Promise.all([
    asker.query<Omit<TransactionRow, 'error'> & { error: number | boolean }>(`SELECT ${ROW_COLUMNS} ${from} ORDER BY ${order} LIMIT {limit:UInt32}`, params),
    asker.query<{ field: string; value: string; count: number; keptOneIn: number }>(`
      SELECT facet.1 AS field, facet.2 AS value, toFloat64(sum(Weight)) AS count, toFloat64(max(Weight)) AS keptOneIn
      FROM (SELECT arrayJoin([('', ''), ${facetPairs}]) AS facet, Weight ${from})
      GROUP BY field, value ORDER BY count DESC, value LIMIT ${FACET_VALUES_MAX} BY field`, params),
  ]);
  const all = facets.find(({ field }) => field === '');
  return {
    rows: rows.map((row) => ({ ...row, error: Boolean(row.error) })),
    total: all?.count ?? 0,
    keptOneIn: all?.keptOneIn ?? 1,
    limit,
    facets: Object.keys(FACETS).map((field) => ({
      field, values: facets.filter((f) => f.field === field && f.value !== '').map(({ value, count }) => ({ value, count })),
    })),
  };
}

/** The same rows as the hitmap counts: transactions, and in a pipeline also the spans of stages that are none. */
function conditions(question: TransactionsQuestion): { sql: string; params: Record<string, unknown> } {
  const place = placeConditions(question, { service: 'ServiceName' });
  const narrow = narrowingConditions(question);
  const kind = question.stage || question.pipeline ? '(Transaction = 1 OR Stage != \'\')' : 'Transaction = 1';
  return { sql: `${place.sql} AND ${kind}${narrow.sql}`, params: { ...place.params, ...narrow.params } };
}

/** What a question asks for besides its place: `AND Duration >= … AND …`. Errors: QUERY_INVALID for attributes that cannot be read. */
export function narrowingConditions(question: Omit<TransactionsQuestion, 'sort' | 'limit'>): { sql: string; params: Record<string, unknown> } {
  const sql: string[] = [];
  const params: Record<string, unknown> = {};
  const add = (condition: string, name: string, value: unknown) => { sql.push(condition); params[name] = value; };
  if (question.operation) add('SpanName = {operation:String}', 'operation', question.operation);
  if (question.outcome) add('Outcome = {outcome:String}', 'outcome', question.outcome);
  if (question.person) add('Person = {person:String}', 'person', question.person);
  if (question.traceId) add('TraceId = {traceId:String}', 'traceId', question.traceId.toLowerCase());
  if (question.minDurationMs !== undefined) add('Duration >= {minNano:UInt64}', 'minNano', Math.round(question.minDurationMs * 1e6));
  if (question.maxDurationMs !== undefined) add('Duration < {maxNano:UInt64}', 'maxNano', Math.round(question.maxDurationMs * 1e6));
  if (question.error !== undefined) sql.push(question.error ? 'StatusCode = \'Error\'' : 'StatusCode != \'Error\'');
  attributesOf(question.where).forEach(([attribute, value], i) => {
    params[`whereAttribute${i}`] = attribute;
    add(ATTRIBUTE_COLUMNS[attribute]?.(`whereValue${i}`) ?? `(${attributeCondition(`whereAttribute${i}`, `whereValue${i}`)})`, `whereValue${i}`, value);
  });
  return { sql: sql.map((s) => ` AND ${s}`).join(''), params };
}

/** Attributes that are columns and no other filter's. */
const ATTRIBUTE_COLUMNS: Readonly<Record<string, (value: string) => string>> = {
  instance: (value) => `Instance = {${value}:String}`, session: (value) => `Session = {${value}:String}`, address: (value) => `Client = {${value}:String}`,
};
const WHERE_MAX = 8;

/** `{"app.version":"5.2.0"}` as pairs. Errors: QUERY_INVALID. */
function attributesOf(where: string | undefined): [string, string][] {
  if (where === undefined || where === '') return [];
  const refuse = () => new NarrowsError('QUERY_INVALID', `where: must be a JSON object of at most ${WHERE_MAX} attributes and their values, all of them text`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(where);
  } catch (error) {
    if (error instanceof SyntaxError) throw refuse();
    throw error;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw refuse();
  const pairs = Object.entries(parsed);
  if (pairs.length > WHERE_MAX || pairs.some(([, value]) => typeof value !== 'string')) throw refuse();
  return pairs as [string, string][];
}
