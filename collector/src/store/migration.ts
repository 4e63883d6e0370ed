// Brings the schema of a store up to date. Every statement can be repeated, so a migration that was interrupted is run
// again from its first; the version is written last. A store that is newer than this program is left alone.
import { NarrowsError } from '@narrows/contract';
import { createStatements, dropTable, retentionStatements, type DdlShape } from './ddl.js';
import { obsoleteTables, upgradeStatements } from './upgrade.js';

export const SCHEMA_VERSION = 4;

export interface Migrator {
  select<T>(sql: string): Promise<T[]>;
  command(sql: string): Promise<void>;
}

/** Errors: STORE_QUERY for a store written by a newer Narrows. */
export async function migrate(store: Migrator, shape: DdlShape): Promise<void> {
  const database = `\`${shape.database}\``;
  await store.command(`CREATE DATABASE IF NOT EXISTS ${database}${shape.cluster ? ` ON CLUSTER '${shape.cluster}'` : ''}`);
  const version = await schemaVersion(store, shape);
  if (version > SCHEMA_VERSION) {
    throw new NarrowsError('STORE_QUERY', `the store has schema ${version}, this program knows up to ${SCHEMA_VERSION}: start the newer program`);
  }
  // The first schema was never released: its tables were cut by the items' own time.
  if (version === 1) throw new NarrowsError('STORE_QUERY', 'the store has schema 1, of an early build of Narrows, which cannot be carried over: start with an empty data directory or database');
  if (version < SCHEMA_VERSION) {
    for (const statement of [...(version === 0 ? [] : upgradeStatements(version, shape)), ...createStatements(shape)]) await store.command(statement);
    await store.command(`INSERT INTO ${database}.narrows_schema (Version) VALUES (${SCHEMA_VERSION})`);
  }
  for (const name of await tablesLeftOver(store, shape)) await store.command(dropTable(name, shape));
  if (await retentionDiffers(store, shape)) {
    for (const statement of retentionStatements(shape)) await store.command(statement);
  }
}

async function schemaVersion(store: Migrator, shape: DdlShape): Promise<number> {
  const tables = await store.select<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = '${shape.database}' AND name = 'narrows_schema'`,
  );
  if (tables.length === 0) return 0;
  const [row] = await store.select<{ version: number }>(`SELECT max(Version) AS version FROM \`${shape.database}\`.narrows_schema`);
  return row?.version ?? 0;
}

/** Of earlier schemas: dropped when the version is written, or at the next start if that was interrupted. */
async function tablesLeftOver(store: Migrator, shape: DdlShape): Promise<string[]> {
  const names = obsoleteTables(shape).map((name) => `'${name}'`).join(', ');
  const tables = await store.select<{ name: string }>(`SELECT name FROM system.tables WHERE database = '${shape.database}' AND name IN (${names})`);
  return tables.map(({ name }) => name);
}

async function retentionDiffers(store: Migrator, shape: DdlShape): Promise<boolean> {
  const table = shape.cluster ? 'otel_traces_local' : 'otel_traces';
  const [row] = await store.select<{ definition: string }>(
    `SELECT create_table_query AS definition FROM system.tables WHERE database = '${shape.database}' AND name = '${table}'`,
  );
  return row !== undefined && !row.definition.includes(`toIntervalDay(${shape.retentionDays})`);
}
