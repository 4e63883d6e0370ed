// Shows one body to the reference decoder and to decode, and compares: what the reference takes must be taken, value by
// value and refusal by refusal; what it refuses must be refused as a client's fault. One decoder serves a whole test file, so
// that whatever a refused body leaves behind spoils the next comparison.
import assert from 'node:assert';
import { NarrowsError, type DecodedRequest, type Encoding, type Signal } from '@narrows/contract';
import { createDecoder } from '../src/decode/decoder.js';
import { readNativeBlock } from '../src/decode/testing/native-reader.js';
import { ROOTS } from './otlp-fields.js';
import { readMessage, Refusal, type Message } from './otlp-reference.js';
import { SENT, expectRows, type ExpectedRequest, type Row } from './otlp-rows.js';

const decoder = createDecoder({ pipelines: () => [] });

/** Errors: NarrowsError; any other error is a fault of decode. */
export function decode(signal: Signal, bytes: Uint8Array, encoding: Encoding = 'protobuf'): DecodedRequest {
  return decoder.decode({ ...SENT, signal, encoding, bytes });
}

export function readReference(signal: Signal, bytes: Buffer): Message | Refusal {
  try {
    return readMessage(ROOTS[signal], bytes);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Both verdicts on a body; throws with its bytes where they differ. */
export function compare(signal: Signal, bytes: Buffer, what: string): 'taken' | 'refused' {
  const reference = readReference(signal, bytes);
  let decoded: DecodedRequest | NarrowsError;
  try {
    decoded = decode(signal, bytes);
  } catch (error) {
    assert(error instanceof NarrowsError, `${what}: ${String(error)}\n${signal} ${hexOf(bytes)}`);
    decoded = error;
  }
  if (reference instanceof Refusal) {
    assert(decoded instanceof NarrowsError, `${what}: taken, though "${reference.message}"\n${signal} ${hexOf(bytes)}`);
    assert.equal(decoded.spec.http, 400, `${what}: ${decoded.code}`);
    return 'refused';
  }
  assert(!(decoded instanceof NarrowsError), `${what}: refused, though it is right: ${String(decoded)}\n${signal} ${hexOf(bytes)}`);
  assertRows(decoded, expectRows(signal, reference), `${what}\n${signal} ${hexOf(bytes)}`);
  decoded.release?.();
  return 'taken';
}

/** Every value of every row, and every refused item. */
export function assertRows(decoded: DecodedRequest, expected: ExpectedRequest, what: string): void {
  assert.deepEqual({ accepted: decoded.accepted, rejected: decoded.rejected }, { accepted: expected.accepted, rejected: expected.rejected }, what);
  const tables = decoded.blocks.map(({ table }) => table);
  assert.deepEqual([...tables].sort(), Object.keys(expected.tables).sort(), what);
  for (const { table, rows, bytes } of decoded.blocks) {
    const wanted = expected.tables[table]!;
    const found = readNativeBlock(bytes);
    assert.equal(rows, wanted.length, `${what}: rows of ${table}`);
    assert.equal(found.length, wanted.length, `${what}: rows in the block of ${table}`);
    wanted.forEach((row, at) => {
      for (const [column, value] of Object.entries(row)) {
        const stored = (found[at] as Row)[column];
        if (!sameValue(stored, value)) assert.deepStrictEqual(stored, value, `${table}.${column} of row ${at}: ${what}`);
      }
    });
  }
}

function sameValue(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return Object.is(a, b);
  return a.length === b.length && a.every((item, at) => sameValue(item, (b as unknown[])[at]));
}

const hexOf = (bytes: Buffer): string => (bytes.length <= 4_096 ? bytes.toString('hex') : `${bytes.length} bytes`);

/** How many random requests of each signal: `NARROWS_FUZZ_ROUNDS`; the long form of `npm run soak` sets it high. */
export const ROUNDS = Number(process.env.NARROWS_FUZZ_ROUNDS ?? 150);
/** The first seed: `NARROWS_FUZZ_SEED`, else a new one each run; it is printed, and it is in the message of a failure. */
export const SEED = Number(process.env.NARROWS_FUZZ_SEED ?? Date.now() % 1_000_000_000);
