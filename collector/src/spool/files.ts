// The spool's only way to the disk: the few operations it needs, so that a test can fail any of them or drop bytes that
// were never synced. `nodeFiles` is the real one. Durability rule: bytes are safe after `sync()` of the file, a name
// (created, renamed, removed) after `syncDirectory()` of its directory.
import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { UNCACHED_WORKS, UncachedFile } from './uncached-file.js';

export interface SpoolFile {
  /** Every append is a multiple of it. */
  readonly blockBytes: number;
  /** Write all bytes at the end of what was appended before. */
  append(chunks: readonly Uint8Array[]): Promise<void>;
  sync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

export interface SpoolFiles {
  /** Create a file that must not exist yet, for appending. Rejects with code EEXIST. */
  create(path: string): Promise<SpoolFile>;
  /** The same for what is read back after a crash at most: past the page cache, where the disk can do that. */
  createUncached(path: string): Promise<SpoolFile>;
  /** Open an existing file for appending. */
  reopen(path: string): Promise<SpoolFile>;
  read(path: string): Promise<Buffer>;
  /** Names in a directory, sorted. */
  list(directory: string): Promise<string[]>;
  makeDirectory(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
}

class NodeFile implements SpoolFile {
  readonly blockBytes = 1;
  readonly #handle: FileHandle;
  #end: number;
  constructor(handle: FileHandle, end: number) { this.#handle = handle; this.#end = end; }

  async append(chunks: readonly Uint8Array[]): Promise<void> {
    let rest = gathered(chunks.filter((chunk) => chunk.byteLength > 0));
    while (rest.length > 0) {
      // A disk that fills up may take a part; what is left is written again, and then fails with the reason.
      const { bytesWritten } = await this.#handle.writev(rest, this.#end);
      this.#end += bytesWritten;
      rest = withoutFirstBytes(rest, bytesWritten);
    }
  }

  sync(): Promise<void> { return this.#handle.datasync(); }

  async truncate(bytes: number): Promise<void> {
    await this.#handle.truncate(bytes);
    this.#end = bytes;
  }

  close(): Promise<void> { return this.#handle.close(); }
}

/** Handing over hundreds of small pieces costs more than copying them into one. */
const PIECE_BYTES_MIN = 32 * 1024;
function gathered(chunks: Uint8Array[]): Uint8Array[] {
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  return chunks.length > 8 && bytes < chunks.length * PIECE_BYTES_MIN ? [Buffer.concat(chunks, bytes)] : chunks;
}

function withoutFirstBytes(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
  const rest: Uint8Array[] = [];
  let skip = bytes;
  for (const chunk of chunks) {
    if (skip >= chunk.byteLength) skip -= chunk.byteLength;
    else { rest.push(chunk.subarray(skip)); skip = 0; }
  }
  return rest;
}

async function createFile(path: string): Promise<SpoolFile> {
  return new NodeFile(await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600), 0);
}

/** The real disk. */
export const nodeFiles: SpoolFiles = {
  create: createFile,
  createUncached: UNCACHED_WORKS ? (path) => UncachedFile.create(path) : createFile,
  async reopen(path) {
    const { size } = await stat(path);
    return new NodeFile(await open(path, constants.O_RDWR), size);
  },
  read: (path) => readFile(path),
  async list(directory) { return (await readdir(directory)).sort(); },
  async makeDirectory(path) { await mkdir(path, { recursive: true, mode: 0o700 }); },
  rename,
  remove: unlink,
  async syncDirectory(path) {
    const handle = await open(path, constants.O_RDONLY);
    try { await handle.sync(); } finally { await handle.close(); }
  },
};
