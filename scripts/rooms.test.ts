// Holds every source file against the import table, and the table against the folders that exist.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOMS, TEST_NPM, roomOf } from './rooms.js';

const ROOT = path.resolve(import.meta.dirname, '..');
const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

const sources = ROOMS.filter((room) => room.path.split('/').length === 3 || room.path === 'collector/src/')
  .flatMap((room) => [room.path]).filter((folder, at, all) => all.indexOf(folder) === at)
  .flatMap((folder) => fs.readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => folder + file.split(path.sep).join('/')))
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'));

const allowsPackage = (allowed: readonly string[], name: string) =>
  allowed.some((entry) => entry === '*' || entry === name || name.startsWith(`${entry}/`) || (entry.endsWith('/') && name.startsWith(entry)));

/** The sentence that says what is wrong with one import, or nothing. */
function complaint(file: string, specifier: string): string | undefined {
  const room = roomOf(file);
  if (!room) return `${file} stands in no room`;
  const isTest = /\.test\.tsx?$|\/testing\//.test(file);
  if (specifier.startsWith('.')) {
    const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
    const to = ROOMS.filter((other) => `${target}/`.startsWith(other.path)).toSorted((a, b) => b.path.length - a.path.length)[0];
    if (!to) return isTest ? undefined : `${file} imports ${specifier}, which stands in no room`;
    return to === room || room.rooms.includes(to.path) || isTest ? undefined : `${room.path} may not import ${to.path} (${file} → ${specifier})`;
  }
  if (specifier.startsWith('node:')) return room.node || isTest ? undefined : `${room.path} does no I/O (${file} → ${specifier})`;
  if (specifier === '@narrows/contract' || specifier.startsWith('@narrows/contract/')) return undefined;
  if (specifier.startsWith('@narrows/')) return isTest ? undefined : `${file} imports the package ${specifier}; rooms meet only in the contract`;
  return allowsPackage(room.npm, specifier) || (isTest && allowsPackage(TEST_NPM, specifier)) ? undefined : `${room.path} may not import ${specifier} (${file})`;
}

test('every import is one that the table of rooms allows', () => {
  expect(sources.length).toBeGreaterThan(50);
  const complaints = sources.flatMap((file) =>
    [...fs.readFileSync(path.join(ROOT, file), 'utf8').matchAll(IMPORT)].map((match) => complaint(file, (match[1] ?? match[2])!)).filter((c) => c !== undefined));
  expect(complaints).toEqual([]);
});

test('a forbidden import is found: a neighbour stage, I/O in a pure room, a package that is not listed', () => {
  expect(complaint('collector/src/decode/decoder.ts', '../spool/spool.js')).toContain('may not import collector/src/spool/');
  expect(complaint('collector/src/judge/judge.ts', 'node:fs')).toContain('does no I/O');
  expect(complaint('contract/src/units.ts', 'lodash')).toContain('may not import lodash');
  expect(complaint('dashboard/src/model/river.ts', '../views/live/live-page.js')).toContain('may not import dashboard/src/views/');
  expect(complaint('demo-system/src/main.ts', '@narrows/agent/register')).toContain('only in the contract');
});

test('ARCHITECTURE.md shows every room of the table', () => {
  const page = fs.readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8');
  for (const room of ROOMS) expect(page, room.path).toContain(`\`${room.path.replace(/\/$/, '')}\``);
});
