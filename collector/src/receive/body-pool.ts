// Buffers for bodies that come in several pieces, used again for the next ones: a body of its own for each request would
// be a third of what the collector does all day, clearing and collecting memory. Small bodies come in one piece and need
// none. Sizes are powers of two; what is kept while nothing is in flight is bounded.
const SIZE_MIN = 64 * 1024;
const KEPT_BYTES_MAX = 16 * 1024 * 1024;

export class BodyPool {
  readonly #idle = new Map<number, ArrayBuffer[]>();
  readonly #lent = new WeakSet<ArrayBufferLike>();
  #keptBytes = 0;

  /** `bytes` bytes with anything in them. */
  take(bytes: number): Uint8Array {
    if (bytes < SIZE_MIN / 2) return Buffer.allocUnsafeSlow(bytes);
    const size = Math.max(SIZE_MIN, 2 ** Math.ceil(Math.log2(bytes)));
    const idle = this.#idle.get(size)?.pop();
    if (idle) this.#keptBytes -= size;
    const buffer = idle ?? new ArrayBuffer(size);
    this.#lent.add(buffer);
    return new Uint8Array(buffer, 0, bytes);
  }

  /** Nobody reads these bytes any more. What did not come from here is left to the garbage collector. */
  give(bytes: Uint8Array): void {
    const { buffer } = bytes;
    if (!this.#lent.delete(buffer) || !(buffer instanceof ArrayBuffer)) return;
    if (this.#keptBytes + buffer.byteLength > KEPT_BYTES_MAX) return;
    this.#keptBytes += buffer.byteLength;
    const idle = this.#idle.get(buffer.byteLength);
    if (idle) idle.push(buffer);
    else this.#idle.set(buffer.byteLength, [buffer]);
  }
}
