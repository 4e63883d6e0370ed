// The disk queue between the answer to the agent and the store. Comes in: decoded requests. Goes out: sealed segments, in
// order, each until it is released. Promises: an append that resolved survives kill -9 and power loss; the same batch inside
// the window is stored once; a full or failing disk is an error to the sender, never a silent loss. Format: DESIGN.md.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LIMITS, NarrowsError, type DecodedRequest, type SegmentLoad } from '@narrows/contract';
import { currentProcess, lockDirectory, type ProcessIdentity } from './directory-lock.js';
import { DuplicateWindow } from './duplicate-window.js';
import { nodeFiles, type SpoolFiles } from './files.js';
import { encodeRecord, scanRecords, type SpoolRecord } from './record.js';
import { groupsOf, missingGroups, QueuedItems, type Departure, type ItemGroup, type SpoolBook } from './queued-items.js';
import { RelayMarks } from './relay-marks.js';
import { recoverSegments, setAside, type Recovery } from './recovery.js';
import { ReleasedJournal, type ReleasedBatch } from './released-journal.js';
import { loadsOf } from './segment-loads.js';
import { SegmentQueue } from './segment-queue.js';
import { HANDED_OUT_SUFFIX, SegmentWriter, type SegmentFile } from './segment-writer.js';

export interface SpoolOptions {
  dir: string;
  /** All segments together. Full: SPOOL_FULL. */
  bytesMax: number;
  segmentBytesMax?: number;
  /** How long a record may wait for its segment to be sealed. */
  segmentAgeMsMax?: number;
  duplicateWindowMs?: number;
  /** Segments get numbers from here on, also in a directory that was emptied. */
  sequenceMin?: number;
  /** Hand out what was just sealed before what has been waiting. Left out: in order, as a relay needs it. */
  liveFirst?: boolean;
  /** Who keeps the book of items. */
  book?: SpoolBook;
  now: () => number;
  files?: SpoolFiles;
  process?: ProcessIdentity;
}

export interface SealedSegment {
  segmentId: string;
  /** When the first of its requests came in. */
  receivedAtMs: number;
  bytes: number;
  /** It came before its turn, since it is new; always false where segments are handed out in order. */
  live: boolean;
  /** One load a table, in the order of first appearance. */
  loads(): SegmentLoad[];
  /** Request by request, in the order of arrival, for a relay. */
  records(): SpoolRecord[];
}

export interface SpoolStats {
  bytes: number;
  bytesMax: number;
  /** Sealed and not yet handed out. */
  waitingSegments: number;
  /** Those of them that are live, and come before the backlog. */
  freshSegments: number;
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
  /** Records that became unreadable while this process ran. */
  spoiltRecords: number;
  /** Batches forgotten before the end of the duplicate window because there were too many. */
  forgottenBatches: number;
  /** When the oldest request came in that is still here. */
  oldestReceivedMs: number | null;
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
  /** What lies here, by agency and signal. */
  queued(): ItemGroup[];
  /** What all segments take, and what of it is of one agency. Cheap: asked for every request. */
  readonly bytes: number;
  queuedBytesOf(agency: string): number;
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
    const marks = await RelayMarks.open(files, options.dir);
    for (const { agency, ...origin } of recovery.origins) marks.raise(agency, origin);
    return new DirectorySpool({ options, files, directories, windowMs, journal, marks, recovery, unlock });
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
  marks: RelayMarks;
  recovery: Recovery;
  unlock: () => Promise<void>;
}
interface LoadingSegment extends SegmentFile { batches: ReleasedBatch[]; hasOrigins: boolean; items: ItemGroup[] }

class DirectorySpool implements Spool {
  readonly #parts: Parts;
  readonly #writer: SegmentWriter;
  readonly #window: DuplicateWindow;
  readonly #skipped: Map<string, Set<number>>;
  readonly #waiting: SegmentQueue;
  readonly #loading = new Map<string, LoadingSegment>();
  readonly #items = new QueuedItems();
  readonly #broken = new Set<SegmentFile>();
  readonly #closing = new AbortController();
  #bytes: number;
  #counts = { appended: 0, duplicates: 0, refused: 0, writeFailures: 0, readFailures: 0, journalFailures: 0, quarantined: 0, spoiltRecords: 0 };
  #journalTurn: Promise<unknown> = Promise.resolve();

  constructor(parts: Parts) {
    const { options, recovery, journal } = parts;
    this.#parts = parts;
    this.#skipped = recovery.skipped;
    this.#waiting = new SegmentQueue(recovery.segments, options.liveFirst ?? false);
    for (const record of recovery.items) if (!recovery.skipped.get(record.segmentId)?.has(record.offset)) this.#items.enter(record.segmentId, record, record.byteLength);
    this.#bytes = recovery.segments.reduce((sum, segment) => sum + segment.bytes, 0);
    this.#window = new DuplicateWindow(parts.windowMs, WINDOW_BATCHES_MAX);
    const known = [...journal.batches, ...recovery.batches].sort((a, b) => a.receivedAtMs - b.receivedAtMs);
    for (const { batchId, receivedAtMs } of known) this.#window.remember(batchId, { receivedAtMs, writing: null }, options.now());
    this.#writer = new SegmentWriter({
      files: parts.files,
      directory: parts.directories.segments,
      segmentBytesMax: options.segmentBytesMax ?? SEGMENT_BYTES_MAX,
      segmentAgeMsMax: options.segmentAgeMsMax ?? SEGMENT_AGE_MS_MAX,
      sequence: Math.max(recovery.nextSequence, options.sequenceMin ?? 1),
      sealsByAge: () => this.#waiting.fresh < WAITING_SEGMENTS_FOR_AGE,
      onSealed: (segment) => { this.#waiting.offer(segment); },
      onBroken: (segment) => { void this.#mend(segment); },
    });
  }

  append(request: DecodedRequest): Promise<{ duplicate: boolean }> {
    if (!request.origin) return this.#append(request);
    return this.#parts.marks.inTurn(request.agency, request.origin, () => this.#append(request), (because) => this.#refuse(because));
  }

  async #append(request: DecodedRequest): Promise<{ duplicate: boolean }> {
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
    const writing = this.#write(record, request);
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

  async #write(record: Buffer, request: DecodedRequest): Promise<void> {
    try {
      await this.#writer.write(record, (segmentId) => {
        this.#items.enter(segmentId, request, record.byteLength);
        if (request.origin) this.#parts.marks.raise(request.agency, request.origin);
        for (const group of groupsOf([request])) this.#parts.options.book?.entered(group);
      });
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
      const [segment, live] = this.#waiting.take();
      if (!segment || this.#parts.options.liveFirst) this.#writer.sealIfOld();
      if (!segment) {
        await this.#waiting.wait();
        continue;
      }
      const sealed = await this.#read(segment, live);
      if (sealed) return sealed;
    }
    return null;
  }

  /** Null when there is nothing left to load in it, or when the disk does not give it now. */
  async #read(segment: SegmentFile, live: boolean): Promise<SealedSegment | null> {
    let bytes: Buffer;
    try {
      await this.#nameHandedOut(segment);
      bytes = (await this.#parts.files.read(segment.path)).subarray(0, segment.bytes);
    } catch {
      this.#counts.readFailures++;
      this.#waiting.putBack(segment);
      await this.#pause();
      return null;
    }
    const { segmentId, found } = segment;
    const skipped = this.#skipped.get(segmentId);
    const scan = scanRecords(bytes);
    const records = scan.records.filter((record) => !skipped?.has(record.offset));
    const batches = scan.records.map(({ batchId, receivedAtMs }) => ({ batchId, receivedAtMs }));
    for (const gap of scan.gaps.slice(found?.gaps ?? 0)) {
      this.#counts.spoiltRecords++;
      await setAside(this.#parts.files, this.#parts.directories.quarantine, `${segmentId}-${gap.from}`, bytes.subarray(gap.from, gap.to));
    }
    this.#loading.set(segmentId, { ...segment, batches, hasOrigins: scan.records.some(({ origin }) => origin), items: groupsOf(records) });
    if (records.length === 0) {
      await this.release(segmentId);
      return null;
    }
    return {
      segmentId,
      receivedAtMs: records.reduce((first, record) => Math.min(first, record.receivedAtMs), Infinity),
      bytes: segment.bytes,
      live,
      loads: () => loadsOf(segmentId, records, found?.handedOut ?? false),
      records: () => records,
    };
  }

  /** Durable before anybody loads it: the next start knows by the name which segments the store may have already. */
  async #nameHandedOut(segment: SegmentFile): Promise<void> {
    const name = join(this.#parts.directories.segments, segment.segmentId + HANDED_OUT_SUFFIX);
    if (segment.path !== name) await this.#parts.files.rename(segment.path, name);
    segment.path = name;
    await this.#parts.files.syncDirectory(this.#parts.directories.segments);
  }

  async release(segmentId: string): Promise<void> {
    await this.#letGo(this.#take(segmentId, 'released'), (path) => this.#parts.files.remove(path));
  }

  async quarantine(segmentId: string): Promise<void> {
    const { files, directories } = this.#parts;
    this.#counts.quarantined++;
    await this.#letGo(this.#take(segmentId, 'quarantined'), async (path) => {
      await files.rename(path, join(directories.quarantine, `${segmentId}.segment`));
      await files.syncDirectory(directories.quarantine);
    });
  }

  /** Its file goes when what it alone knows is written elsewhere; while the disk does not allow that, the loader goes on without it. */
  async #letGo(segment: LoadingSegment, move: (path: string) => Promise<void>): Promise<void> {
    if (!await this.#writeDown(segment)) {
      void this.#letGoLater(segment, move);
      return;
    }
    await move(segment.path);
    await this.#parts.files.syncDirectory(this.#parts.directories.segments);
    this.#bytes -= segment.bytes;
  }

  async #letGoLater(segment: LoadingSegment, move: (path: string) => Promise<void>): Promise<void> {
    await this.#pause();
    if (this.#closing.signal.aborted) return; // The next start finds it, and its batches in the journal.
    try {
      await this.#letGo(segment, move);
    } catch {
      this.#counts.journalFailures++; // The same holds here.
    }
  }

  #take(segmentId: string, how: Departure): LoadingSegment {
    const segment = this.#loading.get(segmentId);
    if (!segment) throw new TypeError(`segment ${segmentId} was not handed out`);
    this.#loading.delete(segmentId);
    this.#skipped.delete(segmentId);
    const { book } = this.#parts.options;
    book?.left(segment.items, how);
    book?.left(missingGroups(this.#items.leave(segmentId), segment.items), 'corrupt');
    return segment;
  }

  /**
   * Batches into the journal, relays' marks into their file. A journal that cannot be written shortens the window after a
   * restart, and must not keep a full disk full; a mark is for good, and without it the segment stays. False: it must stay.
   */
  #writeDown(segment: LoadingSegment): Promise<boolean> {
    const { journal, marks, options } = this.#parts;
    const fails = (): false => {
      this.#counts.journalFailures++;
      return false;
    };
    const turn = this.#journalTurn
      .then(() => journal.add(segment.batches, options.now())).catch(fails)
      .then(() => marks.save()).then(() => true, () => fails() || !segment.hasOrigins);
    this.#journalTurn = turn;
    return turn;
  }

  async seal(): Promise<void> { await this.#writer.seal(); }

  stats(): SpoolStats {
    const { records, tornBytes, corruptRecords, corruptBytes } = this.#parts.recovery;
    const duplicates = [...this.#parts.recovery.skipped.values()].reduce((sum, offsets) => sum + offsets.size, 0);
    return {
      bytes: this.#bytes, bytesMax: this.#parts.options.bytesMax,
      waitingSegments: this.#waiting.length, freshSegments: this.#waiting.fresh, loadingSegments: this.#loading.size, brokenSegments: this.#broken.size,
      ...this.#counts, forgottenBatches: this.#window.forgotten,
      oldestReceivedMs: this.#items.oldestMs, recovered: { records, tornBytes, corruptRecords, corruptBytes, duplicates },
    };
  }

  queued(): ItemGroup[] { return this.#items.groups(); }
  get bytes(): number { return this.#bytes; }
  queuedBytesOf(agency: string): number { return this.#items.bytesOf(agency); }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#writer.seal();
    this.#waiting.wake();
    await this.#journalTurn;
    await this.#parts.journal.close();
    await this.#parts.unlock();
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
        if (segment.bytes > 0) this.#waiting.offer(segment);
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
