import { describe, expect, test, vi } from 'vitest';
import type { CauseInput, Verdict } from '@narrows/contract';
import { causeVerdicts } from './cause-verdicts.js';
import { shopInput, shopWindow, SERVICES, type Fault } from './testing/shop.js';

vi.setConfig({ testTimeout: 120_000 });

const SEEDS = Array.from({ length: 5 }, (_, i) => i + 1);

function firstOf(input: CauseInput): Verdict {
  const [first] = causeVerdicts(input);
  expect(first).toBeDefined();
  return first!;
}

describe('the faulty service is the first subject, whatever the fault', () => {
  const faults: [string, string, Fault, string | null, Verdict['kind']][] = [
    ['a delayed network', 'stock', { delayed: { stock: 300 } }, null, 'slow_dependency'],
    ['a delayed leaf far down', 'bank', { delayed: { bank: 200 } }, null, 'slow_dependency'],
    ['a starved leaf', 'bank', { starved: { bank: 150 } }, 'bank', 'starvation'],
    ['a starved caller, whose calls all take longer', 'orders', { starved: { orders: 150 } }, 'orders', 'starvation'],
    ['an exception that all callers log too', 'bank', { throwing: { bank: true } }, null, 'errors'],
    ['an exception in the middle', 'payment', { throwing: { payment: true } }, null, 'errors'],
    ['an early return', 'payment', { returning: { payment: true } }, null, 'errors'],
    ['an answer that nobody can use, from a service that looks as ever', 'stock', { useless: { stock: true } }, null, 'errors'],
  ];
  test.each(faults)('%s: %s', (_, service, fault, burning, kind) => {
    for (const seed of SEEDS) {
      const first = firstOf(shopInput(seed, fault, burning));
      expect(first.subject.service).toBe(service);
      expect(first.kind).toBe(kind);
      expect(first.confidence).toBeGreaterThan(0.5);
      expect(first.evidence.length).toBeGreaterThan(0);
      for (const { link, claim } of first.evidence) {
        expect(link).toContain(`service=${service}`);
        expect(claim.ko).not.toBe('');
      }
      expect(first.affected.share).toBeGreaterThan(0);
    }
  });
});

test('of whom little is known is said faintly, so that whoever asks knows where to look first', () => {
  for (const seed of SEEDS) {
    const first = firstOf(shopInput(seed, { delayed: { bank: 3 } }));
    expect(first.subject.service).toBe('bank');
    expect(first.confidence).toBeLessThan(0.1);
  }
});

test('a victim is said fainter than its cause, and the cause says why it was ruled out', () => {
  const [cause, ...others] = causeVerdicts(shopInput(3, { starved: { orders: 150 }, throwing: { bank: true } }));
  for (const other of others) expect(other.confidence).toBeLessThan(0.5);
  expect(cause!.ruledOut.map(({ subject }) => subject.service)).toEqual(expect.arrayContaining(others.map(({ subject }) => subject.service)));
});

test('two windows without a fault get no verdict of 0.5 or more', () => {
  for (let seed = 1; seed <= 20; seed++) expect(causeVerdicts(shopInput(seed, {})).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
});

test('a calm window after one of errors accuses nobody', () => {
  for (const seed of SEEDS) for (const service of ['bank', 'payment', 'stock', 'orders']) {
    const input = { ...shopInput(seed, {}), baseline: shopWindow(seed + 500, { throwing: { [service]: true } }, { faultFrom: seed / 10 }) };
    expect(causeVerdicts(input).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
  }
});

describe('compared with what came later', () => {
  const laterThan = (input: CauseInput, fault: Fault): CauseInput => ({ ...input, baseline: shopWindow(900, fault, { fromMs: input.now.toMs + 60_000 }) });

  test.each<[string, Fault]>([['skips its calls', { returning: { payment: true } }], ['throws', { throwing: { bank: true } }], ['is delayed', { delayed: { stock: 300 } }], ['is starved', { starved: { orders: 150 } }]])('a calm window is not accused of what %s then', (_, fault) => {
    for (const seed of SEEDS) expect(causeVerdicts(laterThan(shopInput(seed, {}), fault)).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
  });

  test('who fails or is slow now is still the cause', () => {
    for (const seed of SEEDS) {
      expect(firstOf(laterThan(shopInput(seed, { throwing: { bank: true } }), {}))).toMatchObject({ kind: 'errors', subject: { service: 'bank' } });
      expect(firstOf(laterThan(shopInput(seed, { delayed: { stock: 300 } }), {}))).toMatchObject({ kind: 'slow_dependency', subject: { service: 'stock' } });
    }
  });

  test('who stops short now and goes on then is the cause, though nothing says that it failed', () => {
    for (const seed of SEEDS) {
      const first = firstOf(laterThan(shopInput(seed, { returning: { payment: true } }), {}));
      expect(first).toMatchObject({ kind: 'errors', subject: { service: 'payment' } });
      expect(first.confidence).toBeGreaterThan(0.9);
    }
  });

  test('where the one who asks says that it was normal then, whatever is otherwise now counts', () => {
    const normal = (seed: number) => ({ ...laterThan(shopInput(seed, {}), { returning: { payment: true } }), isBaselineGiven: true });
    for (const seed of SEEDS) {
      expect(firstOf(normal(seed))).toMatchObject({ kind: 'errors', subject: { service: 'payment' } });
      expect(firstOf(normal(seed)).confidence).toBeGreaterThan(0.9);
    }
  });
});

test('a busier minute accuses nobody', () => {
  for (const seed of SEEDS) {
    const input = shopInput(seed, {});
    const busy = { ...input, now: shopWindow(seed, {}, { fromMs: input.now.fromMs, traces: 400 }), gauges: input.gauges.map((gauge) => (gauge.atMs >= input.now.fromMs ? { ...gauge, value: gauge.value * 3 } : gauge)) };
    expect(causeVerdicts(busy).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
  }
});

test('the onset of a fault that began within the window is found within five seconds', () => {
  for (const fault of [{ delayed: { stock: 300 } }, { throwing: { bank: true } }] as const) {
    const input = shopInput(5, fault, null, { faultFrom: 0.5 });
    expect(Math.abs(firstOf(input).since - (input.now.fromMs + 30_000))).toBeLessThanOrEqual(5_000);
  }
});

test('clocks that differ by minutes change neither the subject nor the kind', () => {
  const skewed = { stock: 180_000, orders: -90_000, bank: 3_600_000 };
  const input = { ...shopInput(2, { delayed: { stock: 300 }, skewed }), baseline: shopWindow(77, { skewed }) };
  expect(firstOf(input)).toMatchObject({ kind: 'slow_dependency', subject: { service: 'stock' } });
});

test('spans that were lost in both windows accuse nobody', () => {
  const lossy = (window: CauseInput['now'], salt: number) => ({ ...window, spans: window.spans.filter((_, i) => (i * 7919 + salt) % 10 !== 0) });
  for (const seed of SEEDS) {
    const input = shopInput(seed, {});
    expect(causeVerdicts({ ...input, now: lossy(input.now, 3), baseline: lossy(input.baseline, 8) }).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
  }
});

describe('of calls that nobody answers the called one is told, who has no span to say so', () => {
  const without = (window: CauseInput['now'], service: string) => ({ ...window, spans: window.spans.filter((span) => span.service !== service), logs: window.logs.filter((log) => log.service !== service) });
  const failing = (window: CauseInput['now'], name: string, share = 1) => ({ ...window, spans: window.spans.map((span, i) => (span.name === name && (i * 7919) % 100 < share * 100 ? { ...span, isError: true } : span)) });

  test('a service that refuses every call', () => {
    for (const seed of SEEDS) for (const service of ['bank', 'stock', 'payment']) {
      const input = shopInput(seed, {});
      expect(firstOf({ ...input, now: failing(without(input.now, service), `call ${service}`) })).toMatchObject({ kind: 'errors', subject: { service } });
    }
  });

  test('what never had spans of its own is what its callers depend on', () => {
    const toRedis = (window: CauseInput['now']) => ({ ...window, spans: without(window, 'bank').spans.map((span) => (span.name === 'call bank' ? { ...span, peer: 'redis:6379' } : span)) });
    for (const seed of SEEDS) {
      const input = shopInput(seed, {});
      const { kind, subject } = firstOf({ ...input, now: failing(toRedis(input.now), 'call bank', 0.5), baseline: toRedis(input.baseline) });
      expect({ kind, ...subject }).toMatchObject({ kind: 'errors', dependency: 'redis:6379' });
      expect(['payment', 'cart']).toContain(subject.service);
    }
  });

  test('the time of a call whose answer was lost is not the caller\'s own', () => {
    for (const seed of SEEDS) {
      const input = shopInput(seed, { delayed: { bank: 200 } });
      const lossy = (window: CauseInput['now']) => ({ ...window, spans: window.spans.filter(({ service }, i) => service !== 'bank' || (i * 7919) % 10 < 5) });
      expect(firstOf({ ...input, now: lossy(input.now), baseline: lossy(input.baseline) })).toMatchObject({ kind: 'slow_dependency', subject: { service: 'bank' } });
    }
  });
});

test('a call that is made from now on beside all others accuses nobody', () => {
  for (const seed of SEEDS) {
    const input = shopInput(seed, {});
    const spans = input.now.spans.flatMap((span) => (span.service !== 'orders' || span.kind !== 'Server' ? [span] : [
      span, { ...span, spanId: `${span.spanId}-new`, parentSpanId: span.spanId, name: 'call recommender', kind: 'Client', startMs: span.startMs + 1, durationMs: 1 },
      { ...span, spanId: `${span.spanId}-answer`, parentSpanId: `${span.spanId}-new`, service: 'recommender', instance: 'recommender-1', name: 'GET /for-you', startMs: span.startMs + 1, durationMs: 0.5 },
    ]));
    expect(causeVerdicts({ ...input, now: { ...input.now, spans } }).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
  }
});

test('a service whose newest spans have not come yet accuses nobody, its callers neither', () => {
  for (const seed of SEEDS) for (const service of ['bank', 'payment', 'stock']) {
    const input = shopInput(seed, {});
    const spans = input.now.spans.filter((span) => span.service !== service || span.startMs < 45_000);
    expect(causeVerdicts({ ...input, now: { ...input.now, spans } }).filter(({ confidence }) => confidence >= 0.5), service).toEqual([]);
  }
});

test('a message is taken when it is: that its taker comes after the window is no change of its sender', () => {
  const asMessages = (window: CauseInput['now'], laterMs: number) => {
    const sent = new Set(window.spans.filter(({ name }) => name === 'call bank').map(({ spanId }) => spanId));
    return { ...window, spans: window.spans.flatMap((span) => {
      if (sent.has(span.spanId)) return [{ ...span, kind: 'Producer', durationMs: 1 }];
      if (!sent.has(span.parentSpanId)) return [span];
      return span.startMs + laterMs > window.toMs - window.fromMs ? [] : [{ ...span, kind: 'Consumer', startMs: span.startMs + laterMs }];
    }) };
  };
  for (const seed of SEEDS) {
    const input = shopInput(seed, {});
    expect(causeVerdicts({ ...input, now: asMessages(input.now, 20_000), baseline: asMessages(input.baseline, 2_000) }).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
  }
});

test('logs that were not collected in one of the windows are no vanished logs', () => {
  for (const seed of SEEDS) {
    const input = shopInput(seed, {});
    expect(causeVerdicts({ ...input, now: { ...input.now, logs: [] } }).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
    expect(causeVerdicts({ ...input, baseline: { ...input.baseline, logs: [] } }).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
  }
});

describe('bad input gets nothing, never an exception', () => {
  const input = shopInput(1, { delayed: { stock: 300 } });
  const empty = { ...input.now, spans: [], logs: [], tracesSeen: 0, tracesRead: 0 };
  test.each<[string, CauseInput]>([
    ['an empty window', { ...input, now: empty }], ['an empty baseline', { ...input, baseline: empty }], ['both empty', { ...input, now: empty, baseline: empty, gauges: [] }],
    ['three traces', shopInput(1, { delayed: { stock: 300 } }, null, { traces: 3 })],
  ])('%s', (_, bad) => { expect(causeVerdicts(bad)).toEqual([]); });

  test('one service only, spans that are their own parents, and values that are no numbers', () => {
    const alone = (window: CauseInput['now']) => ({ ...window, spans: window.spans.filter(({ service }) => service === 'stock').map((span) => ({ ...span, parentSpanId: span.spanId })) });
    const broken = { ...input, now: alone(input.now), baseline: alone(input.baseline), gauges: input.gauges.map((gauge) => ({ ...gauge, value: NaN })) };
    for (const { confidence } of causeVerdicts(broken)) expect(confidence).toBeGreaterThanOrEqual(0);
  });

  test('spans that are each other\'s parents', () => {
    const circle = input.now.spans.map((span, i, all) => ({ ...span, traceId: 'circle', parentSpanId: all[(i + 1) % all.length]!.spanId }));
    expect(() => causeVerdicts({ ...input, now: { ...input.now, spans: circle } })).not.toThrow();
  });
});

test('two thousand services in traces of twenty thousand spans are judged', () => {
  const wide = (salt: number) => ({
    ...shopWindow(salt, {}), tracesSeen: 10, tracesRead: 10,
    spans: Array.from({ length: 20_000 }, (_, i) => ({
      traceId: `t${salt}-${i % 10}`, spanId: `s${i}`, parentSpanId: i < 10 ? '' : `s${i - 10}`, service: `service-${Math.floor(i / 10) % 2_000}`, instance: '', name: 'GET /', kind: 'Server', startMs: i / 10, durationMs: 10 + ((i * 31 + salt) % 5), isError: false, peer: '',
    })),
    logs: [],
  });
  expect(causeVerdicts({ now: wide(1), baseline: wide(2), isBaselineGiven: false, gauges: [], timeZone: 'UTC' }).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
});

test('the services of the shop are all of the truth', () => {
  expect(new Set(shopWindow(1, {}).spans.map(({ service }) => service))).toEqual(new Set(SERVICES));
});
