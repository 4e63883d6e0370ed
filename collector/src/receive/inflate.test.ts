// Inflating against Node's own deflater: what is honest comes back whole, what is not costs no more than the limit.
import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { Admission, type Reservation } from './admission.js';
import { type ContentEncoding, inflateBody, parseContentEncoding } from './inflate.js';

const BYTES_MAX = 4 * 1024 * 1024;
/** Counts the most that was ever held. */
function watched(budgetBytes = 64 * BYTES_MAX): { reservation: Reservation; admission: Admission; most: () => number } {
  const admission = new Admission(budgetBytes);
  const inner = admission.open('kdca');
  let most = 0;
  const reservation: Reservation = { ...inner, reserve: (bytes) => { inner.reserve(bytes); most = Math.max(most, admission.reservedBytes); } };
  return { reservation, admission, most: () => most };
}
const inflated = async (body: Uint8Array, encoding: ContentEncoding, reservation = watched().reservation) => Buffer.from(await inflateBody(body, encoding, BYTES_MAX, reservation));
const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;
const content = (bytes: number) => Buffer.from(Array.from({ length: bytes }, (_, i) => (i * i) % 251));
/** The last four bytes of gzip say how long the content is; nothing makes a sender tell the truth. */
function lying(body: Buffer, bytes: number): Buffer {
  const lie = Buffer.from(body);
  lie.writeUInt32LE(bytes, lie.length - 4);
  return lie;
}

test.each([0, 1, 1_000, 128 * 1024, 128 * 1024 + 1, 1_000_000, BYTES_MAX])('%i bytes come back whole from gzip and deflate', async (bytes) => {
  const original = content(bytes);
  expect((await inflated(zlib.gzipSync(original), 'gzip')).equals(original)).toBe(true);
  expect((await inflated(zlib.deflateSync(original), 'deflate')).equals(original)).toBe(true);
});

test('several gzip members are one body, and their sum is what is limited', async () => {
  const members = [content(10), content(200_000), content(3)];
  expect((await inflated(Buffer.concat(members.map((m) => zlib.gzipSync(m))), 'gzip')).equals(Buffer.concat(members))).toBe(true);
  const many = Buffer.concat(Array.from({ length: 5 }, () => zlib.gzipSync(Buffer.alloc(BYTES_MAX / 4))));
  await expect(inflated(many, 'gzip')).rejects.toThrow(code('REQUEST_TOO_LARGE'));
});

test.each(['gzip', 'deflate'] as const)('a bomb in %s is refused as soon as it passes the limit, with little more than the limit held', async (encoding) => {
  const bomb = (encoding === 'gzip' ? zlib.gzipSync : zlib.deflateSync)(Buffer.alloc(64 * BYTES_MAX));
  const { reservation, most } = watched();
  await expect(inflated(bomb, encoding, reservation)).rejects.toThrow(code('REQUEST_TOO_LARGE'));
  expect(most()).toBeLessThanOrEqual(BYTES_MAX);
});

test('a gzip body that lies about its length is refused, whichever way it lies', async () => {
  for (const bytes of [1_000, 300_000]) {
    const body = zlib.gzipSync(content(bytes));
    for (const lie of [0, 1, bytes - 1, bytes + 1, 2 ** 32 - 1]) await expect(inflated(lying(body, lie), 'gzip')).rejects.toThrow(code('CONTENT_ENCODING'));
  }
});

test('a body cut at any byte is refused as spoilt and never as too large', async () => {
  const body = zlib.gzipSync(content(300));
  for (let end = 1; end < body.length; end++) await expect(inflated(body.subarray(0, end), 'gzip')).rejects.toThrow(code('CONTENT_ENCODING'));
});

test('memory is reserved before it is filled: without room the body is not inflated', async () => {
  const admission = new Admission(1_000_000);
  admission.open('other').reserve(400_000);
  await expect(inflated(zlib.gzipSync(Buffer.alloc(900_000)), 'gzip', admission.open('kdca'))).rejects.toThrow(code('RATE_LIMITED'));
  await expect(inflated(zlib.deflateSync(Buffer.alloc(900_000)), 'deflate', admission.open('kdca'))).rejects.toThrow(code('RATE_LIMITED'));
});

test('encodings: one is taken in any spelling, two are never, and the refusal names those that are taken', () => {
  expect([undefined, '', 'identity', 'GZIP', ' x-gzip ', 'deflate', 'identity, gzip'].map(parseContentEncoding)).toEqual(['identity', 'identity', 'identity', 'gzip', 'x-gzip', 'deflate', 'gzip']);
  expect(() => parseContentEncoding('gzip, gzip')).toThrow(code('REQUEST_TOO_LARGE'));
  expect(() => parseContentEncoding('br')).toThrow(/"br" is not taken; gzip, deflate.* and identity are/);
  expect(() => parseContentEncoding('constructor')).toThrow(code('CONTENT_ENCODING_UNKNOWN'));
});

test('zstd is taken where Node has it', async () => {
  const { zstdCompressSync } = zlib as typeof zlib & { zstdCompressSync?: (body: Uint8Array) => Buffer };
  if (!zstdCompressSync) expect(() => parseContentEncoding('zstd')).toThrow(code('CONTENT_ENCODING_UNKNOWN'));
  else expect((await inflated(zstdCompressSync(content(300_000)), parseContentEncoding('zstd'))).equals(content(300_000))).toBe(true);
});
