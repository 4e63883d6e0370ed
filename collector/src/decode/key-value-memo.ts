// Remembers where in this request each attribute was seen first. Spans of one operation carry the same attributes with the
// same values again and again: an attribute whose bytes are those of an earlier one takes over its key and its cleaned
// text without being read. Direct-mapped: what falls on a taken place replaces what is there, so hostile input can make
// the memo useless but never slow.
import type { ByteBuffer } from './byte-buffer.js';

const PLACES = 4096;
/** Key, type and length of a value take 4 bytes at least; longer messages than this are rarely repeated. */
const BYTES_MIN = 8;
const BYTES_MAX = 256;

export class KeyValueMemo {
  private readonly stamps = new Int32Array(PLACES);
  private readonly starts = new Int32Array(PLACES);
  private readonly lengths = new Int32Array(PLACES);
  private readonly keyIndexes = new Int32Array(PLACES);
  private readonly valueStarts = new Int32Array(PLACES);
  private readonly valueEnds = new Int32Array(PLACES);
  private stamp = 0;
  private place = 0;

  /** Forget everything: another body, or the buffer of values has been emptied. */
  clear(): void {
    this.stamp = (this.stamp + 1) | 0;
    if (this.stamp === 0) { this.stamps.fill(0); this.stamp = 1; }
  }

  /** Whether the message at [start, end) of the body was seen before; then `keyIndex` and `copyValue` tell what it became. */
  find(body: DataView, start: number, end: number): boolean {
    const length = end - start;
    if (length < BYTES_MIN || length > BYTES_MAX) { this.place = -1; return false; }
    let hash = Math.imul(body.getInt32(start, true) ^ length, 0x9e37_79b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ body.getInt32(end - 4, true), 0x85eb_ca6b);
    hash = Math.imul(hash ^ (hash >>> 13) ^ body.getInt32(end - 8, true), 0xc2b2_ae35);
    const place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    this.place = place;
    if (this.stamps[place] !== this.stamp || this.lengths[place] !== length) return false;
    const from = this.starts[place]! - start;
    let at = start;
    for (const last = end - 4; at < last; at += 4) if (body.getInt32(at, true) !== body.getInt32(at + from, true)) return false;
    return body.getInt32(end - 4, true) === body.getInt32(end - 4 + from, true);
  }

  /** Of the message that `find` has just found. */
  get keyIndex(): number { return this.keyIndexes[this.place]!; }
  copyValue(values: ByteBuffer): void { values.pushOwn(this.valueStarts[this.place]!, this.valueEnds[this.place]!); }

  /** The message that `find` has just not found became this key and the text [valueStart, valueEnd) of the values. */
  remember(start: number, end: number, keyIndex: number, valueStart: number, valueEnd: number): void {
    const { place } = this;
    if (place < 0) return;
    this.stamps[place] = this.stamp;
    this.starts[place] = start;
    this.lengths[place] = end - start;
    this.keyIndexes[place] = keyIndex;
    this.valueStarts[place] = valueStart;
    this.valueEnds[place] = valueEnd;
  }
}
