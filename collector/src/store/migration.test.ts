import { expect, test } from 'vitest';
import type { DdlShape } from './ddl.js';
import { migrate, SCHEMA_VERSION, type Migrator } from './migration.js';

const shape = { database: 'narrows', retentionDays: 14 };

/** A store that answers by the table that is asked for, and keeps what it was told. */
function storeWith(version: number | null, days: number): Migrator & { commands: string[] } {
  const commands: string[] = [];
  const answers: [RegExp, unknown[]][] = [
    [/name = 'narrows_schema'/, version === null ? [] : [{ name: 'narrows_schema' }]],
    [/max\(Version\)/, [{ version }]],
    [/name IN \(/, version === SCHEMA_VERSION ? [] : [{ name: 'rollup_begun_1s' }]],
    [/create_table_query/, [{ definition: `TTL x + toIntervalDay(${days})` }]],
  ];
  return {
    commands,
    select: (sql) => Promise.resolve((answers.find(([question]) => question.test(sql))?.[1] ?? []) as never),
    command: (sql) => { commands.push(sql); return Promise.resolve(); },
  };
}

async function upgradedFrom(version: number, to: DdlShape): Promise<{ commands: string[] }> {
  const store = storeWith(version, to.retentionDays);
  await migrate(store, to);
  return store;
}

test('the version is written last, so that an interrupted migration runs again', async () => {
  const store = storeWith(null, 14);
  await migrate(store, shape);
  const written = `INSERT INTO \`narrows\`.narrows_schema (Version) VALUES (${SCHEMA_VERSION})`;
  // But for what nobody needs any more: until then a copy of it can be made anew.
  expect(store.commands.slice(-2)).toEqual([written, 'DROP TABLE IF EXISTS `narrows`.`rollup_begun_1s`']);
});

test('a store that is up to date is not touched', async () => {
  const store = storeWith(SCHEMA_VERSION, 14);
  await migrate(store, shape);
  expect(store.commands).toEqual(['CREATE DATABASE IF NOT EXISTS `narrows`']);
});

test('a store of a newer program is left alone', async () => {
  const store = storeWith(SCHEMA_VERSION + 1, 14);
  await expect(migrate(store, shape)).rejects.toThrow(`schema ${SCHEMA_VERSION + 1}`);
  expect(store.commands).toHaveLength(1);
});

test('a store of the early schema is refused in words that say what to do', async () => {
  const store = storeWith(1, 14);
  await expect(migrate(store, shape)).rejects.toThrow('start with an empty data directory or database');
  expect(store.commands).toHaveLength(1);
});

test('a store of schema 2 first gets the stage into the rollup of people', async () => {
  const store = storeWith(2, 14);
  await migrate(store, shape);
  expect(store.commands[1]).toBe('DROP TABLE IF EXISTS `narrows`.`rollup_people_10s_mv`');
  expect(store.commands.filter((sql) => sql.includes('ADD COLUMN'))).toEqual([
    expect.stringMatching(/^ALTER TABLE `narrows`.`rollup_people_10s` ADD COLUMN .* MODIFY ORDER BY \(Agency, At, Pipeline, Outcome, Stage.*\)$/),
    expect.stringMatching(/^ALTER TABLE `narrows`.`rollup_place_1s` ADD COLUMN .* MODIFY ORDER BY \(Agency, At, Pipeline, Stage, Channel, Service, Transaction, Peer, PeerKind\)$/),
  ]);
});

test('what is copied is told anew: what an interrupted copy left goes first, and no view fills the table before', async () => {
  const { commands } = await upgradedFrom(3, shape);
  const at = (what: RegExp): number => commands.findIndex((sql) => what.test(sql));
  for (const [emptied, table] of [[/^TRUNCATE TABLE `narrows`.`rollup_metric_1s`/, 'rollup_metric_1s'], [/^ALTER TABLE `narrows`.`rollup_place_1s` DELETE WHERE PeerKind/, 'rollup_place_1s']] as const) {
    const copied = at(new RegExp(`^INSERT INTO .narrows.\\..${table}`));
    expect(at(emptied), table).toBeGreaterThan(0);
    expect(copied, table).toBeGreaterThan(at(emptied));
    expect(at(new RegExp(`^CREATE MATERIALIZED VIEW .* TO .narrows.\\..${table}`)), table).toBeGreaterThan(copied);
  }
});

test('on a cluster the local tables change on every node, and copies go through the distributed ones', async () => {
  const { commands } = await upgradedFrom(3, { ...shape, cluster: 'main' });
  expect(commands.filter((sql) => sql.startsWith('TRUNCATE'))).toEqual(["TRUNCATE TABLE `narrows`.`rollup_metric_1s_local` ON CLUSTER 'main'"]);
  const copies = commands.filter((sql) => sql.startsWith('INSERT INTO `narrows`.`rollup_metric_1s`'));
  expect(copies).toHaveLength(5 * (shape.retentionDays + 2));
  for (const sql of copies) expect(sql).toMatch(/distributed_foreground_insert = 1\n.* FROM `narrows`.`rollup_\w+_1s` /);
});
