// A newcomer by the clock: from the collector's first start to a named agency, a key, a stranger's application that is started by the lines of
// the page, and its first span on the page; and, apart from that, how long it takes from the answer to a span until the page names its service.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';
import { MeasuredCollector } from '../measured-collector.mjs';
import { sendSpans, spansBody } from './crowded-collector.mjs';

/** In the repository, so that the application finds the agent as it would in its own node_modules. */
const FOLDER = path.resolve(import.meta.dirname, '../../node_modules/.cache/narrows/newcomer');
const ARRIVALS = 10;
/** How fast people read what stands on a page, and type. */
const WORDS_PER_MINUTE = 200;
const KEYS_PER_SECOND = 2;
const UNWANTED = new Set(['--single-process', '--no-zygote']);
const APP = `
import http from 'node:http';
const server = http.createServer((request, response) => response.end('ok')).listen(0, '127.0.0.1', async () => {
  for (;;) { await fetch('http://127.0.0.1:' + server.address().port + '/enter').then((answer) => answer.text()); await new Promise((resolve) => setTimeout(resolve, 200)); }
});
`;

export async function measureNewcomer() {
  const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: chromium.args.filter((flag) => !UNWANTED.has(flag)), headless: true });
  const began = performance.now();
  const collector = await MeasuredCollector.start({ NARROWS_SELF_METRICS: '0' });
  try {
    const page = await (await browser.newContext({ baseURL: collector.base, locale: 'ko-KR', reducedMotion: 'reduce' })).newPage();
    const first = await comeIn(page, collector, began);
    const arrivals = await measureArrivals(page, collector);
    return { first, arrivals };
  } finally {
    await browser.close();
    await collector.remove();
    rmSync(FOLDER, { recursive: true, force: true });
  }
}

/** The clock of the machine, and beside it what a person would have read and typed. */
async function comeIn(page, collector, began) {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path.join(FOLDER, 'app.js'), APP);
  writeFileSync(path.join(FOLDER, 'package.json'), '{ "type": "module" }');
  const step = (number) => page.locator(`[data-step="${number}"]`);
  const startedMs = performance.now() - began;
  await page.goto(`/login${new URL(collector.ready.login).search}`);
  await page.goto('/onboarding');
  await step(1).locator('button', { hasText: '새 기관 만들기' }).click();
  await step(1).locator('input[name="name"]').fill('국립예약원');
  await step(1).locator('button[type="submit"]').click();
  await step(1).locator('text=국립예약원').waitFor();
  await step(2).locator('button[type="submit"]').click();
  await step(2).locator('[data-secret]').waitFor();
  const snippet = await step(3).locator('[data-snippet="node"]').innerText();
  const app = spawn('sh', ['-c', snippet], { cwd: FOLDER, detached: true, stdio: 'ignore' });
  try {
    await step(4).locator('[data-first="web"]').waitFor({ timeout: 120_000 });
    const machineMs = performance.now() - began;
    const words = (await page.locator('main').innerText()).split(/\s+/).length;
    const personMs = (words / WORDS_PER_MINUTE) * 60_000 + ('국립예약원'.length / KEYS_PER_SECOND) * 1_000;
    return { startedMs, machineMs, personMs, words };
  } finally {
    if (app.pid !== undefined) process.kill(-app.pid, 'SIGKILL');
  }
}

/** From the 200 of a new service's first span until its name stands on the open page. */
async function measureArrivals(page, collector) {
  const took = [];
  for (let i = 0; i < ARRIVALS; i++) {
    const { csrf } = await page.evaluate(async () => (await fetch('/api/v1/session')).json());
    const change = (route, body) => page.evaluate(async ([where, what, token]) => {
      const answer = await fetch(`/api/v1${where}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-narrows-csrf': token }, body: what });
      if (!answer.ok) throw new Error(`${where} → ${answer.status}`);
      return answer.json();
    }, [route, JSON.stringify(body), csrf]);
    const agency = await change('/agencies', { name: `arrival ${i}` });
    await change('/session/agency', { agency: agency.id });
    const { secret } = await change('/keys', { kind: 'ingest', name: 'first' });
    await page.goto('/onboarding');
    await page.locator('[data-step="4"] [data-reason]').first().waitFor();
    await page.waitForTimeout(200 + Math.random() * 700); // At no moment of the page's own clock in particular.
    await sendSpans(collector, { key: secret }, spansBody({ services: 1, spans: 1, endMs: Date.now(), spreadMs: 1 }));
    const began = performance.now();
    await page.locator('[data-step="4"] [data-first="service-1"]').waitFor({ timeout: 30_000 });
    took.push(performance.now() - began);
  }
  return took.toSorted((a, b) => a - b);
}

export const newcomerSection = ({ first, arrivals }) => `
Question: how long does a stranger's application take from nothing to its first span on the page? From the first start of the collector, in a real browser, by the lines of the
page as they stand, with a Node application that knows nothing of us.

| | |
|---|---|
| the collector is up | ${(first.startedMs / 1_000).toFixed(1)} s |
| first span on the page, by the clock of the script | **${(first.machineMs / 1_000).toFixed(1)} s** |
| a person reads the page's ${first.words} words and types the name, besides | ${(first.personMs / 1_000).toFixed(0)} s |
| from the 200 of a first span to its service's name on the page: median of ${arrivals.length}, longest | **${(arrivals[Math.floor(arrivals.length / 2)] / 1_000).toFixed(2)} s**, ${(arrivals.at(-1) / 1_000).toFixed(2)} s |

Wanted: at most 5 minutes, and 2 s from arrival to page. ${first.machineMs + first.personMs <= 300_000 && arrivals.at(-1) <= 2_000 ? 'Holds.' : '**Falls short.**'}
`;
