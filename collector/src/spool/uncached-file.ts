// A file that is written past the page cache (O_DIRECT), and durable with each write (O_DSYNC). What is read back after a crash at
// most need not be copied into pages that the kernel has to find, fill and free: at the door that was a quarter of what
// a span costs; and one trip to the thread pool does the work of two. The disk then takes whole blocks, from memory
// that begins at a page, so everything is put together in such memory first. Where a file system cannot go past the
// cache, the same bytes go through it, and are as durable.
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { SpoolFile } from './files.js';

/** The most that disks and file systems ask for. */
const BLOCK_BYTES = 4 * 1024;
const STAGING_BYTES = 2 * 1024 * 1024;
const WASM_PAGE_BYTES = 64 * 1024;
const { O_CREAT, O_EXCL, O_RDWR, O_DSYNC, O_DIRECT } = constants;

/** On other platforms there is no O_DIRECT, or O_DSYNC promises less than a sync. */
export const UNCACHED_WORKS = process.platform === 'linux';

export class UncachedFile implements SpoolFile {
  readonly blockBytes = BLOCK_BYTES;
  readonly #path: string;
  readonly #staging: Uint8Array = idleStagings.pop() ?? pageAligned(STAGING_BYTES);
  #handle: FileHandle;
  #end = 0;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** A file that must not exist yet. Rejects with code EEXIST. */
  static async create(path: string): Promise<UncachedFile> {
    const handle = await orIfInvalid(
      () => open(path, O_CREAT | O_EXCL | O_RDWR | O_DSYNC | O_DIRECT, 0o600),
      // The name was free, and may be taken by now: by the try that failed.
      () => open(path, O_CREAT | O_RDWR | O_DSYNC, 0o600),
    );
    return new UncachedFile(path, handle);
  }

  async append(chunks: readonly Uint8Array[]): Promise<void> {
    let staged = 0;
    for (const chunk of chunks) {
      for (let from = 0, to = 0; from < chunk.byteLength; from = to) {
        to = Math.min(chunk.byteLength, from + STAGING_BYTES - staged);
        this.#staging.set(chunk.subarray(from, to), staged);
        staged += to - from;
        if (staged < STAGING_BYTES) continue;
        await this.#write(staged);
        staged = 0;
      }
    }
    await this.#write(staged);
  }

  /** Every write was. */
  async sync(): Promise<void> { /* nothing is left to do */ }

  async truncate(bytes: number): Promise<void> {
    await this.#handle.truncate(bytes);
    this.#end = bytes;
  }

  async close(): Promise<void> {
    idleStagings.push(this.#staging);
    await this.#handle.close();
  }

  async #write(bytes: number): Promise<void> {
    for (let written = 0; written < bytes;) {
      const write = () => this.#handle.write(this.#staging, written, bytes - written, this.#end);
      const { bytesWritten } = await orIfInvalid(write, async () => {
        await this.#giveUpDirect();
        return write();
      });
      written += bytesWritten;
      this.#end += bytesWritten;
    }
  }

  /** What was written stays where it is; the two ways to the file see the same bytes. */
  async #giveUpDirect(): Promise<void> {
    const direct = this.#handle;
    this.#handle = await open(this.#path, O_RDWR | O_DSYNC);
    await direct.close();
  }
}

/** Of files that are closed; one is open at a time. */
const idleStagings: Uint8Array[] = [];

/** Only memory of WebAssembly is known to begin at a page. */
function pageAligned(bytes: number): Uint8Array {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { Memory: new (pages: { initial: number }) => { buffer: ArrayBuffer } } };
  return new Uint8Array(new WebAssembly.Memory({ initial: bytes / WASM_PAGE_BYTES }).buffer);
}

/** EINVAL: this file system, or this disk, does not do it in this way. */
async function orIfInvalid<T>(work: () => Promise<T>, otherwise: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
    return otherwise();
  }
}
