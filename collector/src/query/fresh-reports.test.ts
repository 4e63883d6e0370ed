// The gauge rule against a picture: what counts in which second.
import { describe, expect, it } from 'vitest';
import { forEachFreshReport } from './fresh-reports.js';

interface Row { at: number; who: string; value: number }
function sums(rows: Row[], from: number, to: number): (number | null)[] {
  const out: (number | null)[] = Array.from({ length: to - from }, () => null);
  forEachFreshReport(rows, (r) => r.who, from, to, (second, report) => {
    for (const row of report) out[second - from] = (out[second - from] ?? 0) + row.value;
  });
  return out;
}

describe('the gauge rule', () => {
  it('a report counts until the next one, and for three seconds at most', () => {
    expect(sums([{ at: 0, who: 'a', value: 5 }, { at: 2, who: 'a', value: 7 }], 0, 7)).toEqual([5, 5, 7, 7, 7, null, null]);
  });
  it('a report replaces the whole one before it, so that what is gone is gone', () => {
    expect(sums([{ at: 0, who: 'a', value: 5 }, { at: 0, who: 'a', value: 4 }, { at: 1, who: 'a', value: 1 }], 0, 2)).toEqual([9, 1]);
  });
  it('reporters are summed, each by its own latest word', () => {
    expect(sums([{ at: 0, who: 'a', value: 5 }, { at: 1, who: 'b', value: 2 }], 0, 4)).toEqual([5, 7, 7, 2]);
  });
  it('a report from just before the range still counts at its begin', () => {
    expect(sums([{ at: 8, who: 'a', value: 3 }], 10, 12)).toEqual([3, null]);
  });
  it('zero is reported, silence is not zero', () => {
    expect(sums([{ at: 1, who: 'a', value: 0 }], 0, 2)).toEqual([null, 0]);
  });
});
