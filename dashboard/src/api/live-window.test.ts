import type { LiveAnswer, LiveTick, TotalsPoint } from '@narrows/contract';
import { describe, expect, it } from 'vitest';
import { appendTick } from './live-window.js';

const point = (atMs: number, completions = 1): TotalsPoint => ({ atMs, completions, errors: 0, p50Ms: null, p95Ms: null, p99Ms: null, apdex: null, inFlight: null });
const tick = (atMs: number, completions?: number) => ({ atMs, totals: point(atMs, completions) }) as LiveTick;
const at = (answer: LiveAnswer | undefined) => answer?.history.map((one) => one.atMs);
const before: LiveAnswer = { tick: tick(3_000), history: [point(1_000), point(2_000), point(3_000)] };

describe('appendTick', () => {
  it('adds the newest second and drops what leaves the window', () => {
    expect(at(appendTick(before, tick(4_000), 3_000))).toEqual([2_000, 3_000, 4_000]);
  });
  it('replaces a second that comes again, and sorts in one that comes late without going back in time', () => {
    expect(appendTick(before, tick(3_000, 9), 10_000)?.history.at(-1)?.completions).toBe(9);
    const late = appendTick({ ...before, history: [point(1_000), point(3_000)] }, tick(2_000), 10_000);
    expect(at(late)).toEqual([1_000, 2_000, 3_000]);
    expect(late?.tick.atMs).toBe(3_000);
  });
  it('leaves the history alone when the tick is of another place, and an empty cache empty', () => {
    expect(at(appendTick(before, tick(4_000), 3_000, false))).toEqual([1_000, 2_000, 3_000]);
    expect(appendTick(undefined, tick(4_000), 3_000)).toBeUndefined();
  });
});
