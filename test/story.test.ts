// The story that the product is for, lived through in a real browser against the real demo: the doors open, identity
// verification overflows, the light turns red, and four steps lead to the span in which somebody waited.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type WatchedPage, openBrowser, openPage } from './browser.js';
import { type DemoRun, startDemo } from './demo-run.js';

const RED_WITHIN_MS = 120_000;
let demo: DemoRun;
let browser: Browser;
let watched: WatchedPage;
let page: Page;

beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemo('--scenario', 'before', '--seed', '7'), openBrowser()]);
  watched = await openPage(browser);
  page = watched.page;
});
afterAll(async () => {
  await browser?.close();
  await demo?.stop();
});

test('the login link opens the live page once, and not a second time', async () => {
  await page.goto(demo.login);
  await page.locator('section.verdict').waitFor();
  expect(new URL(page.url()).pathname).toBe('/live');
  const stranger = await openPage(browser);
  const answer = await stranger.page.goto(demo.login);
  expect(answer?.status()).toBe(401);
  await stranger.page.context().close();
});

test('the light of identity verification turns red, the sentence names it, and the waiting room is never red', async () => {
  await page.locator('section.verdict[data-state="verdict"] h1', { hasText: '본인인증' }).waitFor({ timeout: RED_WITHIN_MS });
  await page.locator('.river-head[data-light="stuck"][aria-label*="본인인증"]').waitFor({ timeout: 30_000 });
  expect(await page.locator('.river-head[data-light="stuck"]').count()).toBe(1);
  const meta = await page.locator('section.verdict .verdict-meta').first().innerText();
  expect(meta).toMatch(/포화/);
  expect(meta).toMatch(/확신/);
});

test('the evidence is numbers, before and now, and the remedy promises a shorter wait', async () => {
  const buttons = page.locator('.verdict-buttons button');
  await buttons.first().click();
  const evidence = page.locator('.verdict-drawer[data-open="true"] table tbody tr');
  await evidence.first().waitFor();
  expect(await evidence.count()).toBeGreaterThanOrEqual(3);
  expect(new URL(page.url()).searchParams.get('panel')).toBe('evidence');
  await page.keyboard.press('Escape');
});

test('a rectangle dragged on the hitmap opens the traces that were counted in it', async () => {
  // Slow ones have to end first: whoever waits for seconds is seen on the map when the wait is over.
  const surface = page.locator('.hitmap-surface');
  const box = (await surface.boundingBox())!;
  await expect.poll(async () => {
    await page.mouse.move(box.x + box.width * 0.5, box.y + 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 2, box.y + box.height * 0.6, { steps: 6 });
    const readout = await page.locator('.hitmap-readout b').innerText();
    if (readout.startsWith('0')) { await page.keyboard.press('Escape'); await page.mouse.move(box.x + box.width * 0.5, box.y + 2); }
    await page.mouse.up();
    return new URL(page.url()).pathname;
  }, { timeout: 60_000, interval: 3_000 }).toBe('/traces');
  const query = new URL(page.url()).searchParams;
  expect(Number(query.get('to'))).toBeGreaterThan(Number(query.get('from')));
  expect(Number(query.get('minDurationMs'))).toBeGreaterThan(0);
  await page.locator('[role="grid"] [role="row"][aria-rowindex="2"]').waitFor();
});

test('the trace shows where it waited: in identity verification, itself', async () => {
  await page.goto(`${new URL(page.url()).origin}/traces?stage=identity&sort=slowest&lang=ko`);
  await page.locator('[role="grid"] [role="row"][aria-rowindex="2"] a').click();
  await page.locator('[role="treegrid"] [role="row"]').first().waitFor();
  expect(new URL(page.url()).pathname).toMatch(/^\/traces\/[0-9a-f]{32}$/);
  const rows = await page.locator('[role="treegrid"] [role="row"]').allInnerTexts();
  expect(rows.some((row) => row.includes('web'))).toBe(true);
  expect(rows.some((row) => row.includes('identity'))).toBe(true);
  const finding = await page.locator('main').innerText();
  expect(finding).toMatch(/중 .+를 identity .*에서 썼습니다/);
});

test('an address is all that somebody else needs to see the same trace', async () => {
  const again = await page.context().newPage();
  await again.goto(page.url());
  await again.locator('[role="treegrid"] [role="row"]').first().waitFor();
  expect(await again.locator('[role="treegrid"] [role="row"]').count()).toBe(await page.locator('[role="treegrid"] [role="row"]').count());
  await again.close();
});

test('nothing went wrong in the browser all the way', () => {
  expect(watched.faults).toEqual([]);
});
