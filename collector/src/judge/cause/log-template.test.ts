import { expect, test } from 'vitest';
import { templateOf } from './log-template.js';

test('records of one statement have one template', () => {
  expect(templateOf('18:50:05.488 order 4711 of "Kim" took 12.5 ms')).toBe(templateOf('18:50:06.001 order 12 of "Lee" took 3 ms'));
  expect(templateOf('trace 26897c1d3196cfd506502b1590315acf, user 4d2a46c7-71cb-4cf1-b5bb-b68406d9da6f')).toBe('trace *, user *');
});

test('a place in the code stays, since it tells statements apart', () => {
  expect(templateOf('Booking#42 done 42')).toBe('Booking#42 done #');
  expect(templateOf('main.go:117 done')).not.toBe(templateOf('main.go:118 done'));
});

test('a body of any length gives at most 160 characters', () => {
  expect(templateOf('word '.repeat(100_000)).length).toBeLessThanOrEqual(160);
});
