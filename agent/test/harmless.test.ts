// GUARANTEES G9: the agent never harms the application, whatever stands where its collector should be.
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { AttachedApp, until } from './attached-app.js';
import { OtlpReceiver } from './otlp-receiver.js';

const open: { stop?: () => Promise<void>; close?: () => void }[] = [];
const keep = <T extends (typeof open)[number]>(thing: T): T => { open.push(thing); return thing; };
afterEach(async () => {
  for (const thing of open.splice(0)) {
    await thing.stop?.();
    thing.close?.();
  }
});

/** A server that does with each connection what it is told, which need not be HTTP. */
async function hostile(treat: (socket: net.Socket) => void): Promise<string> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    treat(socket);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  keep({ close: () => { for (const socket of sockets) socket.destroy(); server.close(); } });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Writes for as long as somebody reads. */
function pour(socket: net.Socket): void {
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  const more = () => { while (!socket.destroyed && socket.write(chunk)); };
  socket.on('drain', more);
  more();
}

const COLLECTORS: Record<string, () => Promise<string>> = {
  'nobody listens': () => Promise.resolve('http://127.0.0.1:9'),
  'a black hole takes connections and never answers': () => hostile(() => undefined),
  'it answers with garbage': () => hostile((socket) => { socket.end(Buffer.from([0, 255, 1, 254, 13, 10, 13, 10])); }),
  'it answers 200 with ten gibibytes': () => hostile((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${10 * 1024 ** 3}\r\n\r\n`);
    pour(socket);
  }),
  'it drips its answer a byte a second': () => hostile((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
    const drip = setInterval(() => socket.write('x'), 1_000);
    socket.on('close', () => clearInterval(drip));
  }),
  'it closes each connection at once': () => hostile((socket) => { socket.destroy(); }),
  'it says 503 and to come back in a year': () => hostile((socket) => { socket.end('HTTP/1.1 503 Busy\r\nretry-after: 31536000\r\ncontent-length: 0\r\n\r\n'); }),
};

// The bound of the guarantee is five seconds from the signal or the end of the script; starting the process is in the timeout too.
const EXIT_TIMEOUT_MS = 20_000;

for (const [what, collector] of Object.entries(COLLECTORS)) {
  test(`${what}: the app answers, and still dies of SIGTERM`, async () => {
    const web = keep(new AttachedApp('web.mjs', await collector()));
    for (let n = 0; n < 50; n++) expect((await web.get('/hello/kim')).status).toBe(200);
    await new Promise((resolve) => { setTimeout(resolve, 1_500); });
    expect((await web.get('/hello/kim')).status).toBe(200);
    web.signal('SIGTERM');
    expect(await web.ended).toEqual({ code: null, signal: 'SIGTERM' });
    expect(web.stderr.split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(1);
  }, EXIT_TIMEOUT_MS);

  test(`${what}: a script that is done ends by itself with code 0`, async () => {
    const job = keep(new AttachedApp('job.mjs', await collector()));
    expect(await job.ended).toEqual({ code: 0, signal: null });
    expect(job.stdout).toContain('job done');
  }, EXIT_TIMEOUT_MS);
}

test('a script that ends by itself has sent its last span', async () => {
  const receiver = keep(await OtlpReceiver.start());
  const job = keep(new AttachedApp('job.mjs', receiver.url));
  expect(await job.ended).toEqual({ code: 0, signal: null });
  expect(receiver.spans.map(({ name }) => name)).toEqual(['nightly']);
});

test('an app with its own SIGTERM handler ends when and as it wants, and what it did until then is sent', async () => {
  const receiver = keep(await OtlpReceiver.start());
  const app = keep(new AttachedApp('graceful.mjs', receiver.url, { OTEL_BSP_SCHEDULE_DELAY: '60000' }));
  await app.get('/');
  app.signal('SIGTERM');
  expect(await app.ended).toEqual({ code: 7, signal: null });
  expect(receiver.spans).toHaveLength(1);
});

test('spans made while the collector was away arrive when it comes', async () => {
  const probe = await OtlpReceiver.start();
  const { url } = probe;
  probe.close();
  const web = keep(new AttachedApp('web.mjs', url));
  await web.get('/hello/kim');
  await until(() => web.stderr.includes('cannot deliver'));
  const receiver = keep(await OtlpReceiver.start(Number(new URL(url).port)));
  await until(() => receiver.spans.find(({ name }) => name === 'GET /hello/:name'));
});

test('wrong settings are one warning that names them all, and the app runs', async () => {
  const receiver = keep(await OtlpReceiver.start());
  const web = keep(new AttachedApp('web.mjs', receiver.url, { NARROWS_ACTIVE_OLDEST_MAX: 'many', OTEL_TRACES_SAMPLER: 'sometimes', OTEL_EXPORTER_OTLP_HEADERS: '=,=;;%' }));
  expect((await web.get('/hello/kim')).status).toBe(200);
  await until(() => receiver.spans.find(({ name }) => name === 'GET /hello/:name'));
  expect(web.stderr).toMatch(/these settings are wrong[\s\S]*NARROWS_ACTIVE_OLDEST_MAX="many"[\s\S]*OTEL_TRACES_SAMPLER="sometimes"/);
});

test('switched off by OTEL_SDK_DISABLED the agent hooks nothing and sends nothing', async () => {
  const receiver = keep(await OtlpReceiver.start());
  const web = keep(new AttachedApp('web.mjs', receiver.url, { OTEL_SDK_DISABLED: 'true' }));
  await web.get('/hello/kim');
  expect(web.stdout).not.toContain('trace_id');
  web.signal('SIGTERM');
  expect(await web.ended).toEqual({ code: null, signal: 'SIGTERM' });
  expect(receiver.requests).toEqual([]);
});
