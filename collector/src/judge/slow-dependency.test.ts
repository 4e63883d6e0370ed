import { describe, expect, test, vi } from 'vitest';
import type { JudgeInput } from '@narrows/contract';
import { judge } from './judge.js';
import { caseOf, FAULT_SECOND, FAULTS } from './testing/fault-cases.js';
import { august, july } from './testing/scenarios.js';
import type { Plan } from './testing/simulated-queues.js';
import { simulate } from './testing/simulated-queues.js';
import { simulateSystem } from './testing/simulated-system.js';
import { writtenSystem } from './testing/written-system.js';

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

const outside = FAULTS.find(({ name }) => name === 'outside')!;

test.each([2, 21])('where a stage\'s own work takes most of the time, a dependency that explains all of the growth is still named (seed %i)', (seed) => {
  const { plan, isSubject } = caseOf(outside, seed, 'skew and loss');
  const [head] = judge(simulateSystem({ ...plan, seconds: FAULT_SECOND + 20 }).input(0, FAULT_SECOND + 20));
  expect(head).toMatchObject({ kind: 'slow_dependency' });
  expect(isSubject(head!.subject)).toBe(true);
  expect(head!.confidence).toBeGreaterThanOrEqual(0.5);
});

test.each([6, 11, 17])('in batches of five seconds it is said within ten seconds (seed %i)', (seed) => {
  const { plan, isSubject } = caseOf(outside, seed, 'other SDKs');
  const [head] = judge(simulateSystem({ ...plan, seconds: FAULT_SECOND + 10 }).input(0, FAULT_SECOND + 10));
  expect(head).toMatchObject({ kind: 'slow_dependency' });
  expect(isSubject(head!.subject)).toBe(true);
  expect(head!.confidence).toBeGreaterThanOrEqual(0.5);
});

test('a dependency that hiccups for two seconds is not slow', () => {
  for (const seed of SEEDS) {
    const input = simulate(august(seed, { seconds: 80 })).input(0, 80);
    const isSlow = (atMs: number) => Math.floor((atMs - input.fromMs) / 1_000 / 2) === SLOW_SECOND / 2;
    const edges = input.edges.map((edge) => (edge.peer === 'registry' ? { ...edge, points: edge.points.map((each) => (isSlow(each.atMs) ? { ...each, durationMsSum: 8 * each.durationMsSum } : each)) } : edge));
    const places = input.places.map((place) => (place.service === 'booking' ? { ...place, points: place.points.map((each) => (isSlow(each.atMs)
      ? { ...each, residenceMsSum: each.residenceMsSum + 1_000 * each.completions, downstreamMsSum: (each.downstreamMsSum ?? 0) + 1_000 * each.completions } : each)) } : place));
    for (let second = SLOW_SECOND; second < SLOW_SECOND + 15; second += 1) {
      expect(judge({ ...input, edges, places, toMs: input.fromMs + second * 1_000 }).filter(({ kind, confidence }) => kind === 'slow_dependency' && confidence >= 0.5)).toEqual([]);
    }
  }
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

/** A quiet August in which, from a minute on, the gateway measures every call longer by so many milliseconds; the called ones answer as ever. */
function delayedGateway(seed: number, delayMs: (peer: string) => number): JudgeInput {
  const input = simulate(august(seed)).input(0, 100);
  const late = (atMs: number) => atMs - input.fromMs >= SLOW_SECOND * 1_000;
  const edges = input.edges.map((edge) => (edge.service === 'web'
    ? { ...edge, points: edge.points.map((point) => (late(point.atMs) ? { ...point, durationMsSum: point.durationMsSum + delayMs(edge.peer) * point.calls } : point)) } : edge));
  const places = input.places.map((place) => (place.service === 'web' ? { ...place, points: place.points.map((point) => (late(point.atMs)
    ? { ...point, residenceMsSum: point.residenceMsSum + 400 * point.completions, downstreamMsSum: (point.downstreamMsSum ?? 0) + 400 * point.completions } : point)) } : place));
  return { ...input, edges, places };
}

test('where a caller finds all that it calls slow and nobody else does, it is the caller\'s own delay, and no dependency is named', () => {
  for (const seed of SEEDS) expect(judge(delayedGateway(seed, () => 400)).filter(({ kind }) => kind === 'slow_dependency')).toEqual([]);
});

test('a caller short of its loop delays its calls unevenly: of a quick one it is most of the time, and in a long one it may not be seen', () => {
  for (const seed of SEEDS) {
    const uneven = delayedGateway(seed, (called) => ({ 'waiting-room': 45, identity: -50 }[called] ?? 28));
    expect([seed, judge(uneven).filter(({ kind }) => kind === 'slow_dependency')]).toEqual([seed, []]);
  }
});

test('where it finds one alone slow, it is the way there: a name that is looked up, or a line before workers whose spans begin with the work', () => {
  for (const seed of SEEDS) {
    const [head] = judge(delayedGateway(seed, (called) => (called === 'booking' ? 400 : 0)));
    expect([seed, head]).toMatchObject([seed, { kind: 'slow_dependency', subject: { service: 'web', dependency: 'booking' } }]);
    expect(head!.confidence).toBeGreaterThan(0.5);
  }
});

test('at the start of a day, while only the quick calls have ended, the slower ones that follow are not a slow-down', () => {
  for (const seed of SEEDS) {
    // The registry always takes long; of the calls begun in the first seconds only the quick ones have ended.
    const simulated = simulate(slowRegistry(seed, 1_500));
    const fromMs = simulated.beginMs + SLOW_SECOND * 1_000;
    for (const until of [12, 16, 20, 30]) {
      const { edges, places, ...input } = simulated.input(SLOW_SECOND, SLOW_SECOND + until);
      const early = <P extends { atMs: number }>(points: readonly P[], quick: (point: P) => P) => points.map((point) => (point.atMs - fromMs < 3_000 ? quick(point) : point));
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

const slowFrom = (before: number, now: number) => (second: number) => (second < SLOW_SECOND ? before : now);

test('a called service that takes longer and keeps up has no line: it is named by those who call it', () => {
  // Six more are inside from then on, and as many leave as come.
  const ends = (second: number) => (second === SLOW_SECOND ? 14 : 20);
  const { beginMs, input } = writtenSystem({
    places: [
      { service: 'web', comes: 20, ends, stayMs: slowFrom(12, 312), callingMs: slowFrom(8, 308) },
      { service: 'catalog', comes: 20, ends, stayMs: slowFrom(6, 306) },
    ],
    calls: [{ service: 'web', peer: 'catalog', calls: ends, ms: slowFrom(8, 308) }],
  }, 120);
  for (const second of [SLOW_SECOND + 12, 120]) {
    const [verdict] = judge(input(0, second));
    expect(verdict).toMatchObject({ kind: 'slow_dependency', subject: { service: 'web', dependency: 'catalog' } });
    expect(verdict!.confidence).toBeGreaterThan(0.5);
    expect(Math.abs((verdict!.since - beginMs) / 1_000 - SLOW_SECOND)).toBeLessThanOrEqual(5);
  }
});

test('what several callers find slow is no caller\'s own, though the called service answers as fast as ever', () => {
  const caller = (service: string) => ({ service, comes: 20, stayMs: slowFrom(40, 440), callingMs: slowFrom(32, 432) });
  const { input } = writtenSystem({
    places: [caller('shop'), caller('partner'), { service: 'orders', comes: 40, stayMs: 30 }],
    calls: ['shop', 'partner'].map((service) => ({ service, peer: 'orders', calls: 20, ms: slowFrom(32, 432) })),
  }, 120);
  expect(judge(input(0, 80))).toMatchObject([{ kind: 'slow_dependency', subject: { dependency: 'orders' } }]);
});

test('a caller that has become slow by several queries of one request is explained by them, and three such callers are no unrelated slowness', () => {
  const callers = ['shop', 'partner', 'app'];
  const queries = slowFrom(12, 72);
  const stay = (second: number) => 20 + 3 * queries(second);
  const { input } = writtenSystem({
    places: [
      { service: 'web', comes: 30, stayMs: (second) => 10 + 3 * stay(second), callingMs: (second) => 3 * stay(second) },
      ...callers.map((service) => ({ service, comes: 30, stayMs: stay, callingMs: (second: number) => 3 * queries(second) })),
    ],
    calls: callers.flatMap((service) => [{ service: 'web', peer: service, calls: 30, ms: stay }, { service, peer: 'postgresql', kind: 'sql' as const, calls: 90, ms: queries }]),
  }, 120);
  for (const second of [SLOW_SECOND + 12, 90, 120]) {
    const said = judge(input(0, second)).filter(({ confidence }) => confidence >= 0.5);
    expect(said).toMatchObject([{ kind: 'slow_dependency', subject: { dependency: 'postgresql' } }]);
  }
});

test('a crowd that stands in line where no span sees it is no line of the caller, whose stay grows in the calls alone', () => {
  const comes = slowFrom(20, 40);
  // Thirty a second are answered; the others wait before a worker of the called one takes them.
  const waitMs = (second: number) => (second < SLOW_SECOND ? 0 : ((second - SLOW_SECOND) * 1_000) / 4);
  const ends = slowFrom(20, 30);
  const { input } = writtenSystem({
    places: [
      { service: 'web', endedOnly: true, comes, ends, stayMs: (second) => 130 + waitMs(second), callingMs: (second) => 110 + waitMs(second) },
      { service: 'orders', endedOnly: true, comes: ends, stayMs: 100 },
    ],
    calls: [{ service: 'web', peer: 'orders', calls: ends, ms: (second) => 110 + waitMs(second) }],
  }, 120);
  for (const second of [SLOW_SECOND + 12, 80, 90]) expect(judge(input(0, second))[0]).toMatchObject({ kind: 'slow_dependency', subject: { dependency: 'orders' } });
});

test('a called service that is slow and breathes is no line in any second, so that its slowness is said in all of them', () => {
  // Five are inside in the mean, two to nine in any second: as many leave as come.
  const breath = [4, 4, 7, 5, 7, 3, 2, 6, 9, 8, 3, 2];
  const inside = (second: number) => (second < SLOW_SECOND ? 1 : breath[second % breath.length]!);
  const ends = (second: number) => 20 - inside(second) + inside(second - 1);
  const { input } = writtenSystem({
    places: [
      { service: 'web', comes: 20, ends, stayMs: slowFrom(80, 330), callingMs: slowFrom(60, 310) },
      { service: 'catalog', comes: 20, ends, stayMs: slowFrom(60, 310) },
    ],
    calls: [{ service: 'web', peer: 'catalog', calls: ends, ms: slowFrom(60, 310) }],
  }, 130);
  for (let second = SLOW_SECOND + 20; second <= 130; second += 1) expect([second, judge(input(0, second))[0]]).toMatchObject([second, { kind: 'slow_dependency', subject: { dependency: 'catalog' } }]);
});

test('a place whose own work has grown by more than its calls added is short of something itself, unless it waits for its pool', () => {
  const slower = (before: number, then: number) => (second: number) => (second < 80 ? before : then);
  const sureness = (ownThenMs: number, pool: number) => {
    const own = slower(4, ownThenMs);
    const calling = slower(5, 25);
    const { input } = writtenSystem({
      places: [{ service: 'clinics', comes: 15, stayMs: (second) => own(second) + calling(second), callingMs: calling, waitingOn: (inside) => ({ method: Math.max(0, inside - pool), pool: Math.min(inside, pool) }), insideAtFirst: 2 }],
      calls: [{ service: 'clinics', peer: 'db', kind: 'sql', calls: 3, ms: slower(25, 125) }],
    }, 100);
    return judge(input(0, 100)).find(({ subject }) => subject.dependency === 'db')?.confidence ?? 0;
  };
  expect(sureness(4, 0)).toBeGreaterThan(0.5);
  expect(sureness(60, 0)).toBeLessThan(0.5);
  expect(sureness(60, 1)).toBeGreaterThan(sureness(60, 0));
});
