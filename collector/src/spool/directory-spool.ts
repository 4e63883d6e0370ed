// The spool on a directory: takes appends to the writer and their answers back, hands sealed segments out and lets them go
// when the store has them, and goes on when the disk does not.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NarrowsError, type DecodedRequest, type SpoolTable } from '@narrows/contract';
import { ClockWatch } from './clock-watch.js';
import { DuplicateWindow } from './duplicate-window.js';
import type { SpoolFiles } from './files.js';
import type { PlainBlocks, PlainSegment } from './plain-blocks.js';
import { groupsByTable, groupsOf, missingGroups, QueuedItems, type Departure, type ItemGroup } from './queued-items.js';
import { batchIdsOf, encodeRecord, scanRecords, type EncodedRecord } from './record.js';
import { setAside, type Recovery } from './recovery.js';
import type { RelayMarks } from './relay-marks.js';
import type { ReleasedBatch, ReleasedJournal } from './released-journal.js';
import { cutBack } from './segment-cut.js';
import { loadsOf } from './segment-loads.js';
import type { SegmentPlans } from './segment-plans.js';
import { SegmentQueue } from './segment-queue.js';
import { HANDED_OUT_SUFFIX, SegmentWriter, type SegmentFile } from './segment-writer.js';
import type { SealedSegment, Spool, SpoolOptions, SpoolStats } from './spool.js';

const SEGMENT_BYTES_MAX = 8 * 1024 * 1024;
const SEGMENT_AGE_MS_MAX = 500;
/** Above this many sealed segments the loader is behind, and fewer, larger segments serve it better. */
const WAITING_SEGMENTS_FOR_AGE = 2;
/** About 100 bytes of memory each. */
const WINDOW_BATCHES_MAX = 1_000_000;
const RETRY_AFTER_SECONDS = 5;
const MEND_INTERVAL_MS = 1_000;

export interface SpoolParts {
  options: SpoolOptions;
  files: SpoolFiles;
  directories: { segments: string; quarantine: string };
  windowMs: number;
  journal: ReleasedJournal;
  marks: RelayMarks;
  recovery: Recovery;
  plans: SegmentPlans;
  /** A copy of the newest segments for an engine on this machine. */
  plain: PlainBlocks | null;
  unlock: () => Promise<void>;
}
interface LoadingSegment extends SegmentFile { batches: ReleasedBatch[]; hasOrigins: boolean; items: ReadonlyMap<SpoolTable, ItemGroup[]> }

export class DirectorySpool implements Spool {
  readonly #parts: SpoolParts;
  readonly #writer: SegmentWriter;
  readonly #window: DuplicateWindow;
  readonly #skipped: Map<string, Set<number>>;
  readonly #waiting: SegmentQueue;
  /** The reader lets what comes in gather. */
  #gathering = false;
  readonly #loading = new Map<string, LoadingSegment>();
  readonly #items = new QueuedItems();
  readonly #broken = new Set<SegmentFile>();
  /** Requests of bundles whose writing failed, until no broken segment may hold them any more. A later copy could not tell which of the bundle counts. */
  readonly #unsettled = new Set<bigint>();
  readonly #clock: ClockWatch;
  readonly #closing = new AbortController();
  #bytes: number;
  #counts = { appended: 0, duplicates: 0, refused: 0, writeFailures: 0, readFailures: 0, journalFailures: 0, quarantined: 0, spoiltRecords: 0 };
  #journalTurn: Promise<unknown> = Promise.resolve();

  constructor(parts: SpoolParts) {
    const { options, recovery, journal } = parts;
    this.#parts = parts;
    this.#clock = new ClockWatch(options.now, options.uptimeMs ?? (() => performance.now()));
    this.#skipped = recovery.skipped;
    this.#waiting = new SegmentQueue(recovery.segments, options.liveFirst ?? false, (segmentId) => options.watch?.dueInMs(segmentId) ?? 0);
    for (const record of recovery.items) if (!recovery.skipped.get(record.segmentId)?.has(record.offset)) this.#items.enter(record.segmentId, record, record.byteLength);
    this.#bytes = recovery.segments.reduce((sum, segment) => sum + segment.bytes, 0);
    this.#window = new DuplicateWindow(parts.windowMs, WINDOW_BATCHES_MAX);
    const known = [...journal.batches, ...recovery.batches].sort((a, b) => a.receivedAtMs - b.receivedAtMs);
    for (const { batchId, receivedAtMs } of known) this.#window.remember(batchId, { receivedAtMs, writing: null }, options.now());
    this.#writer = new SegmentWriter({
      files: parts.files,
      // With a plain copy the segment itself is not read again.
      create: (path) => (parts.plain ? parts.files.createUncached(path) : parts.files.create(path)),
      directory: parts.directories.segments,
      segmentBytesMax: options.segmentBytesMax ?? SEGMENT_BYTES_MAX,
      segmentAgeMsMax: options.segmentAgeMsMax ?? SEGMENT_AGE_MS_MAX,
      sequence: Math.max(recovery.nextSequence, options.sequenceMin ?? 1),
      // While the loader is at the newest there is, all that comes in meanwhile is one segment, cut when it asks for the next:
      // two small ones would be one more of its turns that the newest has to wait.
      sealsByAge: () => this.#waiting.fresh < WAITING_SEGMENTS_FOR_AGE && ((this.#loading.size === 0 && !this.#gathering) || this.#waiting.length > 0),
      onWriting: (segmentId, requests) => parts.plain?.append(segmentId, requests) ?? Promise.resolve(),
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
    this.#clock.look();
    const nowMs = this.#parts.options.now();
    const batchIds = batchIdsOf(request);
    for (const batchId of batchIds) {
      const known = this.#window.find(batchId, nowMs);
      if (!known) continue;
      if (request.bundled) throw new TypeError('a bundle holds a request that may not be bundled');
      await known.writing;
      this.#counts.duplicates++;
      return { duplicate: true };
    }
    if (request.blocks.length === 0) return { duplicate: false };
    if (batchIds.some((batchId) => this.#unsettled.has(batchId))) throw this.#refuse('what the disk has of its first, failed writing is not cut back yet');
    const record = encodeRecord(request);
    if (this.#bytes + record.byteLength > this.#parts.options.bytesMax) {
      throw this.#refuse(`the spool holds ${this.#bytes} of at most ${this.#parts.options.bytesMax} bytes`);
    }
    this.#bytes += record.byteLength;
    const writing = this.#write(record, request);
    for (const batchId of batchIds) this.#window.remember(batchId, { receivedAtMs: request.receivedAtMs, writing }, nowMs);
    try {
      await writing;
    } catch (error) {
      for (const batchId of batchIds) this.#window.forget(batchId);
      if (request.bundled && this.#broken.size > 0) for (const batchId of batchIds) this.#unsettled.add(batchId);
      throw error;
    }
    for (const batchId of batchIds) this.#window.settle(batchId);
    this.#counts.appended += batchIds.length;
    return { duplicate: false };
  }

  mayBundle(batchId: bigint): boolean { return this.#broken.size === 0 && !this.#window.find(batchId, this.#parts.options.now()); }

  async #write(record: EncodedRecord, request: DecodedRequest): Promise<void> {
    try {
      await this.#writer.write(record, request, (segmentId, byteLength) => {
        this.#bytes += byteLength - record.byteLength;
        this.#items.enter(segmentId, request, byteLength);
        if (request.origin) this.#parts.marks.raise(request.agency, request.origin);
        for (const group of groupsOf([request])) this.#parts.options.book?.entered(group);
        this.#parts.options.watch?.entered(segmentId, request);
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

  async nextSealed(gatherMs = 0): Promise<SealedSegment | null> {
    await this.#gather(gatherMs);
    while (!this.#closing.signal.aborted) {
      const [segment, live] = this.#waiting.take();
      if (!segment || this.#parts.options.liveFirst) this.#writer.sealIfOld();
      if (!segment || this.#overtakes(segment)) {
        if (segment) this.#waiting.putBack(segment);
        await this.#waiting.wait();
        continue;
      }
      const sealed = await this.#read(segment, live);
      if (sealed) return sealed;
    }
    return null;
  }

  /** Until something is sealed by its size, or the spool closes. */
  async #gather(ms: number): Promise<void> {
    if (ms <= 0 || this.#waiting.length > 0 || this.#closing.signal.aborted) return;
    this.#gathering = true;
    const timer = setTimeout(() => { this.#waiting.wake(); }, ms);
    await this.#waiting.wait();
    clearTimeout(timer);
    this.#gathering = false;
  }

  /** In order means also: not before an older one that is still being cut back, for whoever counts would take that one for known. */
  #overtakes({ segmentId }: SegmentFile): boolean {
    return !this.#parts.options.liveFirst && [...this.#broken].some((broken) => broken.segmentId < segmentId);
  }

  /** Null when there is nothing left to load in it, or when the disk does not give it now. */
  async #read(segment: SegmentFile, live: boolean): Promise<SealedSegment | null> {
    let bytes: Buffer;
    try {
      await this.#nameHandedOut(segment);
      const plain = segment.found ? null : await this.#parts.plain?.finish(segment.segmentId);
      if (plain) return this.#handOutPlain(segment, plain, live);
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
    const batches = scan.records.flatMap((record) => batchIdsOf(record).map((batchId) => ({ batchId, receivedAtMs: record.receivedAtMs })));
    for (const gap of scan.gaps.slice(found?.gaps ?? 0)) {
      this.#counts.spoiltRecords++;
      await setAside(this.#parts.files, this.#parts.directories.quarantine, `${segmentId}-${gap.from}`, bytes.subarray(gap.from, gap.to));
    }
    this.#loading.set(segmentId, { ...segment, found: { handedOut: true, gaps: scan.gaps.length }, batches, hasOrigins: scan.records.some(({ origin }) => origin), items: groupsByTable(records) });
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

  /** The records were never taken apart: what they hold was noted while they were written. */
  #handOutPlain(segment: SegmentFile, { requests, loads }: PlainSegment, live: boolean): SealedSegment {
    const { segmentId, bytes } = segment;
    this.#loading.set(segmentId, {
      ...segment, found: { handedOut: true, gaps: 0 }, batches: requests.flatMap(({ batchIds, receivedAtMs }) => batchIds.map((batchId) => ({ batchId, receivedAtMs }))),
      hasOrigins: requests.some(({ hasOrigin }) => hasOrigin), items: groupsByTable(requests),
    });
    const receivedAtMs = requests.reduce((first, request) => Math.min(first, request.receivedAtMs), Infinity);
    return { segmentId, receivedAtMs, bytes, live, loads: () => loads, records: () => { throw new TypeError(`segment ${segmentId} is handed out by table`); } };
  }

  /** Durable before anybody loads it: the next start knows by the name which segments the store may have already. */
  async #nameHandedOut(segment: SegmentFile): Promise<void> {
    const name = join(this.#parts.directories.segments, segment.segmentId + HANDED_OUT_SUFFIX);
    if (segment.path !== name) await this.#parts.files.rename(segment.path, name);
    segment.path = name;
    await this.#parts.files.syncDirectory(this.#parts.directories.segments);
  }

  defer(segmentId: string): void {
    const segment = this.#loading.get(segmentId);
    if (!segment) throw new TypeError(`segment ${segmentId} was not handed out`);
    this.#loading.delete(segmentId);
    void this.#parts.plain?.remove(segmentId);
    this.#waiting.defer(segment);
  }

  planOf(segmentId: string): Promise<string | null> { return this.#parts.plans.read(segmentId); }
  plan(segmentId: string, plan: string): Promise<boolean> { return this.#parts.plans.write(segmentId, plan); }

  async release(segmentId: string, thinned: readonly ItemGroup[] = []): Promise<void> {
    await this.#letGo(this.#take(segmentId, 'released', undefined, thinned), (path) => this.#parts.files.remove(path));
  }

  async quarantine(segmentId: string, loaded: ReadonlySet<SpoolTable> = new Set(), thinned: readonly ItemGroup[] = []): Promise<void> {
    const { files, directories } = this.#parts;
    this.#counts.quarantined++;
    await this.#letGo(this.#take(segmentId, 'quarantined', loaded, thinned), async (path) => {
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
    await this.#parts.plans.remove(segment.segmentId);
    // Once more, now that there is space.
    if (this.#parts.journal.isBehind) await this.#writeDown({ ...segment, batches: [] });
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

  #take(segmentId: string, how: Departure, loaded?: ReadonlySet<SpoolTable>, thinned: readonly ItemGroup[] = []): LoadingSegment {
    const segment = this.#loading.get(segmentId);
    if (!segment) throw new TypeError(`segment ${segmentId} was not handed out`);
    this.#loading.delete(segmentId);
    void this.#parts.plain?.remove(segmentId);
    this.#skipped.delete(segmentId);
    const { book, watch } = this.#parts.options;
    watch?.left(segmentId);
    for (const [table, groups] of segment.items) book?.left(table === 'otel_traces' ? missingGroups(groups, thinned) : groups, loaded?.has(table) ? 'released' : how);
    if (thinned.length > 0) book?.left(thinned, 'thinned');
    const entered = this.#items.leave(segmentId); // Also where nobody keeps a book.
    book?.left(missingGroups(entered, [...segment.items.values()].flat()), 'corrupt');
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
      unmarkedRelayed: this.#parts.marks.unmarked, relayMarksSpoilt: Number(this.#parts.marks.spoilt),
      clockJumps: this.#clock.jumps, oldestReceivedMs: this.#items.oldestMs, recovered: { records, tornBytes, corruptRecords, corruptBytes, duplicates },
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

  /** Handed out when its cut is durable; counted as broken until then. */
  async #mend(segment: SegmentFile): Promise<void> {
    this.#broken.add(segment);
    void this.#parts.plain?.remove(segment.segmentId);
    while (!this.#closing.signal.aborted) {
      try {
        await cutBack(this.#parts.files, this.#parts.directories.segments, segment);
        this.#broken.delete(segment);
        if (this.#broken.size === 0) this.#unsettled.clear();
        if (segment.bytes > 0) this.#waiting.offer(segment);
        else this.#waiting.wake(); // Whoever waits for its turn behind it.
        return;
      } catch {
        await this.#pause(); // Counted as a broken segment until it succeeds.
      }
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
