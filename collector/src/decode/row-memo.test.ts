// Attributes are taken over from the last span that was like this one. Whatever comes one behind the other, each span must
// be stored as if it had come alone.
import { expect, test } from 'vitest';
import { createDecoder } from './decoder.js';
import { readNativeBlock } from './testing/native-reader.js';

type Attribute = [key: string, value: object];
const text = (key: string, value: string): Attribute => [key, { stringValue: value }];
const number = (key: string, value: number): Attribute => [key, { intValue: String(value) }];

function decode(spans: readonly (readonly Attribute[])[]) {
  const body = { resourceSpans: [{ scopeSpans: [{ spans: spans.map((attributes) => ({ name: 'GET /', attributes: attributes.map(([key, value]) => ({ key, value })) })) }] }] };
  const { blocks, changed } = createDecoder({ pipelines: () => [] })
    .decode({ agency: 'kdca', signal: 'traces', encoding: 'json', bytes: Buffer.from(JSON.stringify(body)), receivedAtMs: 1, batchId: 1n });
  return { rows: blocks.flatMap(({ bytes }) => readNativeBlock(bytes)), changed };
}

const GET = [text('method', 'GET'), text('route', '/slots'), number('status', 200), text('person', 'a1')];
const many = (value: string): Attribute[] => Array.from({ length: 120 }, (_, i) => text(`key-${i}`, `${value}-${i}`));

test.each<[string, (readonly Attribute[])[]]>([
  ['the same three times', [GET, GET, GET]],
  ['another value in the middle, and back', [GET, GET.with(2, number('status', 503)), GET]],
  ['another value first and last', [GET, GET.with(0, text('method', 'PUT')).with(3, text('person', 'b2')), GET]],
  ['another key of the same length', [GET, GET.with(1, text('rough', '/slots')), GET]],
  ['one more and one fewer', [GET, [...GET, text('more', 'x')], GET.slice(1), GET]],
  ['another order', [GET, GET.toReversed(), GET]],
  ['the same text in another type', [GET, GET.with(2, text('status', '200')), GET.with(2, [GET[2]![0], { doubleValue: 200 }])]],
  ['an empty value, a list, a map, bytes', [GET.with(1, ['route', {}]), GET.with(1, ['route', { arrayValue: { values: [{ intValue: '1' }] } }]), GET.with(1, ['route', { kvlistValue: { values: [] } }]), GET.with(1, ['route', { bytesValue: 'AAEC' }])]],
  ['more than are remembered', [many('a'), many('a'), many('b'), many('a')]],
  ['long values', [[text('sql', 'select 1 '.repeat(40))], [text('sql', 'select 1 '.repeat(40))], [text('sql', `${'select 1 '.repeat(39)}select 2 `)]]],
  ['a key with a short and a long value', [[text('k', 'v'.repeat(300))], [text('k', 'v')], [text('k', 'v'.repeat(300))]]],
])('%s', (_, spans) => {
  expect(decode(spans).rows).toEqual(spans.flatMap((span) => decode([span]).rows));
});

test('a number that is masked is masked, and counted, in each span that has it', () => {
  const withNumber = GET.with(3, text('note', '900101-1234567'));
  const { rows, changed } = decode([withNumber, withNumber, GET, withNumber]);
  expect(changed.redacted).toBe(3);
  expect(JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toContain('1234567');
});

test('doubles are told as JavaScript tells them, whatever their digits', () => {
  let seed = 7;
  const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const values = [0.001, 0.0009, 1.5, 12.345, 99_999.9999, 0.1 + 0.2, 100_000, 65_535.25, 1e-7, 1e21, -2.5, 0, -0, 0.5, 10, 1_000.1, 9_999.99995,
    ...Array.from({ length: 3_000 }, () => next(1_000_000_000) / 10 ** next(8))];
  const { rows } = decode(values.map((value) => [['value', { doubleValue: value }]]));
  expect(rows.map((row) => (row['SpanAttributes'] as [string, string][])[0]![1])).toEqual(values.map(String));
});
