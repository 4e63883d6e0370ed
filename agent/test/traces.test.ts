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
const SERVER = 2;
const CLIENT = 3;

test('one journey through an ESM Fastify app and a CommonJS server is one trace, with routes, calls and the caller\'s context', async () => {
  const receiver = keep(await OtlpReceiver.start());
  const upstream = keep(new AttachedApp('upstream.cjs', receiver.url));
  const web = keep(new AttachedApp('web.mjs', receiver.url, { UPSTREAM: await upstream.url() }));
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await (await web.get('/hello/kim', { traceparent: `00-${traceId}-b7ad6b7169203331-01` })).json();

  const ours = () => receiver.spans.filter((span) => span.traceId === traceId);
  await until(() => ours().length >= 3);
  const entry = ours().find((span) => span.resource['service.name'] === 'web' && span.kind === SERVER);
  const call = ours().find((span) => span.resource['service.name'] === 'web' && span.kind === CLIENT);
  const answer = ours().find((span) => span.resource['service.name'] === 'upstream');
  expect(entry).toMatchObject({ name: 'GET /hello/:name', parentSpanId: 'b7ad6b7169203331', attributes: { 'http.route': '/hello/:name', 'http.request.method': 'GET', 'http.response.status_code': 200 } });
  expect(call).toMatchObject({ parentSpanId: entry?.spanId, attributes: { 'http.response.status_code': 200 } });
  expect(answer).toMatchObject({ parentSpanId: call?.spanId, kind: SERVER });
  expect(ours()).toHaveLength(3);
  expect(entry?.resource).toMatchObject({ 'telemetry.distro.name': 'narrows', 'telemetry.distro.version': '0.1.0', 'service.instance.id': expect.stringMatching(/^[0-9a-f-]{36}$/) });
});

test('a pino line arrives as a log record of the request\'s trace, and the line itself carries the id', async () => {
  const receiver = keep(await OtlpReceiver.start());
  const web = keep(new AttachedApp('web.mjs', receiver.url));
  await web.get('/hello/lee');
  const record = await until(() => receiver.records.find(({ body }) => body === 'said hello'));
  const span = await until(() => receiver.spans.find(({ name }) => name === 'GET /hello/:name'));
  expect([record.traceId, record.spanId, record.attributes['who']]).toEqual([span.traceId, span.spanId, 'lee']);
  expect(web.stdout).toContain(`"trace_id":"${span.traceId}"`);
});

test('an error thrown by a handler stands on the server span', async () => {
  const receiver = keep(await OtlpReceiver.start());
  const web = keep(new AttachedApp('web.mjs', receiver.url));
  await web.get('/boom');
  const span = await until(() => receiver.spans.find(({ name }) => name === 'GET /boom'));
  expect(span).toMatchObject({ status: 2, events: ['exception'], attributes: { 'http.response.status_code': 500 } });
});

test('time downstream is told on the span: the sum of calls one after another, the longest of calls at once', async () => {
  const receiver = keep(await OtlpReceiver.start());
  const upstream = keep(new AttachedApp('upstream.cjs', receiver.url));
  const web = keep(new AttachedApp('web.mjs', receiver.url, { UPSTREAM: await upstream.url() }));
  await web.get('/one-after-another');
  await web.get('/at-once');
  const named = (name: string) => until(() => receiver.spans.find((span) => span.name === name));
  const calls = (parent: string) => receiver.spans.filter((span) => span.parentSpanId === parent && span.kind === CLIENT).map((span) => span.durationMs);
  const [sequential, parallel] = [await named('GET /one-after-another'), await named('GET /at-once')];
  await until(() => calls(sequential.spanId).length === 2 && calls(parallel.spanId).length === 3);
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  // Span starts are whole milliseconds in the SDK, so each end of an interval may be one off.
  expect(Math.abs(Number(sequential.attributes['narrows.downstream_ms']) - sum(calls(sequential.spanId)))).toBeLessThan(8);
  expect(Number(parallel.attributes['narrows.downstream_ms'])).toBeLessThan(sum(calls(parallel.spanId)) / 2);
  expect(Number(parallel.attributes['narrows.downstream_ms'])).toBeGreaterThanOrEqual(Math.max(...calls(parallel.spanId)) - 8);
});

test('the key goes out with every signal, compressed; the agent\'s own requests are in no trace and in no metric', async () => {
  const receiver = keep(await OtlpReceiver.start());
  const web = keep(new AttachedApp('web.mjs', receiver.url, { NARROWS_KEY: 'agency-key', OTEL_METRIC_EXPORT_INTERVAL: '500' }));
  await web.get('/hello/park');
  await until(() => ['/v1/traces', '/v1/metrics', '/v1/logs'].every((path) => receiver.requests.some((request) => request.path === path)));
  await until(() => receiver.points.some(({ metric, value }) => metric === 'narrows.agent.delivered' && value > 0));
  for (const { headers } of receiver.requests) expect(headers).toMatchObject({ authorization: 'Bearer agency-key', 'content-encoding': 'gzip' });
  expect(receiver.spans.filter(({ kind }) => kind === CLIENT)).toEqual([]);
  expect(receiver.points.some(({ metric }) => metric === 'nodejs.eventloop.utilization')).toBe(true);
  expect(receiver.points.filter(({ metric }) => metric === 'http.client.request.duration')).toEqual([]);
});

/** Fields of one protobuf message: number → payloads of the length-delimited ones. */
function fields(message: Buffer): Map<number, Buffer[]> {
  const found = new Map<number, Buffer[]>();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(value);
    }
  };
  while (at < message.length) {
    const tag = varint();
    const wire = tag & 7;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else {
      const length = varint();
      found.set(tag >> 3, [...(found.get(tag >> 3) ?? []), message.subarray(at, at + length)]);
      at += length;
    }
  }
  expect(at).toBe(message.length);
  return found;
}

test('by default the bytes are protobuf: resource_spans / scope_spans / spans / name', async () => {
  const receiver = keep(await OtlpReceiver.start());
  const web = keep(new AttachedApp('web.mjs', receiver.url, { OTEL_EXPORTER_OTLP_PROTOCOL: '' }));
  await web.get('/hello/choi');
  const request = await until(() => receiver.requests.find(({ path }) => path === '/v1/traces'));
  expect(request.headers['content-type']).toBe('application/x-protobuf');
  const [resourceSpans] = fields(request.body).get(1) ?? [];
  const names = (fields(resourceSpans!).get(2) ?? []).flatMap((scope) => fields(scope).get(2) ?? []).map((span) => fields(span).get(5)?.[0]?.toString());
  expect(names).toContain('GET /hello/:name');
});
