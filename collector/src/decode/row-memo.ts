// Remembers the attributes of the last items by what they are like: spans of one operation have the same keys in the same
// order, and most of their values too. The next item is compared with the last of its kind attribute by attribute, byte by
// byte; whatever is equal is taken over without being read, many neighbours in one copy. Direct-mapped: items of another
// kind may fall on the same place and replace what is there, so hostile input makes the memo useless but never slow.
import { sameWords } from './words.js';

const KINDS = 256;
/** Attributes beyond are read each time. */
const ATTRIBUTES_MAX = 48;

export class RowMemo {
  /** Of each remembered attribute, `at` steps on from `open`: where it stands in the body, its key, and its text among the values. */
  readonly starts = new Int32Array(KINDS * ATTRIBUTES_MAX);
  readonly lengths = new Int32Array(KINDS * ATTRIBUTES_MAX);
  readonly keyIndexes = new Int32Array(KINDS * ATTRIBUTES_MAX);
  readonly valueStarts = new Int32Array(KINDS * ATTRIBUTES_MAX);
  readonly valueEnds = new Int32Array(KINDS * ATTRIBUTES_MAX);
  private readonly stamps = new Int32Array(KINDS);
  private readonly counts = new Int32Array(KINDS);
  private stamp = 1;
  private kind = 0;

  /** Forget everything: another body, or the values have been emptied. */
  clear(): void { this.stamp = (this.stamp + 1) | 0; }

  /** Turn to the items that are like this one; returns where its attributes are to be remembered. */
  open(likeness: number): number {
    const kind = (Math.imul(likeness, 0x9e37_79b1) >>> 24) & (KINDS - 1);
    this.kind = kind;
    if (this.stamps[kind] !== this.stamp) {
      this.stamps[kind] = this.stamp;
      this.counts[kind] = 0;
    }
    return kind * ATTRIBUTES_MAX;
  }

  /** How many attributes of the last such item are known. */
  get count(): number { return this.counts[this.kind]!; }

  /** How many of `attributes` can be remembered. */
  room(attributes: number): number { return Math.min(attributes, ATTRIBUTES_MAX); }

  /** Where the remembered attribute ends in the body. */
  end(at: number): number { return this.starts[at]! + Math.abs(this.lengths[at]!); }

  /** The item is written; the next one is compared with it. */
  close(remembered: number): void { this.counts[this.kind] = remembered; }

  /** Whether the attribute at [start, end) of the body is the remembered one. */
  equals(body: DataView, at: number, start: number, end: number): boolean {
    return this.lengths[at] === end - start && sameWords(body, start, body, this.starts[at]!, end - start);
  }

  remember(at: number, start: number, end: number, keyIndex: number, valueStart: number, valueEnd: number): void {
    this.starts[at] = start;
    this.lengths[at] = end - start;
    this.keyIndexes[at] = keyIndex;
    this.valueStarts[at] = valueStart;
    this.valueEnds[at] = valueEnd;
  }

  /** A value that had to be changed is changed, and counted, each time it comes. Its key is known all the same: the length is negative. */
  rememberKey(at: number, start: number, end: number, keyIndex: number): void {
    this.starts[at] = start;
    this.lengths[at] = start - end;
    this.keyIndexes[at] = keyIndex;
  }
}
