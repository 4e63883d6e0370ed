import { expect, test } from 'vitest';
import { ageOf, eligibilityOf } from './rule.js';

const JULY = Date.UTC(2021, 6, 20);
const YEAR_MS = 365.25 * 86_400_000;

test('age is counted in full years, on the birthday and not the day before, in both centuries', () => {
  expect(ageOf('640720', JULY, JULY)).toBe(57);
  expect(ageOf('640721', JULY, JULY)).toBe(56);
  expect(ageOf('030720', JULY, JULY)).toBe(18);
  expect(ageOf('210101', JULY, JULY)).toBe(0);
});

test('adults who are not vaccinated may book, and with a clock sixty years behind nobody may', () => {
  expect(eligibilityOf({ birth: '640815', vaccinated: false }, JULY, JULY)).toBe('eligible');
  expect(eligibilityOf({ birth: '640815', vaccinated: true }, JULY, JULY)).toBe('not_eligible');
  expect(eligibilityOf({ birth: '100101', vaccinated: false }, JULY, JULY)).toBe('not_eligible');
  expect(eligibilityOf({ birth: '640815', vaccinated: false }, JULY - 60 * YEAR_MS, JULY)).toBe('not_eligible');
});
