// The first tables: agencies, keys and tokens, login links, sessions. A database from before there were migrations has them
// already, hence `ifNotExists`.
import { numberColumn, type Migration } from '../migration.js';

export const keysAndSessions: Migration['up'] = async (db, kind) => {
  await db.schema.createTable('agency').ifNotExists()
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('timeZone', 'text', (c) => c.notNull())
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createTable('credential').ifNotExists().$call(numberColumn(kind))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('agency', 'text', (c) => c.notNull().references('agency.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull().unique())
    .addColumn('hint', 'text', (c) => c.notNull())
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .addColumn('expiresAtMs', 'bigint')
    .addColumn('revokedAtMs', 'bigint')
    .execute();
  await db.schema.createTable('loginLink').ifNotExists()
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('agency', 'text', (c) => c.notNull().references('agency.id'))
    .addColumn('user', 'text', (c) => c.notNull())
    .addColumn('expiresAtMs', 'bigint', (c) => c.notNull())
    .addColumn('usedAtMs', 'bigint')
    .execute();
  await db.schema.createTable('session').ifNotExists()
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('agency', 'text', (c) => c.notNull().references('agency.id'))
    .addColumn('user', 'text', (c) => c.notNull())
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .addColumn('lastSeenMs', 'bigint', (c) => c.notNull())
    .execute();
};
