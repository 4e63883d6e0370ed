// The keys of attributes by number, from one request to the next: what senders name their attributes hardly ever changes, and
// finding, cleaning and asking about some fifty keys was a third of a request of eight spans. A number stands for the bytes
// as they came. What becomes of a key is decided for each request anew, but for one thing that depends on nothing else: that
// a key is stored as it came. The book is emptied between two requests when it is full: a sender of ever new keys makes
// it useless, and requests cost what they cost without it.
import { ByteTable } from './byte-table.js';

/** Beyond these it is emptied before the next request. As many are known outside JavaScript (`collector/wasm/attribute-row.ts`). */
export const KEPT_KEYS_MAX = 1_024;
const KEPT_BYTES_MAX = 32 * 1024;
const CLEAN_BYTES_MIN = 256;
const CLEAN_BYTES_MAX = 16 * 1024;

export class KeyBook extends ByteTable {
  /** Another number for each time it is emptied: whoever remembers numbers of keys remembers this with them. */
  generation = 0;
  /** By number: 1 where the key is stored as it came. */
  private clean = new Uint8Array(CLEAN_BYTES_MIN);

  constructor() {
    super();
    this.clear();
  }

  override clear(): void {
    super.clear();
    this.generation++;
    if (this.clean.length > CLEAN_BYTES_MAX) this.clean = new Uint8Array(CLEAN_BYTES_MIN);
    else this.clean.fill(0);
    this.find(this.raw.bytes, 0, 0);
    this.add(this.raw.bytes, 0, 0);
    this.setClean(0);
  }

  /** Begin a request. */
  begin(): void {
    if (this.count > KEPT_KEYS_MAX || this.raw.length > KEPT_BYTES_MAX || this.crowded) this.clear();
    this.ownFrom = this.count;
  }

  /** The number of a key; the empty one is 0. Errors: DECODE_MALFORMED for keys that were made to collide. */
  numberOf(bytes: Uint8Array, start: number, end: number): number {
    const found = this.find(bytes, start, end);
    return found >= 0 ? found : this.add(bytes, start, end);
  }

  isClean(key: number): boolean { return this.clean[key] === 1; }
  setClean(key: number): void {
    if (key >= this.clean.length) {
      const grown = new Uint8Array(Math.max(this.clean.length * 2, key + 1));
      grown.set(this.clean);
      this.clean = grown;
    }
    this.clean[key] = 1;
  }
}
