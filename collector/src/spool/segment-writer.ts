// Puts records into the open segment, many appends under one fsync: while one group is on its way to the disk the next
// one gathers. A record's promise resolves only after the sync of its file (and of the directory, for a new file). A
// failed write or sync fails the whole group, and the segment is never appended to again.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { SpoolFile, SpoolFiles } from './files.js';
import { paddedRecord, type EncodableRequest, type EncodedRecord } from './record.js';

export interface SegmentFile {
  segmentId: string;
  path: string;
  /** Bytes that were synced; what lies behind was never acknowledged. */
  bytes: number;
  /** What recovery knows of a segment of the last run. */
  found?: { handedOut: boolean; gaps: number };
}

export interface SegmentWriterOptions {
  files: Pick<SpoolFiles, 'syncDirectory'>;
  /** Makes the file of a new segment. */
  create(path: string): Promise<SpoolFile>;
  directory: string;
  segmentBytesMax: number;
  segmentAgeMsMax: number;
  /** First sequence number to use. */
  sequence: number;
  /** False while the loader is behind: then a segment grows to its full size instead. */
  sealsByAge(): boolean;
  /** Requests are on their way to the disk; their blocks may be read until it resolves. Never rejects. */
  onWriting?: ((segmentId: string, requests: readonly EncodableRequest[]) => Promise<void>) | undefined;
  onSealed(segment: SegmentFile): void;
  /** A segment whose last group failed: to be cut back to `bytes` before anybody reads it. */
  onBroken(segment: SegmentFile): void;
}

interface Write { record: EncodedRecord; request: EncodableRequest; onSynced(segmentId: string, byteLength: number): void; resolve(): void; reject(cause: unknown): void }
interface Seal { record: null; resolve(): void }
interface OpenSegment extends SegmentFile { file: SpoolFile; ageTimer: NodeJS.Timeout | null; old: boolean }

export const SEGMENT_SUFFIX = '.segment';
/** What a segment is called from the moment before it is handed out: the store may have it. */
export const HANDED_OUT_SUFFIX = '.loading';

export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  #sequence: number;
  readonly #jobs: (Write | Seal)[] = [];
  #open: OpenSegment | null = null;
  #running = false;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
    this.#sequence = options.sequence;
  }

  /**
   * Resolves when the record is durable; rejects with the disk's error when it is not. `onSynced` comes before anybody
   * can be given the segment, which the promise cannot promise; `byteLength` is what the record takes there.
   */
  write(record: EncodedRecord, request: EncodableRequest, onSynced: (segmentId: string, byteLength: number) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#jobs.push({ record, request, onSynced, resolve, reject });
      this.#start();
    });
  }

  /** Seal the open segment, after everything that was handed in before. */
  seal(): Promise<void> {
    return new Promise((resolve) => {
      this.#jobs.push({ record: null, resolve });
      this.#start();
    });
  }

  /** Seal a segment that outlived its age while the loader was behind. */
  sealIfOld(): void {
    if (this.#open?.old) void this.seal();
  }

  #start(): void {
    if (this.#running) return;
    this.#running = true;
    // One turn of the event loop: appends of the same moment share the first sync as well.
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    for (let job = this.#jobs[0]; job; job = this.#jobs[0]) {
      if (job.record !== null) {
        await this.#commit(this.#takeGroup());
      } else {
        this.#jobs.shift();
        await this.#sealOpen();
        job.resolve();
      }
    }
    this.#running = false;
  }

  /** As many records as the segment has room for, up to the next seal; at least one, however large. */
  #takeGroup(): Write[] {
    const group: Write[] = [];
    let bytes = this.#open?.bytes ?? 0;
    for (const job of this.#jobs) {
      if (job.record === null || (group.length > 0 && bytes >= this.#options.segmentBytesMax)) break;
      bytes += job.record.byteLength;
      group.push(job);
    }
    this.#jobs.splice(0, group.length);
    return group;
  }

  async #commit(group: Write[]): Promise<void> {
    try {
      const segment = this.#open ??= await this.#create();
      fillLastBlock(group, segment.file.blockBytes);
      const copied = this.#options.onWriting?.(segment.segmentId, group.map(({ request }) => request));
      try {
        await segment.file.append(group.flatMap((job) => job.record.pieces));
        await segment.file.sync();
      } finally {
        await copied; // Also when the write fails: it reads blocks that the senders' refusal would hand to other requests.
      }
      segment.bytes += group.reduce((sum, job) => sum + job.record.byteLength, 0);
      for (const job of group) {
        job.onSynced(segment.segmentId, job.record.byteLength);
        job.resolve();
      }
    } catch (cause) {
      await this.#abandonOpen();
      for (const job of group) job.reject(cause);
      return;
    }
    if (this.#open && this.#open.bytes >= this.#options.segmentBytesMax) await this.#sealOpen();
  }

  async #create(): Promise<OpenSegment> {
    // The id is the store's deduplication token: the random part keeps it unique when a spool directory begins anew.
    const segmentId = `${String(this.#sequence++).padStart(12, '0')}-${randomBytes(6).toString('hex')}`;
    const path = join(this.#options.directory, segmentId + SEGMENT_SUFFIX);
    const file = await this.#options.create(path);
    const segment: OpenSegment = { segmentId, path, bytes: 0, file, ageTimer: null, old: false };
    try {
      await this.#options.files.syncDirectory(this.#options.directory);
    } catch (cause) {
      this.#open = segment;
      throw cause;
    }
    segment.ageTimer = setTimeout(() => {
      segment.old = true;
      if (this.#open === segment && this.#options.sealsByAge()) this.sealIfOld();
    }, this.#options.segmentAgeMsMax);
    return segment;
  }

  async #sealOpen(): Promise<void> {
    const segment = this.#takeOpen();
    if (!segment) return;
    // Every byte is synced; a close that fails changes nothing for the reader.
    await segment.file.close().catch(() => undefined);
    this.#options.onSealed({ segmentId: segment.segmentId, path: segment.path, bytes: segment.bytes });
  }

  async #abandonOpen(): Promise<void> {
    const segment = this.#takeOpen();
    if (!segment) return;
    // The fault that broke it is on its way to the senders already; that closing fails as well tells nothing new.
    await segment.file.close().catch(() => undefined);
    this.#options.onBroken({ segmentId: segment.segmentId, path: segment.path, bytes: segment.bytes });
  }

  #takeOpen(): OpenSegment | null {
    const segment = this.#open;
    if (segment?.ageTimer) clearTimeout(segment.ageTimer);
    this.#open = null;
    return segment;
  }
}

/** The next group begins with a block of its own. */
function fillLastBlock(group: readonly Write[], blockBytes: number): void {
  const last = group.at(-1)!;
  const bytes = group.reduce((sum, { record }) => sum + record.byteLength, 0);
  last.record = paddedRecord(last.record, (blockBytes - bytes % blockBytes) % blockBytes);
}
