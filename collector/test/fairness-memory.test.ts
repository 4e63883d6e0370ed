// Memory is bounded (G6): a real collector whose store is away gets many times what its disk queue holds, over many
// connections at once. It answers with 200, 429 or 503 and never grows past its cap; what it acknowledged is on disk. And
// of two agencies neither can fill that disk alone.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import xxhash from 'xxhash-wasm';
import { transcodeJson } from '../dist/decode/json-transcoder.js';
import { scanRecords } from '../dist/spool/record.js';
import { createAgency } from './serve-agency.js';
import { CollectorProcess } from './serve-collector.js';
import { traces } from './serve-otlp.js';

const MIB = 1024 * 1024;
const SPOOL_BYTES = 32 * MIB;
const IN_FLIGHT_BYTES = 32 * MIB;
/** A running process with its code and buffers takes about 150 MiB; the rest of the cap is the two budgets above and the turnover of the heap. */
const RSS_BYTES_MAX = 320 * MIB;
/** Each becomes 29 MiB of columns. On top of the cap: 32 MiB of them on their way to the disk and the one begun last, with the copies that are their records, and the decoder's own buffers. */
const UNFOLDING_REQUESTS = 24;
const RSS_UNFOLDING_BYTES_MAX = 768 * MIB;
const LOAD = { connections: 48, requests: 1_200, spans: 600 };

/** Nothing listens on the discard port. */
const ENVIRONMENT = { NARROWS_STORE_URL: 'http://127.0.0.1:9', NARROWS_SPOOL_BYTES: String(SPOOL_BYTES), NARROWS_IN_FLIGHT_BYTES: String(IN_FLIGHT_BYTES), NARROWS_SELF_METRICS: '0' };

interface Answer { batchId: bigint; status: number; retryAfter: string | undefined }
const collector = new CollectorProcess();
const answers: Answer[] = [];
let unanswered = 0;

const peakRssBytes = (): number => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${collector.ready.pid}/status`, 'utf8'))![1]) * 1024;

const spans = Array.from({ length: LOAD.spans }, (_, i) => ({ service: `service-${i % 4}`, name: 'POST /reservations', kind: 'server' as const, endMs: Date.now(), durationMs: 5, attributes: { 'url.full': `https://booking.example/reservations/${i}`, note: 'x'.repeat(300) } }));
const base = transcodeJson('traces', Buffer.from(JSON.stringify(traces(spans)))).bytes;

/** One request with bytes of its own: an unknown field behind the message carries its number. */
function bodyOf(n: number, of: Uint8Array = base): Buffer {
  const field = Buffer.from([0xfa, 0x01, 4, 0, 0, 0, 0]);
  field.writeUInt32LE(n, 3);
  return Buffer.concat([of, field]);
}

function post(agent: http.Agent, body: Buffer, { gzip = false, key = collector.ingestKey } = {}): Promise<{ status: number; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-protobuf', authorization: `Bearer ${key}`, ...(gzip && { 'content-encoding': 'gzip' }) };
    const request = http.request(`${collector.ready.otlp}/v1/traces`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode!, retryAfter: response.headers['retry-after'] }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(gzip ? gzipSync(body, { level: 1 }) : body);
  });
}

beforeAll(async () => {
  await collector.start(ENVIRONMENT);
  const { h64, h64Raw } = await xxhash();
  const seed = h64('default/traces');
  const agent = new http.Agent({ keepAlive: true, maxSockets: LOAD.connections });
  let sent = 0;
  const sender = async (): Promise<void> => {
    while (sent < LOAD.requests) {
      const n = sent++;
      const body = bodyOf(n);
      try {
        answers.push({ batchId: h64Raw(body, seed), ...await post(agent, body, { gzip: n % 2 === 1 }) });
      } catch {
        unanswered++; // The door closed the connection on a body that it will not read; the sender keeps its data.
      }
    }
  };
  await Promise.all(Array.from({ length: LOAD.connections }, sender));
  agent.destroy();
});
afterAll(() => collector.remove());

it('every answer is 200, 429 or 503, and a refusal says when to come again', () => {
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => ![200, 429, 503].includes(status))).toEqual([]);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(20);
  expect(statuses.filter((status) => status !== 200).length + unanswered).toBeGreaterThan(LOAD.requests / 2);
  for (const { status, retryAfter } of answers) if (status !== 200) expect(Number(retryAfter)).toBeGreaterThanOrEqual(1);
});

it('the spool is full and not fuller than it may be', () => {
  const segments = path.join(collector.dataDir, 'spool', 'segments');
  const bytes = readdirSync(segments).reduce((sum, name) => sum + readFileSync(path.join(segments, name)).length, 0);
  expect(bytes).toBeLessThanOrEqual(SPOOL_BYTES);
  expect(bytes).toBeGreaterThan(SPOOL_BYTES / 2);
});

it('memory never rose above the cap', () => {
  expect(peakRssBytes()).toBeLessThanOrEqual(RSS_BYTES_MAX);
});

it('everything that was acknowledged is on disk, with all its rows', async () => {
  await collector.stop();
  const segments = path.join(collector.dataDir, 'spool', 'segments');
  const rows = new Map<bigint, number>();
  for (const name of readdirSync(segments)) {
    for (const record of scanRecords(readFileSync(path.join(segments, name))).records) rows.set(record.batchId, record.blocks.reduce((sum, block) => sum + block.rows, 0));
  }
  const lost = answers.filter(({ status, batchId }) => status === 200 && rows.get(batchId) !== LOAD.spans);
  expect(lost).toEqual([]);
});

it('of two agencies one that sends all it can is stopped with room left on the disk, and the other goes on', async () => {
  rmSync(path.join(collector.dataDir, 'spool'), { recursive: true });
  const other = await createAgency(collector.dataDir, 'other');
  await collector.start(ENVIRONMENT);
  const agent = new http.Agent({ keepAlive: true });
  const fill = async (key: string, from: number): Promise<{ taken: number; status: number; retryAfter: string | undefined }> => {
    for (let taken = 0; ; taken++) {
      const answer = await post(agent, bodyOf(from + taken), { key });
      if (answer.status !== 200) return { taken, ...answer };
    }
  };
  const first = await fill(collector.ingestKey, 10_000);
  const second = await fill(other.key, 20_000);
  agent.destroy();
  expect(first).toMatchObject({ status: 429, retryAfter: '5' });
  expect(second.status).toBe(429);
  expect(second.taken).toBeGreaterThan(first.taken / 3);
});

it('small requests that unfold to many times their size, all at once, do not break the cap either', async () => {
  await collector.stop();
  rmSync(path.join(collector.dataDir, 'spool'), { recursive: true });
  await collector.start({ ...ENVIRONMENT, NARROWS_SPOOL_BYTES: String(1024 * MIB) });
  const attributes = Array.from({ length: 8 }, (_, i) => ({ key: `large-${i}`, value: { stringValue: 'x'.repeat(30_000) } }));
  const small = Array.from({ length: 120 }, (_, i) => ({ traceId: String(i + 1).padStart(32, '0'), spanId: String(i + 1).padStart(16, '0'), name: 'a', kind: 2, startTimeUnixNano: '1', endTimeUnixNano: '2' }));
  const unfolding = transcodeJson('traces', Buffer.from(JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: small }] }] }))).bytes;
  const agent = new http.Agent({ keepAlive: true });
  const given = await Promise.all(Array.from({ length: UNFOLDING_REQUESTS }, (_, n) => post(agent, bodyOf(n, unfolding))));
  agent.destroy();
  expect(given.filter(({ status }) => ![200, 429, 503].includes(status))).toEqual([]);
  expect(given.filter(({ status }) => status === 200).length).toBeGreaterThan(5);
  expect(peakRssBytes()).toBeLessThanOrEqual(RSS_UNFOLDING_BYTES_MAX);
});
