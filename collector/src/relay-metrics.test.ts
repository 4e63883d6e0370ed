import { expect, test } from 'vitest';
import { ForwardState } from './relay/forward-state.js';
import { otlpNames, relayFamilies } from './relay-metrics.js';
import type { SpoolStats } from './spool/spool.js';

const SPOOL = { bytes: 5_000, bytesMax: 10_000, oldestReceivedMs: 4_000, recovered: { corruptRecords: 2 } } as SpoolStats;
const valueOf = (name: string, state: ForwardState, spool = SPOOL) => relayFamilies(state, spool, 64_000).find((family) => family.name === name)?.points[0]?.value;

test('queue, age of the oldest and last forward are told in bytes and seconds', () => {
  const state = new ForwardState(() => 60_000);
  expect([valueOf('narrows_relay_queue_bytes', state), valueOf('narrows_relay_oldest_seconds', state), valueOf('narrows_relay_last_forward_seconds', state)]).toEqual([5_000, 60, 0]);
  state.accepted({ signal: 'traces', sequence: 1, items: 3, receivedAtMs: 1, requests: [] }, 300, 100, 2, 'zero_id: 2');
  expect([valueOf('narrows_relay_last_forward_seconds', state), valueOf('narrows_relay_rejected_items_total', state)]).toEqual([60, 2]);
  expect(valueOf('narrows_relay_oldest_seconds', state, { ...SPOOL, oldestReceivedMs: null })).toBe(0);
});

test('exactly one condition of the upstream holds', () => {
  const state = new ForwardState(() => 1);
  for (const condition of ['untried', 'accepting', 'away', 'unwelcome'] as const) {
    state.become(condition, '');
    const points = relayFamilies(state, SPOOL, 1).find((family) => family.name === 'narrows_relay_upstream')!.points;
    expect(points.filter(({ value }) => value === 1).map(({ labels }) => labels.condition)).toEqual([condition]);
  }
});

test('in OTLP the same numbers have names with dots', () => {
  expect(otlpNames(relayFamilies(new ForwardState(() => 1), SPOOL, 1)).map(({ name }) => name)).toEqual(expect.arrayContaining(['narrows.relay.queue_bytes', 'narrows.relay.retries']));
});
