// An agency is brought in from nothing, in a real browser, with real applications in up to four languages that are started by the lines of
// the page as they stand: name, key, first span, pipeline from its traffic, an account by invitation, and the log of all that. `npm test` has
// those in whose language the machine has all that is needed, and fetches for Python only; `npm run onboard` fetches for all four.
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CollectorProcess } from '../collector/test/serve-collector.js';
import { openBrowser, openPage, type WatchedPage } from './browser.js';
import { LANGUAGES, prepareStranger, whyLeftOut, type Language, type Stranger } from './strangers/toolchains.js';

const collector = new CollectorProcess();
const PICTURES = process.env['NARROWS_PICTURES'];
/** What may be fetched; the others run where the machine has all that they need. */
const asked = process.env['NARROWS_CLIENTS'] ?? 'node,python';
const mayFetch = (language: Language): boolean => asked === 'all' || asked.split(',').includes(language);
let browser: Browser;
let watched: WatchedPage;
let page: Page;
const apps: ChildProcess[] = [];
/** The agent of Java takes 20 s of a core before the application starts; `go run` builds first. */
const FIRST_SPAN_MS_MAX = 300_000;

const picture = async (name: string): Promise<void> => { if (PICTURES) await page.screenshot({ path: path.join(PICTURES, `${name}.png`), fullPage: true }); };
/** As somebody pastes it into a terminal in the folder of their application. */
function runSnippet(snippet: string, { dir, bin }: Stranger): void {
  apps.push(spawn('sh', ['-c', snippet], { cwd: dir, detached: true, stdio: 'ignore', env: { ...process.env, ...bin !== null && { PATH: `${bin}:${process.env['PATH']}` } } }));
}
const step = (number: number) => page.locator(`[data-step="${number}"]`);
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
/** Runs the lines of the page for `service`, waits until the page names it, and says how long that took. */
async function runFromPage(language: Language, service: string, stranger: Stranger, named: Locator): Promise<void> {
  await step(3).locator(`button[data-watched="${language}"]`).click();
  await step(3).locator('input[name="service"]').fill(service);
  const began = performance.now();
  runSnippet(await step(3).locator(`[data-snippet="${language}"]`).innerText(), stranger);
  await named.waitFor({ timeout: FIRST_SPAN_MS_MAX });
  console.info(`${language}: first span on the page ${seconds(performance.now() - began)} after its lines were run`);
}

beforeAll(async () => {
  [, browser] = await Promise.all([collector.start({ NARROWS_SELF_METRICS: '0' }), openBrowser()]);
  watched = await openPage(browser, { baseUrl: collector.base });
  page = watched.page;
  await page.goto(`/login${new URL(collector.ready.login).search}`);
});
afterAll(async () => {
  for (const app of apps) if (app.pid !== undefined && app.exitCode === null) process.kill(-app.pid, 'SIGKILL');
  await browser?.close();
  await collector.remove();
});

test('a name without letters is refused beside its field, and what was typed stays', async () => {
  await page.goto('/onboarding');
  await step(1).locator('button', { hasText: '새 기관 만들기' }).click();
  await step(1).locator('input[name="name"]').fill('   ');
  await step(1).locator('button[type="submit"]').click();
  await step(1).locator('input[aria-invalid="true"]').waitFor();
  expect(await step(1).locator('.text-stuck').innerText()).toContain('1~80자');
  expect(await step(1).locator('input[name="name"]').inputValue()).toBe('   ');
  await step(1).locator('input[name="name"]').fill('국립<b>예약</b>원');
  await step(1).locator('button[type="submit"]').click();
  await step(1).locator('text=국립<b>예약</b>원').waitFor();
});

test('the key is shown once and filled in, and before anything came the page says what to check', async () => {
  await step(2).locator('button[type="submit"]').click();
  const secret = await step(2).locator('[data-secret]').innerText();
  expect(secret).toMatch(/^nrw_ingest_/);
  expect(await step(3).locator('[data-snippet]').innerText()).toContain(secret);
  await step(4).locator('[data-reason="nothing-arrived"]').waitFor();
  await picture('onboarding-key');
});

test('a name or an address that would mean something to a shell is refused beside its field, and never stands in the lines', async () => {
  for (const [name, hostile, hint] of [['service', 'web$(id)', '영문자'], ['endpoint', 'http://x;id', 'http://']] as const) {
    const field = step(3).locator(`input[name="${name}"]`);
    const before = await field.inputValue();
    await field.fill(hostile);
    await step(3).locator(`input[name="${name}"][aria-invalid="true"]`).waitFor();
    expect(await step(3).locator('.text-stuck').innerText()).toContain(hint);
    expect(await step(3).locator('[data-snippet]').innerText()).not.toContain(hostile);
    await field.fill(before);
  }
  await step(3).locator('input[name="endpoint"]').fill('https://narrows.example/otlp');
  expect(await step(3).locator('[data-snippet]').innerText()).toContain('OTEL_EXPORTER_OTLP_ENDPOINT=https://narrows.example/otlp ');
  await step(3).locator('input[name="endpoint"]').fill(collector.ready.otlp);
});

test('a wrong key is told as one', async () => {
  await collector.send('traces', {}, { authorization: 'Bearer wrong' });
  await step(4).locator('[data-reason="wrong-key"]').waitFor();
});

test('the two lines as they stand start a real application, and the page says whose first span came', async () => {
  await runFromPage('node', 'reservation', await prepareStranger('node', false), step(4).locator('[data-first="reservation"]'));
  await picture('onboarding-first');
});

test.for(LANGUAGES.filter((language) => language !== 'node'))('the lines for %s as they stand start a real application with its stock client, and it is named beside the first', { timeout: 1_200_000 }, async (language, { skip }) => {
  const began = performance.now();
  const stranger = await prepareStranger(language, mayFetch(language)).catch((error: unknown) => {
    const why = whyLeftOut(language, error, mayFetch(language));
    console.warn(why);
    return skip(why);
  });
  console.info(`${language}: its application and client were there after ${seconds(performance.now() - began)}`);
  await runFromPage(language, `shop-${language}`, stranger, step(4).locator(`[data-service="shop-${language}"]`));
  await expect.poll(() => page.evaluate(async (service) => ((await (await fetch(`/api/v1/transactions?service=${service}`)).json()) as { total: number }).total, `shop-${language}`), { timeout: 30_000 }).toBeGreaterThan(2);
  process.kill(-apps.pop()!.pid!, 'SIGKILL'); // Beside each other they would measure the machine.
});

test('the pipeline is proposed from the traffic, in the order of the journey, with channels, outcome and person explained', async () => {
  await expect.poll(async () => {
    await step(5).locator('button').first().click();
    await page.waitForTimeout(1_500);
    return step(5).locator('[data-about="channel"]').count();
  }, { timeout: 60_000 }).toBe(1);
  const because = await step(5).locator('[data-because]').innerText();
  expect(because).toMatch(/단계 enter[\s\S]*단계 verify[\s\S]*단계 reservations/);
  expect(because).toContain('identity.channel');
  expect(because).toContain('booking.outcome');
  expect(because).toContain('enduser.pseudo.id');
  await expect.poll(() => step(5).locator('[data-stage="verify"]').getAttribute('data-spans'), { timeout: 20_000 }).toMatch(/^[1-9]/);
  await picture('onboarding-proposal');
});

test('a mistake in the text is told while it is typed, and the corrected one is kept and matches what comes in', async () => {
  const text = step(5).locator('textarea');
  const good = await text.inputValue();
  await text.fill(good.replace('stages:', 'stagess:'));
  await step(5).locator('[data-mistakes]').waitFor();
  await text.fill(good);
  await step(5).locator('[data-stage="verify"]').waitFor();
  await step(5).locator('button[type="submit"]').click();
  await step(5).locator('[data-saved]').waitFor();
  await step(6).locator('[data-check="pipeline"][data-good="true"]').waitFor();
  await step(6).locator('[data-check="data"][data-good="true"]').waitFor();
  await page.goto('/live');
  await page.locator('.river-head', { hasText: 'verify' }).first().waitFor({ timeout: 30_000 });
});

test('somebody is invited by a link, makes an account, and comes in again by its password; the link works once', async () => {
  await page.goto('/settings?panel=people');
  await page.locator('[data-section="people"] select').first().selectOption('agency-admin');
  await page.locator('[data-section="people"] form button[type="submit"]').first().click();
  const link = new URL(await page.locator('[data-link]').innerText());
  const guest = await openPage(browser, { baseUrl: collector.base });
  await guest.page.goto(link.pathname);
  await guest.page.locator('input[name="login"]').fill('kim@agency.kr');
  await guest.page.locator('input[name="name"]').fill('김하나');
  await guest.page.locator('input[name="password"]').fill('short');
  await guest.page.locator('button[type="submit"]').click();
  await guest.page.locator('input[name="password"][aria-invalid="true"]').waitFor();
  await guest.page.locator('input[name="password"]').fill('a river in the morning');
  await guest.page.locator('button[type="submit"]').click();
  await guest.page.waitForURL('**/live*');
  await guest.page.goto('/settings?panel=agencies');
  await guest.page.locator('[data-section="agencies"] [role="alert"]').waitFor();
  await guest.page.goto('/settings?panel=account');
  await guest.page.locator('button', { hasText: '로그아웃' }).click();
  await guest.page.locator('input[name="login"]').waitFor();
  await guest.page.locator('input[name="login"]').fill('kim@agency.kr');
  await guest.page.locator('input[name="password"]').fill('wrong password here');
  await guest.page.locator('button[type="submit"]').click();
  await guest.page.locator('[role="alert"]').waitFor();
  expect(await guest.page.locator('input[name="login"]').inputValue()).toBe('kim@agency.kr');
  if (PICTURES) await guest.page.screenshot({ path: path.join(PICTURES, 'login.png'), fullPage: true });
  await guest.page.locator('input[name="password"]').fill('a river in the morning');
  await guest.page.locator('button[type="submit"]').click();
  await guest.page.waitForURL('**/live*');
  await guest.page.locator('nav').waitFor();
  await guest.page.goto(link.pathname);
  await guest.page.locator('h1', { hasText: '더 이상 쓸 수 없는' }).waitFor();
  await guest.page.context().close();
});

test('the audit log has what was done, its chain holds, and a download needs a reason', async () => {
  await page.goto('/settings?panel=audit');
  await page.locator('[data-proof="holds"]').waitFor();
  for (const action of ['PUT /pipelines/:pipeline', 'POST /keys', 'invitation accepted', 'login refused']) await page.locator(`[data-action="${action}"]`).first().waitFor();
  expect(await page.locator('[data-section="audit"]').innerText()).not.toContain('a river in the morning');
  expect(await page.locator('button', { hasText: '내려받기' }).isDisabled()).toBe(true);
  await picture('settings-audit');
});

test.each([['onboarding', '/onboarding'], ['keys', '/settings?panel=keys'], ['people', '/settings?panel=people'], ['pipelines', '/settings?panel=pipelines'], ['data', '/settings?panel=data'], ['agencies', '/settings?panel=agencies'], ['account', '/settings?panel=account'], ['audit', '/settings?panel=audit']])('%s: on a phone nothing stands out of the page, and an accessibility checker finds nothing, in dark and light', async (name, address) => {
  for (const [width, theme, lang] of [[390, 'light', 'ko'], [1280, 'dark', 'en']] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${address}${address.includes('?') ? '&' : '?'}theme=${theme}&lang=${lang}`);
    await page.locator('main h1').waitFor();
    await page.waitForTimeout(600);
    await picture(`${name}-${width}`);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  }
});

test('nothing went wrong in the browser all the way', () => {
  // Refusals are this test's subject; 504 is the engine's word on a machine that is too busy.
  expect(watched.faults.filter((fault) => !/\b(400|401|403|422|504)\b/.test(fault))).toEqual([]);
});
