// Test support: requests as the decoder would hand them over, and a store that is nothing but a list.
import type { DecodedRequest } from '@narrows/contract';
import { openSpool, type SealedSegment, type Spool, type SpoolOptions } from '../dist/spool/spool.js';
import type { MemoryDisk } from './memory-disk.js';

export const NOW_MS = 1_790_000_000_000;

/** A request whose payload says which batch it is. */
export function requestOf(batchId: number, bytes = 64, receivedAtMs = NOW_MS): DecodedRequest {
  const spans = Buffer.alloc(bytes, batchId & 0xff);
  spans.writeUInt32LE(batchId, 0);
  const logs = Buffer.alloc(4);
  logs.writeUInt32LE(batchId, 0);
  return {
    agency: 'first', signal: 'traces', batchId: BigInt(batchId), receivedAtMs, accepted: 2, rejected: {}, changed: { redacted: 0, truncated: 0, invalidUtf8: 0 },
    blocks: [{ table: 'otel_traces', rows: 1, bytes: spans }, { table: 'otel_logs', rows: 1, bytes: logs }],
  };
}

/** Begins a payload of several batches; their number is added to it, and they follow. */
const SEVERAL = 0xb000_0000;

/** Requests taken together, whose payload says which they are. `name`: the bundle's own. */
export function bundleOf(batchIds: readonly number[], name: number, receivedAtMs = NOW_MS): DecodedRequest {
  const payload = Buffer.alloc(4 + batchIds.length * 4);
  payload.writeUInt32LE(SEVERAL + batchIds.length, 0);
  batchIds.forEach((batchId, at) => payload.writeUInt32LE(batchId, 4 + at * 4));
  return {
    ...requestOf(name, 64, receivedAtMs), bundled: batchIds.map((batchId) => ({ batchId: BigInt(batchId), accepted: 2 })), accepted: batchIds.length * 2,
    blocks: [{ table: 'otel_traces', rows: batchIds.length, bytes: payload }, { table: 'otel_logs', rows: batchIds.length, bytes: Buffer.from(payload) }],
  };
}

/** Batches of a block, by its payload. */
export function batchesIn(block: Uint8Array): number[] {
  const payload = Buffer.from(block);
  const first = payload.readUInt32LE(0);
  return first < SEVERAL ? [first] : Array.from({ length: first - SEVERAL }, (_, at) => payload.readUInt32LE(4 + at * 4));
}

/** Batches of a segment, by their payload; every batch must be there with both of its blocks. */
export function batchesOf(segment: SealedSegment): number[] {
  const [spans, logs] = ['otel_traces', 'otel_logs'].map((table) =>
    (segment.loads().find((load) => load.table === table)?.blocks ?? []).flatMap(batchesIn));
  if (JSON.stringify(spans) !== JSON.stringify(logs)) throw new Error(`half a batch: spans of ${spans}, logs of ${logs}`);
  return spans ?? [];
}

/** A spool on a disk in memory; nothing is sealed by age. Each call is a new process, and the one before is dead. */
export function openOn(disk: MemoryDisk, pid: number, options: Partial<SpoolOptions> = {}): Promise<Spool> {
  return openSpool({
    dir: '/spool', bytesMax: 1e9, segmentAgeMsMax: 1e9, now: () => NOW_MS, files: disk.files(),
    process: { pid, startedAt: String(pid), startOf: (other) => (other === pid ? String(pid) : null) }, ...options,
  });
}

/** Seal, then take every segment that is there; released unless told otherwise. */
export async function drain(spool: Spool, release = true): Promise<number[]> {
  await spool.seal();
  const batches: number[] = [];
  while (spool.stats().waitingSegments > 0) {
    const before = spool.stats().waitingSegments;
    const next = spool.nextSealed();
    const segment = await next;
    if (!segment) break;
    batches.push(...batchesOf(segment));
    if (release) await spool.release(segment.segmentId);
    if (spool.stats().waitingSegments >= before) throw new Error('a segment was handed out twice');
  }
  return batches;
}
