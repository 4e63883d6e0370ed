import { expect, test } from 'vitest';
import { buildInstances, buildPeople, buildRuntime } from './process-series.js';
import type { RuntimeRow } from './series-rows.js';

const runtime = (at: number, metric: string, change: Partial<RuntimeRow>): RuntimeRow => ({ at, service: 'web', instance: 'web-1', metric, meaning: 'gauge', series: '1', value: 0, added: 0, ...change });

test('a process\'s CPU is the sum of its modes; a host\'s is what its processors do not idle', () => {
  expect(buildRuntime([runtime(10, 'process.cpu.utilization', { value: 0.5 }), runtime(10, 'process.cpu.utilization', { value: 0.2, series: '2' })])[0]!.points).toEqual([{ atMs: 10_000, share: 0.7 }]);
  expect(buildRuntime([runtime(10, 'system.cpu.utilization', { value: 0.25 }), runtime(10, 'system.cpu.utilization', { value: 0.75, series: '2' })])[0]!.points).toEqual([{ atMs: 10_000, share: 0.5 }]);
});

test('pauses are a share of the time between two reports, also over a counter that began anew, and never of the first report', () => {
  const total = (at: number, value: number) => runtime(at, 'v8js.gc.duration', { meaning: 'total', value });
  expect(buildRuntime([total(10, 5), total(20, 8), total(30, 1)])).toEqual([{ service: 'web', instance: 'web-1', measure: 'gc', points: [{ atMs: 20_000, share: 0.3 }, { atMs: 30_000, share: 0.1 }] }]);
  expect(buildRuntime([total(10, 5)])).toEqual([]);
  const added = (at: number, ms: number) => runtime(at, 'process.runtime.jvm.gc.duration', { meaning: 'added', added: ms });
  expect(buildRuntime([added(10, 100), added(11, 400)])[0]!.points).toEqual([{ atMs: 11_000, share: 0.4 }]);
});

test('memory is compared pool by pool with its own limit; a use without a limit is not reported', () => {
  const used = (series: string, value: number) => runtime(10, 'v8js.memory.heap.used', { series, value });
  const limit = (series: string, value: number) => runtime(10, 'v8js.memory.heap.limit', { series, value });
  expect(buildRuntime([used('old', 60), used('new', 90), limit('old', 100)])[0]!.points).toEqual([{ atMs: 10_000, share: 0.6 }]);
  expect(buildRuntime([used('old', 60)])).toEqual([]);
});

test('instances are told apart by version, in order of time; downstream time that nobody reported stays unknown', () => {
  const row = { service: 'web', instance: 'web-1', version: '1', completions: 5, errors: 1, residenceMsSum: 50, downstreamMsSum: 0, downstreamReported: 0 };
  expect(buildInstances([{ ...row, at: 15 }, { ...row, at: 10 }, { ...row, at: 15, version: '2', downstreamReported: 3, downstreamMsSum: 7 }])).toEqual([
    { service: 'web', instance: 'web-1', version: '1', points: [10_000, 15_000].map((atMs) => ({ atMs, completions: 5, errors: 1, residenceMsSum: 50, downstreamMsSum: null })) },
    { service: 'web', instance: 'web-1', version: '2', points: [{ atMs: 15_000, completions: 5, errors: 1, residenceMsSum: 50, downstreamMsSum: 7 }] },
  ]);
});

test('persons whom no attribute names are unknown and not none', () => {
  const row = { at: 10, stage: 'booking', whole: 0, outcome: 'booked', count: 4, named: 0, persons: 0, sessions: 3 };
  expect(buildPeople([row, { ...row, whole: 1, outcome: '' }, { ...row, outcome: '' }])).toEqual([{ atMs: 10_000, stage: 'booking', spans: 4, named: 0, outcomes: { booked: 4 }, persons: null, sessions: 3 }]);
});

test('what people are told is in order of time, whatever order the engine answers in', () => {
  const row = (at: number, stage = 'booking') => ({ at, stage, whole: 0, outcome: 'booked', count: 4, named: 0, persons: 0, sessions: 0 });
  expect(buildPeople([row(30), row(10), row(20)]).map(({ atMs }) => atMs)).toEqual([10_000, 20_000, 30_000]);
});

test('stages are told apart: the same words at two of them are two answers', () => {
  const row = { at: 10, outcome: '', count: 6, named: 6, persons: 5, sessions: 6 };
  expect(buildPeople([{ ...row, stage: 'identity', whole: 1 }, { ...row, stage: 'identity', whole: 0, outcome: 'no', count: 2 }, { ...row, stage: 'booking', whole: 0, outcome: 'no', count: 1 }])).toEqual([
    { atMs: 10_000, stage: 'identity', spans: 6, named: 6, outcomes: { no: 2 }, persons: 5, sessions: 6 },
    { atMs: 10_000, stage: 'booking', spans: 0, named: 0, outcomes: { no: 1 }, persons: null, sessions: null },
  ]);
});
