// Nothing vanishes silently (G5): a real collector gets random good, partly bad, wholly bad and repeated requests while its
// engine is stopped, killed and started again, and is killed itself. After every step its own account must agree, to the
// item, with what this test has sent; in the end with the rows of the store. A failure names its seed: NARROWS_SEED=n.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIGNALS, type IntakeAnswer, type ItemCounts, type Signal } from '@narrows/contract';
import { openStore } from '../dist/store/store.js';
import { CollectorProcess } from './serve-collector.js';
import { delimited } from './otlp-writer.js';
import { logs, metrics, newId, traces } from './serve-otlp.js';

const SEED = Number(process.env['NARROWS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const STEPS = 60;
const SMALL_NAME = 'GET /small';
const nothing = (): ItemCounts => ({ traces: 0, metrics: 0, logs: 0 });

/** What the sender knows, apart from everything that the collector says. */
class Sent {
  accepted = nothing();
  rejected = nothing();
  duplicateRequests = nothing();
  duplicateItems = nothing();
  refused = new Map<string, number>();
  queuedAtStart = nothing();
}

const collector = new CollectorProcess();
const random = generator(SEED);
const bodies: { signal: Signal; body: Uint8Array; items: number }[] = [];
let sent = new Sent();
let smallRequests = 0;
const acceptedEver = nothing();
const ENVIRONMENT = { NARROWS_SELF_METRICS: '0' };

beforeAll(async () => {
  await collector.start(ENVIRONMENT);
  await collector.logIn();
});
afterAll(() => collector.remove());

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** The engine child, as soon as there is one: after a kill the next one takes a moment. */
async function enginePid(): Promise<number> {
  for (;;) {
    const pid = Number(readFileSync(`/proc/${collector.ready.pid}/task/${collector.ready.pid}/children`, 'utf8').trim().split(' ')[0]);
    if (pid > 0) return pid; // Never 0: a signal to it goes to this test and its parents.
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

async function sendNew(signal: Signal, good: number, zeroIds: number): Promise<void> {
  const endMs = Date.now();
  const span = (traceId: string) => ({ service: 'web', name: 'GET /', kind: 'server' as const, endMs, durationMs: 5, traceId });
  const request = signal === 'traces' ? traces([...Array.from({ length: good }, () => span(newId(16))), ...Array.from({ length: zeroIds }, () => span('0'.repeat(32)))])
    : signal === 'metrics' ? metrics('web', Array.from({ length: good }, (_, i) => ({ name: 'm', value: i, atMs: endMs, delta: i % 2 === 0, attributes: { id: newId(8) } })))
      : logs('web', Array.from({ length: good }, () => ({ atMs: endMs, body: newId(8) })));
  const body = Buffer.from(JSON.stringify(request));
  const response = await collector.send(signal, body);
  expect(response.status).toBe(200);
  sent.accepted[signal] += good;
  acceptedEver[signal] += good;
  if (signal === 'traces') sent.rejected.traces += zeroIds;
  // A request of which nothing was stored is not remembered: nothing can be stored twice.
  if (good > 0) bodies.push({ signal, body, items: good });
}

async function sendAgain(): Promise<void> {
  const one = bodies[random(bodies.length)];
  if (!one) return;
  expect((await collector.send(one.signal, one.body)).status).toBe(200);
  sent.duplicateRequests[one.signal]++;
  sent.duplicateItems[one.signal] += one.items;
}

/** Small protobuf requests all at once, as a busy collector takes them together: good ones, repetitions, one that is cut short, one with an id of zeros. */
async function sendTogether(): Promise<void> {
  const span = (traceId: Buffer) => delimited(2, Buffer.concat([delimited(1, traceId), delimited(2, randomBytes(8)), delimited(5, Buffer.from(SMALL_NAME))]));
  const request = (spans: readonly Buffer[]) => delimited(1, delimited(2, Buffer.concat(spans)));
  const good = Array.from({ length: 40 }, () => request(Array.from({ length: 1 + random(4) }, () => span(randomBytes(16)))));
  const items = good.map((body) => body.toString('latin1').split(SMALL_NAME).length - 1);
  const again = good.slice(0, 5);
  const cut = request([span(randomBytes(16))]).subarray(0, -3);
  const answers = [...good, ...again, cut, request([span(Buffer.alloc(16)), span(randomBytes(16))])]
    .map(async (body) => (await collector.send('traces', body, { 'content-type': 'application/x-protobuf' })).status);
  expect(await Promise.all(answers), `seed ${SEED}`).toEqual([...good.map(() => 200), ...again.map(() => 200), 400, 200]);
  const accepted = items.reduce((all, count) => all + count, 1);
  sent.accepted.traces += accepted;
  acceptedEver.traces += accepted;
  sent.rejected.traces += 1;
  sent.duplicateRequests.traces += again.length;
  sent.duplicateItems.traces += items.slice(0, again.length).reduce((all, count) => all + count, 0);
  sent.refused.set('DECODE_TRUNCATED', (sent.refused.get('DECODE_TRUNCATED') ?? 0) + 1);
  smallRequests += good.length + 1;
}

async function sendRefused(): Promise<void> {
  const [status, code, body, headers] = ([
    [400, 'DECODE_MALFORMED', '{"resourceSpans":[{]', {}], [401, 'KEY_UNKNOWN', '{}', { authorization: 'Bearer wrong' }],
    [401, 'KEY_MISSING', '{}', { authorization: '' }], [415, 'CONTENT_TYPE', '{}', { 'content-type': 'text/plain' }],
  ] as const)[random(4)]!;
  expect((await collector.send('traces', Buffer.from(body), headers)).status).toBe(status);
  sent.refused.set(code, (sent.refused.get(code) ?? 0) + 1);
}

const sum = (parts: readonly { items: number }[]): number => parts.reduce((all, { items }) => all + items, 0);

async function look(): Promise<IntakeAnswer> {
  const intake = await collector.ask<IntakeAnswer>('/intake');
  for (const line of intake.signals) {
    const { signal } = line;
    const because = `seed ${SEED}: ${JSON.stringify(line)}`;
    expect(line.queuedAtStart + line.received, because).toBe(line.stored + line.queued + sum(line.rejected) + sum(line.dropped));
    expect(line.difference, because).toBe(0);
    expect([line.queuedAtStart, line.received, sum(line.rejected), line.duplicates], because).toEqual([
      sent.queuedAtStart[signal], sent.accepted[signal] + sent.rejected[signal], sent.rejected[signal],
      { requests: sent.duplicateRequests[signal], items: sent.duplicateItems[signal] },
    ]);
  }
  expect(Object.fromEntries(intake.refused.map(({ code, requests }) => [code, requests])), `seed ${SEED}`).toEqual(Object.fromEntries(sent.refused));
  return intake;
}

async function drained(): Promise<IntakeAnswer> {
  await expect.poll(async () => (await collector.ask<IntakeAnswer>('/intake')).signals.reduce((all, { queued }) => all + queued, 0), { timeout: 90_000 }).toBe(0);
  return look();
}

describe(`the account of intake, seed ${SEED}`, () => {
  it('agrees to the item after each of many requests, whatever they were', async () => {
    for (let step = 0; step < STEPS; step++) {
      const dice = random(10);
      if (dice < 5) await sendNew(SIGNALS[random(3)]!, 1 + random(20), 0);
      else if (dice < 7) await sendNew('traces', random(5), 1 + random(5));
      else if (dice < 9) await sendAgain();
      else await sendRefused();
      await look();
    }
    for (const { signal, stored } of (await drained()).signals) expect(stored, `seed ${SEED}`).toBe(sent.accepted[signal]);
  });

  it('looked at while requests are under way it agrees as well', async () => {
    const looks: Promise<IntakeAnswer>[] = [];
    const sending = Array.from({ length: 20 }, (_, i) => sendNew(SIGNALS[i % 3]!, 5, 0));
    for (let i = 0; i < 40; i++) looks.push(collector.ask<IntakeAnswer>('/intake'));
    for (const { signals } of await Promise.all(looks)) expect(signals.map(({ difference }) => difference), `seed ${SEED}`).toEqual([0, 0, 0]);
    await Promise.all(sending);
    await look();
  });

  it('of small requests that come all at once each is answered and counted by itself', async () => {
    for (let round = 0; round < 5; round++) {
      await sendTogether();
      await look();
    }
  });

  it('an engine that is killed between loads loses nothing of the sum', async () => {
    for (let round = 0; round < 3; round++) {
      await sendNew('traces', 10, 0);
      process.kill(await enginePid(), 'SIGKILL');
      await sendNew('logs', 10, 1);
      await look();
    }
    for (const { signal, stored } of (await drained()).signals) expect(stored, `seed ${SEED}`).toBe(sent.accepted[signal]);
  });

  it('what a killed collector had queued is brought forward by the next, and the sum begins there', async () => {
    const engine = await enginePid();
    process.kill(engine, 'SIGSTOP');
    let queued: ItemCounts;
    try {
      for (const signal of SIGNALS) await sendNew(signal, 7, 0);
      queued = Object.fromEntries((await look()).signals.map((line) => [line.signal, line.queued])) as ItemCounts;
      await collector.stop('SIGKILL');
    } finally {
      process.kill(engine, 'SIGKILL'); // A stopped process would keep the store's lock for ever.
    }
    expect(Math.min(...Object.values(queued)), `seed ${SEED}`).toBeGreaterThanOrEqual(7);

    sent = new Sent();
    sent.queuedAtStart = queued;
    await collector.start(ENVIRONMENT);
    await look();
    await sendAgain();
    await sendNew('metrics', 3, 0);
    await look();
    for (const { signal, stored } of (await drained()).signals) expect(stored, `seed ${SEED}`).toBe(queued[signal] + sent.accepted[signal]);
  });

  it('an agency sees its own account only, and an ingestion key none', async () => {
    expect((await collector.get('/api/v1/intake', {})).status).toBe(401);
    expect((await collector.get('/api/v1/intake', { authorization: `Bearer ${collector.ingestKey}` })).status).toBe(403);
  });

  it('in the end the store has exactly the rows that were accepted', async () => {
    await collector.stop();
    const store = await openStore({ mode: 'embedded', path: path.join(collector.dataDir, 'store') });
    try {
      const count = async (tables: readonly string[]): Promise<number> => {
        let rows = 0;
        for (const table of tables) rows += (await store.query<{ n: number }>(`SELECT count() AS n FROM ${table} WHERE Agency = 'default'`))[0]!.n;
        return rows;
      };
      expect({ traces: await count(['otel_traces']), metrics: await count(['otel_metrics_gauge', 'otel_metrics_sum']), logs: await count(['otel_logs']) }, `seed ${SEED}`).toEqual(acceptedEver);
      const [{ n: batches } = { n: 0 }] = await store.query<{ n: number }>(`SELECT uniqExact(BatchId) AS n FROM otel_traces WHERE SpanName = '${SMALL_NAME}'`);
      expect(batches, 'some were taken together').toBeLessThan(smallRequests);
    } finally {
      await store.close();
    }
  });
});
