// What the collector counts about itself, an agency at a time: what came in, what was refused and why, what was stored.
// The same numbers answer `/metrics`, the page that explains why there is no data, and `narrows doctor`.
import type { DecodedRequest, ErrorCode, IngestStatus, SegmentLoad, Signal } from '@narrows/contract';
import type { IngestCounters } from './api/ingest-counters.js';
import type { ReceiveCounters } from './receive/receiver.js';
import type { SpoolStats } from './spool/spool.js';

interface Refused { requests: number; lastMs: number }
interface AgencyCounts {
  requests: Record<Signal, number>;
  items: Record<Signal, number>;
  bytes: Record<Signal, number>;
  duplicates: Record<Signal, number>;
  refused: Map<ErrorCode, Refused>;
  lastReceivedMs: number | null;
}
/** Requests without a valid key belong to nobody; every agency is told of them, since one of them may be its own. */
const NOBODY = '';

export class SelfMetrics implements ReceiveCounters, IngestCounters {
  readonly #agencies = new Map<string, AgencyCounts>();
  readonly #rejectedItems = new Map<string, number>();
  readonly #changed = new Map<string, number>();
  readonly #storedRows = new Map<string, number>();
  #lastStoredMs: number | null = null;
  #loadFailures = 0;
  #spool: (() => SpoolStats) | undefined;

  constructor(readonly now: () => number) {}

  /** The spool's own numbers, asked for when somebody looks. */
  watch(spool: () => SpoolStats): void { this.#spool = spool; }

  accepted(signal: Signal, agency: string, items: number, bytes: number, duplicate: boolean): void {
    const counts = this.#of(agency);
    counts.requests[signal]++;
    counts.bytes[signal] += bytes;
    if (duplicate) counts.duplicates[signal]++;
    else counts.items[signal] += items;
    counts.lastReceivedMs = this.now();
  }

  rejected(_signal: Signal | null, agency: string | null, code: ErrorCode): void {
    const { refused } = this.#of(agency ?? NOBODY);
    refused.set(code, { requests: (refused.get(code)?.requests ?? 0) + 1, lastMs: this.now() });
  }

  decoded({ rejected, changed }: DecodedRequest): void {
    for (const [reason, items] of Object.entries(rejected)) add(this.#rejectedItems, reason, items);
    for (const [change, values] of Object.entries(changed)) add(this.#changed, change, values ?? 0);
  }

  stored({ table, rows }: SegmentLoad): void {
    add(this.#storedRows, table, rows);
    this.#lastStoredMs = this.now();
  }

  loadFailed(): void { this.#loadFailures++; }

  statusOf(agency: string): Omit<IngestStatus, 'services'> {
    const { items, refused, lastReceivedMs } = this.#of(agency);
    const all = [...refused, ...this.#of(NOBODY).refused].map(([code, r]) => ({ code, ...r })).sort((a, b) => b.lastMs - a.lastMs);
    return {
      spans: items.traces, points: items.metrics, logRecords: items.logs, rejected: all,
      lastReceivedMs, lastStoredMs: this.#lastStoredMs, spoolBytes: this.#spool?.().bytes ?? 0,
    };
  }

  prometheusText(): string {
    const text = new PrometheusText();
    for (const [agency, counts] of this.#agencies) {
      if (agency !== NOBODY) for (const signal of ['traces', 'metrics', 'logs'] as const) {
        text.add('narrows_requests_total', 'counter', 'Requests answered with 200.', { agency, signal }, counts.requests[signal]);
        text.add('narrows_items_total', 'counter', 'Spans, points and records accepted.', { agency, signal }, counts.items[signal]);
        text.add('narrows_bytes_total', 'counter', 'Bytes of accepted requests, inflated.', { agency, signal }, counts.bytes[signal]);
        text.add('narrows_duplicate_requests_total', 'counter', 'Requests whose bytes had been stored already.', { agency, signal }, counts.duplicates[signal]);
      }
      for (const [code, { requests }] of counts.refused) text.add('narrows_refused_requests_total', 'counter', 'Requests refused, by error code.', { agency, code }, requests);
    }
    for (const [reason, items] of this.#rejectedItems) text.add('narrows_rejected_items_total', 'counter', 'Items of accepted requests that were not stored.', { reason }, items);
    for (const [change, values] of this.#changed) text.add('narrows_changed_values_total', 'counter', 'Values redacted, cut or repaired on the way in.', { change }, values);
    for (const [table, rows] of this.#storedRows) text.add('narrows_stored_rows_total', 'counter', 'Rows that the store has taken.', { table }, rows);
    text.add('narrows_load_failures_total', 'counter', 'Loads that the store did not take at once.', {}, this.#loadFailures);
    text.add('narrows_last_stored_seconds', 'gauge', 'When the store last took rows, Unix seconds.', {}, (this.#lastStoredMs ?? 0) / 1_000);
    for (const [name, value] of Object.entries(this.#spool?.() ?? {})) {
      if (typeof value === 'number') text.add(`narrows_spool_${name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}`, 'gauge', 'The disk queue, as it stands.', {}, value);
    }
    text.add('narrows_resident_bytes', 'gauge', 'Memory of the collector process, without the embedded engine.', {}, process.memoryUsage.rss());
    return text.toString();
  }

  #of(agency: string): AgencyCounts {
    let counts = this.#agencies.get(agency);
    if (!counts) {
      this.#agencies.set(agency, (counts = { requests: zero(), items: zero(), bytes: zero(), duplicates: zero(), refused: new Map(), lastReceivedMs: null }));
    }
    return counts;
  }
}

const zero = (): Record<Signal, number> => ({ traces: 0, metrics: 0, logs: 0 });

function add(counts: Map<string, number>, key: string, by: number): void {
  if (by > 0) counts.set(key, (counts.get(key) ?? 0) + by);
}

/** Prometheus' text format wants each family in one piece, whatever the order of counting. */
class PrometheusText {
  readonly #families = new Map<string, string[]>();

  add(name: string, type: 'counter' | 'gauge', help: string, labels: Record<string, string>, value: number): void {
    const family = this.#families.get(name) ?? [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
    const pairs = Object.entries(labels).map(([key, label]) => `${key}="${label.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`);
    family.push(`${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`);
    this.#families.set(name, family);
  }

  toString(): string { return `${[...this.#families.values()].flat().join('\n')}\n`; }
}
