import type { Verdict } from '@narrows/contract';
import { expect, test } from 'vitest';
import { placeOf } from './place-fixture.js';
import { bestRemedy, pointedPlace, shownConfidence, verdictBand, verdictKey } from './verdict-band.js';

const verdict = (known: Partial<Verdict>): Verdict => ({
  kind: 'saturation', since: 0, confidence: 0.9, subject: {}, sentence: { ko: '', en: '' }, evidence: [], affected: { journeys: null, share: null, who: [] }, remedies: [], ruledOut: [], ...known,
});
const remedy = (amount: number, waitAfter: number | null) => ({ action: 'add_instances' as const, subject: {}, amount, predicted: { waitBefore: 60_000, waitAfter, throughput: null, clearsInSeconds: null }, assumptions: [] });

test('only what is at least half certain is called a verdict; the surest is the headline', () => {
  const band = verdictBand({ verdicts: [verdict({ confidence: 0.5 }), verdict({ confidence: 0.49 }), verdict({ confidence: 0.96 }), verdict({ confidence: 0.05 })], places: [] });
  expect(band.headline?.confidence).toBe(0.96);
  expect(band.further.map((one) => one.confidence)).toEqual([0.5]);
  expect(band.watching.map((one) => one.confidence)).toEqual([0.49]);
});

test('however sure the judge is, it is never shown as certain', () => {
  expect([0.9999, 0.995, 0.984, 0.5].map((confidence) => shownConfidence(verdict({ confidence })))).toEqual([0.99, 0.99, 0.98, 0.5]);
});

test('with nothing certain there is no headline, and the stages that are watched are counted without their channels', () => {
  expect(verdictBand({ verdicts: [], places: [placeOf({ stage: 'a' }), placeOf({ stage: 'a', channel: 'x' }), placeOf({ stage: 'b' })] })).toMatchObject({ headline: null, watchedPlaces: 2 });
});

test('a verdict points at its channel, else its stage, else the stage of its service', () => {
  const places = [placeOf({ stage: 'identity', service: 'identity' }), placeOf({ stage: 'identity', channel: 'kcb', service: 'identity' }), placeOf({ stage: 'booking', service: 'booking' })];
  expect(pointedPlace(verdict({ subject: { stage: 'identity', channel: 'kcb' } }), places)).toBe(places[1]);
  expect(pointedPlace(verdict({ subject: { stage: 'identity', channel: 'gone' } }), places)).toBe(places[0]);
  expect(pointedPlace(verdict({ subject: { service: 'booking' } }), places)).toBe(places[2]);
  expect(pointedPlace(verdict({ subject: { dependency: 'registry' } }), places)).toBeNull();
  expect(pointedPlace(null, places)).toBeNull();
});

test('the remedy shown is the one with the shortest predicted wait; one without a prediction only where there is no other', () => {
  expect(bestRemedy(verdict({ remedies: [remedy(1, null), remedy(2, 50_000), remedy(6, 9_000)] }))?.amount).toBe(6);
  expect(bestRemedy(verdict({ remedies: [remedy(1, null)] }))?.amount).toBe(1);
  expect(bestRemedy(verdict({}))).toBeNull();
});

test('a verdict keeps its key while its numbers move', () => {
  expect(verdictKey(verdict({ subject: { stage: 'identity' }, confidence: 0.6, since: 5 }))).toBe(verdictKey(verdict({ subject: { stage: 'identity' }, confidence: 0.9 })));
});
