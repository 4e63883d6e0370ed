// The collector's doors: who gets in, what a wrong request is told, and that nothing of it is stored. Real process, real
// HTTP.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ErrorAnswer, type IngestStatus, type LiveTick, ROUTES } from '@narrows/contract';
import { CollectorProcess, NARROWS } from './serve-collector.js';
import { traces, type SpanText } from './serve-otlp.js';

const collector = new CollectorProcess();
const dashboard = path.join(collector.dir, 'dashboard');
const span = (endMs: number, overrides: Partial<SpanText> = {}): SpanText => ({ service: 'web', name: 'GET /', kind: 'server', endMs, durationMs: 5, ...overrides });
const narrows = async (...args: string[]) => (await promisify(execFile)(process.execPath, [NARROWS, ...args])).stdout.trim();

beforeAll(async () => {
  mkdirSync(path.join(dashboard, 'assets'), { recursive: true });
  writeFileSync(path.join(dashboard, 'index.html'), '<!doctype html><title>Narrows</title>');
  writeFileSync(path.join(dashboard, 'assets', 'main-BkU4q7Zx.js'), 'export {};\n');
  await collector.start({ NARROWS_DASHBOARD_DIR: dashboard });
  await collector.logIn();
});
afterAll(() => collector.remove());

async function errorOf(response: Response): Promise<[number, string]> {
  return [response.status, (await response.json() as ErrorAnswer).error.code];
}

describe('logging in', () => {
  it('a login link leads to the dashboard once, and then to a page that says how to get another', async () => {
    const link = new URL(await narrows('login-link', '--data', collector.dataDir, '--port', new URL(collector.ready.url).port));
    const first = await collector.get(link.pathname + link.search, {});
    expect([first.status, first.headers.get('location')]).toEqual([302, '/']);
    expect(first.headers.get('set-cookie')).toMatch(/^narrows_session=nrw_session_[\w-]{32}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
    const again = await collector.get(link.pathname + link.search, {});
    expect(again.status).toBe(401);
    expect(await again.text()).toMatch(/더 이상 쓸 수 없습니다[\s\S]*npx narrows login-link[\s\S]*no longer works/);
  });
  it('a link that never was is answered like a used one, and whoever is logged in is sent on', async () => {
    expect((await collector.get('/login?token=nonsense', {})).status).toBe(401);
    const withoutToken = await collector.get('/login', {});
    expect(withoutToken.status).toBe(401);
    expect(await withoutToken.text()).toContain('Open the whole login link');
    expect((await collector.get('/login?token=nonsense')).status).toBe(302);
  });
  it('without a session the query API answers 401, with a forged one too', async () => {
    expect(await errorOf(await collector.get('/api/v1/session', {}))).toEqual([401, 'SESSION_REQUIRED']);
    expect(await errorOf(await collector.get('/api/v1/live', { cookie: 'narrows_session=nrw_session_forged' }))).toEqual([401, 'SESSION_REQUIRED']);
    expect(await errorOf(await collector.get('/api/v1/live/stream', {}))).toEqual([401, 'SESSION_REQUIRED']);
  });
  it('an ingestion key may not read: 403', async () => {
    expect(await errorOf(await collector.get('/api/v1/session', { authorization: `Bearer ${collector.ingestKey}` }))).toEqual([403, 'FORBIDDEN']);
    expect(await errorOf(await collector.get('/api/v1/session', { 'x-narrows-key': collector.ingestKey }))).toEqual([403, 'FORBIDDEN']);
  });
  it('an API token reads and may not send; a revoked one is refused', async () => {
    const token = await narrows('key', 'create', '--data', collector.dataDir, '--for', 'api', '--name', 'wall');
    expect((await collector.get('/api/v1/session', { authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await collector.send('traces', traces([span(Date.now())]), { authorization: `Bearer ${token}` })).status).toBe(401);
    const unused = await narrows('key', 'create', '--data', collector.dataDir, '--for', 'api', '--name', 'lost');
    const listed = JSON.parse(await narrows('key', 'list', '--data', collector.dataDir, '--json')) as { id: number; name: string }[];
    expect(JSON.stringify(listed)).not.toContain(unused);
    await narrows('key', 'revoke', String(listed.find((k) => k.name === 'lost')?.id), '--data', collector.dataDir);
    expect(await errorOf(await collector.get('/api/v1/session', { authorization: `Bearer ${unused}` }))).toEqual([401, 'SESSION_REQUIRED']);
  });
});

describe('questions with a mistake', () => {
  it.each([
    ['/hitmap?from=abc', 'from'], ['/hitmap?from=20&to=10', 'from'], ['/hitmap?from=0', 'from'], ['/transactions?limit=0', 'limit'], ['/transactions?limit=1001', 'limit'],
    ['/transactions?sort=best', 'sort'], ['/transactions?traceId=xyz', 'traceId'], ['/active?band=9s', 'band'], ['/traces/xyz', 'traceId'],
    ['/hitmap?to=99999999999999', ''], ['/verdicts?from=1&to=99999999', 'from'],
  ])('%s is told which parameter is wrong', async (question, parameter) => {
    const response = await collector.get(`/api/v1${question}`);
    const { error } = await response.json() as ErrorAnswer;
    expect([response.status, error.code]).toEqual([400, 'QUERY_INVALID']);
    expect(error.message).toContain(parameter);
    expect(error.whatToDo).not.toBe('');
  });
  it('what is not there is 404, in the same shape', async () => {
    expect(await errorOf(await collector.get('/api/v1/live?pipeline=nope'))).toEqual([404, 'NOT_FOUND']);
    expect(await errorOf(await collector.get(`/api/v1/traces/${'a'.repeat(32)}`))).toEqual([404, 'NOT_FOUND']);
    expect(await errorOf(await collector.get('/api/v1/nowhere'))).toEqual([404, 'NOT_FOUND']);
  });
  it('text from outside is a value and never SQL', async () => {
    const answer = await collector.ask<{ total: number }>(`/transactions?service=${encodeURIComponent('\' OR 1=1 --')}&person=${encodeURIComponent('\\\' UNION ALL SELECT 1')}`);
    expect(answer.total).toBe(0);
  });
});

describe('bad input on the OTLP port', () => {
  it.each([
    ['a wrong key', { authorization: 'Bearer wrong' }, '{}', 401],
    ['no key', { authorization: '' }, '{}', 401],
    ['a wrong content type', { 'content-type': 'text/plain' }, '{}', 415],
    ['garbage as protobuf', { 'content-type': 'application/x-protobuf' }, 'garbage, not protobuf', 400],
    ['garbage as JSON', {}, '{"resourceSpans":[{]', 400],
    ['a body that is no gzip', { 'content-encoding': 'gzip' }, 'not gzip', 400],
    ['a gzip bomb', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(64 * 1024 * 1024)), 413],
    ['an empty body', {}, '', 200],
  ])('%s gets its documented answer, and nothing is stored', async (_name, headers, body, status) => {
    const before = await collector.ask<IngestStatus>('/ingest');
    expect((await collector.send('traces', new Uint8Array(Buffer.from(body)), headers as Record<string, string>)).status).toBe(status);
    const after = await collector.ask<IngestStatus>('/ingest');
    expect(after.spans).toBe(before.spans);
  });
  it('refusals are counted under their code, so that an empty page can say why', async () => {
    const codes = (await collector.ask<IngestStatus>('/ingest')).rejected.map((r) => r.code);
    expect(codes).toEqual(expect.arrayContaining(['KEY_UNKNOWN', 'KEY_MISSING', 'CONTENT_TYPE', 'CONTENT_ENCODING', 'REQUEST_TOO_LARGE']));
  });
});

describe('live', () => {
  it('every second a tick arrives, never of an earlier second than before, with the data that came in', async () => {
    const leave = new AbortController();
    const response = await collector.get('/api/v1/live/stream?pipeline=vaccine', undefined, leave.signal);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const ticks: LiveTick[] = [];
    let text = '';
    for await (const chunk of response.body ?? []) {
      await collector.send('traces', traces([span(Date.now())]));
      text += Buffer.from(chunk as Uint8Array).toString();
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = /^event: tick\nid: \d+\ndata: (.*)$/m.exec(event)?.[1];
        if (data) ticks.push(JSON.parse(data) as LiveTick);
      }
      if (ticks.length > 2 && ticks.some((t) => t.dataAgeMs !== null)) break;
    }
    leave.abort();
    expect(ticks[0]).toMatchObject({ pipeline: 'vaccine', active: { reported: false, services: [] }, people: { waiting: null } });
    expect(ticks[0]?.places.map((p) => p.stage)).toEqual(['waiting-room', 'identity', 'booking']);
    for (const [i, tick] of ticks.entries()) expect(tick.atMs).toBeGreaterThanOrEqual(ticks[i - 1]?.atMs ?? 0);
    expect(new Set(ticks.map((t) => t.atMs)).size).toBeGreaterThan(1);
  });
  it('the first answer has a tick and ten minutes of history', async () => {
    const { tick, history } = await collector.ask<{ tick: LiveTick; history: unknown[] }>('/live?pipeline=');
    expect(tick.pipeline).toBeNull();
    expect(history).toHaveLength(600);
  });
});

describe('served files and operations', () => {
  it('the page is under every view\'s address, hashed files are kept for ever, others are asked for', async () => {
    const view = await collector.get('/traces/abc', {});
    expect([view.status, view.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    expect(await view.text()).toContain('<title>Narrows');
    expect((await collector.get('/assets/main-BkU4q7Zx.js', {})).headers.get('cache-control')).toContain('immutable');
    expect((await collector.get('/assets/gone-12345678.js', {})).status).toBe(404);
    expect((await collector.get('/../../etc/passwd', {})).headers.get('content-type')).not.toContain('octet-stream');
  });
  it('the content policy allows no script from elsewhere and none inline', async () => {
    const policy = (await collector.get('/', {})).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
  });
  it('a connection stays open for longer than a proxy in front would use it again', async () => {
    expect((await collector.get('/api/v1/openapi.json', {})).headers.get('keep-alive')).toBe('timeout=75');
    expect((await collector.get('/', {})).headers.get('keep-alive')).toBe('timeout=75');
  });
  it('OpenAPI lists every route of the contract', async () => {
    const { paths } = await (await collector.get('/api/v1/openapi.json', {})).json() as { paths: Record<string, unknown> };
    const routes = Object.values(ROUTES).filter((route) => route !== ROUTES.openapi).map((route) => `/api/v1${route.replace(/:(\w+)/, '{$1}')}`);
    expect(Object.keys(paths).sort()).toEqual(routes.sort());
  });
  it('health, readiness and metrics need no login and name no secret', async () => {
    expect(await (await collector.get('/health', {})).json()).toEqual({ status: 'up' });
    expect(await (await collector.get('/ready', {})).json()).toEqual({ status: 'ready', because: null });
    const text = await (await collector.get('/metrics', {})).text();
    expect(text).toMatch(/narrows_items_total\{agency="default",signal="traces"\} \d+/);
    expect(text).toMatch(/narrows_refused_requests_total\{agency="",code="KEY_UNKNOWN"\} \d+/);
    expect(text).not.toContain(collector.ingestKey);
  });
});

describe('the command line', () => {
  it('a recording is replayed in order, and what is stored already is not stored twice', async () => {
    const file = path.join(collector.dir, 'traces-1.json');
    const packed = path.join(collector.dir, 'traces-2.json.gz');
    writeFileSync(file, JSON.stringify(traces([span(Date.now()), span(Date.now())])));
    writeFileSync(packed, gzipSync(JSON.stringify(traces([span(Date.now())]))));
    const before = (await collector.ask<IngestStatus>('/ingest')).spans;
    const replay = () => narrows('replay', file, packed, '--to', collector.ready.otlp, '--key', collector.ingestKey);
    expect(JSON.parse(await replay())).toMatchObject({ requests: 2, traces: 2 });
    await replay();
    expect((await collector.ask<IngestStatus>('/ingest')).spans - before).toBe(3);
  });
  it('a past window is judged from the command line', async () => {
    const port = new URL(collector.ready.url).port;
    expect(JSON.parse(await narrows('judge', '--from', String(Date.now() - 60_000), '--to', String(Date.now()), '--json', '--data', collector.dataDir, '--port', port))).toHaveProperty('verdicts');
  });
  it('the doctor finds the collector and says what was refused', async () => {
    const child = spawn(process.execPath, [NARROWS, 'doctor', '--data', collector.dataDir, '--port', new URL(collector.ready.url).port], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    for await (const chunk of child.stdout) said += String(chunk);
    expect(said).toMatch(/ok {3}a collector answers/);
    expect(said).toMatch(/refused with KEY_UNKNOWN/);
  });
});
