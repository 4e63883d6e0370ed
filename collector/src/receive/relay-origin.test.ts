import { expect, test } from 'vitest';
import { relayOriginOf } from './relay-origin.js';

test('a request of no relay has no origin, and a relay\'s has both of its names', () => {
  expect(relayOriginOf({})).toBeUndefined();
  expect(relayOriginOf({ 'x-narrows-relay': 'nhis-dmz-1', 'x-narrows-sequence': '0' })).toEqual({ relay: 'nhis-dmz-1', sequence: 0 });
  expect(relayOriginOf({ 'x-narrows-relay': 'a', 'x-narrows-sequence': String(Number.MAX_SAFE_INTEGER) })).toEqual({ relay: 'a', sequence: Number.MAX_SAFE_INTEGER });
});

test.each([
  [undefined, '1'], ['a', undefined], ['', '1'], ['Ａ', '1'], ['A', '1'], ['a b', '1'], ['a'.repeat(65), '1'], ['__proto__', '1'],
  ['a', ''], ['a', '-1'], ['a', '1.5'], ['a', '1e3'], ['a', '0x10'], ['a', '9007199254740992'], ['a', ['1', '2']],
] as const)('relay %j with sequence %j is refused', (relay, sequence) => {
  expect(() => relayOriginOf({ 'x-narrows-relay': relay, 'x-narrows-sequence': sequence as string })).toThrow(expect.objectContaining({ code: 'RELAY_ORIGIN' }) as Error);
});
