// What a start finds on the disk: segments of the last run, perhaps with a tail that a crash cut, a spoilt record, or a
// copy of a batch whose first writing was refused. It always starts: torn tails are cut, spoilt bytes are set aside and
// counted, and of a batch that is there twice the last copy counts, since only that one can have been acknowledged.
import { basename, join } from 'node:path';
import type { RelayOrigin } from '@narrows/contract';
import type { SpoolFiles } from './files.js';
import type { CountedRecord } from './queued-items.js';
import { batchIdsOf, scanRecords, type RecordGap } from './record.js';
import { HANDED_OUT_SUFFIX, SEGMENT_SUFFIX, type SegmentFile } from './segment-writer.js';

export interface RecoveredBatch { batchId: bigint; receivedAtMs: number }

export interface Recovery {
  segments: SegmentFile[];
  /** Oldest first. */
  batches: RecoveredBatch[];
  /** Records that must not be loaded, by segment: offsets of earlier copies, and of batches that the store has. */
  skipped: Map<string, Set<number>>;
  /** Every origin that a record names. */
  origins: (RelayOrigin & { agency: string })[];
  nextSequence: number;
  /** What each record holds, also of those that are skipped. */
  items: (CountedRecord & { segmentId: string; offset: number; byteLength: number })[];
  records: number;
  tornBytes: number;
  corruptRecords: number;
  corruptBytes: number;
}

export interface RecoveryDirectories { segments: string; quarantine: string }

/** Look through all segments, oldest first. `released` holds the batches that the store has for certain. */
export async function recoverSegments(files: SpoolFiles, directories: RecoveryDirectories, released: ReadonlySet<bigint>): Promise<Recovery> {
  const recovery: Recovery = {
    segments: [], batches: [], skipped: new Map(), origins: [], nextSequence: 1, items: [], records: 0, tornBytes: 0, corruptRecords: 0, corruptBytes: 0,
  };
  /** Null: in a bundle, which holds others as well. It is no refused copy: one that was is not taken again while its bytes may be on the disk. */
  const lastCopy = new Map<bigint, { segmentId: string; offset: number } | null>();
  const skip = (segmentId: string, offset: number): void => {
    const offsets = recovery.skipped.get(segmentId) ?? new Set<number>();
    recovery.skipped.set(segmentId, offsets.add(offset));
  };

  for (const name of await files.list(directories.segments)) {
    const suffix = [SEGMENT_SUFFIX, HANDED_OUT_SUFFIX].find((one) => name.endsWith(one));
    if (!suffix) continue;
    const segmentId = basename(name, suffix);
    const path = join(directories.segments, name);
    recovery.nextSequence = Math.max(recovery.nextSequence, Number.parseInt(segmentId, 10) + 1 || 0);
    const bytes = await files.read(path);
    const { records, gaps } = scanRecords(bytes);
    const end = await mendGaps(files, directories, { segmentId, path, bytes }, gaps, recovery);
    if (records.length === 0) {
      await files.remove(path);
      continue;
    }
    for (const record of records) {
      const { agency, offset, byteLength, origin, receivedAtMs, blocks } = record;
      // Without the blocks' bytes: they would keep the whole segment in memory.
      recovery.items.push({ segmentId, offset, byteLength, agency, receivedAtMs, blocks: blocks.map(({ table, rows }) => ({ table, rows })) });
      if (origin) recovery.origins.push({ agency, ...origin });
      const batchIds = batchIdsOf(record);
      if (batchIds.every((batchId) => released.has(batchId))) skip(segmentId, offset);
      for (const batchId of batchIds) {
        const earlier = lastCopy.get(batchId);
        if (earlier) skip(earlier.segmentId, earlier.offset);
        else if (earlier === undefined) recovery.batches.push({ batchId, receivedAtMs });
        lastCopy.set(batchId, record.bundled ? null : { segmentId, offset });
      }
    }
    recovery.records += records.length;
    recovery.segments.push({ segmentId, path, bytes: end, found: { handedOut: suffix === HANDED_OUT_SUFFIX, gaps: gaps.filter(({ kind }) => kind === 'corrupt').length } });
  }
  await files.syncDirectory(directories.segments);
  return recovery;
}

/** Cut a torn tail, keep a copy of spoilt bytes. Returns the length of the segment from now on. */
async function mendGaps(
  files: SpoolFiles, directories: RecoveryDirectories, segment: { segmentId: string; path: string; bytes: Buffer },
  gaps: readonly RecordGap[], recovery: Recovery,
): Promise<number> {
  let end = segment.bytes.length;
  for (const gap of gaps) {
    if (gap.kind === 'torn') {
      recovery.tornBytes += gap.to - gap.from;
      end = gap.from;
      continue;
    }
    recovery.corruptRecords++;
    recovery.corruptBytes += gap.to - gap.from;
    await setAside(files, directories.quarantine, `${segment.segmentId}-${gap.from}`, segment.bytes.subarray(gap.from, gap.to));
  }
  // Synced in any case: a process that was killed may have left records that only the page cache has, and from here on
  // a repetition of one of them is acknowledged.
  const file = await files.reopen(segment.path);
  try {
    if (end < segment.bytes.length) await file.truncate(end);
    await file.sync();
  } finally {
    await file.close();
  }
  return end;
}

/** Keep spoilt bytes for a person to look at. Done once: the same gap is found again at every start until release. */
export async function setAside(files: SpoolFiles, quarantine: string, name: string, bytes: Buffer): Promise<void> {
  try {
    const file = await files.create(join(quarantine, name));
    await file.append([bytes]);
    await file.close();
  } catch (error) {
    // Already kept, no space for it, or a failing disk: the loss is counted either way, and the start goes on.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}
