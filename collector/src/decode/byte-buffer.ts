// Growable byte and integer arrays that live as long as the decoder and are emptied between requests, so that a request
// costs no allocation once the decoder is warm. A buffer that a huge request has blown up is given back when it is cleared,
// and none grows past DECODED_BUFFER_BYTES_MAX: repeating a large resource for each span must not eat the memory.
import { NarrowsError } from '@narrows/contract';
import { sameWords } from './words.js';

/** One column of one request. A 16 MiB body of ordinary spans needs about a tenth of it. */
export const DECODED_BUFFER_BYTES_MAX = 64 * 1024 * 1024;
/** What a buffer may keep for the next request. */
const KEPT_BYTES_MAX = 1024 * 1024;

/** Text of ours as bytes. A plain Uint8Array like the body: a Buffer is another kind of object, and the hot loops shall see one. */
export function encodeText(text: string): Uint8Array { return new TextEncoder().encode(text); }

/** Up to here a loop beats the call into the engine. */
export const LOOP_BYTES_MAX = 40;
const OWN_LOOP_BYTES_MAX = 160;
/** The highest bit of each of four bytes. */
const BEYOND_ASCII = 0x8080_8080 | 0;
/** The two digits of each byte, as they lie in memory. */
const HEX_PAIRS = Uint16Array.from({ length: 256 }, (_, byte) => '0123456789abcdef'.charCodeAt(byte >>> 4) | '0123456789abcdef'.charCodeAt(byte & 15) << 8);

function grownCapacity(capacity: number, needed: number): number {
  if (needed > DECODED_BUFFER_BYTES_MAX) {
    throw new NarrowsError('REQUEST_TOO_LARGE', `one column of this request needs more than ${DECODED_BUFFER_BYTES_MAX} bytes; send fewer items a request or smaller resource attributes`);
  }
  return Math.min(DECODED_BUFFER_BYTES_MAX, Math.max(capacity * 2, needed));
}

/** Bytes appended at the end; `bytes` is replaced when it grows, so callers re-read it after `reserve`. */
export class ByteBuffer {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  private view: DataView;
  private readonly initialCapacity: number;
  private readonly keptBytesMax: number;

  constructor(initialCapacity = 1024, keptBytesMax = KEPT_BYTES_MAX) {
    this.initialCapacity = initialCapacity;
    this.keptBytesMax = keptBytesMax;
    this.bytes = new Uint8Array(initialCapacity);
    this.view = new DataView(this.bytes.buffer);
  }

  clear(): void {
    this.length = 0;
    if (this.bytes.length > this.keptBytesMax) this.replace(new Uint8Array(this.initialCapacity));
  }

  /** Make room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(grownCapacity(this.bytes.length, needed));
    grown.set(this.bytes.subarray(0, this.length));
    this.replace(grown);
  }

  pushByte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  pushUint32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, value, true);
    this.length += 4;
  }

  /** A 64-bit integer as its two halves: a double cannot hold nanoseconds since 1970, and a bigint each costs too much. */
  pushUint64(lo: number, hi: number): void {
    this.reserve(8);
    this.view.setUint32(this.length, lo, true);
    this.view.setUint32(this.length + 4, hi, true);
    this.length += 8;
  }

  pushFloat64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  pushVarint(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest > 127) { this.bytes[this.length++] = (rest & 127) | 128; rest >>>= 7; }
    this.bytes[this.length++] = rest;
  }

  pushBytes(source: Uint8Array, start = 0, end = source.length): void {
    const count = end - start;
    this.reserve(count);
    if (count <= LOOP_BYTES_MAX) {
      const target = this.bytes;
      let at = this.length;
      for (let i = start; i < end; i++) target[at++] = source[i]!;
    } else {
      this.bytes.set(source.subarray(start, end), this.length);
    }
    this.length += count;
  }

  /** Append a copy of what stands in [start, end) of this buffer. */
  pushOwn(start: number, end: number): void {
    const count = end - start;
    this.reserve(count);
    if (count <= OWN_LOOP_BYTES_MAX) this.copyWords(this.view, start, count);
    else {
      this.bytes.copyWithin(this.length, start, end);
      this.length += count;
    }
  }

  /** Append `count` bytes of `source` from `start` on; returns whether one of them is beyond ASCII. */
  pushWords(source: DataView, start: number, count: number): boolean {
    this.reserve(count);
    return this.copyWords(source, start, count);
  }

  /** Four bytes at a time. From this buffer too: what is read lies before what is written. */
  private copyWords(source: DataView, start: number, count: number): boolean {
    const { view } = this;
    const end = start + count;
    let seen = 0;
    let from = start;
    let at = this.length;
    for (const last = end - 4; from <= last; from += 4, at += 4) {
      const word = source.getInt32(from, true);
      seen |= word;
      view.setInt32(at, word, true);
    }
    for (; from < end; from++, at++) {
      const byte = source.getUint8(from);
      seen |= byte;
      view.setUint8(at, byte);
    }
    this.length = at;
    return (seen & BEYOND_ASCII) !== 0;
  }

  /** Whether the `length` bytes at `at` are those of `source` from `start` on. */
  equalsWords(at: number, source: DataView, start: number, length: number): boolean { return sameWords(this.view, at, source, start, length); }

  /** Append source[start, end) as hex digits. */
  pushHex(source: Uint8Array, start: number, end: number): void {
    this.reserve((end - start) * 2);
    const { view } = this;
    let at = this.length;
    for (let i = start; i < end; i++, at += 2) view.setUint16(at, HEX_PAIRS[source[i]!]!, true);
    this.length = at;
  }

  /** Append the last `bytes` bytes again, so many times. */
  repeatLast(bytes: number, times: number): void {
    const from = this.length - bytes;
    const end = this.length + bytes * times;
    this.reserve(bytes * times);
    if (bytes === 1) {
      this.bytes.fill(this.bytes[from]!, this.length, end);
      this.length = end;
    }
    // What has been repeated is repeated in turn: each copy is twice as long as the one before.
    for (let copied = bytes; this.length < end; copied *= 2) {
      const count = Math.min(copied, end - this.length);
      this.bytes.copyWithin(this.length, from, from + count);
      this.length += count;
    }
  }

  /** Overwrite 4 bytes written before. */
  setUint32(at: number, value: number): void { this.view.setUint32(at, value, true); }

  toBytes(): Uint8Array { return this.bytes.slice(0, this.length); }

  private replace(bytes: Uint8Array<ArrayBuffer>): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }
}

/** 32-bit integers appended at the end: offsets, dictionary indexes, positions in the body. */
export class IntList {
  values = new Int32Array(64);
  length = 0;

  clear(): void {
    this.length = 0;
    if (this.values.byteLength > KEPT_BYTES_MAX) this.values = new Int32Array(64);
  }

  pushRepeated(value: number, times: number): void {
    if (times === 1) { this.push(value); return; }
    if (this.length + times > this.values.length) this.grow(times);
    this.values.fill(value, this.length, this.length += times);
  }

  pushAll(source: Int32Array): void {
    if (this.length + source.length > this.values.length) this.grow(source.length);
    this.values.set(source, this.length);
    this.length += source.length;
  }

  push(value: number): void {
    if (this.length === this.values.length) this.grow(1);
    this.values[this.length++] = value;
  }

  /** Append the last `count` numbers again, so many times. */
  repeatLast(count: number, times: number): void {
    const from = this.length - count;
    const end = this.length + count * times;
    if (end > this.values.length) this.grow(count * times);
    for (let copied = count; this.length < end; copied *= 2) {
      const more = Math.min(copied, end - this.length);
      this.values.copyWithin(this.length, from, from + more);
      this.length += more;
    }
  }

  /** Make room for at least so many more. */
  private grow(count: number): void {
    const grown = new Int32Array(grownCapacity(this.values.byteLength, (this.length + count) * 4) >>> 2);
    grown.set(this.values);
    this.values = grown;
  }
}
