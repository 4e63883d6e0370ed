// What the collector reports about itself, read back through the real decoder as in a running collector.
import { expect, test } from 'vitest';
import { NarrowsError, SELF_AGENCY, type AdmittedRequest } from '@narrows/contract';
import { decodeBytes } from './decode/testing/decode-rows.js';
import { single } from './metric-family.js';
import { exportRequest, SelfReport } from './self-report.js';

const families = () => [
  { name: 'narrows_items_total', kind: 'counter' as const, help: 'Items.', points: [{ labels: { agency: 'kdca' }, value: 7 }, { labels: { agency: 'nps' }, value: 8 }] },
  single('narrows_queued_items', 'gauge', 'Queued.', 3),
];

test('counters become cumulative sums from the start on, gauges gauges, under the names of /metrics', () => {
  const request = exportRequest(families(), { service: 'narrows-collector', instance: 'host-1', version: '1', sinceMs: 1_795_334_000_000, nowMs: 1_795_334_400_000 });
  const { decoded, byTable } = decodeBytes('metrics', Buffer.from(JSON.stringify(request)), 'json');
  expect([decoded.accepted, decoded.rejected]).toEqual([3, {}]);
  expect(byTable['otel_metrics_sum']!.map((row) => [row['MetricName'], row['Attributes'], row['Value'], row['AggregationTemporality'], row['IsMonotonic'], row['ServiceName']])).toEqual([
    ['narrows_items_total', [['agency', 'kdca']], 7, 2, 1, 'narrows-collector'], ['narrows_items_total', [['agency', 'nps']], 8, 2, 1, 'narrows-collector'],
  ]);
  expect(byTable['otel_metrics_gauge']!.map((row) => [row['MetricName'], row['Value'], row['Instance']])).toEqual([['narrows_queued_items', 3, 'host-1']]);
});

const reporter = (accept: (request: AdmittedRequest) => Promise<unknown>, hasRoom = true): { report: SelfReport; errors: unknown[] } => {
  const errors: unknown[] = [];
  return { report: new SelfReport({ everyMs: 3_600_000, families, accept, hasRoom: () => hasRoom, onError: (error) => errors.push(error), now: () => 1_795_334_400_000, version: '1' }), errors };
};

test('a report belongs to the agency that no tenant can be, and none is like the one before', async () => {
  const taken: AdmittedRequest[] = [];
  const { report } = reporter(async (request) => { taken.push(request); });
  await report.report();
  await report.report();
  await report.close();
  expect(taken.map(({ agency, signal }) => [agency, signal])).toEqual([[SELF_AGENCY, 'metrics'], [SELF_AGENCY, 'metrics']]);
  expect(taken[0]!.batchId).not.toBe(taken[1]!.batchId);
});

test('without room nothing is reported, and a spool that refuses is told once and harms nothing', async () => {
  let asked = 0;
  const full = reporter(async () => { asked++; }, false);
  await full.report.report();
  await full.report.close();
  expect(asked).toBe(0);
  const refused = reporter(async () => { throw new NarrowsError('SPOOL_FULL', 'full'); });
  await refused.report.report();
  await refused.report.close();
  expect(refused.errors).toHaveLength(1);
});
