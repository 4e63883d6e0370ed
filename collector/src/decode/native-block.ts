// Writers for the columns of one ClickHouse Native block (layout: DESIGN.md). Each holds its rows in the form in which
// Native wants them, so that finishing a block is copying buffers one after another. A block has exactly the columns of
// contract/tables.ts in their order; columns that got a different number of rows are a fault of ours and never leave.
import assert from 'node:assert';
import { NarrowsError, TABLES, type Column, type ColumnType, type TableName } from '@narrows/contract';
import { ByteBuffer, encodeText, IntList } from './byte-buffer.js';
import { Dictionary } from './dictionary.js';
import { isKeyColumn, UNLIMITED_KEYS, type KeyBudget } from './key-budget.js';
import { KeyColumn } from './key-column.js';
import { writeDictionaryPrefix, writeDictionaryRows } from './low-cardinality.js';

/** A column under construction. Native puts all prefixes of a nested column before its first data byte. */
export interface NativeColumn {
  readonly rows: number;
  clear(): void;
  writePrefix(out: ByteBuffer): void;
  writeData(out: ByteBuffer): void;
}

/** Of a column that has taken over nothing. */
const NOTHING = new Uint8Array(0);

/** Numbers, dates and booleans: their little-endian bytes one after another. */
export class FixedColumn implements NativeColumn {
  readonly data = new ByteBuffer(4096);
  private taken = NOTHING;
  constructor(private readonly width: number) {}
  get rows(): number { return (this.data.length + this.taken.length) / this.width; }
  clear(): void { this.data.clear(); this.taken = NOTHING; }
  /** The last rows, where they lie: they must not change before the block is finished. */
  takeOver(bytes: Uint8Array<ArrayBuffer>): void { this.taken = bytes; }
  writePrefix(): void { /* fixed-width columns have none */ }
  writeData(out: ByteBuffer): void {
    out.pushBytes(this.data.bytes, 0, this.data.length);
    out.pushBytes(this.taken);
  }
}

/** Strings: varint length and bytes. Whoever writes into `data` calls `rows++`. */
export class StringColumn implements NativeColumn {
  readonly data = new ByteBuffer(4096);
  rows = 0;
  private taken = NOTHING;
  clear(): void { this.data.clear(); this.rows = 0; this.taken = NOTHING; }
  push(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.data.pushVarint(end - start);
    this.data.pushBytes(bytes, start, end);
    this.rows++;
  }
  pushEmpty(): void { this.data.pushByte(0); this.rows++; }
  /** The last `rows` strings, where they lie: they must not change before the block is finished. */
  takeOver(strings: Uint8Array<ArrayBuffer>, rows: number): void {
    this.taken = strings;
    this.rows += rows;
  }
  /** Append the last row, which begins at `from` of `data`, so many times again. */
  repeatLast(from: number, times: number): void {
    this.data.repeatLast(this.data.length - from, times);
    this.rows += times;
  }
  writePrefix(): void { /* strings have none */ }
  writeData(out: ByteBuffer): void {
    out.pushBytes(this.data.bytes, 0, this.data.length);
    out.pushBytes(this.taken);
  }
}

/** LowCardinality(String): a dictionary and an index a row. Index 0 is the empty string, as the engine itself has it. */
export class DictionaryColumn implements NativeColumn {
  readonly dictionary = new Dictionary();
  readonly indexes = new IntList();
  get rows(): number { return this.indexes.length; }
  clear(): void { this.dictionary.clear(); this.indexes.clear(); }
  push(index: number): void { this.indexes.push(index); }

  writePrefix(out: ByteBuffer): void { writeDictionaryPrefix(out); }
  writeData(out: ByteBuffer): void { writeDictionaryRows(out, this.dictionary.count, this.dictionary.keys, this.indexes); }
}

function writeOffsets(offsets: IntList, out: ByteBuffer): void {
  out.reserve(offsets.length * 8);
  for (let i = 0; i < offsets.length; i++) out.pushUint64(offsets.values[i]!, 0);
}

/** Map(LowCardinality(String), String): end offsets, then all keys, then all values. */
export class MapColumn implements NativeColumn {
  readonly offsets = new IntList();
  readonly keys = new KeyColumn();
  readonly values = new StringColumn();
  get rows(): number { return this.offsets.length; }
  clear(): void { this.offsets.clear(); this.keys.clear(); this.values.clear(); }
  endRow(): void { this.offsets.push(this.values.rows); }
  /** Append the last row, of so many keys and with its values from `valuesFrom` on, so many times again. */
  repeatLast(keyCount: number, valuesFrom: number, times: number): void {
    this.values.data.repeatLast(this.values.data.length - valuesFrom, times);
    this.keys.indexes.repeatLast(keyCount, times);
    for (let i = 0; i < times; i++) {
      this.values.rows += keyCount;
      this.endRow();
    }
  }
  writePrefix(out: ByteBuffer): void { writeDictionaryPrefix(out); }
  writeData(out: ByteBuffer): void {
    writeOffsets(this.offsets, out);
    writeDictionaryRows(out, this.keys.count, this.keys.texts, this.keys.indexes);
    this.values.writeData(out);
  }
}

/** Array(T), also one column of a Nested: end offsets, then the elements. */
export class ArrayColumn<T extends NativeColumn> implements NativeColumn {
  readonly offsets = new IntList();
  constructor(readonly items: T) {}
  get rows(): number { return this.offsets.length; }
  clear(): void { this.offsets.clear(); this.items.clear(); }
  endRow(): void { this.offsets.push(this.items.rows); }
  /** End empty rows, until there are so many. */
  endRows(rows: number): void { this.offsets.pushRepeated(this.items.rows, rows - this.offsets.length); }
  writePrefix(out: ByteBuffer): void { this.items.writePrefix(out); }
  writeData(out: ByteBuffer): void {
    writeOffsets(this.offsets, out);
    this.items.writeData(out);
  }
}

interface ColumnOfType {
  'String': StringColumn;
  'LowCardinality(String)': DictionaryColumn;
  'UInt8': FixedColumn; 'UInt32': FixedColumn; 'UInt64': FixedColumn; 'Int32': FixedColumn; 'Int64': FixedColumn; 'Float64': FixedColumn; 'Bool': FixedColumn;
  'DateTime64(9)': FixedColumn; 'DateTime64(3)': FixedColumn;
  'Map(LowCardinality(String), String)': MapColumn;
  'Array(UInt64)': ArrayColumn<FixedColumn>; 'Array(Float64)': ArrayColumn<FixedColumn>; 'Array(DateTime64(9))': ArrayColumn<FixedColumn>;
  'Array(String)': ArrayColumn<StringColumn>;
  'Array(LowCardinality(String))': ArrayColumn<DictionaryColumn>;
  'Array(Map(LowCardinality(String), String))': ArrayColumn<MapColumn>;
}

function createColumn(type: ColumnType): NativeColumn {
  switch (type) {
    case 'String': return new StringColumn();
    case 'LowCardinality(String)': return new DictionaryColumn();
    case 'UInt8': case 'Bool': return new FixedColumn(1);
    case 'UInt32': case 'Int32': return new FixedColumn(4);
    case 'UInt64': case 'Int64': case 'Float64': case 'DateTime64(9)': case 'DateTime64(3)': return new FixedColumn(8);
    case 'Map(LowCardinality(String), String)': return new MapColumn();
    case 'Array(UInt64)': case 'Array(Float64)': case 'Array(DateTime64(9))': return new ArrayColumn(new FixedColumn(8));
    case 'Array(String)': return new ArrayColumn(new StringColumn());
    case 'Array(LowCardinality(String))': return new ArrayColumn(new DictionaryColumn());
    case 'Array(Map(LowCardinality(String), String))': return new ArrayColumn(new MapColumn());
  }
}

/** Where a block stands in the buffer that it was appended to, which may still grow and move. */
export interface FinishedBlock { table: TableName; rows: number; from: number; to: number }

/** The block of one table: its columns by name, and the bytes of them all once the rows are in. */
export class NativeBlock {
  rows = 0;
  private readonly columns: { column: Column; writer: NativeColumn; head: Uint8Array }[];
  /** Of keys, of the agency whose request this is. */
  budget: KeyBudget = UNLIMITED_KEYS;

  constructor(readonly table: TableName) {
    this.columns = TABLES[table].map((column) => {
      const writer = createColumn(column.type);
      return { column, writer, head: columnHead(column, writer) };
    });
    for (const { column: { name }, writer } of this.columns) {
      if (isKeyColumn(name) && writer instanceof DictionaryColumn) writer.dictionary.admits = (bytes, start, end) => this.budget.admits(name, bytes, start, end);
    }
  }

  /** The writer of one column; its type is asserted so that a change of the table breaks at start and not in a block. */
  column<T extends ColumnType>(name: string, type: T): ColumnOfType[T] {
    const found = this.columns.find(({ column }) => column.name === name);
    assert(found?.column.type === type, `${this.table}.${name} is ${found?.column.type ?? 'missing'}, not ${type}`);
    return found.writer as ColumnOfType[T];
  }

  /** Begin a request of an agency with this budget of keys. */
  clear(budget: KeyBudget = UNLIMITED_KEYS): void {
    this.rows = 0;
    this.budget = budget;
    for (const { writer } of this.columns) writer.clear();
  }

  /** Append the Native bytes of the whole block. */
  finish(out: ByteBuffer): FinishedBlock {
    const from = out.length;
    out.pushVarint(this.columns.length);
    out.pushVarint(this.rows);
    for (const { column, writer, head } of this.columns) {
      if (writer.rows !== this.rows) throw new NarrowsError('INTERNAL', `${this.table}.${column.name} has ${writer.rows} rows, not ${this.rows}`);
      out.pushBytes(head);
      writer.writeData(out);
    }
    return { table: this.table, rows: this.rows, from, to: out.length };
  }
}

/** Name, type and prefixes, as they stand before the data of each column whatever that is. */
function columnHead({ name, type }: Column, writer: NativeColumn): Uint8Array {
  const head = new ByteBuffer(64);
  for (const text of [name, type]) {
    const bytes = encodeText(text);
    head.pushVarint(bytes.length);
    head.pushBytes(bytes);
  }
  writer.writePrefix(head);
  return head.toBytes();
}
