// The page of intake in a real browser over a real collector: the sums it shows are those of what was sent, also while
// the store is away; it is reached by keyboard, fits a phone, and an accessibility checker finds nothing.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CollectorProcess } from '../collector/test/serve-collector.js';
import { logs, metrics, traces, type SpanText } from '../collector/test/serve-otlp.js';
import { openBrowser, openPage, type WatchedPage } from './browser.js';

const collector = new CollectorProcess();
/** A folder to look at: left out in an ordinary run. */
const PICTURES = process.env['NARROWS_PICTURES'];
let browser: Browser;
let watched: WatchedPage;
let page: Page;

const span = (overrides: Partial<SpanText> = {}): SpanText => ({ service: 'web', name: 'GET /', kind: 'server', endMs: Date.now(), durationMs: 5, ...overrides });
const enginePid = (): number => Number(readFileSync(`/proc/${collector.ready.pid}/task/${collector.ready.pid}/children`, 'utf8').trim().split(' ')[0]);
const figure = (signal: string, term: string) => page.locator(`section[data-signal="${signal}"] dt:text-is("${term}") + dd`);
const picture = async (name: string): Promise<void> => { if (PICTURES) await page.screenshot({ path: path.join(PICTURES, `${name}.png`), fullPage: true }); };

beforeAll(async () => {
  [, browser] = await Promise.all([collector.start({ NARROWS_SELF_METRICS: '0' }), openBrowser()]);
  watched = await openPage(browser, { baseUrl: collector.base });
  page = watched.page;
  await page.goto(`/login${new URL(collector.ready.login).search}`);
});
afterAll(async () => {
  await browser?.close();
  await collector.remove();
});

test('before anything came it says so, and what to do next; the menu, the keyboard and the dot of freshness lead here', async () => {
  await page.locator('[data-freshness]').click();
  await expect.poll(() => new URL(page.url()).pathname).toBe('/intake');
  await page.locator('[data-condition="nothing"]').waitFor();
  await page.locator('[data-reason="never"] pre').waitFor();
  await picture('empty');
  await page.locator('nav a', { hasText: '라이브' }).click();
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await expect.poll(() => new URL(page.url()).pathname).toBe('/intake');
});

test('the sums are those of what was sent, with what was refused, repeated and forwarded', async () => {
  const body = traces([...Array.from({ length: 1_200 }, () => span()), span({ traceId: '0'.repeat(32) }), span({ attributes: { note: '900101-1234567' } })]);
  expect((await collector.send('traces', body)).status).toBe(200);
  expect((await collector.send('traces', body)).status).toBe(200);
  expect((await collector.send('logs', logs('web', [{ atMs: Date.now(), body: 'a' }]), { 'x-narrows-relay': 'dmz-1', 'x-narrows-sequence': '7' })).status).toBe(200);
  expect((await collector.send('metrics', metrics('web', [{ name: 'm', value: 1, atMs: Date.now() }]))).status).toBe(200);
  expect((await collector.send('traces', {}, { authorization: 'Bearer wrong' })).status).toBe(401);
  expect((await collector.send('traces', Buffer.from('garbage'), { 'content-type': 'application/x-protobuf' })).status).toBe(400);
  await expect.poll(() => figure('traces', '저장됨').innerText(), { timeout: 20_000 }).toMatch(/1,201$/);
  expect(await Promise.all(['받음', '대기', '거절', '유실'].map(async (term) => (await figure('traces', term).innerText()).replace(/\D/g, '')))).toEqual(['1202', '0', '1', '0']);
  expect(await figure('logs', '받음').innerText()).toBe('1');
  expect(await page.locator('section[data-signal="traces"]').innerText()).toMatch(/합이 맞음[\s\S]*다시 온 같은 요청 1건\(항목 1,201개\)/);
  expect(await page.locator('th:text-is("KEY_UNKNOWN")').locator('xpath=..').innerText()).toMatch(/1[\s\S]*수집 키가 틀렸거나/);
  await page.locator('text=dmz-1').waitFor();
  await page.locator('[data-condition="balanced"]').waitFor();
  await picture('dark-1440');
});

test('with the store away what is queued is shown as queued, and the sum still holds', async () => {
  const engine = enginePid();
  expect(engine).toBeGreaterThan(0);
  process.kill(engine, 'SIGSTOP');
  try {
    expect((await collector.send('traces', traces(Array.from({ length: 300 }, () => span())))).status).toBe(200);
    await expect.poll(async () => (await figure('traces', '대기').innerText()).replace(/\D/g, ''), { timeout: 20_000 }).toBe('300');
    expect(await page.locator('section[data-difference="0"]').count()).toBe(3);
    await picture('queued');
  } finally {
    process.kill(engine, 'SIGCONT');
  }
  await expect.poll(() => figure('traces', '저장됨').innerText(), { timeout: 20_000 }).toMatch(/1,501$/);
});

test.each([[390, '?lang=ko&theme=light'], [820, '?lang=en&theme=light'], [1920, '?lang=en&theme=dark']])('at %i px nothing stands out of the page, and an accessibility checker finds nothing', async (width, search) => {
  await page.setViewportSize({ width, height: 900 });
  await page.goto(`/intake${search}`);
  await page.locator('section[data-signal="traces"]').waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  await picture(`at-${width}`);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  // Refusals are this page's subject: the answers 401 and 400 were those of other programs, not of the browser.
  expect(watched.faults).toEqual([]);
});
