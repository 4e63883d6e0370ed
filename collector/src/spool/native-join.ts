// Many small Native blocks of one table → one. The engine pays for each block and column whatever stands in it: a block
// of eight spans costs it nearly as much as one of five hundred. Columns are appended to each other; dictionaries are
// made one, offsets moved on. The blocks are the decoder's own, with the columns of the contract in their order.
import { randomInt } from 'node:crypto';
import { TABLES, type ColumnType, type TableName } from '@narrows/contract';

const LOW_CARDINALITY = { version: 1, additionalKeys: 1 << 9, newDictionary: 1 << 10, indexWidth: 0xff } as const;
/** Up to here a loop beats the call into the engine. */
const LOOP_BYTES_MAX = 40;

/** Bytes appended at the end. */
class Bytes {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  push(source: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    if (to - from <= LOOP_BYTES_MAX) {
      const bytes = this.#bytes;
      for (let i = from, at = this.length; i < to; i++, at++) bytes[at] = source[i]!;
    } else this.#bytes.set(source.subarray(from, to), this.length);
    this.length += to - from;
  }

  /** A number below 2^32. */
  pushUint64(value: number): void {
    this.#reserve(8);
    this.#view.setUint32(this.length, value, true);
    this.#view.setUint32(this.length + 4, 0, true);
    this.length += 8;
  }

  /** Each in so many bytes. */
  pushAllUints({ values, length }: Uints, width: number): void {
    this.#reserve(length * width);
    const view = this.#view;
    for (let i = 0, at = this.length; i < length; i++, at += width) {
      if (width === 1) view.setUint8(at, values[i]!);
      else if (width === 2) view.setUint16(at, values[i]!, true);
      else view.setUint32(at, values[i]!, true);
      if (width === 8) view.setUint32(at + 4, 0, true);
    }
    this.length += length * width;
  }

  pushVarint(value: number): void {
    this.#reserve(5);
    let rest = value;
    for (; rest > 127; rest >>>= 7) this.#bytes[this.length++] = (rest & 127) | 128;
    this.#bytes[this.length++] = rest;
  }

  pushAll(other: Bytes): void { this.push(other.#bytes, 0, other.length); }

  clear(): void { this.length = 0; }

  get heldBytes(): number { return this.#bytes.byteLength; }

  /** Whether source[from, to) stands at `at`. */
  equals(at: number, source: Uint8Array, from: number, to: number): boolean {
    const bytes = this.#bytes;
    for (let i = from, j = at; i < to; i++, j++) if (bytes[j] !== source[i]) return false;
    return true;
  }

  /** Until the next byte is written. */
  view(): Uint8Array { return this.#bytes.subarray(0, this.length); }

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + count));
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Numbers below 2^32 appended at the end. */
class Uints {
  values = new Uint32Array(64);
  length = 0;

  push(value: number): void {
    this.reserve(1);
    this.values[this.length++] = value;
  }

  /** Room for so many more. */
  reserve(count: number): void {
    if (this.length + count <= this.values.length) return;
    const grown = new Uint32Array(Math.max(this.values.length * 2, this.length + count));
    grown.set(this.values);
    this.values = grown;
  }

  clear(): void { this.length = 0; }

  get heldBytes(): number { return this.values.byteLength; }
}

/** A place in a block. */
class Cursor {
  at = 0;
  constructor(readonly bytes: Uint8Array) {}

  varint(): number {
    const first = this.bytes[this.at++]!;
    if (first < 128) return first;
    let value = first & 127;
    for (let shift = 7; ; shift += 7) {
      const byte = this.bytes[this.at++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  /** One below 2^32: what is counted here lies in a block. */
  uint64(): number {
    const value = this.uint(4);
    this.at += 4;
    return value;
  }

  uint(width: number): number {
    const { at, bytes } = this;
    this.at += width;
    if (width === 1) return bytes[at]!;
    const low = bytes[at]! | bytes[at + 1]! << 8;
    return width === 2 ? low : (low | bytes[at + 2]! << 16 | bytes[at + 3]! << 24) >>> 0;
  }

  skipString(): void { const length = this.varint(); this.at += length; }

  skipStrings(count: number): void {
    const { bytes } = this;
    let { at } = this;
    for (let i = 0; i < count; i++) {
      const length = bytes[at]!;
      if (length < 128) at += 1 + length;
      else {
        this.at = at;
        this.skipString();
        at = this.at;
      }
    }
    this.at = at;
  }
}

/** A column under construction, from those of several blocks. */
interface JoinedColumn {
  append(from: Cursor, rows: number): void;
  writePrefix(out: Bytes): void;
  write(out: Bytes): void;
  clear(): void;
  readonly heldBytes: number;
}

class Fixed implements JoinedColumn {
  readonly #data = new Bytes();
  constructor(private readonly width: number) {}
  append(from: Cursor, rows: number): void {
    this.#data.push(from.bytes, from.at, from.at += rows * this.width);
  }
  writePrefix(): void { /* none */ }
  write(out: Bytes): void { out.pushAll(this.#data); }
  clear(): void { this.#data.clear(); }
  get heldBytes(): number { return this.#data.heldBytes; }
}

class Strings implements JoinedColumn {
  readonly #data = new Bytes();
  append(from: Cursor, rows: number): void {
    const start = from.at;
    from.skipStrings(rows);
    this.#data.push(from.bytes, start, from.at);
  }
  writePrefix(): void { /* none */ }
  write(out: Bytes): void { out.pushAll(this.#data); }
  clear(): void { this.#data.clear(); }
  get heldBytes(): number { return this.#data.heldBytes; }
}

/** Distinct keys with their lengths, by their bytes. */
class Keys {
  readonly bytes = new Bytes();
  readonly #starts = new Uints();
  readonly #hashes = new Uints();
  /** Index + 1, or 0 for a free slot; a power of two long, at most half full. */
  #slots = new Uint32Array(64);

  get count(): number { return this.#starts.length; }

  indexOf(source: Uint8Array, from: number, to: number): number {
    const hash = hashBytes(source, from, to);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const index = this.#slots[slot]! - 1;
      if (this.#hashes.values[index] === hash && this.bytes.equals(this.#starts.values[index]!, source, from, to)) return index;
    }
    const index = this.count;
    this.#starts.push(this.bytes.length);
    this.#hashes.push(hash);
    this.bytes.push(source, from, to);
    this.#slots[slot] = index + 1;
    if (this.count * 2 > this.#slots.length) this.#grow();
    return index;
  }

  clear(): void {
    this.bytes.clear();
    this.#starts.clear();
    this.#hashes.clear();
    this.#slots.fill(0);
  }

  get heldBytes(): number { return this.bytes.heldBytes + this.#starts.heldBytes + this.#hashes.heldBytes + this.#slots.byteLength; }

  #grow(): void {
    const slots = this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let index = 0; index < this.count; index++) {
      let slot = this.#hashes.values[index]! & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = index + 1;
    }
  }
}

/** Byte by byte, so that no sender reaches the highest bit, by which names could be made that collide whatever the seed of this process is. */
const SEED = randomInt(0x7fff_ffff);
function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = SEED;
  for (let i = from; i < to; i++) hash = Math.imul((hash << 5 | hash >>> 27) ^ bytes[i]!, 0x9e37_79b1);
  return (hash ^ hash >>> 15) >>> 0;
}

class Dictionary implements JoinedColumn {
  /** The first is the empty text, as the engine has it. */
  readonly #keys = new Keys();
  readonly #indexes = new Uints();
  /** Where the keys of a block stand among all. */
  #indexOfKey = new Uint32Array(64);

  append(from: Cursor, rows: number): void {
    if (rows === 0) return;
    const width = 2 ** (from.uint64() & LOW_CARDINALITY.indexWidth);
    this.#readKeys(from, from.uint64());
    from.at += 8;
    this.#indexes.reserve(rows);
    const { values, length } = this.#indexes;
    const indexOfKey = this.#indexOfKey;
    if (width === 1) {
      const { bytes, at } = from;
      for (let row = 0; row < rows; row++) values[length + row] = indexOfKey[bytes[at + row]!]!;
      from.at += rows;
    } else for (let row = 0; row < rows; row++) values[length + row] = indexOfKey[from.uint(width)]!;
    this.#indexes.length += rows;
  }

  #readKeys(from: Cursor, count: number): void {
    if (count > this.#indexOfKey.length) this.#indexOfKey = new Uint32Array(count * 2);
    for (let key = 0; key < count; key++) {
      const { at } = from;
      from.skipString();
      this.#indexOfKey[key] = this.#keys.indexOf(from.bytes, at, from.at);
    }
  }

  writePrefix(out: Bytes): void { out.pushUint64(LOW_CARDINALITY.version); }
  write(out: Bytes): void {
    if (this.#indexes.length === 0) return;
    const keys = this.#keys.count;
    const type = keys <= 0x100 ? 0 : keys <= 0x1_0000 ? 1 : 2;
    out.pushUint64(type | LOW_CARDINALITY.additionalKeys | LOW_CARDINALITY.newDictionary);
    out.pushUint64(keys);
    out.pushAll(this.#keys.bytes);
    out.pushUint64(this.#indexes.length);
    out.pushAllUints(this.#indexes, 1 << type);
  }
  clear(): void {
    this.#keys.clear();
    this.#indexes.clear();
  }
  get heldBytes(): number { return this.#keys.heldBytes + this.#indexes.heldBytes + this.#indexOfKey.byteLength; }
}

/** Arrays, and maps as arrays of keys and values: an end offset a row, then the parts. */
class Nested implements JoinedColumn {
  readonly #ends = new Uints();
  #elements = 0;
  constructor(private readonly parts: readonly JoinedColumn[]) {}
  append(from: Cursor, rows: number): void {
    const before = this.#elements;
    this.#ends.reserve(rows);
    const { values, length } = this.#ends;
    for (let row = 0; row < rows; row++) values[length + row] = before + from.uint64();
    this.#ends.length += rows;
    if (rows > 0) this.#elements = values[length + rows - 1]!;
    if (this.#elements > before) for (const part of this.parts) part.append(from, this.#elements - before);
  }
  writePrefix(out: Bytes): void { for (const part of this.parts) part.writePrefix(out); }
  write(out: Bytes): void {
    out.pushAllUints(this.#ends, 8);
    for (const part of this.parts) part.write(out);
  }
  clear(): void {
    this.#ends.clear();
    this.#elements = 0;
    for (const part of this.parts) part.clear();
  }
  get heldBytes(): number { return this.parts.reduce((sum, part) => sum + part.heldBytes, this.#ends.heldBytes); }
}

const MAP = 'Map(LowCardinality(String), String)';

function columnOf(type: ColumnType | typeof MAP): JoinedColumn {
  switch (type) {
    case 'String': return new Strings();
    case 'LowCardinality(String)': return new Dictionary();
    case 'UInt8': case 'Bool': return new Fixed(1);
    case 'UInt32': case 'Int32': return new Fixed(4);
    case 'UInt64': case 'Int64': case 'Float64': case 'DateTime64(9)': case 'DateTime64(3)': return new Fixed(8);
    case MAP: return new Nested([new Dictionary(), new Strings()]);
    default: return new Nested([columnOf(type.slice('Array('.length, -1) as ColumnType)]);
  }
}

export class NativeJoin {
  rows = 0;
  /** Of the blocks that were added. */
  bytes = 0;
  readonly #columns: { head: Uint8Array; joined: JoinedColumn }[];
  readonly #out = new Bytes();

  constructor(readonly table: TableName) {
    this.#columns = TABLES[table].map(({ name, type }) => {
      const joined = columnOf(type);
      return { head: columnHead(name, type, joined), joined };
    });
  }

  /** Memory that it keeps for the next blocks. */
  get heldBytes(): number { return this.#columns.reduce((sum, { joined }) => sum + joined.heldBytes, this.#out.heldBytes); }

  /** Append the rows of a whole block, which is not needed any more then. Errors: TypeError for a block of other columns. */
  add(block: Uint8Array): void {
    // A Buffer and a Uint8Array are two kinds of object to the engine; the loops shall see one.
    const from = new Cursor(new Uint8Array(block.buffer, block.byteOffset, block.byteLength));
    const columns = from.varint();
    const rows = from.varint();
    if (columns !== this.#columns.length) throw new TypeError(`a block of ${columns} columns is none of ${this.table}`);
    for (const { head, joined } of this.#columns) {
      from.at += head.length;
      joined.append(from, rows);
    }
    this.rows += rows;
    this.bytes += block.byteLength;
  }

  /** The one block: a view of this join's memory, good until its next `finish`. The join is empty again. */
  finish(): Uint8Array {
    const out = this.#out;
    out.clear();
    out.pushVarint(this.#columns.length);
    out.pushVarint(this.rows);
    for (const { head, joined } of this.#columns) {
      out.push(head, 0, head.length);
      joined.write(out);
      joined.clear();
    }
    this.rows = this.bytes = 0;
    return out.view();
  }
}

/** Name, type and prefixes, as they stand before the data of each column whatever that is. */
function columnHead(name: string, type: string, joined: JoinedColumn): Uint8Array {
  const head = new Bytes();
  for (const text of [name, type]) {
    const bytes = new TextEncoder().encode(text);
    head.pushVarint(bytes.length);
    head.push(bytes, 0, bytes.length);
  }
  joined.writePrefix(head);
  return Uint8Array.from(head.view());
}
