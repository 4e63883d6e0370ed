// Keys and resources are remembered from one request to the next. Whatever came before, from whomever, a request must be stored,
// changed and counted as if it were the first.
import type { PipelineDefinition, Signal } from '@narrows/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeText } from './byte-buffer.js';
import { createDecoder, type Decoder } from './decoder.js';
import { KEPT_KEYS_MAX, KeyBook } from './key-book.js';
import { readNativeBlock } from './testing/native-reader.js';

interface Request { agency: string; signal: Signal; resources: [key: string, value: string][][]; attributes: [key: string, value: string][] }

const KEYS = ['service.name', 'service.instance.id', 'step', 'outcome', 'http.route', '', 'of 900101-1234567', 'of 900101-1234567', 'lone \ud800', 'k'.repeat(130), 'ein Schlüssel'];
const VALUES = ['', 'shop', 'form', '/slots', '010-1234-5678', 'x'.repeat(300), 'zwölf', '900101-1234567'];
const attribute = fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES));
const request: fc.Arbitrary<Request> = fc.record({
  agency: fc.constantFrom('kdca', 'nhis', 'nobody'),
  signal: fc.constantFrom<Signal>('traces', 'metrics', 'logs'),
  // Few, so that they come again.
  resources: fc.array(fc.constantFrom(...Array.from({ length: 6 }, (_, n) => [['service.name', VALUES[n]!], ['service.instance.id', `i-${n}`], [KEYS[n + 4]!, 'v']] as [string, string][]), []), { minLength: 1, maxLength: 4 }),
  attributes: fc.array(attribute, { maxLength: 6 }),
});

const pipelineOn = (id: string, key: string): PipelineDefinition => ({ id, outcome: 'outcome', stages: [{ id: 'form', match: { attribute: { [key]: 'form' } } }] } as unknown as PipelineDefinition);
const PIPELINES: Readonly<Record<string, readonly PipelineDefinition[]>> = { kdca: [pipelineOn('vaccination', 'step')], nhis: [pipelineOn('pension', 'http.route'), pipelineOn('other', 'k'.repeat(130))], nobody: [] };
const newDecoder = (): Decoder => createDecoder({ pipelines: (agency) => PIPELINES[agency]! });

const listed = (pairs: readonly [string, string][]) => pairs.map(([key, stringValue]) => ({ key, value: { stringValue } }));
function bodyOf({ signal, resources, attributes }: Request): object {
  const resource = (n: number) => ({ resource: { attributes: listed(resources[n]!) } });
  const items = [{ attributes: listed(attributes) }, { attributes: listed(attributes.toReversed()) }];
  const each = (name: string, scope: object) => ({ [name]: resources.map((_, n) => ({ ...resource(n), ...scope })) });
  if (signal === 'traces') return each('resourceSpans', { scopeSpans: [{ spans: items.map((item) => ({ name: 'GET /', ...item })) }] });
  if (signal === 'logs') return each('resourceLogs', { scopeLogs: [{ logRecords: items }] });
  return each('resourceMetrics', { scopeMetrics: [{ metrics: [{ name: 'queue', gauge: { dataPoints: items } }] }] });
}

function decode(decoder: Decoder, request: Request) {
  const bytes = Buffer.from(JSON.stringify(bodyOf(request)));
  const { blocks, changed, accepted, rejected, release } = decoder.decode({ agency: request.agency, signal: request.signal, encoding: 'json', bytes, receivedAtMs: 1, batchId: 1n });
  const decoded = { blocks: blocks.map((block) => [block.table, Buffer.from(block.bytes).toString('base64')]), rows: blocks.flatMap((block) => readNativeBlock(block.bytes)), changed, accepted, rejected };
  release?.();
  return decoded;
}

test('a request is stored, changed and counted as if it were the first, whatever came before', () => {
  fc.assert(fc.property(fc.array(request, { minLength: 4, maxLength: 14 }), (requests) => {
    const decoder = newDecoder();
    for (const each of requests) expect(decode(decoder, each)).toEqual(decode(newDecoder(), each));
  }), { numRuns: 150 });
}, 120_000);

test('thousands of keys of others come between', () => {
  const decoder = newDecoder();
  const mine: Request = { agency: 'kdca', signal: 'traces', resources: [[['service.name', 'shop'], ['zone', 'a']]], attributes: [['step', 'form'], ['note 900101-1234567', '1'], ['k'.repeat(130), '2']] };
  const first = decode(decoder, mine);
  for (let round = 0; round < 6; round++) {
    const keys = Array.from({ length: 250 }, (_, i) => [`key-${round}-${i}`, 'form'] as [string, string]);
    decode(decoder, { agency: 'nhis', signal: round % 2 === 0 ? 'traces' : 'logs', resources: [keys], attributes: keys });
    expect(decode(decoder, mine)).toEqual(first);
  }
});

test('a definition that changes counts from the next request on', () => {
  let definitions = PIPELINES['kdca']!;
  const decoder = createDecoder({ pipelines: () => definitions });
  const mine: Request = { agency: 'kdca', signal: 'traces', resources: [[['service.name', 'shop']]], attributes: [['step', 'form'], ['http.route', 'form']] };
  const pipelines = () => decode(decoder, mine).rows.map((row) => row['Pipeline']);
  for (const [next, expected] of [[PIPELINES['kdca']!, 'vaccination'], [PIPELINES['nhis']!, 'pension'], [PIPELINES['nobody']!, ''], [PIPELINES['kdca']!, 'vaccination']] as const) {
    definitions = next;
    for (let times = 0; times < 3; times++) expect(pipelines()).toEqual([expected, expected]);
  }
});

/** Keys between which the quick hash cannot tell, whatever its seed (`dictionary.test.ts`). */
const collidingKeys = (count: number): Uint8Array[] => Array.from({ length: count }, (_, n) => {
  const key = new Uint8Array(64).fill(0x41);
  for (let p = 0; p < 8; p++) if (((n >> p) & 1) === 1) for (const [at, bits] of [[3, 0x80], [6, 0x01], [7, 0x80]] as const) key[p * 8 + at]! ^= bits;
  return key;
});

test('keys that were made to collide are refused to whom they belong to, and to nobody after him', () => {
  const book = new KeyBook();
  const keys = collidingKeys(200);
  const numbersOf = (some: readonly Uint8Array[]) => some.map((key) => book.numberOf(key, 0, key.length));
  for (let from = 0; from < 200; from += 10) {
    book.begin();
    const numbers = numbersOf(keys.slice(from, from + 10));
    expect(new Set(numbers).size).toBe(10);
    expect(book.count).toBeLessThan(50);
  }
  book.begin();
  expect(() => numbersOf(keys.slice(0, 40))).toThrow(/share a hash/);
  book.begin();
  const mine = encodeText('service.name');
  expect(book.numberOf(mine, 0, mine.length)).toBe(1); // It is empty again.
});

test('a book that is full is emptied before the next request, not in the middle of one', () => {
  const book = new KeyBook();
  const numberOf = (name: string): number => { const bytes = encodeText(name); return book.numberOf(bytes, 0, bytes.length); };
  book.begin();
  const { generation } = book;
  for (let i = 0; i < KEPT_KEYS_MAX * 2; i++) expect(numberOf(`key-${i}`)).toBe(i + 1);
  expect([book.generation, numberOf('key-0')]).toEqual([generation, 1]);
  book.begin();
  expect([book.generation === generation, numberOf('another')]).toEqual([false, 1]);
});

test('a key behind the value is the one that counts, and nothing is learnt of the key before it', () => {
  const field = (number: number, ...content: Buffer[]): Buffer => Buffer.concat([Buffer.from([number << 3 | 2, Buffer.concat(content).length]), ...content]);
  const keyValue = (...more: Buffer[]): Buffer[] => [field(1, Buffer.from('step')), field(2, field(1, Buffer.from('form'))), ...more];
  for (const [signal, attributesField, column] of [['traces', 9, 'SpanAttributes'], ['metrics', 7, 'Attributes'], ['logs', 6, 'LogAttributes']] as const) {
    const decoder = newDecoder();
    const keysOf = (agency: string, ...attributes: Buffer[][]): unknown[] => {
      const items = attributes.map((attribute) => field(signal === 'metrics' ? 1 : 2, field(attributesField, ...attribute)));
      const group = signal === 'metrics' ? field(2, field(2, field(5, ...items))) : field(2, ...items);
      const { blocks } = decoder.decode({ agency, signal, encoding: 'protobuf', bytes: field(1, group), receivedAtMs: 1, batchId: 1n });
      return readNativeBlock(blocks[0]!.bytes).map((row) => (row[column] as [string, string][])[0]![0]);
    };
    const twice = keyValue(field(1, Buffer.from('other')));
    for (let i = 0; i < 3; i++) expect(keysOf('nhis', twice, keyValue(), twice)).toEqual(['other', 'step', 'other']);
    expect(keysOf('kdca', keyValue())).toEqual(['step']);
  }
});
