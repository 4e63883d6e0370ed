import { expect, test } from 'vitest';
import { nameIn } from './names.js';

test('only an id that was given a name has one', () => {
  const names = { 'pass-skt': { ko: 'PASS(SKT)', en: 'PASS (SKT)' } };
  expect(nameIn(names, 'pass-skt')?.en).toBe('PASS (SKT)');
  expect([nameIn(names, 'pass-kt'), nameIn(names, 'constructor'), nameIn(names, '__proto__'), nameIn(undefined, 'pass-skt')]).toEqual([undefined, undefined, undefined, undefined]);
});
