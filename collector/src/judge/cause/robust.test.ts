import { expect, test } from 'vitest';
import { cappedMean, differenceOfShares, median, quantile, spread } from './robust.js';

test('one wild value moves neither the median nor the spread', () => {
  const calm = [10, 11, 12, 13, 14];
  expect(median([...calm, 1e9])).toBeLessThanOrEqual(13);
  expect(spread([...calm, 1e9], 12)).toBeLessThan(4);
  expect(cappedMean(Float64Array.from([...calm, 1e9]), 14)).toBeCloseTo(12.33, 1);
});

test('the spread of a normal distribution is its standard deviation', () => {
  const values = Array.from({ length: 20_000 }, (_, i) => { const u = (i + 0.5) / 20_000; return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * ((i * 0.618034) % 1)); });
  expect(spread(values, 0)).toBeCloseTo(1, 1);
});

test('a share that changes says more with more traces, and one that stays says nothing', () => {
  expect(differenceOfShares(0, 20, 20, 20)).toBeGreaterThan(differenceOfShares(0, 5, 5, 5));
  expect(differenceOfShares(10, 20, 10, 20)).toBeCloseTo(0);
  expect(differenceOfShares(1, 2, 0, 2)).toBeLessThan(1);
  expect(quantile([], 0.5)).toBe(0);
});
