// What chance does on any day is no verdict: one long request in one instance, a few more inside than usual. Nor is what a
// sampler does, a process that warms up, or a request that simply takes long.
import { describe, expect, test } from 'vitest';
import { judge } from './judge.js';
import { writtenSystem } from './testing/written-system.js';

const AT = 80;
const INSTANCES = ['a', 'b', 'c'];
const places = [{ service: 'core', comes: 30, stayMs: 100 }];
/** Own times breathe, in each instance with a phase of its own. */
const breathing = (index: number) => (second: number) => 100 + 15 * Math.sin(second * 1.7 + index * 2);

test('one request that takes a minute makes no outlier of the instance that had it, at no moment', () => {
  // Ten requests a second, of which one took 30 s: the mean of its step is seven times the usual one.
  const { input } = writtenSystem({
    places, instances: INSTANCES.map((instance, index) => ({ service: 'core', instance, ends: 10, ownMs: (second) => breathing(index)(second) + (index === 0 && second === AT ? 3_000 : 0) })),
  }, 130);
  for (let second = 20; second <= 130; second += 1) expect(judge(input(0, second)).filter(({ kind, confidence }) => kind === 'instance_outlier' && confidence >= 0.5)).toEqual([]);
});

test('an instance that is slow in step after step is one, within ten seconds', () => {
  const { input } = writtenSystem({
    places, instances: INSTANCES.map((instance, index) => ({ service: 'core', instance, ends: 10, ownMs: (second) => breathing(index)(second) * (index === 0 && second >= AT ? 4 : 1) })),
  }, 130);
  for (const second of [AT + 10, AT + 40]) {
    const [verdict] = judge(input(0, second));
    expect(verdict).toMatchObject({ kind: 'instance_outlier', subject: { service: 'core', instance: 'a' } });
    expect(verdict!.confidence).toBeGreaterThan(0.8);
  }
});

test('of two hundred instances one is slower for a while by chance, and of three none is', () => {
  // Three steps at twice the usual time, among siblings that breathe.
  const slower = (index: number) => (second: number) => breathing(index)(second) * (index === 0 && second >= AT && second < AT + 15 ? 2.2 : 1);
  const of = (services: readonly string[]) => {
    const { input } = writtenSystem({
      places: services.map((service) => ({ service, comes: 30, stayMs: 100 })),
      instances: services.flatMap((service, at) => INSTANCES.map((instance, index) => ({ service, instance, ends: 10, ownMs: at === 0 ? slower(index) : breathing(index) }))),
    }, AT + 12);
    return judge(input(0, AT + 12)).find(({ kind }) => kind === 'instance_outlier')?.confidence ?? 0;
  };
  const alone = of(['core']);
  expect(of(Array.from({ length: 70 }, (_, at) => (at === 0 ? 'core' : `service-${at}`)))).toBeLessThan(0.7 * alone);
});

test('a busy processor that nobody feels is no starvation, though five happen to be inside where two or three are', () => {
  const { input } = writtenSystem({ places: [{ service: 'core', comes: 30, stayMs: 80, ends: (second) => (second === 117 ? 27 : 30) }] }, 120);
  const share = (second: number) => (second < AT ? 0.3 : 0.97);
  const window = input(0, 120);
  const runtime = [{ service: 'core', instance: 'a', measure: 'cpu' as const, points: Array.from({ length: 120 }, (_, second) => ({ atMs: window.fromMs + second * 1_000, share: share(second) })) }];
  expect(window.places[0]!.points.at(-1)!.inFlight).toBe(5);
  expect(judge({ ...window, runtime }).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
});

test('where a sampler keeps a part of the spans nobody stands in line, also in the minute in which it is switched on', () => {
  for (const share of [0.5, 0.2, 0.05]) {
    const { input } = writtenSystem({ places: [{ service: 'core', comes: 40, stayMs: 1_000, seenShare: (second) => (second < AT ? 1 : share) }] }, 140);
    for (let second = 20; second <= 140; second += 1) expect(judge(input(0, second)).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
  }
});

test('requests that are held open for a minute, and come in waves, are no line', () => {
  const comes = (second: number) => (second % 60 < 5 ? 20 : 1);
  const ends = (second: number) => comes(second + 30);
  const { input } = writtenSystem({ places: [{ service: 'push', comes, ends, stayMs: 60_000, insideAtFirst: 55 }] }, 240);
  for (let second = 70; second <= 240; second += 1) expect(judge(input(0, second)).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
});

test('ten calls whose mean is twice the usual one are chance, where single calls differ as much', () => {
  // Blocks of five seconds of 1.4 s and 2.6 s on any day: of ten calls a mean of 4.7 s comes once in an afternoon.
  const ms = (second: number) => (second >= 110 ? 4_700 : Math.floor(second / 5) % 2 === 0 ? 1_400 : 2_600);
  const { input } = writtenSystem({
    places: [{ service: 'ui', comes: 1, stayMs: ms, callingMs: ms }], calls: [{ service: 'ui', peer: 'report.example:443', calls: 1, ms }],
  }, 120);
  expect(judge(input(0, 120)).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
});

test('a short line that comes and goes makes all calls of a block slow at once, and no slow dependency', () => {
  // Every half minute, for five seconds, each of fifty calls takes five times as long: fifty that are slow together are one event.
  const ms = (second: number) => (second % 30 >= 24 && second % 30 < 29 ? 400 : 80);
  const { input } = writtenSystem({
    places: [{ service: 'ui', comes: 10, stayMs: (second) => 40 + ms(second), callingMs: ms }, { service: 'stock', comes: 10, stayMs: ms }], calls: [{ service: 'ui', peer: 'stock', calls: 10, ms }],
  }, 240);
  for (let second = 100; second <= 240; second += 1) expect([second, judge(input(0, second)).filter(({ confidence }) => confidence >= 0.5)]).toEqual([second, []]);
});

describe('a new version that begins slowly', () => {
  /** All instances are replaced at once; the new ones take so many times as long at an age. */
  const deployed = (slower: (age: number) => number) => writtenSystem({
    places,
    instances: ['1', '2'].flatMap((version) => INSTANCES.map((instance, index) => ({
      service: 'core', instance: `${instance}-${version}`, version, fromSecond: version === '1' ? 0 : AT, ends: (second: number) => ((second < AT) === (version === '1') ? 10 : 0),
      ownMs: (second: number) => breathing(index)(second) * (version === '1' ? 1 : slower(second - AT)),
    }))),
  }, 130);

  test('and has warmed up in eight seconds is no regression, at no moment', () => {
    const { input } = deployed((age) => Math.max(1, 4 - (3 * age) / 8));
    for (let second = AT - 5; second <= 130; second += 1) expect(judge(input(0, second)).filter(({ confidence }) => confidence >= 0.5)).toEqual([]);
  });

  test('and stays slow is one, within ten seconds', () => {
    const { input } = deployed(() => 2.5);
    for (const second of [AT + 10, AT + 45]) {
      const [verdict] = judge(input(0, second));
      expect(verdict).toMatchObject({ kind: 'deploy_regression', subject: { service: 'core' } });
      expect(verdict!.confidence).toBeGreaterThan(0.8);
    }
  });
});
