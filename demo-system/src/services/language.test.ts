import { expect, test } from 'vitest';
import { preferredLanguage } from './language.js';

test('the heavier wish of the two languages wins, and Korean where neither is named', () => {
  expect(preferredLanguage('en-GB,en;q=0.9,ko;q=0.8')).toBe('en');
  expect(preferredLanguage('en;q=0.3, ko-KR;q=0.8')).toBe('ko');
  expect(preferredLanguage('fr-FR, en;q=0.1')).toBe('en');
  expect(preferredLanguage('fr')).toBe('ko');
  expect(preferredLanguage('en;q=0')).toBe('ko');
  expect(preferredLanguage(undefined)).toBe('ko');
});
