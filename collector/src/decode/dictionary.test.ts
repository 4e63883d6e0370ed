import { expect, test } from 'vitest';
import { Dictionary } from './dictionary.js';

/** Names of 8-byte pieces in one of two forms, between which the quick hash cannot tell, whatever its seed. */
function collidingNames(pieces: number): Uint8Array[] {
  return Array.from({ length: 2 ** pieces }, (_, n) => {
    const name = new Uint8Array(pieces * 8).fill(0x41);
    for (let p = 0; p < pieces; p++) {
      if (((n >> p) & 1) === 0) continue;
      name[p * 8 + 3]! ^= 0x80;
      name[p * 8 + 6]! ^= 0x01;
      name[p * 8 + 7]! ^= 0x80;
    }
    return name;
  });
}

test('names that were made to collide are refused before they cost anything', () => {
  const dictionary = new Dictionary();
  expect(() => { for (const name of collidingNames(10)) dictionary.indexOf(name); }).toThrow(/DECODE_MALFORMED|share a hash/);
  expect(dictionary.count).toBeLessThan(50);
});

test('a few that collide are told apart', () => {
  const dictionary = new Dictionary();
  const names = collidingNames(4);
  const indexes = names.map((name) => dictionary.indexOf(name));
  expect(new Set(indexes).size).toBe(names.length);
  expect(names.map((name) => dictionary.find(name, 0, name.length))).toEqual(indexes);
});

test('a hundred thousand ordinary names keep their indexes', () => {
  const dictionary = new Dictionary();
  const names = Array.from({ length: 100_000 }, (_, i) => Buffer.from(`GET /clinics/${i}`));
  names.forEach((name, i) => expect(dictionary.indexOf(name)).toBe(i + 1));
  expect(dictionary.find(names[77_777]!, 0, names[77_777]!.length)).toBe(77_778);
});

test('a text beyond the budget is stored as "(overflow)" under its own bytes, and asked about once', () => {
  const dictionary = new Dictionary();
  const asked: string[] = [];
  dictionary.admits = (bytes, start, end) => { asked.push(Buffer.from(bytes.subarray(start, end)).toString()); return false; };
  const name = Buffer.from('service-9');
  const index = dictionary.indexOf(name);
  expect(dictionary.indexOf(name)).toBe(index);
  expect(asked).toEqual(['service-9']);
  expect(Buffer.from(dictionary.keys.toBytes()).toString('latin1')).toBe('\0\n(overflow)');
});
