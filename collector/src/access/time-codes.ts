// Time-based one-time codes, as every authenticator app makes them. A code is good in its half minute and one before and after,
// and once: whoever looks over a shoulder cannot use it again.
// Source: RFC 6238 (SHA-1, 30 s, 6 digits), RFC 4648 base32
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const STEP_MS = 30_000;
const DIGITS = 6;
const SECRET_BYTES = 20;
const STEPS_AROUND = 1;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A new secret in base32. */
export const mintCodeSecret = (): string => base32(randomBytes(SECRET_BYTES));

export function codeAt(secret: string, nowMs: number): string { return codeOfStep(fromBase32(secret), Math.floor(nowMs / STEP_MS)); }

/** The step that a code belongs to, if it is good now and later than `usedStep`; else null. */
export function stepOfCode(secret: string, code: string, nowMs: number, usedStep: number): number | null {
  const given = Buffer.from(code.replace(/\s/g, ''));
  const key = fromBase32(secret);
  const now = Math.floor(nowMs / STEP_MS);
  for (let step = now - STEPS_AROUND; step <= now + STEPS_AROUND; step++) {
    const wanted = Buffer.from(codeOfStep(key, step));
    if (step > usedStep && given.length === wanted.length && timingSafeEqual(given, wanted)) return step;
  }
  return null;
}

/** What the picture says that a phone reads. */
export function codeUri(secret: string, login: string, issuer: string): string {
  return `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(login)}?secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_MS / 1_000}`;
}

function codeOfStep(key: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = mac[mac.length - 1]! & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 10 ** DIGITS).padStart(DIGITS, '0');
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[parseInt(five.padEnd(5, '0'), 2)]).join('');
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text).map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}
