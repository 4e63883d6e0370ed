// Fidelity under overload, from door to page: a real collector whose engine stands still gets more than a quarter of its queue.
// Thinning begins, the account of intake says so and stays exact to the item, also over a kill -9 in the midst of it; when
// the queue is gone it ends. What the store has then: whole traces, every one that failed, and rollups of everything.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IntakeAnswer, TransactionsAnswer } from '@narrows/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../dist/store/store.js';
import { CollectorProcess } from './serve-collector.js';
import { newId, traces } from './serve-otlp.js';
import { RETENTION_DAYS } from './store-suite.js';

const MIB = 1024 * 1024;
const SPANS_PER_TRACE = 4;
const TRACES_PER_REQUEST = 100;
const ENVIRONMENT = { NARROWS_THINNING: 'on', NARROWS_SPOOL_BYTES: String(16 * MIB), NARROWS_SELF_METRICS: '0', NARROWS_RETENTION_DAYS: '3650' };

const collector = new CollectorProcess();
const failed = new Set<string>();
let sent = 0;

beforeAll(async () => {
  await collector.start(ENVIRONMENT);
  await collector.logIn();
});
afterAll(() => collector.remove());

function enginePid(): number {
  const pid = Number(readFileSync(`/proc/${collector.ready.pid}/task/${collector.ready.pid}/children`, 'utf8').trim().split(' ')[0]);
  expect(pid).toBeGreaterThan(0);
  return pid;
}

/** Every trace comes in two requests; one in fifty fails, and says so in the second. */
async function sendTraces(): Promise<void> {
  const endMs = Date.now();
  const ids = Array.from({ length: TRACES_PER_REQUEST }, () => newId(16));
  const spanOf = (traceId: string, at: number, error: boolean) => ({
    service: 'booking', name: `POST /reservations/${at}`, kind: 'server' as const, endMs, durationMs: 20, traceId, ...error && { error: 'no slot' }, attributes: { note: newId(16) + newId(16) },
  });
  for (const half of [0, 1]) {
    const spans = ids.flatMap((traceId, index) => [0, 1].map((at) => {
      const error = half === 1 && at === 1 && index % 50 === 0;
      if (error) failed.add(traceId);
      return spanOf(traceId, 2 * half + at, error);
    }));
    const response = await collector.send('traces', Buffer.from(JSON.stringify(traces(spans))));
    expect(response.status).toBe(200);
    sent += spans.length;
  }
}

async function look(): Promise<{ intake: IntakeAnswer; stored: number; queued: number; thinned: number }> {
  const intake = await collector.ask<IntakeAnswer>('/intake');
  const line = intake.signals.find(({ signal }) => signal === 'traces')!;
  const sum = (parts: readonly { items: number }[]): number => parts.reduce((all, { items }) => all + items, 0);
  expect(line.difference, JSON.stringify(line)).toBe(0);
  expect(line.queuedAtStart + line.received, JSON.stringify(line)).toBe(line.stored + line.queued + sum(line.rejected) + sum(line.dropped));
  expect(line.dropped.filter(({ reason }) => reason !== 'thinned')).toEqual([]);
  return { intake, stored: line.stored, queued: line.queued, thinned: sum(line.dropped) };
}

async function fillTo(share: number): Promise<void> {
  while ((await look()).intake.spool.bytes < share * 16 * MIB) await sendTraces();
}

it('thinning begins when the queue is filling, is said, survives kill -9, and ends with the queue; the account and the rollups stay exact', async () => {
  await sendTraces();
  expect((await look()).intake.thinning).toEqual({ active: false, keptShare: 1 });
  const engine = enginePid();
  process.kill(engine, 'SIGSTOP');
  await fillTo(0.6);
  expect((await look()).intake.thinning).toEqual({ active: true, keptShare: 0.125 });
  process.kill(engine, 'SIGCONT');
  await expect.poll(async () => (await look()).thinned, { timeout: 60_000 }).toBeGreaterThan(0);
  const before = await look();
  expect(before.thinned + before.stored + before.queued).toBe(sent);
  expect(before.queued).toBeGreaterThan(0);
  await collector.stop('SIGKILL');

  await collector.start(ENVIRONMENT);
  await expect.poll(async () => (await look()).queued, { timeout: 90_000 }).toBe(0);
  expect((await look()).intake.thinning).toEqual({ active: false, keptShare: 1 });

  // The list says of how many its rows stand for.
  const nowMs = Date.now();
  const { total, keptOneIn } = await collector.ask<TransactionsAnswer>(`/transactions?from=${nowMs - 600_000}&to=${nowMs}&limit=10`);
  expect(keptOneIn).toBeGreaterThan(1);
  expect(Math.abs(total - sent)).toBeLessThan(sent / 4);
  await collector.stop();

  const store = await openStore({ mode: 'embedded', path: path.join(collector.dataDir, 'store'), retentionDays: RETENTION_DAYS });
  expect(await store.query("SELECT sum(Completions) AS all FROM rollup_place_1s WHERE Service = 'booking'")).toEqual([{ all: sent }]);
  const [{ away } = { away: 0 }] = await store.query<{ away: number }>('SELECT sum(Spans) AS away FROM thinned_loads');
  expect(away).toBeGreaterThan(0);
  expect(await store.query('SELECT count() AS rows FROM otel_traces')).toEqual([{ rows: sent - away }]);
  const kept = await store.query<{ traceId: string; spans: number }>('SELECT TraceId AS traceId, count() AS spans FROM otel_traces GROUP BY TraceId');
  const whole = new Set(kept.filter(({ spans }) => spans === SPANS_PER_TRACE).map(({ traceId }) => traceId));
  expect([...failed].filter((traceId) => !whole.has(traceId))).toEqual([]);
  await store.close();
});
