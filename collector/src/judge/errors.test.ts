import { describe, expect, test, vi } from 'vitest';
import { judge } from './judge.js';
import { august } from './testing/scenarios.js';
import { simulate } from './testing/simulated-queues.js';
import { writtenSystem } from './testing/written-system.js';

vi.setConfig({ testTimeout: 120_000 });

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const secondsFrom = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index + 1);
const FAULT_SECOND = 60;

describe('a stage whose requests begin to fail is named where the errors are made', () => {
  test.each([[0.3, 12], [1, 8]])('share %f within %i s', (share, withinSeconds) => {
    for (const seed of SEEDS) {
      const simulated = simulate(august(seed, { seconds: 100, retryShare: 0, faults: [{ stage: 'booking', fromSecond: FAULT_SECOND, share, errorShare: 1, errorMs: 20, hangMs: 0 }] }));
      const said = secondsFrom(FAULT_SECOND - 10, 100).map((second) => ({ second, verdicts: judge(simulated.input(0, second)).filter(({ confidence }) => confidence > 0.5) }));
      const first = said.find(({ verdicts }) => verdicts.length > 0)!;
      expect(first.second).toBeGreaterThan(FAULT_SECOND);
      expect(first.second - FAULT_SECOND).toBeLessThanOrEqual(withinSeconds);
      for (const { verdicts } of said.filter(({ second }) => second > first.second)) {
        expect(verdicts).toHaveLength(1);
        expect(verdicts[0]).toMatchObject({ kind: 'errors', subject: { pipeline: 'vaccine', stage: 'booking' } });
        expect(Math.abs((verdicts[0]!.since - simulated.beginMs) / 1_000 - FAULT_SECOND)).toBeLessThanOrEqual(5);
      }
      const [evidence] = said.at(-1)!.verdicts[0]!.evidence;
      expect(evidence).toMatchObject({ measure: 'error_share', unit: '%' });
      expect(evidence!.before!).toBeLessThan(2);
      expect(Math.abs(evidence!.now! - share * 100)).toBeLessThan(20);
    }
  });
});

test('one channel that fails in part is the subject of the errors, since it is not out', () => {
  const simulated = simulate(august(2, { faults: [{ stage: 'identity', channel: 'pass-kt', fromSecond: 50, share: 0.5, errorShare: 1, errorMs: 300, hangMs: 0 }] }));
  expect(judge(simulated.input(0, 90))[0]).toMatchObject({ kind: 'errors', subject: { stage: 'identity', channel: 'pass-kt' } });
});

test('one failure in a hundred is nobody\'s verdict', () => {
  for (const seed of SEEDS) {
    const simulated = simulate(august(seed, { seconds: 100, faults: [{ stage: 'booking', fromSecond: 0, share: 0.01, errorShare: 1, errorMs: 20, hangMs: 0 }] }));
    for (let second = 1; second <= 100; second += 3) expect(judge(simulated.input(0, second)).filter(({ confidence }) => confidence > 0.5)).toEqual([]);
  }
});

describe('errors that come from calls name whom they went to', () => {
  const from = (errors: number) => (second: number) => (second < FAULT_SECOND ? 0 : errors);
  const service = (name: string, errors = 0) => ({ service: name, comes: 20, errors: from(errors), stayMs: 20 });

  test('several callers of one that cannot be reached any more: one verdict, of the one', () => {
    const { input } = writtenSystem({
      places: [service('shop', 20), service('partner', 20), { service: 'orders', comes: (second) => (second < FAULT_SECOND ? 40 : 0), stayMs: 10 }],
      calls: ['shop', 'partner'].map((caller) => ({ service: caller, peer: 'orders', calls: 20, errors: from(20), ms: 10 })),
    }, 100);
    const said = judge(input(0, FAULT_SECOND + 15)).filter(({ confidence }) => confidence > 0.5);
    expect(said).toMatchObject([{ kind: 'errors', subject: { dependency: 'orders' }, remedies: [{ action: 'fix_dependency' }] }]);
  });

  test('half of the calls get lost on the way, and the called service knows nothing of it', () => {
    const { input } = writtenSystem({
      places: [service('shop', 10), service('orders')], calls: [{ service: 'shop', peer: 'orders', calls: 20, errors: from(10), ms: 10 }],
    }, 100);
    expect(judge(input(0, FAULT_SECOND + 15))).toMatchObject([{ kind: 'errors', subject: { service: 'shop', dependency: 'orders' } }]);
  });

  test('of two that call each other the one whose calls succeed has made them', () => {
    const { input } = writtenSystem({
      places: [service('shop', 8), service('desk', 8)],
      calls: [{ service: 'shop', peer: 'desk', calls: 20, errors: from(8), ms: 10 }, { service: 'desk', peer: 'shop', calls: 20, ms: 5 }],
    }, 100);
    const said = judge(input(0, FAULT_SECOND + 15)).filter(({ confidence }) => confidence > 0.5);
    expect(said).toMatchObject([{ kind: 'errors', subject: { service: 'desk' } }]);
    expect(said[0]!.subject.dependency).toBeUndefined();
  });

  test('calls that failed as often before do not explain what fails now', () => {
    const { input } = writtenSystem({
      places: [service('shop', 10), service('cache')], calls: [{ service: 'shop', peer: 'cache', calls: 20, errors: 10, ms: 10 }],
    }, 100);
    const [verdict] = judge(input(0, FAULT_SECOND + 15));
    expect(verdict).toMatchObject({ kind: 'errors', subject: { service: 'shop' }, remedies: [{ action: 'rollback' }] });
  });
});

test('a busy service whose requests fail is failing and not full: who fails was at work as well', () => {
  for (const errors of [60, 95]) {
    const { input } = writtenSystem({ places: [{ service: 'core', comes: 100, stayMs: 300, errors: (second) => (second < FAULT_SECOND ? 0 : errors) }] }, 100);
    for (const second of [FAULT_SECOND + 10, 100]) expect(judge(input(0, second))).toMatchObject([{ kind: 'errors', subject: { service: 'core' } }]);
  }
});

test('calls that are given up after seconds make the caller neither full nor stormed by retries: what fails in them is named, all along', () => {
  // Whose breaker opens and closes: in every second block of six all are given up after 3 s, in the others they are not made.
  const tried = (second: number) => second < FAULT_SECOND || Math.floor((second - FAULT_SECOND) / 6) % 2 === 0;
  const failed = (second: number) => (second < FAULT_SECOND + 3 ? 0 : 60);
  const callMs = (second: number) => (second < FAULT_SECOND + 3 ? 80 : tried(second - 3) ? 3_000 : 1);
  const { input } = writtenSystem({
    places: [{ service: 'shop', endedOnly: true, comes: 60, ends: (second) => (second >= FAULT_SECOND && second < FAULT_SECOND + 3 ? 0 : 60), errors: failed, stayMs: (second) => 80 + callMs(second), callingMs: callMs }],
    calls: [{ service: 'shop', peer: 'tariff.example:443', calls: (second) => (second >= FAULT_SECOND && second < FAULT_SECOND + 3 ? 0 : 60), errors: failed, ms: callMs }],
  }, 110);
  for (let second = FAULT_SECOND + 10; second <= 110; second += 1) {
    const [head] = judge(input(0, second));
    expect([second, head?.subject.dependency]).toEqual([second, 'tariff.example:443']);
    expect([second, ['errors', 'slow_dependency'].includes(head!.kind)]).toEqual([second, true]);
  }
});

test('errors as old as all that is known are judged by their share: one in twelve is how the system is, a half is not', () => {
  const confidenceOf = (share: number) => judge(writtenSystem({ places: [{ service: 'core', comes: 25, errors: 25 * share, stayMs: 40 }] }, 120).input(0, 120)).find(({ kind }) => kind === 'errors')?.confidence ?? 0;
  for (const share of [0.04, 0.08, 0.12]) expect([share, confidenceOf(share)]).toEqual([share, 0]);
  expect(confidenceOf(0.36)).toBeGreaterThan(0.5);
  expect(confidenceOf(0.6)).toBeGreaterThan(0.9);
});
