// The forwarder with a real upstream on a socket, which answers as it is told and writes down what it took.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { RELAY_TABLES } from '@narrows/contract';
import { ForwardState } from './forward-state.js';
import { Forwarder, type ForwardSegment } from './forwarder.js';
import { createUpstream } from './upstream.js';

interface Taken { path: string; relay: string; sequence: number; text: string; key: string }
type Reply = { status: number; headers?: Record<string, string> } | 'cut';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => { for (const close of closers.splice(0).reverse()) await close(); });

/** Answers with what `reply` says; `taken` has what was answered with 200, once a sequence, as a collector has it. */
async function startUpstream(reply: (request: Taken, number: number) => Reply) {
  const seen: Taken[] = [];
  const taken: Taken[] = [];
  const connections = new Set<unknown>();
  let inFlight = 0;
  let inFlightMax = 0;
  const server = http.createServer((request, response) => {
    inFlightMax = Math.max(inFlightMax, ++inFlight);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      inFlight--;
      const { headers } = request;
      const one = { path: request.url!, relay: String(headers['x-narrows-relay']), sequence: Number(headers['x-narrows-sequence']), text: gunzipSync(Buffer.concat(chunks)).toString('latin1'), key: String(headers.authorization) };
      seen.push(one);
      const answer = reply(one, seen.length);
      const isNew = one.sequence > (taken.at(-1)?.sequence ?? -1);
      if ((answer === 'cut' || answer.status === 200) && isNew) taken.push(one);
      if (answer === 'cut') response.destroy();
      else response.writeHead(answer.status, { 'content-type': 'application/x-protobuf', ...answer.headers }).end();
    });
  });
  server.on('connection', (socket) => connections.add(socket));
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  closers.push(() => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, taken, connections, inFlightMax: () => inFlightMax };
}

/** Runs the forwarder over these segments to their end. A request's text is its name. */
async function forward(url: string, segments: readonly (readonly string[])[], onWait: (ms: number) => void = () => undefined) {
  const waiting: ForwardSegment[] = segments.map((names, index) => ({
    segmentId: `${String(index + 1).padStart(12, '0')}-aa`,
    records: () => names.map((name, i) => ({ offset: i * 100, receivedAtMs: 1, blocks: [{ table: RELAY_TABLES.traces, rows: 1, bytes: Buffer.from(`<${name}>`, 'latin1') }] })),
  }));
  const released: string[] = [];
  const setAside: string[] = [];
  const messages: string[] = [];
  const state = new ForwardState(() => 5_000);
  let isDone: () => void;
  const done = new Promise<void>((resolve) => { isDone = resolve; });
  const log = (_fields: object, message: string) => { messages.push(message); };
  const upstream = createUpstream({ url, key: 'key', relayId: 'a1', caFile: '', certFile: '', certKeyFile: '', gzipLevel: 6 });
  const forwarder = new Forwarder({
    nextSegment: async () => {
      const segment = waiting.shift();
      if (!segment) isDone();
      return segment ?? null;
    },
    release: async (segmentId) => { released.push(segmentId); },
    setAside: async ({ requests }) => { setAside.push(...requests.map(({ bytes }) => Buffer.from(bytes).toString('latin1'))); },
    upstream, state, log: { warn: log, info: log, error: log }, random: () => 1,
    sleep: async (ms) => { onWait(ms); },
  });
  forwarder.start();
  await done;
  await forwarder.stop();
  upstream.close();
  return { released, setAside, state, messages };
}

const names = (segment: number, count: number) => Array.from({ length: count }, (_, i) => `${segment}.${i}`);

test('everything arrives in order, joined, over one connection and one at a time', async () => {
  const upstream = await startUpstream(() => ({ status: 200 }));
  const segments = Array.from({ length: 20 }, (_, i) => names(i, 10));
  const { released, state } = await forward(upstream.url, segments);
  expect(upstream.taken.map(({ text }) => text).join('')).toBe(segments.flat().map((name) => `<${name}>`).join(''));
  expect(upstream.taken.length).toBe(20);
  expect([upstream.connections.size, upstream.inFlightMax()]).toEqual([1, 1]);
  expect(upstream.taken[0]).toMatchObject({ path: '/v1/traces', relay: 'a1', key: 'Bearer key' });
  expect(released.length).toBe(20);
  expect(state).toMatchObject({ batches: 20, requests: 200, items: 200, condition: 'accepting', lastForwardMs: 5_000 });
});

test('after a long outage everything arrives in order and once, and the outage is told once', async () => {
  const upstream = await startUpstream((_request, number) => (number > 5 && number < 500 ? { status: 503 } : { status: 200 }));
  const segments = Array.from({ length: 12 }, (_, i) => names(i, 3));
  const waits: number[] = [];
  const { messages, state } = await forward(upstream.url, segments, (ms) => waits.push(ms));
  expect(upstream.taken.map(({ text }) => text).join('')).toBe(segments.flat().map((name) => `<${name}>`).join(''));
  expect(messages.filter((message) => message.includes('keeping everything'))).toHaveLength(1);
  expect(waits.slice(0, 4)).toEqual([200, 400, 800, 1_600]);
  expect(Math.max(...waits)).toBe(15_000);
  expect(state.retries).toBe(494);
});

test('a lost answer makes it send the same bytes under the same number, and never the next before', async () => {
  const upstream = await startUpstream((_request, number) => (number % 3 === 0 ? 'cut' : { status: 200 }));
  const segments = Array.from({ length: 15 }, (_, i) => names(i, 2));
  await forward(upstream.url, segments);
  expect(upstream.taken.map(({ text }) => text).join('')).toBe(segments.flat().map((name) => `<${name}>`).join(''));
  const bytesOfSequence = new Map<number, string>();
  for (const { sequence, text } of upstream.seen) expect(bytesOfSequence.set(sequence, bytesOfSequence.get(sequence) ?? text).get(sequence)).toBe(text);
  expect(upstream.seen.length).toBeGreaterThan(upstream.taken.length);
});

test('the time to wait is the collector\'s when that is longer', async () => {
  const upstream = await startUpstream((_request, number) => (number === 1 ? { status: 429, headers: { 'retry-after': '30' } } : { status: 200 }));
  const waits: number[] = [];
  await forward(upstream.url, [['a']], (ms) => waits.push(ms));
  expect(waits).toEqual([30_000]);
});

test('one request that is refused costs none of those that were joined with it', async () => {
  const upstream = await startUpstream(({ text }) => ({ status: text.includes('<0.2>') ? 400 : 200 }));
  const { setAside, released, state } = await forward(upstream.url, [names(0, 5), names(1, 2)]);
  expect(upstream.taken.map(({ text }) => text)).toEqual(['<0.0>', '<0.1>', '<0.3>', '<0.4>', '<1.0><1.1>']);
  expect(setAside).toEqual(['<0.2>']);
  expect(released.length).toBe(2);
  expect(state).toMatchObject({ quarantinedRequests: 1, quarantinedItems: 1, requests: 6 });
});

test('a request over which the collector stumbles every time does not hold up the others for ever', async () => {
  const upstream = await startUpstream(({ text }) => ({ status: text.includes('<0.1>') ? 500 : 200 }));
  const { setAside } = await forward(upstream.url, [names(0, 3), names(1, 1)]);
  expect(setAside).toEqual(['<0.1>']);
  expect(upstream.taken.map(({ text }) => text)).toEqual(['<0.0>', '<0.2>', '<1.0>']);
});

test('a refused key is tried again seldom, and nothing is given up', async () => {
  const upstream = await startUpstream((_request, number) => ({ status: number < 6 ? 401 : 200 }));
  const waits: number[] = [];
  const { setAside, messages } = await forward(upstream.url, [names(0, 2)], (ms) => waits.push(ms));
  expect(waits).toEqual(Array(5).fill(30_000));
  expect(setAside).toEqual([]);
  expect(messages).toEqual([expect.stringContaining('NARROWS_RELAY_KEY'), 'the upstream accepts what is sent']);
  expect(upstream.taken.map(({ text }) => text)).toEqual(['<0.0><0.1>']);
});

test.each(['', 'collector', 'ftp://a', 'https://u:p@a', 'http://a?x=1'])('the address %j is refused with its variable', (url) => {
  expect(() => createUpstream({ url, key: '', relayId: 'a', caFile: '', certFile: '', certKeyFile: '', gzipLevel: 6 })).toThrow('NARROWS_RELAY_UPSTREAM');
});
