// Many small Native blocks of one table → one. The engine pays for each block and column whatever stands in it: a block
// of eight spans costs it nearly as much as one of five hundred. Columns are appended to each other; dictionaries are
// made one, offsets moved on. The blocks are the decoder's own, with the columns of the contract in their order.
import { TABLES, type ColumnType, type TableName } from '@narrows/contract';

const LOW_CARDINALITY = { version: 1n, additionalKeys: 1 << 9, newDictionary: 1 << 10, indexWidth: 0xff } as const;

/** Bytes appended at the end. */
class Bytes {
  #bytes = Buffer.allocUnsafeSlow(1024);
  length = 0;

  push(source: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    if (to - from < 32) for (let i = from, at = this.length; i < to; i++, at++) this.#bytes[at] = source[i]!;
    else this.#bytes.set(source.subarray(from, to), this.length);
    this.length += to - from;
  }

  pushUint64(value: number): void {
    this.#reserve(8);
    this.#bytes.writeUInt32LE(value >>> 0, this.length);
    this.#bytes.writeUInt32LE(Math.floor(value / 0x1_0000_0000), this.length + 4);
    this.length += 8;
  }

  /** Numbers below 2^32, each in so many bytes. */
  pushUints(values: readonly number[], width: number): void {
    this.#reserve(values.length * width);
    const bytes = this.#bytes;
    let at = this.length;
    for (const value of values) for (let i = 0; i < width; i++) bytes[at++] = i < 4 ? value >>> (8 * i) : 0;
    this.length = at;
  }

  pushVarint(value: number): void {
    const bytes: number[] = [];
    let rest = value;
    for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
    bytes.push(rest);
    this.pushUints(bytes, 1);
  }

  pushAll(other: Bytes): void { this.push(other.#bytes, 0, other.length); }
  take(): Buffer { return this.#bytes.subarray(0, this.length); }

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.length + count));
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
  }
}

/** A place in a block. */
class Cursor {
  at = 0;
  constructor(readonly bytes: Buffer) {}

  varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  uint64(): number {
    const value = this.bytes.readUInt32LE(this.at) + this.bytes.readUInt32LE(this.at + 4) * 0x1_0000_0000;
    this.at += 8;
    return value;
  }

  skipString(): void { const length = this.varint(); this.at += length; }
}

/** A column under construction, from those of several blocks. */
interface JoinedColumn {
  skipPrefix(from: Cursor): void;
  append(from: Cursor, rows: number): void;
  writePrefix(out: Bytes): void;
  write(out: Bytes): void;
}

class Fixed implements JoinedColumn {
  readonly #data = new Bytes();
  constructor(private readonly width: number) {}
  skipPrefix(): void { /* none */ }
  append(from: Cursor, rows: number): void {
    this.#data.push(from.bytes, from.at, from.at += rows * this.width);
  }
  writePrefix(): void { /* none */ }
  write(out: Bytes): void { out.pushAll(this.#data); }
}

class Strings implements JoinedColumn {
  readonly #data = new Bytes();
  skipPrefix(): void { /* none */ }
  append(from: Cursor, rows: number): void {
    const start = from.at;
    for (let row = 0; row < rows; row++) from.skipString();
    this.#data.push(from.bytes, start, from.at);
  }
  writePrefix(): void { /* none */ }
  write(out: Bytes): void { out.pushAll(this.#data); }
}

class Dictionary implements JoinedColumn {
  /** By their bytes. The first is the empty text, as the engine has it. */
  readonly #indexOf = new Map<string, number>();
  readonly #keys = new Bytes();
  readonly #indexes: number[] = [];
  #lastKeys: Buffer = Buffer.alloc(0);
  #lastCount = 0;
  #lastIndexes: readonly number[] = [];
  skipPrefix(from: Cursor): void { from.at += 8; }

  append(from: Cursor, rows: number): void {
    if (rows === 0) return;
    const width = 2 ** (from.uint64() & LOW_CARDINALITY.indexWidth);
    const indexes = this.#readKeys(from, from.uint64());
    from.at += 8;
    for (let row = 0; row < rows; row++, from.at += width) this.#indexes.push(indexes[width === 1 ? from.bytes[from.at]! : from.bytes.readUIntLE(from.at, width)]!);
  }

  /** Where the keys of a block stand among all. Blocks of one sender mostly have the keys of the block before. */
  #readKeys(from: Cursor, count: number): readonly number[] {
    const start = from.at;
    const known = this.#lastKeys.length;
    if (count === this.#lastCount && from.bytes.compare(this.#lastKeys, 0, known, start, start + known) === 0) {
      from.at += known;
      return this.#lastIndexes;
    }
    const indexes: number[] = [];
    for (let key = 0; key < count; key++) {
      const keyStart = from.at;
      from.skipString();
      const text = from.bytes.toString('latin1', keyStart, from.at);
      let index = this.#indexOf.get(text);
      if (index === undefined) {
        this.#indexOf.set(text, (index = this.#indexOf.size));
        this.#keys.push(from.bytes, keyStart, from.at);
      }
      indexes.push(index);
    }
    this.#lastKeys = Buffer.from(from.bytes.subarray(start, from.at));
    this.#lastCount = count;
    this.#lastIndexes = indexes;
    return indexes;
  }

  writePrefix(out: Bytes): void { out.pushUint64(Number(LOW_CARDINALITY.version)); }
  write(out: Bytes): void {
    if (this.#indexes.length === 0) return;
    const keys = this.#indexOf.size;
    const type = keys <= 0x100 ? 0 : keys <= 0x1_0000 ? 1 : 2;
    out.pushUint64(type | LOW_CARDINALITY.additionalKeys | LOW_CARDINALITY.newDictionary);
    out.pushUint64(keys);
    out.pushAll(this.#keys);
    out.pushUint64(this.#indexes.length);
    out.pushUints(this.#indexes, 1 << type);
  }
}

/** Arrays, and maps as arrays of keys and values: an end offset a row, then the parts. */
class Nested implements JoinedColumn {
  readonly #ends: number[] = [];
  #elements = 0;
  constructor(private readonly parts: readonly JoinedColumn[]) {}
  skipPrefix(from: Cursor): void { for (const part of this.parts) part.skipPrefix(from); }
  append(from: Cursor, rows: number): void {
    const before = this.#elements;
    for (let row = 0; row < rows; row++) {
      this.#elements = before + from.uint64();
      this.#ends.push(this.#elements);
    }
    if (this.#elements > before) for (const part of this.parts) part.append(from, this.#elements - before);
  }
  writePrefix(out: Bytes): void { for (const part of this.parts) part.writePrefix(out); }
  write(out: Bytes): void {
    out.pushUints(this.#ends, 8);
    for (const part of this.parts) part.write(out);
  }
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
  readonly #columns: { name: string; type: ColumnType; joined: JoinedColumn }[];

  constructor(readonly table: TableName) {
    this.#columns = TABLES[table].map(({ name, type }) => ({ name, type, joined: columnOf(type) }));
  }

  /** Append the rows of a whole block, which is not needed any more then. Errors: TypeError for a block of other columns. */
  add(block: Uint8Array): void {
    const from = new Cursor(Buffer.from(block.buffer, block.byteOffset, block.byteLength));
    const columns = from.varint();
    const rows = from.varint();
    if (columns !== this.#columns.length) throw new TypeError(`a block of ${columns} columns is none of ${this.table}`);
    for (const { joined } of this.#columns) {
      from.skipString();
      from.skipString();
      joined.skipPrefix(from);
      joined.append(from, rows);
    }
    this.rows += rows;
    this.bytes += block.byteLength;
  }

  /** The one block. */
  finish(): Buffer {
    const out = new Bytes();
    out.pushVarint(this.#columns.length);
    out.pushVarint(this.rows);
    for (const { name, type, joined } of this.#columns) {
      for (const text of [name, type]) {
        const bytes = Buffer.from(text);
        out.pushVarint(bytes.length);
        out.push(bytes, 0, bytes.length);
      }
      joined.writePrefix(out);
      joined.write(out);
    }
    return out.take();
  }
}
