// The dictionary of a LowCardinality column: distinct byte strings to indexes in order of first sight. It is looked up by
// the bytes as they came and holds the text as it is stored, so that cleaning a string costs once a request and not once a row.
// The hash is seeded anew in each process, and is quick rather than strong: names can be made that collide under every seed,
// so a request with many of them is refused before they cost anything.
import { randomInt } from 'node:crypto';
import { NarrowsError } from '@narrows/contract';
import { ByteBuffer, IntList } from './byte-buffer.js';
import { OVERFLOW_TEXT } from './key-budget.js';

const SEED = randomInt(0x7fff_ffff);
const INITIAL_SLOTS = 256;
/** A larger table is given back when the request is over. */
const KEPT_SLOTS_MAX = 16_384;
/** Among 200,000 names even three share a hash by chance only once in ten thousand requests. */
const COLLISIONS_MAX = 16;

function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = SEED ^ (end - start);
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    hash = Math.imul(hash ^ word, 0x9e37_79b1);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193);
  return hash ^ (hash >>> 16);
}

export class Dictionary {
  /** The stored texts as Native strings. Before `add`, the caller writes exactly one string here. */
  readonly keys = new ByteBuffer(1024);
  count = 0;
  /** Another number for each time it is emptied: whoever remembers an index remembers this with it. */
  generation = 0;
  /** Of a key column: whether a text may keep its name. One that may not is stored as "(overflow)" under its own bytes, so that it is asked about once a request. */
  admits: ((bytes: Uint8Array, start: number, end: number) => boolean) | null = null;
  private readonly textEnds = new IntList();
  private readonly raw = new ByteBuffer(1024);
  private readonly rawEnds = new IntList();
  private readonly hashes = new IntList();
  /** Index + 1, or 0 for a free slot; a power of two long, at most half full. */
  private slots = new Int32Array(INITIAL_SLOTS);
  /** Of what `find` looked for last. */
  private hash = 0;

  constructor() { this.clear(); }

  /** Forget all but the empty string, which is index 0. In a small request most columns have nothing else. */
  clear(): void {
    this.generation++;
    if (this.count === 1) return;
    this.keys.clear();
    this.textEnds.clear();
    this.raw.clear();
    this.rawEnds.clear();
    this.hashes.clear();
    this.count = 0;
    if (this.slots.length > KEPT_SLOTS_MAX) this.slots = new Int32Array(INITIAL_SLOTS);
    else this.slots.fill(0);
    this.indexOf(this.raw.bytes, 0, 0);
  }

  /** Index of these bytes, or −1. Errors: DECODE_MALFORMED for names that were made to collide. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const hash = this.hash = hashBytes(bytes, start, end);
    const mask = this.slots.length - 1;
    let collisions = 0;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const index = this.slots[slot]! - 1;
      if (index < 0) return -1;
      if (this.hashes.values[index] !== hash) continue;
      if (this.equals(index, bytes, start, end)) return index;
      if (++collisions > COLLISIONS_MAX) throw new NarrowsError('DECODE_MALFORMED', `more than ${COLLISIONS_MAX} different names of the request share a hash, which does not happen by chance`);
    }
  }

  /** Take the bytes that `find` just did not know; the text to store for them is the last in `keys`. */
  add(bytes: Uint8Array, start: number, end: number): number {
    if ((this.count + 1) * 2 > this.slots.length) this.rehash(this.slots.length * 2);
    const { hash } = this;
    const index = this.count++;
    this.textEnds.push(this.keys.length);
    this.raw.pushBytes(bytes, start, end);
    this.rawEnds.push(this.raw.length);
    this.hashes.push(hash);
    this.place(index, hash);
    return index;
  }

  /** Index of a text that is clean already. */
  indexOf(bytes: Uint8Array, start = 0, end = bytes.length): number {
    const found = this.find(bytes, start, end);
    if (found >= 0) return found;
    if (this.admits === null || start === end || this.admits(bytes, start, end)) {
      this.keys.pushVarint(end - start);
      this.keys.pushBytes(bytes, start, end);
    } else {
      this.keys.pushVarint(OVERFLOW_TEXT.length);
      this.keys.pushBytes(OVERFLOW_TEXT);
    }
    return this.add(bytes, start, end);
  }

  /** Where the stored text of an entry begins in `keys`, behind its length. */
  textStart(index: number): number {
    let at = index === 0 ? 0 : this.textEnds.values[index - 1]!;
    while (this.keys.bytes[at]! >= 128) at++;
    return at + 1;
  }
  textEnd(index: number): number { return this.textEnds.values[index]!; }

  private equals(index: number, bytes: Uint8Array, start: number, end: number): boolean {
    const rawStart = index === 0 ? 0 : this.rawEnds.values[index - 1]!;
    const length = end - start;
    if (this.rawEnds.values[index]! - rawStart !== length) return false;
    const raw = this.raw.bytes;
    for (let i = 0; i < length; i++) if (raw[rawStart + i] !== bytes[start + i]) return false;
    return true;
  }

  private place(index: number, hash: number): void {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = index + 1;
  }

  private rehash(size: number): void {
    this.slots = new Int32Array(size);
    for (let index = 0; index < this.count; index++) this.place(index, this.hashes.values[index]!);
  }
}
