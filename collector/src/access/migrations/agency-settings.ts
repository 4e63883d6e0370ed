// What an agency has set for itself: its pipelines, and its limits, retention and redaction where they differ from the collector's.
import type { Migration } from '../migration.js';

export const agencySettings: Migration['up'] = async (db) => {
  await db.schema.createTable('pipeline')
    .addColumn('agency', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('position', 'bigint', (c) => c.notNull())
    .addColumn('definition', 'text', (c) => c.notNull())
    .addColumn('updatedAtMs', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('pipeline_key', ['agency', 'id'])
    .execute();
  await db.schema.createTable('agencySetting')
    .addColumn('agency', 'text', (c) => c.primaryKey())
    .addColumn('limits', 'text')
    .addColumn('retentionDays', 'bigint')
    .addColumn('redact', 'text')
    .addColumn('updatedAtMs', 'bigint', (c) => c.notNull())
    .execute();
};
