// What the collector counts about itself, an agency at a time: what came in, what was refused and why, what was stored,
// what it costs. The same numbers answer `/metrics`, the page of intake, the page that explains why there is no data,
// `narrows doctor`, and the collector's own store. A counter that belongs to one place is raised with `count`; numbers
// that somebody keeps anyway are read from a source that `watch…` was given.
import { SIGNALS, type DecodedRequest, type ErrorCode, type IngestStatus, type IntakeAnswer, type ItemCounts, type SegmentLoad, type Signal } from '@narrows/contract';
import type { IngestCounters } from './api/ingest-counters.js';
import { IntakeLedger } from './intake-ledger.js';
import { CounterSet, prometheusText, single, type Labels, type MetricFamily } from './metric-family.js';
import type { ReceiveCounters } from './receive/entrance.js';
import type { Departure, ItemGroup, SpoolBook } from './spool/queued-items.js';
import type { Spool } from './spool/spool.js';
import { StoreMetrics } from './store-metrics.js';

interface Refused { requests: number; lastMs: number }
interface AgencyCounts {
  requests: Record<Signal, number>;
  bytes: Record<Signal, number>;
  lastReceivedMs: Record<Signal, number | null>;
  refused: Map<ErrorCode, Refused>;
  relays: Map<string, { requests: number; items: number; duplicates: number; sequence: number; lastMs: number }>;
  overflow: Map<string, { values: number; lastMs: number }>;
  changed: Map<string, number>;
}
/** Requests without a valid key belong to nobody; every agency is told of them, since one of them may be its own. */
const NOBODY = '';
/** Of one agency; a relay names itself, so the number of names must not be its sender's choice. */
const RELAYS_MAX = 1_000;
const NOTHING: ItemCounts = { traces: 0, metrics: 0, logs: 0 };

export class SelfMetrics implements ReceiveCounters, IngestCounters, SpoolBook {
  readonly sinceMs: number;
  /** To be put around the store. */
  readonly statements = new StoreMetrics();
  readonly #agencies = new Map<string, AgencyCounts>();
  readonly #ledger = new IntakeLedger();
  readonly #counters = new CounterSet();
  readonly #storedRows = new Map<string, number>();
  readonly #sources: (() => MetricFamily[])[] = [];
  #lastStoredMs: number | null = null;
  #loadFailures = 0;
  #spool: Pick<Spool, 'stats' | 'queued'> | undefined;
  #storeAway: () => boolean = () => false;
  #thinning: () => IntakeAnswer['thinning'] = () => null;
  #viewers: () => number = () => 0;

  constructor(readonly now: () => number) { this.sinceMs = now(); }

  /** The spool's own numbers, asked for when somebody looks. What it holds now is brought forward. */
  watchSpool(spool: Pick<Spool, 'stats' | 'queued'>): void {
    this.#spool = spool;
    this.#ledger.broughtForward(spool.queued());
  }

  watchStore(away: () => boolean): void { this.#storeAway = away; }
  watchThinning(thinning: () => IntakeAnswer['thinning']): void { this.#thinning = thinning; }
  watchViewers(viewers: () => number): void { this.#viewers = viewers; }
  /** Families that somebody else keeps. */
  watch(source: () => MetricFamily[]): void { this.#sources.push(source); }

  /** Raise a counter of its own; not for what happens to every item. */
  count(name: string, help: string, labels: Labels = {}, by = 1): void { this.#counters.add(name, help, labels, by); }

  accepted(signal: Signal, agency: string, items: number, bytes: number, duplicate: boolean): void {
    const counts = this.#of(agency);
    counts.requests[signal]++;
    counts.bytes[signal] += bytes;
    counts.lastReceivedMs[signal] = this.now();
    if (duplicate) this.#ledger.duplicate({ agency, signal, items });
  }

  rejected(_signal: Signal | null, agency: string | null, code: ErrorCode): void {
    const { refused } = this.#of(agency ?? NOBODY);
    refused.set(code, { requests: (refused.get(code)?.requests ?? 0) + 1, lastMs: this.now() });
  }

  /** What was left out or changed of a request that was taken. */
  decoded({ agency, signal, rejected, changed }: DecodedRequest): void {
    this.#ledger.rejected(agency, signal, rejected);
    const counts = this.#of(agency);
    for (const [change, values] of Object.entries(changed)) if (values > 0) counts.changed.set(change, (counts.changed.get(change) ?? 0) + values);
  }

  relayed({ agency, origin, accepted }: Pick<DecodedRequest, 'agency' | 'origin' | 'accepted'>, duplicate: boolean): void {
    if (!origin) return;
    const { relays } = this.#of(agency);
    const relay = relays.get(origin.relay) ?? { requests: 0, items: 0, duplicates: 0, sequence: 0, lastMs: 0 };
    relay.requests++;
    if (duplicate) relay.duplicates++;
    else relay.items += accepted;
    relays.delete(origin.relay); // The latest one stands last.
    relays.set(origin.relay, { ...relay, sequence: Math.max(relay.sequence, origin.sequence), lastMs: this.now() });
    if (relays.size > RELAYS_MAX) relays.delete(relays.keys().next().value ?? '');
  }

  /** Different values beyond the agency's budget. */
  overflow(agency: string, column: string, values = 1): void {
    const { overflow } = this.#of(agency);
    overflow.set(column, { values: (overflow.get(column)?.values ?? 0) + values, lastMs: this.now() });
  }

  stored({ table, rows }: Pick<SegmentLoad, 'table' | 'rows'>): void {
    this.#storedRows.set(table, (this.#storedRows.get(table) ?? 0) + rows);
    this.#lastStoredMs = this.now();
  }

  entered(group: ItemGroup): void { this.#ledger.accepted(group); }

  left(groups: readonly ItemGroup[], how: Departure): void {
    if (how === 'released') this.#ledger.stored(groups);
    else this.#ledger.dropped(groups, how);
  }

  loadFailed(): void { this.#loadFailures++; }

  /** When the agency last sent something that was taken; null: never since the start. */
  lastReceivedMs(agency: string): number | null {
    const { lastReceivedMs } = this.#of(agency);
    const received = SIGNALS.map((signal) => lastReceivedMs[signal]).filter((ms) => ms !== null);
    return received.length > 0 ? Math.max(...received) : null;
  }

  statusOf(agency: string): Omit<IngestStatus, 'services'> {
    return {
      spans: this.#ledger.acceptedItems(agency, 'traces'), points: this.#ledger.acceptedItems(agency, 'metrics'), logRecords: this.#ledger.acceptedItems(agency, 'logs'),
      rejected: this.#refusedOf(agency).map(({ code, requests, lastMs }) => ({ code, requests, lastMs })),
      lastReceivedMs: this.lastReceivedMs(agency), lastStoredMs: this.#lastStoredMs, spoolBytes: this.#spool?.stats().bytes ?? 0,
    };
  }

  intakeOf(agency: string): IntakeAnswer {
    const { lastReceivedMs, relays, overflow, changed } = this.#of(agency);
    const spool = this.#spool?.stats();
    return {
      atMs: this.now(), sinceMs: this.sinceMs,
      signals: this.#ledger.of(agency, this.#queued().get(agency) ?? NOTHING).map((line) => ({ ...line, lastReceivedMs: lastReceivedMs[line.signal] })),
      refused: this.#refusedOf(agency),
      spool: {
        bytes: spool?.bytes ?? 0, bytesMax: spool?.bytesMax ?? 0, waitingSegments: spool?.waitingSegments ?? 0, oldestMs: spool?.oldestReceivedMs ?? null,
        quarantined: spool?.quarantined ?? 0, corruptRecords: (spool?.recovered.corruptRecords ?? 0) + (spool?.spoiltRecords ?? 0), writeFailures: spool?.writeFailures ?? 0,
      },
      store: { away: this.#storeAway(), lastStoredMs: this.#lastStoredMs, loadFailures: this.#loadFailures },
      relays: [...relays].map(([relay, seen]) => ({ relay, ...seen })).toSorted((a, b) => b.lastMs - a.lastMs),
      overflow: [...overflow].map(([column, seen]) => ({ column, ...seen })),
      changed: [...changed].map(([change, values]) => ({ change, values })),
      thinning: this.#thinning(),
    };
  }

  prometheusText(): string { return prometheusText(this.families()); }

  families(): MetricFamily[] {
    return [
      ...this.#intakeFamilies(), ...this.#agencyFamilies(), ...this.#spoolFamilies(),
      { name: 'narrows_stored_rows_total', kind: 'counter', help: 'Rows that the store has taken.', points: [...this.#storedRows].map(([table, value]) => ({ labels: { table }, value })) },
      single('narrows_load_failures_total', 'counter', 'Loads that the store did not take at once.', this.#loadFailures),
      single('narrows_last_stored_seconds', 'gauge', 'When the store last took rows, Unix seconds.', (this.#lastStoredMs ?? 0) / 1_000),
      single('narrows_store_away', 'gauge', '1 while the store does not take what is queued.', this.#storeAway() ? 1 : 0),
      single('narrows_live_viewers', 'gauge', 'Open live pages.', this.#viewers()),
      single('narrows_start_seconds', 'gauge', 'When this collector started, Unix seconds. Every counter begins then.', this.sinceMs / 1_000),
      ...this.statements.families(), ...this.#counters.families(), ...this.#sources.flatMap((source) => source()),
    ];
  }

  /** The terms of the sum that the page of intake shows. */
  #intakeFamilies(): MetricFamily[] {
    const queued = this.#queued();
    const lines = this.#ledger.agencies.flatMap((agency) => this.#ledger.of(agency, queued.get(agency) ?? NOTHING).map((line) => ({ ...line, labels: { agency, signal: line.signal } })));
    type Line = (typeof lines)[number];
    const one = (name: string, kind: MetricFamily['kind'], help: string, value: (line: Line) => number): MetricFamily => (
      { name, kind, help, points: lines.map((line) => ({ labels: line.labels, value: value(line) })) });
    const byReason = (name: string, help: string, of: (line: Line) => Line['rejected']): MetricFamily => (
      { name, kind: 'counter', help, points: lines.flatMap((line) => of(line).map(({ reason, items }) => ({ labels: { ...line.labels, reason }, value: items }))) });
    return [
      one('narrows_queued_at_start_items', 'gauge', 'Items that the run before had left in the spool.', (line) => line.queuedAtStart),
      one('narrows_received_items_total', 'counter', 'Spans, points and records of all requests that were taken.', (line) => line.received),
      one('narrows_items_total', 'counter', 'Items accepted: received without those that were rejected.', (line) => this.#ledger.acceptedItems(line.labels.agency, line.signal)),
      one('narrows_stored_items_total', 'counter', 'Items that the store has.', (line) => line.stored),
      one('narrows_queued_items', 'gauge', 'Items in the spool, on their way to the store.', (line) => line.queued),
      byReason('narrows_rejected_items_total', 'Items of accepted requests that were not stored.', (line) => line.rejected),
      byReason('narrows_dropped_items_total', 'Accepted items that were given up, by reason.', (line) => line.dropped),
      one('narrows_intake_difference_items', 'gauge', 'What the sum of intake lacks. Anything but 0 is a fault in Narrows.', (line) => line.difference),
      one('narrows_duplicate_requests_total', 'counter', 'Requests whose bytes had been stored already.', (line) => line.duplicates.requests),
      one('narrows_duplicate_items_total', 'counter', 'Items of such requests.', (line) => line.duplicates.items),
    ];
  }

  #agencyFamilies(): MetricFamily[] {
    const agencies = [...this.#agencies];
    const named = agencies.filter(([agency]) => agency !== NOBODY);
    const bySignal = (of: (counts: AgencyCounts) => Record<Signal, number>): MetricFamily['points'] => (
      named.flatMap(([agency, counts]) => SIGNALS.map((signal) => ({ labels: { agency, signal }, value: of(counts)[signal] }))));
    const byKey = (from: typeof agencies, label: string, of: (counts: AgencyCounts) => [string, number][]): MetricFamily['points'] => (
      from.flatMap(([agency, counts]) => of(counts).map(([key, value]) => ({ labels: { agency, [label]: key }, value }))));
    return [
      { name: 'narrows_requests_total', kind: 'counter', help: 'Requests answered with success.', points: bySignal((counts) => counts.requests) },
      { name: 'narrows_bytes_total', kind: 'counter', help: 'Bytes of those requests, inflated.', points: bySignal((counts) => counts.bytes) },
      { name: 'narrows_refused_requests_total', kind: 'counter', help: 'Requests refused, by error code. Without an agency: without a valid key.', points: byKey(agencies, 'code', ({ refused }) => [...refused].map(([code, { requests }]) => [code, requests])) },
      { name: 'narrows_changed_values_total', kind: 'counter', help: 'Values redacted, cut or repaired on the way in.', points: byKey(named, 'change', ({ changed }) => [...changed]) },
      { name: 'narrows_overflow_values_total', kind: 'counter', help: 'Different values beyond the agency\'s budget, by column.', points: byKey(named, 'column', ({ overflow }) => [...overflow].map(([column, { values }]) => [column, values])) },
      { name: 'narrows_relay_items_total', kind: 'counter', help: 'Items that a relay has forwarded.', points: byKey(named, 'relay', ({ relays }) => [...relays].map(([relay, { items }]) => [relay, items])) },
      { name: 'narrows_relay_last_seen_seconds', kind: 'gauge', help: 'When a relay last forwarded something, Unix seconds.', points: byKey(named, 'relay', ({ relays }) => [...relays].map(([relay, { lastMs }]) => [relay, lastMs / 1_000])) },
    ];
  }

  #spoolFamilies(): MetricFamily[] {
    const stats = this.#spool?.stats();
    if (!stats) return [];
    const { oldestReceivedMs, ...rest } = stats;
    const age = single('narrows_spool_oldest_age_seconds', 'gauge', 'Age of the oldest request in the disk queue.', oldestReceivedMs === null ? 0 : Math.max(0, this.now() - oldestReceivedMs) / 1_000);
    return [age, ...Object.entries(rest).flatMap(([name, value]) => (
      typeof value === 'number' ? [single(`narrows_spool_${name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}`, 'gauge', 'The disk queue, as it stands.', value)] : []))];
  }

  #refusedOf(agency: string): IntakeAnswer['refused'] {
    const own = [...this.#of(agency).refused].map(([code, refused]) => ({ code, ...refused, keyed: true }));
    const nobodys = [...this.#of(NOBODY).refused].map(([code, refused]) => ({ code, ...refused, keyed: false }));
    return [...own, ...nobodys].toSorted((a, b) => b.lastMs - a.lastMs);
  }

  #queued(): Map<string, ItemCounts> {
    const queued = new Map<string, ItemCounts>();
    for (const { agency, signal, items } of this.#spool?.queued() ?? []) queued.set(agency, { ...(queued.get(agency) ?? NOTHING), [signal]: items });
    return queued;
  }

  #of(agency: string): AgencyCounts {
    let counts = this.#agencies.get(agency);
    if (!counts) {
      this.#agencies.set(agency, (counts = {
        requests: { ...NOTHING }, bytes: { ...NOTHING }, lastReceivedMs: { traces: null, metrics: null, logs: null },
        refused: new Map(), relays: new Map(), overflow: new Map(), changed: new Map(),
      }));
    }
    return counts;
  }
}
