// Alerts as one part of a running collector: the engine that evaluates, the outbox that sends, the public pages. Opened together
// and closed in the order in which they depend on each other.
import type { PipelineDefinition } from '@narrows/contract';
import type { FastifyBaseLogger } from 'fastify';
import type { MetaDb } from './access/meta-db.js';
import { AddressGuard, parseNetworks } from './alert/address-guard.js';
import { AlertEngine } from './alert/alert-engine.js';
import { Outbox } from './alert/outbox.js';
import { single } from './metric-family.js';
import { PublicBoard } from './public-board.js';
import type { StoreReader } from './query/question.js';
import type { SelfMetrics } from './self-metrics.js';
import { StatusDoor } from './status/status-door.js';

export interface AlertingOptions {
  db: MetaDb; store: StoreReader; metrics: SelfMetrics; log: FastifyBaseLogger;
  pipelines: (agency: string) => readonly PipelineDefinition[];
  storedThroughMs: () => number; now: () => number; publicUrl: () => string;
  /** Whether other collectors fill this store too. */
  sharedStore: boolean;
  notifyNetworks: string; statusDir: string;
}

export interface Alerting { engine: AlertEngine; guard: AddressGuard; board: PublicBoard; door: StatusDoor; start(): void; close(): Promise<void> }

/** Nothing runs before `start()`. Errors: CONFIG_INVALID. */
export function createAlerting({ db, store, metrics, log, pipelines, storedThroughMs, now, publicUrl, sharedStore, notifyNetworks, statusDir }: AlertingOptions): Alerting {
  const startedMs = now();
  // What an earlier process had received is in the store once everything before this start is.
  const receivedAtMs = (agency: string) => (sharedStore ? Number.POSITIVE_INFINITY : metrics.lastReceivedMs(agency) ?? startedMs);
  const guard = new AddressGuard(parseNetworks(notifyNetworks));
  const engine = new AlertEngine({
    db, store, pipelines, storedThroughMs, receivedAtMs, now, publicUrl, count: (name, help, labels) => metrics.count(name, help, labels),
    onFault: (err) => log.error({ err }, 'alert rules could not be evaluated'),
  });
  const outbox = new Outbox({
    db, guard, now, random: Math.random, isLeader: () => engine.isLeader, onFault: (err) => log.error({ err }, 'messages could not be sent'),
    count: (kind, result) => metrics.count('narrows_notifications_total', 'Messages of alerts, by kind of channel and by what became of them.', { kind, result }),
  });
  const door = new StatusDoor();
  const board = new PublicBoard({ db, verdicts: engine.verdicts, door, pipelines, storedThroughMs, now, directory: statusDir, onFault: (err) => log.error({ err }, 'public pages could not be written') });
  metrics.watch(() => [
    single('narrows_alerts_evaluated_seconds', 'gauge', 'When rules were last evaluated, Unix seconds.', (engine.evaluatedAtMs ?? 0) / 1_000),
    { name: 'narrows_public_page_requests_total', kind: 'counter', help: 'Requests for public pages, by status.', points: Object.entries(door.counts).map(([status, value]) => ({ labels: { status }, value })) },
  ]);
  return {
    engine, guard, board, door,
    start: () => { engine.start(); outbox.start(); board.start(); },
    // Messages that the last turn wrote down are sent after the next start.
    close: async () => { await board.close(); await outbox.close(); await engine.close(); },
  };
}
