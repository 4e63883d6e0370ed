// Remembers the attributes of whole resources from one request to the next, by their bytes: a process sends the same resource with
// each of its requests. One whose bytes are equal is written again from what was written of it before, unread. Only such are kept of
// which nothing had to be changed, so nothing has to be counted again; what a key means to an agency's pipelines is not
// remembered here but asked of each request's own. Direct-mapped, in buffers of a fixed size that are emptied when they are
// full. A resource is remembered when it comes for the second time, so ever new ones cost no more than their hash.
import { ByteBuffer, IntList } from './byte-buffer.js';
import type { AttributeSlots } from './attribute-slots.js';
import type { KeyBook } from './key-book.js';
import type { MapColumn } from './native-block.js';
import type { WireReader } from './wire-reader.js';

const PLACES_LOG2 = 12;
const BYTES_MAX = 2 * 1024 * 1024;
const NUMBERS_MAX = 128 * 1024;
/** Of one resource, and of its values. */
const RESOURCE_BYTES_MAX = 4 * 1024;
/** What is remembered of one: where its bytes and its values stand, how many attributes it has; then of each its key and where its value ends, counted from the first. */
const AT = { bytes: 0, length: 1, values: 2, count: 3, attributes: 4 } as const;

export class ResourceMemo {
  private readonly bytes = new ByteBuffer(1024, 2 * BYTES_MAX);
  private readonly numbers = new IntList();
  /** By place: the hash of the resource that came last, and where what is remembered of it begins in `numbers`, or −1. */
  private readonly hashes = new Int32Array(1 << PLACES_LOG2);
  private readonly remembered = new Int32Array(1 << PLACES_LOG2).fill(-1);
  private generation = -1;
  /** Of what `find` looked for last. */
  private place = 0;
  private comesAgain = false;

  constructor(private readonly book: KeyBook) {}

  /** Where the resource is remembered whose bytes are body[start, end); −1 where it is not. */
  find({ view }: WireReader, start: number, end: number): number {
    const length = end - start;
    this.comesAgain = false;
    if (length > RESOURCE_BYTES_MAX) return -1;
    if (this.generation !== this.book.generation) this.clear();
    const hash = hashWords(view, start, length);
    const place = this.place = hash >>> 32 - PLACES_LOG2;
    this.comesAgain = this.hashes[place] === hash;
    this.hashes[place] = hash;
    const at = this.remembered[place]!;
    if (at < 0 || !this.comesAgain) return -1;
    const { values } = this.numbers;
    return values[at + AT.length] === length && this.bytes.equalsWords(values[at + AT.bytes]!, view, start, length) ? at : -1;
  }

  /** Write one that was found into `map`, which is empty. */
  write(at: number, map: MapColumn, slots: AttributeSlots): void {
    const { book, bytes, numbers: { values: numbers } } = this;
    const { keys, values } = map;
    const count = numbers[at + AT.count]!;
    const first = at + AT.attributes;
    for (let i = 0, start = 0; i < count; i++) {
      const key = numbers[first + i * 2]!;
      const end = numbers[first + i * 2 + 1]!;
      let index = keys.find(key);
      if (index < 0) {
        index = keys.addClean(book, key);
        slots.addKey(book, key);
      }
      keys.indexes.push(index);
      slots.found(index, start, end);
      start = end;
    }
    const valuesAt = numbers[at + AT.values]!;
    values.data.pushBytes(bytes.bytes, valuesAt, valuesAt + (count === 0 ? 0 : numbers[first + count * 2 - 1]!));
    values.rows += count;
  }

  /** Remember what `find` did not know, if it came before: it is all that stands in `map`, stored without a change. */
  remember({ bytes: body }: WireReader, start: number, end: number, { keys, values: { data, rows } }: MapColumn): void {
    if (!this.comesAgain || data.length > RESOURCE_BYTES_MAX) return;
    const { book, bytes, numbers } = this;
    // A key that was changed, and counted, by another resource of this request was not changed again here.
    for (let i = 0; i < rows; i++) if (!book.isClean(keys.numberAt(keys.indexes.values[i]!))) return;
    if (bytes.length > BYTES_MAX || numbers.length > NUMBERS_MAX) this.clear();
    this.remembered[this.place] = numbers.length;
    numbers.push(bytes.length);
    numbers.push(end - start);
    bytes.pushBytes(body, start, end);
    numbers.push(bytes.length);
    numbers.push(rows);
    for (let i = 0, at = 0; i < rows; i++) {
      at = stringEnd(data.bytes, at);
      numbers.push(keys.numberAt(keys.indexes.values[i]!));
      numbers.push(at);
    }
    bytes.pushBytes(data.bytes, 0, data.length);
  }

  private clear(): void {
    this.generation = this.book.generation;
    this.bytes.clear();
    this.numbers.clear();
    this.remembered.fill(-1);
  }
}

/** Where the Native string ends that begins at `at`. */
function stringEnd(bytes: Uint8Array, at: number): number {
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    length |= (byte & 127) << shift;
    if (byte < 128) return at + length;
  }
}

/** Two words at a time, which do not wait for each other. Whoever makes resources that fall on one place has them read each time. */
function hashWords(view: DataView, start: number, length: number): number {
  const end = start + length;
  let one = length;
  let two = 0;
  let at = start;
  for (const last = end - 8; at <= last; at += 8) {
    one = Math.imul((one << 5 | one >>> 27) ^ view.getInt32(at, true), 0x9e37_79b1);
    two = Math.imul((two << 5 | two >>> 27) ^ view.getInt32(at + 4, true), 0x9e37_79b1);
  }
  for (; at < end; at++) one = Math.imul((one << 5 | one >>> 27) ^ view.getUint8(at), 0x9e37_79b1);
  one ^= Math.imul(two << 16 | two >>> 16, 0x85eb_ca6b);
  return Math.imul(one ^ one >>> 15, 0x85eb_ca6b);
}
