// The dictionary of a LowCardinality column: distinct byte strings to indexes in order of first sight. It is looked up by
// the bytes as they came and holds the text as it is stored, so that cleaning a string costs once a request and not once a row.
import { ByteBuffer } from './byte-buffer.js';
import { ByteTable } from './byte-table.js';
import { OVERFLOW_TEXT } from './key-budget.js';

export class Dictionary extends ByteTable {
  /** The stored texts as Native strings. Before `add`, the caller writes exactly one string here. */
  readonly keys = new ByteBuffer(1024);
  /** Another number for each time it is emptied: whoever remembers an index remembers this with it. */
  generation = 0;
  /** Of a key column: whether a text may keep its name. One that may not is stored as "(overflow)" under its own bytes, so that it is asked about once a request. */
  admits: ((bytes: Uint8Array, start: number, end: number) => boolean) | null = null;

  constructor() {
    super();
    this.clear();
  }

  /** Forget all but the empty string, which is index 0. In a small request most columns have nothing else. */
  override clear(): void {
    this.generation++;
    if (this.count === 1) return;
    super.clear();
    this.keys.clear();
    this.indexOf(this.raw.bytes, 0, 0);
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
}
