// Buffers that hold the blocks of one request until they are on the disk, and then those of another. What is kept while
// no request is under way is bounded, each buffer and all of them together.
import { ByteBuffer } from './byte-buffer.js';

const INITIAL_BYTES = 64 * 1024;
const BUFFER_BYTES_MAX = 4 * 1024 * 1024;
const IDLE_BYTES_MAX = 32 * 1024 * 1024;

export class BlockBuffers {
  readonly #idle: ByteBuffer[] = [];
  #idleBytes = 0;

  /** An empty one. */
  take(): ByteBuffer {
    const buffer = this.#idle.pop();
    if (!buffer) return new ByteBuffer(INITIAL_BYTES, BUFFER_BYTES_MAX);
    this.#idleBytes -= buffer.bytes.length;
    buffer.clear();
    return buffer;
  }

  /** What stands in it: the buffer itself, or where that has grown large, a copy of the right size, since it may wait long for the disk. */
  contentOf(buffer: ByteBuffer): Uint8Array { return buffer.bytes.length > BUFFER_BYTES_MAX ? buffer.toBytes() : buffer.bytes; }

  /** For whoever reads it: to be called when nobody does any more. A second call does nothing. */
  releaseOf(buffer: ByteBuffer): () => void {
    let lent: ByteBuffer | null = buffer;
    return () => {
      if (lent) this.#give(lent);
      lent = null;
    };
  }

  #give(buffer: ByteBuffer): void {
    if (this.#idleBytes + buffer.bytes.length > IDLE_BYTES_MAX) return;
    this.#idle.push(buffer);
    this.#idleBytes += buffer.bytes.length;
  }
}
