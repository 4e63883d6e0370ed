import type { TotalsPoint } from '@narrows/contract';
import { expect, test } from 'vitest';
import { apdexGrade, seriesOf } from './live-series.js';
import { timeTicks } from './time-ticks.js';

const point = (atMs: number, completions: number): TotalsPoint => ({ atMs, completions, errors: 0, p50Ms: null, p95Ms: null, p99Ms: null, apdex: null, inFlight: null });

test('a missing second becomes a gap and an unknown value stays unknown', () => {
  const history = [point(1_000, 3), point(2_000, 4), point(9_000, 5)];
  expect(seriesOf(history, (one) => one.completions)).toEqual([[1_000, 3], [2_000, 4], [3_000, null], [9_000, 5]]);
  expect(seriesOf(history, (one) => one.apdex).map(([, value]) => value)).toEqual([null, null, null, null]);
});

test('Apdex grades change where Korean operators expect them to', () => {
  expect([0.69, 0.7, 0.85, 0.95].map(apdexGrade)).toEqual(['poor', 'fair', 'good', 'excellent']);
});

test('time labels stand on whole steps of a clock and are no more than there is room for', () => {
  expect(timeTicks(1_000, 600_000, 5)).toEqual([120_000, 240_000, 360_000, 480_000, 600_000]);
  expect(timeTicks(0, 86_400_000 * 30, 4).length).toBeLessThanOrEqual(31);
});
