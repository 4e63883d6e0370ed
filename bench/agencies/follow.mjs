// One alert followed on the demo from end to end: real services, real people in a real crowd, a real collector, a real receiver of messages. A
// channel of the identity check is broken, the alert fires and becomes an incident with its cause, whoever is on call is told, nobody takes it,
// the next one is told, it is taken, the channel is mended, and everybody who was told hears that it is over. Each step with its moment.
import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../demo-system/dist/supervise/preflight.js';
import { sleep } from '../processes.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MAIN = path.join(ROOT, 'demo-system/dist/main.js');
const COMMAND = path.join(ROOT, 'demo-system/bin/narrows-demo.js');
const SECRET = 'a-secret-of-sixteen-and-more';
const CHANNEL = 'kcb-phone';

/** Keeps what it is sent, with its moment, and throws away what is not signed as it should be. */
async function startReceiver() {
  const received = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part) => { body += part; }).on('end', () => {
      const signature = `sha256=${createHmac('sha256', SECRET).update(`${request.headers['x-narrows-timestamp']}.${body}`).digest('hex')}`;
      if (request.headers['x-narrows-signature'] === signature) received.push({ path: request.url, atMs: Date.now(), ...JSON.parse(body) });
      response.end();
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { received, url: `http://127.0.0.1:${server.address().port}`, close: () => { server.closeAllConnections(); server.close(); } };
}

/** Errors: what the demo printed, where it ended before it was ready. */
async function startDemo(folder) {
  const port = await freePort();
  const child = spawn(process.execPath, [MAIN, '--headless', '--scenario', 'after', '--seed', '7', '--data', path.join(folder, 'data'), '--port', String(port), '--otlp-port', String(await freePort())], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NARROWS_NOTIFY_NETWORKS: '127.0.0.0/8' } });
  let output = '';
  const link = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
        const found = /http:\/\/\S+\/login\?token=\S+/.exec(output)?.[0];
        if (found && output.includes('Ctrl-C stops everything')) resolve(found);
      });
    }
    child.once('close', (code) => reject(new Error(`the demo ended with ${code}:\n${output}`)));
  });
  return { child, link };
}

/** The dashboard's own way in, for a program. */
async function logIn(link) {
  const answer = await fetch(link, { redirect: 'manual' });
  const cookie = answer.headers.get('set-cookie').split(';')[0];
  const base = `${new URL(link).origin}/api/v1`;
  const { csrf } = await (await fetch(`${base}/session`, { headers: { cookie } })).json();
  return async (method, route, body) => {
    const response = await fetch(base + route, { method, headers: { cookie, 'x-narrows-csrf': csrf, ...body !== undefined && { 'content-type': 'application/json' } }, ...body !== undefined && { body: JSON.stringify(body) } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route} → ${response.status} ${text}`);
    return text.startsWith('{') ? JSON.parse(text) : text;
  };
}

async function until(what, ask, secondsMax) {
  for (const began = performance.now(); performance.now() - began < secondsMax * 1_000; await sleep(250)) {
    const found = await ask();
    if (found) return found;
  }
  throw new Error(`${what}: not within ${secondsMax} s`);
}

export async function measureFollow() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'narrows-follow-'));
  chmodSync(folder, 0o755); // PostgreSQL runs as another user than root and must be able to walk in.
  const receiver = await startReceiver();
  const demo = await startDemo(folder);
  try {
    const fault = (...args) => promisify(execFile)(process.execPath, [COMMAND, 'fault', ...args, '--data', path.join(folder, 'data')]);
    return await follow(await logIn(demo.link), receiver, fault);
  } finally {
    demo.child.kill('SIGINT');
    await new Promise((resolve) => { demo.child.once('exit', resolve); });
    receiver.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function follow(call, { received, url }, fault) {
  const channel = (name) => call('POST', '/alerts/channels', { name, kind: 'webhook', settings: { url: `${url}/${name}`, secret: SECRET } });
  const [duty, chief] = [await channel('duty'), await channel('chief')];
  await call('PUT', '/alerts/on-call', { timeZone: 'Asia/Seoul', shifts: [], otherwise: [duty.id], escalation: [{ afterMinutes: 1, channels: [chief.id] }] });
  // A verdict looks back on five minutes and would keep the incident open for as long; it is the cause all the same.
  for (const { id, condition } of (await until('the first rules', async () => { const { rules } = await call('GET', '/alerts/rules'); return rules.length > 0 && rules; }, 60))) if (condition.kind === 'verdict') await call('DELETE', `/alerts/rules/${id}`);
  await call('POST', '/alerts/rules', {
    name: '본인인증 채널 오류 · Identity channel errors', severity: 'critical', place: { pipeline: 'vaccine-after', stage: 'identity', each: 'channel' }, forSeconds: 0, keepSeconds: 10, notify: [],
    condition: { kind: 'threshold', measure: 'error_ratio', overSeconds: 20, compare: 'above', value: 0.5, clear: 0.2 },
  });
  await until('people at the identity check', async () => (await call('GET', '/transactions?pipeline=vaccine-after&stage=identity')).total > 100, 120);
  const moments = { broken: Date.now() };
  await fault('start', 'channel-failing', '--target', CHANNEL, '--amount', '1');
  const incident = await until('an incident', async () => (await call('GET', '/incidents')).incidents[0], 120);
  moments.incident = incident.openedAtMs;
  const told = (event, name) => until(`"${event}" to ${name}`, () => received.find((one) => one.event === event && one.path === `/${name}`), 120);
  moments.told = (await told('opened', 'duty')).atMs;
  moments.escalated = (await told('escalated', 'chief')).atMs;
  await call('POST', `/incidents/${incident.id}`, { action: 'take' });
  await call('POST', `/incidents/${incident.id}`, { action: 'note', text: '인증기관에 연락' });
  moments.mended = Date.now();
  await fault('stop', '--all');
  const resolved = await until('the resolution', async () => { const { incident: now } = await call('GET', `/incidents/${incident.id}`); return now.state === 'resolved' && now; }, 240);
  moments.resolved = resolved.resolvedAtMs;
  moments.allTold = Math.max((await told('resolved', 'duty')).atMs, (await told('resolved', 'chief')).atMs);
  const { timeline, postMortem, incident: known } = await call('GET', `/incidents/${incident.id}`);
  return { moments, title: resolved.title, cause: known.cause?.kind ?? null, kinds: [...new Set(timeline.map(({ kind }) => kind))], postMortemWords: postMortem.split(/\s+/).length, messages: received.length };
}

const STEPS = [['incident', 'the alert fires and is an incident'], ['told', 'whoever is on call is told'], ['escalated', 'nobody took it for a minute: the next one is told'], ['mended', 'it is taken, and the channel mended'], ['resolved', 'the incident is resolved'], ['allTold', 'everybody who was told hears that']];
export const followSection = ({ moments, title, cause, kinds, postMortemWords, messages }) => `
Question: is an alert followed from end to end? On the demo (\`after\`, real services and a crowd) the channel \`${CHANNEL}\` of the identity check answers with errors only; a rule watches each
channel's error ratio over 20 s. Signed webhooks to two receivers; a minute of nobody taking it leads to the second.

| | seconds after the fault began |
|---|---|
${STEPS.map(([key, words]) => `| ${words} | ${((moments[key] - moments.broken) / 1_000).toFixed(1)} |`).join('\n')}

The incident was called “${title.ko}”, its cause was \`${cause ?? 'none'}\`; its course has ${kinds.map((kind) => `\`${kind}\``).join(', ')}; the draft of the post-mortem has ${postMortemWords} words; ${messages} messages arrived, all
with a right signature.
`;
