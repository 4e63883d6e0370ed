// Test support: a disk in memory that forgets, at a power loss, everything that was not synced: bytes of files without
// `sync()`, names without `syncDirectory()`. Any operation can be made to fail, and all of them stop after a given number.
import { dirname } from 'node:path';
import type { SpoolFile, SpoolFiles } from '../dist/spool/files.js';

interface Inode { data: Buffer; durable: Buffer }
type Operation = 'create' | 'append' | 'sync' | 'truncate' | 'rename' | 'remove' | 'syncDirectory' | 'read';

/** Small, so that a test can look at every byte. */
const UNCACHED_BLOCK_BYTES = 256;

/** A spool's files whose segments are written in blocks, as those of a collector. */
export function uncachedSegments(files: SpoolFiles): SpoolFiles {
  return { ...files, create: (path) => (path.endsWith('.segment') ? files.createUncached(path) : files.create(path)) };
}

export class MemoryDisk {
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  #power = 0;
  #operationsLeft = Infinity;
  readonly #failures: { operation: Operation; code: string }[] = [];

  /** The next operation of this kind fails; an append after half of its bytes. */
  failNext(operation: Operation, code = 'EIO'): void { this.#failures.push({ operation, code }); }

  /** The power goes before the n-th operation from now: it and all later ones fail until `restart`. */
  losePowerAfter(operations: number): void { this.#operationsLeft = operations; }

  /**
   * What is left: synced bytes, and of the others a part that a disk may have written by chance. Of that part some may be
   * zeros: the file had grown and its data had not arrived. Names without a sync are as they were before, or as they became.
   */
  restart(keptShare: number, { zeroedShare = 0, keepsNames = false } = {}): void {
    for (const inode of new Set([...this.#names.values(), ...this.#durableNames.values()])) {
      const unsynced = inode.data.subarray(inode.durable.length);
      const kept = Buffer.from(unsynced.subarray(0, Math.floor(unsynced.length * keptShare)));
      inode.data = Buffer.concat([inode.durable, kept.fill(0, 0, Math.floor(kept.length * zeroedShare))]);
      inode.durable = inode.data;
    }
    if (keepsNames) this.#durableNames = new Map(this.#names);
    this.#names = new Map(this.#durableNames);
    this.#beginAnew();
  }

  /** The process dies and the machine lives on: everything written is there, synced or not. */
  kill(): void { this.#beginAnew(); }

  #beginAnew(): void {
    this.#power++;
    this.#operationsLeft = Infinity;
    this.#failures.length = 0;
  }

  /** Files as seen by one process; when the power goes, this process never writes again. */
  files(): SpoolFiles {
    const power = this.#power;
    const before = (operation: Operation): string | null => {
      if (power !== this.#power || this.#operationsLeft-- <= 0) throw failure('EIO', 'no power');
      const at = this.#failures.findIndex((planned) => planned.operation === operation);
      return at === -1 ? null : this.#failures.splice(at, 1)[0]!.code;
    };
    const guard = (operation: Operation): void => {
      const code = before(operation);
      if (code !== null) throw failure(code, operation);
    };
    const inodeOf = (path: string): Inode => {
      const inode = this.#names.get(path);
      if (!inode) throw failure('ENOENT', path);
      return inode;
    };
    const create = async (path: string, blockBytes: number): Promise<SpoolFile> => {
      guard('create');
      if (this.#names.has(path)) throw failure('EEXIST', path);
      const inode = { data: Buffer.alloc(0), durable: Buffer.alloc(0) };
      this.#names.set(path, inode);
      return fileOf(inode, before, guard, blockBytes);
    };
    return {
      create: (path) => create(path, 1),
      createUncached: (path) => create(path, UNCACHED_BLOCK_BYTES),
      reopen: async (path) => fileOf(inodeOf(path), before, guard, 1),
      read: async (path) => { guard('read'); return Buffer.from(inodeOf(path).data); },
      list: async (directory) => [...this.#names.keys()].filter((path) => dirname(path) === directory).map((path) => path.slice(directory.length + 1)).sort(),
      makeDirectory: async () => undefined,
      rename: async (from, to) => {
        guard('rename');
        this.#names.set(to, inodeOf(from));
        this.#names.delete(from);
      },
      remove: async (path) => {
        guard('remove');
        inodeOf(path);
        this.#names.delete(path);
      },
      syncDirectory: async (directory) => {
        guard('syncDirectory');
        for (const path of this.#durableNames.keys()) if (dirname(path) === directory && !this.#names.has(path)) this.#durableNames.delete(path);
        for (const [path, inode] of this.#names) if (dirname(path) === directory) this.#durableNames.set(path, inode);
      },
    };
  }
}

function fileOf(inode: Inode, before: (operation: Operation) => string | null, guard: (operation: Operation) => void, blockBytes: number): SpoolFile {
  return {
    blockBytes,
    append: async (chunks) => {
      const bytes = Buffer.concat(chunks);
      if (bytes.length % blockBytes !== 0) throw failure('EINVAL', `${bytes.length} bytes are no whole blocks`);
      const code = before('append');
      inode.data = Buffer.concat([inode.data, code === null ? bytes : bytes.subarray(0, bytes.length >> 1)]);
      if (code !== null) throw failure(code, 'append');
    },
    sync: async () => { guard('sync'); inode.durable = inode.data; },
    truncate: async (bytes) => { guard('truncate'); inode.data = inode.data.subarray(0, bytes); },
    close: async () => undefined,
  };
}

function failure(code: string, what: string): NodeJS.ErrnoException { return Object.assign(new Error(`${code}: ${what}`), { code }); }
