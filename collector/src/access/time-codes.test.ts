// Codes from a phone: the vectors of RFC 6238, and that one works once.
import { expect, test } from 'vitest';
import { codeAt, codeUri, mintCodeSecret, stepOfCode } from './time-codes.js';

/** "12345678901234567890" in base32, the RFC's secret for SHA-1. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test.each([[59, '287082'], [1_111_111_109, '081804'], [1_111_111_111, '050471'], [1_234_567_890, '005924'], [2_000_000_000, '279037'], [20_000_000_000, '353130']])('at %i s the code is %s, as RFC 6238 says', (seconds, code) => {
  expect(codeAt(SECRET, seconds * 1_000)).toBe(code);
});

test('a code is good one half minute before and after its own, once, and never before one that was used', () => {
  const nowMs = 1_800_000_015_000;
  const step = stepOfCode(SECRET, codeAt(SECRET, nowMs), nowMs, 0)!;
  expect(step).toBe(Math.floor(nowMs / 30_000));
  for (const awayMs of [-30_000, 30_000]) expect(stepOfCode(SECRET, codeAt(SECRET, nowMs + awayMs), nowMs, 0)).not.toBeNull();
  for (const awayMs of [-60_000, 60_000]) expect(stepOfCode(SECRET, codeAt(SECRET, nowMs + awayMs), nowMs, 0)).toBeNull();
  expect(stepOfCode(SECRET, codeAt(SECRET, nowMs), nowMs, step)).toBeNull();
  expect(stepOfCode(SECRET, codeAt(SECRET, nowMs - 30_000), nowMs, step)).toBeNull();
  for (const wrong of ['', '12345', '1234567', 'abcdef', '０８１８０４']) expect(stepOfCode(SECRET, wrong, nowMs, 0)).toBeNull();
});

test('a new secret is 160 bits in base32, and its picture says whose it is', () => {
  const secret = mintCodeSecret();
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(mintCodeSecret()).not.toBe(secret);
  expect(codeUri(secret, 'kim@kdca.go.kr', 'Narrows')).toBe(`otpauth://totp/Narrows:kim%40kdca.go.kr?secret=${secret}&issuer=Narrows&algorithm=SHA1&digits=6&period=30`);
});
