import type { PlacePoint } from '@narrows/contract';
import { describe, expect, test, vi } from 'vitest';
import { narrownessOf } from './capacity.js';
import { flowOf } from './flow.js';
import { august, july, onePool } from './testing/scenarios.js';
import { simulate } from './testing/simulated-queues.js';

vi.setConfig({ testTimeout: 120_000 });

const judged = (points: readonly PlacePoint[]) => narrownessOf(points, flowOf(points));
const desk = (perSecond: number, change: (point: PlacePoint) => PlacePoint = (point) => point, seconds = 120) =>
  simulate(onePool(7, 20, 1_000, perSecond, seconds)).input(0, seconds).places.find(({ stage }) => stage === 'desk')!.points.map(change);

describe('capacity is right within 10 % (truth: 20 servers of one second)', () => {
  test.each([8, 14, 30])('with a declared limit, at %i arrivals a second', (perSecond) => {
    const { capacity } = judged(desk(perSecond));
    expect(capacity).toMatchObject({ source: 'declared', servers: 20 });
    expect(Math.abs(capacity!.perSecond / 20 - 1)).toBeLessThan(0.1);
  });
  test('by its plateau, where nothing declares a limit and the place is overrun after a calm minute', () => {
    const calm = desk(10, (point) => ({ ...point, limit: null }), 60);
    const overrun = simulate({ ...onePool(7, 20, 1_000, 10, 120), perSecond: (second) => (second < 60 ? 10 : 32) }).input(0, 120)
      .places.find(({ stage }) => stage === 'desk')!.points.map((point) => ({ ...point, limit: null }));
    expect(judged(calm).capacity).toBeNull();
    const { capacity } = judged(overrun);
    expect(capacity!.source).toBe('plateau');
    expect(Math.abs(capacity!.perSecond / 20 - 1)).toBeLessThan(0.15);
  });
});

test('the line is exactly what stands beyond the limit', () => {
  const simulated = simulate(july(2));
  const identity = simulated.input(0, 70).places.find(({ stage, channel }) => stage === 'identity' && channel === 'pass-kt')!;
  const line = judged(identity.points).line;
  expect([...line]).toEqual(simulated.lines.get('identity/pass-kt')!.filter((_, tenth) => tenth % 10 === 9));
});

test('people who wait for a connection are the line of a pool', () => {
  const points = desk(8).map((point): PlacePoint => ({ ...point, waitingOn: { sql: 20, pool: 35 } }));
  const { capacity, line } = judged(points);
  expect(capacity).toMatchObject({ source: 'pool', servers: 20 });
  expect(line.at(-1)).toBe(35);
});

describe('a declared limit of which less is left (truth: 20 servers of one second, from second 80 on 8)', () => {
  const declared20 = (change: { servers?: number; serviceMs?: number }): readonly PlacePoint[] => {
    const of = (plan: ReturnType<typeof onePool>, from: number, to: number) => simulate(plan).input(from, to).places.find(({ stage }) => stage === 'desk')!.points;
    const before = of(onePool(7, 20, 1_000, 11, 80), 0, 80);
    const after = of(onePool(8, change.servers ?? 20, change.serviceMs ?? 1_000, 11, 100), 0, 20);
    return [...before, ...after].map((point, second) => ({ ...point, atMs: before[0]!.atMs + second * 1_000, limit: 20 }));
  };
  test('servers that are lost are seen by what ends: it stays while the number inside grows', () => {
    const { capacity, line, lineFine, declaredServers } = judged(declared20({ servers: 8 }));
    expect(Math.abs(capacity!.servers - 8)).toBeLessThanOrEqual(1);
    expect(Math.abs(capacity!.perSecond / 8 - 1)).toBeLessThan(0.15);
    expect(line.at(-1)).toBeGreaterThan(lineFine);
    expect(declaredServers).toBe(20);
  });
  test('twenty servers that became slower, and keep up, are still twenty', () => {
    const { capacity, declaredServers } = judged(declared20({ serviceMs: 1_700 }));
    expect(capacity).toMatchObject({ servers: 20, source: 'declared' });
    expect(declaredServers).toBeUndefined();
  });
});

test('connections that nobody declares are as many as queries run while somebody waits for one', () => {
  const points = desk(30).map((point): PlacePoint => ({ ...point, waitingOn: { sql: 6, pool: 12, method: 3 }, limit: 200 }));
  expect(judged(points).capacity).toMatchObject({ source: 'pool', servers: 6 });
});

test('a place with room has no line worth the name', () => {
  const points = simulate(august(4)).input(0, 120).places.find(({ stage, channel }) => stage === 'identity' && channel === '')!.points;
  const { line, lineFine } = judged(points);
  expect(Math.max(...line)).toBeLessThan(lineFine);
});

test('nothing known is no capacity and no line, not zero capacity', () => {
  expect(judged([])).toMatchObject({ capacity: null });
  const silent = desk(8).map((point): PlacePoint => ({ ...point, completions: 0, errors: 0, residenceMsSum: 0, inFlight: null, begun: null, limit: null }));
  expect(judged(silent).capacity).toBeNull();
});

test('the slow ones that leave an empty place last tell no capacity', () => {
  const ended = (second: number, completions: number, stayMs: number): PlacePoint => ({
    atMs: second * 1_000, completions, errors: 0, residenceMsSum: completions * stayMs, downstreamMsSum: 0, residenceMsP50: null, residenceMsP95: null, begun: null, inFlight: null, oldestMs: null, waitingOn: null, limit: null, queued: null,
  });
  const leaving = (seconds: number) => judged(Array.from({ length: 30 + seconds }, (_, second) => (second < 30 ? ended(second, 8, 500) : ended(second, 1, 500 + 800 * (second - 29)))));
  expect(leaving(4).capacity).toBeNull();
  expect(leaving(12).capacity).not.toBeNull();
});

test('those who fail were at work as well: where a third of the answers are errors, no line stands for it', () => {
  const points = desk(16, (point) => ({ ...point, limit: null, begun: null, inFlight: null, oldestMs: null, waitingOn: null, errors: Math.round(0.4 * point.completions) }));
  const { line, lineFine } = judged(points);
  expect(line.filter((length) => length > lineFine).length).toBeLessThan(15);
});
