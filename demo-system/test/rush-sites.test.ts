// The systems of two services, by hand and by many hands at once: the pledge shop, the primary, the commission's files, the
// online classes. Each page is walked in a real browser, in Korean and in English.
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openPage } from '../../test/browser.js';
import type { Audit } from '../dist/services/ballot-box/cast.js';
import { codeOf, createPrimaryDatabase } from '../dist/services/ballot-box/schema.js';
import { createPledgeDatabase } from '../dist/services/likes/schema.js';
import { TruthKeeper } from '../dist/observe/truth.js';
import { scenarioOf } from '../dist/scenario.js';
import { Interventions } from '../dist/supervise/interventions.js';
import { surroundingsOf } from '../dist/supervise/surroundings.js';
import { startDatabase, startSystem, type Database, type RunningSystem } from './reservation-system.js';

const SCENARIOS = ['pledge-shop', 'primary', 'commission', 'online-class'] as const;
type Scenario = (typeof SCENARIOS)[number];
let database: Database;
let browser: Browser;
const systems = new Map<Scenario, RunningSystem>();

beforeAll(async () => {
  database = await startDatabase({ slotsPerClinic: 1, seatsPerSlot: 1 });
  await createPledgeDatabase(database.pool);
  await createPrimaryDatabase(database.pool, 2_000);
  await Promise.all(SCENARIOS.map(async (scenario) => { systems.set(scenario, await startSystem(scenario, database)); }));
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([...systems.values()].map((system) => system.stop()));
  await database?.stop();
});

const urlOf = (scenario: Scenario) => systems.get(scenario)?.webUrl ?? '';
async function post(scenario: Scenario, path: string, body: unknown): Promise<{ status: number; outcome: string; receipt?: string }> {
  const response = await fetch(urlOf(scenario) + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return { status: response.status, ...(await response.json() as { outcome: string }) };
}
const count = (outcomes: { outcome: string }[], outcome: string) => outcomes.filter((one) => one.outcome === outcome).length;
const walk = (scenario: Scenario, locale: string, steps: (page: Page) => Promise<void>) => walkAt(urlOf(scenario), locale, steps);
async function walkAt(url: string, locale: string, steps: (page: Page) => Promise<void>): Promise<void> {
  const { page, faults } = await openPage(browser, { locale, width: locale === 'ko-KR' ? 390 : 1_280, height: 900, dark: locale !== 'ko-KR' });
  await page.goto(url);
  await steps(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(true);
  expect(faults).toEqual([]);
  await page.context().close();
}

test('of three votes that everybody casts at once, one counts; the trail holds, has one ballot for each voter marked, and finds every receipt', async () => {
  const voters = Array.from({ length: 80 }, (_, i) => i + 1);
  const outcomes = await Promise.all([...voters, ...voters, ...voters].map((voter) => post('primary', '/api/votes', { voter, code: codeOf(voter), candidate: 1 + voter % 4 })));
  expect([count(outcomes, 'voted'), count(outcomes, 'already_voted')]).toEqual([80, 160]);
  const audit = await (await fetch(`${urlOf('primary')}/api/audit`)).json() as Audit;
  expect(audit).toMatchObject({ ballots: 80, votersMarked: 80, brokenAt: null });
  const receipts = outcomes.flatMap(({ receipt }) => receipt ?? []);
  const found = await Promise.all(receipts.map(async (receipt) => (await (await fetch(`${urlOf('primary')}/api/receipts/${receipt}`)).json() as { sequence: number | null }).sequence));
  expect(new Set(found).size).toBe(80);
  expect(found).not.toContain(null);
});

test('a wrong code, a stranger and a ballot changed behind everybody\'s back are found', async () => {
  expect(await post('primary', '/api/votes', { voter: 90, code: '000000', candidate: 1 })).toMatchObject({ status: 403, outcome: 'wrong_code' });
  expect(await post('primary', '/api/votes', { voter: 9_999, code: codeOf(9_999), candidate: 1 })).toMatchObject({ status: 409, outcome: 'not_on_the_roll' });
  await database.pool.query('update ballots set candidate = candidate % 4 + 1 where sequence = 17');
  await expect.poll(async () => (await (await fetch(`${urlOf('primary')}/api/audit`)).json() as Audit).brokenAt, { timeout: 10_000 }).toBe(17);
  await database.pool.query('update ballots set candidate = (candidate + 2) % 4 + 1 where sequence = 17');
  await expect.poll(async () => (await (await fetch(`${urlOf('primary')}/api/audit`)).json() as Audit).brokenAt, { timeout: 10_000 }).toBeNull();
});

test('likes of many hands at once are counted once a browser, and the counter agrees with the list of who liked', async () => {
  const outcomes = await Promise.all(Array.from({ length: 60 }, () => post('pledge-shop', '/api/pledges/1/likes', {})));
  expect(count(outcomes, 'liked')).toBe(60);
  const { rows } = await database.pool.query('select likes, (select count(*)::int from likes where pledge = 1) as people from pledges where id = 1');
  expect(rows).toEqual([{ likes: 60, people: 60 }]);
});

test('every booklet is a PDF, and one that does not exist is refused', async () => {
  const response = await fetch(`${urlOf('commission')}/booklets/3.pdf`);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect([response.status, response.headers.get('content-type'), bytes.subarray(0, 5).toString()]).toEqual([200, 'application/pdf', '%PDF-']);
  const table = Number(/startxref\n(\d+)\n%%EOF/.exec(bytes.subarray(-40).toString())?.[1]);
  expect(bytes.subarray(table, table + 4).toString()).toBe('xref');
  expect((await fetch(`${urlOf('commission')}/booklets/99.pdf`)).status).toBe(400);
});

test('in Korean somebody likes a pledge, opens the booklets, votes and checks the receipt, and goes to class', async () => {
  await walk('pledge-shop', 'ko-KR', async (page) => {
    await page.getByRole('button', { name: /좋아요/ }).first().click();
    await page.getByRole('button', { name: /♥ 좋아요/ }).waitFor();
  });
  await walk('commission', 'ko-KR', async (page) => { expect(await page.getByRole('link', { name: /공약집 열기/ }).count()).toBe(6); });
  await walk('primary', 'ko-KR', async (page) => {
    await page.getByRole('textbox', { name: '선거인 번호' }).fill('1234');
    await page.getByRole('textbox', { name: '인증 번호 6자리' }).fill(codeOf(1_234));
    await page.getByRole('radio').nth(2).check();
    await page.getByRole('button', { name: '투표하기' }).click();
    await page.getByRole('heading', { name: '투표가 완료되었습니다' }).waitFor();
    await page.getByRole('button', { name: '기록 확인' }).click();
    await page.getByText(/번째 표로 기록되어 있습니다/).waitFor();
  });
  await walk('online-class', 'ko-KR', async (page) => {
    await page.getByRole('combobox', { name: '지역' }).selectOption({ label: '영남' });
    await page.getByRole('textbox', { name: '이름' }).fill('홍길동');
    await page.getByRole('button', { name: '교실에 들어가기' }).click();
    await page.getByRole('heading', { name: '출석했습니다' }).waitFor();
  });
});

test.each([['pledge-shop', 'Pledges of the day'], ['primary', 'Choose the candidate for president'], ['commission', 'Candidates and their booklets'], ['online-class', 'Nine o\'clock: come in']] as const)(
  '%s is there in English, wide and dark', async (scenario, heading) => {
    await walk(scenario, 'en-GB', async (page) => { await page.getByRole('heading', { name: heading }).waitFor(); });
  });

test('the control desk breaks things and mends them, by hand, and offers only what the system has', async () => {
  const system = systems.get('commission')!;
  const surroundings = surroundingsOf({ fleet: system.fleet, collector: null, relayLine: null, crowd: () => undefined, startFlood: () => { throw new Error('no flood here'); } });
  const interventions = new Interventions({ scenario: scenarioOf('commission'), fleet: system.fleet, surroundings, truth: new TruthKeeper('commission', 'file'), people: () => null, say: () => undefined });
  for (const { part } of system.fleet.of()) part.onMessage((message) => { if (message.type === 'fault-answer') interventions.desk.answered(message.id, message.error); });
  const desk = await interventions.open({ port: 0, file: `${database.directory}/control.json`, site: system.webUrl });
  await walkAt(desk, 'ko-KR', async (page) => {
    for (const fault of ['network-delay', 'event-loop-blocked']) {
      const card = page.locator(`[data-fault="${fault}"]`);
      await card.getByRole('combobox').selectOption('pdf-server');
      await card.getByRole('button', { name: '시작' }).click();
      await page.locator('#active').getByText('pdf-server').nth(fault === 'network-delay' ? 0 : 1).waitFor();
    }
    expect(await page.locator('[data-operation]').evaluateAll((cards) => cards.map((card) => card.getAttribute('data-operation')))).toEqual(['servers', 'suspend', 'reopen']);
    await page.getByRole('button', { name: '모두 끝내기' }).click();
    await page.getByText('일으킨 장애가 없습니다.').waitFor();
  });
  const toldOutcome = async () => (await (await fetch(`${system.webUrl}/api/candidates`)).json() as { outcome: string }).outcome;
  await walkAt(desk, 'en-GB', async (page) => {
    await page.locator('[data-operation="suspend"]').getByRole('button').click();
    await expect.poll(toldOutcome).toBe('suspended');
    await page.locator('[data-operation="reopen"]').getByRole('button').click();
    await expect.poll(toldOutcome).toBe('shown');
  });
  await interventions.close();
});
