import { expect, test } from 'vitest';
import { createRandom } from '../random.js';
import { arrivalSeconds, rateAt } from './arrivals.js';

const opening = [{ atSeconds: 0, peoplePerSecond: 6 }, { atSeconds: 20, peoplePerSecond: 6 }, { atSeconds: 30, peoplePerSecond: 36 }, { atSeconds: 60, peoplePerSecond: 36 }];

function arrivalsUntil(end: number, seed: number): number[] {
  const seconds: number[] = [];
  for (const second of arrivalSeconds(opening, createRandom(seed))) {
    if (second >= end) return seconds;
    seconds.push(second);
  }
  return seconds;
}

test('the rate goes straight from knot to knot and holds at both ends', () => {
  expect([-5, 0, 20, 25, 30, 1_000].map((second) => rateAt(opening, second))).toEqual([6, 6, 6, 21, 36, 36]);
});

test('over 200 seeds the mean count of every phase is the integral of its rate within three standard errors, and its variance is that of a Poisson count', () => {
  const phases = [{ from: 0, to: 20, expected: 120 }, { from: 20, to: 30, expected: 210 }, { from: 30, to: 60, expected: 1_080 }];
  const runs = Array.from({ length: 200 }, (_, seed) => arrivalsUntil(60, seed));
  for (const { from, to, expected } of phases) {
    const counts = runs.map((run) => run.filter((second) => second >= from && second < to).length);
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1);
    expect(Math.abs(mean - expected)).toBeLessThan(3 * Math.sqrt(expected / runs.length));
    // The sample variance of 200 Poisson counts has a relative standard error of about 0.1.
    expect(variance / expected).toBeGreaterThan(0.65);
    expect(variance / expected).toBeLessThan(1.4);
  }
});

test('the same seed brings the same crowd, another seed another one, and both in ascending order', () => {
  const run = arrivalsUntil(60, 7);
  expect(arrivalsUntil(60, 7)).toEqual(run);
  expect(arrivalsUntil(60, 8)).not.toEqual(run);
  expect(run).toEqual(run.toSorted((a, b) => a - b));
});

test('nobody comes when every rate is zero', () => {
  expect([...arrivalSeconds([{ atSeconds: 0, peoplePerSecond: 0 }], createRandom(1))]).toEqual([]);
});
