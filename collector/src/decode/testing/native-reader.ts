// Reads a ClickHouse Native block back into rows, for tests. Written from the format's description and not from the
// writer, so that the two check each other; the engine itself reads the same blocks in test/decode-native.test.ts.

export type Row = Record<string, unknown>;

/** Rows of one block. Maps become arrays of pairs, 64-bit integers bigints, LowCardinality plain strings. */
export function readNativeBlock(bytes: Uint8Array): Row[] {
  const reader = new NativeReader(bytes);
  const table = rowsOfBlock(reader);
  if (reader.pos !== bytes.length) throw new Error(`${bytes.length - reader.pos} bytes are left behind the last column`);
  return table;
}

/** Rows of blocks that stand one behind the other. */
export function readNativeBlocks(bytes: Uint8Array): Row[] {
  const reader = new NativeReader(bytes);
  const tables: Row[][] = [];
  while (reader.pos < bytes.length) tables.push(rowsOfBlock(reader));
  return tables.flat();
}

function rowsOfBlock(reader: NativeReader): Row[] {
  const columns = reader.varint();
  const rows = reader.varint();
  const table: Row[] = Array.from({ length: rows }, () => ({}));
  for (let i = 0; i < columns; i++) {
    const name = reader.string();
    const type = reader.string();
    reader.prefix(type);
    reader.values(type, rows).forEach((value, row) => { table[row]![name] = value; });
  }
  return table;
}

const inner = (type: string, name: string): string | null => (type.startsWith(`${name}(`) ? type.slice(name.length + 1, -1) : null);

class NativeReader {
  pos = 0;
  private readonly buffer: Buffer;
  constructor(bytes: Uint8Array) { this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length); }

  varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.buffer.readUInt8(this.pos++);
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  string(): string {
    const length = this.varint();
    this.pos += length;
    return this.buffer.toString('utf8', this.pos - length, this.pos);
  }

  private uint64(): bigint { this.pos += 8; return this.buffer.readBigUInt64LE(this.pos - 8); }

  /** State prefixes of all nested LowCardinality come before the data. */
  prefix(type: string): void {
    const element = inner(type, 'Array');
    if (element !== null) this.prefix(element);
    else if (type.startsWith('Map(') || type.startsWith('LowCardinality(')) {
      const version = this.uint64();
      if (version !== 1n) throw new Error(`LowCardinality version ${version}`);
    }
  }

  values(type: string, count: number): unknown[] {
    const element = inner(type, 'Array');
    if (element !== null) return this.nested(count, (total) => this.values(element, total));
    if (type.startsWith('Map(')) {
      return this.nested(count, (total) => {
        const keys = this.lowCardinality(total);
        return this.values('String', total).map((value, i) => [keys[i], value]);
      });
    }
    if (type.startsWith('LowCardinality(')) return this.lowCardinality(count);
    return Array.from({ length: count }, () => this.scalar(type));
  }

  private nested(count: number, read: (total: number) => unknown[]): unknown[] {
    const ends = Array.from({ length: count }, () => Number(this.uint64()));
    const items = read(ends.at(-1) ?? 0);
    return ends.map((end, i) => items.slice(i === 0 ? 0 : ends[i - 1], end));
  }

  private lowCardinality(count: number): string[] {
    if (count === 0) return [];
    const flags = this.uint64();
    const keys = Array.from({ length: Number(this.uint64()) }, () => this.string());
    const rows = Number(this.uint64());
    if (rows !== count) throw new Error(`${rows} indexes for ${count} rows`);
    const width = 1 << Number(flags & 0xffn);
    return Array.from({ length: rows }, () => {
      this.pos += width;
      const key = keys[this.buffer.readUIntLE(this.pos - width, width)];
      if (key === undefined) throw new Error('index past the dictionary');
      return key;
    });
  }

  private scalar(type: string): unknown {
    const at = this.pos;
    switch (type) {
      case 'String': return this.string();
      case 'UInt8': case 'Bool': this.pos += 1; return this.buffer.readUInt8(at);
      case 'UInt32': this.pos += 4; return this.buffer.readUInt32LE(at);
      case 'Int32': this.pos += 4; return this.buffer.readInt32LE(at);
      case 'UInt64': this.pos += 8; return this.buffer.readBigUInt64LE(at);
      case 'Int64': case 'DateTime64(9)': case 'DateTime64(3)': this.pos += 8; return this.buffer.readBigInt64LE(at);
      case 'Float64': this.pos += 8; return this.buffer.readDoubleLE(at);
      default: throw new Error(`type ${type}`);
    }
  }
}
