// The metadata database: who may send and who may read. Embedded it is one libsql file beside the data, in WAL mode, so
// that `narrows login-link` and `narrows key` work while the collector runs. All access goes through Kysely, so that
// PostgreSQL can take its place without new queries. Moments are Unix ms.
import Database from 'libsql';
import { Kysely, SqliteDialect, type Generated } from 'kysely';

export interface AgencyTable { id: string; name: string; timeZone: string; createdAtMs: number }
/** Ingestion keys and API tokens: the same life, different doors. */
export interface CredentialTable {
  id: Generated<number>;
  kind: 'ingest' | 'api';
  agency: string;
  name: string;
  hash: string;
  hint: string;
  createdAtMs: number;
  expiresAtMs: number | null;
  revokedAtMs: number | null;
}
export interface LoginLinkTable { hash: string; agency: string; user: string; expiresAtMs: number; usedAtMs: number | null }
export interface SessionTable { hash: string; agency: string; user: string; createdAtMs: number; lastSeenMs: number }

export interface MetaTables { agency: AgencyTable; credential: CredentialTable; loginLink: LoginLinkTable; session: SessionTable }
export type MetaDb = Kysely<MetaTables>;

/** How long a second process (the CLI) waits for the first one's write, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

/** Open the file, create what is missing. `:memory:` for a test. */
export async function openMetaDb(file: string): Promise<MetaDb> {
  const database = new Database(file);
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  database.pragma('journal_mode = WAL');
  database.pragma('foreign_keys = ON');
  const db: MetaDb = new Kysely<MetaTables>({ dialect: new SqliteDialect({ database }) });
  await createTables(db);
  return db;
}

async function createTables(db: MetaDb): Promise<void> {
  await db.schema.createTable('agency').ifNotExists()
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('timeZone', 'text', (c) => c.notNull())
    .addColumn('createdAtMs', 'integer', (c) => c.notNull())
    .execute();
  await db.schema.createTable('credential').ifNotExists()
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('agency', 'text', (c) => c.notNull().references('agency.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull().unique())
    .addColumn('hint', 'text', (c) => c.notNull())
    .addColumn('createdAtMs', 'integer', (c) => c.notNull())
    .addColumn('expiresAtMs', 'integer')
    .addColumn('revokedAtMs', 'integer')
    .execute();
  await db.schema.createTable('loginLink').ifNotExists()
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('agency', 'text', (c) => c.notNull().references('agency.id'))
    .addColumn('user', 'text', (c) => c.notNull())
    .addColumn('expiresAtMs', 'integer', (c) => c.notNull())
    .addColumn('usedAtMs', 'integer')
    .execute();
  await db.schema.createTable('session').ifNotExists()
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('agency', 'text', (c) => c.notNull().references('agency.id'))
    .addColumn('user', 'text', (c) => c.notNull())
    .addColumn('createdAtMs', 'integer', (c) => c.notNull())
    .addColumn('lastSeenMs', 'integer', (c) => c.notNull())
    .execute();
}
