import { describe, expect, test, vi } from 'vitest';
import type { JudgeInput } from '@narrows/contract';
import { judge } from './judge.js';
import { august, july } from './testing/scenarios.js';
import type { Plan } from './testing/simulated-queues.js';
import { simulate } from './testing/simulated-queues.js';

vi.setConfig({ testTimeout: 120_000 });

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const secondsFrom = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index + 1);
const SLOW_SECOND = 60;

/** August, but from a minute on the registry takes ten times as long; booking itself has room to wait. */
function slowRegistry(seed: number, slowMs: number, change: Partial<Plan> = {}): Plan {
  const day = august(seed, change);
  const stages = day.stages.map((stage) => (stage.id === 'booking' ? { ...stage, servers: Infinity, dependency: { peer: 'registry', meanMs: (second: number) => (second >= SLOW_SECOND ? slowMs : 150) } } : stage));
  return { ...day, stages };
}

describe('a dependency that becomes slow is named, with the stage that suffers', () => {
  test.each([600, 1_500, 4_000])('150 ms → %i ms', (slowMs) => {
    for (const seed of SEEDS) {
      const simulated = simulate(slowRegistry(seed, slowMs, { seconds: 100 }));
      const said = secondsFrom(SLOW_SECOND - 10, 100).map((second) => ({ second, verdicts: judge(simulated.input(0, second)).filter(({ confidence }) => confidence > 0.5) }));
      const first = said.find(({ verdicts }) => verdicts.length > 0)!;
      expect(first.second).toBeGreaterThan(SLOW_SECOND);
      expect(first.second - SLOW_SECOND).toBeLessThanOrEqual(20);
      for (const { verdicts } of said.filter(({ second }) => second > first.second)) {
        expect(verdicts).toHaveLength(1);
        expect(verdicts[0]).toMatchObject({ kind: 'slow_dependency', subject: { stage: 'booking', service: 'booking', dependency: 'registry' }, remedies: [{ action: 'fix_dependency' }] });
        expect(Math.abs((verdicts[0]!.since - simulated.beginMs) / 1_000 - SLOW_SECOND)).toBeLessThanOrEqual(5);
      }
      const { predicted } = said.at(-1)!.verdicts[0]!.remedies[0]!;
      expect(predicted.waitAfter!).toBeLessThan(0.6 * predicted.waitBefore!);
    }
  });
});

test('the gateway\'s slow call to booking is explained by booking\'s slow call to the registry', () => {
  const [verdict] = judge(simulate(slowRegistry(1, 4_000)).input(0, 100));
  expect(verdict!.ruledOut).toContainEqual(expect.objectContaining({ subject: { service: 'web', dependency: 'booking' } }));
});

test('a slow call into a saturated stage is not a slow dependency', () => {
  for (const seed of SEEDS) {
    const simulated = simulate(july(seed));
    for (let second = 20; second <= 70; second += 1) expect(judge(simulated.input(0, second)).filter(({ kind }) => kind === 'slow_dependency')).toEqual([]);
  }
});

/** A quiet August in which, from a minute on, the gateway measures every call 400 ms longer; the called ones answer as ever. */
function starvedGateway(seed: number, peers: (peer: string) => boolean): JudgeInput {
  const input = simulate(august(seed)).input(0, 100);
  const late = (atMs: number) => atMs - input.fromMs >= SLOW_SECOND * 1_000;
  const edges = input.edges.map((edge) => (edge.service === 'web' && peers(edge.peer)
    ? { ...edge, points: edge.points.map((point) => (late(point.atMs) ? { ...point, durationMsSum: point.durationMsSum + 400 * point.calls } : point)) } : edge));
  const places = input.places.map((place) => (place.service === 'web' ? { ...place, points: place.points.map((point) => (late(point.atMs)
    ? { ...point, residenceMsSum: point.residenceMsSum + 400 * point.completions, downstreamMsSum: (point.downstreamMsSum ?? 0) + 400 * point.completions } : point)) } : place));
  return { ...input, edges, places };
}

test('a call that only its caller finds slow is the caller\'s own delay, and no dependency is named', () => {
  for (const seed of SEEDS) {
    for (const peer of ['booking', 'identity']) expect(judge(starvedGateway(seed, (called) => called === peer)).filter(({ kind }) => kind === 'slow_dependency')).toEqual([]);
    expect(judge(starvedGateway(seed, () => true)).filter(({ kind }) => kind === 'slow_dependency')).toEqual([]);
  }
});

test('at the start of a day, while only the quick calls have ended, the slower ones that follow are not a slow-down', () => {
  for (const seed of SEEDS) {
    // The registry always takes long; of the calls begun in the first seconds only the quick ones have ended.
    const simulated = simulate(slowRegistry(seed, 1_500));
    const fromMs = simulated.beginMs + SLOW_SECOND * 1_000;
    for (const until of [12, 16, 20, 30]) {
      const { edges, places, ...input } = simulated.input(SLOW_SECOND, SLOW_SECOND + until);
      const early = <P extends { atMs: number }>(points: P[], quick: (point: P) => P) => points.map((point) => (point.atMs - fromMs < 3_000 ? quick(point) : point));
      const day = {
        ...input, edges: edges.map((edge) => ({ ...edge, points: early(edge.points, (p) => ({ ...p, durationMsSum: p.calls * 150 })) })),
        places: places.map((place) => ({ ...place, points: early(place.points, (p) => ({ ...p, residenceMsSum: p.completions * 200, downstreamMsSum: p.completions * 150 })) })),
      };
      expect(judge(day).filter(({ kind, confidence }) => kind === 'slow_dependency' && confidence > 0.5)).toEqual([]);
    }
  }
});

test('where everything that is called becomes slow at once, no single dependency is named', () => {
  const input = simulate(slowRegistry(1, 4_000)).input(0, 100);
  const registry = input.edges.find(({ peer }) => peer === 'registry')!;
  expect(judge(input)).toMatchObject([{ kind: 'slow_dependency', subject: { dependency: 'registry' } }]);
  const edges = [...input.edges, ...['db:5432', 'cache:6379'].map((peer) => ({ ...registry, peer }))];
  expect(judge({ ...input, edges }).filter(({ kind }) => kind === 'slow_dependency')).toEqual([]);
});

test('without active transactions and without a pipeline the service and its dependency are still named', () => {
  const simulated = simulate(slowRegistry(3, 1_500, { reporting: { active: false, limit: false, downstream: true } }));
  const [verdict] = judge({ ...simulated.input(0, 100), pipeline: null });
  expect(verdict).toMatchObject({ kind: 'slow_dependency', subject: { service: 'booking', dependency: 'registry' } });
});
