// A real application with the built agent attached gets personal numbers in its address, its log line and its header; none of them is
// in what it sends. The numbers are made up.
import { afterEach, expect, test } from 'vitest';
import { AttachedApp, until } from './attached-app.js';
import { OtlpReceiver } from './otlp-receiver.js';

const open: (() => unknown)[] = [];
afterEach(async () => { for (const close of open.splice(0)) await close(); });

const NUMBER = '830719-1847263';
const SECRETS = ['1847263', '%2D184', '8362-5947'];

test.each(['http/json', 'http/protobuf'])('no personal number leaves an application by %s', async (protocol) => {
  const receiver = await OtlpReceiver.start();
  open.push(() => receiver.close());
  const web = new AttachedApp('web.mjs', receiver.url, { OTEL_EXPORTER_OTLP_PROTOCOL: protocol, OTEL_RESOURCE_ATTRIBUTES: `owner=${NUMBER}`, NARROWS_REDACT: 'phone' });
  open.push(() => web.stop());
  for (const name of [NUMBER, encodeURIComponent(encodeURIComponent(NUMBER)), '010-8362-5947']) {
    await web.get(`/hello/${name}?rrn=${NUMBER.replace('-', '%2D')}`, { 'user-agent': `of ${NUMBER}`, baggage: `person=${NUMBER}`, tracestate: `rrn=${NUMBER}`, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
  }
  const sent = () => receiver.requests.map(({ body }) => body.toString('latin1'));
  await until(() => ['/v1/traces', '/v1/logs'].every((path) => receiver.requests.some((request) => request.path === path && request.body.includes('830719-*******'))));
  await until(() => sent().some((body) => body.includes('010-****-****')));
  for (const secret of SECRETS) expect(sent().filter((body) => body.includes(secret))).toEqual([]);
});
