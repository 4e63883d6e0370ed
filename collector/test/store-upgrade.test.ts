// A store that an earlier program made is carried over by this one: its rows stay, and what comes in afterwards is counted
// as in a new store. Real engine; the earlier tables are in schema-2.sql as that program made them.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Session } from 'chdb';
import { afterAll, expect, it } from 'vitest';
import { openStore } from '../dist/store/store.js';

const dir = await mkdtemp(path.join(os.tmpdir(), 'narrows-upgrade-'));
afterAll(() => rm(dir, { recursive: true, force: true }));

it('a store of schema 2 keeps its rows, and has every table and view of a new one', async () => {
  const old = path.join(dir, 'old');
  const session = new Session(old);
  session.query('CREATE DATABASE narrows');
  for (const statement of (await readFile(path.join(import.meta.dirname, 'schema-2.sql'), 'utf8')).split(';\n')) {
    const sql = statement.replaceAll(/^--.*$/gm, '').trim();
    if (sql !== '') session.query(sql);
  }
  session.query('INSERT INTO narrows.narrows_schema (Version) VALUES (2)');
  session.query("INSERT INTO narrows.rollup_people_10s (Agency, At, Pipeline, Outcome, Count, Received) VALUES ('a', '2026-11-01 00:00:00', 'p', 'booked', 7, today())");
  session.close();

  const shapeOf = async (directory: string): Promise<{ tables: unknown; people: unknown }> => {
    const store = await openStore({ mode: 'embedded', path: directory, retentionDays: 14 });
    try {
      await store.migrate();
      return {
        tables: await store.query("SELECT table, groupArray(name) AS columns FROM (SELECT table, name FROM system.columns WHERE database = 'narrows' ORDER BY table, name) GROUP BY table ORDER BY table"),
        people: await store.query("SELECT toString(Stage) AS stage, toString(Outcome) AS outcome, toUInt32(sum(Count)) AS count, toUInt32(sum(Named)) AS named FROM rollup_people_10s GROUP BY stage, outcome"),
      };
    } finally {
      await store.close();
    }
  };
  const [carried, made] = [await shapeOf(old), await shapeOf(path.join(dir, 'new'))];
  expect(carried.tables).toEqual(made.tables);
  expect(carried.people).toEqual([{ stage: '', outcome: 'booked', count: 7, named: 0 }]);
});
