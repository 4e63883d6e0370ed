// Reads the protobuf wire format from untrusted bytes. No length is believed before it has been compared with the end
// of the message that holds it; a known field with another wire type, a varint of 11 bytes, a tag or length of 6 refuses the
// whole request. Unknown fields are stepped over, groups too. 64-bit integers come as two halves (`lo`, `hi`) because a
// double cannot hold them and a bigint each costs too much.
import { NarrowsError } from '@narrows/contract';

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
const GROUP = 3;
const GROUP_END = 4;
export const FIXED32 = 5;

/** Nesting of groups in unknown fields. */
const GROUP_DEPTH_MAX = 64;
/** A tag or length is a 32-bit number. */
const SHORT_VARINT_BYTES_MAX = 5;
const EMPTY = new Uint8Array(0);
const float64 = new DataView(new ArrayBuffer(8));

export class WireReader {
  bytes: Uint8Array = EMPTY;
  /** The same bytes, to compare four at a time. */
  view: DataView = new DataView(EMPTY.buffer);
  pos = 0;
  /** Halves of the last 64-bit integer that was read; both may be negative as JavaScript numbers, `>>> 0` makes them unsigned. */
  lo = 0;
  hi = 0;

  reset(bytes: Uint8Array): void {
    this.moveTo(bytes);
    this.pos = 0;
  }

  /** Go on at the same position: the same bytes stand somewhere else now. */
  moveTo(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Field number and wire type. Errors: DECODE_MALFORMED for field 0 and numbers that do not fit. */
  tag(end: number): number {
    const first = this.pos < end ? this.bytes[this.pos]! : 0;
    if (first > 7 && first < 128) { this.pos++; return first; }
    const from = this.pos;
    const tag = this.varint(end);
    if (this.hi !== 0 || tag < 8 || this.pos - from > SHORT_VARINT_BYTES_MAX) throw this.malformed('field number out of range');
    return tag;
  }

  /** A varint of at most 10 bytes into `lo` and `hi`; returns `lo` as unsigned. Bits beyond 64 are dropped, as other decoders do. */
  varint(end: number): number {
    const { bytes } = this;
    let pos = this.pos;
    let lo = 0;
    let hi = 0;
    for (let shift = 0; ; shift += 7) {
      if (pos >= end) throw this.cut(end);
      const byte = bytes[pos++]!;
      const low = byte & 127;
      if (shift < 28) lo |= low << shift;
      else if (shift === 28) { lo |= low << 28; hi = low >>> 4; }
      else if (shift < 63) hi |= low << (shift - 32);
      else if (shift > 63) throw this.malformed('varint longer than 10 bytes');
      else hi |= byte << 31;
      if (byte < 128) break;
    }
    this.pos = pos;
    this.lo = lo;
    this.hi = hi;
    return lo >>> 0;
  }

  /** A length; returns where the field ends, which lies inside the message. */
  fieldEnd(end: number): number {
    const first = this.pos < end ? this.bytes[this.pos]! : 255;
    let length = first;
    if (first < 128) this.pos++;
    else {
      const from = this.pos;
      length = this.varint(end);
      if (this.hi !== 0 || this.pos - from > SHORT_VARINT_BYTES_MAX) throw this.malformed('length longer than 32 bits');
    }
    const fieldEnd = this.pos + length;
    if (fieldEnd > end) throw this.cut(end);
    return fieldEnd;
  }

  fixed64(end: number): void {
    const pos = this.pos;
    if (pos + 8 > end) throw this.cut(end);
    const { bytes } = this;
    this.lo = bytes[pos]! | (bytes[pos + 1]! << 8) | (bytes[pos + 2]! << 16) | (bytes[pos + 3]! << 24);
    this.hi = bytes[pos + 4]! | (bytes[pos + 5]! << 8) | (bytes[pos + 6]! << 16) | (bytes[pos + 7]! << 24);
    this.pos = pos + 8;
  }

  double(end: number): number {
    this.fixed64(end);
    float64.setInt32(0, this.lo, true);
    float64.setInt32(4, this.hi, true);
    return float64.getFloat64(0, true);
  }

  fixed32(end: number): number {
    const pos = this.pos;
    if (pos + 4 > end) throw this.cut(end);
    const { bytes } = this;
    this.pos = pos + 4;
    return (bytes[pos]! | (bytes[pos + 1]! << 8) | (bytes[pos + 2]! << 16) | (bytes[pos + 3]! << 24)) >>> 0;
  }

  /** The last 64-bit integer as a signed number; exact up to 2^53. */
  signedNumber(): number { return this.hi * 0x1_0000_0000 + (this.lo >>> 0); }

  /** The last 64-bit integer as signed decimal digits. */
  signedText(): string {
    const number = this.signedNumber();
    if (Number.isSafeInteger(number)) return String(number);
    return ((BigInt(this.hi) << 32n) | BigInt(this.lo >>> 0)).toString();
  }

  /**
   * Step over a field that the caller does not read. `known` has a bit for each field number that it does read: such a
   * field arrives here only with a wrong wire type.
   */
  skip(tag: number, end: number, known: number): void {
    const field = tag >>> 3;
    if (field < 32 && (known & (1 << field)) !== 0) throw this.malformed(`field ${field} has wire type ${tag & 7}`);
    switch (tag & 7) {
      case VARINT: this.varint(end); return;
      case FIXED64: this.fixed64(end); return;
      case BYTES: this.pos = this.fieldEnd(end); return;
      case FIXED32: this.fixed32(end); return;
      case GROUP: this.skipGroup(field, end, 1); return;
      default: throw this.malformed(`wire type ${tag & 7}`);
    }
  }

  /** To the end of the group that has begun: a tag of the same number. */
  private skipGroup(number: number, end: number, depth: number): void {
    if (depth > GROUP_DEPTH_MAX) throw this.malformed('groups too deep');
    for (;;) {
      const tag = this.tag(end);
      if ((tag & 7) === GROUP) this.skipGroup(tag >>> 3, end, depth + 1);
      else if ((tag & 7) !== GROUP_END) this.skip(tag, end, 0);
      else if (tag >>> 3 === number) return;
      else throw this.malformed('end of another group');
    }
  }

  malformed(what: string): NarrowsError { return new NarrowsError('DECODE_MALFORMED', `${what} at byte ${this.pos}`); }

  /** A field goes past its end: of the body, or of the message that holds it, whose length then is a lie. */
  private cut(end: number): NarrowsError {
    if (end === this.bytes.length) return new NarrowsError('DECODE_TRUNCATED', `the body of ${end} bytes ends inside a field that begins before byte ${this.pos}`);
    return this.malformed(`a field goes past the end of its message at ${end}`);
  }
}

/** Bit set of field numbers for `WireReader.skip`. */
export function knownFields(...numbers: number[]): number {
  return numbers.reduce((bits, field) => bits | (1 << field), 0);
}
