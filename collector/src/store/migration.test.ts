import { expect, test } from 'vitest';
import { migrate, SCHEMA_VERSION, type Migrator } from './migration.js';

const shape = { database: 'narrows', retentionDays: 14 };

/** A store that answers by the table that is asked for, and keeps what it was told. */
function storeWith(version: number | null, days: number): Migrator & { commands: string[] } {
  const commands: string[] = [];
  const answers: [RegExp, unknown[]][] = [
    [/name = 'narrows_schema'/, version === null ? [] : [{ name: 'narrows_schema' }]],
    [/max\(Version\)/, [{ version }]],
    [/create_table_query/, [{ definition: `TTL x + toIntervalDay(${days})` }]],
  ];
  return {
    commands,
    select: (sql) => Promise.resolve((answers.find(([question]) => question.test(sql))?.[1] ?? []) as never),
    command: (sql) => { commands.push(sql); return Promise.resolve(); },
  };
}

test('the version is written last, so that an interrupted migration runs again', async () => {
  const store = storeWith(null, 14);
  await migrate(store, shape);
  expect(store.commands.at(-1)).toBe(`INSERT INTO \`narrows\`.narrows_schema (Version) VALUES (${SCHEMA_VERSION})`);
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
  expect(store.commands.filter((sql) => sql.startsWith('ALTER'))).toEqual([expect.stringMatching(/^ALTER TABLE `narrows`.`rollup_people_10s` ADD COLUMN .* MODIFY ORDER BY \(Agency, At, Pipeline, Outcome, Stage.*\)$/)]);
});
