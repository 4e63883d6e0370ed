// History through the real collector: what is judged again about the past is what the live ticks said then; markers that
// people put down, deployments that the data shows, and whether what was done helped.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS, ROUTES, type HelpedAnswer, type IngestStatus, type LiveTick, type Marker, type MarkersAnswer, type TimelineAnswer } from '@narrows/contract';
import { judge } from '../dist/judge/judge.js';
import { readPipelineFiles } from '../dist/pipeline-files.js';
import { PastSeries } from '../dist/query/past-series.js';
import { createAsker } from '../dist/query/question.js';
import { openStore } from '../dist/store/store.js';
import { CollectorProcess, NARROWS } from './serve-collector.js';
import { metrics, newId, traces, type SpanText } from './serve-otlp.js';

const collector = new CollectorProcess();
const SECOND_MS = 1_000;
/** How long the live part goes on at most, and until how many ticks have said something. */
const LIVE_SECONDS_MAX = 90;
const SAYING_TICKS = 8;
const AHEAD_MS = 3_000;

interface Second { endMs: number; line: number; begun: number; ended: number; workers: number; version: string }

/** One second of identity verification: so many ended with this wait, so many begun, so many in line. */
function spansOf({ endMs, line, ended }: Second): SpanText[] {
  const waitMs = 500 + (line / Math.max(1, ended)) * 1_000;
  return Array.from({ length: ended }, (_, i) => ({
    service: 'identity', name: 'POST /verify', kind: 'server', traceId: newId(16), endMs: endMs - 10 - i * 10, durationMs: waitMs,
    attributes: { 'http.request.method': 'POST', 'http.route': '/verify' },
  }));
}
const pointsOf = ({ endMs, line, begun, ended, workers }: Second) => {
  const labels = { 'narrows.operation': 'POST /verify', 'narrows.span.kind': 'server', 'http.route': '/verify', 'http.request.method': 'POST' };
  const atMs = endMs - 500;
  return [
    { name: 'narrows.active.transactions', value: line + Math.min(workers, Math.ceil(ended / 2)), atMs, attributes: { ...labels, 'narrows.age_band': '0-3s', 'narrows.active.state': 'method' } },
    { name: 'narrows.active.begun', value: begun, atMs, attributes: labels, delta: true },
    { name: 'narrows.active.oldest_ms', value: 500 + (line / Math.max(1, ended)) * 1_000, atMs, attributes: labels },
    { name: 'identity.workers', value: workers, atMs },
  ];
};

/** The same spans with a version of their service, which the short form does not know. */
function versioned(spans: readonly SpanText[], version: string): object {
  const body = traces(spans) as { resourceSpans: { resource: { attributes: unknown[] } }[] };
  for (const { resource } of body.resourceSpans) resource.attributes.push({ key: 'service.version', value: { stringValue: version } });
  return body;
}
async function send(seconds: readonly Second[]): Promise<void> {
  for (const version of new Set(seconds.map((one) => one.version))) {
    const mine = seconds.filter((one) => one.version === version);
    expect((await collector.send('traces', versioned(mine.flatMap(spansOf), version))).status).toBe(200);
    expect((await collector.send('metrics', metrics('identity', mine.flatMap(pointsOf)))).status).toBe(200);
  }
}

/** The past: calm, overrun from −300 s on, twice and a half the workers from −200 s on, with a new version. */
const nowMs = Math.floor(Date.now() / SECOND_MS) * SECOND_MS;
const ACTED = nowMs - 200 * SECOND_MS;
function past(): Second[] {
  let line = 0;
  return Array.from({ length: 385 }, (_, i): Second => {
    const endMs = nowMs + (i - 400 + 1) * SECOND_MS;
    const begun = endMs <= nowMs - 300 * SECOND_MS ? 8 : 20;
    const workers = endMs <= ACTED ? 6 : 15;
    const ended = Math.min(workers * 2, line + begun);
    line = Math.max(0, line + begun - ended);
    return { endMs, line, begun, ended, workers, version: endMs <= ACTED ? '1.0.0' : '1.1.0' };
  });
}

beforeAll(async () => {
  await collector.start();
  await collector.logIn();
  for (let i = 0, all = past(); i < all.length; i += 60) await send(all.slice(i, i + 60));
  await collector.askUntil<IngestStatus>('/ingest', (s) => s.services.length >= 1 && s.spoolBytes === 0);
});
afterAll(() => collector.remove());

describe('the timeline', () => {
  it('finds an episode of the past with its begin and its end, and the deployment beside it', async () => {
    const answer = await collector.ask<TimelineAnswer>(`/timeline?pipeline=vaccine&from=${nowMs - 390_000}&to=${nowMs - 60_000}`);
    expect(answer.stepMs).toBe(2_000);
    const saturation = answer.episodes.find(({ kind }) => kind === 'saturation');
    expect(saturation).toMatchObject({ subject: { stage: 'identity' } });
    expect(Math.abs(saturation!.begin - (nowMs - 300_000))).toBeLessThanOrEqual(5_000);
    expect(saturation!.end! - ACTED).toBeGreaterThan(0);
    expect(saturation!.end!).toBeLessThan(nowMs - 60_000);
    expect(answer.markers).toMatchObject([{ kind: 'deployment', text: 'identity 1.0.0 → 1.1.0', by: null, subject: { service: 'identity' } }]);
    expect(Math.abs(answer.markers[0]!.at - ACTED)).toBeLessThanOrEqual(5_000);
  });

  it('refuses what it cannot judge and says why', async () => {
    expect((await collector.get(`/api/v1/timeline?from=${nowMs - 7 * 3600_000}&to=${nowMs}`)).status).toBe(400);
    expect((await collector.get('/api/v1/timeline?pipeline=nowhere')).status).toBe(404);
    expect((await collector.get('/api/v1/timeline', {})).status).toBe(401);
  });

  it('of a time without data is empty, not an error', async () => {
    expect(await collector.ask<TimelineAnswer>(`/timeline?from=${nowMs - 7200_000}&to=${nowMs - 7000_000}`)).toMatchObject({ episodes: [], markers: [] });
  });
});

describe('markers', () => {
  it('are put down by whoever is logged in, masked, and listed in order of time', async () => {
    const put = await collector.post('/markers', { text: 'called 010-1234-5678, added 9 workers', subject: { stage: 'identity' }, at: ACTED });
    expect(put.status).toBe(200);
    expect(await put.json()).toMatchObject({ at: ACTED, kind: 'action', by: 'admin', text: 'called 010-****-****, added 9 workers', subject: { stage: 'identity' } });
    const { markers } = await collector.ask<MarkersAnswer>(`/markers?from=${ACTED - 10_000}&to=${ACTED + 20_000}`);
    expect(markers.map(({ kind, by }) => [kind, by])).toContainEqual(['action', 'admin']);
    expect(markers.map(({ kind, by }) => [kind, by])).toContainEqual(['deployment', null]);
  });

  it('that cannot be right are refused with the name of the field', async () => {
    for (const [body, field] of [[{ text: ' ' }, 'text'], [{ text: 'x', kind: 'party' }, 'kind'], [{ text: 'x', subject: { colour: 'red' } }, 'subject'], [{ text: 'x', at: nowMs + 86_400_000 }, 'at'], [{ text: 'x'.repeat(501) }, 'text']] as const) {
      const answer = await collector.post('/markers', body);
      expect(answer.status).toBe(400);
      expect((await answer.json() as { error: { message: string } }).error.message).toContain(field);
    }
  });

  it('are put down from the command line while the collector runs', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [NARROWS, 'mark', 'version 1.1.0 is out', '--kind', 'deployment', '--subject', 'service=identity', '--at', String(ACTED + 1_000), '--data', collector.dataDir]);
    expect(stdout).toMatch(/^m\d+\t.*\tdeployment\tversion 1\.1\.0 is out\n$/);
    const { markers } = await collector.ask<MarkersAnswer>(`/markers?from=${ACTED - 10_000}&to=${ACTED + 20_000}`);
    // The same deployment, seen in the data as well, is shown once.
    expect(markers.filter(({ kind }) => kind === 'deployment').map(({ by }: Marker) => by)).toEqual(['command line']);
  });

  it('say whether it helped: measured before, predicted, measured after', async () => {
    // Whatever is done next ends the measuring.
    expect((await collector.post('/markers', { text: 'handed over', at: nowMs - 60_000 })).status).toBe(200);
    const answer = await collector.ask<HelpedAnswer>(`/helped?pipeline=vaccine&at=${ACTED + 1_000}&stage=identity`);
    expect(answer).toMatchObject({ answer: 'helped', verdict: { kind: 'saturation' }, remedy: { action: 'add_instances' }, subject: { stage: 'identity' } });
    expect(answer.before!.waitMs!).toBeGreaterThan(5 * answer.after!.waitMs!);
    expect(await collector.ask<HelpedAnswer>(`/helped?pipeline=vaccine&at=${nowMs - 350_000}&stage=booking`)).toMatchObject({ verdict: null, remedy: null });
  });
});

describe('what is judged again', () => {
  it('is what the live ticks said, second by second', async () => {
    const ticks: LiveTick[] = [];
    const ending = new AbortController();
    const stream = (await collector.get(`/api/v1${ROUTES.liveStream}?pipeline=vaccine`, undefined, ending.signal)).body!;
    const reading = readTicks(stream, (tick) => ticks.push(tick)).catch((error: unknown) => { if (!ending.signal.aborted) throw error; });
    let sentMs = Math.floor(Date.now() / SECOND_MS) * SECOND_MS;
    let line = 0;
    const saying = () => ticks.filter(({ verdicts }) => verdicts.some(({ kind, confidence }) => kind === 'saturation' && confidence >= 0.5));
    for (let i = 0; i < LIVE_SECONDS_MAX && saying().length < SAYING_TICKS; i++) {
      // Ahead of the clock, so that every second is whole when its turn comes, also on a busy machine that makes no tick of some.
      const seconds: Second[] = [];
      for (; sentMs < Date.now() + AHEAD_MS; sentMs += SECOND_MS) {
        const ended = Math.min(12, line + 40);
        line += 40 - ended;
        seconds.push({ endMs: sentMs + SECOND_MS, line, begun: 40, ended, workers: 6, version: '1.1.0' });
      }
      await send(seconds);
      await new Promise((resolve) => { setTimeout(resolve, SECOND_MS); });
    }
    ending.abort();
    await reading;
    expect(saying().length).toBeGreaterThanOrEqual(SAYING_TICKS);

    expect(await collector.stop()).toBe(0);
    const store = await openStore({ mode: 'embedded', path: `${collector.dataDir}/store` });
    try {
      const [pipeline] = readPipelineFiles(collector.dir);
      const window = ({ atMs }: LiveTick) => ({ fromMs: atMs + SECOND_MS - LIMITS.judgeWindowSeconds * SECOND_MS, toMs: atMs + SECOND_MS });
      const series = await PastSeries.read(createAsker(store, 'default'), pipeline!, { fromMs: window(ticks[0]!).fromMs, toMs: window(ticks.at(-1)!).toMs });
      for (const tick of ticks) expect(judge({ ...series.window(window(tick)), timeZone: 'Asia/Seoul' }), new Date(tick.atMs).toISOString()).toEqual(tick.verdicts);
    } finally {
      await store.close();
    }
  });
});

async function readTicks(stream: ReadableStream<Uint8Array>, said: (tick: LiveTick) => void): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: ?(.*)$/m.exec(text.slice(0, end))?.[1];
      if (text.slice(0, end).includes('event: tick') && data !== undefined) said(JSON.parse(data) as LiveTick);
      text = text.slice(end + 2);
    }
  }
}
