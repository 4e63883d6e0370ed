// Whoever means harm at the doors of a real collector process: bombs, silent crowds, requests that never end, keys that
// were taken away. The others are served all the while.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import { promisify } from 'node:util';
import { constants, deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IngestStatus } from '@narrows/contract';
import { CollectorProcess, NARROWS } from './serve-collector.js';
import { traces } from './serve-otlp.js';

const MIB = 1024 * 1024;
/** LIMITS.requestBytesMax. */
const LIMIT_BYTES = 16 * MIB;
const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const collector = new CollectorProcess();
const narrows = async (...args: string[]) => (await promisify(execFile)(process.execPath, [NARROWS, ...args])).stdout.trim();
const span = () => traces([{ service: 'web', name: 'GET /', kind: 'server', endMs: Date.now(), durationMs: 5 }]);
const spans = async () => (await collector.ask<IngestStatus>('/ingest')).spans;

beforeAll(async () => {
  await collector.start();
  await collector.logIn();
});
afterAll(() => collector.remove());

/** The status of one gRPC call on a session that stays open. */
function call(session: http2.ClientHttp2Session, key: string, message: Uint8Array, headers: http2.OutgoingHttpHeaders = {}): Promise<string> {
  const framed = Buffer.alloc(5 + message.length);
  framed[0] = 'grpc-encoding' in headers ? 1 : 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, 5);
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': 'POST', ':path': TRACES, 'content-type': 'application/grpc', authorization: `Bearer ${key}`, ...headers });
    stream.on('response', (head) => { if (head['grpc-status'] !== undefined) resolve(String(head['grpc-status'])); });
    stream.on('trailers', (trailers) => resolve(String(trailers['grpc-status'])));
    stream.on('error', reject).resume().end(framed);
  });
}

/** Gzip of a gibibyte of zeros, about a mebibyte: one full-flushed piece of deflate, over and over. Its checksum is wrong, and nobody should come that far. */
function bomb(saidBytes: number): Buffer {
  const piece = deflateRawSync(Buffer.alloc(MIB), { finishFlush: constants.Z_FULL_FLUSH });
  const length = Buffer.alloc(4);
  length.writeUInt32LE(saidBytes);
  return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), ...Array<Buffer>(1024).fill(piece), deflateRawSync(Buffer.alloc(0)), Buffer.alloc(4), length]);
}

describe('a gzip bomb of 1 MiB that would be 1 GiB', () => {
  const memory = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${collector.ready.pid}/status`, 'utf8'))?.[1]) * 1024;
  // Memory that was given back goes when the garbage collector comes, which Node calls at 64 MiB outside the heap.
  const RISE_BYTES_MAX = LIMIT_BYTES + 64 * MIB;
  it.each([['says so', 1024 * MIB], ['says it is small', 1_000]])('and %s is refused by both doors, and the memory of the process hardly rises', async (_name, saidBytes) => {
    const body = bomb(saidBytes);
    expect(body.length).toBeLessThan(1.2 * MIB);
    const session = http2.connect(collector.ready.grpc);
    const send = async () => {
      const { status } = await collector.send('traces', body, { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' });
      return [status, await call(session, collector.ingestKey, body, { 'grpc-encoding': 'gzip' })];
    };
    expect(await send()).toEqual([413, '8']); // Code that runs for the first time takes memory of its own.
    const before = memory('VmRSS');
    writeFileSync(`/proc/${collector.ready.pid}/clear_refs`, '5'); // The high-water mark begins anew.
    for (let i = 0; i < 5; i++) expect(await send()).toEqual([413, '8']);
    expect(memory('VmHWM') - before).toBeLessThan(RISE_BYTES_MAX);
    session.destroy();
  });
});

describe('a silent crowd', () => {
  it('5,000 connections to each door that say nothing, or never end their headers, keep nobody out and are hung up on', async () => {
    const session = http2.connect(collector.ready.grpc);
    const beginnings = ['', 'POST /v1/traces HTTP/1.1\r\nhost: a\r\nx-slow: '];
    let open = 0;
    const before = await spans();
    for (let i = 0; i < 50; i++) {
      await Promise.all(Array.from({ length: 200 }, (_, j) => new Promise<void>((resolve) => {
        const at = new URL(j % 2 === 0 ? collector.ready.otlp : collector.ready.grpc);
        const socket = net.connect(Number(at.port), at.hostname, () => { socket.write(j % 2 === 0 ? beginnings[i % 2]! : ''); open++; resolve(); });
        socket.on('error', () => resolve()).once('close', () => open--).resume();
      })));
      expect((await collector.send('traces', span())).status).toBe(200);
      expect(await call(session, collector.ingestKey, Buffer.alloc(0))).toBe('0');
    }
    await expect.poll(() => open, { timeout: 60_000, interval: 500 }).toBe(0);
    expect(await spans()).toBe(before + 50);
    session.destroy();
  });
});

describe('a key that is taken away', () => {
  it('is refused on connections that were open before, on both doors, and what it had sent stays', async () => {
    const key = await narrows('key', 'create', '--data', collector.dataDir, '--for', 'ingest', '--name', 'leaving');
    const before = await spans();
    const session = http2.connect(collector.ready.grpc);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    let connections = 0;
    const post = () => new Promise<number>((resolve, reject) => {
      const request = http.request(`${collector.ready.otlp}/v1/traces`, { method: 'POST', agent, headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` } }, (response) => { response.resume().once('end', () => resolve(response.statusCode ?? 0)); });
      request.once('socket', (socket) => { if (socket.connecting) connections++; });
      request.on('error', reject).end(JSON.stringify(span()));
    });
    expect([await post(), await call(session, key, Buffer.alloc(0))]).toEqual([200, '0']);
    const listed = JSON.parse(await narrows('key', 'list', '--data', collector.dataDir, '--json')) as { id: number; name: string }[];
    await narrows('key', 'revoke', String(listed.find((k) => k.name === 'leaving')?.id), '--data', collector.dataDir);
    let taken = 1;
    await expect.poll(async () => {
      const answers = [await post(), await call(session, key, Buffer.alloc(0))];
      if (answers[0] === 200) taken++;
      return answers;
    }, { timeout: 10_000, interval: 250 }).toEqual([401, '16']);
    expect([connections, session.closed, await spans()]).toEqual([1, false, before + taken]);
    session.destroy();
    agent.destroy();
  });
});

describe('odd requests', () => {
  it('a header called __proto__ is a header, and an empty request is a request', async () => {
    const headers = Object.fromEntries([['__proto__', 'x'], ['constructor', 'x']]);
    expect((await collector.send('traces', span(), headers)).status).toBe(200);
    const session = http2.connect(collector.ready.grpc);
    expect(await call(session, collector.ingestKey, Buffer.alloc(0), headers)).toBe('0');
    session.destroy();
    expect((await collector.send('logs', Buffer.alloc(0))).status).toBe(200);
  });
  it('a chunked body over the limit gets 413 on a connection that is then closed', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const request = http.request(`${collector.ready.otlp}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/x-protobuf', authorization: `Bearer ${collector.ingestKey}` } }, (response) => {
        expect(response.headers.connection).toBe('close');
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.on('error', reject);
      for (let i = 0; i <= 16; i++) request.write(Buffer.alloc(MIB));
      request.write(Buffer.alloc(1));
      request.end();
    });
    expect(status).toBe(413);
  });
  it('HTTP/1.1 on the gRPC port is told in words where to go', async () => {
    const response = await fetch(collector.ready.grpc, { method: 'POST', body: '{}' });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('over HTTP to 4318')]);
  });
});
