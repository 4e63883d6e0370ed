import fc from 'fast-check';
import { expect, test } from 'vitest';
import { confidenceOf, ramp } from './confidence.js';

const strength = fc.double({ min: 0, max: 1, noNaN: true });

test('more of any evidence never lowers the confidence, nor does a longer history', () => {
  fc.assert(fc.property(fc.array(strength, { minLength: 1, maxLength: 5 }), strength, fc.nat(60), fc.nat(4), (strengths, more, history, which) => {
    const weights = (values: number[]) => values.map((value) => ({ strength: value, absent: -2, full: 2 }));
    const base = confidenceOf(-3, weights(strengths), history);
    const at = which % strengths.length;
    const raised = strengths.map((value, index) => (index === at ? Math.max(value, more) : value));
    expect(confidenceOf(-3, weights(raised), history)).toBeGreaterThanOrEqual(base);
    expect(confidenceOf(-3, weights(strengths), history + 10)).toBeGreaterThanOrEqual(base);
    expect(base).toBeGreaterThan(0);
    expect(base).toBeLessThan(1);
  }));
});

test('a ramp is 0 before its begin, 1 after its end, and nothing for what is not a number', () => {
  expect([ramp(-1, 0, 4), ramp(1, 0, 4), ramp(9, 0, 4)]).toEqual([0, 0.25, 1]);
  expect(ramp(Number.NaN, 0, 4)).toBe(0);
  expect(ramp(Infinity, 0, 4)).toBe(1);
});
