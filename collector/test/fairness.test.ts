// A tenant cannot hurt another (G8), on a real collector: one agency sends far beyond its quota, under a new service name
// with every span, while another works as on any day.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OVERFLOW, type IngestStatus, type IntakeAnswer, type PipelineDefinition, type PipelinesAnswer } from '@narrows/contract';
import { openStore } from '../dist/store/store.js';
import { createAgency, type TestAgency } from './serve-agency.js';
import { CollectorProcess } from './serve-collector.js';
import { metrics, traces, type SpanText } from './serve-otlp.js';

const QUOTA = { itemsPerSecond: 200, burst: 2_000 };
const SERVICES_MAX = 30;
const FLOOD = { senders: 8, requests: 400, spans: 100 };
const NORMAL = { requests: 40, spans: 25 };
const PIPELINE: PipelineDefinition = { id: 'booking', name: { ko: '예약', en: 'Booking' }, stages: [{ id: 'identity', match: { service: 'identity' }, channel: 'identity.channel', limit: { metric: 'identity.workers' } }] };

const collector = new CollectorProcess();
const limitsFile = path.join(collector.dir, 'limits.txt');
let loud: TestAgency;
let quiet: TestAgency;

const writeLimits = (itemsPerSecond: number): void => writeFileSync(limitsFile, `agencies:\n  loud: { itemsPerSecond: ${itemsPerSecond}, distinct: { ServiceName: ${SERVICES_MAX}, Series: 10 } }\n`);
const span = (service: string): SpanText => ({ service, name: 'GET /', kind: 'server', endMs: Date.now(), durationMs: 5 });
const send = (agency: TestAgency, spans: SpanText[]): Promise<Response> => collector.send('traces', traces(spans), { authorization: `Bearer ${agency.key}` });

const ask = async <T>(agency: TestAgency, route: string): Promise<T> => (await collector.get(`/api/v1${route}`, { authorization: `Bearer ${agency.token}` })).json() as Promise<T>;

beforeAll(async () => {
  writeLimits(QUOTA.itemsPerSecond);
  await collector.start({ NARROWS_LIMITS: limitsFile, NARROWS_SELF_METRICS: '0' });
  [loud, quiet] = [await createAgency(collector.dataDir, 'loud', [PIPELINE]), await createAgency(collector.dataDir, 'quiet')];
});
afterAll(() => collector.remove());

describe('one agency at many times its quota, with a new service in every span', () => {
  let allowed = 0;
  const answers = { loud: [] as { status: number; retryAfter: string | null }[], quiet: [] as number[] };

  beforeAll(async () => {
    const began = performance.now();
    let sent = 0;
    const flood = async (): Promise<void> => {
      while (sent < FLOOD.requests) {
        const n = sent++;
        const response = await send(loud, Array.from({ length: FLOOD.spans }, (_, i) => span(`service-${n}-${i}`)));
        await response.arrayBuffer();
        answers.loud.push({ status: response.status, retryAfter: response.headers.get('retry-after') });
      }
    };
    const work = async (): Promise<void> => {
      for (let n = 0; n < NORMAL.requests; n++) answers.quiet.push((await send(quiet, Array.from({ length: NORMAL.spans }, () => span('booking')))).status);
    };
    await Promise.all([...Array.from({ length: FLOOD.senders }, flood), work()]);
    allowed = QUOTA.burst + QUOTA.itemsPerSecond * (performance.now() - began) / 1_000 + FLOOD.senders * FLOOD.spans;
    await collector.logIn();
    await collector.askUntil<IngestStatus>('/ingest', (status) => status.spoolBytes === 0);
  });

  it('the other agency is never refused', () => {
    expect(answers.quiet).toEqual(Array(NORMAL.requests).fill(200));
  });
  it('the first is told 429 with the seconds until it may come again, and gets no more than its quota through', () => {
    const refused = answers.loud.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(FLOOD.requests / 2);
    for (const { status, retryAfter } of refused) {
      expect(status).toBe(429);
      expect(Number(retryAfter)).toBeGreaterThanOrEqual(1);
      expect(Number(retryAfter)).toBeLessThanOrEqual(60);
    }
    const accepted = answers.loud.filter(({ status }) => status === 200).length * FLOOD.spans;
    expect(accepted).toBeGreaterThanOrEqual(QUOTA.burst);
    expect(accepted).toBeLessThanOrEqual(allowed);
  });
  it('the page of the first tells of the refusals and of the overflow, that of the other of neither', async () => {
    const [its, others] = [await ask<IntakeAnswer>(loud, '/intake'), await ask<IntakeAnswer>(quiet, '/intake')];
    expect(its.refused.find(({ code }) => code === 'RATE_LIMITED')?.requests).toBe(answers.loud.filter(({ status }) => status === 429).length);
    expect(its.overflow.map(({ column }) => column)).toEqual(['ServiceName']);
    expect([others.overflow, others.refused.filter(({ keyed }) => keyed)]).toEqual([[], []]);
  });
  it('a gauge of a stage with too many series keeps its points, and its rollup stays within the budget', async () => {
    const points = Array.from({ length: 50 }, (_, i) => ({ name: 'identity.workers', value: i, atMs: Date.now(), attributes: { 'identity.channel': 'PASS', host: `host-${i}` } }));
    await expect.poll(async () => (await ask<PipelinesAnswer>(loud, '/pipelines')).pipelines.map(({ id }) => id), { timeout: 20_000 }).toEqual(['booking']);
    writeLimits(1e6);
    process.kill(collector.ready.pid, 'SIGHUP');
    await expect.poll(async () => (await collector.send('metrics', metrics('identity', points), { authorization: `Bearer ${loud.key}` })).status, { timeout: 20_000 }).toBe(200);
    await collector.askUntil<IngestStatus>('/ingest', (status) => status.spoolBytes === 0);
  });
  it('in the store: raw rows under their real names, rollups under a bounded number of them, and every sum exact', async () => {
    await collector.stop();
    const store = await openStore({ mode: 'embedded', path: path.join(collector.dataDir, 'store'), retentionDays: 14 });
    const count = (sql: string): Promise<Record<string, string>[]> => store.query(sql);
    try {
      const accepted = answers.loud.filter(({ status }) => status === 200).length * FLOOD.spans;
      const [raw] = await count("SELECT count() AS rows, uniqExact(ResourceAttributes['service.name']) AS names, uniqExact(ServiceName) AS keys FROM otel_traces WHERE Agency = 'loud'");
      expect([raw!.rows, raw!.names, raw!.keys].map(Number)).toEqual([accepted, accepted, SERVICES_MAX + 1]);
      const rollup = await count("SELECT Service, sum(Completions) AS spans FROM rollup_place_1s WHERE Agency = 'loud' AND Transaction = 1 GROUP BY Service");
      expect(rollup).toHaveLength(SERVICES_MAX + 1);
      expect(Number(rollup.find(({ Service }) => Service === OVERFLOW)?.spans)).toBe(accepted - SERVICES_MAX);
      const others = await count("SELECT ServiceName AS service, count() AS rows FROM otel_traces WHERE Agency = 'quiet' GROUP BY service");
      expect(others.map(({ service, rows }) => [service, Number(rows)])).toEqual([['booking', NORMAL.requests * NORMAL.spans]]);
      const [gauges] = await count("SELECT count() AS points, (SELECT uniqExact(Series) FROM rollup_metric_1s WHERE Agency = 'loud' AND Stage != '') AS series FROM otel_metrics_gauge WHERE Agency = 'loud'");
      expect([gauges!.points, gauges!.series].map(Number)).toEqual([50, 10]);
    } finally {
      await store.close();
    }
  });
});

describe('limits that are changed while the collector runs', () => {
  beforeAll(async () => {
    writeLimits(QUOTA.itemsPerSecond);
    await collector.start({ NARROWS_LIMITS: limitsFile, NARROWS_SELF_METRICS: '0' });
  });
  const overQuota = async (): Promise<number> => {
    for (let n = 0; n < 25; n++) {
      const response = await send(loud, Array.from({ length: FLOOD.spans }, () => span('web')));
      if (response.status !== 200) return response.status;
    }
    return 200;
  };

  it('a file with a mistake, or an empty one, changes nothing: neither all limits are gone nor is everybody shut out', async () => {
    expect(await overQuota()).toBe(429);
    for (const text of ['', 'agencies: { loud: { itemsPerSecond: -1 } }', 'agencies: [']) {
      const before = collector.stderr.length;
      writeFileSync(limitsFile, text);
      process.kill(collector.ready.pid, 'SIGHUP');
      await expect.poll(() => collector.stderr.slice(before), { timeout: 10_000 }).toContain('the limits stay as they are');
      expect(await overQuota()).toBe(429);
      expect((await send(quiet, [span('booking')])).status).toBe(200);
    }
  });
  it('a good one holds at once', async () => {
    writeLimits(1e6);
    process.kill(collector.ready.pid, 'SIGHUP');
    await expect.poll(async () => (await send(loud, [span('web')])).status, { timeout: 10_000 }).toBe(200);
    expect(await overQuota()).toBe(200);
  });
});

describe('limits that cannot be read at the start', () => {
  it('are an error that names the mistake, before anything is accepted', async () => {
    await collector.stop();
    writeFileSync(limitsFile, 'agencies: { loud: { itemsPerSecnd: 5 } }');
    await expect(collector.start({ NARROWS_LIMITS: limitsFile })).rejects.toThrow(/agencies\.loud/);
  });
});
