import { expect, test } from 'vitest';
import { SessionPool } from './session-pool.js';

interface Fake { id: number; closed: boolean; ran: string[] }
function poolOf(): { pool: SessionPool<Fake>; opened: Fake[]; run: (prologue: string, sql: string) => Promise<Fake> } {
  const opened: Fake[] = [];
  const pool = new SessionPool<Fake>(() => { opened.push({ id: opened.length, closed: false, ran: [] }); return opened.at(-1)!; }, (session) => { session.closed = true; });
  const run = (prologue: string, sql: string): Promise<Fake> => pool.use(prologue, sql, (session, isNew) => {
    session.ran.push(isNew ? prologue + sql : sql);
    return sql.includes('broken') ? Promise.reject(new Error('broken')) : Promise.resolve(session);
  });
  return { pool, opened, run };
}

test('a question with the same settings is asked in the session of the last one, which has been told them once', async () => {
  const { opened, run } = poolOf();
  await run('SET a = 1; ', 'SELECT 1');
  await run('SET a = 1; ', 'SELECT 2');
  expect(opened.map(({ ran }) => ran)).toEqual([['SET a = 1; SELECT 1', 'SELECT 2']]);
});

test('other settings never meet a session that had different ones', async () => {
  const { opened, run } = poolOf();
  await run('SET agency = one; ', 'SELECT 1');
  await run('SET agency = two; ', 'SELECT 1');
  expect(opened.map(({ ran }) => ran)).toEqual([['SET agency = one; SELECT 1'], ['SET agency = two; SELECT 1']]);
});

test('two at a time have a session each', async () => {
  const { opened, run } = poolOf();
  await Promise.all([run('', 'SELECT 1'), run('', 'SELECT 2')]);
  expect(opened).toHaveLength(2);
});

test('what may change a session, or failed in it, ends it', async () => {
  const { opened, run } = poolOf();
  await run('', 'SET b = 2');
  await run('', 'INSERT INTO t SELECT 1');
  await expect(run('', 'SELECT broken')).rejects.toThrow('broken');
  expect(opened.map(({ closed }) => closed)).toEqual([true, true, true]);
});

test('sessions that nobody needs are closed, the longest unused first', async () => {
  const { opened, run } = poolOf();
  for (let n = 0; n < 15; n++) await run(`SET n = ${n}; `, 'SELECT 1');
  expect(opened.filter(({ closed }) => closed).map(({ id }) => id)).toEqual([0, 1, 2]);
});
