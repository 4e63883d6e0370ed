// Batch ids of segments that the store has and the disk no longer: without them a restart would shorten the duplicate
// window. Written and synced before the segment's file goes, so a batch listed here is in the store for certain.
// Bounded: rewritten with the ids still inside the window as soon as most of it is past. Layout: DESIGN.md.
import { join } from 'node:path';
import xxhash from 'xxhash-wasm';
import type { SpoolFile, SpoolFiles } from './files.js';
import { replaceFile } from './replace-file.js';

const { h64Raw } = await xxhash();

export interface ReleasedBatch { batchId: bigint; receivedAtMs: number }

const MAGIC = 0x4a53524e; // 'NRSJ'
const GROUP_HEADER_BYTES = 16;
const ENTRY_BYTES = 16;
/** Below this many entries a rewrite is not worth its two syncs. */
const REWRITE_ENTRIES_MIN = 4_096;

export class ReleasedJournal {
  readonly #files: SpoolFiles;
  readonly #directory: string;
  readonly #windowMs: number;
  #file: SpoolFile | null = null;
  #batches: ReleasedBatch[];
  /** Entries in the file; `#batches` may be fewer once some are past. */
  #written: number;

  private constructor(files: SpoolFiles, directory: string, windowMs: number, batches: ReleasedBatch[], written: number) {
    this.#files = files;
    this.#directory = directory;
    this.#windowMs = windowMs;
    this.#batches = batches;
    this.#written = written;
  }

  /** Read what is there, up to the first group that a crash cut short, and begin a clean file. */
  static async open(files: SpoolFiles, directory: string, windowMs: number, nowMs: number): Promise<ReleasedJournal> {
    const names = await files.list(directory);
    const batches = names.includes(NAME) ? readGroups(await files.read(join(directory, NAME))) : [];
    const journal = new ReleasedJournal(files, directory, windowMs, batches, batches.length);
    await journal.#rewrite(nowMs);
    return journal;
  }

  get batches(): readonly ReleasedBatch[] { return this.#batches; }

  /** Part of it could not be written; the next `add` writes all of it anew. */
  get isBehind(): boolean { return this.#file === null; }

  async add(batches: readonly ReleasedBatch[], nowMs: number): Promise<void> {
    this.#batches.push(...batches);
    const inside = this.#batches.filter((batch) => nowMs - batch.receivedAtMs <= this.#windowMs);
    if (this.#file === null || (this.#written > REWRITE_ENTRIES_MIN && inside.length < this.#written / 2)) {
      await this.#rewrite(nowMs);
      return;
    }
    if (batches.length === 0) return;
    try {
      await this.#file.append([encodeGroup(batches)]);
      await this.#file.sync();
    } catch (error) {
      await this.close(); // Behind half a group nothing would ever be read.
      throw error;
    }
    this.#written += batches.length;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  async #rewrite(nowMs: number): Promise<void> {
    await this.close();
    this.#batches = this.#batches.filter((batch) => nowMs - batch.receivedAtMs <= this.#windowMs);
    this.#file = await replaceFile(this.#files, this.#directory, NAME, this.#batches.length > 0 ? [encodeGroup(this.#batches)] : []);
    this.#written = this.#batches.length;
  }
}

const NAME = 'released';

function encodeGroup(batches: readonly ReleasedBatch[]): Buffer {
  const group = Buffer.alloc(GROUP_HEADER_BYTES + batches.length * ENTRY_BYTES);
  batches.forEach((batch, index) => {
    const at = GROUP_HEADER_BYTES + index * ENTRY_BYTES;
    group.writeBigUInt64LE(BigInt.asUintN(64, batch.batchId), at);
    group.writeBigUInt64LE(BigInt(Math.max(0, Math.floor(batch.receivedAtMs))), at + 8);
  });
  group.writeUInt32LE(MAGIC, 0);
  group.writeUInt32LE(batches.length, 4);
  group.writeBigUInt64LE(h64Raw(group.subarray(GROUP_HEADER_BYTES)), 8);
  return group;
}

function readGroups(bytes: Buffer): ReleasedBatch[] {
  const batches: ReleasedBatch[] = [];
  let at = 0;
  while (at + GROUP_HEADER_BYTES <= bytes.length && bytes.readUInt32LE(at) === MAGIC) {
    const end = at + GROUP_HEADER_BYTES + bytes.readUInt32LE(at + 4) * ENTRY_BYTES;
    if (end > bytes.length || bytes.readBigUInt64LE(at + 8) !== h64Raw(bytes.subarray(at + GROUP_HEADER_BYTES, end))) break;
    for (let entry = at + GROUP_HEADER_BYTES; entry < end; entry += ENTRY_BYTES) {
      batches.push({ batchId: bytes.readBigUInt64LE(entry), receivedAtMs: Number(bytes.readBigUInt64LE(entry + 8)) });
    }
    at = end;
  }
  return batches;
}
