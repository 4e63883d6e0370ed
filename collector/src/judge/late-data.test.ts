import { expect, test, vi } from 'vitest';
import { judge } from './judge.js';
import { sceneOf } from './scene.js';
import { caseOf, FAULT_SECOND, FAULTS, QUIET } from './testing/fault-cases.js';
import { simulateSystem } from './testing/simulated-system.js';

vi.setConfig({ testTimeout: 120_000 });

const SEEDS = [1, 2, 3, 4];
const named = (name: string) => [...FAULTS, ...QUIET].find((each) => each.name === name)!;
const late = (seconds: (at: number) => number) => (name: string, seed: number) => {
  const fault = caseOf(named(name), seed, 'whole');
  return { fault, system: simulateSystem({ ...fault.plan, seconds: 145, skewSeconds: Object.fromEntries(fault.plan.services.map((service, at) => [service.name, -seconds(at)])) }) };
};
const eachByItsOwn = late((at) => 2 + ((at * 7) % 5));

test.each(['noise', 'benign surge', 'growing deliberate wait', 'daily ramp', 'lull'])('%s: services whose reports come two to six seconds late, each by its own, are neither missing nor slow', (name) => {
  for (const seed of SEEDS) {
    const { system } = eachByItsOwn(name, seed);
    for (const second of [60, 83, 84, 85, 86, 87, 110, 140]) expect([seed, second, judge(system.input(0, second)).filter(({ confidence }) => confidence >= 0.5).map(({ kind }) => kind)]).toEqual([seed, second, []]);
  }
});

test.each(['by a surge', 'of a service', 'after a blip'])('%s is named as it is where everybody reports in time', (name) => {
  for (const seed of SEEDS) {
    const { fault, system } = eachByItsOwn(name, seed);
    const [head] = judge(system.input(0, FAULT_SECOND + 12));
    expect([seed, head?.kind, fault.isSubject(head!.subject)]).toEqual([seed, fault.kind, true]);
  }
});

test('who is silent for longer than a batch takes is missing, and the others are judged up to now', () => {
  const { system, fault } = late(() => 0)('silent service', 1);
  expect(sceneOf(system.input(0, FAULT_SECOND + 4)).seconds).toBeLessThanOrEqual(FAULT_SECOND + 1);
  expect(sceneOf(system.input(0, FAULT_SECOND + 9)).seconds).toBe(FAULT_SECOND + 9);
  const [head] = judge(system.input(0, FAULT_SECOND + 9));
  expect(head).toMatchObject({ kind: 'missing_data' });
  expect(fault.isSubject(head!.subject)).toBe(true);
});
