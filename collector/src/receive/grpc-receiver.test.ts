// The gRPC door on a real socket, spoken to in bare HTTP/2; what lies behind it is recorded, not imitated. Clients that
// no one here wrote are in `test/grpc-clients.test.ts`.
import http2 from 'node:http2';
import net from 'node:net';
import zlib from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AdmittedRequest, NarrowsError } from '@narrows/contract';
import { createEntrance, type Entrance, type EntranceOptions } from './entrance.js';
import { GrpcReceiver } from './grpc-receiver.js';
import { frame } from './grpc-wire.js';

const BYTES_MAX = 1024 * 1024;
const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const TIMEOUTS_MS = { preface: 200, idle: 400, ping: 200, close: 200 };
let taken: AdmittedRequest[];
let refused: (string | null)[][];
let entrance: Entrance;
let door: GrpcReceiver;
let client: http2.ClientHttp2Session;
const takeAll: EntranceOptions['next'] = async (request) => { taken.push(request); return { accepted: 1, rejected: 0, rejectedMessage: '', duplicate: false }; };
let next = takeAll;

async function open(options: Partial<EntranceOptions> = {}, connectionsMax?: number): Promise<void> {
  entrance = await createEntrance({
    next: (request) => next(request), authenticate: async (key) => (key === 'good-key' ? { agency: 'kdca' } : null),
    counters: { accepted: () => undefined, rejected: (signal, agency, code) => refused.push([signal, agency, code]) },
    onFault: () => undefined, now: () => 1_000, inFlightBytesMax: 8 * BYTES_MAX, requestBytesMax: BYTES_MAX, compressedRequestBytesMax: BYTES_MAX / 2, ...options,
  });
  door = new GrpcReceiver({ entrance, connectionsMax, timeoutsMs: TIMEOUTS_MS });
  await door.listen({ port: 0, host: '127.0.0.1' });
  client = http2.connect(`http://127.0.0.1:${port()}`);
}
const port = () => (door.server.address() as net.AddressInfo).port;

beforeEach(async () => { taken = []; refused = []; next = takeAll; await open(); });
afterEach(async () => { client.destroy(); await door.close(); });

interface Answer { http: number; status: string; message: string; details: Buffer | null; body: Buffer; headers: http2.IncomingHttpHeaders }

function call(sent: Uint8Array, more: http2.OutgoingHttpHeaders = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = client.request({ ':method': 'POST', ':path': TRACES, 'content-type': 'application/grpc', te: 'trailers', authorization: 'Bearer good-key', ...more });
    let headers: http2.IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];
    stream.on('response', (head) => { headers = { ...headers, ...head }; });
    stream.on('trailers', (trailers) => { headers = { ...headers, ...trailers }; });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('close', () => resolve({
      http: Number(headers[':status']), status: String(headers['grpc-status']), message: decodeURIComponent(String(headers['grpc-message'] ?? '')),
      details: headers['grpc-status-details-bin'] === undefined ? null : Buffer.from(String(headers['grpc-status-details-bin']), 'base64'), body: Buffer.concat(chunks), headers,
    }));
    stream.end(sent);
  });
}
const compressed = (body: Buffer) => { const framed = frame(body); framed[0] = 1; return framed; };

test('a call is admitted with the agency of its key, and answered with an empty message and OK in the trailers', async () => {
  const { http, status, body } = await call(frame(Buffer.from('abc')));
  expect([http, status, body]).toEqual([200, '0', Buffer.from([0, 0, 0, 0, 0])]);
  expect(taken.map(({ agency, signal, encoding, bytes }) => [agency, signal, encoding, Buffer.from(bytes).toString()])).toEqual([['kdca', 'traces', 'protobuf', 'abc']]);
});

test('compressed messages inflate to the same batch as plain ones, by each of the three services', async () => {
  for (const service of ['trace.v1.TraceService', 'metrics.v1.MetricsService', 'logs.v1.LogsService']) {
    const path = `/opentelemetry.proto.collector.${service}/Export`;
    const answers = [await call(frame(Buffer.from('abc')), { ':path': path }), await call(compressed(zlib.gzipSync('abc')), { ':path': path, 'grpc-encoding': 'gzip' }), await call(compressed(zlib.deflateSync('abc')), { ':path': path, 'grpc-encoding': 'deflate' })];
    expect(answers.map((a) => a.status)).toEqual(['0', '0', '0']);
    const batches = taken.splice(0);
    expect(new Set(batches.map((request) => `${request.signal} ${request.batchId}`)).size).toBe(1);
  }
  // A sender may announce an encoding and leave a message as it is.
  expect((await call(frame(Buffer.from('abc')), { 'grpc-encoding': 'gzip' })).status).toBe('0');
});

test.each<[string, string, string, Uint8Array, http2.OutgoingHttpHeaders]>([
  ['no key', '16', 'KEY_MISSING', frame(Buffer.from('a')), { authorization: '' }],
  ['a wrong key', '16', 'KEY_UNKNOWN', frame(Buffer.from('a')), { authorization: 'Bearer other' }],
  ['another method', '12', 'NOT_FOUND', frame(Buffer.from('a')), { ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Import' }],
  ['another service', '12', 'NOT_FOUND', frame(Buffer.from('a')), { ':path': '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo' }],
  ['a service that is a property of every object', '12', 'NOT_FOUND', frame(Buffer.from('a')), { ':path': '/constructor/Export' }],
  ['an unknown encoding', '12', 'CONTENT_ENCODING_UNKNOWN', compressed(Buffer.from('a')), { 'grpc-encoding': 'snappy' }],
  ['a compressed message without an encoding', '3', 'CONTENT_ENCODING', compressed(zlib.gzipSync('a')), {}],
  ['garbage that claims to be gzip', '3', 'CONTENT_ENCODING', compressed(Buffer.from('not gzip')), { 'grpc-encoding': 'gzip' }],
  ['a gzip bomb', '8', 'REQUEST_TOO_LARGE', compressed(zlib.gzipSync(Buffer.alloc(64 * BYTES_MAX))), { 'grpc-encoding': 'gzip' }],
  ['a message over the limit', '8', 'REQUEST_TOO_LARGE', frame(Buffer.alloc(BYTES_MAX + 1)), {}],
  ['a compressed message over its own limit', '8', 'REQUEST_TOO_LARGE', compressed(Buffer.alloc(BYTES_MAX / 2 + 1)), { 'grpc-encoding': 'gzip' }],
  ['no message', '3', 'DECODE_TRUNCATED', Buffer.alloc(0), {}],
  ['a message shorter than its length', '3', 'DECODE_TRUNCATED', frame(Buffer.from('abc')).subarray(0, 6), {}],
  ['two messages', '3', 'DECODE_MALFORMED', Buffer.concat([frame(Buffer.from('a')), frame(Buffer.from('b'))]), {}],
  ['a deadline nobody can read', '3', 'DECODE_MALFORMED', frame(Buffer.from('a')), { 'grpc-timeout': 'soon' }],
  ['half of a relay\'s name', '3', 'RELAY_ORIGIN', frame(Buffer.from('a')), { 'x-narrows-relay': 'dmz' }],
])('%s is answered with status %s and %s, without RetryInfo, and nothing goes on', async (_name, status, code, sent, headers) => {
  const answer = await call(sent, headers);
  expect([answer.http, answer.status, answer.details]).toEqual([200, status, null]);
  expect(answer.message).toContain(code);
  expect(answer.headers['grpc-accept-encoding']).toMatch(/^identity, gzip, deflate/);
  expect(taken).toEqual([]);
  expect(refused.map(([, , refusedCode]) => refusedCode)).toEqual([code]);
  expect(entrance.reservedBytes).toBe(0);
});

test('what is no gRPC gets HTTP 415, and HTTP/1.1 is told in words which port it found', async () => {
  expect((await call(Buffer.from('{}'), { 'content-type': 'application/json' })).http).toBe(415);
  const response = await fetch(`http://127.0.0.1:${port()}/v1/traces`, { method: 'POST', body: '{}' });
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('over HTTP to 4318')]);
});

test('back-pressure says when to come again: UNAVAILABLE and RESOURCE_EXHAUSTED with RetryInfo', async () => {
  for (const [code, status] of [['SPOOL_FULL', '14'], ['RATE_LIMITED', '8']] as const) {
    next = async () => { throw new NarrowsError(code, 'not now', { retryAfterSeconds: 300 }); };
    const answer = await call(frame(Buffer.from('a')));
    expect(answer.status).toBe(status);
    // RetryInfo { retry_delay { seconds: 300 } } at the end of google.rpc.Status.details.
    expect(answer.details?.includes('type.googleapis.com/google.rpc.RetryInfo')).toBe(true);
    expect(answer.details?.subarray(-7)).toEqual(Buffer.from([0x12, 5, 0x0a, 3, 0x08, 0xac, 0x02]));
  }
});

test('the agency\'s quota is asked with the size of the message, before it is read', async () => {
  client.destroy();
  await door.close();
  const asked: unknown[][] = [];
  await open({ admit: (...question) => { asked.push(question); throw new NarrowsError('RATE_LIMITED', 'over the quota', { retryAfterSeconds: 3 }); } });
  const prefix = frame(Buffer.alloc(1_000)).subarray(0, 5);
  const stream = client.request({ ':method': 'POST', ':path': TRACES, 'content-type': 'application/grpc', authorization: 'Bearer good-key' });
  const status = new Promise((resolve) => { stream.on('response', (head) => resolve(head['grpc-status'])); });
  stream.write(prefix);
  expect(await status).toBe('8');
  expect(asked).toEqual([['kdca', 'traces', 1_000]]);
});

test('what was refused of a request is told as partial success', async () => {
  next = async () => ({ accepted: 1, rejected: 300, rejectedMessage: 'zero_id: 300', duplicate: false });
  const { status, body } = await call(frame(Buffer.from('a')));
  expect([status, Array.from(body.subarray(0, 10))]).toEqual(['0', [0, 0, 0, 0, 19, 0x0a, 17, 0x08, 0xac, 0x02]]);
});

test('a fault behind the door is INTERNAL, without its details and without RetryInfo', async () => {
  next = async () => { throw new TypeError('secret path /var/lib'); };
  const { status, message, details } = await call(frame(Buffer.from('a')));
  expect([status, details]).toEqual(['13', null]);
  expect(message).not.toContain('secret');
});

test('the caller\'s deadline holds, while the work goes on and its memory stays counted to its end', async () => {
  let finish: () => void = () => undefined;
  next = (request) => new Promise((resolve) => { finish = () => resolve(takeAll(request)); });
  const { status, message } = await call(frame(Buffer.alloc(500)), { 'grpc-timeout': '50m' });
  expect([status, message]).toEqual(['4', expect.stringContaining('REQUEST_TIMEOUT')]);
  expect(entrance.reservedBytes).toBe(500);
  finish();
  await expect.poll(() => entrance.reservedBytes).toBe(0);
  expect(taken).toHaveLength(1);
});

test('a sender that never finishes its message is answered at its deadline, and one that leaves gives its memory back', async () => {
  const stream = client.request({ ':method': 'POST', ':path': TRACES, 'content-type': 'application/grpc', authorization: 'Bearer good-key', 'grpc-timeout': '50m' });
  const status = new Promise((resolve) => { stream.on('response', (head) => resolve(head['grpc-status'])); });
  stream.write(frame(Buffer.alloc(1_000)).subarray(0, 100));
  expect(await status).toBe('4');
  await expect.poll(() => entrance.reservedBytes).toBe(0);
  const leaving = client.request({ ':method': 'POST', ':path': TRACES, 'content-type': 'application/grpc', authorization: 'Bearer good-key' });
  leaving.on('error', () => undefined); // Our own reset.
  leaving.write(frame(Buffer.alloc(1_000)).subarray(0, 100));
  await expect.poll(() => entrance.reservedBytes).toBe(1_000);
  leaving.close(http2.constants.NGHTTP2_CANCEL);
  await expect.poll(() => entrance.reservedBytes).toBe(0);
  expect(taken).toEqual([]);
});

test('many calls on one connection are each answered with their own', async () => {
  next = async (request) => { taken.push(request); return { accepted: 0, rejected: request.bytes.length, rejectedMessage: '', duplicate: false }; };
  const answers = await Promise.all(Array.from({ length: 150 }, async (_, i) => [i, (await call(frame(Buffer.alloc(i + 1)))).body] as const));
  for (const [i, body] of answers) expect(body.includes(Buffer.from(i + 1 < 128 ? [0x08, i + 1] : [0x08, ((i + 1) & 0x7f) | 0x80, (i + 1) >> 7]))).toBe(true);
});

test('health: serving by every name it has, not found by others, and watchers are told of the end', async () => {
  const check = (service: string) => call(frame(service === '' ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, service.length]), Buffer.from(service)])), { ':path': '/grpc.health.v1.Health/Check', authorization: '' });
  const serving = Buffer.from([0, 0, 0, 0, 2, 0x08, 1]);
  for (const service of ['', 'opentelemetry.proto.collector.trace.v1.TraceService']) expect(await check(service)).toMatchObject({ status: '0', body: serving });
  expect((await check('no.such.Service')).status).toBe('5');
  const watching = call(frame(Buffer.alloc(0)), { ':path': '/grpc.health.v1.Health/Watch', authorization: '' });
  expect((await check('')).status).toBe('0'); // Behind the watch on the same connection.
  await door.close();
  expect(await watching).toMatchObject({ status: '0', body: Buffer.concat([serving, Buffer.from([0, 0, 0, 0, 2, 0x08, 2])]) });
});

test('closing lets calls under way end well and takes no new connection', async () => {
  let finish: () => void = () => undefined;
  next = (request) => new Promise((resolve) => { finish = () => resolve(takeAll(request)); });
  const underWay = call(frame(Buffer.from('abc')));
  await expect.poll(() => entrance.reservedBytes).toBe(3);
  const goaway = new Promise((resolve) => { client.once('goaway', resolve); });
  const closing = door.close();
  await goaway;
  finish();
  expect((await underWay).status).toBe('0');
  await closing;
  await expect(fetch(`http://127.0.0.1:${door.server.address() === null ? 1 : port()}`)).rejects.toThrow('fetch failed');
});

test('who connects and says nothing, or falls silent, is hung up on; a watcher that answers pings is not', async () => {
  let pings = 0;
  client.on('ping', () => pings++);
  void call(frame(Buffer.alloc(0)), { ':path': '/grpc.health.v1.Health/Watch' });
  const closed = (socket: net.Socket) => new Promise<void>((resolve) => { socket.resume().on('error', () => undefined).once('close', () => resolve()); });
  await closed(net.connect(port(), '127.0.0.1'));
  const idle = http2.connect(`http://127.0.0.1:${port()}`);
  await new Promise((resolve) => { idle.once('close', resolve); });
  await expect.poll(() => pings, { timeout: 10_000 }).toBeGreaterThan(1);
  expect(client.closed).toBe(false);
});

test('at the cap of connections the longest silent ones make room, and never one with a call', async () => {
  client.destroy();
  await door.close();
  await open({}, 20);
  let finish: () => void = () => undefined;
  next = (request) => new Promise((resolve) => { finish = () => resolve(takeAll(request)); });
  const underWay = call(frame(Buffer.from('abc')));
  await expect.poll(() => entrance.reservedBytes).toBe(3);
  let hungUp = 0;
  for (let i = 0; i < 60; i++) {
    const silent = net.connect(port(), '127.0.0.1').on('error', () => undefined).once('close', () => hungUp++).resume();
    await new Promise((resolve) => { silent.once('connect', resolve).once('close', resolve); });
  }
  await expect.poll(() => hungUp).toBeGreaterThanOrEqual(40);
  const late = http2.connect(`http://127.0.0.1:${port()}`);
  await new Promise((resolve, reject) => { late.once('remoteSettings', resolve).once('error', reject); });
  late.destroy();
  finish();
  expect((await underWay).status).toBe('0');
});
