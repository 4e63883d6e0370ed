// Nothing that an independent decoder takes may be refused, and nothing it refuses may be half stored: complete requests of
// each signal, cut at every byte, with every field in every wire type and every length a lie, and random ones written in
// every way that protobuf allows. NARROWS_FUZZ_ROUNDS (150) sets how many random requests of each signal are tried.
import { describe, expect, test } from 'vitest';
import { ROUNDS, SEED, compare } from './fuzz-verdict.js';
import { changedFields, changedMessages } from './otlp-changes.js';
import { ROOTS, SIGNALS } from './otlp-fields.js';
import { Random, completeRequest, randomRequest } from './otlp-generator.js';
import { wildHand, writeMessage } from './otlp-writer.js';

console.log(`fuzz seed ${SEED}, ${ROUNDS} rounds a signal`);

describe.each(SIGNALS)('%s', (signal) => {
  const root = ROOTS[signal];
  const complete = completeRequest(signal);

  test('a complete request is taken, value by value', () => {
    expect(compare(signal, writeMessage(root, complete), 'complete')).toBe('taken');
  });

  test('a body cut at any byte is refused, but where nothing is left of it', () => {
    const whole = writeMessage(root, complete);
    for (let length = 0; length < whole.length; length++) expect([length, compare(signal, whole.subarray(0, length), `cut at ${length}`)]).toEqual([length, length === 0 ? 'taken' : 'refused']);
  });

  test('every field written in every wrong way gets the verdict of the independent decoder', () => {
    const verdicts = { taken: 0, refused: 0 };
    for (const { name, bytes } of changedFields(signal)) verdicts[compare(signal, bytes, name)]++;
    expect(verdicts.taken).toBeGreaterThan(100);
    expect(verdicts.refused).toBeGreaterThan(100);
  });

  test('bytes that do not belong there, in every message, before or behind its fields, get the same verdict', () => {
    const verdicts = { taken: 0, refused: 0 };
    for (const { name, bytes } of changedMessages(signal)) verdicts[compare(signal, bytes, name)]++;
    expect(verdicts.taken).toBeGreaterThan(100);
    expect(verdicts.refused).toBeGreaterThan(100);
  });

  test('random requests, written in every way that protobuf allows, are stored as they were sent', () => {
    for (let round = 0; round < ROUNDS; round++) {
      const random = new Random(SEED + round);
      const bytes = writeMessage(root, randomRequest(signal, random, round % 2 === 1), wildHand(random));
      expect(compare(signal, bytes, `seed ${SEED + round}`)).toBe('taken');
    }
  });

  test('random requests with bytes changed, removed, added or exchanged get the verdict of the independent decoder', () => {
    for (let round = 0; round < ROUNDS; round++) {
      const random = new Random(SEED + round);
      const bytes = writeMessage(root, randomRequest(signal, random, false), wildHand(random));
      for (let i = 0; i < 4; i++) compare(signal, spoil(bytes, random), `seed ${SEED + round}, change ${i}`);
    }
  });
});

function spoil(bytes: Buffer, random: Random): Buffer {
  if (bytes.length === 0) return bytes;
  const at = random.below(bytes.length);
  const to = Math.min(bytes.length, at + 1 + random.below(8));
  switch (random.below(4)) {
    case 0: { const changed = Buffer.from(bytes); changed[at] = random.below(256); return changed; }
    case 1: return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    case 2: return Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.below(8)), bytes.subarray(at)]);
    default: return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
  }
}
