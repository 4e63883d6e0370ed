import { afterEach, expect, test } from 'vitest';
import { AttachedApp, until } from './attached-app.js';
import { OtlpReceiver, type Point } from './otlp-receiver.js';

const open: { stop?: () => Promise<void>; close?: () => void }[] = [];
const keep = <T extends (typeof open)[number]>(thing: T): T => { open.push(thing); return thing; };
afterEach(async () => {
  for (const thing of open.splice(0)) {
    await thing.stop?.();
    thing.close?.();
  }
});

/** The newest report: `operation band state` → count, without the zeros. */
function latest(receiver: OtlpReceiver): Record<string, number> {
  const points = receiver.points.filter(({ metric }) => metric === 'narrows.active.transactions');
  const atMs = Math.max(...points.map((point) => point.atMs));
  const label = ({ attributes: a }: Point) => `${a['narrows.operation']} ${a['narrows.age_band']} ${a['narrows.active.state']}`;
  return Object.fromEntries(points.filter((point) => point.atMs === atMs && point.value > 0).map((point) => [label(point), point.value]));
}
const begun = (receiver: OtlpReceiver, route: string) => receiver.points
  .filter(({ metric, attributes }) => metric === 'narrows.active.begun' && attributes['http.route'] === route)
  .reduce((sum, { value }) => sum + value, 0);

test('hanging requests show with their route, state and age band while they hang, and as zero afterwards', async () => {
  const receiver = keep(await OtlpReceiver.start());
  const upstream = keep(new AttachedApp('upstream.cjs', null, { OTEL_SDK_DISABLED: 'true' }));
  const web = keep(new AttachedApp('web.mjs', receiver.url, { UPSTREAM: await upstream.url() }));
  const waiting = [1, 2, 3].map(() => web.get('/hold'));
  waiting.push(web.get('/hold-upstream'));

  await until(() => latest(receiver)['GET /hold 0-3s method'] === 3 && latest(receiver)['GET /hold-upstream 0-3s httpc'] === 1);
  await until(() => latest(receiver)['GET /hold 3-8s method'] === 3 && latest(receiver)['GET /hold-upstream 3-8s httpc'] === 1);
  expect(latest(receiver)).not.toHaveProperty('GET /hold 0-3s method');
  await until(() => latest(receiver)['GET /hold 8s+ method'] === 3);
  expect(receiver.spans.filter(({ name }) => name.startsWith('GET /hold'))).toEqual([]);

  await web.get('/release');
  await upstream.get('/release');
  await Promise.all(waiting);
  await until(() => Object.keys(latest(receiver)).length === 0);
  const zero = receiver.points.findLast(({ metric, attributes }) => metric === 'narrows.active.transactions' && attributes['http.route'] === '/hold');
  expect(zero).toMatchObject({ value: 0, attributes: { 'narrows.span.kind': 'server', 'http.request.method': 'GET' } });
  expect([begun(receiver, '/hold'), begun(receiver, '/hold-upstream')]).toEqual([3, 1]);
});

test('the oldest come one by one with their trace, age and open call', async () => {
  const receiver = keep(await OtlpReceiver.start());
  const upstream = keep(new AttachedApp('upstream.cjs', null, { OTEL_SDK_DISABLED: 'true' }));
  const web = keep(new AttachedApp('web.mjs', receiver.url, { UPSTREAM: await upstream.url(), NARROWS_ACTIVE_OLDEST_MAX: '1' }));
  const traceId = '11111111111111111111111111111111';
  const first = web.get('/hold-upstream', { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
  await until(() => receiver.records.find(({ eventName }) => eventName === 'narrows.active.transaction'));
  const second = web.get('/hold');
  const record = await until(() => receiver.records.findLast(({ eventName, attributes }) => eventName === 'narrows.active.transaction' && Number(attributes['narrows.age_ms']) > 2_000));
  expect(record).toMatchObject({ traceId, attributes: { 'narrows.operation': 'GET /hold-upstream', 'narrows.active.state': 'httpc', 'narrows.open_child': 'GET', 'http.route': '/hold-upstream', 'url.path': '/hold-upstream' } });
  expect(receiver.records.filter((other) => other.eventName !== '' && other.traceId !== traceId && other.attributes['narrows.operation'] !== 'GET /release')).toEqual([]);
  await upstream.get('/release');
  await web.get('/release');
  await Promise.all([first, second]);
});

test('every beginning is counted exactly once, however fast it ended, also with sampling off and no span sent', async () => {
  const receiver = keep(await OtlpReceiver.start());
  const web = keep(new AttachedApp('web.mjs', receiver.url, { OTEL_TRACES_SAMPLER: 'always_off' }));
  await web.url();
  for (let round = 0; round < 25; round++) await Promise.all(Array.from({ length: 20 }, () => web.get('/hello/kim').then((response) => response.text())));
  const waiting = web.get('/hold');
  await until(() => latest(receiver)['GET /hold 0-3s method'] === 1);
  await web.get('/release');
  await waiting;
  web.signal('SIGTERM');
  await web.ended;
  expect([begun(receiver, '/hello/:name'), begun(receiver, '/hold'), begun(receiver, '/release')]).toEqual([500, 1, 1]);
  expect(receiver.points.filter(({ metric }) => metric === 'narrows.active.begun').every(({ temporality }) => temporality === 1)).toBe(true);
  expect(receiver.spans).toEqual([]);
});

test('with NARROWS_ACTIVE=false nothing of it is reported, spans are', async () => {
  const receiver = keep(await OtlpReceiver.start());
  const web = keep(new AttachedApp('web.mjs', receiver.url, { NARROWS_ACTIVE: 'false', OTEL_METRIC_EXPORT_INTERVAL: '1500' }));
  await web.get('/hello/kim');
  await until(() => receiver.points.length > 0 && receiver.spans.length > 0);
  expect(receiver.points.filter(({ metric }) => metric.startsWith('narrows.active.'))).toEqual([]);
  expect(receiver.spans[0]?.attributes).toHaveProperty(['narrows.downstream_ms']);
});
