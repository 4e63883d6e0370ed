import http from 'node:http';
import type { AddressInfo } from 'node:net';
import zlib from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { DeliveryLedger } from './delivery-ledger.js';
import { Outbox, type OutboxOptions } from './outbox.js';

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: (request: http.IncomingMessage, response: http.ServerResponse, body: Buffer) => void): Promise<string> {
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => listener(request, response, Buffer.concat(chunks)));
  });
  servers.push(server);
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
}

function open(url: string, options: Partial<OutboxOptions> = {}) {
  const lines: string[] = [];
  const ledger = new DeliveryLedger({ monotonicMs: () => 0, write: (line) => lines.push(line) });
  const outbox = new Outbox({
    signal: 'traces', url, ledger, headers: () => Promise.resolve({ 'content-type': 'application/json' }), agentFactory: () => new http.Agent({ keepAlive: true }),
    gzip: true, attemptTimeoutMs: 5_000, rejectedItems: () => 0, random: () => 0.5, ...options,
  });
  const dropped = () => Object.fromEntries([...ledger.droppedItems()].map(({ reason, items }) => [reason, items]));
  const delivered = () => new Map(ledger.deliveredItems()).get('traces') ?? 0;
  return { outbox, lines, dropped, delivered };
}
const letter = (text: string) => new TextEncoder().encode(text);

test('a request arrives whole, compressed, with its headers, and nothing is held afterwards', async () => {
  const got: { headers: http.IncomingHttpHeaders; text: string }[] = [];
  const { outbox, delivered } = open(await serve((request, response, body) => {
    got.push({ headers: request.headers, text: zlib.gunzipSync(body).toString() });
    response.end('{}');
  }));
  outbox.put(letter('한 줄'), 3);
  await outbox.settled();
  expect(got[0]).toMatchObject({ text: '한 줄', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } });
  expect([delivered(), outbox.bytes]).toEqual([3, 0]);
});

test('what the collector cannot take now is sent again until it can, the same bytes each time', async () => {
  const bodies: string[] = [];
  const { outbox, delivered, dropped, lines } = open(await serve((_request, response, body) => {
    bodies.push(body.toString('hex'));
    response.writeHead(bodies.length < 3 ? 503 : 200, { 'retry-after': '0.01' }).end();
  }));
  outbox.put(letter('again'), 1);
  await outbox.settled();
  expect(new Set(bodies).size).toBe(1);
  expect([bodies.length, delivered(), dropped(), lines.length]).toEqual([3, 1, {}, 1]);
});

test('what the collector refuses is dropped at once, counted and told', async () => {
  const { outbox, dropped, lines } = open(await serve((_request, response) => { response.writeHead(401).end(); }));
  outbox.put(letter('x'), 5);
  await outbox.settled();
  expect(dropped()).toEqual({ refused: 5 });
  expect(lines[0]).toContain('HTTP 401 (look at NARROWS_KEY)');
});

test('items that the collector rejects out of a request are counted apart', async () => {
  const { outbox, delivered, dropped } = open(await serve((_request, response) => { response.end('2'); }), { rejectedItems: (answer) => Number(Buffer.from(answer)) });
  outbox.put(letter('x'), 5);
  await outbox.settled();
  expect([delivered(), dropped()]).toEqual([3, { rejected: 2 }]);
});

test('an answer of garbage after a 200 is a delivery; an endless one is cut off', async () => {
  const { outbox, delivered } = open(await serve((_request, response, body) => {
    if (zlib.gunzipSync(body).toString() === 'garbage') { response.end(Buffer.from([0xff, 0xfe])); return; }
    const more = () => { while (response.write(Buffer.alloc(65_536))); };
    response.on('drain', more);
    more();
  }), { rejectedItems: () => { throw new Error('not OTLP'); } });
  outbox.put(letter('garbage'), 1);
  outbox.put(letter('endless'), 1);
  await outbox.settled();
  expect(delivered()).toBe(2);
});

test('while the collector is away, memory stays under its bound and the oldest go first', async () => {
  const { outbox, dropped } = open('http://127.0.0.1:9', { gzip: false, queueBytesMax: 1_000, attemptTimeoutMs: 200 });
  for (let n = 0; n < 100; n++) {
    outbox.put(new Uint8Array(100), 1);
    expect(outbox.bytes).toBeLessThanOrEqual(1_000);
  }
  expect(dropped()['queue_full']).toBe(90);
  await outbox.close();
  expect([outbox.bytes, dropped()]).toEqual([0, { queue_full: 90, exit: 10 }]);
});

test('a collector that takes the connection and never answers is left after the deadline', async () => {
  const { outbox, dropped } = open(await serve(() => undefined), { attemptTimeoutMs: 100 });
  outbox.put(letter('x'), 1);
  await outbox.close();
  expect(dropped()).toEqual({ exit: 1 });
});

test('abandoning ends what is on its way, and every item is accounted for', async () => {
  const { outbox, dropped } = open(await serve(() => undefined), { attemptTimeoutMs: 60_000 });
  for (let n = 0; n < 10; n++) outbox.put(letter('x'), 1);
  const settled = outbox.settled();
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  outbox.abandon();
  await settled;
  expect([dropped(), outbox.bytes]).toEqual([{ exit: 10 }, 0]);
});

test('a header that cannot be sent drops the request and throws nothing', async () => {
  const { outbox, dropped } = open(await serve(() => undefined), { headers: () => Promise.resolve({ authorization: 'Bearer \n' }) });
  outbox.put(letter('x'), 2);
  await outbox.settled();
  expect(dropped()).toEqual({ refused: 2 });
});
