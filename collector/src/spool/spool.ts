// The disk queue between the answer to the agent and the store, as others see it. Comes in: decoded requests. Goes out: sealed
// segments, each until it is released. Promises: an append that resolved survives kill -9 and power loss; the same batch
// inside the window, and a relay's request for ever, is stored once; a full or failing disk is an error to the sender,
// never a silent loss. Format: DESIGN.md.
import { join } from 'node:path';
import { LIMITS, type DecodedRequest, type SegmentLoad, type SpoolTable } from '@narrows/contract';
import { currentProcess, lockDirectory, type ProcessIdentity } from './directory-lock.js';
import { DirectorySpool } from './directory-spool.js';
import { nodeFiles, type SpoolFiles } from './files.js';
import { PlainBlocks } from './plain-blocks.js';
import type { ItemGroup, SpoolBook } from './queued-items.js';
import type { SpoolRecord } from './record.js';
import { recoverSegments, type Recovery } from './recovery.js';
import { RelayMarks } from './relay-marks.js';
import { ReleasedJournal } from './released-journal.js';
import { SegmentPlans } from './segment-plans.js';

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
  /** Keep a copy of the newest segments, of so many bytes at most, that the store's engine reads as files. Left out: none. */
  plainBytesMax?: number;
  /** Who keeps the book of items. */
  book?: SpoolBook;
  /** Who follows what comes to lie in which segment, and lets some wait. */
  watch?: SegmentWatch;
  now: () => number;
  /** A clock that never jumps. */
  uptimeMs?: () => number;
  files?: SpoolFiles;
  process?: ProcessIdentity;
}

export interface SegmentWatch {
  /** In the turn of the event loop in which the request became durable, before anybody can be given the segment. */
  entered(segmentId: string, request: DecodedRequest): void;
  /** How long a sealed segment is still held back. */
  dueInMs(segmentId: string): number;
  /** The segment is in the store, or given up. */
  left(segmentId: string): void;
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
  /** Requests taken without a mark of their relay: the agency has too many relays. */
  unmarkedRelayed: number;
  /** 1: the file of relays' marks was unreadable at the start. */
  relayMarksSpoilt: number;
  /** How often the machine's clock jumped since the start. */
  clockJumps: number;
  /** When the oldest request came in that is still here. */
  oldestReceivedMs: number | null;
  recovered: Pick<Recovery, 'records' | 'tornBytes' | 'corruptRecords' | 'corruptBytes'> & { duplicates: number };
}

export interface Spool {
  /** Resolves after the fsync. Errors: SPOOL_FULL. */
  append(request: DecodedRequest): Promise<{ duplicate: boolean }>;
  /** Whether a request may be appended as a part of a bundle at this moment: it is not known, and nothing of a failed write is left on the disk. */
  mayBundle(batchId: bigint): boolean;
  /**
   * The next sealed segment; waits for one. What comes in for so many milliseconds more is to be in it, where nothing is sealed yet.
   * Null once the spool is closed.
   */
  nextSealed(gatherMs?: number): Promise<SealedSegment | null>;
  /** The store has it: remember its batches, delete its file. `thinned`: what of its spans the store was not given to keep. */
  release(segmentId: string, thinned?: readonly ItemGroup[]): Promise<void>;
  /** The store will never take it: keep the file in `quarantine/`, count it, go on. `loaded`: tables that it took before. */
  quarantine(segmentId: string, loaded?: ReadonlySet<SpoolTable>, thinned?: readonly ItemGroup[]): Promise<void>;
  /** How a segment is loaded, once that was decided; null: not. */
  planOf(segmentId: string): Promise<string | null>;
  /** Decide it. True: durable, until the segment leaves. False: the disk did not take it, and nothing is decided. */
  plan(segmentId: string, plan: string): Promise<boolean>;
  /** The store did not take it now: it comes again when everything that waits has had its turn. */
  defer(segmentId: string): void;
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
    const plans = await SegmentPlans.open(files, directories.segments, new Set(recovery.segments.map(({ segmentId }) => segmentId)));
    const plain = options.plainBytesMax ? await PlainBlocks.open(join(options.dir, 'plain'), options.plainBytesMax) : null;
    return new DirectorySpool({ options, files, directories, windowMs, journal, marks, recovery, plans, plain, unlock });
  } catch (error) {
    await unlock();
    throw error;
  }
}
