// "What do these have in common that others have not?" Counts every attribute value of a sample of the selection and of a
// sample of its background, then how often the most telling ones come together. Attribute maps are the widest columns of
// the store: a sample that picks single traces would have to read all of them, since a granule of 8,192 rows is read whole
// or not at all. So granules are picked by a hash first, and within them rows by the hash of their trace; rates are chosen
// so that each side has some ten thousand rows whatever the range holds. Memory and time are the reader's own limits.
import { NarrowsError, type Background, type TransactionsQuery } from '@narrows/contract';
import { placeConditions, rangeConditions, type Asker, type Range } from './question.js';
import { LONGEST_SPAN_MS, narrowingConditions } from './transactions.js';

export interface WhoQuestion {
  selection: Omit<TransactionsQuery, 'from' | 'to' | 'sort' | 'limit'>;
  range: Range;
  background: Background;
  backgroundRange: Range;
  timeZone: string;
  /** Whether persons, sessions and addresses may be among the answers. */
  persons: boolean;
}
export interface WhoSample {
  selected: { total: number; sampled: number };
  compared: { total: number; sampled: number };
  items: { attribute: string; value: string; selected: number; background: number; also: { attribute: string; value: string }[]; spread: { selected: number; background: number } }[];
  masks: { mask: bigint; selected: number; background: number }[];
  tested: number;
  identifiers: string[];
}

/** Rows of each side that are looked at. */
const SELECTED_ROWS = 2_500;
const COMPARED_ROWS = 5_000;
/** Granules whose wide columns are read: what bounds the cost, some five milliseconds each. A selection that is rare in these has its own. */
const GRANULES_MAX = 32;
const GRANULES_OF_RARE_MAX = 64;
const RARE_ROWS = 1_000;
/** A first look at how many there are. */
const PROBE_EACH = 64;
const PROBE_ROWS_MIN = 1_000;
const SELECTED_SEEN_MIN = 20;
const GRANULES_SEEN_MIN = 4;
/** Granules are dealt to so many groups; by how much shares differ between these, sampled rows are no independent ones. */
const GROUPS = 8;
/** A value is looked at from this many rows of the selection on, of this many traces. */
const ROWS_MIN = 5;
const SHARE_MIN = 0.01;
const TRACES_MIN = 3;
const ITEMS_MAX = 40;
const VALUE_MAX = 200;
/** Values with nearly as many kinds as rows are identifiers. */
const IDENTIFIER_SHARE = 0.5;
const IDENTIFIER_ROWS_MIN = 100;

/** Columns that stand for an attribute, by the name under which the transaction list filters by them. */
const COLUMNS: Readonly<Record<string, string>> = {
  service: 'toString(ServiceName)', operation: 'toString(SpanName)', stage: 'toString(Stage)', channel: 'toString(Channel)', outcome: 'toString(Outcome)',
  error: 'if(StatusCode = \'Error\', \'true\', \'\')', instance: 'toString(Instance)',
};
const PERSON_COLUMNS: Readonly<Record<string, string>> = { person: 'Person', session: 'Session', address: 'Client' };
const hourColumn = 'toString(toHour(Timestamp, {timeZone:String}))';
const READ = 'TraceId, SpanId, Timestamp, ServiceName, SpanName, Stage, Channel, Outcome, StatusCode, Instance, Person, Session, Client, SpanAttributes, ResourceAttributes';

interface Scope { selected: string; compared: string; params: Record<string, unknown> }

/** The two conditions, of rows in either range. Where nothing but a place was asked for, the place is what is compared. */
function scopeOf({ selection, range, background, backgroundRange }: WhoQuestion): Scope {
  const place = placeConditions(selection, { service: 'ServiceName' });
  const narrow = narrowingConditions(selection);
  const any = selection.stage || selection.pipeline ? '(Transaction = 1 OR Stage != \'\')' : 'Transaction = 1';
  // What is told is set against what else is told, and not against requests that tell nothing.
  const kind = selection.outcome ? `${any} AND Outcome != ''` : any;
  const params = { ...place.params, ...narrow.params, fromMs: range.fromMs, toMs: range.toMs, otherFromMs: backgroundRange.fromMs, otherToMs: backgroundRange.toMs };
  const here = rangeConditions('fromMs', 'toMs', LONGEST_SPAN_MS);
  const there = rangeConditions('otherFromMs', 'otherToMs', LONGEST_SPAN_MS);
  if (background === 'before') return { selected: `${here} AND ${kind}${place.sql}${narrow.sql}`, compared: `${there} AND ${kind}${place.sql}${narrow.sql}`, params };
  if (narrow.sql === '' && place.sql === '') throw new NarrowsError('QUERY_INVALID', 'selection: everything has no background; name a place, a duration, an outcome, or background=before');
  const [within, chosen] = narrow.sql === '' ? [kind, place.sql] : [`${kind}${place.sql}`, narrow.sql];
  return { selected: `${here} AND ${within}${chosen}`, compared: `${there} AND ${within} AND NOT (1${chosen})`, params };
}

const GRANULE = 'cityHash64(_part, intDiv(_part_offset, 8192))';
const oneIn = (each: number): string => (each > 1 ? `${GRANULE} % ${each} = 0 AND ` : '');

/** `granules`: in how many the rows of either side lie. */
interface Probe { selected: number; compared: number; granules: number }

async function probe(asker: Asker, { selected, compared, params }: Scope, each: number): Promise<Probe> {
  const [found] = await asker.query<Probe>(`
    SELECT toFloat64(sumIf(Weight, sel)) * ${each} AS selected, toFloat64(sumIf(Weight, NOT sel)) * ${each} AS compared, toFloat64(uniq(granule)) * ${each} AS granules
    FROM (SELECT Weight, (${selected}) AS sel, ${GRANULE} AS granule FROM otel_traces PREWHERE ${oneIn(each)}Agency = {agency:String} AND ((${selected}) OR (${compared})))`, params);
  return found ?? { selected: 0, compared: 0, granules: 0 };
}

/** A look at few granules first; where these say too little, at the narrow columns of all. */
async function sizeOf(asker: Asker, scope: Scope): Promise<Probe> {
  const guess = await probe(asker, scope, PROBE_EACH);
  const isKnown = guess.compared >= PROBE_ROWS_MIN * PROBE_EACH && guess.selected >= SELECTED_SEEN_MIN * PROBE_EACH && guess.granules >= GRANULES_SEEN_MIN * PROBE_EACH;
  return isKnown ? guess : probe(asker, scope, 1);
}

/** One in `each` granules, and of the rows in them one in so many traces of each side. `rareEach`: the selection has granules of its own. */
interface Rates { each: number; rareEach: number | null; selectedEach: number; comparedEach: number }

function ratesFor({ selected, compared, granules: granulesInRange }: Probe): Rates {
  const each = Math.max(1, Math.ceil(granulesInRange / GRANULES_MAX));
  const isRare = each > 1 && selected / each < RARE_ROWS;
  // So few rows lie in as few granules.
  const rareEach = selected <= GRANULES_OF_RARE_MAX ? 1 : Math.max(1, Math.ceil(granulesInRange / GRANULES_OF_RARE_MAX));
  const thin = (total: number, wanted: number) => Math.max(1, Math.round(total / wanted));
  return { each, rareEach: isRare ? rareEach : null, selectedEach: thin(selected / (isRare ? rareEach : each), SELECTED_ROWS), comparedEach: thin(compared / each, COMPARED_ROWS) };
}

/**
 * The sampled rows, each with its side and the group of its granule. All conditions stand in PREWHERE, the granule first: of
 * granules that are not picked nothing is read, and of those that are the wide columns only where a row was found.
 */
function sampleOf({ selected, compared }: Scope, { each, rareEach, selectedEach, comparedEach }: Rates): string {
  const thinned = (condition: string, one: number) => (one > 1 ? `(${condition} AND cityHash64(TraceId) % ${one} = 0)` : `(${condition})`);
  const group = (one: number) => `intDiv(${GRANULE}, ${one}) % ${GROUPS} AS grp`;
  const from = (one: number, condition: string) => `FROM otel_traces PREWHERE ${oneIn(one)}Agency = {agency:String} AND (${condition})`;
  if (rareEach === null) return `SELECT ${READ}, toUInt8(${selected}) AS sel, ${group(each)} ${from(each, `${thinned(selected, selectedEach)} OR ${thinned(compared, comparedEach)}`)}`;
  return `SELECT ${READ}, toUInt8(1) AS sel, ${group(rareEach)} ${from(rareEach, thinned(selected, selectedEach))}
    UNION ALL SELECT ${READ}, toUInt8(0) AS sel, ${group(each)} ${from(each, thinned(compared, comparedEach))}`;
}

/** Without those that the selection itself is made by: that failures failed is no answer. */
function columnsOf({ persons, background, selection }: WhoQuestion): Record<string, string> {
  const all = { ...COLUMNS, ...(persons ? PERSON_COLUMNS : {}), ...(background === 'rest' ? { hour: hourColumn } : {}) };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !Object.hasOwn(selection, name) || selection[name as keyof typeof selection] === undefined));
}

interface ItemRow {
  attribute: string; value: string; selected: number; background: number; carried: number; distinct: number; told: number; tested: number;
  /** Of the rows that have it: values of one fingerprint are on the same rows. */
  fingerprint: string;
  /** Of attribute and value, as decimal digits. */
  hash: string;
  selectedBy: number[]; backgroundBy: number[];
}

/** All attributes of a row as pairs: columns, then both maps. */
function pairsSql(question: WhoQuestion): string {
  const columns = Object.entries(columnsOf(question)).map(([name, expression]) => `('${name}', ${expression})`).join(', ');
  const ofMap = (map: string) => `arrayZip(arrayMap(k -> toString(k), mapKeys(${map})), mapValues(${map}))`;
  const pairs = `arrayConcat([('', ''), ${columns}], ${ofMap('SpanAttributes')}, ${ofMap('ResourceAttributes')})`;
  // That those who are told something are told it is no answer, by whatever name it is reported.
  return question.selection.outcome ? `arrayFilter(x -> x.2 != toString(Outcome), ${pairs})` : pairs;
}

/** Every value that is common enough in the selection, the most telling first; '' '' counts the rows themselves. */
async function countItems(asker: Asker, question: WhoQuestion, sample: string, params: Record<string, unknown>): Promise<ItemRow[]> {
  const groups = (side: number) => `[${Array.from({ length: GROUPS }, (_, g) => `toFloat64(countIf(sel = ${side} AND grp = ${g}))`).join(', ')}]`;
  return asker.query<ItemRow>(`
    SELECT attribute, value, toFloat64(s) AS selected, toFloat64(b) AS background, carried, distinct, told, toFloat64(countIf(told) OVER ()) AS tested, toString(print) AS fingerprint, toString(cityHash64(attribute, value)) AS hash, selectedBy, backgroundBy FROM (
      SELECT attribute, value, s, b, print, selectedBy, backgroundBy,
        toFloat64(sum(s + b) OVER (PARTITION BY attribute)) AS carried, toFloat64(count() OVER (PARTITION BY attribute)) AS distinct,
        row_number() OVER (PARTITION BY attribute ORDER BY s DESC, value) AS place,
        maxIf(s, attribute = '') OVER () AS n, maxIf(b, attribute = '') OVER () AS m,
        attribute = '' OR (s >= greatest(${ROWS_MIN}, ${SHARE_MIN} * n) AND kinds >= ${TRACES_MIN}) AS told,
        s / greatest(1, n) * log2((s + 0.5) / (n + 1) * (m + 1) / (b + 0.5)) AS tells
      FROM (
        SELECT item.1 AS attribute, item.2 AS value, countIf(sel = 1) AS s, countIf(sel = 0) AS b, uniqUpToIf(${TRACES_MIN})(trace, sel = 1) AS kinds,
          groupBitXor(row) AS print, ${groups(1)} AS selectedBy, ${groups(0)} AS backgroundBy
        FROM (SELECT sel, grp, cityHash64(TraceId) AS trace, cityHash64(TraceId, SpanId) AS row, arrayJoin(${pairsSql(question)}) AS item FROM (${sample}))
        WHERE attribute = '' OR (value != '' AND length(value) <= ${VALUE_MAX})
        GROUP BY attribute, value
      )
    ) WHERE told OR (place = 1 AND distinct > ${IDENTIFIER_SHARE} * carried AND carried >= ${IDENTIFIER_ROWS_MIN})
    ORDER BY attribute != '', tells DESC, attribute, value LIMIT 400`, { ...params, timeZone: question.timeZone });
}

/** Which of the values stand on one row, as bits, and how many rows of each side have exactly these. */
async function countMasks(asker: Asker, question: WhoQuestion, sample: string, params: Record<string, unknown>, items: readonly ItemRow[]): Promise<WhoSample['masks']> {
  if (items.length === 0) return [];
  const rows = await asker.query<{ mask: string; selected: number; background: number }>(`
    SELECT toString(bits) AS mask, toFloat64(countIf(sel = 1)) AS selected, toFloat64(countIf(sel = 0)) AS background
    FROM (SELECT sel, arraySum(arrayDistinct(arrayMap(x -> transform(cityHash64(x.1, x.2), [${items.map(({ hash }) => `toUInt64('${hash}')`).join(', ')}], [${items.map((_, i) => `toUInt64(${1n << BigInt(i)})`).join(', ')}], toUInt64(0)), ${pairsSql(question)}))) AS bits FROM (${sample}))
    GROUP BY bits`, { ...params, timeZone: question.timeZone });
  return rows.map(({ mask, selected, background }) => ({ mask: BigInt(mask), selected, background }));
}

/**
 * How many times more the share of a value differs between groups of granules than independent rows would: rows of a
 * granule are of one instance and one stretch of time. 1 where everything was read. (Kish 1965, the design effect.)
 */
function designEffect(by: readonly number[], all: readonly number[], each: number): number {
  const used = by.map((count, g) => ({ count, of: all[g] ?? 0 })).filter(({ of }) => of > 0);
  const of = used.reduce((sum, one) => sum + one.of, 0);
  const share = used.reduce((sum, one) => sum + one.count, 0) / Math.max(1, of);
  if (each <= 1 || used.length < 2 || share <= 0 || share >= 1) return 1;
  const chi = used.reduce((sum, one) => sum + (one.count - one.of * share) ** 2 / (one.of * share * (1 - share)), 0);
  return Math.max(1, chi / (used.length - 1));
}

/** Errors: QUERY_INVALID where the selection is everything; QUERY_TIMEOUT. Cost: three reads of some thirty granules; for a rare selection, the narrow columns of the others besides. */
export async function selectWho(asker: Asker, question: WhoQuestion): Promise<WhoSample> {
  const scope = scopeOf(question);
  const total = await sizeOf(asker, scope);
  if (total.selected === 0 || total.compared === 0) return { selected: { total: total.selected, sampled: 0 }, compared: { total: total.compared, sampled: 0 }, items: [], masks: [], tested: 0, identifiers: [] };
  const rates = ratesFor(total);
  const sample = sampleOf(scope, rates);
  const found = await countItems(asker, question, sample, scope.params);
  const rows = found.find(({ attribute }) => attribute === '');
  const isIdentifier = ({ distinct, carried }: ItemRow) => distinct > IDENTIFIER_SHARE * carried && carried >= IDENTIFIER_ROWS_MIN;
  // Values on the very same rows take one bit; the rest of their names follow it.
  const leaders = new Map<string, ItemRow & { also: { attribute: string; value: string }[] }>();
  for (const item of found.filter((one) => one.attribute !== '' && one.told === 1)) {
    const leader = leaders.get(item.fingerprint);
    if (leader) leader.also.push({ attribute: item.attribute, value: item.value });
    else leaders.set(item.fingerprint, { ...item, also: [] });
  }
  const items = [...leaders.values()].slice(0, ITEMS_MAX);
  const spread = (item: ItemRow) => ({
    selected: designEffect(item.selectedBy, rows?.selectedBy ?? [], rates.rareEach ?? rates.each), background: designEffect(item.backgroundBy, rows?.backgroundBy ?? [], rates.each),
  });
  return {
    selected: { total: total.selected, sampled: rows?.selected ?? 0 }, compared: { total: total.compared, sampled: rows?.background ?? 0 },
    items: items.map(({ attribute, value, selected, background, also, ...item }) => ({ attribute, value, selected, background, also, spread: spread({ attribute, value, selected, background, ...item }) })),
    masks: await countMasks(asker, question, sample, scope.params, items), tested: rows?.tested ?? 0,
    identifiers: [...new Set(found.filter((item) => item.attribute !== '' && isIdentifier(item)).map(({ attribute }) => attribute))].sort(),
  };
}
