// A sealed segment of the relay's spool → the requests that go upstream: many small ones of a signal joined into one of
// about 1 MiB, because that compresses far better. OTLP allows it byte by byte: an export request is one repeated field.
// Each batch has a sequence number that depends on nothing but where its records lie on the disk, so that whatever happens
// in between, the same batch is sent again under the same number, and a later one under a higher number.
import assert from 'node:assert/strict';
import { RELAY_TABLES, type ColumnBlock, type Signal } from '@narrows/contract';

/** A record of a segment, as the spool hands it out. */
export interface SegmentRecord { offset: number; receivedAtMs: number; blocks: readonly ColumnBlock[] }

export interface RelayedRequest { signal: Signal; offset: number; receivedAtMs: number; items: number; bytes: Uint8Array }

export interface Batch {
  signal: Signal;
  sequence: number;
  items: number;
  /** When the first of its requests came in. */
  receivedAtMs: number;
  requests: readonly RelayedRequest[];
}

/**
 * sequence = segment · 2^20 + signal · 2^18 + slot, a whole number below 2^53 for the first 2^33 segments.
 * A record is longer than a slot of 64 bytes, so no two begin in one; a joined batch has the last slot of its window.
 */
const SLOT_BYTES = 64;
const SLOTS_OF_SIGNAL = 2 ** 18;
const SLOTS_OF_SEGMENT = 2 ** 20;
const WINDOW_BYTES = 1024 * 1024;
const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];
const SIGNAL_OF_TABLE: ReadonlyMap<string, Signal> = new Map(SIGNALS.map((signal) => [RELAY_TABLES[signal], signal]));
/** Joined they must stay below what a collector takes in one request; a large last one goes alone. */
const JOINED_BYTES_MAX = 4 * WINDOW_BYTES;
const JOINED_ITEMS_MAX = 50_000;

/** The leading digits of a segment's id. The spool never uses a number twice. */
export function segmentNumber(segmentId: string): number { return Number.parseInt(segmentId, 10); }

/** In the order in which they are to be sent: by signal, and within a signal as they arrived. */
export function batchesOf(segmentId: string, records: readonly SegmentRecord[]): Batch[] {
  const windows = new Map<string, RelayedRequest[]>();
  for (const request of records.flatMap(requestsOf)) {
    const window = `${request.signal} ${Math.floor(request.offset / WINDOW_BYTES)}`;
    const joined = windows.get(window);
    if (joined) joined.push(request);
    else windows.set(window, [request]);
  }
  return [...windows.values()].flatMap((requests) => {
    const windowEnd = (Math.floor(requests[0]!.offset / WINDOW_BYTES) + 1) * WINDOW_BYTES;
    const batch = batchOf(segmentId, requests, windowEnd / SLOT_BYTES - 1);
    const isTooLarge = batch.items > JOINED_ITEMS_MAX || bytesOf(requests) > JOINED_BYTES_MAX;
    return isTooLarge ? apart(segmentId, batch) : [batch];
  }).sort((a, b) => a.sequence - b.sequence);
}

/** The same requests one by one, when the collector refuses some of them. Their numbers are not above that of the batch. */
export function apart(segmentId: string, { requests }: Batch): Batch[] {
  return requests.map((request) => batchOf(segmentId, [request], Math.floor(request.offset / SLOT_BYTES)));
}

export function bytesOf(requests: readonly RelayedRequest[]): number { return requests.reduce((sum, { bytes }) => sum + bytes.length, 0); }

function requestsOf({ offset, receivedAtMs, blocks }: SegmentRecord): RelayedRequest[] {
  return blocks.map(({ table, rows, bytes }) => {
    const signal = SIGNAL_OF_TABLE.get(table);
    assert(signal !== undefined, `a relay's spool holds no ${table}`);
    return { signal, offset, receivedAtMs, items: rows, bytes };
  });
}

function batchOf(segmentId: string, requests: readonly RelayedRequest[], slot: number): Batch {
  const { signal } = requests[0]!;
  assert(slot < SLOTS_OF_SIGNAL, `segment ${segmentId} is too long`);
  return {
    signal, requests,
    sequence: segmentNumber(segmentId) * SLOTS_OF_SEGMENT + SIGNALS.indexOf(signal) * SLOTS_OF_SIGNAL + slot,
    items: requests.reduce((sum, { items }) => sum + items, 0),
    receivedAtMs: requests.reduce((first, { receivedAtMs }) => Math.min(first, receivedAtMs), Infinity),
  };
}
