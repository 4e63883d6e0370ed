import { context, ROOT_CONTEXT, SpanKind, trace, type Span } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { ATTR } from '@narrows/contract/attributes';
import { ActiveGroups, bandOf, seriesLabels, type ActiveGroup } from './active-groups.js';
import { TransactionTracker } from './transaction-tracker.js';

function watch(groupsMax = 200) {
  let nowMs = 0;
  const groups = new ActiveGroups({ attributes: ['identity.channel'], groupsMax });
  const tracker = new TransactionTracker({ monotonicMs: () => nowMs, ended: (transaction) => groups.ended(transaction, nowMs), unwatched: () => groups.unwatched(nowMs), openMax: 100_000 });
  const tracer = new BasicTracerProvider({ spanProcessors: [tracker] }).getTracer('test');
  const begin = (name: string, channel?: string, parent?: Span) =>
    tracer.startSpan(name, { kind: parent ? SpanKind.CLIENT : SpanKind.SERVER, attributes: channel ? { 'identity.channel': channel } : {} }, parent ? trace.setSpan(context.active(), parent) : ROOT_CONTEXT);
  /** `operation/channel` → what was counted. */
  const report = (ms: number) => {
    nowMs = ms;
    const told: Record<string, { begun: number; oldestMs: number; open: Record<string, number> }> = {};
    groups.report(tracker.open, ms, (group) => {
      const name = [group.attributes[ATTR.operation], group.attributes['identity.channel']].filter(Boolean).join('/');
      told[name] = { begun: group.begun, oldestMs: group.oldestMs, open: openOf(group) };
    });
    return told;
  };
  return { begin, report, at: (ms: number) => { nowMs = ms; } };
}

function openOf(group: ActiveGroup): Record<string, number> {
  return Object.fromEntries(group.open.flatMap((count, series) => {
    const { band, state } = seriesLabels(series);
    return group.seen[series] ? [[`${band} ${state}`, count]] : [];
  }));
}

test('bands begin at 0, 3 and 8 seconds', () => {
  expect([0, 2_999, 3_000, 7_999, 8_000, 1e9].map(bandOf)).toEqual([0, 0, 1, 1, 2, 2]);
});

test('open transactions are counted by band and state, and a series that was seen falls back to zero', () => {
  const { begin, report, at } = watch();
  const slow = begin('a');
  at(3_000);
  const fast = begin('a');
  const call = begin('GET', undefined, fast);
  expect(report(4_000)).toEqual({ a: { begun: 2, oldestMs: 4_000, open: { '0-3s method': 0, '0-3s httpc': 1, '3-8s method': 1 } } });
  call.end();
  fast.end();
  slow.end();
  expect(report(5_000)).toEqual({ a: { begun: 0, oldestMs: 0, open: { '0-3s method': 0, '0-3s httpc': 0, '3-8s method': 0 } } });
});

test('each beginning is counted once: at the next report while open, or at its end if that comes first', () => {
  const { begin, report } = watch();
  begin('short').end();
  const long = begin('long');
  expect(Object.entries(report(1_000)).map(([name, { begun }]) => [name, begun])).toEqual([['short', 1], ['long', 1]]);
  long.end();
  begin('long');
  expect(Object.entries(report(2_000)).map(([name, { begun }]) => [name, begun])).toEqual([['short', 0], ['long', 1]]);
});

test('a transaction moves to the group of the name and attributes it shows now', () => {
  const { begin, report } = watch();
  const span = begin('GET');
  expect(Object.keys(report(1_000))).toEqual(['GET']);
  span.updateName('GET /verify').setAttribute('identity.channel', 'kakao');
  const now = report(2_000);
  expect([now['GET']?.oldestMs, now['GET /verify/kakao']]).toEqual([0, { begun: 0, oldestMs: 2_000, open: { '0-3s method': 1 } }]);
});

test('an idle group reports zeros for a minute and is then forgotten', () => {
  const { begin, report } = watch();
  begin('a').end();
  report(1_000);
  expect(report(59_000)['a']?.open).toEqual({ '0-3s method': 0 });
  report(60_000);
  expect(report(61_000)).toEqual({});
});

test('more groups than allowed are counted together as other, and no beginning is lost', () => {
  const { begin, report } = watch(3);
  for (let n = 0; n < 10; n++) begin('verify', `channel-${n}`);
  const told = report(1_000);
  expect(Object.keys(told).sort()).toEqual(['other', 'verify/channel-0', 'verify/channel-1', 'verify/channel-2']);
  expect(Object.values(told).reduce((sum, { begun }) => sum + begun, 0)).toBe(10);
  expect(told['other']?.open).toEqual({ '0-3s method': 7 });
});

test('a hundred thousand open transactions are counted, second after second', () => {
  const { begin, report } = watch();
  for (let n = 0; n < 100_000; n++) begin('a', `channel-${n % 9}`);
  const sum = (told: ReturnType<typeof report>) => Object.values(told).reduce((total, { open }) => total + Object.values(open).reduce((a, b) => a + b, 0), 0);
  expect([sum(report(1_000)), sum(report(4_000))]).toEqual([100_000, 100_000]);
});
