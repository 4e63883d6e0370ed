import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { RecordingManifestSchema, type RecordedRequest } from '@narrows/contract';
import { Value } from 'typebox/value';
import { afterEach, expect, test } from 'vitest';
import { RecordingDoor } from './recording-door.js';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'narrows-door-'));
const head = { name: 'demo before', title: { ko: '7월', en: 'July' }, pipeline: 'vaccine-before', beginMs: 0 };
let upstream: http.Server;
afterEach(() => { upstream.close(); fs.rmSync(folder, { recursive: true, force: true }); });

test('what the collector took is in the recording, unpacked or packed, and what it refused is not', async () => {
  const heard: string[] = [];
  upstream = http.createServer((request, response) => {
    heard.push(`${request.url} ${request.headers.authorization} ${request.headers['content-encoding'] ?? 'plain'}`);
    request.resume().on('end', () => { response.writeHead(heard.length === 2 ? 429 : 200, { 'retry-after': '3' }).end('told'); });
  });
  await new Promise<void>((resolve) => { upstream.listen(0, '127.0.0.1', resolve); });
  const into = path.join(folder, 'day');
  const door = await RecordingDoor.open(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`, into, head);
  const post = (signal: string, body: Uint8Array<ArrayBuffer>, encoding?: string) => fetch(`${door.endpoint}/v1/${signal}`, {
    method: 'POST', body, headers: { authorization: 'Bearer k', 'content-type': 'application/x-protobuf', ...(encoding !== undefined && { 'content-encoding': encoding }) },
  });
  expect(await (await post('traces', Buffer.from('first'))).text()).toBe('told');
  const refused = await post('traces', Buffer.from('refused'));
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3']);
  await post('metrics', Buffer.from(gzipSync('packed')), 'gzip');
  await door.close(9, []);

  expect(heard).toEqual(['/v1/traces Bearer k plain', '/v1/traces Bearer k plain', '/v1/metrics Bearer k gzip']);
  const manifest: unknown = JSON.parse(fs.readFileSync(path.join(into, 'manifest.json'), 'utf8'));
  expect(Value.Check(RecordingManifestSchema, manifest)).toBe(true);
  const segment = fs.readFileSync(path.join(into, '000001.otlp'));
  const requests = fs.readFileSync(path.join(into, 'index.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as RecordedRequest);
  expect(requests.map(({ signal, from, bytes }) => [signal, gunzipSync(segment.subarray(from, from + bytes)).toString()])).toEqual([['traces', 'first'], ['metrics', 'packed']]);
});
