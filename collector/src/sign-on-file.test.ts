// The file of providers: what is right is read, and everything that is wrong is told together.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSignOnFile } from './sign-on-file.js';

const dir = mkdtempSync(path.join(os.tmpdir(), 'narrows-sign-on-'));
afterAll(() => { rmSync(dir, { recursive: true, force: true }); });
const file = (text: string): string => { const name = path.join(dir, 'sign-on.yaml'); writeFileSync(name, text); return name; };
const read = (text: string): readonly { id: string; agency: string | null }[] => readSignOnFile(file(text), Date.now);

test('nothing said is no provider; files beside it hold what is secret', () => {
  expect(readSignOnFile('', Date.now)).toEqual([]);
  writeFileSync(path.join(dir, 'secret'), 's\n');
  expect(read('providers: [ { id: gov, name: { ko: 가, en: a }, issuer: https://sso.go.kr, clientId: n, clientSecretFile: secret } ]')).toMatchObject([{ id: 'gov', agency: null }]);
});

test.each([
  ['issuer: http://sso.go.kr, clientId: n', 'must be an https address'],
  ['issuer: nonsense, clientId: n', 'must be an https address'],
  ['issuer: https://a, clientId: n, agency: x, roles: [ { value: v, role: platform-admin } ]', 'cannot make platform administrators'],
  ['issuer: https://a, clientId: n, agency: x, roles: [ { value: v, role: operator, agency: y } ]', 'for the agency "x" only'],
  ['issuer: https://a, clientId: n, roles: [ { value: v, role: operator } ]', 'say in which agency'],
  ['issuer: https://a, clientId: n, roles: [ { value: v, role: king, agency: x } ]', 'roles'],
  ['issuer: https://a, clientId: n, clientSecretFile: nowhere', 'nowhere cannot be read'],
  ['issuer: https://a, clientId: n, secret: plain', 'secret'],
  ['issuer: https://a', 'clientId'],
])('%s is refused: %s', (rest, words) => {
  expect(() => read(`providers: [ { id: gov, name: { ko: 가, en: a }, ${rest} } ]`)).toThrow(words);
});

test('all mistakes are told together, two of one id too', () => {
  const one = 'id: gov, name: { ko: 가, en: a }, issuer: http://x, clientId: n';
  expect(() => read(`providers: [ { ${one} }, { ${one} } ]`)).toThrow(/issuer[\s\S]*two of this id[\s\S]*issuer/);
  expect(() => read('providers: [')).toThrow('sign-on');
});
