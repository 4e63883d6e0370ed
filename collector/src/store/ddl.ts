// Definitions → statements. One function dresses every CREATE for the three shapes the store runs in: embedded engine and
// single server (plain MergeTree), or a cluster (a replicated local table, and a distributed one under the public name).
import { ROLLUP_TABLES, ROLLUP_VIEWS } from './rollup-tables.js';
import { RAW_TABLES, TRACE_TIMES_TABLE, TRACE_TIMES_VIEW } from './raw-tables.js';
import type { TableDefinition, ViewDefinition } from './table-definition.js';
import { THINNED_LOADS_TABLE, THINNED_TABLE, THINNED_VIEWS } from './thinned-tables.js';

export interface DdlShape {
  database: string;
  /** Name of the cluster as the server's configuration has it; left out: one node. */
  cluster?: string;
  retentionDays: number;
}

/** Which version of the schema the store has, newest row counts. */
export const SCHEMA_VERSION_TABLE: TableDefinition = {
  name: 'narrows_schema',
  columns: [{ name: 'Version', type: 'UInt32' }, { name: 'AppliedAt', type: "DateTime64(3, 'UTC') DEFAULT now64(3)" }],
  indexes: [], engine: 'MergeTree', partitionBy: 'tuple()', orderBy: ['Version'], expiresFrom: null, shardBy: 'Version',
};

export const ALL_TABLES: readonly TableDefinition[] = [...RAW_TABLES, TRACE_TIMES_TABLE, ...ROLLUP_TABLES, THINNED_LOADS_TABLE];
export const ALL_VIEWS: readonly ViewDefinition[] = [TRACE_TIMES_VIEW, ...ROLLUP_VIEWS];

/** A load is repeated within minutes or not at all; every load of a table is one entry a partition. */
const DEDUPLICATION_WINDOW = 1_000;
const DURABLE = 'fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1';

/** Statements that bring an empty database to the current schema. All can be run again. */
export function createStatements(shape: DdlShape): string[] {
  return [
    ...[SCHEMA_VERSION_TABLE, ...ALL_TABLES, THINNED_TABLE].flatMap((table) => createTable(table, shape)),
    ...[...ALL_VIEWS, ...THINNED_VIEWS].map((view) => createView(view, shape)),
  ];
}

/** Statements that change how long rows are kept. */
export function retentionStatements(shape: DdlShape): string[] {
  return ALL_TABLES.filter((table) => table.expiresFrom !== null)
    .map((table) => `ALTER TABLE ${localName(table.name, shape)}${onCluster(shape)} MODIFY ${ttl(table, shape)}`);
}

export function createTable(table: TableDefinition, shape: DdlShape): string[] {
  const columns = table.columns.map(({ name, type, codec }) => `\`${name}\` ${type}${codec ? ` CODEC(${codec})` : ''}`);
  const body = [...columns, ...table.indexes.map((index) => `INDEX ${index}`)].join(',\n  ');
  const local = [
    `CREATE TABLE IF NOT EXISTS ${localName(table.name, shape)}${onCluster(shape)} (\n  ${body}\n)`,
    `ENGINE = ${engine(table, shape)}`,
    ...(table.engine === 'Null' ? [] : [
      `PARTITION BY ${table.partitionBy}`,
      `ORDER BY (${table.orderBy.join(', ')})`,
      ...(table.expiresFrom === null ? [] : [ttl(table, shape)]),
      `SETTINGS ${settings(shape)}`,
    ]),
  ].join('\n');
  if (!shape.cluster) return [local];
  return [local, `CREATE TABLE IF NOT EXISTS ${qualified(table.name, shape)}${onCluster(shape)} AS ${localName(table.name, shape)}\n`
    + `ENGINE = Distributed('${shape.cluster}', '${shape.database}', '${table.name}_local', ${table.shardBy})`];
}

/** On a cluster a view stays on its shard: from the local source to the local target. */
export function createView(view: ViewDefinition, shape: DdlShape): string {
  return [
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${qualified(view.name, shape)}${onCluster(shape)} TO ${localName(view.to, shape)} AS`,
    selectOf(view, shape),
  ].join('\n');
}

/** What a view selects; also run by itself in tests, as the oracle of its rollup. */
export function selectOf(view: ViewDefinition, shape: DdlShape): string {
  return `SELECT ${view.select.join(',\n  ')}\nFROM ${localName(view.from, shape)}\nWHERE ${view.where}\nGROUP BY ${view.groupBy.join(', ')}`;
}

export function dropTable(name: string, shape: DdlShape): string { return `DROP TABLE IF EXISTS ${qualified(name, shape)}${onCluster(shape)}`; }
export function qualified(name: string, shape: DdlShape): string { return `\`${shape.database}\`.\`${name}\``; }
/** The table that holds the rows: on a cluster the replicated one. */
export function localName(name: string, shape: DdlShape): string { return qualified(shape.cluster ? `${name}_local` : name, shape); }
export function onCluster(shape: DdlShape): string { return shape.cluster ? ` ON CLUSTER '${shape.cluster}'` : ''; }
function ttl(table: TableDefinition, shape: DdlShape): string { return `TTL ${table.expiresFrom} + toIntervalDay(${shape.retentionDays})`; }

function engine(table: TableDefinition, shape: DdlShape): string {
  if (!shape.cluster || table.engine === 'Null') return table.engine;
  return `Replicated${table.engine}('/clickhouse/tables/{shard}/${shape.database}/${table.name}_local', '{replica}')`;
}

function settings(shape: DdlShape): string {
  const window = shape.cluster ? 'replicated_deduplication_window' : 'non_replicated_deduplication_window';
  return `index_granularity = 8192, ttl_only_drop_parts = 1, ${window} = ${DEDUPLICATION_WINDOW}, ${DURABLE}`;
}
