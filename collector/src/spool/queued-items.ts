// What lies in the spool, counted in items: by segment, so that a segment that leaves takes along exactly what had been
// entered for it, and in total by agency and signal. A segment that yields fewer items than were entered has lost them
// on the disk; the difference is said, never forgotten.
import { signalOf, type ItemCounts, type Signal, type SpoolTable } from '@narrows/contract';

/** Items of one agency and signal. */
export interface ItemGroup { agency: string; signal: Signal; items: number }

/** How items leave the spool: the store has them, it refused them for good, the disk has lost them, or only the rollups count them. */
export type Departure = 'released' | 'quarantined' | 'corrupt' | 'thinned';

/** Told in the very turn of the event loop in which items come to lie in the spool and in which they leave it. */
export interface SpoolBook {
  entered(group: ItemGroup): void;
  left(groups: readonly ItemGroup[], how: Departure): void;
}

/** The part of a record that is counted. */
export interface CountedRecord { agency: string; receivedAtMs: number; blocks: readonly { table: SpoolTable; rows: number }[] }
interface SegmentItems { agencies: Map<string, ItemCounts>; bytes: Map<string, number>; oldestMs: number }

export class QueuedItems {
  readonly #segments = new Map<string, SegmentItems>();
  readonly #total = new Map<string, ItemCounts>();
  readonly #bytes = new Map<string, number>();

  /** When the oldest request came in that is still here. */
  get oldestMs(): number | null {
    let oldest = Infinity;
    for (const { oldestMs } of this.#segments.values()) oldest = Math.min(oldest, oldestMs);
    return Number.isFinite(oldest) ? oldest : null;
  }

  /** `bytes`: what the record takes on the disk. */
  enter(segmentId: string, record: CountedRecord, bytes = 0): void {
    let segment = this.#segments.get(segmentId);
    if (!segment) this.#segments.set(segmentId, (segment = { agencies: new Map(), bytes: new Map(), oldestMs: Infinity }));
    segment.oldestMs = Math.min(segment.oldestMs, record.receivedAtMs);
    for (const held of [segment.bytes, this.#bytes]) held.set(record.agency, (held.get(record.agency) ?? 0) + bytes);
    for (const group of groupsOfRecord(record)) {
      raise(segment.agencies, group, 1);
      raise(this.#total, group, 1);
    }
  }

  /** Everything that was entered for it. */
  leave(segmentId: string): ItemGroup[] {
    const segment = this.#segments.get(segmentId);
    this.#segments.delete(segmentId);
    const groups = segment ? listed(segment.agencies) : [];
    for (const group of groups) raise(this.#total, group, -1);
    for (const [agency, bytes] of segment?.bytes ?? []) this.#bytes.set(agency, this.bytesOf(agency) - bytes);
    return groups;
  }

  groups(): ItemGroup[] { return listed(this.#total); }
  bytesOf(agency: string): number { return this.#bytes.get(agency) ?? 0; }
}

/** Items of several records together. */
export function groupsOf(records: readonly CountedRecord[]): ItemGroup[] {
  const agencies = new Map<string, ItemCounts>();
  for (const record of records) for (const group of groupsOfRecord(record)) raise(agencies, group, 1);
  return listed(agencies);
}

/** The same, table by table. */
export function groupsByTable(records: readonly CountedRecord[]): Map<SpoolTable, ItemGroup[]> {
  const tables = new Map<SpoolTable, Map<string, ItemCounts>>();
  for (const { agency, blocks } of records) {
    for (const { table, rows } of blocks) {
      let agencies = tables.get(table);
      if (!agencies) tables.set(table, (agencies = new Map()));
      raise(agencies, { agency, signal: signalOf(table), items: rows }, 1);
    }
  }
  return new Map([...tables].map(([table, agencies]) => [table, listed(agencies)]));
}

/** What of `entered` is not among `found`. */
export function missingGroups(entered: readonly ItemGroup[], found: readonly ItemGroup[]): ItemGroup[] {
  const left = new Map<string, ItemCounts>();
  for (const group of entered) raise(left, group, 1);
  for (const group of found) raise(left, group, -1);
  return listed(left);
}

function groupsOfRecord({ agency, blocks }: CountedRecord): ItemGroup[] {
  return blocks.map(({ table, rows }) => ({ agency, signal: signalOf(table), items: rows }));
}

function raise(agencies: Map<string, ItemCounts>, { agency, signal, items }: ItemGroup, sign: 1 | -1): void {
  let counts = agencies.get(agency);
  if (!counts) agencies.set(agency, (counts = { traces: 0, metrics: 0, logs: 0 }));
  counts[signal] += sign * items;
}

function listed(agencies: Map<string, ItemCounts>): ItemGroup[] {
  return [...agencies].flatMap(([agency, counts]) => (Object.entries(counts) as [Signal, number][])
    .filter(([, items]) => items !== 0).map(([signal, items]) => ({ agency, signal, items })));
}
