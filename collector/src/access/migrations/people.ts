// People: accounts and what they may do in which agency, invitations, the parts of an agency, and what an agency has set for
// itself. The audit log has its own file.
import { numberColumn, type Migration } from '../migration.js';

export const people: Migration['up'] = async (db, kind) => {
  await db.schema.createTable('person').$call(numberColumn(kind))
    .addColumn('login', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('passwordHash', 'text')
    .addColumn('codeSecret', 'text')
    .addColumn('codeStep', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('failures', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('lockedUntilMs', 'bigint')
    .addColumn('subject', 'text', (c) => c.unique())
    .addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createTable('membership')
    .addColumn('person', 'bigint', (c) => c.notNull())
    .addColumn('agency', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('membership_key', ['person', 'agency'])
    .execute();
  await db.schema.createTable('invitation')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('agency', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('invitedBy', 'text', (c) => c.notNull())
    .addColumn('expiresAtMs', 'bigint', (c) => c.notNull())
    .addColumn('usedAtMs', 'bigint')
    .execute();
  await db.schema.createTable('project')
    .addColumn('agency', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('project_key', ['agency', 'id'])
    .execute();
};
