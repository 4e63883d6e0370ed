// What became of every item that was sent: the query API's answer about conservation. One line holds for each agency and
// signal at every moment, since the start of the collector:
// queuedAtStart + received = stored + queued + Σ rejected + Σ dropped. `difference` is what it lacks, and must be 0.
import Type, { type Static, type TSchema } from 'typebox';
import type { Signal, SpoolTable } from './ingest.js';

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Num = Type.Number();
const Because = Type.Array(Type.Object({ reason: Type.String(), items: Num }));

export const SIGNALS = ['traces', 'metrics', 'logs'] as const satisfies readonly Signal[];

/** Spans, points and records: one row of a table is one item. */
export type ItemCounts = Record<Signal, number>;

/** Which signal the rows of a table are. */
export function signalOf(table: SpoolTable): Signal {
  if (table === 'otel_traces' || table === 'otlp_traces') return 'traces';
  return table === 'otel_logs' || table === 'otlp_logs' ? 'logs' : 'metrics';
}

/** Why accepted items are no rows of the store: their record was spoilt on the disk, the store refused them for good, or under overload only the rollups count them. */
export const DROP_REASONS = ['corrupt', 'quarantined', 'thinned'] as const;
export type DropReason = (typeof DROP_REASONS)[number];

export const IntakeSignalSchema = Type.Object({
  signal: Type.Enum([...SIGNALS]),
  /** Found in the spool when the collector started: accepted by the run before. */
  queuedAtStart: Num,
  /** Items of all requests that were taken, with those of them that were rejected. */
  received: Num,
  /** The store said that it has them. */
  stored: Num,
  /** On the collector's disk, on their way to the store. */
  queued: Num,
  rejected: Because,
  dropped: Because,
  /** queuedAtStart + received − stored − queued − Σ rejected − Σ dropped. */
  difference: Num,
  /** Sent again with the same bytes; acknowledged, and not stored a second time. Not part of the sum. */
  duplicates: Type.Object({ requests: Num, items: Num }),
  lastReceivedMs: nullable(Num),
});
export type IntakeSignal = Static<typeof IntakeSignalSchema>;

export const IntakeAnswerSchema = Type.Object({
  atMs: Num,
  /** Start of the collector: everything here is counted from then on. */
  sinceMs: Num,
  signals: Type.Array(IntakeSignalSchema),
  /** Requests that were not taken. What they held is not known here: it was never acknowledged, and the sender keeps it. */
  refused: Type.Array(Type.Object({
    code: Type.String(), requests: Num, lastMs: Num,
    /** False: without a valid key, so it is not known whose they were. */
    keyed: Type.Boolean(),
  })),
  /** The collector's disk queue, which all agencies share. */
  spool: Type.Object({
    bytes: Num, bytesMax: Num, waitingSegments: Num, oldestMs: nullable(Num),
    /** Since the start: segments the store refused for good, spoilt records, failed writes. */
    quarantined: Num, corruptRecords: Num, writeFailures: Num,
  }),
  store: Type.Object({ away: Type.Boolean(), lastStoredMs: nullable(Num), loadFailures: Num }),
  relays: Type.Array(Type.Object({ relay: Type.String(), requests: Num, items: Num, duplicates: Num, sequence: Num, lastMs: Num })),
  /** Values beyond the agency's budget of different ones, put together under one name. */
  overflow: Type.Array(Type.Object({ column: Type.String(), values: Num, lastMs: Num })),
  /** Values redacted, cut or repaired on the way in. */
  changed: Type.Array(Type.Object({ change: Type.String(), values: Num })),
  /** Whether raw spans of healthy traces are being thinned; null: the setting is off. */
  thinning: nullable(Type.Object({ active: Type.Boolean(), keptShare: Num })),
});
export type IntakeAnswer = Static<typeof IntakeAnswerSchema>;

/** The agency under which a collector keeps its own metrics. No tenant may have this name. */
export const SELF_AGENCY = 'narrows';
