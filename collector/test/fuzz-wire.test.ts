// Nothing that an independent decoder takes may be refused, and nothing it refuses may be half stored: complete requests of
// each signal, cut at every byte, with every field in every wire type and every length a lie, and random ones written in
// every way that protobuf allows. NARROWS_FUZZ_ROUNDS (150) sets how many random requests of each signal are tried.
import { expect, test, describe } from 'vitest';
import { ROUNDS, SEED, compare } from './fuzz-verdict.js';
import { BYTES, FIXED32, FIXED64, GROUP, GROUP_END, ROOTS, SIGNALS, VARINT } from './otlp-fields.js';
import { Random, completeRequest, randomRequest } from './otlp-generator.js';
import { delimited, plainHand, tagOf, unknownField, varint, wildHand, writeMessage, type Hand, type Occurrence } from './otlp-writer.js';

console.log(`fuzz seed ${SEED}, ${ROUNDS} rounds a signal`);

/** Ways to write one field wrongly, or rightly and unusually. */
const FIELD_CHANGES: Readonly<Record<string, (occurrence: Occurrence) => Buffer | null>> = {
  ...Object.fromEntries([VARINT, FIXED64, BYTES, GROUP, GROUP_END, FIXED32, 6, 7].map((wireType) => [`wire type ${wireType}`, ({ field }: Occurrence) => unknownField(wireType, field.number)])),
  'twice': (occurrence) => Buffer.concat([plainHand.field(occurrence), plainHand.field(occurrence)]),
  'then empty': (occurrence) => Buffer.concat([plainHand.field(occurrence), plainHand.field({ ...occurrence, content: occurrence.wireType === BYTES ? Buffer.alloc(0) : occurrence.content })]),
  ...Object.fromEntries([5, 6, 10].map((bytes) => [`tag of ${bytes} bytes`, ({ field, wireType, content }: Occurrence) =>
    Buffer.concat([varint(tagOf(field.number, wireType), bytes), wireType === BYTES ? varint(content.length) : Buffer.alloc(0), content])])),
  ...Object.fromEntries([5, 6, 10, 11].map((bytes) => [`length or varint of ${bytes} bytes`, ({ field, wireType, content }: Occurrence) => {
    if (wireType === BYTES) return Buffer.concat([varint(tagOf(field.number, BYTES)), varint(content.length, bytes), content]);
    return wireType === VARINT && content.length < bytes ? Buffer.concat([varint(tagOf(field.number, VARINT)), padded(content, bytes)]) : null;
  }])),
  ...Object.fromEntries(([['+1', 1], ['-1', -1], ['0', Number.NEGATIVE_INFINITY], ['2^31', 2 ** 31], ['2^32-1', 2 ** 32 - 1], ['2^63', 2 ** 63]] as const).map(([name, add]) =>
    [`length ${name}`, ({ field, wireType, content }: Occurrence) => (wireType !== BYTES ? null
      : Buffer.concat([varint(tagOf(field.number, BYTES)), varint(BigInt(Math.max(0, Math.abs(add) > 1 && add > 0 ? add : content.length + add))), content]))])),
  'cut by a byte': ({ field, wireType, content }) => (content.length === 0 ? null
    : Buffer.concat([varint(tagOf(field.number, wireType)), wireType === BYTES ? varint(content.length - 1) : Buffer.alloc(0), content.subarray(0, -1)])),
  'all bits set': ({ field, wireType }) => (wireType === VARINT ? Buffer.concat([varint(tagOf(field.number, VARINT)), Buffer.alloc(9, 0xff), Buffer.from([0x7f])]) : null),
  'invalid UTF-8': ({ field }) => (field.type === 'string' ? delimited(field.number, Buffer.from([0x61, 0xff, 0xed, 0xa0, 0x80])) : null),
  'random bytes': ({ field, wireType }) => (wireType === BYTES ? delimited(field.number, new Random(field.number).bytes(20)) : null),
};

/** Bytes put into a message, behind its fields or before them. */
const BODY_CHANGES: Readonly<Record<string, Buffer>> = {
  ...Object.fromEntries([VARINT, FIXED64, BYTES, GROUP, GROUP_END, FIXED32, 6, 7].map((wireType) => [`unknown field of wire type ${wireType}`, unknownField(wireType)])),
  'field 0': unknownField(VARINT, 0), 'field 2^29-1': unknownField(VARINT, 2 ** 29 - 1), 'field 2^29': unknownField(VARINT, 2 ** 29), 'field 2^40': unknownField(VARINT, 2 ** 40),
  'an open group': varint(tagOf(900, GROUP)), 'a group that another ends': Buffer.concat([varint(tagOf(900, GROUP)), varint(tagOf(901, GROUP_END))]),
  'groups 63 deep': groups(63), 'groups 64 deep': groups(64), 'groups 65 deep': groups(65), 'groups 10,000 deep': groups(10_000),
};

function padded(content: Buffer, bytes: number): Buffer {
  const longer = Buffer.concat([content, Buffer.alloc(bytes - content.length, 128)]);
  longer[content.length - 1]! |= 128;
  longer[bytes - 1] = 0;
  return longer;
}
function groups(depth: number): Buffer {
  return Buffer.concat([...Array<Buffer>(depth).fill(varint(tagOf(900, GROUP))), ...Array<Buffer>(depth).fill(varint(tagOf(900, GROUP_END)))]);
}

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
    for (const [name, change] of Object.entries(FIELD_CHANGES)) for (const site of sitesOf(root, complete)) {
      const changed = changeAt(root, complete, site, change);
      if (changed !== null) verdicts[compare(signal, changed, `${site}: ${name}`)]++;
    }
    expect(verdicts.taken).toBeGreaterThan(100);
    expect(verdicts.refused).toBeGreaterThan(100);
  });

  test('bytes that do not belong there, in every message, before or behind its fields, get the same verdict', () => {
    const owners = new Set([...sitesOf(root, complete)].map((site) => site.split('.')[0]!));
    for (const [name, bytes] of Object.entries(BODY_CHANGES)) for (const owner of owners) for (const before of [true, false]) {
      const hand: Hand = { ...plainHand, body: (of, fields) => Buffer.concat(of !== owner ? fields : before ? [bytes, ...fields] : [...fields, bytes]) };
      compare(signal, writeMessage(root, complete, hand), `${owner}: ${name}`);
    }
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

/** `Message.field` of everything in a request. */
function sitesOf(root: string, request: ReturnType<typeof completeRequest>): ReadonlySet<string> {
  const sites = new Set<string>();
  writeMessage(root, request, { ...plainHand, field: (occurrence) => { sites.add(`${occurrence.owner}.${occurrence.field.name}`); return plainHand.field(occurrence); } });
  return sites;
}

/** The request with the first such field written another way; null where that way does not apply. */
function changeAt(root: string, request: ReturnType<typeof completeRequest>, site: string, change: (occurrence: Occurrence) => Buffer | null): Buffer | null {
  let isDone = false;
  const field = (occurrence: Occurrence): Buffer => {
    const changed = isDone || `${occurrence.owner}.${occurrence.field.name}` !== site ? null : change(occurrence);
    isDone ||= changed !== null;
    return changed ?? plainHand.field(occurrence);
  };
  const bytes = writeMessage(root, request, { ...plainHand, field });
  return isDone ? bytes : null;
}

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
