import { expect, test } from 'vitest';
import { SelfMetrics } from './self-metrics.js';
import { readPrometheus } from './testing/prometheus-reader.js';

const NOW_MS = 1_795_334_400_000;
const changed = { redacted: 2, truncated: 0, invalidUtf8: 0 };
const request = { agency: 'kdca', signal: 'traces' as const, batchId: 1n, receivedAtMs: NOW_MS, blocks: [], accepted: 5, rejected: { zero_id: 1 }, changed };
const traces = (metrics: SelfMetrics, agency = 'kdca') => metrics.intakeOf(agency).signals[0]!;

test('an agency is told of its own items, and of refused requests that could be anybody\'s', () => {
  const metrics = new SelfMetrics(() => NOW_MS);
  metrics.accepted('traces', 'kdca', 5, 100, false);
  metrics.decoded(request);
  metrics.rejected('traces', 'kdca', 'REQUEST_TOO_LARGE');
  metrics.rejected('traces', 'nps', 'DECODE_MALFORMED');
  metrics.rejected(null, null, 'KEY_UNKNOWN');
  const { refused, changed: values } = metrics.intakeOf('kdca');
  expect(refused.map(({ code, keyed }) => [code, keyed])).toEqual([['REQUEST_TOO_LARGE', true], ['KEY_UNKNOWN', false]]);
  expect(values).toEqual([{ change: 'redacted', values: 2 }]);
  expect([traces(metrics).received, traces(metrics).rejected, traces(metrics, 'nps').received]).toEqual([1, [{ reason: 'zero_id', items: 1 }], 0]);
});

test('spans that were thinned were received and dropped: with those that are stored the sum holds', () => {
  const metrics = new SelfMetrics(() => NOW_MS);
  metrics.entered({ agency: 'kdca', signal: 'traces', items: 50 });
  metrics.left([{ agency: 'kdca', signal: 'traces', items: 10 }], 'released');
  metrics.left([{ agency: 'kdca', signal: 'traces', items: 40 }], 'thinned');
  expect(traces(metrics)).toMatchObject({ received: 50, stored: 10, dropped: [{ reason: 'thinned', items: 40 }], difference: 0 });
});

test('relays are listed with the latest first, and their names are bounded', () => {
  const metrics = new SelfMetrics(() => NOW_MS);
  for (let i = 0; i < 1_200; i++) metrics.relayed({ ...request, origin: { relay: `relay-${i}`, sequence: i } }, false);
  metrics.relayed({ ...request, origin: { relay: 'relay-700', sequence: 3 } }, true);
  const { relays } = metrics.intakeOf('kdca');
  expect(relays).toHaveLength(1_000);
  expect(relays.find(({ relay }) => relay === 'relay-700')).toEqual({ relay: 'relay-700', requests: 2, items: 5, duplicates: 1, sequence: 700, lastMs: NOW_MS });
  expect(relays.some(({ relay }) => relay === 'relay-0')).toBe(false);
});

test('hostile names in labels leave /metrics readable', () => {
  const metrics = new SelfMetrics(() => NOW_MS);
  metrics.relayed({ ...request, agency: 'a"\n}', origin: { relay: 'r\\', sequence: 1 } }, false);
  metrics.overflow('a"\n}', 'ServiceName', 3);
  metrics.count('narrows_odd_total', 'Odd.', { __proto__x: 'y' });
  const text = readPrometheus(metrics.prometheusText());
  expect(text.value('narrows_overflow_values_total', { agency: 'a"\n}', column: 'ServiceName' })).toBe(3);
  expect(text.value('narrows_relay_items_total', { relay: 'r\\' })).toBe(5);
});
