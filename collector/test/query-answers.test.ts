// Every question of the query API, asked over HTTP of a real collector with the real engine, about data that came in as
// OTLP. The data is small enough to know every answer by heart.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  ActiveAnswer, HitmapAnswer, IngestStatus, LiveAnswer, PipelinesAnswer, SessionAnswer, TraceAnswer, TransactionsAnswer, VerdictsAnswer,
} from '@narrows/contract';
import { selectJudgeInput } from '../dist/query/live-series.js';
import { createAsker } from '../dist/query/question.js';
import { readPipelineFiles } from '../dist/pipeline-files.js';
import { openStore } from '../dist/store/store.js';
import { CollectorProcess } from './serve-collector.js';
import { logs, metrics, newId, traces, type PointText, type SpanText } from './serve-otlp.js';

const collector = new CollectorProcess();
/** A ten-second window that is over, on whole hitmap columns. */
const to = Math.floor((Date.now() - 20_000) / 5_000) * 5_000;
const from = to - 10_000;
const TRACE = newId(16);
const WEB = newId(8);
const CALL = newId(8);
const IDENTITY = newId(8);

/** One journey through web → identity (KT), five more verifications by SKT of which one fails, and a booking. */
function journeys(): SpanText[] {
  const verify = (i: number): SpanText => ({
    service: 'identity', name: 'POST /verify', kind: 'server', endMs: from + 2_500 + i * 10, durationMs: 200, error: i === 4 ? 'carrier timeout' : undefined,
    attributes: { 'http.request.method': 'POST', 'http.route': '/verify', 'identity.channel': 'SKT', 'http.response.status_code': i === 4 ? '504' : '200', 'enduser.pseudo.id': `p${i % 2}`, 'session.id': `s${i}`, 'booking.outcome': i === 4 ? 'failed' : 'verified' },
  });
  return [
    { service: 'web', name: 'POST /login', kind: 'server', traceId: TRACE, spanId: WEB, endMs: from + 6_000, durationMs: 3_300, events: [{ atMs: from + 4_000, name: 'queued' }] },
    { service: 'web', name: 'POST', kind: 'client', traceId: TRACE, spanId: CALL, parentSpanId: WEB, endMs: from + 5_950, durationMs: 3_200, attributes: { 'server.address': '127.0.0.1', 'server.port': '4102', 'http.request.method': 'POST' } },
    {
      service: 'identity', name: 'POST /verify', kind: 'server', traceId: TRACE, spanId: IDENTITY, parentSpanId: CALL, endMs: from + 5_900, durationMs: 3_100,
      attributes: { 'http.request.method': 'POST', 'http.route': '/verify', 'identity.channel': 'KT', 'narrows.downstream_ms': 100 },
    },
    ...[0, 1, 2, 3, 4].map(verify),
    { service: 'booking', name: 'POST /reservations', kind: 'server', endMs: from + 7_200, durationMs: 40, attributes: { 'http.request.method': 'POST', 'http.route': '/reservations' } },
  ];
}

/** What identity's agent says of one second. */
function activeReport(atMs: number, open: number): PointText[] {
  const labels = { 'narrows.operation': 'POST /verify', 'narrows.span.kind': 'server', 'http.route': '/verify', 'http.request.method': 'POST', 'identity.channel': 'SKT' };
  return [
    { name: 'narrows.active.transactions', value: open, atMs, attributes: { ...labels, 'narrows.age_band': '3-8s', 'narrows.active.state': 'pool' } },
    { name: 'narrows.active.transactions', value: 1, atMs, attributes: { ...labels, 'narrows.age_band': '0-3s', 'narrows.active.state': 'method' } },
    { name: 'narrows.active.begun', value: 2, atMs, attributes: labels, delta: true },
    { name: 'narrows.active.oldest_ms', value: 4_000, atMs, attributes: labels },
    { name: 'identity.workers', value: 3, atMs, attributes: { 'identity.channel': 'SKT' } },
  ];
}

/** What the gateway's agent says: open calls on their way to two channels, told apart by an attribute that is no stage's. */
function gatewayReport(atMs: number): PointText[] {
  const cpu = ['user', 'system'].map((mode) => ({ name: 'process.cpu.utilization', value: 0.25, atMs, attributes: { 'cpu.mode': mode } }));
  return [...cpu, ...[['SKT', 5], ['KT', 3]].map(([channel, value]) => ({
    name: 'narrows.active.transactions', value: Number(value), atMs,
    attributes: { 'narrows.operation': 'POST /login', 'narrows.span.kind': 'server', 'identity.channel': String(channel), 'narrows.age_band': '0-3s', 'narrows.active.state': 'httpc' },
  }))];
}

beforeAll(async () => {
  await collector.start();
  await collector.logIn();
  const seconds = [0, 1, 2, 3, 4, 5];
  for (const body of [
    ['traces', traces(journeys())],
    ['metrics', metrics('identity', seconds.flatMap((s) => activeReport(from + s * 1_000 + 300, 7)))],
    ['metrics', metrics('web', seconds.flatMap((s) => gatewayReport(from + s * 1_000 + 400)))],
    ['logs', logs('identity', [{ atMs: from + 5_950, body: '{"msg":"verified"}', traceId: TRACE, spanId: IDENTITY }])],
  ] as const) expect((await collector.send(body[0], body[1])).status).toBe(200);
  await collector.askUntil<IngestStatus>('/ingest', (s) => s.services.length >= 3 && s.spoolBytes === 0);
});
afterAll(() => collector.remove());

describe('answers of the query API', () => {
  it('the session says which agency it sees', async () => {
    expect(await collector.ask<SessionAnswer>('/session')).toMatchObject({ agency: 'default', agencyName: '질병관리청', user: 'admin', timeZone: 'Asia/Seoul' });
  });

  it('pipelines are the ones of the file', async () => {
    const { pipelines } = await collector.ask<PipelinesAnswer>('/pipelines');
    expect(pipelines.map((p) => [p.id, p.stages.map((s) => s.id)])).toEqual([['vaccine', ['waiting-room', 'identity', 'booking']]]);
  });

  it('the ingest page counts what was accepted and names who sent it', async () => {
    const status = await collector.ask<IngestStatus>('/ingest');
    expect(status).toMatchObject({ spans: 9, points: 54, logRecords: 1, rejected: [] });
    expect(status.services.map((s) => s.service).sort()).toEqual(['booking', 'identity', 'web']);
    expect(status.lastStoredMs).not.toBeNull();
  });

  it('the hitmap has every transaction in its cell, and none twice', async () => {
    const map = await collector.ask<HitmapAnswer>(`/hitmap?from=${from}&to=${to}`);
    expect(map).toMatchObject({ fromMs: from, toMs: to, columnSeconds: 5, transactions: 8, errors: 1 });
    // 200 ms is cell 1, 3.1 s cell 24, 3.3 s cell 26, 40 ms cell 0.
    expect(map.columns).toEqual([
      { atMs: from, ok: [[1, 4]], error: [[1, 1]] },
      { atMs: from + 5_000, ok: [[0, 1], [24, 1], [26, 1]], error: [] },
    ]);
    expect((await collector.ask<HitmapAnswer>(`/hitmap?from=${from}&to=${to}&pipeline=vaccine&stage=identity&channel=KT`)).transactions).toBe(1);
  });

  it('a rectangle of the hitmap lists exactly what it counted', async () => {
    const list = await collector.ask<TransactionsAnswer>(`/transactions?from=${from}&to=${from + 5_000}&minDurationMs=125&maxDurationMs=250&error=true`);
    expect(list.total).toBe(1);
    expect(list.rows[0]).toMatchObject({ service: 'identity', stage: 'identity', channel: 'SKT', outcome: 'failed', error: true, statusMessage: 'carrier timeout', httpStatus: '504', durationMs: 200 });
  });

  it('facets count all that match, not only the rows shown', async () => {
    const list = await collector.ask<TransactionsAnswer>(`/transactions?from=${from}&to=${to}&limit=2&sort=slowest`);
    expect(list).toMatchObject({ total: 8, limit: 2 });
    expect(list.rows.map((r) => r.durationMs)).toEqual([3_300, 3_100]);
    expect(list.facets.find((f) => f.field === 'service')?.values).toEqual([{ value: 'identity', count: 6 }, { value: 'booking', count: 1 }, { value: 'web', count: 1 }]);
    expect(list.facets.find((f) => f.field === 'channel')?.values).toEqual([{ value: 'SKT', count: 5 }, { value: 'KT', count: 1 }]);
  });

  it('a trace has its spans, events and logs, with exact times', async () => {
    const trace = await collector.ask<TraceAnswer>(`/traces/${TRACE.toUpperCase()}`);
    expect(trace.spans.map((s) => s.spanId)).toEqual([WEB, CALL, IDENTITY]);
    expect(trace.spans[2]).toMatchObject({ parentSpanId: CALL, kind: 'Server', durationNano: '3100000000', startUnixNano: `${from + 2_800}000000`, stage: 'identity', statusCode: 'Unset' });
    expect(trace.spans[0]?.events).toEqual([{ atUnixNano: `${from + 4_000}000000`, name: 'queued', attributes: {} }]);
    expect(trace.logs).toMatchObject([{ spanId: IDENTITY, service: 'identity', body: '{"msg":"verified"}', severity: 'INFO' }]);
    expect(trace).toMatchObject({ spansOmitted: 0, logsOmitted: 0 });
  });

  it('the live history is dense, and says null where nobody reported', async () => {
    const { history } = await collector.ask<LiveAnswer>(`/live?pipeline=vaccine&from=${from}&to=${to}`);
    expect(history.map((p) => p.atMs)).toEqual(Array.from({ length: 10 }, (_, i) => from + i * 1_000));
    expect(history.map((p) => p.completions)).toEqual([0, 0, 5, 0, 0, 1, 0, 1, 0, 0]);
    // Reports of seconds 0–5 count until second 7, and then no more.
    expect(history.map((p) => p.inFlight)).toEqual([8, 8, 8, 8, 8, 8, 8, 8, null, null]);
    expect(history[2]).toMatchObject({ errors: 1, apdex: 0.8 });
    // All five took 200 ms, and the sketch is within 1 %.
    for (const quantile of [history[2]?.p50Ms, history[2]?.p95Ms, history[2]?.p99Ms]) expect(Math.abs((quantile ?? 0) - 200)).toBeLessThanOrEqual(2);
    expect(history[5]?.p50Ms).toBeGreaterThan(3_000);
    expect(history[0]).toMatchObject({ p50Ms: null, apdex: null });
  });

  it('a past second is told as of then, with every open transaction counted once', async () => {
    const { tick } = await collector.ask<LiveAnswer>(`/live?pipeline=vaccine&from=${from}&to=${from + 6_000}`);
    expect(tick).toMatchObject({ atMs: from + 5_000, serverNowMs: from + 6_000, dataAgeMs: 0, totals: { completions: 1 } });
    expect(tick.active.services).toMatchObject([
      { service: 'identity', bands: [1, 7, 0], states: { method: 1, pool: 7 } },
      { service: 'web', bands: [8, 0, 0], states: { httpc: 8 } },
    ]);
  });

  it('verdicts can be asked of a past window', async () => {
    expect(Array.isArray((await collector.ask<VerdictsAnswer>(`/verdicts?from=${from}&to=${to}&pipeline=vaccine`)).verdicts)).toBe(true);
  });

  it('open transactions are listed oldest first while they are reported, and "not reported" otherwise', async () => {
    expect(await collector.ask<ActiveAnswer>('/active')).toEqual({ reported: false, atMs: null, rows: [] });
    const now = Date.now();
    const record = (spanId: string, ageMs: number, channel: string, atMs = now) => ({
      atMs, eventName: 'narrows.active.transaction', traceId: newId(16), spanId,
      attributes: { 'narrows.operation': 'POST /verify', 'narrows.age_ms': ageMs, 'narrows.active.state': 'pool', 'narrows.open_child': 'POST', 'identity.channel': channel, 'narrows.span.kind': 'server' },
    });
    const [young, old, ended] = [newId(8), newId(8), newId(8)];
    await collector.send('metrics', metrics('identity', activeReport(now, 2)));
    await collector.send('logs', logs('identity', [record(ended, 9_500, 'SKT', now - 800), record(young, 1_000, 'KT'), record(old, 9_000, 'SKT')]));
    const active = await collector.askUntil<ActiveAnswer>('/active', (a) => a.rows.length > 0 && a.reported);
    expect(active.rows.map((r) => r.spanId)).toEqual([old, young]);
    expect(active.rows[0]).toMatchObject({ service: 'identity', operation: 'POST /verify', ageMs: 9_000, state: 'pool', openChild: 'POST' });

    const later = (Math.floor(now / 1_000) + 1) * 1_000;
    await collector.send('metrics', metrics('identity', activeReport(later, 0).map((point) => ({ ...point, value: 0 }))));
    const answer = await collector.askUntil<ActiveAnswer>('/active', (a) => a.atMs === null || a.atMs >= later);
    expect(answer, 'whoever says that nothing is open any more lists nothing').toEqual({ reported: true, atMs: later, rows: [] });
  });

  it('an empty window is an empty answer, not an error', async () => {
    const past = `from=${from - 3600_000}&to=${from - 3500_000}`;
    expect(await collector.ask<HitmapAnswer>(`/hitmap?${past}`)).toMatchObject({ transactions: 0, columns: [] });
    expect(await collector.ask<TransactionsAnswer>(`/transactions?${past}`)).toMatchObject({ total: 0, rows: [] });
    expect(await collector.ask<VerdictsAnswer>(`/verdicts?${past}`)).toEqual({ verdicts: [] });
  });
});

describe('the judge\'s series, from the store that the collector left behind', () => {
  it('are dense, joined by service, and tell zero from "not reported"', async () => {
    expect(await collector.stop()).toBe(0);
    const store = await openStore({ mode: 'embedded', path: `${collector.dataDir}/store` });
    try {
      const [pipeline] = readPipelineFiles(collector.dir);
      const input = await selectJudgeInput(createAsker(store, 'default'), pipeline ?? null, { fromMs: from, toMs: to });
      const series = (stage: string, channel: string, service = '') => {
        const found = input.places.find((p) => p.stage === stage && p.channel === channel && (stage !== '' || p.service === service));
        if (!found) throw new Error(`no series ${stage}/${channel}/${service}`);
        return found;
      };
      expect(input.places.map((p) => `${p.stage}/${p.channel}/${p.service}`)).toEqual(
        ['waiting-room//waiting-room', 'identity//identity', 'identity/KT/identity', 'identity/SKT/identity', 'booking//booking', '//booking', '//identity', '//web']);
      expect(series('identity', '').points.map((p) => p.completions)).toEqual([0, 0, 5, 0, 0, 1, 0, 0, 0, 0]);
      expect(series('identity', 'SKT').points.map((p) => p.inFlight)).toEqual([8, 8, 8, 8, 8, 8, 8, 8, null, null]);
      expect(series('identity', 'SKT').points[0]).toMatchObject({ begun: 2, oldestMs: 4_000, waitingOn: { pool: 7, method: 1 }, limit: 3 });
      expect(series('identity', 'KT').points[5]).toMatchObject({ completions: 1, residenceMsSum: 3_100, downstreamMsSum: 100 });
      expect(input.instances).toContainEqual({ service: 'identity', instance: 'identity-1', version: '', points: [
        { atMs: from, completions: 5, errors: 1, residenceMsSum: 1_000, downstreamMsSum: null },
        { atMs: from + 5_000, completions: 1, errors: 0, residenceMsSum: 3_100, downstreamMsSum: 100 },
      ] });
      expect(input.runtime).toEqual([{ service: 'web', instance: 'web-1', measure: 'cpu', points: [0, 1, 2, 3, 4, 5].map((s) => ({ atMs: from + s * 1_000, share: 0.5 })) }]);
      expect([...new Set(input.people!.map(({ atMs }) => atMs))]).toEqual(from % 10_000 === 0 ? [from] : [from - 5_000, from + 5_000].filter((at) => at >= from));
      // identity's agent spoke, so a channel of it without open transactions has none; booking's never did.
      expect(series('identity', 'KT').points[0]?.inFlight).toBe(0);
      expect(series('', '', 'booking').points[0]?.inFlight).toBeNull();
      expect(series('waiting-room', '').points[0]).toMatchObject({ inFlight: null, queued: null });
      expect(series('waiting-room', '').deliberate).toBe(true);
      expect(input.edges).toMatchObject([{ service: 'web', peer: 'identity', kind: 'http' }]);
      expect(input.edges[0]?.points[5]).toMatchObject({ calls: 1, errors: 0, durationMsSum: 3_200 });
    } finally {
      await store.close();
    }
  });

  it('are the same to the last second when an hour is read, piece by piece', async () => {
    const store = await openStore({ mode: 'embedded', path: `${collector.dataDir}/store` });
    try {
      const [pipeline = null] = readPipelineFiles(collector.dir);
      const asker = createAsker(store, 'default');
      const secondsAsked: number[] = [];
      const watched = { ...asker, query: <T>(sql: string, params: Record<string, unknown> = {}) => {
        if (/ARRAY JOIN|AS told/.test(sql)) secondsAsked.push(Number(params.to) - Number(params.from));
        return asker.query<T>(sql, params);
      } };
      const short = await selectJudgeInput(asker, pipeline, { fromMs: from, toMs: to });
      // One piece ends in the middle of what was reported.
      const long = await selectJudgeInput(watched, pipeline, { fromMs: from + 7_000 - 3_000_000, toMs: to });
      expect(Math.max(...secondsAsked)).toBe(600);
      expect(secondsAsked.reduce((a, b) => a + b, 0)).toBe(2 * (3_000 + 5));
      const lately = (places: typeof short.places) => places.map(({ points, ...place }) => ({ ...place, points: points.slice(-10) }));
      expect(lately(long.places)).toEqual(lately(short.places));
      expect(long.edges.map(({ points }) => points.slice(-10))).toEqual(short.edges.map(({ points }) => points));
      expect(long.instances).toEqual(short.instances);
    } finally {
      await store.close();
    }
  });
});
