import { expect, test } from 'vitest';
import { TokenBucket } from './token-bucket.js';

test('over time exactly the rate gets through, whatever the size of the requests', () => {
  for (const request of [1, 7, 300, 5_000]) {
    const bucket = new TokenBucket(100, 10, 0);
    let through = 0;
    for (let ms = 0; ms < 1_000_000; ms += 10) if (bucket.emptyForMs(ms) === 0) { bucket.take(request, ms); through += request; }
    expect(through).toBeGreaterThanOrEqual(100 * 1_000);
    expect(through).toBeLessThanOrEqual(100 * 1_000 + 100 * 10 + request);
  }
});

test('after the time that it says there is something in it again, and not long before', () => {
  const bucket = new TokenBucket(10, 1, 0);
  bucket.take(110, 0);
  expect(bucket.emptyForMs(0)).toBe(10_000);
  expect(bucket.emptyForMs(9_000)).toBe(1_000);
  expect(bucket.emptyForMs(10_001)).toBe(0);
});

test('a clock that stands still or goes back fills nothing', () => {
  const bucket = new TokenBucket(10, 1, 1_000);
  bucket.take(20, 1_000);
  expect(bucket.emptyForMs(0)).toBe(bucket.emptyForMs(0));
  expect(bucket.emptyForMs(0)).toBeGreaterThan(0);
});

test('the lowest rate lets one request through', () => {
  expect(new TokenBucket(0.001, 10, 0).emptyForMs(0)).toBe(0);
});
