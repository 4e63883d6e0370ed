// The audit log: one chain an agency. `previous` is the hash of the entry before; `auditStart` says where a chain begins after
// entries that had been kept for long enough were let go.
import type { Migration } from '../migration.js';

export const auditLog: Migration['up'] = async (db) => {
  await db.schema.createTable('auditEntry')
    .addColumn('agency', 'text', (c) => c.notNull())
    .addColumn('sequence', 'bigint', (c) => c.notNull())
    .addColumn('atMs', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('origin', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .addColumn('previous', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('audit_entry_key', ['agency', 'sequence'])
    .execute();
  await db.schema.createTable('auditStart')
    .addColumn('agency', 'text', (c) => c.primaryKey())
    .addColumn('sequence', 'bigint', (c) => c.notNull())
    .addColumn('previous', 'text', (c) => c.notNull())
    .addColumn('untilMs', 'bigint', (c) => c.notNull())
    .execute();
};
