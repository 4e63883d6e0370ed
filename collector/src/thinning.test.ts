import { expect, test } from 'vitest';
import { keepOneIn, Thinning, type KeepOneIn } from './thinning.js';

test('nothing is thinned below a quarter of the queue, and less is kept as it fills', () => {
  expect([0, 0.1, 0.249, 0.25, 0.39, 0.4, 0.54, 0.55, 0.7, 1].map((fullness) => keepOneIn(fullness, 1))).toEqual([1, 1, 1, 2, 2, 4, 4, 8, 16, 16]);
});

test('what led to a step must halve before more is kept again, so that a queue that hovers changes nothing', () => {
  let keep: KeepOneIn = 1;
  const through = (...fills: number[]): KeepOneIn[] => fills.map((fullness) => (keep = keepOneIn(fullness, keep)));
  expect(through(0.3, 0.2, 0.26, 0.13)).toEqual([2, 2, 2, 2]);
  expect(through(0.12)).toEqual([1]);
  expect(through(0.8, 0.36, 0.34, 0.21, 0.19, 0.13, 0.05)).toEqual([16, 16, 8, 4, 2, 2, 1]);
});

test('at every fill the step lies between what the fill asks for and what twice the fill would', () => {
  const steps: KeepOneIn[] = [1, 2, 4, 8, 16];
  for (let percent = 0; percent <= 100; percent++) {
    for (const before of steps) {
      const next = keepOneIn(percent / 100, before);
      expect(next).toBeGreaterThanOrEqual(keepOneIn(percent / 100, 1));
      expect(next).toBeLessThanOrEqual(Math.max(keepOneIn(percent / 50, 1), keepOneIn(percent / 100, 1)));
    }
  }
});

function thinningAt(): { thinning: Thinning; set(patch: { fullness?: number; ms?: number }): void } {
  let fullness = 0;
  let ms = 1_000_000;
  return { thinning: new Thinning({ fullness: () => fullness, planIdsMax: 50_000, now: () => ms }), set: (patch) => { fullness = patch.fullness ?? fullness; ms = patch.ms ?? ms; } };
}

test('a segment is thinned as was settled when it began, whatever the queue is when it is loaded', () => {
  const { thinning, set } = thinningAt();
  thinning.entered('a', { notable: [] });
  set({ fullness: 0.5 });
  thinning.entered('a', { notable: ['01'] });
  thinning.entered('b', { notable: [] });
  expect(thinning.state).toEqual({ active: true, keptShare: 0.25 });
  set({ fullness: 0 });
  expect(thinning.planFor('a')).toBeUndefined();
  expect(thinning.planFor('b')).toEqual({ keepOneIn: 4, notable: ['01'] });
  expect(thinning.state).toEqual({ active: false, keptShare: 1 });
});

test('a segment waits until the end of a trace can have come, and one that is stored whole does not', () => {
  const { thinning, set } = thinningAt();
  thinning.entered('whole', {});
  set({ fullness: 0.3 });
  thinning.entered('thin', {});
  expect([thinning.dueInMs('whole'), thinning.dueInMs('thin'), thinning.dueInMs('of an earlier run')]).toEqual([0, 8_000, 0]);
  set({ ms: 1_008_000 });
  expect(thinning.dueInMs('thin')).toBe(0);
});

test('word of a trace within half a minute counts, also from segments that the store has; older word is forgotten', () => {
  const { thinning, set } = thinningAt();
  thinning.entered('long ago', { notable: ['aa'] });
  thinning.left('long ago');
  set({ ms: 1_055_000 });
  thinning.entered('before', { notable: ['bb'] });
  thinning.left('before');
  set({ ms: 1_080_000, fullness: 0.3 });
  thinning.entered('mine', { notable: ['cc'] });
  set({ ms: 1_090_000 });
  thinning.entered('after', { notable: ['dd', 'cc'] });
  set({ ms: 1_200_000 });
  thinning.entered('much later', { notable: ['ee'] });
  expect(thinning.planFor('mine')?.notable.toSorted()).toEqual(['bb', 'cc', 'dd']);
});

test('where too many traces are worth keeping nothing is thinned', () => {
  const { thinning, set } = thinningAt();
  set({ fullness: 0.9 });
  thinning.entered('a', { notable: null });
  thinning.entered('b', { notable: ['01'] });
  expect([thinning.planFor('a'), thinning.planFor('b')]).toEqual([undefined, undefined]);
  const many = thinningAt();
  many.set({ fullness: 0.9 });
  for (let i = 0; i < 51; i++) many.thinning.entered(`s${i % 3}`, { notable: Array.from({ length: 1_000 }, (_, n) => `${i}-${n}`) });
  expect(many.thinning.planFor('s0')).toBeUndefined();
});

test('after a start amid a backlog nothing is thinned until half a minute is known again', () => {
  const { thinning, set } = thinningAt();
  thinning.beganAmid(1_000_000);
  set({ fullness: 0.9, ms: 1_029_999 });
  thinning.entered('a', {});
  set({ ms: 1_030_000 });
  thinning.entered('b', {});
  expect([thinning.planFor('a'), thinning.planFor('b')]).toEqual([undefined, { keepOneIn: 16, notable: [] }]);
});
