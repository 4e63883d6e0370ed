// A second copy of the newest segments, table by table and with nothing but blocks in it, so that an engine on this machine
// reads a file as it stands and nobody has to take the records apart again; small blocks are joined on the way. It is
// written behind the durable copy and never synced: what is missing here, after a crash or because there were too many, is
// read from the segment. Whatever an earlier process left is removed at the start.
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadedBatch, SegmentLoad, SpoolTable, TableName } from '@narrows/contract';
import { NativeJoin } from './native-join.js';
import { batchIdsOf, type EncodableRequest } from './record.js';
import { isTableName } from './segment-loads.js';

/** So long a copy is still in memory. One that had to wait longer has no checksum to say that the disk kept it; the segment's records have. */
const TRUSTED_MS = 30_000;
/** Blocks of fewer rows and bytes are joined, up to so many. */
const SMALL = { rows: 256, bytes: 128 * 1024 };
const JOINED = { rows: 8_192, bytes: 4 * 1024 * 1024 };
/** A join that has grown beyond this is left to the garbage collector: what fills it may be in another column each time. */
const KEPT_JOIN_BYTES_MAX = 32 * 1024 * 1024;

/** What a segment holds, without the bytes. */
export interface BlockFacts { agency: string; batchIds: readonly bigint[]; receivedAtMs: number; hasOrigin: boolean; blocks: { table: SpoolTable; rows: number }[] }
export interface PlainSegment { requests: readonly BlockFacts[]; loads: SegmentLoad[] }

interface TableFile { path: string; handle: FileHandle; rows: number; batches: LoadedBatch[]; /** Small blocks that are not written yet. */ joining: NativeJoin | null }
interface OpenSegment { files: Map<TableName, TableFile>; requests: BlockFacts[]; bytes: number; begunMs: number }

export class PlainBlocks {
  readonly #directory: string;
  readonly #bytesMax: number;
  /** Null: not kept, because the disk failed, there was no room, or it holds what no store has. */
  readonly #segments = new Map<string, OpenSegment | null>();
  /** One a table, whose memory is used again. */
  readonly #idleJoins = new Map<TableName, NativeJoin>();
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
    if (segment === undefined) this.#segments.set(segmentId, (segment = { files: new Map(), requests: [], bytes: 0, begunMs: performance.now() }));
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
    const finished: NativeJoin[] = [];
    for (const request of requests) {
      const { agency, batchId, receivedAtMs, origin, blocks } = request;
      segment.requests.push({ agency, batchIds: batchIdsOf(request), receivedAtMs, hasOrigin: origin !== undefined, blocks: blocks.map(({ table, rows }) => ({ table, rows })) });
      for (const { table, rows, bytes } of blocks) {
        const file = segment.files.get(table as TableName) ?? await this.#newFile(segmentId, segment, table);
        file.rows += rows;
        file.batches.push({ agency, batchId, receivedAtMs });
        const whole = rows >= SMALL.rows || bytes.byteLength > SMALL.bytes ? bytes : this.#joined(file, table as TableName, bytes, finished);
        if (whole) add(pieces, file, whole);
      }
    }
    for (const [file, list] of pieces) await write(file, list);
    for (const join of finished) this.#keep(join);
  }

  /** Collects small blocks; returns one when enough of them are together. Its join may not be used before that is written. */
  #joined(file: TableFile, table: TableName, bytes: Uint8Array, finished: NativeJoin[]): Uint8Array | null {
    const join = file.joining ??= this.#takeJoin(table);
    join.add(bytes);
    if (join.rows < JOINED.rows && join.bytes < JOINED.bytes) return null;
    file.joining = null;
    finished.push(join);
    return join.finish();
  }

  #takeJoin(table: TableName): NativeJoin {
    const idle = this.#idleJoins.get(table);
    this.#idleJoins.delete(table);
    return idle ?? new NativeJoin(table);
  }

  #keep(join: NativeJoin): void {
    if (join.heldBytes <= KEPT_JOIN_BYTES_MAX) this.#idleJoins.set(join.table, join);
  }

  async #newFile(segmentId: string, { files }: OpenSegment, table: SpoolTable): Promise<TableFile> {
    if (!isTableName(table)) throw new TypeError(`${table} is no table of the store`);
    const path = join(this.#directory, `${segmentId}.${table}.native`);
    const file: TableFile = { path, handle: await open(path, 'wx', 0o600), rows: 0, batches: [], joining: null };
    files.set(table, file);
    return file;
  }

  /** What was appended to the segment, ready to be loaded; null where it has to be read from the segment itself. */
  async finish(segmentId: string): Promise<PlainSegment | null> {
    const segment = this.#segments.get(segmentId);
    if (!segment) return null;
    try {
      if (performance.now() - segment.begunMs > TRUSTED_MS) throw new RangeError('it may have been read back from the disk');
      for (const file of segment.files.values()) {
        if (file.joining) {
          await write(file, [file.joining.finish()]);
          this.#keep(file.joining);
          file.joining = null;
        }
        await file.handle.close();
      }
    } catch {
      await this.remove(segmentId);
      return null;
    }
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

function add(pieces: Map<TableFile, Uint8Array[]>, file: TableFile, piece: Uint8Array): void {
  const list = pieces.get(file);
  if (list) list.push(piece);
  else pieces.set(file, [piece]);
}

async function write(file: TableFile, pieces: readonly Uint8Array[]): Promise<void> {
  const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  const { bytesWritten } = await file.handle.writev([...pieces]);
  if (bytesWritten !== bytes) throw new RangeError(`${bytesWritten} of ${bytes} bytes were written`);
}
