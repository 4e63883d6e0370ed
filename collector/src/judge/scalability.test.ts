import { expect, test } from 'vitest';
import { atWorkFor, fitScalability, logRatioToPlateau, peakOf, throughputAt } from './scalability.js';
import { shiftOf } from './steps.js';

test('the law is found again from its own points, with its peak', () => {
  const law = { gamma: 12, sigma: 0.03, kappa: 0.004 };
  const fit = fitScalability(Array.from({ length: 40 }, (_, at) => ({ n: at + 1, perSecond: throughputAt(law, at + 1) })))!;
  expect(fit.gamma).toBeCloseTo(12, 3);
  expect(fit.sigma).toBeCloseTo(0.03, 3);
  expect(fit.kappa).toBeCloseTo(0.004, 4);
  expect(peakOf(fit)).toBeCloseTo(Math.sqrt(0.97 / 0.004), 1);
});

test('a fall of throughput while more are at work tells the law from a plateau within seconds, and a plateau that stays from the law', () => {
  const law = { gamma: 2, sigma: 0.02, kappa: 0.002 };
  const rise = Array.from({ length: 10 }, (_, at) => 6 + 2 * at);
  const [peak, beyond] = [throughputAt(law, peakOf(law)), [40, 55, 70, 85, 100]];
  const falls = [...rise, ...beyond].map((n) => ({ n, ended: throughputAt(law, n) }));
  const stays = [...rise, ...beyond].map((n) => ({ n, ended: Math.min(1.7 * n, peak) }));
  expect(logRatioToPlateau(law, falls, 1.7)).toBeGreaterThan(5);
  expect(logRatioToPlateau(law, stays, 1.7)).toBeLessThan(-5);
  expect(logRatioToPlateau(law, falls.slice(0, 10), 1.7)).toBeLessThan(2);
});

test('the fewest at work for a rate lie before the peak; beyond it there are none', () => {
  const law = { gamma: 10, sigma: 0.02, kappa: 0.005 };
  const n = atWorkFor(law, 40)!;
  expect(throughputAt(law, n)).toBeCloseTo(40, 6);
  expect(n).toBeLessThan(peakOf(law));
  expect(atWorkFor(law, 1_000)).toBeNull();
});

test('too few pairs, or all alike, fit nothing', () => {
  expect(fitScalability([{ n: 1, perSecond: 1 }])).toBeNull();
  expect(fitScalability(Array.from({ length: 20 }, () => ({ n: 4, perSecond: 8 })))).toBeNull();
});

test('a change inside a step is placed inside it', () => {
  const steps = [0, 1, 2, 3, 4, 5].map((at) => ({ atMs: at * 10_000, sum: at < 3 ? 10 : at === 3 ? 22 : 30, count: 10 }));
  const shift = shiftOf(steps, 10_000)!;
  expect(shift).toMatchObject({ before: 1, now: 3 });
  expect(Math.abs(shift.atMs - 34_000)).toBeLessThanOrEqual(1_000);
  expect(shiftOf([], 10_000)).toBeNull();
});
