// Single sign-on as people live it, in a real browser, by two real providers: one of the platform, behind the authority of a closed
// network, and one of a single agency. Who comes in, in which role, into whose account; and who does not, with a page that says what to do.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { SessionAnswer } from '@narrows/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInvitation } from '../collector/dist/access/invitations.js';
import { openMetaDb } from '../collector/dist/access/meta-db.js';
import { CollectorProcess } from '../collector/test/serve-collector.js';
import { createAgency } from '../collector/test/serve-agency.js';
import { openBrowser, openPage, type WatchedPage } from './browser.js';
import { makeAuthority, startProvider, type ProviderProcess } from './oidc-provider.js';

const collector = new CollectorProcess();
const folder = mkdtempSync(path.join(os.tmpdir(), 'narrows-sign-on-'));
const PICTURES = process.env['NARROWS_PICTURES'];
const redirectsTo = '^http://localhost:\\d+/(sign-on/(gov|kdca)/callback)?$';
let browser: Browser;
let gov: ProviderProcess;
let kdca: ProviderProcess;
const visitors: WatchedPage[] = [];

const authority = makeAuthority(folder);
if (!authority) console.warn('left out: a provider behind its own authority, since there is no openssl here to sign certificates with');

beforeAll(async () => {
  gov = await startProvider({
    tls: authority ?? undefined, redirectsTo, client: { client_id: 'narrows', client_secret: 'of-the-platform', token_endpoint_auth_method: 'client_secret_basic' },
    people: {
      kim: { name: '김하나', preferred_username: 'kim', email: 'admin@kdca.go.kr', email_verified: true, groups: ['kdca-ops', 'mail'] },
      lee: { name: '이두리', preferred_username: 'lee', groups: ['mail'] }, park: { name: '박세나', preferred_username: 'park', groups: [] }, choi: { name: '최네모', preferred_username: 'kim', groups: ['kdca-ops'] },
    },
  });
  kdca = await startProvider({ redirectsTo, client: { client_id: 'narrows', token_endpoint_auth_method: 'none' }, people: { jung: { name: '정다섯', email: 'jung@kdca.go.kr', groups: ['ops'] } } });
  writeFileSync(path.join(folder, 'secret'), 'of-the-platform\n');
  writeFileSync(path.join(folder, 'sign-on.yaml'), `providers:
  - id: gov
    name: { ko: 정부 통합인증, en: Government sign-on }
    issuer: ${gov.issuer}
    clientId: narrows
    clientSecretFile: secret
${authority ? '    caFile: ca.crt\n' : ''}    roles:
      - { value: kdca-admin, role: agency-admin, agency: default }
      - { value: kdca-ops, role: operator, agency: default }
  - id: kdca
    name: { ko: 질병관리청, en: KDCA }
    issuer: ${kdca.issuer}
    clientId: narrows
    agency: default
    roles: [ { value: ops, role: responder } ]
  - { id: away, name: { ko: 응답 없는 곳, en: Away }, issuer: "http://127.0.0.1:1", clientId: narrows }
`);
  [, browser] = await Promise.all([collector.start({ NARROWS_SELF_METRICS: '0', NARROWS_SIGN_ON: path.join(folder, 'sign-on.yaml') }), openBrowser()]);
  await collector.logIn();
  await createAgency(collector.dataDir, 'other');
  await collector.change('POST', '/account', { login: 'admin@kdca.go.kr', name: '관리자', password: 'a river in the morning' });
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await Promise.all([gov?.stop(), kdca?.stop()]);
  await collector.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** The collector is at localhost and the providers at 127.0.0.1, so that a browser takes them for two sites. */
async function visitor(): Promise<Page> {
  const watched = await openPage(browser, { baseUrl: collector.ready.url, anyCertificate: true });
  visitors.push(watched);
  return watched.page;
}
/** At the provider: who one is, and yes to what it asks. */
async function atProvider(page: Page, login: string): Promise<void> {
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill('x');
  await page.locator('button[type="submit"]').click();
  await page.locator('button[type="submit"]:has-text("Continue")').click();
}
async function signIn(page: Page, login: string, provider = 'gov', from = '/'): Promise<void> {
  await page.goto(from);
  await page.locator(`[data-provider="${provider}"]`).click();
  await atProvider(page, login);
}
const sessionOf = (page: Page): Promise<SessionAnswer> => page.evaluate(async () => (await fetch('/api/v1/session')).json() as Promise<SessionAnswer>);
const statusOf = (page: Page, method: string, route: string, body?: object): Promise<number> => page.evaluate(async ([how, where, what]) => {
  const { csrf } = await (await fetch('/api/v1/session')).json() as { csrf: string };
  return (await fetch(`/api/v1${where}`, { method: how, headers: { 'content-type': 'application/json', 'x-narrows-csrf': csrf }, ...what !== '' && { body: what } })).status;
}, [method, route, body === undefined ? '' : JSON.stringify(body)] as const);
const logins = async (): Promise<string[]> => {
  const db = await openMetaDb(path.join(collector.dataDir, 'meta.db'));
  const rows = await db.selectFrom('person').select('login').orderBy('login').execute();
  await db.destroy();
  return rows.map(({ login }) => login);
};
const invite = async (agency: string): Promise<string> => {
  const db = await openMetaDb(path.join(collector.dataDir, 'meta.db'));
  const token = await createInvitation(db, { agency, role: 'vendor', invitedBy: 'admin' }, Date.now());
  await db.destroy();
  return token;
};

test('the page of the sign-in has a button for each provider, in both languages, and an accessibility checker finds nothing', async () => {
  const page = await visitor();
  for (const [lang, theme, width, words] of [['ko', 'dark', 1280, '정부 통합인증'], ['en', 'light', 390, 'Government sign-on']] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`/?lang=${lang}&theme=${theme}`);
    await page.locator('[data-provider="gov"]', { hasText: words }).waitFor();
    await page.locator('[data-provider="kdca"]').waitFor();
    if (PICTURES) await page.screenshot({ path: path.join(PICTURES, `sign-on-${lang}-${theme}.png`), fullPage: true });
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  }
});

test('a group at the provider is a role here; the account is its own, also where an e-mail address is somebody else\'s', async () => {
  const page = await visitor();
  await signIn(page, 'kim');
  await page.waitForURL('**/live*');
  expect(await sessionOf(page)).toMatchObject({ user: 'gov:kim', role: 'operator', agency: 'default' });
  expect(await logins()).toEqual(['admin@kdca.go.kr', 'gov:kim']);
  expect(await statusOf(page, 'PUT', '/account/password', { current: '', password: 'another river at night' })).toBe(403);
});

test('another person of the same name at the provider gets an account of their own', async () => {
  const page = await visitor();
  await signIn(page, 'choi');
  await page.waitForURL('**/live*');
  expect(await sessionOf(page)).toMatchObject({ user: 'gov:kim-2', role: 'operator' });
});

test('a role follows the group at the next sign-in, and one that is gone ends the sessions that lived by it', async () => {
  const page = await visitor();
  gov.change({ kim: { preferred_username: 'kim', groups: ['kdca-ops', 'kdca-admin'] } });
  await signIn(page, 'kim');
  await page.waitForURL('**/live*');
  expect(await sessionOf(page)).toMatchObject({ user: 'gov:kim', role: 'agency-admin' });
  gov.change({ kim: { preferred_username: 'kim', groups: [] } });
  const later = await visitor();
  await signIn(later, 'kim');
  await later.locator('h1', { hasText: '아직 권한이 없습니다' }).waitFor();
  if (PICTURES) await later.screenshot({ path: path.join(PICTURES, 'sign-on-no-role.png'), fullPage: true });
  expect(await page.evaluate(async () => (await fetch('/api/v1/session')).status)).toBe(401);
});

test('who has no role gets a page that says whom to ask, and no account; with an invitation they get both', async () => {
  const before = await logins();
  const page = await visitor();
  await signIn(page, 'lee');
  await page.locator('h1', { hasText: 'You are signed in, and have no role here yet' }).waitFor();
  expect(await logins()).toEqual(before);
  const token = await invite('other');
  await page.goto(`/invitation/${token}`);
  await page.locator('[data-provider="gov"]').click(); // Still known at the provider.
  await page.waitForURL('**/live*');
  expect(await sessionOf(page)).toMatchObject({ user: 'gov:lee', role: 'vendor', agency: 'other' });
  await page.goto(`/sign-on/gov?invitation=${token}`);
  await page.locator('h1', { hasText: '더 이상 쓸 수 없는 초대' }).waitFor();
});

test('an account is connected by whoever is in it and at the provider at once, and disconnected again', async () => {
  const page = await visitor();
  await page.goto('/');
  await page.locator('input[name="login"]').fill('admin@kdca.go.kr');
  await page.locator('input[name="password"]').fill('a river in the morning');
  await page.locator('button[type="submit"]').click();
  await page.locator('nav').waitFor();
  expect(await statusOf(page, 'DELETE', '/account/sign-on', {})).toBe(200); // Nothing to disconnect, nothing broken.
  await page.goto('/settings?panel=account');
  await page.locator('[data-connect="gov"]').click();
  await atProvider(page, 'park');
  await page.locator('[data-connected]').waitFor();
  if (PICTURES) await page.screenshot({ path: path.join(PICTURES, 'sign-on-connected.png'), fullPage: true });
  const again = await visitor();
  await signIn(again, 'park');
  await again.waitForURL('**/live*');
  expect(await sessionOf(again)).toMatchObject({ user: 'admin@kdca.go.kr', role: 'platform-admin' });
  await page.locator('[data-connected] button').click();
  await page.locator('[data-connect="gov"]').waitFor();
  expect(await again.evaluate(async () => (await fetch('/api/v1/session')).status)).toBe(401);
  // A provider of one agency never opens an account of the platform's administrators.
  await page.locator('[data-connect="kdca"]').click();
  await atProvider(page, 'jung');
  await page.locator('h1', { hasText: 'Not by this sign-in server' }).waitFor();
});

test('a provider of one agency opens that agency and no other, whatever else the person may enter', async () => {
  const page = await visitor();
  await signIn(page, 'jung', 'kdca');
  await page.waitForURL('**/live*');
  expect(await sessionOf(page)).toMatchObject({ user: 'kdca:jung@kdca.go.kr', role: 'responder', agency: 'default' });
  const db = await openMetaDb(path.join(collector.dataDir, 'meta.db'));
  const { id } = await db.selectFrom('person').select('id').where('login', '=', 'kdca:jung@kdca.go.kr').executeTakeFirstOrThrow();
  await db.insertInto('membership').values([{ person: id, agency: 'other', role: 'agency-admin', provider: null }, { person: id, agency: '*', role: 'platform-admin', provider: null }]).execute();
  await db.destroy();
  expect(await sessionOf(page)).toMatchObject({ role: 'responder' });
  expect(await statusOf(page, 'POST', '/session/agency', { agency: 'other' })).toBe(403);
  const foreign = await visitor();
  await foreign.goto(`/sign-on/kdca?invitation=${await invite('other')}`);
  await foreign.locator('h1', { hasText: 'Not by this sign-in server' }).waitFor();
});

test('who logs out is led to the provider\'s own log-out, and has to say who they are again', async () => {
  const page = await visitor();
  await signIn(page, 'choi');
  await page.waitForURL('**/live*');
  await page.goto('/settings?panel=account');
  await page.locator('button', { hasText: '로그아웃' }).click();
  await page.waitForURL(`${gov.issuer}/**`);
  await page.locator('button[value="yes"]').click();
  await page.waitForURL(`${collector.ready.url}/**`);
  await page.locator('[data-provider="gov"]').click();
  await page.locator('input[name="login"]').waitFor();
});

test('what comes back to another browser, twice, late to nothing begun, or with a refusal comes in nowhere', async () => {
  const asked = await fetch(`${collector.base}/sign-on/gov`, { redirect: 'manual' });
  const cookie = asked.headers.get('set-cookie')!.split(';')[0]!;
  expect(asked.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Lax/);
  const target = new URL(asked.headers.get('location')!);
  expect(Object.fromEntries(target.searchParams)).toMatchObject({ response_type: 'code', code_challenge_method: 'S256', nonce: expect.any(String), redirect_uri: `${collector.ready.url}/sign-on/gov/callback` });
  const state = target.searchParams.get('state')!;
  const back = async (query: string, headers: Record<string, string> = { cookie }, provider = 'gov'): Promise<[number, string | null]> => {
    const answer = await fetch(`${collector.base}/sign-on/${provider}/callback?${query}`, { headers, redirect: 'manual' });
    expect(await answer.text()).not.toContain('<script');
    return [answer.status, answer.headers.get('set-cookie')];
  };
  expect(await back(`state=${state}&code=x`, {})).toEqual([401, null]);
  expect(await back(`state=${state}&code=x`, { cookie: 'narrows_sign_on=another' })).toEqual([401, null]);
  expect(await back(`state=${state}&code=x`, { cookie }, 'kdca')).toEqual([401, null]);
  expect(await back('state=%3Cscript%3E&code=x')).toEqual([401, null]);
  expect(await back(`state=${state}&state=${state}&code=x`)).toEqual([401, null]);
  expect(await back(`state=${state}&code=x`)).toEqual([401, null]); // Used up just now, by two states at once.
  expect(await back('error=access_denied')).toEqual([401, null]);
  expect((await fetch(`${collector.base}/sign-on/nobody`)).status).toBe(404);
  expect((await fetch(`${collector.base}/sign-on/gov?invitation=nonsense`, { redirect: 'manual' })).status).toBe(401);
});

test('a provider that is away is a page that says so and has a way back, and passwords work on', async () => {
  const page = await visitor();
  await page.goto('/');
  await page.locator('[data-provider="away"]').click();
  await page.locator('h1', { hasText: 'The sign-in server does not answer' }).waitFor();
  if (PICTURES) await page.screenshot({ path: path.join(PICTURES, 'sign-on-away.png'), fullPage: true });
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.locator('a', { hasText: 'To the login page' }).click();
  await page.locator('input[name="login"]').waitFor();
  const answer = await fetch(`${collector.base}/api/v1/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ login: 'admin@kdca.go.kr', password: 'a river in the morning' }) });
  expect(answer.status).toBe(200);
  expect(collector.stderr).toContain('SIGN_ON_UNAVAILABLE');
});

test('who came in how, and who did not, is in the audit log; no token and no secret is in the database', async () => {
  const db = await openMetaDb(path.join(collector.dataDir, 'meta.db'));
  const entries = await db.selectFrom('auditEntry').select(['actor', 'action', 'detail']).execute();
  const everything = JSON.stringify([await db.selectFrom('session').selectAll().execute(), await db.selectFrom('signOnAttempt').selectAll().execute(), entries]);
  await db.destroy();
  expect(entries).toContainEqual({ actor: 'gov:kim', action: 'login', detail: '{"how":"sign-on gov"}' });
  expect(entries).toContainEqual(expect.objectContaining({ actor: 'gov:lee', action: 'login refused' }));
  expect(entries).toContainEqual(expect.objectContaining({ actor: 'admin@kdca.go.kr', action: 'sign-on connected' }));
  expect(everything).not.toMatch(/eyJ|of-the-platform/);
  // The provider's own pages ask for a font from elsewhere.
  for (const { faults } of visitors) expect(faults.filter((fault) => !/\b(401|403|404|503)\b|favicon|ERR_NAME_NOT_RESOLVED/.test(fault))).toEqual([]);
});
