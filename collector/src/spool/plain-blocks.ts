// A second copy of the newest segments, table by table and with nothing but blocks in it, so that an engine on this machine
// reads a file as it stands and nobody has to take the records apart again. It is written behind the durable copy and never
// synced: what is missing here, after a crash or because there were too many, is read from the segment. Whatever an
// earlier process left is removed at the start.
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { TABLES, type LoadedBatch, type SegmentLoad, type SpoolTable, type TableName } from '@narrows/contract';
import type { EncodableRequest } from './record.js';

/** What a segment holds, without the bytes. */
export interface BlockFacts { agency: string; batchId: bigint; receivedAtMs: number; hasOrigin: boolean; blocks: { table: SpoolTable; rows: number }[] }
export interface PlainSegment { requests: readonly BlockFacts[]; loads: SegmentLoad[] }

interface TableFile { path: string; handle: FileHandle; bytes: number; rows: number; batches: LoadedBatch[] }
interface OpenSegment { files: Map<TableName, TableFile>; requests: BlockFacts[]; bytes: number }

export class PlainBlocks {
  readonly #directory: string;
  readonly #bytesMax: number;
  /** Null: not kept, because the disk failed, there was no room, or it holds what no store has. */
  readonly #segments = new Map<string, OpenSegment | null>();
  #bytes = 0;

  private constructor(directory: string, bytesMax: number) {
    this.#directory = directory;
    this.#bytesMax = bytesMax;
  }

  /** `bytesMax`: all copies together. */
  static async open(directory: string, bytesMax: number): Promise<PlainBlocks> {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new PlainBlocks(directory, bytesMax);
  }

  /** Append the blocks of these requests. Never rejects: the segment can do without. */
  async append(segmentId: string, requests: readonly EncodableRequest[]): Promise<void> {
    let segment = this.#segments.get(segmentId);
    if (segment === null) return;
    if (segment === undefined) this.#segments.set(segmentId, (segment = { files: new Map(), requests: [], bytes: 0 }));
    const bytes = requests.reduce((sum, request) => sum + request.blocks.reduce((all, block) => all + block.bytes.byteLength, 0), 0);
    segment.bytes += bytes;
    this.#bytes += bytes;
    try {
      if (this.#bytes > this.#bytesMax) throw new RangeError('too many segments wait');
      await this.#write(segmentId, segment, requests);
    } catch {
      await this.remove(segmentId);
      this.#segments.set(segmentId, null);
    }
  }

  async #write(segmentId: string, segment: OpenSegment, requests: readonly EncodableRequest[]): Promise<void> {
    const pieces = new Map<TableFile, Uint8Array[]>();
    for (const { agency, batchId, receivedAtMs, origin, blocks } of requests) {
      segment.requests.push({ agency, batchId, receivedAtMs, hasOrigin: origin !== undefined, blocks: blocks.map(({ table, rows }) => ({ table, rows })) });
      for (const { table, rows, bytes } of blocks) {
        const file = await this.#fileOf(segmentId, segment, table);
        file.rows += rows;
        file.bytes += bytes.byteLength;
        file.batches.push({ agency, batchId, receivedAtMs });
        const list = pieces.get(file);
        if (list) list.push(bytes);
        else pieces.set(file, [bytes]);
      }
    }
    for (const [file, list] of pieces) {
      const bytes = list.reduce((sum, piece) => sum + piece.byteLength, 0);
      const { bytesWritten } = await file.handle.writev(list);
      if (bytesWritten !== bytes) throw new RangeError(`${bytesWritten} of ${bytes} bytes were written`);
    }
  }

  async #fileOf(segmentId: string, { files }: OpenSegment, table: SpoolTable): Promise<TableFile> {
    if (!isTableName(table)) throw new TypeError(`${table} is no table of the store`);
    const known = files.get(table);
    if (known) return known;
    const path = join(this.#directory, `${segmentId}.${table}.native`);
    const file = { path, handle: await open(path, 'wx', 0o600), bytes: 0, rows: 0, batches: [] };
    files.set(table, file);
    return file;
  }

  /** What was appended to the segment, ready to be loaded; null where it has to be read from the segment itself. */
  async finish(segmentId: string): Promise<PlainSegment | null> {
    const segment = this.#segments.get(segmentId);
    if (!segment) return null;
    for (const { handle } of segment.files.values()) await handle.close();
    const loads = [...segment.files].map(([table, { path, rows, batches }]) => ({ segmentId, table, rows, blocks: [], file: path, batches, again: false }));
    return { requests: segment.requests, loads };
  }

  /** The segment is in the store, or is read in another way. */
  async remove(segmentId: string): Promise<void> {
    const segment = this.#segments.get(segmentId);
    this.#segments.delete(segmentId);
    if (!segment) return;
    this.#bytes -= segment.bytes;
    for (const { path, handle } of segment.files.values()) {
      // It may be closed already; and a file that cannot be removed goes at the next start.
      await handle.close().catch(() => undefined);
      await rm(path, { force: true }).catch(() => undefined);
    }
  }
}

function isTableName(name: SpoolTable): name is TableName { return Object.hasOwn(TABLES, name); }
