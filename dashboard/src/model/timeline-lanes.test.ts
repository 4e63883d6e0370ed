import type { Episode } from '@narrows/contract';
import { expect, it } from 'vitest';
import { timelinePicture, timelineTicks } from './timeline-lanes.js';

const episode = (id: string, begin: number, end: number | null, causedBy: string | null = null): Episode => ({
  id, kind: 'saturation', subject: { stage: 'identity' }, begin, saidAt: begin, end, peakAt: begin, confidence: 0.9, sentence: { ko: id, en: id }, causedBy,
  verdict: { kind: 'saturation', since: begin, confidence: 0.9, subject: {}, sentence: { ko: '', en: '' }, evidence: [], affected: { journeys: null, share: null, who: [] }, remedies: [], ruledOut: [] },
});

it('episodes that overlap lie in lanes of their own, causes above what follows from them', () => {
  const { bars, lanes } = timelinePicture([episode('follows', 100, 500, 'cause'), episode('cause', 200, 600), episode('later', 700, 800)], [], 0, 1_000);
  expect(lanes).toBe(2);
  expect(Object.fromEntries(bars.map((bar) => [bar.episode.id, bar.lane]))).toEqual({ cause: 0, later: 0, follows: 1 });
  expect(bars.find((bar) => bar.episode.id === 'cause')).toMatchObject({ left: 0.2, width: expect.closeTo(0.4, 9) as number, open: false });
});

it('what still goes on reaches the end, what began before begins at the edge, what lies outside is not drawn', () => {
  const { bars } = timelinePicture([episode('open', 900, null), episode('before', -500, 100), episode('past', -500, -100), episode('future', 2_000, 3_000)], [], 0, 1_000);
  expect(bars.map((bar) => [bar.episode.id, bar.left, Number((bar.left + bar.width).toFixed(3)), bar.open])).toEqual([['before', 0, 0.1, false], ['open', 0.9, 1, true]]);
});

it('more than four at once are counted, not drawn over each other', () => {
  const { bars, more, lanes } = timelinePicture(Array.from({ length: 7 }, (_, i) => episode(String(i), i, 900)), [], 0, 1_000);
  expect([bars.length, more, lanes]).toEqual([4, 3, 4]);
});

it('ticks stand at whole minutes and are never many', () => {
  for (const minutes of [2, 10, 30, 60, 360]) {
    const ticks = timelineTicks(1_000, 1_000 + minutes * 60_000);
    expect(ticks.length).toBeLessThanOrEqual(8);
    for (const { atMs } of ticks) expect(atMs % 60_000).toBe(0);
  }
});
