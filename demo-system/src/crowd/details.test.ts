import { expect, test } from 'vitest';
import { createRandom } from '../random.js';
import { detailsOf } from './details.js';

const people = (digitsToday: readonly number[] | null, wrongDigitShare: number) => Array.from({ length: 2_000 }, (_, i) =>
  detailsOf(i, createRandom(1).fork(String(i)), { birthYears: [1972, 2003], wrongDigitShare }, digitsToday));

test('on the day of a birth digit those who may come have it, but for the share that comes all the same', () => {
  expect(people([9], 0).every(({ birth }) => birth.endsWith('9'))).toBe(true);
  const wrong = people([9], 0.2).filter(({ birth }) => !birth.endsWith('9')).length;
  expect(wrong).toBeGreaterThan(2_000 * 0.2 * 0.7);
  expect(wrong).toBeLessThan(2_000 * 0.2 * 1.1);
});

test('birth dates, phones and regions are such as the site takes', () => {
  for (const { birth, phone, region } of people(null, 0)) {
    expect(birth).toMatch(/^\d{2}(0[1-9]|1[0-2])(0[1-9]|1\d|2[0-8])$/);
    expect(phone).toMatch(/^010-\d{4}-\d{4}$/);
    expect(region).toMatch(/^[a-z]+$/);
  }
});
