import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openPage } from '../../test/browser.js';
import type { ScenarioId } from '../dist/scenario.js';
import { startReservationSystem, type ReservationSystem } from './reservation-system.js';

let browser: Browser;
const systems = new Map<ScenarioId, ReservationSystem>();

beforeAll(async () => {
  browser = await openBrowser();
  for (const scenario of ['before', 'after'] as const) systems.set(scenario, await startReservationSystem(scenario));
});
afterAll(async () => {
  await browser?.close();
  for (const system of systems.values()) await system.stop();
});

/** A page of a phone, and everything that went wrong in it. */
async function openSite(scenario: ScenarioId, locale: string): Promise<{ page: Page; faults: string[] }> {
  const { page, faults } = await openPage(browser, { locale, width: 390, height: 844, dark: false });
  await page.goto(systems.get(scenario)?.webUrl ?? '');
  return { page, faults };
}

async function accessibilityFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

test('in Korean somebody waits, fills in the form, sees nine lights, verifies and books, and every step is accessible', async () => {
  const { page, faults } = await openSite('before', 'ko-KR');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: '예약 시작하기' }).click();
  await page.getByRole('heading', { name: '신청서 작성' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: '예시로 채우기' }).click();
  await page.getByRole('combobox', { name: '사는 곳' }).selectOption({ label: '부산' });
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: '접종 대상 확인' }).click();
  await page.getByRole('heading', { name: '본인인증' }).waitFor();
  await page.getByText('● 원활').first().waitFor();
  expect(await page.getByRole('radio').count()).toBe(9);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('radio', { name: /카카오/ }).check();
  await page.getByRole('button', { name: '인증하기' }).click();
  await page.getByRole('group', { name: '예약할 수 있는 시간' }).waitFor();
  await page.getByRole('combobox', { name: '지역' }).selectOption({ label: '부산' });
  await expect.poll(() => page.locator('.choice .what').allInnerTexts().then((texts) => texts.length > 0 && texts.every((text) => text.startsWith('부산')))).toBe(true);
  await page.getByRole('radio').first().check();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: '예약하기' }).click();
  await page.getByRole('heading', { name: '예약이 완료되었습니다' }).waitFor();
  expect(await page.locator('dd').first().innerText()).toMatch(/^부산/);
  await page.reload();
  await page.getByText(/예약 번호 \d+/).waitFor();
  expect(faults).toEqual([]);
});

test('a browser that asks for English gets English, with identity first, and the toggle changes the language where one is', async () => {
  const { page, faults } = await openSite('after', 'en-GB');
  await page.getByRole('heading', { name: 'Verify your identity' }).waitFor();
  await page.getByText('● Free').first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: '한국어' }).click();
  await page.getByRole('heading', { name: '본인인증' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('ko');
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(true);
  expect(faults).toEqual([]);
});
