// The disk queue between the answer to the agent and the store. Comes in: decoded requests. Goes out: sealed segments, in
// order, each until it is released. Promises: an append that resolved survives kill -9 and power loss; the same batch inside
// the window is stored once; a full or failing disk is an error to the sender, never a silent loss. Format: DESIGN.md.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LIMITS, NarrowsError, type DecodedRequest, type SegmentLoad, type TableName } from '@narrows/contract';
import { currentProcess, lockDirectory, type ProcessIdentity } from './directory-lock.js';
import { DuplicateWindow } from './duplicate-window.js';
import { nodeFiles, type SpoolFiles } from './files.js';
import { encodeRecord, scanRecords, type SpoolRecord } from './record.js';
import { recoverSegments, type Recovery } from './recovery.js';
import { ReleasedJournal, type ReleasedBatch } from './released-journal.js';
import { SegmentWriter, type SegmentFile } from './segment-writer.js';

export interface SpoolOptions {
  dir: string;
  /** All segments together. Full: SPOOL_FULL. */
  bytesMax: number;
  segmentBytesMax?: number;
  /** How long a record may wait for its segment to be sealed. */
  segmentAgeMsMax?: number;
  duplicateWindowMs?: number;
  now: () => number;
  files?: SpoolFiles;
  process?: ProcessIdentity;
}

export interface SealedSegment {
  segmentId: string;
  /** When the first of its requests came in. */
  receivedAtMs: number;
  bytes: number;
  /** One load a table, in the order of first appearance. */
  loads(): SegmentLoad[];
}

export interface SpoolStats {
  bytes: number;
  bytesMax: number;
  /** Sealed and not yet handed out. */
  waitingSegments: number;
  /** Handed out and not yet released. */
  loadingSegments: number;
  /** Cut back after a failed write as soon as the disk allows it, then handed out. */
  brokenSegments: number;
  appended: number;
  duplicates: number;
  refused: number;
  writeFailures: number;
  readFailures: number;
  journalFailures: number;
  quarantined: number;
  /** Batches forgotten before the end of the duplicate window because there were too many. */
  forgottenBatches: number;
  recovered: Pick<Recovery, 'records' | 'tornBytes' | 'corruptRecords' | 'corruptBytes'> & { duplicates: number };
}

export interface Spool {
  /** Resolves after the fsync. Errors: SPOOL_FULL. */
  append(request: DecodedRequest): Promise<{ duplicate: boolean }>;
  /** The next sealed segment; waits for one. Null once the spool is closed. */
  nextSealed(): Promise<SealedSegment | null>;
  /** The store has it: remember its batches, delete its file. */
  release(segmentId: string): Promise<void>;
  /** The store will never take it: keep the file in `quarantine/`, count it, go on. */
  quarantine(segmentId: string): Promise<void>;
  /** Seal what is open now. */
  seal(): Promise<void>;
  stats(): SpoolStats;
  close(): Promise<void>;
}

const SEGMENT_BYTES_MAX = 8 * 1024 * 1024;
const SEGMENT_AGE_MS_MAX = 500;
/** About 100 bytes of memory each. */
const WINDOW_BATCHES_MAX = 1_000_000;
/** Above this many sealed segments the loader is behind, and fewer, larger segments serve it better. */
const WAITING_SEGMENTS_FOR_AGE = 2;
const RETRY_AFTER_SECONDS = 5;
const MEND_INTERVAL_MS = 1_000;

/** Open a spool directory, recovering what the last run left. Errors: DATA_DIR_LOCKED. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const files = options.files ?? nodeFiles;
  const directories = { segments: join(options.dir, 'segments'), quarantine: join(options.dir, 'quarantine') };
  await files.makeDirectory(directories.segments);
  await files.makeDirectory(directories.quarantine);
  const unlock = await lockDirectory(files, options.dir, options.process ?? currentProcess());
  try {
    await files.syncDirectory(options.dir);
    const windowMs = options.duplicateWindowMs ?? LIMITS.duplicateWindowMs;
    const journal = await ReleasedJournal.open(files, options.dir, windowMs, options.now());
    const recovery = await recoverSegments(files, directories, new Set(journal.batches.map(({ batchId }) => batchId)));
    return new DirectorySpool({ options, files, directories, windowMs, journal, recovery, unlock });
  } catch (error) {
    await unlock();
    throw error;
  }
}

interface Parts {
  options: SpoolOptions;
  files: SpoolFiles;
  directories: { segments: string; quarantine: string };
  windowMs: number;
  journal: ReleasedJournal;
  recovery: Recovery;
  unlock: () => Promise<void>;
}
interface LoadingSegment extends SegmentFile { batches: ReleasedBatch[] }

class DirectorySpool implements Spool {
  readonly #parts: Parts;
  readonly #writer: SegmentWriter;
  readonly #window: DuplicateWindow;
  readonly #skipped: Map<string, Set<number>>;
  readonly #waiting: SegmentFile[];
  readonly #loading = new Map<string, LoadingSegment>();
  readonly #broken = new Set<SegmentFile>();
  readonly #closing = new AbortController();
  #wake: (() => void)[] = [];
  #bytes: number;
  #counts = { appended: 0, duplicates: 0, refused: 0, writeFailures: 0, readFailures: 0, journalFailures: 0, quarantined: 0 };
  #journalTurn: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    const { options, recovery, journal } = parts;
    this.#parts = parts;
    this.#skipped = recovery.skipped;
    this.#waiting = recovery.segments;
    this.#bytes = recovery.segments.reduce((sum, segment) => sum + segment.bytes, 0);
    this.#window = new DuplicateWindow(parts.windowMs, WINDOW_BATCHES_MAX);
    const known = [...journal.batches, ...recovery.batches].sort((a, b) => a.receivedAtMs - b.receivedAtMs);
    for (const { batchId, receivedAtMs } of known) this.#window.remember(batchId, { receivedAtMs, writing: null }, options.now());
    this.#writer = new SegmentWriter({
      files: parts.files,
      directory: parts.directories.segments,
      segmentBytesMax: options.segmentBytesMax ?? SEGMENT_BYTES_MAX,
      segmentAgeMsMax: options.segmentAgeMsMax ?? SEGMENT_AGE_MS_MAX,
      sequence: recovery.nextSequence,
      sealsByAge: () => this.#waiting.length < WAITING_SEGMENTS_FOR_AGE,
      onSealed: (segment) => { this.#offer(segment); },
      onBroken: (segment) => { void this.#mend(segment); },
    });
  }

  async append(request: DecodedRequest): Promise<{ duplicate: boolean }> {
    if (this.#closing.signal.aborted) throw this.#refuse('the collector is shutting down');
    const nowMs = this.#parts.options.now();
    const known = this.#window.find(request.batchId, nowMs);
    if (known) {
      await known.writing;
      this.#counts.duplicates++;
      return { duplicate: true };
    }
    if (request.blocks.length === 0) return { duplicate: false };
    const record = encodeRecord(request);
    if (this.#bytes + record.byteLength > this.#parts.options.bytesMax) {
      throw this.#refuse(`the spool holds ${this.#bytes} of at most ${this.#parts.options.bytesMax} bytes`);
    }
    this.#bytes += record.byteLength;
    const writing = this.#write(record);
    this.#window.remember(request.batchId, { receivedAtMs: request.receivedAtMs, writing }, nowMs);
    try {
      await writing;
    } catch (error) {
      this.#window.forget(request.batchId);
      throw error;
    }
    this.#window.settle(request.batchId);
    this.#counts.appended++;
    return { duplicate: false };
  }

  async #write(record: Buffer): Promise<void> {
    try {
      await this.#writer.write(record);
    } catch (cause) {
      this.#bytes -= record.byteLength;
      this.#counts.writeFailures++;
      throw this.#refuse(`the spool's disk failed: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
    }
  }

  #refuse(because: string, cause?: unknown): NarrowsError {
    this.#counts.refused++;
    return new NarrowsError('SPOOL_FULL', because, { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
  }

  async nextSealed(): Promise<SealedSegment | null> {
    while (!this.#closing.signal.aborted) {
      const segment = this.#waiting.shift();
      if (!segment) {
        this.#writer.sealIfOld();
        await new Promise<void>((resolve) => this.#wake.push(resolve));
        continue;
      }
      const sealed = await this.#read(segment);
      if (sealed) return sealed;
    }
    return null;
  }

  /** Null when there is nothing left to load in it, or when the disk does not give it now. */
  async #read(segment: SegmentFile): Promise<SealedSegment | null> {
    let bytes: Buffer;
    try {
      bytes = (await this.#parts.files.read(segment.path)).subarray(0, segment.bytes);
    } catch {
      this.#counts.readFailures++;
      this.#waiting.unshift(segment);
      await this.#pause();
      return null;
    }
    const skipped = this.#skipped.get(segment.segmentId);
    const scan = scanRecords(bytes);
    const records = scan.records.filter((record) => !skipped?.has(record.offset));
    const batches = scan.records.map(({ batchId, receivedAtMs }) => ({ batchId, receivedAtMs }));
    this.#loading.set(segment.segmentId, { ...segment, batches });
    if (records.length === 0) {
      await this.release(segment.segmentId);
      return null;
    }
    return {
      segmentId: segment.segmentId,
      receivedAtMs: records.reduce((first, record) => Math.min(first, record.receivedAtMs), Infinity),
      bytes: segment.bytes,
      loads: () => loadsOf(segment.segmentId, records),
    };
  }

  async release(segmentId: string): Promise<void> {
    const segment = this.#take(segmentId);
    await this.#journalBatches(segment);
    await this.#parts.files.remove(segment.path);
    await this.#parts.files.syncDirectory(this.#parts.directories.segments);
    this.#bytes -= segment.bytes;
  }

  async quarantine(segmentId: string): Promise<void> {
    const segment = this.#take(segmentId);
    await this.#journalBatches(segment);
    await this.#parts.files.rename(segment.path, join(this.#parts.directories.quarantine, `${segmentId}.segment`));
    await this.#parts.files.syncDirectory(this.#parts.directories.quarantine);
    await this.#parts.files.syncDirectory(this.#parts.directories.segments);
    this.#bytes -= segment.bytes;
    this.#counts.quarantined++;
  }

  #take(segmentId: string): LoadingSegment {
    const segment = this.#loading.get(segmentId);
    if (!segment) throw new TypeError(`segment ${segmentId} was not handed out`);
    this.#loading.delete(segmentId);
    this.#skipped.delete(segmentId);
    return segment;
  }

  /** A journal that cannot be written shortens the window after a restart, and must not keep a full disk full. */
  async #journalBatches(segment: LoadingSegment): Promise<void> {
    const turn = this.#journalTurn.then(() => this.#parts.journal.add(segment.batches, this.#parts.options.now()));
    this.#journalTurn = turn.catch(() => { this.#counts.journalFailures++; });
    await this.#journalTurn;
  }

  async seal(): Promise<void> { await this.#writer.seal(); }

  stats(): SpoolStats {
    const { records, tornBytes, corruptRecords, corruptBytes } = this.#parts.recovery;
    const duplicates = [...this.#parts.recovery.skipped.values()].reduce((sum, offsets) => sum + offsets.size, 0);
    return {
      bytes: this.#bytes, bytesMax: this.#parts.options.bytesMax,
      waitingSegments: this.#waiting.length, loadingSegments: this.#loading.size, brokenSegments: this.#broken.size,
      ...this.#counts, forgottenBatches: this.#window.forgotten,
      recovered: { records, tornBytes, corruptRecords, corruptBytes, duplicates },
    };
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#writer.seal();
    this.#wakeAll();
    await this.#journalTurn;
    await this.#parts.journal.close();
    await this.#parts.unlock();
  }

  #offer(segment: SegmentFile): void {
    this.#waiting.push(segment);
    this.#wakeAll();
  }

  #wakeAll(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }

  /**
   * Cut a segment back to what was acknowledged. Until that is durable nobody may load it: a restart would read more
   * records from it than were loaded under its id, and the store would take the rest for a repetition.
   */
  async #mend(segment: SegmentFile): Promise<void> {
    this.#broken.add(segment);
    while (!this.#closing.signal.aborted) {
      try {
        await this.#cutBack(segment);
        this.#broken.delete(segment);
        if (segment.bytes > 0) this.#offer(segment);
        return;
      } catch {
        await this.#pause(); // Counted as a broken segment until it succeeds.
      }
    }
  }

  async #cutBack(segment: SegmentFile): Promise<void> {
    if (segment.bytes === 0) {
      await this.#parts.files.remove(segment.path);
      await this.#parts.files.syncDirectory(this.#parts.directories.segments);
      return;
    }
    const file = await this.#parts.files.reopen(segment.path);
    try {
      await file.truncate(segment.bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async #pause(): Promise<void> {
    try {
      await delay(MEND_INTERVAL_MS, undefined, { signal: this.#closing.signal });
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    }
  }
}

function loadsOf(segmentId: string, records: readonly SpoolRecord[]): SegmentLoad[] {
  const loads = new Map<TableName, SegmentLoad>();
  for (const { table, rows, bytes } of records.flatMap((record) => record.blocks)) {
    const load = loads.get(table) ?? { segmentId, table, rows: 0, blocks: [] };
    load.rows += rows;
    load.blocks.push(bytes);
    loads.set(table, load);
  }
  return [...loads.values()];
}
