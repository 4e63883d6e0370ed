// The metadata database: who may send and who may read. Embedded it is one libsql file beside the data, in WAL mode, so
// that `narrows login-link` and `narrows key` work while the collector runs; several collectors share a PostgreSQL. All
// access goes through Kysely with one set of queries for both; the same tests run on both.
import Database from 'libsql';
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import { NarrowsError } from '@narrows/contract';
import { Pool, types } from 'pg';
import { MIGRATIONS } from './migrations/index.js';
import { runMigrations } from './migration.js';
import type { MetaTables } from './meta-tables.js';

export type { AgencyTable, CredentialTable, MetaTables } from './meta-tables.js';
export type MetaDb = Kysely<MetaTables>;

/** How long a second process (the CLI) waits for the first one's write, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;
const POSTGRES_CONNECTIONS_MAX = 8;
const POSTGRES_CONNECT_TIMEOUT_MS = 5_000;

export const isPostgresUrl = (location: string): boolean => /^postgres(ql)?:\/\//.test(location);

/** Open a file (`:memory:` for a test) or a PostgreSQL by its URL, and bring it up to date. Errors: META_UNAVAILABLE. */
export async function openMetaDb(location: string): Promise<MetaDb> {
  const postgres = isPostgresUrl(location);
  const db: MetaDb = new Kysely<MetaTables>({ dialect: postgres ? postgresDialect(location) : sqliteDialect(location) });
  try {
    await runMigrations(db as unknown as Parameters<typeof runMigrations>[0], postgres ? 'postgres' : 'sqlite', MIGRATIONS, Date.now());
  } catch (cause) {
    await db.destroy();
    const where = postgres ? `the PostgreSQL at ${new URL(location).host}` : location;
    throw new NarrowsError('META_UNAVAILABLE', `${where}: ${cause instanceof Error ? cause.message || cause.name : String(cause)}`, { cause });
  }
  return db;
}

function sqliteDialect(file: string): SqliteDialect {
  const database = new Database(file);
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  database.pragma('journal_mode = WAL');
  database.pragma('foreign_keys = ON');
  return new SqliteDialect({ database });
}

/** Moments fit a number exactly until the year 287396. */
const INT8 = types.builtins.INT8;
const asNumbers = { getTypeParser: (oid: number, format?: 'text' | 'binary') => (oid === INT8 ? Number : types.getTypeParser(oid, format as 'text')) };

function postgresDialect(connectionString: string): PostgresDialect {
  const pool = new Pool({ connectionString, max: POSTGRES_CONNECTIONS_MAX, connectionTimeoutMillis: POSTGRES_CONNECT_TIMEOUT_MS, types: asNumbers });
  // A connection that breaks while nobody uses it is replaced at its next use; whoever uses one hears of it.
  pool.on('error', () => undefined);
  return new PostgresDialect({ pool });
}
