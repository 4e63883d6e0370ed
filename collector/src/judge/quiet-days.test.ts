// Days on which nothing is wrong, as SDKs tell of them: late, in batches of half a minute, of sparse traffic, or of a part of the spans.
import { expect, test, vi } from 'vitest';
import { judge } from './judge.js';
import { writtenDay, type WrittenDay } from './testing/written-days.js';

vi.setConfig({ testTimeout: 120_000 });

const SEEDS = [1, 2, 3, 4];
/** What is said of the live page's windows from the second minute on, of those kinds. */
const said = (kinds: readonly string[], day: Omit<WrittenDay, 'seed' | 'seconds' | 'services'>) => SEEDS.flatMap((seed) => {
  const { input } = writtenDay({ seed, seconds: 200, services: 5 + (seed % 3) * 4, ...day });
  return Array.from({ length: 24 }, (_, step) => 60 + 6 * step).flatMap((second) => judge(input(0, second)).filter(({ kind, confidence }) => kinds.includes(kind) && confidence >= 0.5)
    .map(({ kind, subject, confidence }) => ({ seed, second, kind, subject, confidence })));
});

test.each([[0.5, 0], [0.5, 5], [0.5, 30], [3, 5], [3, 30], [25, 30]])('%f requests a second, in batches of %i s: nobody is missing', (rate, batchSeconds) => {
  expect(said(['missing_data'], { perSecond: () => rate, batchSeconds })).toEqual([]);
});

test.each([0.5, 3])('%f requests a second, of which a fifth of the spans is kept: nobody is missing', (rate) => {
  expect(said(['missing_data'], { perSecond: () => rate, batchSeconds: 5, keptShare: 0.2 })).toEqual([]);
});

test('instances that are replaced one after another are not missed', () => {
  expect(said(['missing_data', 'saturation', 'errors'], { perSecond: () => 5, batchSeconds: 5, isUp: (second, service, instance) => Math.abs(second - 100 - 10 * instance - 5 * service) > 5 })).toEqual([]);
});
