// The relay's state as metric families: for `/metrics` on its own port, and, under the same names with dots, for the
// report that goes upstream with everything else, so that the collector's side sees how this side is.
import { single, type MetricFamily } from './metric-family.js';
import type { ForwardState, UpstreamCondition } from './relay/forward-state.js';
import type { SpoolStats } from './spool/spool.js';

const CONDITIONS: readonly UpstreamCondition[] = ['untried', 'accepting', 'away', 'unwelcome'];

export function relayFamilies(state: ForwardState, spool: SpoolStats, nowMs: number): MetricFamily[] {
  const gauge = (name: string, help: string, value: number) => single(`narrows_relay_${name}`, 'gauge', help, value);
  const counter = (name: string, help: string, value: number) => single(`narrows_relay_${name}_total`, 'counter', help, value);
  return [
    gauge('queue_bytes', 'Disk that waiting data takes.', spool.bytes),
    gauge('queue_bytes_max', 'Disk that waiting data may take.', spool.bytesMax),
    gauge('oldest_seconds', 'Age of the oldest request that waits; 0 when none does.', spool.oldestReceivedMs === null ? 0 : Math.max(0, nowMs - spool.oldestReceivedMs) / 1_000),
    gauge('last_forward_seconds', 'When the upstream last took something, Unix seconds; 0 before the first time.', (state.lastForwardMs ?? 0) / 1_000),
    { name: 'narrows_relay_upstream', kind: 'gauge', help: 'How the upstream behaves: 1 for what is so now.', points: CONDITIONS.map((condition) => ({ labels: { condition }, value: condition === state.condition ? 1 : 0 })) },
    counter('forwarded_batches', 'Requests that the upstream took.', state.batches),
    counter('forwarded_requests', 'Requests of senders that were in them.', state.requests),
    counter('forwarded_items', 'Spans, points and records that were in them.', state.items),
    counter('forwarded_bytes', 'Their bytes before compressing.', state.bodyBytes),
    counter('compressed_bytes', 'Their bytes as sent.', state.compressedBytes),
    counter('retries', 'Sendings that had to be repeated.', state.retries),
    counter('rejected_items', 'Items of them that the collector did not store.', state.rejectedItems),
    counter('quarantined_requests', 'Requests that the collector will never take.', state.quarantinedRequests),
    counter('quarantined_items', 'Items in those.', state.quarantinedItems),
    counter('corrupt_records', 'Records that were found spoilt on disk.', spool.recovered.corruptRecords),
  ];
}

/** `narrows_relay_queue_bytes` → `narrows.relay.queue_bytes`. */
export function otlpNames(families: readonly MetricFamily[]): MetricFamily[] {
  return families.map((family) => ({ ...family, name: family.name.replace(/^narrows_relay_/, 'narrows.relay.').replace(/_total$/, '') }));
}
