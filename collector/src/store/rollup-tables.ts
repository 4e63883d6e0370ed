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
const INSTANCE_KEY = [...PLACE_KEY, 'Instance'] as const;

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
const SERIES_OF_POINT = 'cityHash64(Attributes) AS Series';

export const ROLLUP_TABLES: readonly TableDefinition[] = [
  rollup('rollup_place_1s', PLACE_KEY.map(key), [
    ...['Completions', 'Errors', 'ResidenceNanoSum', 'DownstreamNanoSum', 'DownstreamReported', 'ApdexSatisfied', 'ApdexTolerating'].map(sum),
    { name: 'Durations', type: 'AggregateFunction(quantilesDD(0.01, 0.5, 0.95, 0.99), UInt64)' },
  ]),
  rollup('rollup_edge_1s', ['Service', 'Peer', 'PeerKind'].map(key), ['Calls', 'Errors', 'DurationNanoSum'].map(sum)),
  rollup('rollup_hitmap_5s', [...PLACE_KEY.map(key), { name: 'Transaction', type: 'UInt8' }, { name: 'Cell', type: 'UInt8' }], ['Ok', 'Error'].map(sum)),
  // Stage stands last: a store of schema 2 gets it added behind the key that it has.
  rollup('rollup_people_10s', ['Pipeline', 'Outcome', 'Stage'].map(key), [sum('Count'), sum('Named'), ...['Persons', 'Sessions', 'Clients'].map(distinct)]),
  rollup('rollup_active_1s', [...[...INSTANCE_KEY, 'Operation', 'Kind', 'Band', 'State'].map(key), SERIES], [max('Open')]),
  rollup('rollup_begun_1s', INSTANCE_KEY.map(key), [sumFloat('Begun')]),
  rollup('rollup_oldest_1s', INSTANCE_KEY.map(key), [max('OldestMs')]),
  rollup('rollup_instance_5s', ['Service', 'Instance', 'Version'].map(key), ['Completions', 'Errors', 'ResidenceNanoSum', 'DownstreamNanoSum', 'DownstreamReported'].map(sum)),
  rollup('rollup_runtime_1s', [...['Service', 'Instance', 'MetricName', 'Meaning'].map(key), SERIES], [max('Value'), sumFloat('Added')]),
  rollup('rollup_stage_gauge_1s', [...INSTANCE_KEY.map(key), key('MetricName'), SERIES], [max('Value')]),
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
const POINT_KEY = [...STAGE_KEY, 'Instance'];
const isNamed = (name: string): string => `MetricName = '${name}'`;
const stageGauge = (from: string, also: string): Rollup => ({
  name: `rollup_stage_gauge_1s_from_${from}_mv`, from, to: 'rollup_stage_gauge_1s', at: SECOND_OF_POINT,
  keys: [...POINT_KEY, 'MetricName', SERIES_OF_POINT], measures: ['max(Value) AS Value'],
  where: `Stage != '' AND NOT startsWith(MetricName, 'narrows.active.')${also}`,
});

/**
 * Of a host's CPU only what is idle is kept: its share of the whole is known without counting processors. A histogram
 * or counter since its start is `total`, to be differenced by the reader; one since the last report is added up.
 */
const RUNTIME_NAMES = `MetricName IN (${Object.keys(RUNTIME_METRIC).map((name) => `'${name}'`).join(', ')})`;
const IS_IDLE = `(MetricName != 'system.cpu.utilization' OR ${attribute('cpu.mode')} = 'idle' OR ${attribute('system.cpu.state')} = 'idle' OR ${attribute('state')} = 'idle')`;
const runtime = (from: string, meaning: string, value: string, added: string): Rollup => ({
  name: `rollup_runtime_1s_from_${from}_mv`, from, to: 'rollup_runtime_1s', at: SECOND_OF_POINT,
  keys: ['ServiceName AS Service', 'Instance', 'MetricName', `${meaning} AS Meaning`, `if(${IS_BEYOND_BUDGET}, 0, cityHash64(Attributes)) AS Series`],
  measures: [`max(${value}) AS Value`, `sum(${added}) AS Added`], where: `${RUNTIME_NAMES} AND ${IS_IDLE}`,
});

export const ROLLUP_VIEWS: readonly ViewDefinition[] = [
  view({
    name: 'rollup_place_1s_stage_mv', from: 'otel_traces', to: 'rollup_place_1s', at: endOfSpan(1),
    keys: STAGE_KEY, measures: PLACE_MEASURES, where: "Stage != ''",
  }),
  view({
    name: 'rollup_place_1s_service_mv', from: 'otel_traces', to: 'rollup_place_1s', at: endOfSpan(1),
    keys: ["'' AS Pipeline", "'' AS Stage", "'' AS Channel", 'ServiceName AS Service'], measures: PLACE_MEASURES, where: 'Transaction = 1',
  }),
  view({
    from: 'otel_traces', to: 'rollup_edge_1s', at: endOfSpan(1), keys: ['ServiceName AS Service', 'Peer', 'PeerKind'],
    measures: ['count() AS Calls', `countIf(${IS_ERROR}) AS Errors`, 'sum(Duration) AS DurationNanoSum'], where: "PeerKind != ''",
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
  view({
    from: 'otel_metrics_gauge', to: 'rollup_active_1s', at: SECOND_OF_POINT,
    keys: [...POINT_KEY, ...([['operation', 'Operation'], ['spanKind', 'Kind'], ['ageBand', 'Band'], ['activeState', 'State']] as const)
      .map(([name, column]) => `if(${IS_BEYOND_BUDGET}, '${OVERFLOW}', ${attribute(ATTR[name])}) AS ${column}`), `if(${IS_BEYOND_BUDGET}, 0, cityHash64(Attributes)) AS Series`],
    measures: ['max(Value) AS Open'], where: isNamed(ACTIVE_METRIC.transactions),
  }),
  view({ from: 'otel_metrics_sum', to: 'rollup_begun_1s', at: SECOND_OF_POINT, keys: POINT_KEY, measures: ['sum(Value) AS Begun'], where: isNamed(ACTIVE_METRIC.begun) }),
  view({ from: 'otel_metrics_gauge', to: 'rollup_oldest_1s', at: SECOND_OF_POINT, keys: POINT_KEY, measures: ['max(Value) AS OldestMs'], where: isNamed(ACTIVE_METRIC.oldestMs) }),
  // The one view of spans by instance. It reads one more attribute of the resource of each transaction and no other span.
  view({
    from: 'otel_traces', to: 'rollup_instance_5s', at: endOfSpan(INSTANCE_SECONDS),
    keys: ['ServiceName AS Service', 'Instance', `toLowCardinality(ResourceAttributes['${ATTR.serviceVersion}']) AS Version`],
    measures: PLACE_MEASURES.slice(0, 5), where: 'Transaction = 1',
  }),
  view(runtime('otel_metrics_gauge', "'gauge'", 'Value', '0.')),
  view(runtime('otel_metrics_sum', "'gauge'", 'Value', '0.')),
  view(runtime('otel_metrics_histogram', "if(AggregationTemporality = 2, 'total', 'added')", 'if(AggregationTemporality = 2, Sum, 0.)', 'if(AggregationTemporality = 2, 0., Sum)')),
  view(stageGauge('otel_metrics_gauge', '')),
  view(stageGauge('otel_metrics_sum', ' AND NOT IsMonotonic')),
];
