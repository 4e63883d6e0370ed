import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { releaseDataDirectory, takeDataDirectory } from './data-directory.js';

let root: string;
beforeEach(() => { root = fs.mkdtempSync(path.join(os.tmpdir(), 'narrows-data-')); });
afterEach(() => { fs.rmSync(root, { recursive: true, force: true }); });
const nobodyLives = () => false;

test('a folder with somebody else\'s files is refused and left as it is', () => {
  fs.writeFileSync(path.join(root, 'thesis.txt'), 'years of work');
  expect(() => takeDataDirectory(root, 1, nobodyLives)).toThrow(/is not empty and was not made by the demo/);
  expect(fs.readdirSync(root)).toEqual(['thesis.txt']);
});

test('the demo\'s own folder is emptied of the last run and nothing else', () => {
  const first = takeDataDirectory(root, 1, nobodyLives);
  fs.writeFileSync(path.join(first.collector, 'spans'), 'of yesterday');
  fs.writeFileSync(path.join(root, 'report.json'), '{}');
  takeDataDirectory(root, 2, nobodyLives);
  expect(fs.readdirSync(first.collector)).toEqual([]);
  expect(fs.existsSync(path.join(root, 'report.json'))).toBe(true);
});

test('a folder that a living demo uses is refused, until that demo has let it go', () => {
  const directory = takeDataDirectory(root, 7, nobodyLives);
  expect(() => takeDataDirectory(root, 8, () => true)).toThrow(/Another demo \(process 7\)/);
  releaseDataDirectory(directory);
  expect(() => takeDataDirectory(root, 8, () => true)).not.toThrow();
});
