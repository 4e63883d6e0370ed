// A store that an earlier program made is carried over by this one: its rows stay, and what comes in afterwards is counted
// as in a new store. Real engine; the earlier tables are in schema-N.sql as those programs made them.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Session } from 'chdb';
import { afterAll, expect, it } from 'vitest';
import { COUNTS_FOR_SERVICE } from '../dist/query/question.js';
import { openStore } from '../dist/store/store.js';

const dir = await mkdtemp(path.join(os.tmpdir(), 'narrows-upgrade-'));
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Carried { tables: unknown; people: unknown; places: unknown; metrics: unknown }

/** A store as an earlier program left it, with a row in each table that has changed since. */
async function storeOfSchema(version: 2 | 3): Promise<string> {
  const directory = path.join(dir, `schema-${version}`);
  const session = new Session(directory);
  session.query('CREATE DATABASE narrows');
  for (const statement of (await readFile(path.join(import.meta.dirname, `schema-${version}.sql`), 'utf8')).split(';\n')) {
    const sql = statement.replaceAll(/^--.*$/gm, '').trim();
    if (sql !== '') session.query(sql);
  }
  const insert = (table: string, values: Record<string, string | number>): void => {
    const all = { Agency: 'a', At: '2026-11-01 00:00:00', ...values };
    const literals = Object.values(all).map((value) => (typeof value === 'number' ? value : `'${value}'`));
    session.query(`INSERT INTO narrows.${table} (${Object.keys(all).join(', ')}, Received) VALUES (${literals.join(', ')}, today())`);
  };
  session.query(`INSERT INTO narrows.narrows_schema (Version) VALUES (${version})`);
  const place = { Pipeline: 'p', Stage: 's', Channel: 'c', Service: 'web' };
  insert('rollup_people_10s', { Pipeline: 'p', Outcome: 'booked', Count: 7 });
  insert('rollup_place_1s', { ...place, Completions: 5 });
  insert('rollup_place_1s', { Service: 'web', Completions: 3 });
  insert('rollup_edge_1s', { Service: 'web', Peer: 'db:5432', PeerKind: 'sql', Calls: 11, Errors: 1, DurationNanoSum: 5 });
  insert('rollup_active_1s', { ...place, Instance: 'i', Operation: 'GET', Kind: 'server', Band: '0-3s', State: 'sql', Series: 9, Open: 4 });
  insert('rollup_begun_1s', { ...place, Instance: 'i', Begun: 2 });
  insert('rollup_oldest_1s', { ...place, Instance: 'i', OldestMs: 1_500 });
  if (version > 2) insert('rollup_runtime_1s', { Service: 'web', Instance: 'i', MetricName: 'jvm.gc.duration', Meaning: 'added', Series: 3, Value: 0, Added: 0.25 });
  insert('rollup_stage_gauge_1s', { ...place, Instance: 'i', MetricName: 'pool.max', Series: 8, Value: 10 });
  session.close();
  return directory;
}

async function carriedOver(directory: string): Promise<Carried> {
  const store = await openStore({ mode: 'embedded', path: directory, retentionDays: 14 });
  try {
    await store.migrate();
    await store.migrate();
    return {
      tables: await store.query("SELECT table, groupArray(name) AS columns FROM (SELECT table, name FROM system.columns WHERE database = 'narrows' ORDER BY table, name) GROUP BY table ORDER BY table"),
      people: await store.query('SELECT toString(Stage) AS stage, toString(Outcome) AS outcome, toUInt32(sum(Count)) AS count, toUInt32(sum(Named)) AS named FROM rollup_people_10s GROUP BY stage, outcome'),
      places: await store.query(`SELECT toUInt32(sumIf(Completions, ${COUNTS_FOR_SERVICE})) AS service, toUInt32(sumIf(Completions, Stage = 's')) AS stage,
        toUInt32(sumIf(Completions, Service = 'web' AND Peer = 'db:5432' AND PeerKind = 'sql')) AS calls, toUInt32(sum(Errors)) AS errors FROM rollup_place_1s`),
      metrics: await store.query(`SELECT concatWithSeparator(' ', MetricName, Pipeline, Stage, Channel, Service, Instance, Meaning, Operation, Kind, Band, State, toString(Series)) AS what,
        max(Highest) AS value, sum(Added) AS added FROM rollup_metric_1s GROUP BY what ORDER BY what`),
    };
  } finally {
    await store.close();
  }
}

it.each([2, 3] as const)('a store of schema %i keeps its rows, and has every table and view of a new one', async (version) => {
  const [carried, made] = [await carriedOver(await storeOfSchema(version)), await carriedOver(path.join(dir, `new-${version}`))];
  expect(carried.tables).toEqual(made.tables);
  expect(carried.people).toEqual([{ stage: '', outcome: 'booked', count: 7, named: 0 }]);
  expect(carried.places).toEqual([{ service: 3, stage: 5, calls: 11, errors: 1 }]);
  expect(carried.metrics).toEqual([
    ...(version > 2 ? [{ what: 'jvm.gc.duration    web i added     3', value: 0, added: 0.25 }] : []),
    { what: 'narrows.active.begun p s c web i      0', value: 0, added: 2 },
    { what: 'narrows.active.oldest_ms p s c web i      0', value: 1_500, added: 0 },
    { what: 'narrows.active.transactions p s c web i  GET server 0-3s sql 9', value: 4, added: 0 },
    { what: 'pool.max p s c web i      8', value: 10, added: 0 },
  ]);
});
