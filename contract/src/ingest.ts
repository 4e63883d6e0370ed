// What travels from room to room inside the collector: an admitted request, the column blocks it decodes to, and the
// sealed segments that the store loads. Data flows one way: receive → decode → spool → store.
import type { TableName } from './tables.js';
import type { UnixMs } from './units.js';

export type Signal = 'traces' | 'metrics' | 'logs';
export type Encoding = 'protobuf' | 'json';

/** receive → decode. The agency comes from the key and only from the key. */
export interface AdmittedRequest {
  agency: string;
  signal: Signal;
  encoding: Encoding;
  /** Inflated body, ≤ LIMITS.requestBytesMax. */
  bytes: Uint8Array;
  receivedAtMs: UnixMs;
  /** xxhash64 of agency, signal and body: the same bytes again are the same batch. */
  batchId: bigint;
}

/** One ClickHouse Native block for one table, with all its columns in the order of TABLES. */
export interface ColumnBlock { table: TableName; rows: number; bytes: Uint8Array }

/** Why items were not taken; they are counted and reported as partial success. */
export type RejectReason = 'zero_id' | 'short_id' | 'time_out_of_range' | 'no_value';

/** decode → spool. Blocks are empty for an empty request, which is accepted. */
export interface DecodedRequest {
  agency: string;
  signal: Signal;
  batchId: bigint;
  receivedAtMs: UnixMs;
  blocks: ColumnBlock[];
  /** Items stored, and items refused by reason: together all that the request held. */
  accepted: number;
  rejected: Partial<Record<RejectReason, number>>;
  /** Values that were changed on the way in. */
  changed: { redacted: number; truncated: number; invalidUtf8: number; /** Spans that ended before they began; stored with duration 0. */ endBeforeStart?: number };
}

/** What the client is told. */
export interface IngestResult { accepted: number; rejected: number; rejectedMessage: string; duplicate: boolean }

/** spool → store: the Native blocks of one sealed segment for one table. Loading the same segment twice stores it once. */
export interface SegmentLoad {
  segmentId: string;
  table: TableName;
  rows: number;
  /** Whole Native blocks, in order. */
  blocks: Uint8Array[];
}

