import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onsetOfRun, runAbove } from './onset.js';

/** The definition, tried for every second: from here to the end, never more than two in a row at or below the level. */
function runByDefinition(series: number[], level: number): number | null {
  for (let from = 0; from < series.length; from += 1) {
    if (!(series[from]! > level)) continue;
    let below = 0;
    if (series.slice(from).every((value) => (below = value > level ? 0 : below + 1) <= 2)) return from;
  }
  return null;
}

test('the run above a level is what its definition says, on every short series', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 14 }), (series) => {
    expect(runAbove(series, 2)).toBe(runByDefinition(series, 2));
  }));
});

test('the onset of a ramp is where it left zero, not where it crossed the level', () => {
  expect(onsetOfRun([0, 0, 0, 1, 3, 5, 8, 12], 4)).toBe(3);
});

test('a line that was gone for longer than a dip begins anew', () => {
  expect(onsetOfRun([9, 9, 9, 0, 0, 0, 0, 6, 12, 18], 4)).toBe(7);
  expect(onsetOfRun([0, 9, 9, 3, 2, 9, 9], 4)).toBe(1);
});

test('a line that is gone has no onset', () => {
  expect(onsetOfRun([9, 9, 9, 0, 0, 0], 4)).toBeNull();
  expect(onsetOfRun([], 4)).toBeNull();
});

test('100,000 seconds are one pass, and more seconds after the onset do not move it', () => {
  const series = Float64Array.from({ length: 100_000 }, (_, second) => Math.max(0, second - 40_000));
  expect(onsetOfRun(series, 10)).toBe(40_006);
  expect(onsetOfRun(series.subarray(0, 40_050), 10)).toBe(40_006);
});
