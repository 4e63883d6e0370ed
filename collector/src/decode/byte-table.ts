// Distinct byte strings and their numbers, in order of first sight. The hash is seeded anew in each process, and is quick rather
// than strong: strings can be made that collide under every seed, so a request with many of them is refused before they
// cost anything.
import { randomInt } from 'node:crypto';
import { NarrowsError } from '@narrows/contract';
import { ByteBuffer, IntList } from './byte-buffer.js';

const SEED = randomInt(0x7fff_ffff);
const INITIAL_SLOTS = 256;
/** A larger table is given back when it is emptied. */
const KEPT_SLOTS_MAX = 16_384;
/** Among 200,000 names even three share a hash by chance only once in ten thousand requests. */
const COLLISIONS_MAX = 16;

export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
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

export class ByteTable {
  count = 0;
  /** The strings one behind the other, and where each ends. */
  readonly raw = new ByteBuffer(1024);
  readonly rawEnds = new IntList();
  /** Strings from here on are of the request under way: it answers for those alone. */
  protected ownFrom = 0;
  /** More strings share a hash than one request may bring. */
  protected crowded = false;
  private readonly hashes = new IntList();
  /** Number + 1, or 0 for a free slot; a power of two long, at most half full. */
  private slots = new Int32Array(INITIAL_SLOTS);
  /** Of what `find` looked for last. */
  private hash = 0;

  clear(): void {
    this.raw.clear();
    this.rawEnds.clear();
    this.hashes.clear();
    this.count = 0;
    this.ownFrom = 0;
    this.crowded = false;
    if (this.slots.length > KEPT_SLOTS_MAX) this.slots = new Int32Array(INITIAL_SLOTS);
    else this.slots.fill(0);
  }

  /** The number of source[start, end), or −1. Errors: DECODE_MALFORMED for names that were made to collide. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const hash = this.hash = hashBytes(bytes, start, end);
    const mask = this.slots.length - 1;
    let collisions = 0;
    let own = 0;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const index = this.slots[slot]! - 1;
      if (index < 0) return -1;
      if (this.hashes.values[index] !== hash) continue;
      if (this.equals(index, bytes, start, end)) return index;
      if (++collisions > COLLISIONS_MAX) this.crowded = true;
      if (index >= this.ownFrom && ++own > COLLISIONS_MAX) throw new NarrowsError('DECODE_MALFORMED', `more than ${COLLISIONS_MAX} different names of the request share a hash, which does not happen by chance`);
    }
  }

  /** Take the bytes that `find` just did not know. */
  add(bytes: Uint8Array, start: number, end: number): number {
    if ((this.count + 1) * 2 > this.slots.length) this.rehash(this.slots.length * 2);
    const { hash } = this;
    const index = this.count++;
    this.raw.pushBytes(bytes, start, end);
    this.rawEnds.push(this.raw.length);
    this.hashes.push(hash);
    this.place(index, hash);
    return index;
  }

  rawStart(index: number): number { return index === 0 ? 0 : this.rawEnds.values[index - 1]!; }
  rawEnd(index: number): number { return this.rawEnds.values[index]!; }

  private equals(index: number, bytes: Uint8Array, start: number, end: number): boolean {
    const rawStart = this.rawStart(index);
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
