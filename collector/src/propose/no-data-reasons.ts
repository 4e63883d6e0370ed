// "Why is there no data?" from the collector's own counters: what arrived, what was refused and why, whose clock is off, and what
// arrived and belongs to no stage. The gravest reason first; an empty list means that nothing stands in the way. Pure.
import type { IntakeAnswer, NoDataReason } from '@narrows/contract';

export interface NoDataFacts {
  intake: Pick<IntakeAnswer, 'signals' | 'refused' | 'spool' | 'store'>;
  services: readonly { service: string; lastMs: number }[];
  /** By service: how far its clock is ahead of ours, by the median of its newest spans. */
  clocks: readonly { service: string; offMs: number }[];
  pipelines: number;
  /** Transactions of the last minutes, and how many of them are in a stage. */
  transactions: number;
  inStages: number;
  nowMs: number;
}

const SILENT_MS = 60_000;
/** A batch waits for five seconds by default; what is older than this has a clock that is behind, or came by a detour. */
const BEHIND_MAX_MS = 120_000;
const AHEAD_MAX_MS = 2_000;
const REFUSED_RECENTLY_MS = 10 * 60_000;
const STORE_BEHIND_MS = 10_000;

const BY_CODE: Readonly<Record<string, NoDataReason['reason']>> = {
  KEY_MISSING: 'no-key', KEY_UNKNOWN: 'wrong-key', KEY_SIGNAL: 'wrong-signal', NOT_FOUND: 'wrong-path', METHOD_NOT_ALLOWED: 'wrong-path', WRONG_PORT: 'wrong-port',
};
const none = { code: null, service: null, requests: null, lastMs: null, offMs: null };

export function noDataReasons({ intake, services, clocks, pipelines, transactions, inStages, nowMs }: NoDataFacts): NoDataReason[] {
  const reasons: NoDataReason[] = [];
  const received = new Map(intake.signals.map((one) => [one.signal, one]));
  // The counters begin with the collector; what an earlier run has stored is known by its services.
  const lastMs = Math.max(0, ...intake.signals.map((one) => one.lastReceivedMs ?? 0), ...services.map((one) => one.lastMs));
  for (const { code, requests, lastMs: at, keyed } of intake.refused) {
    // A stranger's wrong key is no reason for whoever's data comes in.
    if (nowMs - at > REFUSED_RECENTLY_MS || (!keyed && lastMs > at)) continue;
    reasons.push({ ...none, reason: BY_CODE[code] ?? 'refused', code, requests, lastMs: at });
  }
  if (lastMs === 0) reasons.push({ ...none, reason: 'nothing-arrived' });
  else if (nowMs - lastMs > SILENT_MS) reasons.push({ ...none, reason: 'silent', lastMs });
  if (lastMs > 0 && (received.get('traces')?.received ?? 0) === 0 && services.length === 0) reasons.push({ ...none, reason: 'no-traces' });
  if (intake.store.away || (intake.spool.oldestMs !== null && nowMs - intake.spool.oldestMs > STORE_BEHIND_MS)) reasons.push({ ...none, reason: 'store-behind', lastMs: intake.store.lastStoredMs });
  for (const { service, offMs } of clocks) if (offMs > AHEAD_MAX_MS || offMs < -BEHIND_MAX_MS) reasons.push({ ...none, reason: 'clock-off', service, offMs });
  if (services.length > 0 && pipelines === 0) reasons.push({ ...none, reason: 'no-pipeline' });
  if (pipelines > 0 && transactions > 0 && inStages === 0) reasons.push({ ...none, reason: 'no-stage-matches' });
  return reasons;
}
