// What travels from room to room inside the collector: an admitted request, the column blocks it decodes to, and the
// sealed segments that the store loads. Data flows one way: receive → decode → spool → store.
import type { TableName } from './tables.js';
import type { UnixMs } from './units.js';

export type Signal = 'traces' | 'metrics' | 'logs';
export type Encoding = 'protobuf' | 'json';

/** A relay's own name of a request. The spool remembers the highest sequence of each agency and relay for good, so a request that is sent again after days is still known. */
export interface RelayOrigin { relay: string; sequence: number }

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
  /** Set on what a relay forwards. */
  origin?: RelayOrigin | undefined;
}

/** What a relay's spool holds in place of tables: redacted OTLP protobuf, by signal. */
export const RELAY_TABLES = { traces: 'otlp_traces', metrics: 'otlp_metrics', logs: 'otlp_logs' } as const satisfies Record<Signal, string>;
export type RelayTable = (typeof RELAY_TABLES)[Signal];
export type SpoolTable = TableName | RelayTable;

/** One ClickHouse Native block for one table, with all its columns in the order of TABLES; in a relay, one OTLP request. */
export interface ColumnBlock { table: SpoolTable; rows: number; bytes: Uint8Array }

/** Why items were not taken; they are counted and reported as partial success. */
export type RejectReason = 'zero_id' | 'short_id' | 'time_out_of_range' | 'no_value';

/** One of several requests that were decoded as one. */
export interface BundledRequest { batchId: bigint; accepted: number }

/** decode → spool. Blocks are empty for an empty request, which is accepted. */
export interface DecodedRequest {
  agency: string;
  signal: Signal;
  batchId: bigint;
  receivedAtMs: UnixMs;
  origin?: RelayOrigin | undefined;
  /** Set for a bundle: small requests of one agency that came in together and whose rows are in the same blocks. `batchId` is then a name of its own. */
  bundled?: readonly BundledRequest[] | undefined;
  blocks: ColumnBlock[];
  /** The bytes of the blocks may be used for another request. Whoever called for the decoding says so in the end. */
  release?: () => void;
  /** Items stored, and items refused by reason: together all that the request held. */
  accepted: number;
  rejected: Partial<Record<RejectReason, number>>;
  /**
   * Ids of traces, in hex, of which a span failed or was slow; null: too many to list. Noted only where healthy traces may be
   * thinned under overload, and never of other signals.
   */
  notable?: readonly string[] | null;
  /** Values that were changed on the way in. */
  changed: { redacted: number; truncated: number; invalidUtf8: number; /** Spans that ended before they began; stored with duration 0. */ endBeforeStart?: number; /** Times of events and exemplars after 2262, stored as the last moment that the store knows. */ clampedTimes?: number };
}

/** What the client is told. */
export interface IngestResult { accepted: number; rejected: number; rejectedMessage: string; duplicate: boolean }

export interface LoadedBatch { agency: string; batchId: bigint; receivedAtMs: UnixMs }

/** How a segment's healthy traces are thinned: whole traces by their id, one in `keepOneIn`; those of `notable` ids are all kept. */
export interface ThinPlan { keepOneIn: number; notable: readonly string[] }

/** spool → store: the Native blocks of one sealed segment for one table. Loading the same segment twice stores it once. */
export interface SegmentLoad {
  segmentId: string;
  table: TableName;
  rows: number;
  /** Whole Native blocks, in order; empty where `file` has them. */
  blocks: Uint8Array[];
  /** Path of a file of this machine that holds these blocks and nothing else. */
  file?: string;
  /** The requests whose rows these are: together with their moment of receipt a name for life. */
  batches?: LoadedBatch[];
  /** It may have been loaded before, by a process that did not live to say so: the store looks before it believes its own memory. */
  again?: boolean;
  /** Spans only, under overload: keep these raw rows, and of the others what the rollups say. The same at every repetition. */
  thin?: ThinPlan;
}

/** An agent sends a span this long after it ended, at most: what was received until then is all of a moment. */
export const AGENT_DELAY_MS = 1_200;
