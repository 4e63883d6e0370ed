// The public page (신호등) as a citizen sees it, in a real browser over a real collector: what is measured, what operators say by hand, in both
// languages, with scripts and without, and nothing that is none of the public's business.
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CollectorProcess } from '../collector/test/serve-collector.js';
import { traces } from '../collector/test/serve-otlp.js';
import { openBrowser, openPage, type WatchedPage } from './browser.js';

const collector = new CollectorProcess();
const PICTURES = process.env['NARROWS_PICTURES'];
const PIPELINE = `
id: vaccine
name: { ko: 백신 사전예약, en: Vaccine reservation }
stages:
  - { id: waiting-room, wait: deliberate, match: { service: waiting-room } }
  - { id: identity, name: { ko: 본인인증, en: Identity check }, match: { service: identity }, channel: identity.channel, channels: { pass-skt: { ko: 'PASS (SKT)', en: 'PASS (SKT)' }, kcb-phone: { ko: '휴대전화 문자', en: 'Text message' } } }
  - { id: booking, name: { ko: 예약, en: Booking }, match: { service: booking } }
`;
const HOSTILE = '<img src=x onerror=alert(1)> 점검 & "안내"';
let browser: Browser;
let watched: WatchedPage;
let page: Page;
let traffic: NodeJS.Timeout;

const settings = { enabled: true, pipeline: 'vaccine', agencyName: { ko: '질병관리청', en: 'KDCA' }, stages: ['identity', 'booking'], announcements: [] as object[], override: null as object | null };
const save = async (change: Partial<typeof settings>): Promise<void> => { expect((await collector.change('PUT', '/public-page', Object.assign(settings, change))).status).toBe(200); };
const look = async (name: string, pages = page): Promise<void> => {
  if (PICTURES) await pages.screenshot({ path: path.join(PICTURES, `${name}.png`), fullPage: true });
  expect(await pages.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  expect((await new AxeBuilder({ page: pages }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`)).toEqual([]);
};

function send(): Promise<Response> {
  const endMs = Date.now();
  const span = (service: string, name: string, channel?: string) => ({ service, name, kind: 'server' as const, endMs, durationMs: 40, attributes: { 'http.route': name.split(' ')[1]!, ...channel !== undefined && { 'identity.channel': channel } } });
  return collector.send('traces', traces(Array.from({ length: 5 }, () => [span('identity', 'POST /verify', 'pass-skt'), span('identity', 'POST /verify', 'kcb-phone'), span('booking', 'POST /reservations')]).flat()));
}

beforeAll(async () => {
  [, browser] = await Promise.all([collector.start({ NARROWS_SELF_METRICS: '0' }), openBrowser()]);
  await collector.logIn();
  expect((await collector.change('PUT', '/pipelines/vaccine', { yaml: PIPELINE })).status).toBe(200);
  await send();
  traffic = setInterval(() => { void send().catch(() => undefined); }, 1_000);
  watched = await openPage(browser, { baseUrl: collector.base, width: 390, height: 844, dark: false });
  page = watched.page;
});
afterAll(async () => {
  clearInterval(traffic);
  await browser?.close();
  await collector.remove();
});

test('before an agency shows a page there is none, said in both languages', async () => {
  const answer = await page.goto('/status/default');
  expect(answer?.status()).toBe(404);
  expect(await page.locator('body').innerText()).toMatch(/공개 상황판이 없습니다[\s\S]*no public page/);
});

test('what is measured is a light, a sentence and a time for each step and way, in Korean', async () => {
  await save({});
  await expect.poll(async () => {
    await page.goto('/status/default');
    return page.locator('.steps .row .mark.fine').count();
  }, { timeout: 60_000, interval: 1_000 }).toBe(4);
  expect(await page.locator('html').getAttribute('lang')).toBe('ko');
  expect(await page.locator('header').innerText()).toContain('질병관리청');
  expect(await page.locator('.hero h1').innerText()).toContain('백신 사전예약');
  for (const words of ['본인인증', 'PASS (SKT)', '휴대전화 문자', '원활', '바로 이용']) expect(await page.locator('.steps').innerText()).toContain(words);
  expect(await page.title()).toMatch(/^원활 · /);
  await look('public-ko-light-390');
});

test('nothing internal is in any of its files', async () => {
  for (const file of ['', '/index.html', '/en.html', '/status.json', '/status.js']) {
    const answer = await fetch(`${collector.base}/status/default${file}`);
    expect(answer.status, file).toBe(200);
    const text = await answer.text();
    expect(text, file).not.toMatch(/POST \/|waiting-room|identity\.channel|trace|durationMs|narrows_|nrw_/i);
    expect(answer.headers.get('set-cookie')).toBeNull();
  }
});

test('what operators say by hand stands on the open page within seconds, as text whatever it is, and no reload was needed', async () => {
  await page.goto('/status/default');
  await page.evaluate('window.stayed = true');
  await save({ announcements: [{ text: { ko: HOSTILE, en: HOSTILE }, atMs: Date.now(), untilMs: null }], override: { light: 'stuck', text: { ko: '지금은 접속이 어렵습니다', en: 'Hard to get in right now' }, untilMs: Date.now() + 600_000 } });
  await page.locator('.hero.stuck', { hasText: '지금은 접속이 어렵습니다' }).waitFor({ timeout: 30_000 });
  expect(await page.locator('.hand').innerText()).toContain('운영자가 직접');
  expect(await page.locator('.news').innerText()).toContain(HOSTILE);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.evaluate('window.stayed')).toBe(true);
  await look('public-ko-stuck-390');
});

test('in English, dark and wide it is the same, one tap away', async () => {
  const wide = await openPage(browser, { baseUrl: collector.base, width: 1280, height: 900, dark: true, locale: 'en-GB' });
  await wide.page.goto('/status/default');
  await wide.page.locator('header a', { hasText: 'English' }).click();
  await wide.page.locator('.hero.stuck', { hasText: 'Hard to get in right now' }).waitFor();
  expect(await wide.page.locator('html').getAttribute('lang')).toBe('en');
  expect(await wide.page.locator('.news').innerText()).toContain('Announcements');
  await look('public-en-dark-1280', wide.page);
  expect(wide.faults).toEqual([]);
  await wide.page.context().close();
});

test('without scripts the page asks again by itself, and has all there is to read', async () => {
  const context = await browser.newContext({ baseURL: collector.base, javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
  const plain = await context.newPage();
  await plain.goto('/status/default');
  await plain.locator('.hero.stuck').waitFor();
  expect(await (await fetch(`${collector.base}/status/default`)).text()).toContain('http-equiv="refresh"');
  if (PICTURES) await plain.screenshot({ path: path.join(PICTURES, 'public-320-no-script.png'), fullPage: true });
  await context.close();
});

test('a collector that is gone leaves the last state, greyed, with a word that it is old', async () => {
  await save({ announcements: [], override: null });
  await page.locator('.hero.fine').waitFor({ timeout: 30_000 });
  clearInterval(traffic);
  await collector.stop('SIGKILL');
  const staleAfterSeconds = Number(await page.locator('body').getAttribute('data-stale-after'));
  await page.locator('body.old #stale', { hasText: '새 소식이 끊겼습니다' }).waitFor({ timeout: (staleAfterSeconds + 30) * 1_000 });
  await look('public-ko-old-390');
  expect(watched.faults.filter((fault) => !/404|ERR_CONNECTION_REFUSED|Failed to fetch/.test(fault))).toEqual([]);
});
