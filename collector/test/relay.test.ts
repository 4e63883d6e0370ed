// The relay between real senders and a real collector: killed at any moment on either side, cut off from its answers,
// turned away, behind mutual TLS. What was acknowledged inside is in the store outside, once, and without personal numbers.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { IngestStatus, TransactionsAnswer } from '@narrows/contract';
import { RelayProcess } from './relay-process.js';
import { CollectorProcess } from './serve-collector.js';
import { logs, newId, traces } from './serve-otlp.js';

const closers: (() => unknown)[] = [];
afterEach(async () => { for (const close of closers.splice(0).reverse()) await close(); });

const collector = new CollectorProcess();
const begin = Date.now();
beforeAll(async () => {
  await collector.start();
  await collector.logIn();
});
afterAll(() => collector.remove());

function newRelay(): RelayProcess {
  const relay = new RelayProcess();
  closers.push(() => relay.remove());
  return relay;
}

const upstream = (url = collector.ready.otlp) => ({ NARROWS_RELAY_UPSTREAM: url, NARROWS_RELAY_KEY: collector.ingestKey });
const requestOf = (ids: readonly string[]) => traces(ids.map((spanId) => ({ service: 'web', name: 'GET /', kind: 'server', endMs: Date.now(), durationMs: 10, spanId })));
const pause = (ms: number) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** How many spans the store holds, asked when nothing is on its way to it. */
async function storedSpans(): Promise<number> {
  await collector.askUntil<IngestStatus>('/ingest', (status) => status.spoolBytes === 0);
  return (await collector.ask<TransactionsAnswer>(`/transactions?from=${begin - 5_000}&to=${Date.now() + 5_000}`)).total;
}

/** A door whose way in can be moved, and whose way back can be cut: the request arrives, its answer does not. */
async function newProxy(target: () => number): Promise<{ port: number; cutNextAnswers: (count: number) => void; answersCut: () => number }> {
  let cuts = 0;
  let done = 0;
  const server = net.createServer((client) => {
    const upstream = net.connect(target(), '127.0.0.1');
    client.pipe(upstream);
    upstream.on('data', (chunk) => {
      if (cuts > 0) { cuts--; done++; client.destroy(); upstream.destroy(); } else client.write(chunk);
    });
    for (const socket of [client, upstream]) socket.on('error', () => { client.destroy(); upstream.destroy(); });
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => { server.once('listening', resolve); });
  closers.push(() => server.close());
  return { port: (server.address() as net.AddressInfo).port, cutNextAnswers: (count) => { cuts = count; }, answersCut: () => done };
}

test('killed in turn under four writers, relay and collector lose no acknowledged span and store none twice', async () => {
  const relay = newRelay();
  const proxy = await newProxy(() => Number(new URL(collector.ready.otlp).port));
  const way = upstream(`http://127.0.0.1:${proxy.port}`);
  const before = await storedSpans();
  await relay.start(way);
  const acknowledged = new Set<string>();
  let isOver = false;
  const writers = [0, 1, 2, 3].map(async () => {
    while (!isOver) {
      const ids = Array.from({ length: 40 }, () => newId(8));
      const body = requestOf(ids);
      for (let isTaken = false; !isTaken;) {
        try {
          isTaken = (await relay.send('traces', body)).status === 200;
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
        }
        if (!isTaken) await pause(50); // Stored or not: a sender repeats the same bytes.
      }
      for (const id of ids) acknowledged.add(id);
    }
  });
  for (const [who, afterMs] of [['relay', 700], ['collector', 450], ['relay', 620], ['both', 830], ['relay', 280]] as const) {
    await pause(afterMs);
    if (who !== 'relay') await collector.stop('SIGKILL');
    if (who !== 'collector') await relay.stop('SIGKILL');
    if (who !== 'collector') await relay.start(way);
    if (who !== 'relay') await collector.start();
  }
  isOver = true;
  await Promise.all(writers);
  expect(acknowledged.size).toBeGreaterThan(1_000);
  await relay.drained();
  expect(await storedSpans() - before).toBe(acknowledged.size);
});

test('answers that are lost on the way back make the relay send again, and nothing is stored twice', async () => {
  const relay = newRelay();
  const proxy = await newProxy(() => Number(new URL(collector.ready.otlp).port));
  await relay.start(upstream(`http://127.0.0.1:${proxy.port}`));
  await relay.drained();
  const before = await storedSpans();
  for (let round = 0; round < 4; round++) {
    proxy.cutNextAnswers(2);
    expect((await relay.send('traces', requestOf([newId(8), newId(8)]))).status).toBe(200);
    await relay.drained();
  }
  expect(proxy.answersCut()).toBe(8);
  expect(await storedSpans() - before).toBe(8);
});

test('a key that the collector refuses costs nothing: all is kept, said in health, and sent with the right one', async () => {
  const relay = newRelay();
  const before = await storedSpans();
  await relay.start({ ...upstream(), NARROWS_RELAY_KEY: 'wrong' });
  for (let sent = 0; sent < 5; sent++) expect((await relay.send('traces', requestOf([newId(8)]))).status).toBe(200);
  const health = await relay.healthUntil((health) => health.upstream.condition === 'unwelcome');
  expect(health.upstream.because).toContain('KEY_UNKNOWN');
  expect(health.quarantinedRequests).toBe(0);
  const ready = await fetch(`${relay.ready.url}/ready`);
  expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('refuses this relay')]);
  expect(await relay.stop()).toBe(0);
  await relay.start(upstream());
  await relay.drained();
  expect(await storedSpans() - before).toBe(5);
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('left out: mutual TLS, since there is no openssl here to sign certificates with');

test.runIf(hasOpenssl)('behind mutual TLS the relay gets in with its certificate, and without it keeps everything', async () => {
  const files = makeCertificates();
  const door = https.createServer({ ca: files.read('ca.crt'), cert: files.read('server.crt'), key: files.read('server.key'), requestCert: true, rejectUnauthorized: true }, (request, response) => {
    const forwarded = fetch(new URL(request.url ?? '/', collector.ready.otlp), { method: 'POST', headers: pick(request.headers), body: request as unknown as RequestInit['body'], duplex: 'half' } as RequestInit);
    forwarded.then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(Buffer.from(await answer.arrayBuffer()));
    }, () => response.writeHead(502).end());
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => { door.once('listening', resolve); });
  closers.push(() => { door.closeAllConnections(); door.close(); });
  const url = `https://localhost:${(door.address() as net.AddressInfo).port}`;
  const relay = newRelay();
  const before = await storedSpans();
  await relay.start({ ...upstream(url), NARROWS_RELAY_CA: files.at('ca.crt') });
  await relay.send('traces', requestOf([newId(8)]));
  await relay.healthUntil((health) => health.upstream.condition !== 'untried' && health.upstream.condition !== 'accepting');
  await relay.stop();
  await relay.start({ ...upstream(url), NARROWS_RELAY_CA: files.at('ca.crt'), NARROWS_RELAY_CERT: files.at('relay.crt'), NARROWS_RELAY_CERT_KEY: files.at('relay.key') });
  await relay.drained();
  expect(await storedSpans() - before).toBe(1);
});

// Last, for it stops the collector to look at its files.
test('a personal number reaches neither the disk of the relay nor the collector, and both sides see the relay', async () => {
  const canary = '900101-1234567';
  const relay = newRelay();
  await relay.start({ ...upstream(), NARROWS_RELAY_KEY: 'wrong' }); // So that all of it stays on disk for now.
  await relay.send('traces', traces([{ service: canary, name: canary, kind: 'server', endMs: Date.now(), durationMs: 1, error: canary, attributes: { rrn: canary, [canary]: 'key' } }]));
  await relay.send('logs', logs('web', [{ atMs: Date.now(), body: `rrn=${canary}`, attributes: { text: canary } }]));
  await relay.healthUntil((health) => health.upstream.condition === 'unwelcome');
  expect(filesHolding(relay.dataDir, '1234567')).toEqual([]);
  expect(filesHolding(relay.dataDir, '900101-*******').length).toBeGreaterThan(0);
  const metrics = await (await fetch(`${relay.ready.url}/metrics`)).text();
  expect(metrics).toMatch(/narrows_relay_changed_values_total\{change="redacted"\} [1-9]/);
  expect(metrics).toMatch(/narrows_relay_upstream\{condition="unwelcome"\} 1/);
  await relay.stop();
  await relay.start(upstream());
  await relay.drained();
  const seenOutside = await (async () => {
    for (let tries = 0; ; tries++) {
      const text = await (await collector.get('/metrics', {})).text();
      if (text.includes(relay.ready.relay) || tries === 50) return text;
      await pause(100);
    }
  })();
  expect(seenOutside).toContain(relay.ready.relay);
  await collector.stop();
  expect(filesHolding(collector.dataDir, '1234567')).toEqual([]);
});

const FORWARDED_HEADERS = ['authorization', 'content-type', 'content-encoding', 'x-narrows-relay', 'x-narrows-sequence'] as const;
const pick = (headers: Record<string, string | string[] | undefined>) => Object.fromEntries(FORWARDED_HEADERS.map((name) => [name, String(headers[name] ?? '')]));

function filesHolding(root: string, text: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const file = path.join(root, name);
    return statSync(file).isFile() && readFileSync(file).includes(text);
  });
}

/** An authority, a server named localhost, and a relay, all good for a day. */
function makeCertificates(): { at: (name: string) => string; read: (name: string) => Buffer } {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'narrows-certificates-'));
  closers.push(() => rmSync(dir, { recursive: true, force: true }));
  const at = (name: string) => path.join(dir, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...curve, '-days', '1', '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=test authority');
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost');
  for (const name of ['server', 'relay']) {
    openssl('req', '-new', ...curve, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', 'names', '-out', `${name}.crt`);
  }
  return { at, read: (name) => readFileSync(at(name)) };
}
