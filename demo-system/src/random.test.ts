import { expect, test } from 'vitest';
import { createRandom } from './random.js';

const sample = (draw: () => number) => { const all = Array.from({ length: 100_000 }, draw); return { mean: all.reduce((a, b) => a + b, 0) / all.length, all }; };

test('uniform, exponential and lognormal draws have the mean and median they are asked for', () => {
  const random = createRandom(1);
  expect(sample(() => random.next()).mean).toBeCloseTo(0.5, 2);
  expect(sample(() => random.exponential(3)).mean).toBeCloseTo(3, 1);
  const lognormal = sample(() => random.lognormal(100, 0.5)).all.toSorted((a, b) => a - b);
  expect(lognormal[50_000]! / 100).toBeCloseTo(1, 1);
});

test('weighted draws come in the share of their weights, and a weight of zero never', () => {
  const random = createRandom(2);
  const counts = [0, 0, 0];
  for (let i = 0; i < 100_000; i++) counts[random.weighted([3, 0, 1])]!++;
  expect(counts[1]).toBe(0);
  expect(counts[0]! / 100_000).toBeCloseTo(0.75, 2);
});

test('a forked stream does not depend on how much was drawn before the fork', () => {
  const one = createRandom(3);
  const other = createRandom(3);
  other.next();
  expect(one.fork('a').next()).toBe(other.fork('a').next());
  expect(one.fork('a').next()).not.toBe(one.fork('b').next());
});
