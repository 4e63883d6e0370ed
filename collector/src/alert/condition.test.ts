import type { SeriesCondition } from '@narrows/contract';
import { expect, test } from 'vitest';
import { lastOpening, readCondition, type Reading } from './condition.js';
import { DAY_MS } from './zone-time.js';

const NOW = Date.UTC(2026, 10, 29, 11, 30); // 20:30 in Seoul
const SEOUL = 'Asia/Seoul';
/** A measure that is a function of the middle of the window. */
const read = (condition: SeriesCondition, valueAt: (atMs: number) => number | null, atMs = NOW, zone = SEOUL): Reading => {
  const over = (from: number, to: number) => valueAt((from + to) / 2);
  return readCondition(condition, over, over, atMs, zone);
};
const measured = { measure: 'throughput', overSeconds: 60 } as const;

test('a threshold is passed, kept by its margin, and unknown where nothing is reported', () => {
  const above = { kind: 'threshold', ...measured, compare: 'above', value: 10, clear: 8 } as const;
  expect(read(above, () => 11)).toMatchObject({ bad: true, bound: 10 });
  expect(read(above, () => 9)).toMatchObject({ bad: false, well: false });
  expect(read(above, () => 8)).toMatchObject({ bad: false, well: true });
  expect(read(above, () => null)).toMatchObject({ bad: null, value: null });
  expect(read({ ...above, compare: 'below', clear: 12 }, () => 9)).toMatchObject({ bad: true });
});

test('a rate of change is against the same time so long ago, and says nothing about next to nothing', () => {
  const rise = { kind: 'change', ...measured, direction: 'rise', percent: 50, agoSeconds: 600, least: 5 } as const;
  const grown = (factor: number, base: number) => (at: number) => (at > NOW - 300_000 ? base * factor : base);
  expect(read(rise, grown(1.6, 100))).toMatchObject({ bad: true, value: 160, bound: 150 });
  expect(read(rise, grown(1.4, 100)).bad).toBe(false);
  expect(read(rise, grown(4, 1)).bad).toBe(false);
  expect(read({ ...rise, direction: 'fall' }, grown(0.4, 100)).bad).toBe(true);
  expect(read({ ...rise, direction: 'either' }, grown(0.4, 100))).toMatchObject({ bad: true, bound: 50 });
});

test('against season a usual crowd is usual and an unusual one is told, on every weekday of its own', () => {
  const season = { kind: 'season', ...measured, direction: 'either', season: 'day', deviations: 4 } as const;
  const noise = [3, -2, 1, -4, 2, 0, -1];
  const past = (at: number) => 100 + noise[Math.round((NOW - at) / DAY_MS) % 7]!;
  expect(read(season, past).bad).toBe(false);
  expect(read(season, (at) => (at > NOW - DAY_MS / 2 ? 140 : past(at)))).toMatchObject({ bad: true });
  expect(read(season, (at) => (at > NOW - DAY_MS / 2 ? 40 : past(at)))).toMatchObject({ bad: true });
  expect(read({ ...season, direction: 'rise' }, (at) => (at > NOW - DAY_MS / 2 ? 40 : past(at))).bad).toBe(false);
  // Two days of history are no season.
  expect(read(season, (at) => (at > NOW - DAY_MS / 2 ? 900 : at > NOW - 2.5 * DAY_MS ? 100 : null)).bad).toBeNull();
});

test('after an opening the same minute of the last one is what counts, and hours later nothing does', () => {
  const opening: SeriesCondition = { kind: 'opening', ...measured, direction: 'fall', percent: 30, openings: ['09:00', '20:00'], withinMinutes: 120 };
  // A crowd that decays from the opening on, every day anew; today a third of it is missing.
  const crowd = (at: number) => Math.max(0, 600 - ((at - lastOpening(['20:00'], at, SEOUL)) / 60_000) * 4);
  expect(read(opening, crowd).bad).toBe(false);
  expect(read(opening, (at) => crowd(at) * (at > NOW - DAY_MS / 2 ? 0.6 : 1))).toMatchObject({ bad: true });
  expect(read(opening, () => 0, NOW + 3 * 3600_000)).toMatchObject({ bad: false, well: true });
  // Yesterday was a holiday without data: the day before answers.
  expect(read(opening, (at) => (at > NOW - DAY_MS / 2 ? crowd(at) * 0.5 : at > NOW - 1.5 * DAY_MS ? null : crowd(at))).bad).toBe(true);
});

test('a budget burns when it burns over the long window and still does over the short one', () => {
  const burn = { kind: 'burn_rate', good: 'no_error', objective: 0.999, windows: [{ longMinutes: 60, shortMinutes: 5, factor: 14.4 }, { longMinutes: 360, shortMinutes: 8, factor: 6 }] } as const;
  const ratio = (long: number, short: number) => (from: number, to: number) => (to - from > 600_000 ? long : short);
  const of = (long: number, short: number) => readCondition({ ...burn, windows: [...burn.windows] }, () => null, ratio(long, short), NOW, SEOUL);
  expect(of(0.02, 0.02)).toMatchObject({ bad: true, bound: 6 }); // passed by most: 20 against 6
  expect(of(0.02, 0.0001).bad).toBe(false);
  expect(of(0.0001, 0.05).bad).toBe(false);
});

test('openings are local times, also where clocks are put back', () => {
  const berlin = 'Europe/Berlin';
  // 25 October 2026: clocks go from 03:00 back to 02:00. 20:00 is 19:00 UTC on that day and 18:00 UTC on the day before.
  expect(lastOpening(['20:00'], Date.UTC(2026, 9, 25, 21), berlin)).toBe(Date.UTC(2026, 9, 25, 19));
  expect(lastOpening(['20:00'], Date.UTC(2026, 9, 25, 5), berlin)).toBe(Date.UTC(2026, 9, 24, 18));
});
