// gRPC's wire pieces against the protocol's own words, cut at every byte.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Admission } from './admission.js';
import { BodyPool } from './body-pool.js';
import { BodyBuffer } from './body.js';
import { frame, MessageReader, percentEncoded, timeoutMsOf } from './grpc-wire.js';

const reader = (bytesMax = 1_000) => new MessageReader((bytes) => new BodyBuffer(bytes, bytesMax, new Admission(1_000_000).open('kdca'), new BodyPool()));
const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;

test('a message is the same wherever its DATA frames are cut', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), fc.array(fc.nat(45), { maxLength: 5 }), (message, cuts) => {
    const framed = frame(message);
    const read = reader();
    const at = [0, ...cuts.filter((cut) => cut <= framed.length).toSorted((a, b) => a - b), framed.length];
    for (const [i, end] of at.entries()) if (i > 0) read.push(framed.subarray(at[i - 1], end));
    expect(Buffer.from(read.finish()).equals(message)).toBe(true);
  }));
});

test('a message that ends early, goes on too long or begins wrong is refused', () => {
  const framed = frame(Buffer.from('abcdef'));
  for (let end = 0; end < framed.length; end++) {
    const read = reader();
    read.push(framed.subarray(0, end));
    expect(() => read.finish()).toThrow(code('DECODE_TRUNCATED'));
  }
  expect(() => reader().push(Buffer.concat([framed, framed]))).toThrow(code('DECODE_MALFORMED'));
  expect(() => reader().push(Buffer.from([2, 0, 0, 0, 0]))).toThrow(code('DECODE_MALFORMED'));
});

test('a length beyond the limit is refused before a byte of the message has come', () => {
  expect(() => reader(1_000).push(Buffer.from([0, 0xff, 0xff, 0xff, 0xff]))).toThrow(code('REQUEST_TOO_LARGE'));
});

test.each([['1H', 3_600_000], ['2M', 120_000], ['10S', 10_000], ['99999999m', 99_999_999], ['500u', 0.5], ['7n', 7e-6]])('grpc-timeout %s is %f ms', (header, ms) => {
  expect(timeoutMsOf(header)).toBeCloseTo(ms, 9);
});

test.each(['', '10', 'S', '-1S', '1.5S', '123456789S', '10s', '10S '])('grpc-timeout "%s" is refused', (header) => {
  expect(() => timeoutMsOf(header)).toThrow(code('DECODE_MALFORMED'));
});

test('a status message comes back whole through a URI decoder, in any language', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    const encoded = percentEncoded(text);
    expect(encoded).toMatch(/^[\x20-\x7e]*$/);
    expect(decodeURIComponent(encoded)).toBe(Buffer.from(text).toString());
  }));
  expect(percentEncoded('100 % 병목\n')).toBe('100 %25 %EB%B3%91%EB%AA%A9%0A');
});
