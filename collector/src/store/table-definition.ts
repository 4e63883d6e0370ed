// A table and a materialized view as data. `ddl.ts` turns them into statements for the embedded engine, a server or a
// cluster; the tables themselves are in `raw-tables.ts` and `rollup-tables.ts`.
export interface TableColumn {
  name: string;
  type: string;
  /** Inside CODEC(…); left out: the engine's own choice. */
  codec?: string;
}

export interface TableDefinition {
  name: string;
  columns: readonly TableColumn[];
  /** Whole index clauses: `name expression TYPE … GRANULARITY n`. */
  indexes: readonly string[];
  /** Null: holds nothing, and is there for its views; partitions, order and time are then of no meaning. */
  engine: 'MergeTree' | 'AggregatingMergeTree' | 'Null';
  /** A date: one partition a day, dropped whole when its time is over. */
  partitionBy: string;
  orderBy: readonly string[];
  /** DateTime expression from which retention counts. Null: kept for ever. */
  expiresFrom: string | null;
  /** On a cluster: which shard a row lives on. Deterministic, so that a repeated load meets its own traces. */
  shardBy: string;
}

export interface ViewDefinition {
  name: string;
  from: string;
  to: string;
  /** Expressions in the order of the target's columns, `AS` their names. */
  select: readonly string[];
  where: string;
  groupBy: readonly string[];
}
