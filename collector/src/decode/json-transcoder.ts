// OTLP/JSON → OTLP protobuf, by the table in otlp-schema.ts. JSON then goes the same way as protobuf, so that the same
// request gives the same rows in either encoding and every rule is written once. Unknown members are ignored; a known one
// of the wrong type refuses the request. Nesting is counted before it is followed.
import { isUtf8 } from 'node:buffer';
import { LIMITS, NarrowsError, type Signal } from '@narrows/contract';
import { ByteBuffer } from './byte-buffer.js';
import { longInteger, parseJson } from './json-text.js';
import { EXPORT_REQUESTS, wireTypeOf, type MessageSchema, type SchemaField } from './otlp-schema.js';

/** The standard alphabet and the one for URLs, with or without padding. */
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const LONE_SURROGATE = /\p{Surrogate}/u;
/** A varint that always takes four bytes holds a length up to 2^28 − 1, and can be filled in when the message is written. */
const LENGTH_BYTES = 4;

/**
 * Write an OTLP/JSON export request as protobuf.
 *
 * Errors: DECODE_MALFORMED, DECODE_TOO_DEEP, REQUEST_TOO_LARGE
 */
export function transcodeJson(signal: Signal, body: Uint8Array): { bytes: Uint8Array; invalidUtf8: number } {
  const writer = new MessageWriter();
  if (body.length > 0) writer.message(EXPORT_REQUESTS[signal], parseJson(body), 0);
  return { bytes: writer.out.bytes.subarray(0, writer.out.length), invalidUtf8: (isUtf8(body) ? 0 : 1) + writer.loneSurrogates };
}

const malformed = (path: string, what: string): NarrowsError => new NarrowsError('DECODE_MALFORMED', `${path}: ${what}`);
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

class MessageWriter {
  readonly out = new ByteBuffer(16 * 1024);
  loneSurrogates = 0;

  /** Members of a JSON object as fields, in the order of the object. `depth` counts AnyValues inside one another. */
  message(schema: MessageSchema, value: unknown, depth: number): void {
    if (!isObject(value)) throw malformed(schema.name, 'is not an object');
    const inner = schema.nests ? depth + 1 : depth;
    if (inner > LIMITS.anyValueDepthMax) throw new NarrowsError('DECODE_TOO_DEEP', `a value is nested deeper than ${LIMITS.anyValueDepthMax} levels`);
    for (const [name, member] of Object.entries(value) as [string, unknown][]) {
      const field = schema.fields.get(name);
      if (field === undefined || member === null) continue;
      const path = `${schema.name}.${name}`;
      if (!field.repeated) this.field(field, member, path, inner);
      else if (Array.isArray(member)) for (const item of member as unknown[]) this.field(field, item, path, inner);
      else throw malformed(path, 'is not an array');
    }
  }

  private field(field: SchemaField, value: unknown, path: string, depth: number): void {
    this.out.pushVarint(field.number << 3 | wireTypeOf(field));
    switch (field.kind) {
      case 'message': this.withLength(() => this.message(field.message!, value, depth)); return;
      case 'string': this.bytes(this.utf8(text(value, path))); return;
      case 'hexId': this.bytes(hexBytes(text(value, path), path)); return;
      case 'base64': this.bytes(base64Bytes(text(value, path), path)); return;
      case 'bool': if (typeof value !== 'boolean') throw malformed(path, 'is not a boolean'); this.out.pushByte(value ? 1 : 0); return;
      case 'enum': this.varint64(enumNumber(field, value, path)); return;
      case 'uint32': this.varint64(integer(value, path, 0n, 0xffff_ffffn)); return;
      case 'int64': this.varint64(integer(value, path, -(2n ** 63n), 2n ** 63n - 1n)); return;
      case 'sint32': { const number = Number(integer(value, path, -(2n ** 31n), 2n ** 31n - 1n)); this.out.pushVarint(((number << 1) ^ (number >> 31)) >>> 0); return; }
      case 'fixed32': this.out.pushUint32(Number(integer(value, path, 0n, 0xffff_ffffn))); return;
      case 'fixed64': this.fixed64(integer(value, path, 0n, 2n ** 64n - 1n)); return;
      case 'sfixed64': this.fixed64(integer(value, path, -(2n ** 63n), 2n ** 63n - 1n)); return;
      case 'double': this.out.pushFloat64(double(value, path)); return;
      case 'packedFixed64': this.packed(value, path, (item) => this.fixed64(integer(item, path, 0n, 2n ** 64n - 1n))); return;
      case 'packedUint64': this.packed(value, path, (item) => this.varint64(integer(item, path, 0n, 2n ** 64n - 1n))); return;
      case 'packedDouble': this.packed(value, path, (item) => this.out.pushFloat64(double(item, path))); return;
    }
  }

  private packed(value: unknown, path: string, write: (item: unknown) => void): void {
    if (!Array.isArray(value)) throw malformed(path, 'is not an array');
    this.withLength(() => (value as unknown[]).forEach(write));
  }

  private withLength(write: () => void): void {
    this.out.reserve(LENGTH_BYTES);
    const at = this.out.length;
    this.out.length += LENGTH_BYTES;
    write();
    const length = this.out.length - at - LENGTH_BYTES;
    this.out.setUint32(at, (length & 0x7f) | 0x80 | (length >>> 7 & 0x7f | 0x80) << 8 | (length >>> 14 & 0x7f | 0x80) << 16 | (length >>> 21) << 24);
  }

  private bytes(bytes: Uint8Array): void {
    this.out.pushVarint(bytes.length);
    this.out.pushBytes(bytes);
  }

  private utf8(value: string): Uint8Array {
    if (LONE_SURROGATE.test(value)) this.loneSurrogates++;
    return Buffer.from(value);
  }

  private fixed64(value: bigint): void { this.out.pushUint64(Number(value & 0xffff_ffffn), Number(value >> 32n)); }

  private varint64(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    while (rest > 127n) { this.out.pushByte(Number(rest & 127n) | 128); rest >>= 7n; }
    this.out.pushByte(Number(rest));
  }
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string' || longInteger(value) !== null) throw malformed(path, 'is not a string');
  return value;
}

function hexBytes(value: string, path: string): Uint8Array {
  if (value.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(value)) throw malformed(path, 'is not hex');
  return Buffer.from(value, 'hex');
}

function base64Bytes(value: string, path: string): Uint8Array {
  if (!BASE64.test(value) || value.replace(/=+$/, '').length % 4 === 1) throw malformed(path, 'is not base64');
  return Buffer.from(value, 'base64');
}

/** A whole number as a JSON number or as a string of digits. */
function integer(sent: unknown, path: string, min: bigint, max: bigint): bigint {
  const value = longInteger(sent) ?? sent;
  const whole = typeof value === 'number' ? Number.isInteger(value) : typeof value === 'string' && /^-?\d{1,20}$/.test(value);
  if (!whole) throw malformed(path, 'is not a whole number');
  const number = BigInt(value as number | string);
  if (number < min || number > max) throw malformed(path, `is not between ${min} and ${max}`);
  return number;
}

function enumNumber(field: SchemaField, value: unknown, path: string): bigint {
  const known = typeof value === 'string' ? field.enumNumbers?.get(value) : undefined;
  return known === undefined ? integer(value, path, -(2n ** 31n), 2n ** 31n - 1n) : BigInt(known);
}

/** A JSON number, or as protobuf's JSON has it a string: digits, `NaN`, `Infinity`, `-Infinity`. */
function double(sent: unknown, path: string): number {
  const value = longInteger(sent) ?? sent;
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (Number.isNaN(number) && value !== 'NaN') throw malformed(path, 'is not a number');
  return number;
}
