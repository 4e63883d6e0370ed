// Single sign-on: who is on the way to a provider and back, which session came by one, and which roles one gave.
import type { Migration } from '../migration.js';

export const signOn: Migration['up'] = async (db) => {
  await db.schema.createTable('signOnAttempt')
    .addColumn('stateHash', 'text', (c) => c.primaryKey())
    .addColumn('browserHash', 'text', (c) => c.notNull())
    .addColumn('provider', 'text', (c) => c.notNull())
    .addColumn('nonce', 'text', (c) => c.notNull())
    .addColumn('codeVerifier', 'text', (c) => c.notNull())
    .addColumn('person', 'bigint')
    .addColumn('invitationHash', 'text')
    .addColumn('expiresAtMs', 'bigint', (c) => c.notNull())
    .execute();
  for (const column of ['provider', 'boundTo']) await db.schema.alterTable('session').addColumn(column, 'text').execute();
  await db.schema.alterTable('membership').addColumn('provider', 'text').execute();
};
