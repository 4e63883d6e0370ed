// Brings the metadata database up to date: each migration once, in order, in a transaction of its own. Two processes that start
// at once are no harm: whoever writes a migration's name first does it, the other waits for that and goes on.
import { sql, type CreateTableBuilder, type Kysely } from 'kysely';

/** The two databases that metadata can lie in. They differ in how a number that counts up is declared, and in nothing else here. */
export type MetaKind = 'sqlite' | 'postgres';

export interface Migration {
  /** For good: under this name it is remembered as done. */
  name: string;
  /** Moments are `bigint`: PostgreSQL's `integer` ends in January 1970. */
  up: (db: Kysely<never>, kind: MetaKind) => Promise<void>;
}
/** Any number that nobody else locks in this database. */
const MIGRATION_LOCK = 4_319;
interface MigrationTables { migration: { name: string; appliedAtMs: number } }

export async function runMigrations(db: Kysely<MigrationTables>, kind: MetaKind, migrations: readonly Migration[], nowMs: number): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    // Two who make the same table at once are one too many for PostgreSQL, also with "if not exists".
    if (kind === 'postgres') await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction);
    await transaction.schema.createTable('migration').ifNotExists().addColumn('name', 'text', (c) => c.primaryKey()).addColumn('appliedAtMs', 'bigint', (c) => c.notNull()).execute();
  });
  const done = new Set((await db.selectFrom('migration').select('name').execute()).map(({ name }) => name));
  for (const { name, up } of migrations.filter((migration) => !done.has(migration.name))) {
    await db.transaction().execute(async (transaction) => {
      // The first statement writes, so that it waits for whoever is at it.
      const mine = await transaction.insertInto('migration').values({ name, appliedAtMs: nowMs }).onConflict((c) => c.column('name').doNothing()).executeTakeFirst();
      if (mine.numInsertedOrUpdatedRows) await up(transaction as unknown as Kysely<never>, kind);
    });
  }
}

/** To be called by `$call` on a new table: a column `id` that numbers its rows and never gives a number twice. */
export function numberColumn(kind: MetaKind) {
  return <Table extends string, Column extends string>(table: CreateTableBuilder<Table, Column>): CreateTableBuilder<Table, Column | 'id'> => (
    kind === 'postgres' ? table.addColumn('id', sql`serial`, (c) => c.primaryKey()) : table.addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement()));
}
