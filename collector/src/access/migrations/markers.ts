// Markers: what people said they did, and when. `subject` is JSON.
import { numberColumn, type Migration } from '../migration.js';

export const markers: Migration['up'] = async (db, kind) => {
  await db.schema.createTable('marker').$call(numberColumn(kind))
    .addColumn('agency', 'text', (c) => c.notNull().references('agency.id'))
    .addColumn('atMs', 'bigint', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('by', 'text', (c) => c.notNull())
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('markerByTime').on('marker').columns(['agency', 'atMs']).execute();
};
