// Several small requests decoded as one: the same rows, counts and changes as one after the other, and whatever one of them
// alone would be refused for, the bundle is not taken, so that nothing of one can reach into another.
import type { AdmittedRequest, DecodedRequest, Signal } from '@narrows/contract';
import { describe, expect, test } from 'vitest';
import { createDecoder, type Decoder } from '../src/decode/decoder.js';
import { readNativeBlock, type Row } from '../src/decode/testing/native-reader.js';
import { ROUNDS, SEED } from './fuzz-verdict.js';
import { ROOTS, SIGNALS } from './otlp-fields.js';
import { Random, completeRequest, randomRequest } from './otlp-generator.js';
import { SENT } from './otlp-rows.js';
import { delimited, unknownField, wildHand, writeMessage } from './otlp-writer.js';

const BUNDLE_ID = 77n;
const freshDecoder = (): Decoder => createDecoder({ pipelines: () => [], noteTraces: true });
const requestsOf = (signal: Signal, bodies: readonly Uint8Array[]): AdmittedRequest[] => bodies.map((bytes, at) => ({ ...SENT, signal, encoding: 'protobuf', bytes, batchId: BigInt(at) }));

interface Content { tables: Record<string, Row[]>; accepted: number; rejected: number; changed: object; notable: readonly string[] }

function contentOf({ blocks, accepted, rejected, changed, notable, release }: DecodedRequest): Content {
  const tables: Record<string, Row[]> = {};
  for (const { table, rows, bytes } of blocks) {
    tables[table] = readNativeBlock(Uint8Array.from(bytes)).map((row) => ({ ...row, BatchId: BUNDLE_ID }));
    expect(tables[table]).toHaveLength(rows);
  }
  release?.();
  return { tables, accepted, rejected: Object.keys(rejected).length, changed, notable: notable ?? [] };
}

/** Null: refused. */
function alone(request: AdmittedRequest): Content | null {
  try {
    return contentOf(freshDecoder().decode(request));
  } catch {
    return null;
  }
}

function together(contents: readonly Content[]): Content {
  const sum: Content = { tables: {}, accepted: 0, rejected: 0, changed: {}, notable: [...new Set(contents.flatMap(({ notable }) => notable))] };
  for (const { tables, accepted, rejected } of contents) {
    sum.accepted += accepted;
    sum.rejected += rejected;
    for (const [table, rows] of Object.entries(tables)) (sum.tables[table] ??= []).push(...rows);
  }
  return sum;
}

/** Whether it was taken as a bundle; then it must be what its requests are one by one. */
function check(decoder: Decoder, signal: Signal, bodies: readonly Uint8Array[], what: string): boolean {
  const requests = requestsOf(signal, bodies);
  const bundle = decoder.decodeBundle(requests, BUNDLE_ID);
  if (bundle === null) return false;
  const each = requests.map(alone);
  expect(each, what).not.toContain(null);
  const wanted = together(each as Content[]);
  expect(bundle.bundled, what).toEqual(requests.map(({ batchId }, at) => ({ batchId, accepted: each[at]!.accepted })));
  const { changed: _, ...got } = contentOf(bundle);
  const { changed: __, ...rest } = wanted;
  expect(got, what).toEqual(rest);
  return true;
}

describe.each(SIGNALS)('%s', (signal) => {
  test(`a bundle is its requests one after the other (seed ${SEED})`, () => {
    const decoder = freshDecoder();
    let taken = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const random = new Random(SEED + round);
      const spoilt = random.chance(0.2);
      const hand = random.chance(0.2) ? wildHand(random) : undefined;
      const bodies = Array.from({ length: 2 + random.below(5) }, () => writeMessage(ROOTS[signal], randomRequest(signal, random, spoilt), hand)).filter(({ length }) => length > 0);
      if (bodies.length > 1 && check(decoder, signal, bodies, `round ${round}`)) taken++;
    }
    expect(taken).toBeGreaterThan(ROUNDS / 10);
  });

  test('a body that is cut anywhere is not taken together with others, unless it is whole there', () => {
    const decoder = freshDecoder();
    const body = writeMessage(ROOTS[signal], completeRequest(signal));
    let taken = 0;
    for (let end = 1; end < body.length; end++) if (check(decoder, signal, [body.subarray(0, end), body], `cut at ${end}`)) taken++;
    expect(taken).toBeLessThan(10);
  });

  test('neither is one that holds anything but whole groups, or nothing', () => {
    const decoder = freshDecoder();
    const body = writeMessage(ROOTS[signal], completeRequest(signal));
    const group = delimited(1, Buffer.alloc(0));
    for (const other of [Buffer.alloc(0), unknownField(0), unknownField(3), Buffer.from([0x0a]), Buffer.from([0x0a, 0xff]), Buffer.from([0x0a, 0x80, 0x80, 0x80, 0x80, 0x00]), Buffer.concat([group, Buffer.from([7])])]) {
      expect(decoder.decodeBundle(requestsOf(signal, [other, body]), BUNDLE_ID)).toBeNull();
      expect(decoder.decodeBundle(requestsOf(signal, [body, other]), BUNDLE_ID)).toBeNull();
    }
    expect(check(decoder, signal, [group, body], 'an empty group')).toBe(true);
  });
});

test('where a span would be refused, none is taken together', () => {
  const decoder = freshDecoder();
  const span = (traceId: Buffer): Buffer => delimited(1, delimited(2, delimited(2, Buffer.concat([delimited(1, traceId), delimited(2, Buffer.alloc(8, 1))]))));
  const [good, bad] = [span(Buffer.alloc(16, 1)), span(Buffer.alloc(16))];
  expect(check(decoder, 'traces', [good, good], 'good ones')).toBe(true);
  expect(decoder.decodeBundle(requestsOf('traces', [good, bad]), BUNDLE_ID)).toBeNull();
});

test('what is changed on the way is counted for all of them', () => {
  const decoder = freshDecoder();
  const attribute = (text: string): Buffer => delimited(9, Buffer.concat([delimited(1, Buffer.from('note')), delimited(2, delimited(1, Buffer.from(text)))]));
  const span = (text: string): Buffer => delimited(1, delimited(2, delimited(2, Buffer.concat([delimited(1, Buffer.alloc(16, 1)), delimited(2, Buffer.alloc(8, 1)), attribute(text)]))));
  const bundle = decoder.decodeBundle(requestsOf('traces', [span('900101-1234567'), span('nothing'), span('010-1234-5678')]), BUNDLE_ID);
  expect(bundle?.changed.redacted).toBe(2);
  expect(Buffer.from(bundle!.blocks[0]!.bytes).toString('latin1')).not.toContain('1234567');
});
