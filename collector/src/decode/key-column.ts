// The keys of a map column: a dictionary and an index an entry, as any LowCardinality(String), but looked up by the number that a
// key has in the book of keys and not by its bytes.
import { ByteBuffer, IntList } from './byte-buffer.js';
import type { KeyBook } from './key-book.js';
import type { TextWriter } from './text-writer.js';

const NUMBERS_MIN = 256;
/** A larger table is given back when the request is over. */
const KEPT_NUMBERS_MAX = 16_384;

export class KeyColumn {
  /** Of each entry. */
  readonly indexes = new IntList();
  /** The stored keys as Native strings; the first is the empty one, as the engine itself has it. */
  readonly texts = new ByteBuffer(1024);
  /** By index: the number in the book, and where the text ends. */
  private readonly numbers = new IntList();
  private readonly textEnds = new IntList();
  /** By number: the index, or 0. */
  private indexOfNumber = new Int32Array(NUMBERS_MIN);

  constructor() { this.clear(); }

  get count(): number { return this.numbers.length; }
  numberAt(index: number): number { return this.numbers.values[index]!; }

  clear(): void {
    this.indexes.clear();
    if (this.numbers.length === 1) return; // In a small request most columns have nothing else.
    if (this.indexOfNumber.length > KEPT_NUMBERS_MAX) this.indexOfNumber = new Int32Array(NUMBERS_MIN);
    else for (let i = 1; i < this.numbers.length; i++) this.indexOfNumber[this.numbers.values[i]!] = 0;
    this.numbers.clear();
    this.textEnds.clear();
    this.texts.clear();
    this.texts.pushByte(0);
    this.enter(0);
  }

  /** Index of a key of the book, or −1 where this request has not shown it here. */
  find(key: number): number {
    if (key === 0) return 0;
    const index = key < this.indexOfNumber.length ? this.indexOfNumber[key]! : 0;
    return index === 0 ? -1 : index;
  }

  /** Enter a key that is new here and stands in source[start, end): cleaned, unless it is known to be stored as it comes. What is changed is counted. */
  add(book: KeyBook, key: number, text: TextWriter, source: Uint8Array, start: number, end: number): number {
    if (book.isClean(key)) return this.addClean(book, key);
    const { changes } = text;
    text.forgetKey();
    text.write(this.texts, source, start, end);
    if (text.changes === changes) book.setClean(key);
    return this.enter(key);
  }

  /** The same for one that is known to be. */
  addClean(book: KeyBook, key: number): number {
    const [start, end] = [book.rawStart(key), book.rawEnd(key)];
    this.texts.pushVarint(end - start);
    this.texts.pushBytes(book.raw.bytes, start, end);
    return this.enter(key);
  }

  /** Index of a key that another column has cleaned, and counted. */
  indexAsIn(other: KeyColumn, index: number): number {
    const key = other.numberAt(index);
    const known = this.find(key);
    if (known >= 0) return known;
    this.texts.pushBytes(other.texts.bytes, index === 0 ? 0 : other.textEnds.values[index - 1]!, other.textEnds.values[index]!);
    return this.enter(key);
  }

  /** Its text stands in `texts`. */
  private enter(key: number): number {
    const index = this.numbers.length;
    this.numbers.push(key);
    this.textEnds.push(this.texts.length);
    if (key >= this.indexOfNumber.length) {
      const grown = new Int32Array(Math.max(this.indexOfNumber.length * 2, key + 1));
      grown.set(this.indexOfNumber);
      this.indexOfNumber = grown;
    }
    this.indexOfNumber[key] = index;
    return index;
  }
}
