import { expect, test } from 'vitest';
import { PoolsOfInstances } from './pools.js';

const naver = (workers: number, busy: number, queue: number, arrived: number) => [{ id: 'naver', workers, busy, queue, arrived }];

test('instances add up to one pool, and arrivals of an instance that has ended still count', () => {
  const pools = new PoolsOfInstances();
  pools.observe('identity', naver(3, 3, 2, 40));
  expect(pools.observe('identity-2', naver(3, 1, 0, 10))).toEqual(naver(6, 4, 2, 50));
  pools.forget('identity');
  expect(pools.observe('identity-2', naver(3, 2, 0, 12))).toEqual(naver(3, 2, 0, 52));
});
