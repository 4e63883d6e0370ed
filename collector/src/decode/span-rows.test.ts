// Plain values are written outside JavaScript, all others by the host. Which of the two a value takes depends on what came before it,
// so a value under a known key must be stored, changed and counted as one whose key comes for the first time.
import { ALL_PERSONAL_DATA, PERSONAL_INTEGER_MIN } from '@narrows/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDecoder, type Decoder } from './decoder.js';
import { maskPersonalInteger, maskPersonalNumbers } from './redact.js';
import { readNativeBlock } from './testing/native-reader.js';

const spanOf = (value: object, name = 'GET /') => ({ name, attributes: [{ key: 'note', value }, { key: 'next', value: { stringValue: 'to it' } }] });

function decode(decoder: Decoder, spans: readonly object[]) {
  const bytes = Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
  const { blocks, changed } = decoder.decode({ agency: 'kdca', signal: 'traces', encoding: 'json', bytes, receivedAtMs: 1, batchId: 1n });
  return { rows: blocks.flatMap((block) => readNativeBlock(block.bytes)), changed };
}

/** What is like a number of a person, hides one, or stands beside it. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'0123456789012345678901234567890123456789MSDm -._/%&\\ux;#()a'.split('')), maxLength: 60 }),
  fc.string({ unit: fc.constantFrom('900101', '1234567', '010', '-', '%2D', '%39', '\\u0031', '&#57;', 'x', ' ', '4111', 'M123', 'A4567'), maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.nat({ max: 3_000 }).map((length) => 'long enough '.repeat(300).slice(0, length)),
);
const value = fc.oneof(
  text.map((stringValue) => ({ stringValue })),
  fc.maxSafeInteger().map((number) => ({ intValue: String(number) })),
  fc.constantFrom(0, 9, 10, 99, 65_535, 65_536, 999_999_999, PERSONAL_INTEGER_MIN, -1).map((number) => ({ intValue: String(number) })),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((doubleValue) => ({ doubleValue })),
  fc.integer({ min: -10, max: 2_000_000_000 }).map((tenThousandths) => ({ doubleValue: tenThousandths / 10_000 })),
  fc.boolean().map((boolValue) => ({ boolValue })),
  fc.constantFrom({}, { bytesValue: 'AAEC' }, { arrayValue: { values: [{ stringValue: '900101-1234567' }] } }),
);

test('a value is stored, changed and counted the same whether its key is known, its like came before, or it comes alone', () => {
  const decoder = createDecoder({ pipelines: () => [] });
  fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 12 }), (values) => {
    const together = decode(decoder, values.map((each) => spanOf(each)));
    const ofOtherNames = decode(decoder, values.map((each, i) => spanOf(each, `GET /${i}`)));
    const alone = values.map((each) => decode(decoder, [spanOf(each)]));
    const attributes = (rows: Record<string, unknown>[]) => rows.map((row) => row['SpanAttributes']);
    expect(attributes(together.rows)).toEqual(alone.flatMap(({ rows }) => attributes(rows)));
    expect(attributes(ofOtherNames.rows)).toEqual(attributes(together.rows));
    const counted = alone.reduce((sum, { changed }) => sum + (changed.redacted ?? 0) + (changed.invalidUtf8 ?? 0), 0);
    for (const { changed } of [together, ofOtherNames]) expect((changed.redacted ?? 0) + (changed.invalidUtf8 ?? 0)).toBe(counted);
  }), { numRuns: 400 });
}, 120_000);

test('the text of a double is JavaScript\'s own, to the last digit', () => {
  const decoder = createDecoder({ pipelines: () => [] });
  const bits = new BigUint64Array(1);
  const double = new Float64Array(bits.buffer);
  const next = (number: number, steps: number): number => {
    double[0] = number;
    bits[0]! += BigInt(steps);
    return double[0];
  };
  // Beside powers of two the numbers below lie closer than those above; beside short decimals the shortest text is a close call.
  const close = fc.tuple(fc.oneof(fc.integer({ min: -25, max: 32 }).map((power) => 2 ** power), fc.tuple(fc.nat({ max: 99_999 }), fc.integer({ min: -10, max: 4 })).map(([digits, power]) => Number(`${digits}e${power}`))), fc.integer({ min: -3, max: 3 }))
    .map(([number, steps]) => next(number, number === 0 ? 0 : steps));
  const anyBits = fc.bigInt({ min: 0n, max: (1n << 52n) - 1n }).chain((fraction) => fc.integer({ min: -24, max: 33 }).map((power) => {
    bits[0] = BigInt(1_023 + power) << 52n | fraction;
    return double[0]!;
  }));
  fc.assert(fc.property(fc.array(fc.oneof(close, anyBits), { minLength: 200, maxLength: 400 }), (values) => {
    const { rows } = decode(decoder, [spanOf({ stringValue: 'first' }), ...values.map((doubleValue) => spanOf({ doubleValue }))]);
    expect(rows.slice(1).map((row) => (row['SpanAttributes'] as [string, string][])[0]![1])).toEqual(values.map((number) => (Number.isInteger(number) ? maskPersonalInteger(String(number), 'note', ALL_PERSONAL_DATA) : String(number))));
  }), { numRuns: 150 });
}, 120_000);

test('no personal number gets past under a known key', () => {
  const decoder = createDecoder({ pipelines: () => [] });
  fc.assert(fc.property(fc.array(text, { minLength: 2, maxLength: 8 }), (texts) => {
    const { rows } = decode(decoder, [spanOf({ stringValue: 'first' }), ...texts.map((stringValue) => spanOf({ stringValue }))]);
    const stored = rows.slice(1).map((row) => (row['SpanAttributes'] as [string, string][])[0]![1]);
    expect(stored).toEqual(texts.map((each) => maskPersonalNumbers(each, 'note')));
  }), { numRuns: 600 });
}, 120_000);

test('names and keys by the thousand, each twice, keep what is theirs', () => {
  const decoder = createDecoder({ pipelines: () => [] });
  const spans = Array.from({ length: 4_000 }, (_, i) => ({ name: `job ${i % 2_000}`, attributes: [{ key: `key-${i % 2_000}`, value: { intValue: String(i) } }] }));
  const { rows } = decode(decoder, spans);
  expect(rows.map((row) => [row['SpanName'], row['SpanAttributes']])).toEqual(spans.map(({ name, attributes: [only] }) => [name, [[only!.key, only!.value.intValue]]]));
});

test('spans that are refused, and names and states that are changed, while the memory grows', () => {
  const decoder = createDecoder({ pipelines: () => [] });
  const attributes = Array.from({ length: 60_000 }, (_, i) => ({ key: `k${i}`, value: { intValue: '1' } }));
  const refused = { spanId: '00', attributes, links: Array.from({ length: 60_000 }, () => ({})) };
  const masked = { name: `900101-1234567 ${'a'.repeat(3_000_000)}`, traceState: `900101-1234567 ${'b'.repeat(3_000_000)}`, attributes: attributes.toReversed() };
  const { rows, changed } = decode(decoder, [refused, masked, refused, masked]);
  expect(rows.map((row) => [String(row['SpanName']).slice(0, 16), String(row['TraceState']).slice(0, 16)])).toEqual(Array.from({ length: 2 }, () => ['900101-******* a', '900101-******* b']));
  expect(changed.redacted).toBe(4 - 1); // A name that is known is not masked again.
});

test('a request that takes all there is leaves the next one as it would have been', () => {
  const decoder = createDecoder({ pipelines: () => [] });
  const before = decode(decoder, [spanOf({ stringValue: 'small' })]);
  const large = decode(decoder, Array.from({ length: 300 }, (_, i) => spanOf({ stringValue: `${i} `.repeat(8_000) })));
  expect(large.rows).toHaveLength(300);
  expect(large.rows[299]!['SpanAttributes']).toEqual([['note', '299 '.repeat(8_000)], ['next', 'to it']]);
  expect(decode(decoder, [spanOf({ stringValue: 'small' })])).toEqual(before);
});
