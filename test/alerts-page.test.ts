// Alerts and incidents in a real browser over a real collector with failing traffic: a rule made by its form fires and becomes an
// incident that is read, and what is wrong stands beside its field.
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlertRulesAnswer, IncidentsAnswer, IngestStatus } from '@narrows/contract';
import { CollectorProcess } from '../collector/test/serve-collector.js';
import { traces } from '../collector/test/serve-otlp.js';
import { openBrowser, openPage } from './browser.js';

const collector = new CollectorProcess();
/** A folder to look at: left out in an ordinary run. */
const PICTURES = process.env['NARROWS_PICTURES'];
let browser: Browser;
let page: Page;
let traffic: NodeJS.Timeout;

const picture = async (name: string): Promise<void> => { if (PICTURES) await page.screenshot({ path: path.join(PICTURES, `${name}.png`), fullPage: true }); };
const violations = async () => (await new AxeBuilder({ page }).include('main').analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);

function send(): Promise<Response> {
  const endMs = Date.now();
  return collector.send('traces', traces(Array.from({ length: 10 }, (_, i) => ({
    service: 'identity', name: 'POST /verify', kind: 'server' as const, endMs, durationMs: 40, ...(i % 2 === 0 ? { error: 'broken' } : {}),
  }))));
}

beforeAll(async () => {
  [, browser] = await Promise.all([collector.start({ NARROWS_SELF_METRICS: '0' }), openBrowser()]);
  expect((await send()).status).toBe(200);
  traffic = setInterval(() => { void send().catch(() => undefined); }, 1_000);
  ({ page } = await openPage(browser, { baseUrl: collector.base }));
  await collector.logIn();
  const [name = '', value = ''] = collector.cookie.split('=');
  await page.context().addCookies([{ name, value, url: collector.base }]);
  await collector.askUntil<IngestStatus>('/ingest', (s) => s.services.length >= 1);
});
afterAll(async () => {
  clearInterval(traffic);
  await browser?.close();
  await collector.remove();
});

test('what is wrong with a rule stands beside its field, and the corrected rule is saved and fires', async () => {
  await page.goto('/alerts/rules?lang=ko');
  await page.getByRole('button', { name: '규칙 추가', exact: true }).click();
  const editor = page.locator('[data-editor]');
  await editor.locator('button[type="submit"]').click();
  const name = editor.locator('input[name="name"]');
  await expect.poll(() => name.getAttribute('aria-invalid')).toBe('true');
  expect(await page.locator(`[id="${await name.getAttribute('aria-describedby')}"]`).innerText()).toContain('비워 둘 수 없습니다');
  expect(await violations()).toEqual([]);
  await name.fill('본인인증 오류율');
  await editor.locator('input[name="service"]').fill('identity');
  await editor.locator('input[name="overSeconds"]').fill('10');
  await editor.locator('input[name="value"]').fill('0.2');
  await editor.locator('input[name="forSeconds"]').fill('0');
  await editor.locator('button[type="submit"]').click();
  await page.locator('li[data-rule="본인인증 오류율"][data-phase="firing"]').waitFor({ timeout: 60_000 });
  expect(await violations()).toEqual([]);
  await picture('alerts');
});

test('where the onboarding leads, the proposed rules are read before they are taken', async () => {
  await page.goto('/alerts?panel=proposal&lang=ko');
  const proposals = page.locator('[data-proposals]');
  await proposals.locator('li').first().waitFor();
  const [count, first] = [await proposals.locator('li').count(), await proposals.locator('li p').first().innerText()];
  expect(await violations()).toEqual([]);
  await picture('proposals');
  await proposals.locator('li button').first().click();
  await expect.poll(() => proposals.locator('li').count()).toBe(count - 1);
  expect((await collector.ask<AlertRulesAnswer>('/alerts/rules')).rules.map((rule) => rule.name)).toContain(first);
});

test('an incident is read with its course, and taken', async () => {
  await collector.askUntil<IncidentsAnswer>('/incidents', ({ open }) => open > 0);
  await page.goto('/incidents?lang=ko');
  await page.locator('[data-incident]').first().waitFor();
  expect(await violations()).toEqual([]);
  await page.locator('[data-incident]').first().click();
  await page.locator('[data-entry="alert"]').first().waitFor();
  await page.getByRole('button', { name: '내가 맡기' }).click();
  await page.locator('[data-state="taken"]').waitFor();
  expect(await violations()).toEqual([]);
  await picture('incident');
});
