// From an earlier schema to this one: what `createStatements` cannot do, since the tables are there already. Every statement can be
// repeated: a migration that was interrupted begins again. What an earlier schema had and this one has not is dropped last of
// all, when the version is written, so that a copy made of it can be made anew until then.
import { ACTIVE_METRIC } from '@narrows/contract';
import { createTable, dropTable, localName, onCluster, qualified, type DdlShape } from './ddl.js';
import { ROLLUP_TABLES } from './rollup-tables.js';
import { THINNED_TABLE, THINNED_VIEWS } from './thinned-tables.js';
import type { TableDefinition } from './table-definition.js';

const rollup = (name: string): TableDefinition => ROLLUP_TABLES.find((table) => table.name === name)!;

/** Statements to be run before `createStatements`. */
export function upgradeStatements(from: number, shape: DdlShape): string[] {
  return [...(from < 3 ? toSchema3(shape) : []), ...(from < 4 ? toSchema4(from, shape) : [])];
}

/** Columns at the end of a rollup, the last keys of its order among them; its views are made anew. */
function widened(name: string, columns: string, views: readonly string[], shape: DdlShape): string[] {
  return [
    ...views.map((view) => dropTable(view, shape)),
    `ALTER TABLE ${localName(name, shape)}${onCluster(shape)} ${columns}, MODIFY ORDER BY (${rollup(name).orderBy.join(', ')})`,
    ...(shape.cluster ? [`ALTER TABLE ${qualified(name, shape)}${onCluster(shape)} ${columns}`] : []),
  ];
}

/** Who was told what is counted by stage; thinned spans feed more rollups, and the table that passes them on holds nothing. */
function toSchema3(shape: DdlShape): string[] {
  const columns = 'ADD COLUMN IF NOT EXISTS `Stage` LowCardinality(String), ADD COLUMN IF NOT EXISTS `Named` SimpleAggregateFunction(sum, UInt64)';
  const views = ['rollup_people_10s_mv', ...THINNED_VIEWS.map(({ name }) => name)];
  return [
    ...widened('rollup_people_10s', columns, views, shape),
    ...namesOf(THINNED_TABLE.name, shape).map((name) => dropTable(name, shape)),
  ];
}

const PLACE_VIEWS = ['rollup_place_1s_stage_mv', 'rollup_place_1s_service_mv', 'rollup_edge_1s_mv'];
const PLACE_COLUMNS = ['`Transaction` UInt8', '`Peer` LowCardinality(String)', '`PeerKind` LowCardinality(String)'].map((column) => `ADD COLUMN IF NOT EXISTS ${column}`).join(', ');
/** The five rollups of metrics that have become one, and what their rows are in it where a column of it is not simply missing. */
const METRIC_ROLLUPS: Readonly<Record<string, { views: readonly string[]; columns: Readonly<Record<string, string>>; since?: number }>> = {
  rollup_active_1s: {
    views: ['rollup_active_1s_mv'],
    columns: { ...columnsOf('Pipeline', 'Stage', 'Channel', 'Instance', 'Operation', 'Kind', 'Band', 'State', 'Series'), MetricName: `'${ACTIVE_METRIC.transactions}'`, Highest: 'Open' },
  },
  rollup_begun_1s: { views: ['rollup_begun_1s_mv'], columns: { ...columnsOf('Pipeline', 'Stage', 'Channel', 'Instance'), MetricName: `'${ACTIVE_METRIC.begun}'`, Added: 'Begun' } },
  rollup_oldest_1s: { views: ['rollup_oldest_1s_mv'], columns: { ...columnsOf('Pipeline', 'Stage', 'Channel', 'Instance'), MetricName: `'${ACTIVE_METRIC.oldestMs}'`, Highest: 'OldestMs' } },
  rollup_runtime_1s: {
    views: ['gauge', 'sum', 'histogram'].map((kind) => `rollup_runtime_1s_from_otel_metrics_${kind}_mv`),
    columns: { ...columnsOf('Instance', 'MetricName', 'Meaning', 'Series', 'Added'), Highest: 'Value' },
    since: 3,
  },
  rollup_stage_gauge_1s: {
    views: ['gauge', 'sum'].map((kind) => `rollup_stage_gauge_1s_from_otel_metrics_${kind}_mv`),
    columns: { ...columnsOf('Pipeline', 'Stage', 'Channel', 'Instance', 'MetricName', 'Series'), Highest: 'Value' },
  },
};

const EDGE_COLUMNS = { ...columnsOf('Peer', 'PeerKind', 'Errors'), Completions: 'Calls', ResidenceNanoSum: 'DurationNanoSum' };

function columnsOf(...names: string[]): Record<string, string> { return Object.fromEntries(names.map((name) => [name, name])); }

/** A row of a place says whether it is of transactions, and whom they called, in place of three; what instances report is one rollup. */
function toSchema4(from: number, shape: DdlShape): string[] {
  const metric = rollup('rollup_metric_1s');
  const metricCopies = Object.entries(METRIC_ROLLUPS).filter(([, { since = 2 }]) => since <= from).flatMap(([name, { columns }]) => copyOf(name, metric.name, columns, shape));
  return [
    ...widened('rollup_place_1s', PLACE_COLUMNS, PLACE_VIEWS.flatMap((view) => [view, `${view}_thinned`]), shape),
    `ALTER TABLE ${localName('rollup_place_1s', shape)}${onCluster(shape)} DELETE WHERE PeerKind != '' SETTINGS mutations_sync = 2`,
    ...copyOf('rollup_edge_1s', 'rollup_place_1s', EDGE_COLUMNS, shape),
    ...Object.values(METRIC_ROLLUPS).flatMap(({ views }) => views.map((view) => dropTable(view, shape))),
    ...createTable(metric, shape),
    `TRUNCATE TABLE ${localName(metric.name, shape)}${onCluster(shape)}`,
    ...metricCopies,
  ];
}

/** Day by day, so that one statement stays within its time and within one partition. Tomorrow too: another server's clock may be ahead. */
function copyOf(from: string, to: string, columns: Readonly<Record<string, string>>, shape: DdlShape): string[] {
  const all = { ...columnsOf('Agency', 'At', 'Service', 'Received'), ...columns };
  const settings = `SETTINGS insert_deduplicate = 0${shape.cluster ? ', distributed_foreground_insert = 1' : ''}`;
  return Array.from({ length: shape.retentionDays + 2 }, (_, i) => (
    `INSERT INTO ${qualified(to, shape)} (${Object.keys(all).join(', ')}) ${settings}
      SELECT ${Object.values(all).join(', ')} FROM ${qualified(from, shape)} WHERE Received = toDate(now('UTC')) - ${i - 1}`));
}

/** Names of tables of earlier schemas, whose rows are in others now. */
export function obsoleteTables(shape: DdlShape): string[] {
  return ['rollup_edge_1s', ...Object.keys(METRIC_ROLLUPS)].flatMap((name) => namesOf(name, shape));
}

/** On a cluster a table is two. */
function namesOf(name: string, shape: DdlShape): string[] { return shape.cluster ? [name, `${name}_local`] : [name]; }
