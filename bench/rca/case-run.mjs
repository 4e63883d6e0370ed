// A case through the product as users run it: `narrows serve` on a fresh data directory, OTLP over HTTP in, verdicts of the
// query API out. Nothing here knows what the answer should be.
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { removeFolder, sleep, start, stop, temporaryFolder } from '../processes.mjs';
import { otlpOf } from './case-otlp.mjs';

const NARROWS = path.resolve(import.meta.dirname, '../../collector/bin/narrows.js');
const KEY = 'nk_bench_0123456789abcdef0123456789abcdef';
const STORED_WITHIN_MS = 120_000;

async function serve(dir) {
  const child = start(process.execPath, [NARROWS, 'serve', '--data', dir, '--port', '0', '--otlp-port', '0', '--grpc-port', '0', '--log-level', 'error', '--json-ready'], {
    env: { ...process.env, NARROWS_INGEST_KEY: KEY, NARROWS_PIPELINES: '' },
  });
  let words = '';
  child.stderr.on('data', (chunk) => { words = (words + chunk).slice(-2_000); });
  const line = await new Promise((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the collector ended with ${code}: ${words}`)));
  });
  return { child, ready: JSON.parse(line) };
}

async function send(otlp, signal, body) {
  for (let tries = 0; ; tries++) {
    const response = await fetch(`${otlp}/v1/${signal}`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` }, body: JSON.stringify(body) });
    const answer = await response.text();
    if (response.ok) {
      const rejected = JSON.parse(answer || '{}').partialSuccess;
      if (rejected && Object.entries(rejected).some(([key, count]) => key.startsWith('rejected') && Number(count) > 0)) throw new Error(`${signal}: ${answer}`);
      return;
    }
    if (tries >= 30 || ![429, 503].includes(response.status)) throw new Error(`${signal} → ${response.status} ${answer.slice(0, 500)}`);
    await sleep(500);
  }
}

/** Everything accepted is in the store when its spool holds no segment. */
async function stored(dir) {
  const segments = path.join(dir, 'spool/segments');
  const began = Date.now();
  const bytes = () => fs.readdirSync(segments).reduce((sum, name) => sum + (fs.statSync(path.join(segments, name), { throwIfNoEntry: false })?.size ?? 0), 0);
  while (bytes() > 0) {
    if (Date.now() - began > STORED_WITHIN_MS) throw new Error('the spool still holds data after two minutes');
    await sleep(100);
  }
}

async function login(ready) {
  const base = `http://127.0.0.1:${new URL(ready.url).port}`;
  const response = await fetch(`${base}/login${new URL(ready.login).search}`, { redirect: 'manual' });
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  return async (question) => {
    const began = performance.now();
    const answer = await fetch(`${base}/api/v1/verdicts?${new URLSearchParams(question)}`, { headers: { cookie } });
    if (!answer.ok) throw new Error(`verdicts → ${answer.status} ${(await answer.text()).slice(0, 500)}`);
    const { verdicts } = await answer.json();
    return { verdicts, tookMs: performance.now() - began };
  };
}

/** Feed a case and hand an asker of verdicts to `use`: `ask({ from, to, baselineFrom?, baselineTo? })` → `{ verdicts, tookMs }`. */
export async function withCase(parsed, use) {
  const dir = temporaryFolder('narrows-rca-');
  const { child, ready } = await serve(dir);
  try {
    for (const [signal, body] of otlpOf(parsed)) await send(ready.otlp, signal, body);
    await stored(dir);
    return await use(await login(ready));
  } finally {
    await stop(child);
    removeFolder(dir);
  }
}
