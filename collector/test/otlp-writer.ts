// Writes OTLP messages of the reference decoder as protobuf, well or badly: a hand decides how each field and each message
// becomes bytes, and whatever it makes of them, the lengths around it are right.
import { BYTES, FIXED32, FIXED64, GROUP, GROUP_END, MESSAGES, VARINT, isPackable, wireTypeOf, type Field, type ScalarType } from './otlp-fields.js';
import type { Message, Value } from './otlp-reference.js';
import type { Random } from './otlp-generator.js';

/** One field about to be written: its content without tag and length. */
export interface Occurrence { owner: string; field: Field; wireType: number; content: Buffer }
export interface Hand {
  field(occurrence: Occurrence): Buffer;
  /** The fields of one message, one after another. */
  body(owner: string, fields: Buffer[]): Buffer;
  packs(field: Field): boolean;
}

export function varint(value: bigint | number, bytesMin = 1): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(70, BigInt(value));
  do { bytes.push(Number(rest & 127n) | 128); rest >>= 7n; } while (rest > 0n || bytes.length < bytesMin);
  bytes[bytes.length - 1]! &= 127;
  return Buffer.from(bytes);
}
export const tagOf = (number: number, wireType: number): bigint => BigInt(number) << 3n | BigInt(wireType);
export const delimited = (number: number, content: Buffer): Buffer => Buffer.concat([varint(tagOf(number, BYTES)), varint(content.length), content]);

/** As every exporter writes it. */
export const plainHand: Hand = {
  field: ({ field, wireType, content }) => (wireType === BYTES ? delimited(field.number, content) : Buffer.concat([varint(tagOf(field.number, wireType)), content])),
  body: (_owner, fields) => Buffer.concat(fields),
  packs: () => true,
};

export function writeMessage(name: string, message: Message, hand: Hand = plainHand): Buffer {
  const parts = [...message].flatMap(([fieldName, value]) => {
    const field = MESSAGES.get(name)!.find((candidate) => candidate.name === fieldName)!;
    const write = (content: Buffer, wireType = wireTypeOf(field)) => hand.field({ owner: name, field, wireType, content });
    if (!field.repeated) return [write(contentOf(field, value, hand))];
    const contents = (value as Value[]).map((item) => contentOf(field, item, hand));
    return isPackable(field) && hand.packs(field) ? [write(Buffer.concat(contents), BYTES)] : contents.map((content) => write(content));
  });
  return hand.body(name, parts);
}

const contentOf = (field: Field, value: Value, hand: Hand): Buffer =>
  (field.message === null ? scalarContent(field.type!, value) : writeMessage(field.message, value as Message, hand));

function scalarContent(type: ScalarType, value: Value): Buffer {
  const fixed = Buffer.alloc(8);
  switch (type) {
    case 'double': fixed.writeDoubleLE(value as number); return fixed;
    case 'fixed64': fixed.writeBigUInt64LE(value as bigint); return fixed;
    case 'sfixed64': fixed.writeBigInt64LE(value as bigint); return fixed;
    case 'fixed32': fixed.writeUInt32LE(Number(value)); return fixed.subarray(0, 4);
    case 'string': case 'bytes': return value as Buffer;
    case 'sint32': return varint(BigInt.asUintN(32, (value as bigint) << 1n ^ (value as bigint) >> 31n));
    case 'bool': return varint(value === true ? 1 : 0);
    default: return varint(BigInt.asUintN(64, value as bigint));
  }
}

const UNKNOWN_CONTENTS: Readonly<Record<number, Buffer>> = { [VARINT]: varint(300), [FIXED64]: Buffer.alloc(8, 7), [BYTES]: Buffer.from([2, 65, 66]), [FIXED32]: Buffer.alloc(4, 7) };

/** A field that no version of OTLP has. */
export function unknownField(wireType: number, number = 900): Buffer {
  const tag = varint(tagOf(number, wireType));
  if (wireType === GROUP) return Buffer.concat([tag, unknownField(VARINT, 1), unknownField(BYTES, 2), varint(tagOf(number, GROUP_END))]);
  return Buffer.concat([tag, UNKNOWN_CONTENTS[wireType] ?? Buffer.alloc(0)]);
}

/** Writes what every decoder must take and few encoders write: any order, long varints, unpacked lists, fields that come twice, unknown ones. */
export function wildHand(random: Random): Hand {
  return {
    packs: () => random.chance(0.5),
    field({ field, wireType, content }) {
      const tag = varint(tagOf(field.number, wireType), random.chance(0.1) ? 1 + random.below(5) : 1);
      if (wireType === VARINT && random.chance(0.1)) return Buffer.concat([tag, longer(content, random)]);
      return Buffer.concat(wireType === BYTES ? [tag, varint(content.length, random.chance(0.1) ? 1 + random.below(5) : 1), content] : [tag, content]);
    },
    body(_owner, fields) {
      const parts = random.chance(0.3) ? random.shuffled(fields) : fields;
      if (random.chance(0.1)) parts.splice(random.below(parts.length + 1), 0, unknownField(random.pick([VARINT, FIXED64, BYTES, FIXED32, GROUP])));
      if (fields.length > 0 && random.chance(0.1)) parts.push(random.pick(fields)); // a field again: the last counts, messages and lists grow
      return Buffer.concat(parts);
    },
  };
}

/** The same varint in more bytes, at most ten. */
function longer(content: Buffer, random: Random): Buffer {
  if (content.length >= 9 || content.length === 0) return content;
  const bytes = [...content];
  bytes[bytes.length - 1]! |= 128;
  while (bytes.length < 9 && random.chance(0.7)) bytes.push(128);
  return Buffer.from([...bytes, 0]);
}
