import { PublicStatusSchema, type PipelineDefinition, type PlaceState, type PublicPageSettings } from '@narrows/contract';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { publicStatus, STALE_AFTER_SECONDS } from './public-status.js';
import { StatusDoor } from './status-door.js';
import { statusFiles } from './status-files.js';
import { statusPage } from './status-page.js';

const NOW = Date.UTC(2026, 10, 29, 11, 0, 5);
const PIPELINE: PipelineDefinition = {
  id: 'vaccine-internal-7', name: { ko: '백신 사전예약', en: 'Vaccine reservation' },
  stages: [
    { id: 'waiting-room', name: { ko: '대기실', en: 'Waiting room' }, wait: 'deliberate', match: { service: 'internal-queue-service' } },
    { id: 'identity', name: { ko: '본인인증', en: 'Identity' }, match: { service: 'internal-identity' }, channel: 'c', channels: { 'pass-skt': { ko: 'PASS(SKT)', en: 'PASS (SKT)' }, kcb: { ko: 'KCB', en: 'KCB' } } },
    { id: 'booking', name: { ko: '예약', en: 'Booking' }, match: { service: 'internal-booking' } },
  ],
};
const SETTINGS: PublicPageSettings = { enabled: true, pipeline: PIPELINE.id, agencyName: { ko: '질병관리청', en: 'KDCA' }, stages: [], announcements: [], override: null };
const place = (stage: string, channel: string, changes: Partial<PlaceState>): PlaceState => ({
  stage, channel, service: 'internal-secret-service', name: { ko: 'x', en: 'x' }, deliberate: false, light: 'fine', arrivalsPerSecond: 123.4, completionsPerSecond: 50, errorsPerSecond: 7.7, inFlight: 4_711, waiting: 0, residenceMs: 400,
  selfMs: 1, downstreamMs: 2, utilisation: 0.987, capacityPerSecond: 50, capacitySource: 'declared', oldestMs: 99_999, clearsInSeconds: 31, ...changes,
});
const PLACES = [place('waiting-room', '', { deliberate: true, waiting: 30_000, capacityPerSecond: null }), place('identity', '', { light: 'stuck', waiting: 6_000 }), place('identity', 'kcb', { light: 'stuck', waiting: 6_000 }), place('identity', 'pass-skt', {}), place('booking', '', {})];
const status = (settings: Partial<PublicPageSettings> = {}, measured: { atMs: number; places: PlaceState[] } | null = { atMs: NOW - 3_000, places: PLACES }) => publicStatus({ settings: { ...SETTINGS, ...settings }, pipeline: PIPELINE, measured, nowMs: NOW });

test('light, minutes and what to choose come from the measurement', () => {
  expect(status()).toMatchObject({ light: 'stuck', waitMinutes: 13, choose: [{ ko: 'PASS(SKT)' }], byHand: false });
  expect(status().steps.map(({ light, waitMinutes }) => [light, waitMinutes])).toEqual([['fine', 10], ['stuck', 2], ['fine', 0]]);
});

test('what leaves is what the schema lists and nothing else: no service, no rate, no count', () => {
  const shown = status({ announcements: [{ text: { ko: '안내', en: 'News' }, atMs: NOW, untilMs: null }] });
  expect(Value.Check(PublicStatusSchema, shown)).toBe(true);
  const files = JSON.stringify(statusFiles('kdca', shown, 'Asia/Seoul'));
  for (const internal of ['internal', 'secret', '123.4', '4711', '4,711', '0.987', '99999', '30000', 'vaccine-internal-7', 'pass-skt', 'waiting-room']) expect(files).not.toContain(internal);
});

test('an old measurement is said to be unknown, and never shown as fine', () => {
  const old = status({}, { atMs: NOW - STALE_AFTER_SECONDS * 1_000 - 1, places: PLACES });
  expect(old).toMatchObject({ light: 'none', waitMinutes: null, headline: { ko: '지금 상태를 확인할 수 없습니다' } });
  expect(status({}, null).light).toBe('none');
});

test('a light by hand wins, says that it is by hand, and ends by itself', () => {
  const override = { light: 'busy' as const, text: { ko: '점검 중', en: 'Maintenance' }, untilMs: NOW + 1_000 };
  expect(status({ override })).toMatchObject({ light: 'busy', byHand: true, headline: { ko: '점검 중' } });
  expect(status({ override: { ...override, untilMs: NOW } })).toMatchObject({ light: 'stuck', byHand: false });
});

test('whatever an agency writes, the page stays a page', () => {
  const text = { ko: '<script>alert(1)</script>"\'&', en: '</title><img src=x onerror=alert(1)>' };
  const page = statusPage(status({ agencyName: text, announcements: [{ text, atMs: NOW, untilMs: null }], override: { light: 'busy', text, untilMs: NOW + 1 } }), { language: 'en', timeZone: 'Asia/Seoul', prefix: '' });
  expect(page).not.toMatch(/<script>alert|<img/);
  expect(page.match(/<script /g)).toHaveLength(1);
});

test('a request is answered from memory: compressed, by its ETag, and for its own agency only', () => {
  const door = new StatusDoor();
  door.put('kdca', statusFiles('kdca', status(), 'Asia/Seoul'));
  const ask = (url: string, headers: Record<string, string> = {}, method = 'GET') => {
    const answer = { status: 0, head: {} as Record<string, string>, body: Buffer.alloc(0) as Buffer };
    const response = { writeHead: (code: number, head: Record<string, string>) => { Object.assign(answer, { status: code, head }); return response; }, end: (body?: Buffer) => { answer.body = body ?? answer.body; } };
    return { taken: door.answer({ url, method, headers, resume: () => undefined } as never, response as never), ...answer };
  };
  const first = ask('/status/kdca', { 'accept-encoding': 'gzip, br' });
  expect([first.status, first.head['content-encoding'], first.head['cache-control']?.includes('max-age=2')]).toEqual([200, 'br', true]);
  expect(ask('/status/kdca', { 'if-none-match': first.head['etag']! })).toMatchObject({ status: 304 });
  expect(JSON.parse(ask('/status/kdca/status.json').body.toString())).toMatchObject({ light: 'stuck' });
  for (const url of ['/status/nps', '/status/kdca/../../etc/passwd', '/status/', '/status/kdca/__proto__', '/status/constructor']) expect(ask(url).status).toBe(404);
  expect(ask('/status/kdca', {}, 'POST').status).toBe(405);
  expect(ask('/live').taken).toBe(false);
  door.drop('kdca');
  expect(ask('/status/kdca').status).toBe(404);
});
