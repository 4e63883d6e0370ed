// Why a page has nothing to show, decided from the collector's counters. The order matters: a refusal explains an
// empty store, and a silence explains a page that was full a minute ago.
import type { IngestStatus } from '@narrows/contract';

export type EmptyReason =
  | { kind: 'never' }
  | { kind: 'rejected'; rejected: { code: string; requests: number; lastMs: number }[] }
  | { kind: 'silent'; lastMs: number; services: { service: string; lastMs: number }[] }
  | { kind: 'elsewhere'; lastMs: number; services: { service: string; lastMs: number }[] };

/** Nothing received for this long counts as stopped. */
const SILENT_MS = 60_000;
const SERVICES_SHOWN = 12;

export function emptyReason(status: IngestStatus, nowMs: number): EmptyReason {
  const services = status.services.toSorted((a, b) => b.lastMs - a.lastMs).slice(0, SERVICES_SHOWN);
  if (status.lastReceivedMs === null || status.spans + status.points + status.logRecords === 0) {
    if (status.rejected.length > 0) return { kind: 'rejected', rejected: status.rejected.toSorted((a, b) => b.lastMs - a.lastMs) };
    // The counters begin with the collector; what an earlier run has stored is known by its services.
    return services[0] ? { kind: 'silent', lastMs: services[0].lastMs, services } : { kind: 'never' };
  }
  if (nowMs - status.lastReceivedMs > SILENT_MS) return { kind: 'silent', lastMs: status.lastReceivedMs, services };
  return { kind: 'elsewhere', lastMs: status.lastReceivedMs, services };
}
