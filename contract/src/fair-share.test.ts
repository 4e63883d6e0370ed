import { expect, test } from 'vitest';
import { isFairShare } from './fair-share.js';

/** Agencies that take one unit after the other, in turn, for as long as they get any. */
function fill(agencies: number, budget: number): { held: number[]; free: number } {
  const held = Array.from({ length: agencies }, () => 0);
  for (let took = true, total = 0; took;) {
    took = false;
    for (let i = 0; i < agencies; i++) if (isFairShare(held[i]!, 1, total, budget)) { held[i]!++; total++; took = true; }
  }
  return { held, free: budget - held.reduce((sum, one) => sum + one, 0) };
}

test('one that takes all it can leaves a third, and any number of them leave room for the next', () => {
  expect(fill(1, 3_000)).toEqual({ held: [2_000], free: 1_000 });
  for (let agencies = 1; agencies <= 50; agencies++) {
    const { held, free } = fill(agencies, 100_000);
    expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1);
    expect(free).toBeGreaterThanOrEqual(Math.floor(100_000 / (1 + 2 * agencies)) - 1);
  }
});

test('one that comes late gets as much as is free, whatever the others hold', () => {
  expect(isFairShare(0, 1_000, 2_000, 3_000)).toBe(true);
  expect(isFairShare(0, 1_001, 2_000, 3_000)).toBe(false);
  expect(isFairShare(2_000, 1, 2_000, 3_000)).toBe(false);
});
