import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { KEY_COLUMNS, LIMITS } from '@narrows/contract';
import { readLimitsFile } from './limits-file.js';

const dir = mkdtempSync(path.join(os.tmpdir(), 'narrows-limits-'));
afterAll(() => rmSync(dir, { recursive: true }));
const file = path.join(dir, 'limits.yaml');
const read = (text: string) => { writeFileSync(file, text); return readLimitsFile(file); };

test('rates and budgets of all agencies and of single ones are read', () => {
  expect(read(`
default: { bytesPerSecond: 20000000 }
agencies:
  kdca: { itemsPerSecond: 150000, logs: { itemsPerSecond: 20000 }, distinct: { ServiceName: 50 } }
`)).toEqual({ default: { bytesPerSecond: 20_000_000 }, agencies: { kdca: { itemsPerSecond: 150_000, logs: { itemsPerSecond: 20_000 }, distinct: { ServiceName: 50 } } } });
  expect(read('{}')).toEqual({});
});

test.each([
  ['', /empty/], ['# only a comment\n', /empty/], ['default: [', /limits\.yaml/], ['default: { bytesPerSecond: 0 }', /default\.bytesPerSecond/],
  ['agencies: { a: { bytesPerSeconds: 5 } }', /agencies\.a/], ['agencies: { a: { distinct: { Host: 5 } } }', /agencies\.a\.distinct/], ['agencies: none', /agencies/],
])('%j is refused, and the mistake named', (text, mistake) => {
  expect(() => read(text)).toThrow(mistake);
});

test('a file that is not there is told by its name', () => {
  expect(() => readLimitsFile(path.join(dir, 'nowhere.yaml'))).toThrow(/nowhere\.yaml cannot be read/);
});

test('the page about limits shows a file that is taken, and the budgets as they are', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/limits.md'), 'utf8');
  const { agencies } = read(/```yaml\n(.*?)```/s.exec(page)![1]!);
  expect(agencies?.kdca).toEqual({ itemsPerSecond: 150_000, logs: { itemsPerSecond: 20_000 }, distinct: { ServiceName: 200, Instance: 2_000 } });
  for (const column of KEY_COLUMNS) expect(page).toContain(`| \`${column}\` | ${LIMITS.distinctMax[column].toLocaleString('en')} |`);
});
