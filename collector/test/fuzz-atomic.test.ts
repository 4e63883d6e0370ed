// One request is atomic: refused in its last byte it leaves no trace, neither in blocks of its own nor in those of the next
// request through the same decoder, which are the very bytes that a fresh decoder writes. And the extremes of the fault table,
// end to end: 100,000 attributes, 10 MB in one value, both at once, ids and times that are none.
import { LIMITS, NarrowsError, type DecodedRequest, type Signal } from '@narrows/contract';
import { describe, expect, test } from 'vitest';
import { createDecoder, type Decoder } from '../src/decode/decoder.js';
import { compare, decode } from './fuzz-verdict.js';
import { ROOTS, SIGNALS } from './otlp-fields.js';
import { Random, completeRequest, randomRequest } from './otlp-generator.js';
import type { Message } from './otlp-reference.js';
import { SENT } from './otlp-rows.js';
import { delimited, unknownField, writeMessage } from './otlp-writer.js';

const freshDecoder = (): Decoder => createDecoder({ pipelines: () => [] });
/** What a request decodes to, in buffers that are given back, or why it is refused. */
const outcome = (decoder: Decoder, signal: Signal, bytes: Uint8Array): Omit<DecodedRequest, 'release'> | string => {
  try {
    const { release, blocks, ...rest } = decoder.decode({ ...SENT, signal, encoding: 'protobuf', bytes });
    const copies = blocks.map((block) => ({ ...block, bytes: Uint8Array.from(block.bytes) }));
    release?.();
    return { ...rest, blocks: copies };
  } catch (error) {
    if (error instanceof NarrowsError) return error.code;
    throw error;
  }
};

describe.each(SIGNALS)('%s', (signal) => {
  const good = writeMessage(ROOTS[signal], completeRequest(signal));

  test('after a request that fails in its last byte, the next one gives the blocks of a fresh decoder', () => {
    const used = freshDecoder();
    for (let seed = 0; seed < 20; seed++) {
      const random = new Random(seed);
      const other = writeMessage(ROOTS[signal], randomRequest(signal, random, true));
      const endings = [Buffer.from([1 << 3 | 2, 1]), Buffer.from([7]), unknownField(6), Buffer.alloc(11, 0xff)];
      expect(outcome(used, signal, Buffer.concat([good, other, random.pick(endings)]))).toMatch(/^DECODE_/);
      expect(outcome(used, signal, good)).toEqual(outcome(freshDecoder(), signal, good));
    }
  });

  test('the blocks of a request stay what they are while others are decoded, until they are given back', () => {
    const decoder = freshDecoder();
    const kept = decoder.decode({ ...SENT, signal, encoding: 'protobuf', bytes: good });
    const before = kept.blocks.map(({ bytes }) => Uint8Array.from(bytes));
    for (let seed = 0; seed < 20; seed++) outcome(decoder, signal, writeMessage(ROOTS[signal], randomRequest(signal, new Random(seed), true)));
    expect(kept.blocks.map(({ bytes }) => Uint8Array.from(bytes))).toEqual(before);
  });

  test('what is malformed in a part that is not stored refuses the whole request', () => {
    const badId = signal === 'metrics' ? null : delimited(signal === 'traces' ? 1 : 9, Buffer.from([1, 2, 3]));
    const badAttribute = delimited({ traces: 9, metrics: 7, logs: 6 }[signal], Buffer.from([1 << 3, 1]));
    const attributes = Array<Buffer>(LIMITS.attributesPerItemMax).fill(delimited({ traces: 9, metrics: 7, logs: 6 }[signal], delimited(1, Buffer.from('k'))));
    for (const item of [[...attributes, badAttribute], ...(badId === null ? [] : [[badId, badAttribute]])]) {
      const point = Buffer.concat(item);
      const body = delimited(1, delimited(2, delimited(2, signal === 'metrics' ? delimited(5, delimited(1, point)) : point)));
      expect(compare(signal, Buffer.concat([good, body]), 'a part that is not stored')).toBe('refused');
    }
  });
});

const text = (value: string): Message => new Map([['string_value', Buffer.from(value)]]);
const attribute = (key: string, value: Message): Message => new Map<string, Buffer | Message>([['key', Buffer.from(key)], ['value', value]]);
const spanRequest = (span: Message): Buffer => writeMessage(ROOTS.traces, new Map([['resource_spans', [new Map([['scope_spans', [new Map([['spans', [span]]])]]])]]]));

/** AnyValue bytes, `levels` deep with the innermost text: arrays (5) or maps (6) inside one another. */
function nested(levels: number, field: 5 | 6): Buffer {
  let value: Buffer = delimited(1, Buffer.from('deep'));
  for (let level = 1; level < levels; level++) value = delimited(field, delimited(1, field === 5 ? value : delimited(2, value)));
  return value;
}

test.each([63, 64, 65, 10_000])('a value %i levels deep is taken up to 64, wherever it stands: stored, dropped, replaced, in a refused item', (levels) => {
  for (const field of [5, 6] as const) {
    const value = nested(levels, field);
    const keyValue = (...values: Buffer[]) => delimited(9, Buffer.concat([delimited(1, Buffer.from('k')), ...values.map((bytes) => delimited(2, bytes))]));
    const bodies: Record<string, Buffer> = {
      stored: keyValue(value), replaced: keyValue(Buffer.concat([value, delimited(1, Buffer.from('text'))])), merged: keyValue(value, value),
      dropped: Buffer.concat([...Array<Buffer>(LIMITS.attributesPerItemMax).fill(keyValue()), keyValue(value)]), refused: Buffer.concat([delimited(1, Buffer.from([1])), keyValue(value)]),
    };
    for (const [place, span] of Object.entries(bodies)) expect([place, compare('traces', delimited(1, delimited(2, delimited(2, span))), place)]).toEqual([place, levels > 64 ? 'refused' : 'taken']);
    expect(compare('logs', delimited(1, delimited(2, delimited(2, delimited(5, value)))), 'body')).toBe(levels > 64 ? 'refused' : 'taken');
  }
});

test('100,000 attributes and values of megabytes are cut to the limits as the table says, and the dropped ones counted', () => {
  const many = Array.from({ length: 100_000 }, (_, at) => attribute(`key-${String.fromCharCode(97 + at % 26)}`, text('v')));
  expect(compare('traces', spanRequest(new Map([['attributes', many]])), '100,000 attributes')).toBe('taken');
  const long = '긴 값 '.repeat(1_400_000);
  expect(compare('traces', spanRequest(new Map([['name', Buffer.from(long)]])), 'a name of 10 MB')).toBe('taken');
  for (const value of [text(long), new Map([['array_value', new Map([['values', [text(long), text('b')]]])]]), new Map([['bytes_value', Buffer.alloc(10_000_000, 0xe5)]])]) {
    expect(compare('traces', spanRequest(new Map([['attributes', [attribute('long', value)]]])), 'a value of 10 MB')).toBe('taken');
  }
  const both = spanRequest(new Map<string, bigint | Message[]>([['attributes', [attribute('long', text(long.slice(0, 3_000_000))), ...many.slice(0, 50_000)]], ['dropped_attributes_count', 7n]]));
  expect(compare('traces', both, 'both')).toBe('taken');
});

test('values of millions of parts cost no more than their bytes: lists, maps, repeated and replaced ones', () => {
  const many = (count: number, ...bytes: number[]): Buffer => Buffer.alloc(count * bytes.length, Buffer.from(bytes));
  const attributeOf = (value: Buffer): Buffer => delimited(1, delimited(2, delimited(2, delimited(9, Buffer.concat([delimited(1, Buffer.from('k')), delimited(2, value)])))));
  const bodies: Record<string, Buffer> = {
    'an array of 100,000': delimited(5, many(100_000, 10, 0)), 'a map of 100,000': delimited(6, many(100_000, 10, 3, 10, 1, 97)),
    'a list in 100,000 parts': many(100_000, 5 << 3 | 2, 2, 10, 0), 'lists that replace one another 100,000 times': many(50_000, 5 << 3 | 2, 0, 6 << 3 | 2, 0),
  };
  for (const [name, value] of Object.entries(bodies)) expect([name, compare('traces', attributeOf(value), name)]).toEqual([name, 'taken']);
  expect(compare('traces', attributeOf(delimited(5, Buffer.concat([many(100_000, 10, 0), Buffer.from([10, 2, 8, 1])]))), 'malformed beyond the limit')).toBe('refused');
  let value = delimited(1, Buffer.from('deep'));
  for (let level = 1; level < 50; level++) value = delimited(6, delimited(1, Buffer.concat([delimited(1, Buffer.from('k')), delimited(2, delimited(6, Buffer.alloc(0))), delimited(2, value)])));
  expect(compare('traces', attributeOf(value), 'a value that comes twice at each of 50 levels')).toBe('taken');
});

test('times of 1970 and 2262 are kept, later ones refused or, in events, clamped and counted; an end before its start is duration 0', () => {
  const span = (start: bigint, end: bigint, event = 0n): Buffer =>
    spanRequest(new Map<string, bigint | Message[]>([['start_time_unix_nano', start], ['end_time_unix_nano', end], ['events', [new Map([['time_unix_nano', event]])]]]));
  for (const [start, end] of [[0n, 0n], [1n, 2n], [2n ** 63n - 1n, 2n ** 63n - 1n], [5n, 4n], [2n ** 63n, 0n], [0n, 2n ** 64n - 1n]] as const) expect(compare('traces', span(start, end), `${start} to ${end}`)).toBe('taken');
  expect(decode('traces', span(5n, 4n)).changed).toMatchObject({ endBeforeStart: 1, clampedTimes: 0 });
  expect(decode('traces', span(0n, 2n ** 64n - 1n)).rejected).toEqual({ time_out_of_range: 1 });
  expect(compare('traces', span(1n, 2n, 2n ** 64n - 1n), 'an event after 2262')).toBe('taken');
  expect(decode('traces', span(1n, 2n, 2n ** 64n - 1n)).changed.clampedTimes).toBe(1);
});
