import type { Verdict } from '@narrows/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EPISODE_RULES, emptyEpisodeBook, episodesIn, episodesOf, placeKeyOf, tellEpisodes, type EpisodeBook, type Said } from './episodes.js';
import { verdictOf } from './testing/said-verdict.js';

/** One moment a second from 1,000 s on; a number is the confidence of one verdict, null says nothing. */
const seconds = (confidences: readonly (number | null)[], known: Partial<Verdict> = {}): Said[] => confidences.map((confidence, i) => ({
  atMs: 1_000_000 + i * 1_000, verdicts: confidence === null ? [] : [verdictOf({ since: 998_000, confidence, ...known })],
}));
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('an episode', () => {
  it('begins at the onset that the verdict names, and ends when it was said for the last time', () => {
    const [episode, ...more] = episodesOf(seconds([...times(5, 0.9), ...times(40, null)]));
    expect(more).toEqual([]);
    expect(episode).toMatchObject({ begin: 998_000, saidAt: 1_000_000, end: 1_004_000, confidence: 0.9, causedBy: null });
  });

  it('is still going on while the gap has not passed', () => {
    expect(episodesOf(seconds([0.9, ...times(30, null)]))[0]?.end).toBeNull();
    expect(episodesOf(seconds([0.9, ...times(31, null)]))[0]?.end).toBe(1_000_000);
  });

  it('says the sentence of its peak', () => {
    const said = seconds([0.6, 0.97, 0.6, 0.6]);
    const [, peak] = said;
    said[1] = { atMs: peak!.atMs, verdicts: [verdictOf({ confidence: 0.97, sentence: { ko: '정점', en: 'the peak' } })] };
    expect(episodesOf(said)[0]).toMatchObject({ peakAt: 1_001_000, confidence: 0.97, sentence: { en: 'the peak' } });
  });

  it('does not begin on one doubtful second, but on a doubt that stays or on one sure second', () => {
    expect(episodesOf(seconds([0.55, ...times(40, null)]))).toEqual([]);
    expect(episodesOf(seconds(times(4, 0.55)))).toHaveLength(1);
    expect(episodesOf(seconds([0.8]))).toHaveLength(1);
    expect(episodesOf(seconds(times(60, 0.45)))).toEqual([]);
  });

  it('does not flap: it goes on at less confidence than it took to begin', () => {
    expect(episodesOf(seconds([0.9, ...times(300, 0.3), 0.9]))).toHaveLength(1);
  });

  it('that comes again begins after the one before it, though the window still holds that one\'s onset', () => {
    const [first, second] = episodesOf(seconds([0.9, ...times(40, null), 0.9]));
    expect(second!.begin).toBe(first!.end);
    expect(second!.saidAt).toBe(1_041_000);
  });

  it('of a stage is one, whichever of its services is the busiest', () => {
    const said = seconds(times(10, 0.9)).map((one, i) => ({ ...one, verdicts: one.verdicts.map((v) => ({ ...v, subject: { ...v.subject, service: i % 2 ? 'a' : 'b' } })) }));
    expect(episodesOf(said)).toHaveLength(1);
  });

  it('of wide steps may be missing at one of them, and not at two', () => {
    const wide = (confidences: (number | null)[]) => seconds(confidences).map((one, i) => ({ ...one, atMs: 1_000_000 + i * 60_000 }));
    expect(episodesOf(wide([0.9, null, 0.9]))).toHaveLength(1);
    expect(episodesOf(wide([0.9, null, null, 0.9]))).toHaveLength(2);
  });
});

describe('causes', () => {
  const channel = verdictOf({ kind: 'channel_outage', since: 990_000, subject: { pipeline: 'vaccine', stage: 'identity', channel: 'kcb' } });
  const stage = verdictOf({ since: 998_000 });
  const web = verdictOf({ kind: 'errors', since: 999_000, confidence: 0.6, subject: { service: 'web' } });

  it('the outage of a channel explains the line of its stage, whichever was said first', () => {
    for (const verdicts of [[channel, stage], [stage, channel]]) {
      const all = episodesOf(times(5, 0).map((_, i) => ({ atMs: 1_000_000 + i * 1_000, verdicts })));
      const outage = all.find(({ kind }) => kind === 'channel_outage')!;
      expect(all.find(({ kind }) => kind === 'saturation')?.causedBy).toBe(outage.id);
      expect(outage.causedBy).toBeNull();
    }
  });

  it('what the judge ruled out as a victim is a consequence', () => {
    const blamed = { ...stage, ruledOut: [{ subject: web.subject, because: { ko: '기다립니다', en: 'It waits.' } }] };
    const all = episodesOf(times(5, 0).map((_, i) => ({ atMs: 1_000_000 + i * 1_000, verdicts: [web, blamed] })));
    expect(all.find(({ kind }) => kind === 'errors')?.causedBy).toBe(all.find(({ kind }) => kind === 'saturation')?.id);
  });

  it('two places that have nothing to do with each other stay apart', () => {
    expect(episodesOf(times(5, 0).map((_, i) => ({ atMs: 1_000_000 + i * 1_000, verdicts: [web, stage] }))).map(({ causedBy }) => causedBy)).toEqual([null, null]);
  });
});

describe('whatever is said', () => {
  const subjects = [{ stage: 'identity' }, { stage: 'identity', channel: 'kcb' }, { service: 'web' }, { service: 'web', dependency: 'registry' }, { service: 'registry' }];
  const anyVerdict = fc.record({
    kind: fc.constantFrom('saturation' as const, 'channel_outage' as const, 'errors' as const, 'slow_dependency' as const), subject: fc.constantFrom(...subjects),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }), agoMs: fc.integer({ min: 0, max: 300_000 }), rulesOut: fc.option(fc.constantFrom(...subjects)),
  });
  const anyDay = fc.array(fc.tuple(fc.integer({ min: 500, max: 20_000 }), fc.array(anyVerdict, { maxLength: 4 })), { maxLength: 60 }).map((steps) => {
    let atMs = 1_000_000;
    return steps.map(([step, drawn]): Said => ({
      atMs: (atMs += step),
      verdicts: drawn.map(({ kind, subject, confidence, agoMs, rulesOut }) => verdictOf({
        kind, subject, confidence, since: atMs - agoMs, ruledOut: rulesOut === null ? [] : [{ subject: rulesOut, because: { ko: '', en: '' } }],
      })),
    }));
  });
  const key = ({ kind, subject }: Pick<Verdict, 'kind' | 'subject'>) => `${kind} ${placeKeyOf(subject)}`;

  it('a sure verdict is in an episode of its place, and no episode was never sure', () => {
    fc.assert(fc.property(anyDay, (day) => {
      const episodes = episodesOf(day);
      for (const { atMs, verdicts } of day) for (const verdict of verdicts) {
        if (verdict.confidence < EPISODE_RULES.certainFrom) continue;
        expect(episodes.filter((e) => key(e) === key(verdict) && e.begin <= atMs && atMs <= (e.end ?? Infinity)).length).toBeGreaterThanOrEqual(1);
      }
      for (const { confidence } of episodes) expect(confidence).toBeGreaterThanOrEqual(EPISODE_RULES.opensFrom);
    }));
  });

  it('episodes of one place and kind follow each other, further apart than the gap', () => {
    fc.assert(fc.property(anyDay, (day) => {
      const groups = new Map<string, ReturnType<typeof episodesOf>>();
      for (const episode of episodesOf(day)) groups.set(key(episode), [...groups.get(key(episode)) ?? [], episode]);
      for (const group of groups.values()) group.slice(1).forEach((episode, i) => {
        expect(group[i]!.end).not.toBeNull();
        expect(episode.begin).toBeGreaterThanOrEqual(group[i]!.end!);
        expect(episode.saidAt - group[i]!.end!).toBeGreaterThan(EPISODE_RULES.gapMs);
      });
    }));
  });

  it('causes are episodes that overlap, and never lead back', () => {
    fc.assert(fc.property(anyDay, (day) => {
      const episodes = new Map(episodesOf(day).map((e) => [e.id, e]));
      for (const start of episodes.values()) {
        const seen = new Set<string>();
        for (let at = start; at.causedBy !== null; at = episodes.get(at.causedBy)!) {
          expect(seen.has(at.id)).toBe(false);
          seen.add(at.id);
          expect(episodes.has(at.causedBy)).toBe(true);
        }
      }
    }));
  });

  it('the order within a moment, a restart in between and a moment told twice change nothing', () => {
    fc.assert(fc.property(anyDay, (day) => {
      let book: EpisodeBook = emptyEpisodeBook();
      for (const said of day) {
        book = JSON.parse(JSON.stringify(tellEpisodes(book, { ...said, verdicts: said.verdicts.toReversed() }))) as EpisodeBook;
        book = tellEpisodes(book, said);
      }
      const brief = (of: ReturnType<typeof episodesOf>) => of.map(({ id, begin, end, confidence, peakAt }) => ({ id, begin, end, confidence, peakAt }));
      expect(brief(episodesIn(book))).toEqual(brief(episodesOf(day)));
    }));
  });
});
