// The collector about itself: `/metrics` as a scraper reads it, and its own metrics in its own store, where no tenant
// sees them. Real process, real engine.
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { IngestStatus, IntakeAnswer } from '@narrows/contract';
import { openStore } from '../dist/store/store.js';
import { readPrometheus, type Exposition } from '../dist/testing/prometheus-reader.js';
import { CollectorProcess } from './serve-collector.js';
import { traces } from './serve-otlp.js';

const collector = new CollectorProcess();
const readMetrics = async (): Promise<Exposition> => readPrometheus(await (await fetch(`${collector.base}/metrics`)).text());

async function metricsUntil(wanted: (metrics: Exposition) => boolean): Promise<Exposition> {
  for (let tries = 0; ; tries++) {
    const found = await readMetrics();
    if (wanted(found)) return found;
    if (tries === 200) throw new Error(`never as wanted: ${JSON.stringify(found.samples)}\n${collector.stderr}`);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
}

beforeAll(async () => {
  await collector.start({ NARROWS_SELF_METRICS: '1' });
  await collector.logIn();
});
afterAll(() => collector.remove());

it('/metrics is what the format says, and every counter is named as one', async () => {
  const endMs = Date.now();
  const good = { service: 'web', name: 'GET /', kind: 'server' as const, endMs, durationMs: 5 };
  expect((await collector.send('traces', traces([good, good, { ...good, traceId: '0'.repeat(32) }]))).status).toBe(200);
  expect((await collector.send('traces', {}, { authorization: 'Bearer "odd\\key"' })).status).toBe(401);
  const metrics = await metricsUntil((found) => found.value('narrows_stored_items_total', { agency: 'default', signal: 'traces' }) === 2);
  const traced = { agency: 'default', signal: 'traces' };
  expect([
    metrics.value('narrows_received_items_total', traced), metrics.value('narrows_rejected_items_total', { ...traced, reason: 'zero_id' }), metrics.value('narrows_queued_items', traced),
    metrics.value('narrows_refused_requests_total', { code: 'KEY_UNKNOWN' }), metrics.value('narrows_stored_rows_total', { table: 'otel_traces' }), metrics.value('narrows_store_away'),
  ]).toEqual([3, 1, 0, 1, 2, 0]);
  for (const [name, type] of metrics.types) expect(name.endsWith('_total'), name).toBe(type === 'counter');
  expect(metrics.samples.filter(({ name, value }) => name === 'narrows_intake_difference_items' && value !== 0)).toEqual([]);
});

it('/metrics tells what the processes cost: memory of both, the event loop, the spool, statements', async () => {
  await collector.ask('/hitmap');
  const metrics = await readMetrics();
  for (const name of ['narrows_resident_bytes', 'narrows_engine_resident_bytes', 'narrows_cpu_seconds_total', 'narrows_store_queries_total', 'narrows_store_loads_total', 'narrows_store_load_seconds_total', 'narrows_spool_bytes_max']) {
    expect(metrics.value(name), name).toBeGreaterThan(0);
  }
  for (const name of ['narrows_event_loop_delay_p99_seconds', 'narrows_spool_bytes', 'narrows_spool_oldest_age_seconds', 'narrows_live_viewers', 'narrows_in_flight_bytes', 'narrows_load_failures_total']) {
    expect(metrics.value(name), name).toBeGreaterThanOrEqual(0);
  }
});

it('its own metrics are in its own store, under a name that no tenant sees and none can take', async () => {
  // A report may be on its way with figures from before the spans came; the second to be stored from now on is of later.
  const reported = (found: Exposition): number => found.value('narrows_stored_items_total', { agency: 'narrows', signal: 'metrics' }) ?? 0;
  for (let report = 0; report < 2; report++) {
    const before = reported(await readMetrics());
    await metricsUntil((found) => reported(found) > before);
  }
  const intake = await collector.ask<IntakeAnswer>('/intake');
  expect(intake.signals.find(({ signal }) => signal === 'metrics')).toMatchObject({ received: 0, stored: 0, queued: 0 });
  expect((await collector.ask<IngestStatus>('/ingest')).services.map(({ service }) => service)).toEqual(['web']);
  await collector.stop();
  const store = await openStore({ mode: 'embedded', path: path.join(collector.dataDir, 'store') });
  try {
    const rows = await store.query<{ name: string; agency: string; value: number }>(
      "SELECT MetricName AS name, any(Agency) AS agency, max(Value) AS value FROM otel_metrics_sum WHERE MetricName = 'narrows_received_items_total' AND Attributes['agency'] = 'default' GROUP BY name");
    expect(rows).toEqual([{ name: 'narrows_received_items_total', agency: 'narrows', value: 3 }]);
  } finally {
    await store.close();
  }
  const refused = new CollectorProcess();
  await expect(refused.start({ NARROWS_AGENCY_ID: 'narrows' })).rejects.toThrow(/NARROWS_AGENCY_ID="narrows"/);
  await refused.remove();
});
