import { expect, test } from 'vitest';
import { readConfig } from './config-table.js';

const table = {
  port: { env: 'PORT', kind: 'integer', default: 4318, min: 1, max: 65_535, sentence: 'Port.' },
  mode: { env: 'MODE', kind: 'string', default: 'a', oneOf: ['a', 'b'], sentence: 'Mode.' },
  on: { env: 'ON', kind: 'boolean', default: true, sentence: 'Switch.' },
} as const;

test('a blank value counts as not set, and what is read is frozen', () => {
  const config = readConfig(table, { PORT: ' ', ON: 'off' });
  expect(config).toEqual({ port: 4318, mode: 'a', on: false });
  expect(Object.isFrozen(config)).toBe(true);
});

test('all mistakes are reported together, each with the value that was read', () => {
  expect(() => readConfig(table, { PORT: '70000', MODE: 'c', ON: 'maybe' })).toThrow(/PORT="70000".*at most 65535[\s\S]*MODE="c"[\s\S]*ON="maybe"/);
});
