// The store behind a URL: the same claims against a server that speaks ClickHouse's HTTP interface.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../dist/store/store.js';
import { startClickHouseHttp, type ClickHouseHttp } from './clickhouse-http.js';
import { describeStore } from './store-suite.js';

describeStore('the store behind a URL', async () => {
  const server = await startClickHouseHttp();
  const { url, username, password, database } = server;
  return { open: (retentionDays) => openStore({ mode: 'server', url, username, password, database, retentionDays }), close: () => server.close() };
});

let server: ClickHouseHttp;
beforeAll(async () => { server = await startClickHouseHttp(); });
afterAll(() => server.close());

test('a wrong password is refused for good, a server that is away is tried again', async () => {
  const wrong = await openStore({ mode: 'server', ...server, password: 'wrong' });
  await expect(wrong.query('SELECT 1')).rejects.toMatchObject({ code: 'STORE_QUERY' });
  await wrong.close();
  const away = await openStore({ mode: 'server', ...server, url: 'http://127.0.0.1:1' });
  await expect(away.query('SELECT 1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
  expect(await away.ping()).toBe(false);
  await away.close();
});
