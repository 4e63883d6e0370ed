import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureAgency } from './agencies.js';
import { createMarker, listMarkers } from './markers.js';
import { openMetaDb, type MetaDb } from './meta-db.js';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 30);
/** 19 July 2021, 20:40 in Seoul. */
const SUSPENDED_MS = Date.UTC(2021, 6, 19, 11, 40);
const owner = { agency: 'kdca', user: 'kim' };
let db: MetaDb;
beforeAll(async () => {
  db = await openMetaDb(':memory:');
  await ensureAgency(db, { id: 'kdca', name: 'kdca', timeZone: 'Asia/Seoul' }, 0);
});
afterAll(() => db.destroy());
const put = (text: string, at: number, nowMs = NOW_MS) => createMarker(db, owner, { text, kind: 'action', subject: {}, at }, nowMs);
const textsOf = async () => (await listMarkers(db, 'kdca', { fromMs: 0, toMs: NOW_MS * 2 })).map(({ text }) => text);

test('a marker on a recorded day of years ago is kept as long as one of today: by the day on which it was put down', async () => {
  await put('Bookings suspended', SUSPENDED_MS);
  await put('Six servers more', NOW_MS - 60_000);
  expect(await textsOf()).toEqual(['Bookings suspended', 'Six servers more']);
  await put('A year later', NOW_MS + 399 * DAY_MS, NOW_MS + 399 * DAY_MS);
  expect(await textsOf()).toEqual(['Bookings suspended', 'Six servers more', 'A year later']);
  await put('And some days', NOW_MS + 401 * DAY_MS, NOW_MS + 401 * DAY_MS);
  expect(await textsOf()).toEqual(['A year later', 'And some days']);
});

test('a marker that lies ahead is refused', async () => {
  await expect(put('Tomorrow', NOW_MS + DAY_MS)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
});
