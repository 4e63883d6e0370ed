import { expect, test } from 'vitest';
import { KeyedHash } from './keyed-hash.js';

const hash = (key0: number, key1: number, text: Uint8Array): number => new KeyedHash(key0, key1).of(text, 0, text.length);
const word = (value: number): number[] => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];

test('a hundred thousand names collide no more often than chance lets them', () => {
  const hasher = new KeyedHash(1, 2);
  const seen = new Set<number>();
  for (let i = 0; i < 100_000; i++) { const name = Buffer.from(`service-${i}`); seen.add(hasher.of(name, 0, name.length)); }
  expect(seen.size).toBeGreaterThan(100_000 - 10); // expected: 1.2 collisions
});

test('values that differ where a plain multiplying hash cancels out are told apart', () => {
  const seen = new Set<number>();
  for (let mask = 0; mask < 256; mask++) {
    const words = Array.from({ length: 8 }, (_, bit) => ((mask >> bit) & 1 ? [0x8000_0000, 0x8001_0000] : [0, 0])).flat();
    seen.add(hash(7, 9, new Uint8Array(words.flatMap(word))));
  }
  expect(seen.size).toBe(256);
});

test('every byte, the length, the position and the key count', () => {
  const text = new Uint8Array([1, 2, 3, 4, 5, 6, 7]);
  const base = hash(1, 2, text);
  for (let i = 0; i < text.length; i++) expect(hash(1, 2, text.with(i, 99))).not.toBe(base);
  expect(hash(1, 2, new Uint8Array([...text, 0]))).not.toBe(base);
  expect(hash(1, 3, text)).not.toBe(base);
  expect(new KeyedHash(1, 2).of(new Uint8Array([9, ...text, 9]), 1, 8)).toBe(base);
});
