import type { Verdict } from '@narrows/contract';
import { expect, test } from 'vitest';
import { VerdictLog } from './verdict-log.js';

const verdict = (confidence: number, stage = 'identity', kind: Verdict['kind'] = 'saturation'): Verdict => ({
  kind, since: 0, confidence, subject: { stage }, sentence: { ko: '', en: '' }, evidence: [], affected: { journeys: null, share: null, who: [] }, remedies: [], ruledOut: [],
});
const moments = (log: VerdictLog) => log.said.map(({ saidAt, confidence }) => [saidAt, confidence]);

test('a verdict is kept when first said, when it crosses one half and when it has moved by a tenth since it was kept, not otherwise', () => {
  const log = new VerdictLog();
  [0.44, 0.46, 0.49, 0.51, 0.53, 0.6, 0.61, 0.7, 0.72, 0.66, 0.49].forEach((confidence, second) => log.observe([verdict(confidence)], second));
  expect(moments(log)).toEqual([[0, 0.44], [3, 0.51], [6, 0.61], [8, 0.72], [10, 0.49]]);
});

test('another kind or subject is another verdict, and one that comes back after a silent tick is said anew', () => {
  const log = new VerdictLog();
  log.observe([verdict(0.9)], 1);
  log.observe([verdict(0.9), verdict(0.9, 'booking'), verdict(0.9, 'identity', 'errors')], 2);
  log.observe([], 3);
  log.observe([verdict(0.9)], 4);
  expect(log.said.map(({ saidAt, kind, subject }) => `${saidAt} ${kind} ${subject.stage}`)).toEqual(['1 saturation identity', '2 saturation booking', '2 errors identity', '4 saturation identity']);
});
