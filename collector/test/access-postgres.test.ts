// The claims about who gets in on a real PostgreSQL, an empty schema for each; and that collectors which start at once do not
// get into each other's way.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type Postgres } from '../../demo-system/dist/supervise/postgres.js';
import { openMetaDb, type MetaDb } from '../src/access/meta-db.js';
import { describeAccess } from '../src/access/testing/access-suite.js';
import { describeSignOn } from '../src/access/testing/sign-on-suite.js';

let folder: string;
let postgres: Postgres;
let databases = 0;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'narrows-meta-'));
  fs.chmodSync(folder, 0o755); // PostgreSQL runs as another user than root and must be able to walk in.
  postgres = await startPostgres({ dataDir: path.join(folder, 'data'), logDir: folder, env: process.env });
});
afterAll(async () => {
  await postgres?.part.stop();
  postgres?.removeLeftovers();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function newDatabase(): Promise<string> {
  const name = `meta${++databases}`;
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return postgres.url.replace(/\/postgres$/, `/${name}`);
}

describeAccess('access, metadata in PostgreSQL', async () => openMetaDb(await newDatabase()));
describeSignOn('single sign-on, metadata in PostgreSQL', async () => openMetaDb(await newDatabase()));

test('three collectors that start at once on an empty database each migrate none or all of it', async () => {
  const url = await newDatabase();
  const opened: MetaDb[] = await Promise.all([openMetaDb(url), openMetaDb(url), openMetaDb(url)]);
  for (const db of opened) expect(await db.selectFrom('credential').selectAll().execute()).toEqual([]);
  await Promise.all(opened.map((db) => db.destroy()));
});

test('a server that is away is one clear error', async () => {
  await expect(openMetaDb('postgres://nobody@127.0.0.1:1/none')).rejects.toMatchObject({ code: 'META_UNAVAILABLE' });
});
