// Remembers, for one item or resource, where the values of the few attributes stand that decide something: the route, the
// outcome, whatever the agency's pipelines name. A key is looked up once for as long as the book of keys has it; for each
// attribute it costs one array read whether anybody asked for it.
import { encodeText, IntList } from './byte-buffer.js';
import { KEPT_KEYS_MAX, type KeyBook } from './key-book.js';

/** Attributes that decode always looks at. Pipelines add theirs from `fixedSlots` on. */
export const SLOT = {
  serviceName: 0, instance: 1, method: 2, route: 3, peerService: 4, serverAddress: 5, serverPort: 6, dbSystem: 7,
  downstreamMs: 8, clientAddress: 9, spanKind: 10, operation: 11, person: 12, session: 13,
} as const;
export const FIXED_SLOTS = 14;

/** In place of a slot. */
const NOT_ASKED = -1;
const UNKNOWN = -2;
const MARKS = 1_024;
function markOf(bytes: Uint8Array, start: number, end: number): number { return end === start ? 0 : ((end - start) * 37 + bytes[start]! * 5 + bytes[end - 1]!) & (MARKS - 1); }

/** Which attributes an agency's pipelines ask for, and into how many slots they go. */
export class AskedKeys {
  /** By length and first byte: whether anybody asks for such a key. Most keys need not even become a string. */
  private readonly marks = new Uint8Array(MARKS);
  /** By the number of a key in the book: its slot, NOT_ASKED, or UNKNOWN. */
  private slotOfNumber = new Int32Array(0);
  private generation = -1;

  constructor(private readonly slotOfKey: ReadonlyMap<string, number>, readonly slots: number) {
    for (const key of slotOfKey.keys()) { const bytes = encodeText(key); this.marks[markOf(bytes, 0, bytes.length)] = 1; }
  }

  /** Of a key in the book; NOT_ASKED where nobody asks for it. */
  slotOf(book: KeyBook, key: number): number {
    const { bytes } = book.raw;
    const [start, end] = [book.rawStart(key), book.rawEnd(key)];
    if (this.marks[markOf(bytes, start, end)] === 0) return NOT_ASKED;
    if (this.generation !== book.generation) this.slotOfNumber.fill(UNKNOWN);
    this.generation = book.generation;
    const known = key < this.slotOfNumber.length ? this.slotOfNumber[key]! : UNKNOWN;
    if (known !== UNKNOWN) return known;
    const slot = this.slotOfKey.get(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')) ?? NOT_ASKED;
    if (key < KEPT_KEYS_MAX) this.remember(key, slot);
    return slot;
  }

  private remember(key: number, slot: number): void {
    if (key >= this.slotOfNumber.length) {
      const grown = new Int32Array(Math.max(this.slotOfNumber.length * 2, key + 1)).fill(UNKNOWN);
      grown.set(this.slotOfNumber);
      this.slotOfNumber = grown;
    }
    this.slotOfNumber[key] = slot;
  }
}

const NOBODY_ASKS = new AskedKeys(new Map(), FIXED_SLOTS);

export class AttributeSlots {
  private readonly slotOfIndex = new IntList();
  private asked: AskedKeys = NOBODY_ASKS;
  private starts: Int32Array = new Int32Array(FIXED_SLOTS);
  private ends: Int32Array = new Int32Array(FIXED_SLOTS);
  private stamps: Int32Array = new Int32Array(FIXED_SLOTS);
  private stamp = 1;

  /** `values` holds the cleaned texts of the attributes. */
  constructor(readonly values: { readonly bytes: Uint8Array }) {}

  /** Go on with these arrays, into which somebody else notes what is found. */
  useArrays(starts: Int32Array, ends: Int32Array, stamps: Int32Array): void {
    this.starts = starts;
    this.ends = ends;
    this.stamps = stamps;
  }

  /** Begin a request with the attributes that its agency's pipelines ask for. */
  reset(asked: AskedKeys): void {
    this.asked = asked;
    if (this.starts.length < asked.slots) {
      this.starts = new Int32Array(asked.slots);
      this.ends = new Int32Array(asked.slots);
      this.stamps = new Int32Array(asked.slots);
    }
    this.forgetKeys();
    this.nextItem();
  }

  /** The column of keys has been emptied. */
  forgetKeys(): void {
    this.slotOfIndex.clear();
    this.slotOfIndex.push(NOT_ASKED);
  }

  /** Another number for each item, of this and of other requests. */
  get version(): number { return this.stamp; }

  /** Forget the values of the item before. */
  nextItem(): void { this.stamp = (this.stamp + 1) | 0; }

  /** A key of the book got the next index in its column. */
  addKey(book: KeyBook, key: number): void { this.slotOfIndex.push(this.asked.slotOf(book, key)); }

  /** The slot of the key with this index, NOT_ASKED where nobody asks for it. */
  slotOf(index: number): number { return this.slotOfIndex.values[index]!; }

  /** An attribute with this key has the Native string at [from, to) of `values`. */
  found(index: number, from: number, to: number): void {
    const slot = this.slotOfIndex.values[index]!;
    if (slot < 0) return;
    const bytes = to - from;
    this.starts[slot] = from + (bytes <= 128 ? 1 : bytes <= 16_385 ? 2 : 3);
    this.ends[slot] = to;
    this.stamps[slot] = this.stamp;
  }

  has(slot: number): boolean { return this.stamps[slot] === this.stamp && this.ends[slot]! > this.starts[slot]!; }
  start(slot: number): number { return this.starts[slot]!; }
  end(slot: number): number { return this.ends[slot]!; }

  equals(slot: number, expected: Uint8Array): boolean {
    const start = this.starts[slot]!;
    return sameBytes(this.values.bytes, start, this.ends[slot]!, expected);
  }

  /** Text of a slot that has one. */
  text(slot: number): string { return Buffer.from(this.values.bytes.buffer, this.values.bytes.byteOffset + this.starts[slot]!, this.ends[slot]! - this.starts[slot]!).toString('utf8'); }
}

export function sameBytes(bytes: Uint8Array, start: number, end: number, expected: Uint8Array): boolean {
  if (end - start !== expected.length) return false;
  for (let i = 0; i < expected.length; i++) if (bytes[start + i] !== expected[i]) return false;
  return true;
}

/** An item's attributes with its resource's behind them: the item's own value comes first. */
export class ItemAttributes {
  constructor(readonly item: AttributeSlots, readonly resource: AttributeSlots) {}

  find(slot: number): AttributeSlots | null {
    if (this.item.has(slot)) return this.item;
    return this.resource.has(slot) ? this.resource : null;
  }

  equals(slot: number, expected: Uint8Array): boolean { return this.find(slot)?.equals(slot, expected) ?? false; }
}
