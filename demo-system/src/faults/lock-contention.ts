// Another session holds a lock on a table that the service writes, most of the time: a batch that nobody announced.
// Writers wait inside their statements; connections, processor and network are free.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { subjectOf, type Fault } from './fault.js';

/** By service: the table that its writers cannot do without. */
const TABLE_OF: Readonly<Record<string, string>> = { booking: 'bookings', likes: 'likes', 'ballot-box': 'ballots' };
const FREE_MS = 120;

export const lockContention: Fault = {
  id: 'lock-contention',
  title: { ko: '락 경합', en: 'Lock contention' },
  sentence: { ko: '다른 세션이 테이블 락을 오래 잡아 쓰기가 기다립니다.', en: 'Another session holds a table lock for long, and writers wait.' },
  target: 'service',
  fits: ({ name }) => TABLE_OF[name] !== undefined,
  amount: { unit: 'ms the lock is held each time', default: 2_500, min: 100, max: 20_000 },
  truth: (place) => ({ kind: 'contention', subject: subjectOf(place), also: ['saturation', 'slow_dependency'] }),
  inService: async ({ service, databaseUrl }, { amount }) => {
    const client = new Client({ connectionString: databaseUrl });
    // A database that is stopped, or ends this session, says so here; then there is no lock either.
    client.on('error', () => undefined);
    await client.connect();
    let over = false;
    const holding = (async () => {
      while (!over) {
        await client.query(`begin; lock table ${TABLE_OF[service] ?? ''} in exclusive mode`);
        await client.query('select pg_sleep($1)', [amount / 1_000]);
        await client.query('commit');
        await sleep(FREE_MS);
      }
    })();
    const ended = holding.catch(() => undefined);
    return async () => {
      over = true;
      await ended;
      await client.end();
    };
  },
};
