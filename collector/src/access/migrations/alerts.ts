// Alerts: rules, how they stand, incidents with their timeline, channels, what is to be sent, quiet times, known senders, and
// which collector is at it. Everything of an agency goes with the agency.
import type { Migration } from '../migration.js';

export const alerts: Migration['up'] = async (db) => {
  const ofAgency = (table: string) => db.schema.createTable(table).addColumn('agency', 'text', (c) => c.notNull().references('agency.id').onDelete('cascade'));
  for (const table of ['alertRule', 'alertChannel', 'quietTime']) {
    await ofAgency(table).addColumn('id', 'text', (c) => c.primaryKey()).addColumn('json', 'text', (c) => c.notNull())
      .addColumn('updatedAtMs', 'bigint', (c) => c.notNull()).addColumn('updatedBy', 'text', (c) => c.notNull()).execute();
  }
  await ofAgency('alertSetting').addColumn('name', 'text', (c) => c.notNull()).addColumn('json', 'text', (c) => c.notNull()).addPrimaryKeyConstraint('alertSettingKey', ['agency', 'name']).execute();
  await ofAgency('alertStanding').addColumn('ruleId', 'text', (c) => c.notNull()).addColumn('place', 'text', (c) => c.notNull()).addColumn('state', 'text', (c) => c.notNull())
    .addColumn('incident', 'text').addPrimaryKeyConstraint('alertStandingKey', ['agency', 'ruleId', 'place']).execute();
  await ofAgency('incident').addColumn('id', 'text', (c) => c.primaryKey()).addColumn('number', 'bigint', (c) => c.notNull()).addColumn('groupKey', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull()).addColumn('severity', 'text', (c) => c.notNull()).addColumn('openedAtMs', 'bigint', (c) => c.notNull()).addColumn('resolvedAtMs', 'bigint')
    .addColumn('owner', 'text').addColumn('json', 'text', (c) => c.notNull()).addColumn('postMortem', 'text').addColumn('rounds', 'bigint', (c) => c.notNull()).execute();
  await db.schema.createIndex('incidentByAgency').on('incident').columns(['agency', 'openedAtMs']).execute();
  await ofAgency('incidentAlert').addColumn('incident', 'text', (c) => c.notNull()).addColumn('ruleId', 'text', (c) => c.notNull()).addColumn('place', 'text', (c) => c.notNull()).addColumn('firedAtMs', 'bigint', (c) => c.notNull())
    .addColumn('overAtMs', 'bigint').addColumn('json', 'text', (c) => c.notNull()).addPrimaryKeyConstraint('incidentAlertKey', ['incident', 'ruleId', 'place', 'firedAtMs']).execute();
  await ofAgency('incidentEntry').addColumn('id', 'text', (c) => c.primaryKey()).addColumn('incident', 'text', (c) => c.notNull()).addColumn('atMs', 'bigint', (c) => c.notNull()).addColumn('json', 'text', (c) => c.notNull()).execute();
  await db.schema.createIndex('incidentEntryByIncident').on('incidentEntry').columns(['incident', 'atMs']).execute();
  await ofAgency('delivery').addColumn('id', 'text', (c) => c.primaryKey()).addColumn('channel', 'text', (c) => c.notNull()).addColumn('incident', 'text', (c) => c.notNull()).addColumn('payload', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull()).addColumn('attempts', 'bigint', (c) => c.notNull()).addColumn('nextAtMs', 'bigint', (c) => c.notNull()).addColumn('createdAtMs', 'bigint', (c) => c.notNull())
    .addColumn('sentAtMs', 'bigint').addColumn('lastError', 'text').execute();
  await db.schema.createIndex('deliveryDue').on('delivery').columns(['state', 'nextAtMs']).execute();
  await ofAgency('sender').addColumn('kind', 'text', (c) => c.notNull()).addColumn('service', 'text', (c) => c.notNull()).addColumn('instance', 'text', (c) => c.notNull())
    .addColumn('firstMs', 'bigint', (c) => c.notNull()).addColumn('lastMs', 'bigint', (c) => c.notNull()).addColumn('gapMs', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('senderKey', ['agency', 'kind', 'service', 'instance']).execute();
  await db.schema.createTable('lease').addColumn('name', 'text', (c) => c.primaryKey()).addColumn('holder', 'text', (c) => c.notNull()).addColumn('untilMs', 'bigint', (c) => c.notNull()).execute();
};
