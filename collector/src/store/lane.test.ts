import { expect, test } from 'vitest';
import { Lane } from './lane.js';

/** Work that ends when it is told to. */
function work() {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => { end = resolve; });
  return { run: () => ended, end: () => { end(); } };
}

test('no more works at a time than there are slots, the others in their order', async () => {
  const lane = new Lane('works', 1, 10);
  const first = work();
  const order: number[] = [];
  const all = Promise.all([lane.run(first.run), ...[1, 2, 3].map((n) => lane.run(() => { order.push(n); return Promise.resolve(); }))]);
  await Promise.resolve();
  expect(order).toEqual([]);
  first.end();
  await all;
  expect(order).toEqual([1, 2, 3]);
});

test('a full lane says so at once', async () => {
  const lane = new Lane('works', 1, 1);
  const first = work();
  const running = [lane.run(first.run), lane.run(first.run)];
  await expect(lane.run(first.run)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryAfterSeconds: 2 });
  first.end();
  await Promise.all(running);
});

test('an aborted wait leaves the line, an aborted work keeps its slot until it ends', async () => {
  const lane = new Lane('works', 1, 10);
  const first = work();
  const abort = new AbortController();
  const begun = lane.run(first.run, abort.signal);
  const waiting = lane.run(first.run, abort.signal);
  let entered = false;
  const last = lane.run(() => { entered = true; return Promise.resolve(); });
  await Promise.resolve();
  abort.abort(new Error('too late'));
  await expect(begun).rejects.toThrow('too late');
  await expect(waiting).rejects.toThrow('too late');
  expect(entered).toBe(false);
  first.end();
  await last;
  expect(entered).toBe(true);
});
