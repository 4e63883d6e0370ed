import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PoolRefusal, WorkerPool } from './worker-pool.js';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

const work = (ms: number, name = 'done') => () => new Promise<string>((resolve) => { setTimeout(() => resolve(name), ms); });
const reasonOf = (promise: Promise<unknown>) => promise.then(() => 'served', (error: unknown) => error instanceof PoolRefusal ? error.reason : 'other');

test('never more are served at once than there are workers, and the line is served in order of arrival', async () => {
  const pool = new WorkerPool({ workers: 2, queueMax: 10, queueTimeoutMs: 10_000 });
  const order: number[] = [];
  let most = 0;
  const all = Array.from({ length: 6 }, (_, i) => pool.run(async () => { order.push(i); most = Math.max(most, pool.state().busy); await work(1_000)(); }));
  expect(pool.state()).toEqual({ workers: 2, busy: 2, queue: 4, arrived: 6 });
  await vi.advanceTimersByTimeAsync(3_000);
  await Promise.all(all);
  expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  expect(most).toBe(2);
  expect(pool.state()).toEqual({ workers: 2, busy: 0, queue: 0, arrived: 6 });
});

test('whoever finds the line full is turned away at once, whoever waits too long after the timeout, and neither costs a worker', async () => {
  const pool = new WorkerPool({ workers: 1, queueMax: 1, queueTimeoutMs: 500 });
  const served = reasonOf(pool.run(work(2_000)));
  const late = reasonOf(pool.run(work(2_000)));
  const full = reasonOf(pool.run(work(2_000)));
  expect(await full).toBe('queue_full');
  await vi.advanceTimersByTimeAsync(500);
  expect(await late).toBe('queue_timeout');
  expect(pool.state()).toMatchObject({ busy: 1, queue: 0 });
  await vi.advanceTimersByTimeAsync(1_500);
  expect(await served).toBe('served');
  expect(pool.state()).toMatchObject({ busy: 0, queue: 0 });
});

test('work that fails gives its worker back', async () => {
  const pool = new WorkerPool({ workers: 1, queueMax: 1, queueTimeoutMs: 500 });
  await expect(pool.run(() => Promise.reject(new Error('provider')))).rejects.toThrow('provider');
  expect(pool.state().busy).toBe(0);
});

test('100,000 people pass through one worker without the line growing for ever', { timeout: 60_000 }, async () => {
  vi.useRealTimers();
  const pool = new WorkerPool({ workers: 1, queueMax: 100_000, queueTimeoutMs: 60_000 });
  let served = 0;
  const all = Array.from({ length: 100_000 }, () => pool.run(async () => { served++; }));
  await Promise.all(all);
  expect(served).toBe(100_000);
  expect(pool.state()).toEqual({ workers: 1, busy: 0, queue: 0, arrived: 100_000 });
});
