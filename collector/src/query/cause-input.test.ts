import { expect, test } from 'vitest';
import type { CauseWindow } from '@narrows/contract';
import { nearestMinutes } from './cause-baseline.js';
import { ratesOf } from './cause-gauges.js';
import { joined, outside } from './cause-input.js';
import { slicesOf } from './cause-window.js';

test('a baseline loses the window that it is compared with, and nothing is left of one inside it', () => {
  expect(outside({ fromMs: 0, toMs: 100 }, { fromMs: 80, toMs: 90 })).toEqual({ fromMs: 0, toMs: 80 });
  expect(outside({ fromMs: 0, toMs: 100 }, { fromMs: 5, toMs: 20 })).toEqual({ fromMs: 20, toMs: 100 });
  expect(outside({ fromMs: 200, toMs: 300 }, { fromMs: 5, toMs: 20 })).toEqual({ fromMs: 200, toMs: 300 });
  expect(outside({ fromMs: 6, toMs: 10 }, { fromMs: 5, toMs: 20 })).toBeNull();
});

test('of minutes without a break the nearest thirty are taken, of few across a gap all', () => {
  const within = { fromMs: 0, toMs: 7_200_000 };
  const full = Array.from({ length: 100 }, (_, i) => ({ at: 7_140 - i * 60, transactions: 10 }));
  expect(nearestMinutes(full, within)).toMatchObject({ fromMs: 7_200_000 - 30 * 60_000, toMs: 7_200_000 });
  expect(nearestMinutes([{ at: 7_140, transactions: 1 }, { at: 60, transactions: 1 }], within)).toEqual({ fromMs: 60_000, toMs: 7_200_000, transactions: 2 });
  expect(nearestMinutes(full.map((row) => ({ ...row, transactions: 1e6 })), within)).toMatchObject({ fromMs: 7_200_000 - 3 * 60_000, toMs: 7_200_000 });
  expect(nearestMinutes([], within)).toBeNull();
});

test('a window with more spans than may be scanned is cut into slices inside it, spread over it', () => {
  const range = { fromMs: 1_000, toMs: 3_601_000 };
  expect(slicesOf(range, 10)).toEqual([range]);
  const slices = slicesOf(range, 150_000_000);
  expect(slices.length).toBeGreaterThan(1);
  expect(slices.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)).toBeLessThan(0.011 * 3_600_000);
  for (const { fromMs, toMs } of slices) expect(fromMs >= range.fromMs && toMs <= range.toMs && fromMs < toMs).toBe(true);
});

test('a trace that both windows have read counts once', () => {
  const window = (ids: string[], tracesSeen: number): CauseWindow => ({
    fromMs: 0, toMs: 1, logs: [], tracesSeen, tracesRead: ids.length,
    spans: ids.map((traceId) => ({ traceId, spanId: '1', parentSpanId: '', service: 's', instance: '', name: 'n', kind: 'Server', startMs: 0, durationMs: 1, isError: false, peer: '' })),
  });
  expect(joined(window(['a', 'b'], 2), window(['b', 'c'], 2))).toMatchObject({ tracesRead: 3, tracesSeen: 3, spans: [{ traceId: 'a' }, { traceId: 'b' }, { traceId: 'c' }] });
});

test('a cumulative sum comes as its rate, and starts anew where it falls', () => {
  const row = (at: number, value: number) => ({ service: 's', instance: 'i', metric: 'process.cpu.time', series: '1', cumulative: 1, monotonic: 1, at, value });
  expect(ratesOf([row(0, 100), row(10, 120), row(20, 5), row(30, 15)]).map(({ at, value }) => [at, value])).toEqual([[10, 2], [30, 1]]);
});
