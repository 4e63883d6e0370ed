// Senders in the metadata database: thousands are written down, followed, and let go of, and known again after a restart.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureAgency } from '../access/agencies.js';
import { openMetaDb, type MetaDb } from '../access/meta-db.js';
import { SenderWatch } from './sender-watch.js';

const T = 1_800_000_000_000;
let db: MetaDb;
beforeEach(async () => {
  db = await openMetaDb(':memory:');
  await ensureAgency(db, { id: 'kdca', name: '질병관리청', timeZone: 'Asia/Seoul' }, T);
});
afterEach(() => db.destroy());

const watchOf = (): SenderWatch => new SenderWatch(db, { query: async () => [] as never }, T);
const rows = async () => db.selectFrom('sender').select(['service', 'lastMs', 'gapMs']).where('kind', '=', 'service').orderBy('service').execute();

test('more senders than one statement takes are all written, followed when they speak again, and known after a restart', async () => {
  const watch = watchOf();
  const hear = (lastMs: number, count: number) => watch.book.hear(Array.from({ length: count }, (_, i) => ({ agency: 'kdca', service: `s${String(i).padStart(4, '0')}`, instance: '', lastMs })));
  hear(T, 1_200);
  await watch.write(T);
  expect(await rows()).toHaveLength(1_200);
  hear(T + 10_000, 700);
  await watch.write(T + 10_000);
  const after = await rows();
  expect([after.length, after[0], after[1_199]]).toEqual([1_200, { service: 's0000', lastMs: T + 10_000, gapMs: 10_000 }, { service: 's1199', lastMs: T, gapMs: 0 }]);
  const restarted = watchOf();
  await restarted.restore();
  expect(restarted.book.of('kdca')).toHaveLength(1_200);
});

test('one that is forgotten is not in the database any more', async () => {
  const watch = watchOf();
  watch.book.hear([{ agency: 'kdca', service: 'web', instance: 'web-1', lastMs: T }]);
  await watch.write(T);
  watch.book.forget('kdca', 'web');
  await watch.write(T + 1);
  expect((await db.selectFrom('sender').select('kind').execute()).map(({ kind }) => kind)).toEqual(['agent']);
});
