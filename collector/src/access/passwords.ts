// Passwords: scrypt with OWASP's parameters, few at once, so that guesses cost the guesser and not the collector. A hash carries
// its parameters, so that they can be raised without asking anybody for a new password.
// Source: RFC 7914; OWASP Password Storage Cheat Sheet (N = 2^15, r = 8, p = 3)
import { randomBytes, scrypt, timingSafeEqual, type BinaryLike } from 'node:crypto';
import { NarrowsError } from '@narrows/contract';

const COST_LOG2 = 15;
const BLOCK_SIZE = 8;
const PARALLELISM = 3;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** One takes 32 MiB and some 200 ms of a core. */
const AT_ONCE_MAX = 2;
/** Beyond these nobody waits: the answer is to come again. */
const WAITING_MAX = 32;

export const PASSWORD_LENGTH_MIN = 12;
export const PASSWORD_LENGTH_MAX = 128;

/** Why a password will not do, or null. Length decides; what stands in everybody's list or in the login itself is no secret. */
export function passwordFault(password: string, login: string): 'too-short' | 'too-long' | 'too-easy' | null {
  const length = Array.from(password).length;
  if (length < PASSWORD_LENGTH_MIN) return 'too-short';
  if (length > PASSWORD_LENGTH_MAX) return 'too-long';
  const plain = password.toLowerCase();
  const few = new Set(plain).size < 5;
  const obvious = ['password', 'qwerty', '12345678', 'narrows', 'administrator'].some((word) => plain.includes(word) && plain.length < word.length + 8);
  const own = login.length >= 4 && plain.includes(login.split('@')[0]!.toLowerCase()) && plain.length < login.length + 8;
  return few || obvious || own ? 'too-easy' : null;
}

/** Errors: RATE_LIMITED when too many are being hashed. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, COST_LOG2, BLOCK_SIZE, PARALLELISM);
  return ['scrypt', COST_LOG2, BLOCK_SIZE, PARALLELISM, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Costs the same where there is no hash to compare with, so that time does not tell who has an account. Errors: RATE_LIMITED. */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  const [scheme, cost, block, parallelism, salt, key] = (hash ?? NOBODYS).split('$');
  if (scheme !== 'scrypt' || salt === undefined || key === undefined) return false;
  const expected = Buffer.from(key, 'base64url');
  const found = await derive(password.slice(0, 4 * PASSWORD_LENGTH_MAX), Buffer.from(salt, 'base64url'), Number(cost), Number(block), Number(parallelism));
  return timingSafeEqual(found, expected) && hash !== null;
}
const NOBODYS = ['scrypt', COST_LOG2, BLOCK_SIZE, PARALLELISM, Buffer.alloc(SALT_BYTES).toString('base64url'), Buffer.alloc(KEY_BYTES).toString('base64url')].join('$');

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: BinaryLike, costLog2: number, r: number, p: number): Promise<Buffer> {
  if (running >= AT_ONCE_MAX) {
    if (waiting.length >= WAITING_MAX) throw new NarrowsError('RATE_LIMITED', 'Too many people log in at this moment.', { retryAfterSeconds: 5 });
    await new Promise<void>((resolve) => { waiting.push(resolve); });
  } else running++;
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      // Normalised, so that the same letters are the same password whatever keyboard they come from.
      scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N: 2 ** costLog2, r, p, maxmem: 256 * 2 ** costLog2 * r }, (error, key) => { if (error) reject(error); else resolve(key); });
    });
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}
