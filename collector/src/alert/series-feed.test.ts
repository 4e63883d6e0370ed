// From rows of the store to what rules read: only measures that some rule reads are kept, each where its rule looks for it.
import { expect, test } from 'vitest';
import type { AlertRule, AlertRuleDraft } from '@narrows/contract';
import { MeasureSeries, placeKey, seriesKey } from './measure-series.js';
import { readRule } from './rule-reading.js';
import { feedSeries, needOf } from './series-feed.js';

const ruleOf = (measure: 'error_ratio' | 'throughput' | 'apdex', place: AlertRuleDraft['place'] = { service: 'web' }): AlertRule => ({
  id: measure, name: measure, enabled: true, severity: 'warning', place, forSeconds: 0, keepSeconds: 0, notify: [], updatedAtMs: 0, updatedBy: 'kim',
  condition: { kind: 'threshold', measure, overSeconds: 10, compare: 'above', value: 0.5 },
});
const row = { agency: 'kdca', pipeline: '', stage: '', channel: '', service: 'web', at: 100, completions: 20, errors: 15, residenceMs: 900, satisfied: 8, tolerating: 4 };
const store = { query: async () => [row] as never };
const range = [{ fromMs: 100_000, toMs: 110_000 }];

test('a measure that no rule reads is not kept, and one that a later rule reads is there from then on', async () => {
  const book = new MeasureSeries(12);
  await feedSeries(store, needOf([['kdca', ruleOf('error_ratio')]]), book, range);
  const has = (measure: 'error_ratio' | 'throughput' | 'apdex') => book.has(seriesKey('kdca', measure, placeKey('', '', '', 'web')));
  expect([has('error_ratio'), has('throughput'), has('apdex')]).toEqual([true, false, false]);
  await feedSeries(store, needOf([['kdca', ruleOf('error_ratio')], ['kdca', ruleOf('apdex')]]), book, range);
  expect([has('error_ratio'), has('throughput'), has('apdex')]).toEqual([true, false, true]);
});

test('a rule is read where it looks, in the agency it is read for, with one place or with each', async () => {
  const books = { recent: new MeasureSeries(12), earlier: new MeasureSeries(0), minutes: new MeasureSeries(12, 60_000) };
  const [one, each] = [ruleOf('error_ratio'), { ...ruleOf('apdex', { each: 'service' as const }), id: 'each' }];
  await feedSeries(store, needOf([['kdca', one], ['kdca', each]]), books.recent, range);
  const read = (rule: AlertRule, agency: string) => readRule(rule, { agency, timeZone: 'Asia/Seoul', pipelines: [] }, books, 110_000).map(({ place, reading }) => [place.service, reading.value]);
  expect(read(one, 'kdca')).toEqual([['web', 0.75]]);
  expect(read(one, 'other')).toEqual([['web', null]]);
  expect(read(one, 'kdca')).toEqual([['web', 0.75]]);
  expect(read(each, 'kdca')).toEqual([['web', 0.5]]);
  expect(read(each, 'other')).toEqual([]);
});
