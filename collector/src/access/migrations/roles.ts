// Roles: a token says what it may do and for which part of the agency it is, an ingestion key which signals it may send, a
// session whose account it is.
import type { Migration } from '../migration.js';

export const roles: Migration['up'] = async (db) => {
  for (const column of ['role', 'signals', 'project']) await db.schema.alterTable('credential').addColumn(column, 'text').execute();
  await db.schema.alterTable('session').addColumn('person', 'bigint').execute();
};
