// The receiver on a real socket with real clients; what lies behind it is recorded, not imitated.
import http from 'node:http';
import net from 'node:net';
import zlib from 'node:zlib';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type AdmittedRequest, NarrowsError } from '@narrows/contract';
import { createEntrance, type Entrance } from './entrance.js';
import { HttpReceiver } from './http-receiver.js';

const BYTES_MAX = 1024 * 1024;
let door: HttpReceiver;
let entrance: Entrance;
let url: string;
let taken: AdmittedRequest[] = [];
let refused: string[] = [];
let next = async (request: AdmittedRequest) => { taken.push(request); return { accepted: 1, rejected: 0, rejectedMessage: '', duplicate: false }; };
const takeAll = next;

beforeAll(async () => {
  entrance = await createEntrance({
    next: (request) => next(request), authenticate: async (key) => (key === 'good-key' ? { agency: 'kdca' } : null),
    counters: { accepted: () => undefined, rejected: (_signal, _agency, code) => refused.push(code) },
    onFault: () => undefined, now: () => 1_000, inFlightBytesMax: 12 * BYTES_MAX, requestBytesMax: BYTES_MAX, compressedRequestBytesMax: BYTES_MAX / 2,
  });
  door = new HttpReceiver({ entrance, timeoutsMs: { headers: 300, request: 600, check: 100 } });
  url = await listening(door);
});
afterAll(() => door.close());
beforeEach(() => { taken = []; refused = []; next = takeAll; });

async function listening(receiver: HttpReceiver): Promise<string> {
  await receiver.listen({ port: 0, host: '127.0.0.1' });
  return `http://127.0.0.1:${(receiver.server.address() as net.AddressInfo).port}`;
}

const post = (body: Uint8Array | string, headers: Record<string, string> = {}, path = '/v1/traces') => fetch(url + path, {
  method: 'POST', body: body as RequestInit['body'], headers: { 'content-type': 'application/x-protobuf', authorization: 'Bearer good-key', ...headers },
});

/** What a bare socket hears until it is hung up on. */
const spoken = (said: string) => new Promise<string>((resolve) => {
  let heard = '';
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(said));
  socket.on('data', (chunk: Buffer) => { heard += chunk.toString(); }).on('error', () => undefined).once('close', () => resolve(heard));
});

test('the official exporter is acknowledged, and the agency is that of its key', async () => {
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces`, headers: { 'x-narrows-key': 'good-key' } });
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.getTracer('test').startSpan('a').end();
  await provider.forceFlush();
  await provider.shutdown();
  expect(taken.map(({ agency, signal, encoding }) => ({ agency, signal, encoding }))).toEqual([{ agency: 'kdca', signal: 'traces', encoding: 'json' }]);
});

test('the same bytes are the same batch, for one agency and signal', async () => {
  await post('abc');
  await post(zlib.gzipSync('abc'), { 'content-encoding': 'gzip' });
  await post('abc', {}, '/v1/logs');
  expect(taken[0]!.batchId).toBe(taken[1]!.batchId);
  expect(taken[2]!.batchId).not.toBe(taken[0]!.batchId);
});

test.each<[string, number, string, () => Promise<Response>]>([
  ['no key', 401, 'KEY_MISSING', () => post('a', { authorization: '' })],
  ['a wrong key', 401, 'KEY_UNKNOWN', () => post('a', { authorization: 'Bearer other' })],
  ['a wrong content type', 415, 'CONTENT_TYPE', () => post('a', { 'content-type': 'text/plain' })],
  ['a content type that is a property of every object', 415, 'CONTENT_TYPE', () => post('a', { 'content-type': 'constructor' })],
  ['an unknown encoding', 415, 'CONTENT_ENCODING_UNKNOWN', () => post('a', { 'content-encoding': 'br' })],
  ['stacked encodings', 413, 'REQUEST_TOO_LARGE', () => post(zlib.gzipSync(zlib.gzipSync('a')), { 'content-encoding': 'gzip, gzip' })],
  ['garbage that claims to be gzip', 400, 'CONTENT_ENCODING', () => post('not gzip', { 'content-encoding': 'gzip' })],
  ['gzip cut in the middle', 400, 'CONTENT_ENCODING', () => post(zlib.gzipSync('a'.repeat(5_000)).subarray(0, 20), { 'content-encoding': 'gzip' })],
  ['a body over the limit', 413, 'REQUEST_TOO_LARGE', () => post(new Uint8Array(BYTES_MAX + 1))],
  ['a gzip bomb', 413, 'REQUEST_TOO_LARGE', () => post(zlib.gzipSync(Buffer.alloc(64 * BYTES_MAX)), { 'content-encoding': 'gzip' })],
  ['a compressed body over its own limit', 413, 'REQUEST_TOO_LARGE', () => post(Buffer.alloc(BYTES_MAX / 2 + 1), { 'content-encoding': 'gzip' })],
  ['another path', 404, 'NOT_FOUND', () => post('a', {}, '/v1/other')],
  ['GET', 405, 'METHOD_NOT_ALLOWED', () => fetch(`${url}/v1/traces`, { headers: { authorization: 'Bearer good-key' } })],
])('%s is answered with %i %s, and nothing goes on', async (_name, status, code, send) => {
  const response = await send();
  const text = await response.text();
  expect(response.status).toBe(status);
  expect(text).toContain(code);
  expect(taken).toEqual([]);
  expect(refused).toEqual([code]);
});

test('a chunked body over the limit gets 413 although it never said its length', async () => {
  const status = await new Promise<number>((resolve, reject) => {
    const request = http.request(`${url}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/x-protobuf', authorization: 'Bearer good-key' } }, (response) => { response.resume(); resolve(response.statusCode!); });
    request.on('error', reject);
    for (let i = 0; i < 17; i++) request.write(Buffer.alloc(BYTES_MAX / 16));
    request.end();
  });
  expect(status).toBe(413);
  expect(taken).toEqual([]);
});

test('a body shorter than its content-length is never taken', async () => {
  await new Promise<void>((resolve) => {
    const socket = net.connect(Number(new URL(url).port), '127.0.0.1', () => {
      socket.write('POST /v1/traces HTTP/1.1\r\nhost: a\r\nauthorization: Bearer good-key\r\ncontent-type: application/x-protobuf\r\ncontent-length: 100\r\n\r\nabc');
      socket.end();
    });
    socket.resume();
    socket.on('close', () => resolve());
  });
  expect((await post('after')).status).toBe(200);
  expect(taken.map((request) => Buffer.from(request.bytes).toString())).toEqual(['after']);
});

test('a gRPC client on this port is told so in words, and counted', async () => {
  const text = await spoken('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request[\s\S]*WRONG_PORT[\s\S]*port 4317/);
  expect(refused).toEqual(['WRONG_PORT']);
});

test('a request that never ends is answered with 408, one whose headers never end too, and silence is hung up on', async () => {
  expect(await spoken('POST /v1/traces HTTP/1.1\r\nhost: a\r\nauthorization: Bearer good-key\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{')).toContain('REQUEST_TIMEOUT');
  expect(await spoken('POST /v1/traces HTTP/1.1\r\nhost: a\r\nx-slow: ')).toMatch(/^HTTP\/1\.1 408 Request Timeout/);
  await expect.poll(() => refused).toEqual(['REQUEST_TIMEOUT', 'REQUEST_TIMEOUT']);
  expect(await spoken('')).toBe('');
  await expect.poll(() => entrance.reservedBytes).toBe(0);
});

test('closing lets a request under way end well, and does not wait for one that never ends', async () => {
  let finish: () => void = () => undefined;
  next = (request) => new Promise((resolve) => { finish = () => resolve(takeAll(request)); });
  const closing = new HttpReceiver({ entrance, timeoutsMs: { close: 300 } });
  const at = await listening(closing);
  const underWay = fetch(`${at}/v1/traces`, { method: 'POST', body: 'abc', headers: { 'content-type': 'application/x-protobuf', authorization: 'Bearer good-key' } });
  const stuck = net.connect(Number(new URL(at).port), '127.0.0.1', () => stuck.write('POST /v1/traces HTTP/1.1\r\nhost: a\r\nx-slow: ')).on('error', () => undefined);
  await expect.poll(() => entrance.reservedBytes).toBe(3);
  const closed = closing.close();
  finish();
  expect((await underWay).status).toBe(200);
  await closed;
});

test('requests that are sent without waiting for answers are answered in order, and the connection stays', async () => {
  const head = 'POST /v1/traces HTTP/1.1\r\nhost: a\r\nauthorization: Bearer good-key\r\ncontent-type: application/x-protobuf\r\n';
  const heard = await spoken(`${head}content-length: 1\r\n\r\na${head}content-length: 1\r\n\r\nb${head.replace('good', 'bad')}content-length: 1\r\nconnection: close\r\n\r\nc`);
  expect([...heard.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status)).toEqual(['200', '200', '401']);
  expect(taken.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['a', 'b']);
});

test('an empty body is a valid request with nothing in it', async () => {
  const response = await post(new Uint8Array(0));
  expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 0]);
  expect(taken).toEqual([]);
});

test('an error is told in the encoding of the request, with its gRPC code', async () => {
  next = async () => { throw new NarrowsError('SPOOL_FULL', 'the disk is full', { retryAfterSeconds: 7 }); };
  const json = await post('{}', { 'content-type': 'application/json; charset=utf-8' });
  expect([json.status, json.headers.get('retry-after'), (await json.json() as { code: number }).code]).toEqual([503, '7', 14]);
  const protobuf = await post('a');
  const bytes = new Uint8Array(await protobuf.arrayBuffer());
  expect(protobuf.headers.get('content-type')).toBe('application/x-protobuf');
  expect([bytes[0], bytes[1], bytes[2]]).toEqual([0x08, 14, 0x12]);
});

test('what was refused of a request is told as partial success', async () => {
  next = async () => ({ accepted: 1, rejected: 300, rejectedMessage: 'zero_id: 300', duplicate: false });
  const json = await post('{}', { 'content-type': 'application/json' }, '/v1/logs');
  expect(await json.json()).toEqual({ partialSuccess: { rejectedLogRecords: '300', errorMessage: 'zero_id: 300' } });
  const protobuf = new Uint8Array(await (await post('a')).arrayBuffer());
  expect(Array.from(protobuf.slice(0, 5))).toEqual([0x0a, 17, 0x08, 0xac, 0x02]);
});

test('past the memory budget requests are refused with Retry-After, and all of it is given back', async () => {
  const waiting: (() => void)[] = [];
  next = (request) => new Promise((resolve) => { waiting.push(() => resolve({ accepted: request.bytes.length, rejected: 0, rejectedMessage: '', duplicate: false })); });
  const held = Array.from({ length: 8 }, () => post(new Uint8Array(BYTES_MAX)));
  await expect.poll(() => waiting.length, { timeout: 10_000 }).toBe(8);
  const refusedNow = await post(new Uint8Array(BYTES_MAX));
  expect([refusedNow.status, refusedNow.headers.get('retry-after')]).toEqual([429, '1']);
  for (const answer of waiting) answer();
  expect((await Promise.all(held)).map((response) => response.status)).toEqual(Array(8).fill(200));
  next = takeAll;
  expect((await post('a')).status).toBe(200);
});

test('a fault behind the receiver is a 500 without its details', async () => {
  next = async () => { throw new TypeError('secret path /var/lib'); };
  const response = await post('a');
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('secret');
});
