import { describe, expect, test, vi } from 'vitest';
import { judge } from './judge.js';
import { august } from './testing/scenarios.js';
import { simulate } from './testing/simulated-queues.js';

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
