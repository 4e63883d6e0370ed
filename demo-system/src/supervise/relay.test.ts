import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Line } from './relay.js';

let server: http.Server;
let line: Line;
beforeEach(async () => {
  server = http.createServer((request, response) => { request.resume().on('end', () => response.end('taken')); });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  line = await Line.to(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(() => {
  line.close();
  server.closeAllConnections();
  server.close();
});

const ask = () => fetch(line.url, { method: 'POST', body: 'x'.repeat(100_000) }).then((response) => response.text(), () => 'no answer');

test('a line leads to its other end until it is cut, and again when it is mended', async () => {
  expect(await ask()).toBe('taken');
  line.cut();
  expect(await ask()).toBe('no answer');
  line.mend();
  expect(await ask()).toBe('taken');
});

test('a cut ends what is under way', async () => {
  server.removeAllListeners('request');
  const arrived = new Promise<void>((resolve) => { server.on('request', () => resolve()); });
  const asked = ask();
  await arrived;
  line.cut();
  expect(await asked).toBe('no answer');
});
