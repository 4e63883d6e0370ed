// An independent decoder of OTLP protobuf, for tests: a plain reading of the protobuf encoding specification over the field
// tables, with bigints and objects and without a thought for speed. Like Google's own decoder (checked against it in
// fuzz-outside.test.ts) it refuses tags and lengths of more than 5 bytes, takes matched groups of unknown fields, merges a
// message field that comes twice and cuts integers to their width. Three things it does as the fault table of Narrows says:
// a known field with another wire type is refused, text need not be UTF-8, and AnyValue nests 64 deep.
import { BYTES, FIXED32, FIXED64, GROUP, GROUP_END, MESSAGES, VARINT, isPackable, wireTypeOf, type Field, type ScalarType } from './otlp-fields.js';

export type Value = bigint | number | boolean | Buffer | Message | Value[];
/** Fields by name, in the order in which they came; absent ones are absent. Text is bytes. */
export type Message = Map<string, Value>;

/** The bytes are no such message. */
export class Refusal extends Error {}

const ANY_VALUE_DEPTH_MAX = 64;
const GROUP_DEPTH_MAX = 64;

/** Errors: Refusal */
export function readMessage(name: string, bytes: Buffer, into: Message = new Map(), anyValues = 0): Message {
  const depth = name === 'AnyValue' ? anyValues + 1 : anyValues;
  if (depth > ANY_VALUE_DEPTH_MAX) throw new Refusal('too deep');
  const fields = MESSAGES.get(name)!;
  const cursor = new Cursor(bytes);
  while (!cursor.done) {
    const { number, wireType } = cursor.tag();
    const field = fields.find((candidate) => candidate.number === number);
    if (field === undefined) cursor.skip(number, wireType, 0);
    else if (wireType === wireTypeOf(field)) put(into, fields, field, cursor, depth);
    else if (wireType === BYTES && isPackable(field)) putPacked(into, field, cursor.lengthDelimited());
    else throw new Refusal(`${name}.${field.name} has wire type ${wireType}`);
  }
  return into;
}

function put(into: Message, fields: readonly Field[], field: Field, cursor: Cursor, depth: number): void {
  if (field.repeated) {
    listOf(into, field).push(field.message === null ? cursor.scalar(field.type!) : readMessage(field.message, cursor.lengthDelimited(), new Map(), depth));
    return;
  }
  const before = into.get(field.name);
  const value = field.message === null ? cursor.scalar(field.type!)
    : readMessage(field.message, cursor.lengthDelimited(), before instanceof Map ? before : new Map(), depth);
  for (const other of fields) if (field.oneof !== null && other.oneof === field.oneof) into.delete(other.name);
  into.set(field.name, value);
}

function putPacked(into: Message, field: Field, bytes: Buffer): void {
  const cursor = new Cursor(bytes);
  const list = listOf(into, field);
  while (!cursor.done) list.push(cursor.scalar(field.type!));
}

function listOf(into: Message, field: Field): Value[] {
  const list = (into.get(field.name) as Value[] | undefined) ?? [];
  into.set(field.name, list);
  return list;
}

class Cursor {
  private pos = 0;
  constructor(private readonly bytes: Buffer) {}
  get done(): boolean { return this.pos === this.bytes.length; }

  private take(count: number): Buffer {
    if (this.pos + count > this.bytes.length) throw new Refusal('ends early');
    this.pos += count;
    return this.bytes.subarray(this.pos - count, this.pos);
  }

  private varint(bytesMax: number): bigint {
    let value = 0n;
    for (let i = 0; i < bytesMax; i++) {
      const byte = this.take(1)[0]!;
      value |= BigInt(byte & 127) << BigInt(i * 7);
      if (byte < 128) return value;
    }
    throw new Refusal(`a varint of more than ${bytesMax} bytes`);
  }

  tag(): { number: number; wireType: number } {
    const tag = this.varint(5);
    if (tag < 8n || tag > 0xffff_ffffn) throw new Refusal(`tag ${tag}`);
    return { number: Number(tag >> 3n), wireType: Number(tag & 7n) };
  }

  lengthDelimited(): Buffer {
    const length = this.varint(5);
    if (length > 0x7fff_ffffn) throw new Refusal(`length ${length}`);
    return this.take(Number(length));
  }

  skip(number: number, wireType: number, depth: number): void {
    switch (wireType) {
      case VARINT: this.varint(10); return;
      case FIXED64: this.take(8); return;
      case BYTES: this.lengthDelimited(); return;
      case FIXED32: this.take(4); return;
      case GROUP: break;
      default: throw new Refusal(`wire type ${wireType}`);
    }
    if (depth >= GROUP_DEPTH_MAX) throw new Refusal('groups too deep');
    for (;;) {
      const inner = this.tag();
      if (inner.wireType === GROUP_END && inner.number === number) return;
      this.skip(inner.number, inner.wireType, depth + 1);
    }
  }

  scalar(type: ScalarType): Value {
    switch (type) {
      case 'double': return this.take(8).readDoubleLE();
      case 'fixed64': return this.take(8).readBigUInt64LE();
      case 'sfixed64': return this.take(8).readBigInt64LE();
      case 'fixed32': return BigInt(this.take(4).readUInt32LE());
      case 'int64': return BigInt.asIntN(64, this.varint(10));
      case 'uint64': return BigInt.asUintN(64, this.varint(10));
      case 'uint32': return BigInt.asUintN(32, this.varint(10));
      case 'enum': return BigInt.asIntN(32, this.varint(10));
      case 'sint32': { const value = BigInt.asUintN(32, this.varint(10)); return (value >> 1n) ^ -(value & 1n); }
      case 'bool': return BigInt.asUintN(64, this.varint(10)) !== 0n;
      case 'string': case 'bytes': return this.lengthDelimited();
    }
  }
}
