// What was said and done before, who is in it, and what would be: the pages in a real browser over a real collector, with a
// past that holds an overrun, an action that ended it, and planted cohorts.
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IngestStatus } from '@narrows/contract';
import { CollectorProcess } from '../collector/test/serve-collector.js';
import { metrics, newId, traces, type SpanText } from '../collector/test/serve-otlp.js';
import { openBrowser, openPage, type WatchedPage } from './browser.js';

const collector = new CollectorProcess();
/** A folder to look at: left out in an ordinary run. */
const PICTURES = process.env['NARROWS_PICTURES'];
let browser: Browser;
let watched: WatchedPage;
let page: Page;

const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
const SECONDS = 400;
const ACTED_AT = nowMs - 180_000;
const REGIONS = ['seoul', 'busan', 'daegu', 'jeju'];

/** Overrun from −300 s on, more workers from −180 s on; people of whom some have two browsers, and busan with 5.2 is slow. */
function past(): { spans: SpanText[]; points: Parameters<typeof metrics>[1][number][] } {
  const spans: SpanText[] = [];
  const points: Parameters<typeof metrics>[1][number][] = [];
  let line = 0;
  let person = 0;
  for (let second = 0; second < SECONDS; second++) {
    const endMs = nowMs - (SECONDS - 1 - second) * 1_000;
    const begun = endMs <= nowMs - 300_000 ? 8 : 22;
    const workers = endMs <= ACTED_AT ? 6 : 18;
    const ended = Math.min(workers * 2, line + begun);
    line = Math.max(0, line + begun - ended);
    for (let i = 0; i < ended; i++, person++) {
      const [region, version] = [REGIONS[person % 4]!, ['5.1', '5.2'][Math.floor(person / 4) % 2]!];
      spans.push({
        service: 'identity', name: 'POST /verify', kind: 'server', traceId: newId(16), endMs: endMs - 10 - i * 20, error: person % 31 === 0 ? 'timeout' : undefined,
        durationMs: 500 + (line / Math.max(1, ended)) * 1_000 + (region === 'busan' && version === '5.2' ? 9_000 : 0),
        attributes: { 'http.request.method': 'POST', 'http.route': '/verify', 'enduser.pseudo.id': `p${Math.floor(person / 2)}`, 'session.id': `s${person % 3 === 0 ? person : Math.floor(person / 2)}`, 'booking.region': region, 'app.version': version, 'booking.outcome': 'verified' },
      });
    }
    const labels = { 'narrows.operation': 'POST /verify', 'narrows.span.kind': 'server', 'http.route': '/verify', 'http.request.method': 'POST' };
    points.push(
      { name: 'narrows.active.transactions', value: line + Math.min(workers, Math.ceil(ended / 2)), atMs: endMs - 500, attributes: { ...labels, 'narrows.age_band': '0-3s', 'narrows.active.state': 'method' } },
      { name: 'narrows.active.begun', value: begun, atMs: endMs - 500, attributes: labels, delta: true }, { name: 'identity.workers', value: workers, atMs: endMs - 500 },
    );
  }
  return { spans, points };
}

const picture = async (name: string): Promise<void> => { if (PICTURES) await page.screenshot({ path: path.join(PICTURES, `${name}.png`), fullPage: true }); };
/** The same page as others see it: both languages, light, and on a phone. */
async function pictures(name: string, address: string): Promise<void> {
  if (!PICTURES) return;
  for (const [lang, theme, width] of [['ko', 'dark', 1440], ['en', 'light', 1440], ['ko', 'light', 390], ['en', 'dark', 390]] as const) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 1000 });
    await page.goto(`${address}${address.includes('?') ? '&' : '?'}lang=${lang}&theme=${theme}`);
    await page.waitForTimeout(6_000);
    await picture(`${name}-${lang}-${theme}-${width}`);
  }
  await page.setViewportSize({ width: 1440, height: 1000 });
}
const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth + 1);
const violations = async (within: string) => (await new AxeBuilder({ page }).include(within).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);

beforeAll(async () => {
  [, browser] = await Promise.all([collector.start({ NARROWS_SELF_METRICS: '0' }), openBrowser()]);
  const { spans, points } = past();
  for (let i = 0; i < spans.length; i += 1_500) expect((await collector.send('traces', traces(spans.slice(i, i + 1_500)))).status).toBe(200);
  for (let i = 0; i < points.length; i += 600) expect((await collector.send('metrics', metrics('identity', points.slice(i, i + 600)))).status).toBe(200);
  watched = await openPage(browser, { baseUrl: collector.base });
  page = watched.page;
  await collector.logIn();
  const [name = '', value = ''] = collector.cookie.split('=');
  await page.context().addCookies([{ name, value, url: collector.base }]);
  await collector.askUntil<IngestStatus>('/ingest', (s) => s.services.length >= 1 && s.spoolBytes === 0);
});
afterAll(async () => {
  await browser?.close();
  await collector.remove();
});

const THEN = `from=${ACTED_AT - 70_000}&to=${ACTED_AT - 10_000}&pipeline=vaccine`;

test('the timeline has the overrun as a bar, and a click goes to its moment', async () => {
  await page.goto(`/live?${THEN}`);
  const bar = page.locator('.timeline-bar').first();
  await bar.waitFor();
  expect(await bar.getAttribute('title')).toMatch(/병목|때문에|오류|확신/);
  await bar.click();
  await expect.poll(() => Number(new URL(page.url()).searchParams.get('to'))).toBeGreaterThan(0);
  expect(await violations('.timeline')).toEqual([]);
});

test('what was done is put down by a key, and says afterwards whether it helped', async () => {
  await page.goto(`/live?from=${ACTED_AT - 60_000}&to=${ACTED_AT}&pipeline=vaccine`);
  await page.locator('.timeline-bar').first().waitFor();
  // Measuring ends with the next thing that is done: this test's past ends before its present begins.
  expect((await collector.post('/markers', { text: '교대', at: nowMs - 5_000 })).status).toBe(200);
  await page.keyboard.press('m');
  await page.locator('.marker-form input').fill('본인인증 서버 12대 추가');
  await page.locator('.marker-form select').selectOption({ index: 2 });
  await page.locator('.marker-form button[type="submit"]').click();
  const flag = page.locator('.timeline-flag').first();
  await flag.waitFor();
  await flag.click();
  // Those of busan with 5.2 stay slow, whatever the servers: the wait falls, and maybe not to what was predicted.
  await expect.poll(() => page.locator('.helped').getAttribute('data-answer'), { timeout: 60_000 }).toMatch(/^(helped|partly)$/);
  expect(await page.locator('.helped tbody tr').first().innerText()).toMatch(/들어와서 나갈 때까지/);
  expect(await violations('.marker-panel')).toEqual([]);
  await picture('marker-ko-dark-1440');
  // The verdict that it was done about says the same.
  await page.goto(`/live?from=${ACTED_AT - 60_000}&to=${ACTED_AT}&pipeline=vaccine&panel=remedy`);
  await expect.poll(() => page.locator('.verdict-done .helped').first().getAttribute('data-answer').catch(() => null), { timeout: 60_000 }).toMatch(/^(helped|partly)$/);
  expect(await violations('.verdict')).toEqual([]);
  await picture('verdict-done-ko-dark-1440');
  await pictures('live', `/live?${THEN}`);
});

test('people against places: the reasons stand under the people', async () => {
  await page.goto(`/live?${THEN}`);
  await page.locator('.people .control').click();
  await page.locator('.crowd-reasons').first().waitFor();
  expect(await page.locator('.crowd').innerText()).toMatch(/여러 기기·브라우저/);
  expect(await violations('.people')).toEqual([]);
  await pictures('crowd', `/live?${THEN}&panel=crowd`);
});

test('a verdict says who is in it when it is opened', async () => {
  await page.goto(`/live?${THEN}&panel=who`);
  await page.locator('.verdict .who').waitFor({ timeout: 60_000 });
  await pictures('verdict-who', `/live?${THEN}&panel=who`);
});

test('a rectangle of the hitmap says beside the list what sets it apart, and a row narrows to it', async () => {
  const rectangle = `/traces?from=${nowMs - 390_000}&to=${nowMs - 310_000}&minDurationMs=5000&pipeline=vaccine&lang=ko`;
  await page.goto(rectangle);
  const row = page.locator('.who-rows button').first();
  await row.waitFor({ timeout: 60_000 });
  expect(await row.innerText()).toMatch(/5\.2[\s\S]*busan|busan[\s\S]*5\.2/);
  expect(await violations('.who-aside')).toEqual([]);
  await row.click();
  await expect.poll(() => new URL(page.url()).searchParams.get('where')).toContain('busan');
  await pictures('who', rectangle.replace('&lang=ko', ''));
});

test('the planner says how many servers a crowd needs, and what wait given ones lead to', async () => {
  await page.goto('/plan?pipeline=vaccine&lang=ko&profile=drawn&points=0:5,10:60,30:60,60:5');
  await page.locator('.plan-table tbody tr').first().waitFor({ timeout: 60_000 });
  expect(await page.locator('.plan-table').innerText()).toMatch(/identity/);
  expect(await violations('.plan')).toEqual([]);
  await page.locator('.plan-form button', { hasText: '서버를 정하면' }).click();
  await page.locator('.plan-table input').first().waitFor();
  await page.locator('.plan-table input').first().fill('2');
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).searchParams.get('servers')).toContain('=2');
  await pictures('plan', '/plan?pipeline=vaccine&profile=drawn&points=0:5,10:60,30:60,60:5');
});

test('every one of these pages fits a phone, and nothing went wrong in the browser', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const address of [`/live?${THEN}&panel=crowd`, '/plan?pipeline=vaccine', `/traces?from=${nowMs - 390_000}&to=${nowMs - 310_000}&minDurationMs=5000`]) {
    await page.goto(address);
    await page.locator('main h1, main h2').first().waitFor();
    await expect.poll(fits, { message: address }).toBe(true);
  }
  expect(watched.faults).toEqual([]);
});
