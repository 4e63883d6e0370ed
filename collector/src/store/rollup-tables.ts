// The rollups: what the live pages and the judge read, filled by materialized views as spans and points come in. One row
// a second and place, whatever the traffic, so a page costs the same at a thousand and at a billion spans. Keys begin
// with the agency and the time: "the last minutes of one agency" is one range of every table.
import { ACTIVE_METRIC, ATTR, HITMAP_BANDS, HITMAP_CELLS, HITMAP_COLUMN_SECONDS, INSTANCE_STEP_MS, NANO_PER_MS, OVERFLOW, PEOPLE_STEP_MS, RUNTIME_METRIC } from '@narrows/contract';
import { DAY_OF_RECEIPT, RECEIVED, secondOf } from './received.js';
import type { TableColumn, TableDefinition, ViewDefinition } from './table-definition.js';

/** Apdex: satisfied up to T, tolerating up to 4 T, an error is neither. */
const APDEX_MS = 1_200;
const PEOPLE_SECONDS = PEOPLE_STEP_MS / 1_000;
const INSTANCE_SECONDS = INSTANCE_STEP_MS / 1_000;

const PLACE_KEY = ['Pipeline', 'Stage', 'Channel', 'Service'] as const;

const key = (name: string): TableColumn => ({ name, type: 'LowCardinality(String)' });
const sum = (name: string): TableColumn => ({ name, type: 'SimpleAggregateFunction(sum, UInt64)' });
const sumFloat = (name: string): TableColumn => ({ name, type: 'SimpleAggregateFunction(sum, Float64)' });
const max = (name: string): TableColumn => ({ name, type: 'SimpleAggregateFunction(max, Float64)' });
const distinct = (name: string): TableColumn => ({ name, type: 'AggregateFunction(uniqCombined64, String)' });

function rollup(name: string, keyColumns: readonly TableColumn[], measures: readonly TableColumn[]): TableDefinition {
  return {
    name,
    columns: [key('Agency'), { name: 'At', type: "DateTime('UTC')" }, ...keyColumns, ...measures, RECEIVED],
    indexes: [],
    engine: 'AggregatingMergeTree',
    partitionBy: RECEIVED.name,
    orderBy: ['Agency', 'At', ...keyColumns.map((column) => column.name)],
    expiresFrom: RECEIVED.name,
    shardBy: 'cityHash64(Agency, At)',
  };
}

/** Gauges that differ in any attribute are added up, also where none of the key's columns tells them apart. */
const SERIES: TableColumn = { name: 'Series', type: 'UInt64' };

export const ROLLUP_TABLES: readonly TableDefinition[] = [
  // The last three stand last: a store of an earlier schema gets them added behind the key that it has.
  rollup('rollup_place_1s', [...PLACE_KEY.map(key), { name: 'Transaction', type: 'UInt8' }, ...['Peer', 'PeerKind'].map(key)], [
    ...['Completions', 'Errors', 'ResidenceNanoSum', 'DownstreamNanoSum', 'DownstreamReported', 'ApdexSatisfied', 'ApdexTolerating'].map(sum),
    { name: 'Durations', type: 'AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), UInt64)' },
  ]),
  rollup('rollup_hitmap_5s', [...PLACE_KEY.map(key), { name: 'Transaction', type: 'UInt8' }, { name: 'Cell', type: 'UInt8' }], ['Ok', 'Error'].map(sum)),
  // Stage stands last: a store of schema 2 gets it added behind the key that it has.
  rollup('rollup_people_10s', ['Pipeline', 'Outcome', 'Stage'].map(key), [sum('Count'), sum('Named'), ...['Persons', 'Sessions', 'Clients'].map(distinct)]),
  rollup('rollup_instance_5s', ['Service', 'Instance', 'Version'].map(key), ['Completions', 'Errors', 'ResidenceNanoSum', 'DownstreamNanoSum', 'DownstreamReported'].map(sum)),
  rollup('rollup_metric_1s', [...[...PLACE_KEY, 'Instance', 'MetricName', 'Meaning', 'Operation', 'Kind', 'Band', 'State'].map(key), SERIES], [max('Highest'), sumFloat('Added')]),
];

/** When a span ended, to whole steps of so many seconds. */
const endOfSpan = (stepSeconds: number): string => `${secondOf('toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)', stepSeconds)} AS At`;
const SECOND_OF_POINT = `${secondOf('toUnixTimestamp64Nano(TimeUnix)')} AS At`;

/** `hitmapCell` of the contract, on nanoseconds. */
export function hitmapCellSql(durationNano: string): string {
  let first = 0;
  const branches = HITMAP_BANDS.map((band) => {
    const fromNano = band.fromMs * NANO_PER_MS;
    const cellNano = band.cellMs * NANO_PER_MS;
    const cell = `${first} + intDiv(${durationNano} - ${fromNano}, ${cellNano})`;
    first += band.cells;
    return `${durationNano} < ${fromNano + cellNano * band.cells}, ${cell}`;
  });
  return `toUInt8(multiIf(${branches.join(', ')}, ${HITMAP_CELLS - 1}))`;
}

const IS_ERROR = "StatusCode = 'Error'";
const PLACE_MEASURES = [
  'count() AS Completions',
  `countIf(${IS_ERROR}) AS Errors`,
  'sum(Duration) AS ResidenceNanoSum',
  'sum(toUInt64(greatest(DownstreamNano, 0))) AS DownstreamNanoSum',
  'countIf(DownstreamNano >= 0) AS DownstreamReported',
  `countIf(Duration <= ${APDEX_MS * NANO_PER_MS} AND NOT ${IS_ERROR}) AS ApdexSatisfied`,
  `countIf(Duration > ${APDEX_MS * NANO_PER_MS} AND Duration <= ${4 * APDEX_MS * NANO_PER_MS} AND NOT ${IS_ERROR}) AS ApdexTolerating`,
  'quantilesDDState(0.01, 0.5, 0.95, 0.99)(Duration) AS Durations',
];
/** A series beyond the agency's budget: the decoder has put it into the bucket of all such, and no attribute may split that. */
const IS_BEYOND_BUDGET = `Instance = '${OVERFLOW}'`;
const attribute = (name: string): string => `Attributes['${name}']`;

interface Rollup { name?: string; from: string; to: string; at: string; keys: readonly string[]; measures: readonly string[]; where: string }

/** `keys` are columns of the source, or expressions `AS` a column of the target. */
function view({ name, from, to, at, keys, measures, where }: Rollup): ViewDefinition {
  return {
    name: name ?? `${to}_mv`, from, to, where,
    select: ['Agency', at, ...keys, ...measures, DAY_OF_RECEIPT],
    groupBy: ['Agency', 'At', ...keys.map((expression) => expression.split(' AS ').at(-1) ?? expression), RECEIVED.name],
  };
}

const STAGE_KEY = ['Pipeline', 'Stage', 'Channel', 'ServiceName AS Service'];

const isNamed = (names: readonly string[]): string => `MetricName IN (${names.map((name) => `'${name}'`).join(', ')})`;
const IS_ACTIVE = "startsWith(MetricName, 'narrows.active.')";
const IS_OF_STAGE = `Stage != '' AND NOT ${IS_ACTIVE}`;
/** Of a host's CPU only what is idle is looked at: its share of the whole is then known without counting processors. */
const IS_IDLE = `(MetricName != 'system.cpu.utilization' OR ${attribute('cpu.mode')} = 'idle' OR ${attribute('system.cpu.state')} = 'idle' OR ${attribute('state')} = 'idle')`;
const IS_RUNTIME = `(${isNamed(Object.keys(RUNTIME_METRIC))} AND ${IS_IDLE})`;

/**
 * What instances report of themselves and is looked at by the second: transactions that are open or began, by the attributes that
 * tell them apart; runtimes and hosts, which have a `meaning`; gauges of a stage. One table and one view a source, since every
 * part costs a load and every table the live page a question; few expressions, since a load prepares them each time.
 */
function metric({ from, meaning, value, added, where }: { from: string; meaning: string; value: string; added: string; where: string }): ViewDefinition {
  const ofOpen = ([['operation', 'Operation'], ['spanKind', 'Kind'], ['ageBand', 'Band'], ['activeState', 'State']] as const)
    .map(([name, column]) => `if(${IS_BEYOND_BUDGET}, '${OVERFLOW}', ${attribute(ATTR[name])}) AS ${column}`);
  return view({
    name: `rollup_metric_1s_from_${from}_mv`, from, to: 'rollup_metric_1s', at: SECOND_OF_POINT, where,
    keys: [...STAGE_KEY, 'Instance', 'MetricName', `${meaning} AS Meaning`, ...ofOpen, `if(${IS_BEYOND_BUDGET} AND (Stage = '' OR ${IS_ACTIVE}), 0, cityHash64(Attributes)) AS Series`],
    measures: [`max(${value}) AS Highest`, `sum(${added}) AS Added`],
  });
}

export const ROLLUP_VIEWS: readonly ViewDefinition[] = [
  // A transaction counts for its service, a span with a stage for its stage, a call for its peer, many for two of them: one row
  // that readers count for each, instead of a view and a part for each.
  view({
    from: 'otel_traces', to: 'rollup_place_1s', at: endOfSpan(1), keys: [...STAGE_KEY, 'Transaction', 'Peer', 'PeerKind'], measures: PLACE_MEASURES,
    where: "Transaction = 1 OR Stage != '' OR PeerKind != ''",
  }),
  view({
    from: 'otel_traces', to: 'rollup_hitmap_5s', at: endOfSpan(HITMAP_COLUMN_SECONDS),
    keys: [...STAGE_KEY, 'Transaction', `${hitmapCellSql('Duration')} AS Cell`],
    measures: [`countIf(NOT ${IS_ERROR}) AS Ok`, `countIf(${IS_ERROR}) AS Error`], where: "Transaction = 1 OR Stage != ''",
  }),
  view({
    from: 'otel_traces', to: 'rollup_people_10s', at: endOfSpan(PEOPLE_SECONDS), keys: ['Pipeline', 'Outcome', 'Stage'],
    measures: ['count() AS Count', "countIf(Person != '') AS Named", ...['Person', 'Session', 'Client'].map((who) => `uniqCombined64IfState(${who}, ${who} != '') AS ${who}s`)],
    where: "Pipeline != ''",
  }),
  // The one view of spans by instance. It reads one more attribute of the resource of each transaction and no other span.
  view({
    from: 'otel_traces', to: 'rollup_instance_5s', at: endOfSpan(INSTANCE_SECONDS),
    keys: ['ServiceName AS Service', 'Instance', `toLowCardinality(ResourceAttributes['${ATTR.serviceVersion}']) AS Version`],
    measures: PLACE_MEASURES.slice(0, 5), where: 'Transaction = 1',
  }),
  metric({
    from: 'otel_metrics_gauge', meaning: `if(${IS_RUNTIME}, 'gauge', '')`, value: 'Value', added: '0.',
    where: `${isNamed([ACTIVE_METRIC.transactions, ACTIVE_METRIC.oldestMs])} OR ${IS_RUNTIME} OR (${IS_OF_STAGE})`,
  }),
  metric({
    from: 'otel_metrics_sum', meaning: `if(${IS_RUNTIME}, 'gauge', '')`, value: `if(${isNamed([ACTIVE_METRIC.begun])}, 0., Value)`, added: `if(${isNamed([ACTIVE_METRIC.begun])}, Value, 0.)`,
    where: `${isNamed([ACTIVE_METRIC.begun])} OR ${IS_RUNTIME} OR (${IS_OF_STAGE} AND NOT IsMonotonic)`,
  }),
  // A histogram since its start is a `total`, to be differenced by the reader; one since the last report is added up.
  metric({
    from: 'otel_metrics_histogram', meaning: "if(AggregationTemporality = 2, 'total', 'added')", value: 'if(AggregationTemporality = 2, Sum, 0.)',
    added: 'if(AggregationTemporality = 2, 0., Sum)', where: IS_RUNTIME,
  }),
];
