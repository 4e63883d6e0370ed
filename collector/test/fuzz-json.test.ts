// OTLP/JSON gives the same rows as the protobuf of the same request, whichever of its spellings a sender chooses, and a value
// of the wrong kind in any field refuses the request whole. NARROWS_FUZZ_ROUNDS (150) requests of each signal.
import assert from 'node:assert';
import { NarrowsError } from '@narrows/contract';
import { describe, expect, test } from 'vitest';
import { ROUNDS, SEED, assertRows, compare, decode, readReference } from './fuzz-verdict.js';
import { MESSAGES, ROOTS, SIGNALS, type Field } from './otlp-fields.js';
import { Random, completeRequest, randomRequest } from './otlp-generator.js';
import { writeJson } from './otlp-json.js';
import { Refusal } from './otlp-reference.js';
import { expectRows } from './otlp-rows.js';
import { writeMessage } from './otlp-writer.js';

console.log(`fuzz seed ${SEED}, ${ROUNDS} rounds a signal`);

/** Values that a field of this kind cannot have, as JSON. */
function wrongValues(field: Field): string[] {
  if (field.message !== null) return ['"text"', '1', 'true', '[]', '12345678901234567'];
  switch (field.type!) {
    case 'string': return ['1', 'true', '{}', '[]', '12345678901234567'];
    case 'bytes': return ['1', 'true', '{}', field.name.endsWith('_id') ? '"0g"' : '"!"', field.name.endsWith('_id') ? '"abc"' : '"A"'];
    case 'bool': return ['1', '"true"', '{}', '12345678901234567'];
    case 'double': return ['"one"', 'true', '{}', '""', '" "'];
    case 'enum': return ['"NOBODY"', '1.5', '{}', '12345678901234567'];
    case 'uint32': case 'fixed32': return ['-1', '4294967296', '"x"', '1.5', '{}', '18446744073709551616'];
    case 'fixed64': case 'uint64': return ['-1', '"-1"', '18446744073709551616', '"0x10"', '1.5', '{}', '""'];
    case 'int64': case 'sfixed64': return ['9223372036854775808', '-9223372036854775809', '"1.5"', 'true', '{}'];
    case 'sint32': return ['2147483648', '-2147483649', '"a"', '{}'];
  }
}

describe.each(SIGNALS)('%s', (signal) => {
  const root = ROOTS[signal];

  test('random requests give the same rows in JSON as in protobuf', () => {
    for (let round = 0; round < ROUNDS; round++) {
      const random = new Random(SEED + round);
      const request = randomRequest(signal, random, false);
      const body = Buffer.from(writeJson(root, request, random));
      const reference = readReference(signal, writeMessage(root, request));
      assert(!(reference instanceof Refusal));
      assertRows(decode(signal, body, 'json'), expectRows(signal, reference), `seed ${SEED + round}: ${body.toString()}`);
    }
  });

  test('a body cut at any byte is refused', () => {
    const body = Buffer.from(writeJson(root, completeRequest(signal), new Random(SEED)));
    for (let length = 1; length < body.length; length++) expect([length, codeOf(body.subarray(0, length))]).toEqual([length, 'DECODE_MALFORMED']);
  });

  test('a value of the wrong kind in any field refuses the request, and nothing of it is left', () => {
    const random = new Random(SEED);
    const complete = writeMessage(root, completeRequest(signal));
    const paths = pathsTo(root);
    for (const [owner, path] of paths) for (const field of MESSAGES.get(owner)!) for (const wrong of wrongValues(field)) {
      const body = path(`{"${field.name}":${field.repeated ? `[${wrong}]` : wrong}}`);
      expect([owner, field.name, wrong, codeOf(Buffer.from(body))]).toEqual([owner, field.name, wrong, 'DECODE_MALFORMED']);
      if (random.chance(0.05)) compare(signal, complete, 'after a refused body');
    }
    expect(paths.size).toBeGreaterThan(10);
  });

  test('a null is as good as nothing in any field, and refused inside a list of messages', () => {
    for (const [owner, path] of pathsTo(root)) for (const field of MESSAGES.get(owner)!) {
      expect([owner, field.name, codeOf(Buffer.from(path(`{"${field.name}":null}`)))]).toEqual([owner, field.name, 'accepted']);
      if (field.repeated) expect([owner, field.name, codeOf(Buffer.from(path(`{"${field.name}":[null]}`)))]).toEqual([owner, field.name, 'DECODE_MALFORMED']);
    }
  });

  function codeOf(body: Buffer): string {
    try {
      decode(signal, body, 'json');
      return 'accepted';
    } catch (error) {
      if (error instanceof NarrowsError) return error.code;
      throw error;
    }
  }
});

/** For each message of a signal: what has to stand around its JSON. */
function pathsTo(root: string): Map<string, (inner: string) => string> {
  const paths = new Map<string, (inner: string) => string>([[root, (inner) => inner]]);
  for (const [owner, path] of paths) for (const field of MESSAGES.get(owner)!) if (field.message !== null && !paths.has(field.message)) {
    paths.set(field.message, (inner) => path(`{"${field.name}":${field.repeated ? `[${inner}]` : inner}}`));
  }
  return paths;
}
