import type { Subject } from '@narrows/contract';
import { describe, expect, it } from 'vitest';
import { helped } from './helped.js';
import { judge } from './judge.js';
import { changedPlace, type Change } from './testing/changed-place.js';

const ACTED = 200;
const IDENTITY: Subject = { stage: 'identity' };
/** Overrun from second 120 on; something is done at second 200. */
const day = (capacityAfter: number, change: Partial<Change> = {}) => changedPlace({
  arrivalsPerSecond: (second) => (second < 120 ? 15 : 40), capacityPerSecond: (second) => (second < ACTED ? 20 : capacityAfter), ...change,
}, 800);

function answerOf(place: ReturnType<typeof changedPlace>, untilSecond: number, subject: Subject = IDENTITY) {
  const before = place.input(0, ACTED);
  return helped({ at: place.beginMs + ACTED * 1_000, before, after: untilSecond > ACTED ? place.input(Math.max(0, untilSecond - 300), untilSecond) : null, verdicts: judge(before), subject });
}

describe('did it help', () => {
  it('compares what was predicted with what came: servers that were enough helped', () => {
    const answer = answerOf(day(80), 500);
    expect(answer).toMatchObject({ answer: 'helped', verdict: { kind: 'saturation' }, remedy: { action: 'add_instances' } });
    expect(answer.before!.waitMs!).toBeGreaterThan(20_000);
    expect(answer.after!.waitMs!).toBeLessThan(700);
    expect(answer.after!.line).toBeLessThan(3);
    expect(answer.sentence.en).toMatch(/^It helped: from arriving to leaving .* → 0\.5 s \(predicted 0\.5 s\)$/);
    expect(answer.sentence.ko).toContain('효과가 있었습니다');
  });

  it('says that it helped in part where the wait fell short of the prediction', () => {
    expect(answerOf(day(52), 340).answer).toBe('partly');
  });

  it('says that it got worse where the line went on growing', () => {
    expect(answerOf(day(20), 320).answer).toBe('worse');
  });

  it('is not led astray by noise: a healthy place that nobody changed has not changed', () => {
    const calm = changedPlace({ arrivalsPerSecond: () => 15, capacityPerSecond: () => 40 }, 800);
    expect(answerOf(calm, 500)).toMatchObject({ answer: 'no_change', verdict: null, remedy: null });
  });

  it('does not answer before a minute has passed', () => {
    expect(answerOf(day(80), 230)).toMatchObject({ answer: 'too_early', after: null });
    expect(answerOf(day(80), ACTED)).toMatchObject({ answer: 'too_early' });
  });

  it('of a marker that names no place takes the place that was narrow, and where nothing was narrow says so', () => {
    expect(answerOf(day(80), 500, {})).toMatchObject({ answer: 'helped', subject: { stage: 'identity' } });
    const calm = changedPlace({ arrivalsPerSecond: () => 15, capacityPerSecond: () => 40 }, 800);
    expect(answerOf(calm, 500, {})).toMatchObject({ answer: 'unknown', subject: null, before: null });
  });

  it('compares no prediction with what was done elsewhere', () => {
    const answer = answerOf(day(80), 500, { stage: 'booking' });
    expect(answer).toMatchObject({ answer: 'unknown', verdict: null, remedy: null, before: null });
  });

  it('of a place that failed compares the share of failures', () => {
    const failing = (after: number) => changedPlace({
      arrivalsPerSecond: () => 30, capacityPerSecond: () => 60, errorShare: (second) => (second < 150 ? 0 : second < ACTED ? 0.5 : after),
    }, 800);
    expect(answerOf(failing(0), 500)).toMatchObject({ answer: 'helped', verdict: { kind: 'errors' } });
    expect(answerOf(failing(0.5), 500).answer).not.toBe('helped');
    expect(answerOf(failing(0), 500).sentence.en).toContain('share of failures');
  });

  it('does not throw on a window without data', () => {
    const empty = { fromMs: 0, toMs: 0, pipeline: null, places: [], edges: [] };
    expect(helped({ at: 0, before: empty, after: empty, verdicts: [], subject: IDENTITY }).answer).toBe('unknown');
  });
});
