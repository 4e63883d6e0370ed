import type { PlacePoint, PlaceSeries } from '@narrows/contract';
import { expect, test } from 'vitest';
import { densePoints, flowOf, residenceOver } from './flow.js';

const point = (second: number, change: Partial<PlacePoint> = {}): PlacePoint => ({
  atMs: second * 1_000, completions: 0, errors: 0, residenceMsSum: 0, downstreamMsSum: null, residenceMsP50: null, residenceMsP95: null,
  begun: null, inFlight: null, oldestMs: null, waitingOn: null, limit: null, queued: null, ...change,
});

test('arrivals are what has begun where an agent says so', () => {
  expect([...flowOf([point(0, { begun: 7, completions: 3 }), point(1, { begun: 9 })]).arrivals]).toEqual([7, 9]);
});

test('arrivals are X + ΔL where only the number inside is known', () => {
  const flow = flowOf([point(0, { inFlight: 10, completions: 5 }), point(1, { inFlight: 14, completions: 6 }), point(2, { inFlight: 2, completions: 3 })]);
  expect([...flow.arrivals]).toEqual([5, 10, 0]);
});

test('from ended spans alone, L follows Little\'s law', () => {
  const flow = flowOf(Array.from({ length: 30 }, (_, second) => point(second, { completions: 20, residenceMsSum: 20 * 1_500 })));
  expect(flow.insideReported).toBe(false);
  expect(flow.inside[29]).toBeCloseTo(30, 6);
  expect(flow.arrivals[29]).toBeCloseTo(20, 6);
});

/** Eight come a second; from the twentieth second on three are done, in order. */
const overrun = Array.from({ length: 40 }, (_, second) => (second < 20 ? point(second, { completions: 8, residenceMsSum: 8 * 500 })
  : point(second, { completions: 3, residenceMsSum: 3 * (500 + 1_000 * (second + 0.5 - 20) * (1 - 3 / 8)) })));

test('ended spans tell when they began: a growing line is as long as it is, and of who comes and not of who goes', () => {
  for (const now of [26, 30, 40]) {
    const { inside, arrivals } = flowOf(overrun.slice(0, now));
    for (const second of [10, 19, now - 1]) expect(Math.abs(inside[second]! - (4 + Math.max(0, 5 * (second + 1 - 20))))).toBeLessThan(0.25 * inside[second]! + 1);
    expect(Math.abs(arrivals.slice(-10).reduce((sum, count) => sum + count, 0) - 80)).toBeLessThan(10);
  }
});

test('one that took long and ends after others that came later stood in no line before them', () => {
  const leaving = [...overrun.slice(0, 20), point(20, { completions: 1, residenceMsSum: 400 }), point(21, { completions: 1, residenceMsSum: 400 }), point(22), point(23), point(24, { completions: 1, residenceMsSum: 8_000 })];
  expect(flowOf(leaving).inside[24]).toBeLessThan(25);
});

test('what waits for others is not a place\'s own: by state, else by downstream time, else by the edges', () => {
  expect(flowOf([point(0, { inFlight: 100, waitingOn: { method: 5, httpc: 90, sql: 5 } })]).own[0]).toBe(5);
  expect(flowOf([point(0, { inFlight: 100, completions: 4, residenceMsSum: 1_000, downstreamMsSum: 900 })]).own[0]).toBeCloseTo(10, 6);
  expect(flowOf([point(0, { inFlight: 100, completions: 4, residenceMsSum: 1_000 })], () => 187.5).own[0]).toBeCloseTo(25, 6);
});

test('a gauge missing for three seconds keeps its value, later it is an estimate again', () => {
  const { inside } = flowOf([point(0, { inFlight: 8 }), point(1), point(2), point(3), point(4), point(5)]);
  expect([...inside]).toEqual([8, 8, 8, 8, 0, 0]);
});

test('holes and points outside the window are made dense, dense points are taken as they are', () => {
  const series: PlaceSeries = { pipeline: '', stage: '', channel: '', service: 'web', deliberate: false, points: [point(1, { completions: 4 }), point(9, { completions: 9 })] };
  expect(densePoints(series, 0, 3).map(({ completions }) => completions)).toEqual([0, 4, 0]);
  const dense = { ...series, points: [point(0), point(1)] };
  expect(densePoints(dense, 0, 2)).toBe(dense.points);
});

test('mean stay is over spans, not over seconds, and unknown where nothing ended', () => {
  const points = [point(0, { completions: 1, residenceMsSum: 100 }), point(1, { completions: 3, residenceMsSum: 1_500, downstreamMsSum: 900 })];
  expect(residenceOver(points, 0, 2)).toEqual({ residenceMs: 400, downstreamMs: 225, ended: 4 });
  expect(residenceOver(points, 2, 9)).toBeNull();
});

test('begins that were counted elsewhere are not believed', () => {
  const flow = flowOf([0, 1, 2].map((second) => point(second, { begun: 0, inFlight: 10, completions: 6 })));
  expect([...flow.arrivals]).toEqual([6, 6, 6]);
});

test('who began and is no longer inside has ended, though of ten spans one is kept; where all are, the spans say it', () => {
  const sampled = Array.from({ length: 30 }, (_, second) => point(second, { begun: 50, inFlight: 40, completions: 5, errors: 1, residenceMsSum: 4_000 }));
  const { ended, ok } = flowOf(sampled);
  expect(ended[29]).toBeCloseTo(50, 6);
  expect(ok[29]).toBeCloseTo(40, 6);
  const whole = sampled.map((each, second) => ({ ...each, completions: 48 + (second % 5) }));
  expect([...flowOf(whole).ended]).toEqual(whole.map(({ completions }) => completions));
});
