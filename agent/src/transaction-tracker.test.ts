import { context, ROOT_CONTEXT, SpanKind, trace, type Attributes, type Span } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { ATTR } from '@narrows/contract/attributes';
import { createSampler, RecordingSampler } from './sampler.js';
import { stateOf, TransactionTracker, type TransactionTrackerOptions } from './transaction-tracker.js';

function watch(options: Partial<TransactionTrackerOptions> = {}, sampler = createSampler('always_on', 1)) {
  let nowMs = 0;
  const tracker = new TransactionTracker({ monotonicMs: () => nowMs, ...options });
  const tracer = new BasicTracerProvider({ spanProcessors: [tracker], sampler }).getTracer('test');
  const start = (name: string, kind: SpanKind, parent?: Span, attributes: Attributes = {}) =>
    tracer.startSpan(name, { kind, attributes }, parent ? trace.setSpan(context.active(), parent) : ROOT_CONTEXT);
  return { tracker, start, at: (ms: number) => { nowMs = ms; } };
}
const downstreamMs = (span: Span) => (span as unknown as { attributes: Attributes }).attributes[ATTR.downstreamMs];

test('time downstream is the union of the calls, not their sum, at any depth', () => {
  const { start, at } = watch();
  const root = start('root', SpanKind.SERVER);
  const step = start('step', SpanKind.INTERNAL, root);
  at(10); const a = start('a', SpanKind.CLIENT, step);
  at(15); const b = start('b', SpanKind.CLIENT, root);
  at(20); a.end();
  at(30); b.end();
  step.end();
  at(40); const c = start('c', SpanKind.CLIENT, step);
  at(45); c.end();
  at(100); root.end();
  expect(downstreamMs(root)).toBe(25);
});

test('a call still open when the transaction ends counts until then; one that nobody called counts nothing', () => {
  const { start, at } = watch();
  const root = start('root', SpanKind.SERVER);
  at(60); const call = start('a', SpanKind.CLIENT, root);
  at(100); root.end();
  at(900); call.end();
  expect(downstreamMs(root)).toBe(40);
  const alone = start('alone', SpanKind.SERVER);
  alone.end();
  expect(downstreamMs(alone)).toBe(0);
});

test('the union agrees with a brute-force count on random interleavings of up to forty calls', () => {
  let seed = 7;
  const random = (below: number) => { seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648; return seed % below; };
  for (let round = 0; round < 200; round++) {
    const { start, at } = watch();
    const root = start('root', SpanKind.SERVER);
    const open: Span[] = [];
    let busyMs = 0;
    for (let ms = 0; ms < 100; ms++) {
      at(ms);
      if (random(4) === 0 && open.length < 40) open.push(start('call', SpanKind.CLIENT, root));
      if (random(3) === 0) open.splice(random(open.length + 1), 1).forEach((call) => call.end());
      if (open.length > 0) busyMs += 1;
    }
    at(100);
    root.end();
    expect(downstreamMs(root)).toBe(busyMs);
  }
});

test('a transaction is a server, a consumer, or an internal span with no parent in this process', () => {
  const { tracker, start } = watch();
  const root = start('server', SpanKind.SERVER);
  start('child', SpanKind.INTERNAL, root);
  start('lonely call', SpanKind.CLIENT);
  start('job', SpanKind.INTERNAL);
  start('message', SpanKind.CONSUMER, root);
  const remote = trace.wrapSpanContext({ ...root.spanContext(), isRemote: true });
  start('called from elsewhere', SpanKind.SERVER, remote);
  expect([...tracker.open].map((transaction) => transaction.span.name)).toEqual(['server', 'job', 'message', 'called from elsewhere']);
});

test('what is open is given oldest first, and an ended one is gone', () => {
  const ended: string[] = [];
  const { tracker, start } = watch({ ended: (transaction) => ended.push(transaction.span.name) });
  const first = start('first', SpanKind.SERVER);
  start('second', SpanKind.SERVER);
  start('third', SpanKind.SERVER);
  first.end();
  expect([...tracker.open].map((transaction) => transaction.span.name)).toEqual(['second', 'third']);
  expect(ended).toEqual(['first']);
});

test('the state follows the call that has been open longest', () => {
  const { tracker, start } = watch();
  const root = start('root', SpanKind.SERVER);
  const [transaction] = tracker.open;
  const state = () => stateOf(transaction?.openCall());
  expect(state()).toBe('method');
  const pool = start('pg-pool.connect', SpanKind.CLIENT, root, { [ATTR.dbSystem]: 'postgresql' });
  const connect = start('pg.connect', SpanKind.CLIENT, pool, { [ATTR.dbSystem]: 'postgresql' });
  expect(state()).toBe('pool');
  pool.end();
  expect(state()).toBe('socket');
  connect.end();
  const query = start('pg.query:SELECT', SpanKind.CLIENT, root, { [ATTR.dbSystem]: 'postgresql' });
  expect(state()).toBe('sql');
  const call = start('GET', SpanKind.CLIENT, root);
  expect(state()).toBe('sql');
  query.end();
  expect(state()).toBe('httpc');
  call.end();
  expect(state()).toBe('method');
});

test('beyond the bound transactions are told and forgotten, with their children', () => {
  let unwatched = 0;
  const { tracker, start } = watch({ openMax: 2, unwatched: () => { unwatched += 1; } });
  start('a', SpanKind.SERVER);
  start('b', SpanKind.SERVER);
  const third = start('c', SpanKind.SERVER);
  start('call', SpanKind.CLIENT, third).end();
  third.end();
  expect([tracker.open.size, unwatched, downstreamMs(third)]).toEqual([2, 1, undefined]);
});

test('spans that are not sampled are seen all the same', () => {
  const { tracker, start } = watch({}, new RecordingSampler(createSampler('always_off', 1)));
  const root = start('root', SpanKind.SERVER);
  expect([tracker.open.size, root.spanContext().traceFlags, root.isRecording()]).toEqual([1, 0, true]);
});

test('a hundred thousand open transactions are kept and let go one by one', () => {
  const { tracker, start } = watch();
  const spans = Array.from({ length: 100_000 }, (_, n) => start(`t${n % 7}`, SpanKind.SERVER));
  expect(tracker.open.size).toBe(100_000);
  for (const span of spans) span.end();
  expect(tracker.open.size).toBe(0);
});
