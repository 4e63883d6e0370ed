import { describe, expect, test, vi } from 'vitest';
import { meanLine, meanResidenceMs } from '../queueing.js';
import { july, onePool } from './scenarios.js';
import { simulate, trueOnset } from './simulated-queues.js';

vi.setConfig({ testTimeout: 120_000 });

describe('the simulator agrees with M/M/c within a few percent', () => {
  test.each([[1, 0.5], [1, 0.7], [4, 0.8], [10, 0.8], [20, 0.9]])('%i servers at ρ = %f', (servers, utilisation) => {
    const seconds = servers === 1 ? 60_000 : 20_000;
    const simulated = simulate(onePool(servers, servers, 1_000, servers * utilisation, seconds));
    const { points } = simulated.input(100, seconds).places.find(({ stage }) => stage === 'desk')!;
    const ended = points.reduce((sum, { completions }) => sum + completions, 0);
    const stay = points.reduce((sum, { residenceMsSum }) => sum + residenceMsSum, 0) / ended;
    const line = simulated.lines.get('desk')!;
    const theory = { stay: meanResidenceMs(servers, servers * utilisation, 1_000)!, line: meanLine(servers, servers * utilisation, 1_000)! };
    expect(Math.abs(stay / theory.stay - 1)).toBeLessThan(0.08);
    expect(Math.abs(line.reduce((sum, length) => sum + length, 0) / line.length - theory.line)).toBeLessThan(0.15 * theory.line + 0.05);
  });
});

test('what is inside grows by what begins and shrinks by what ends, every second, at every place', () => {
  for (const { points } of simulate(july(3)).input(0, 70).places) {
    points.reduce((before, { begun, completions, inFlight }) => {
      expect(inFlight).toBe(before + begun! - completions);
      return inFlight!;
    }, 0);
  }
});

test('the same seed is the same day, another seed another', () => {
  expect(simulate(july(5)).input(0, 70)).toEqual(simulate(july(5)).input(0, 70));
  expect(simulate(july(5)).input(0, 70)).not.toEqual(simulate(july(6)).input(0, 70));
});

test('the true onset is the last moment with at most two in line', () => {
  expect(trueOnset([0, 3, 4, 2, 3, 5, 9])).toBeCloseTo(0.4, 9);
});
