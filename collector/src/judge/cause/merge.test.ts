import { expect, test } from 'vitest';
import type { Subject, Verdict, VerdictKind } from '@narrows/contract';
import { mergeVerdicts } from './merge.js';

const verdict = (kind: VerdictKind, subject: Subject, confidence: number, word = kind as string): Verdict => ({
  kind, since: 1, confidence, subject, sentence: { ko: word, en: word }, evidence: [{ claim: { ko: word, en: word }, measure: word, unit: '1', before: 0, now: 1, link: '/live' }],
  affected: { journeys: null, share: null, who: [] }, remedies: [], ruledOut: [],
});

test('the same place is said once, by the verdict that knows the line, with the evidence of both', () => {
  const merged = mergeVerdicts([verdict('saturation', { pipeline: 'p', stage: 'pay' }, 0.7)], [verdict('starvation', { service: 'payment' }, 0.9)], [{ pipeline: 'p', stage: 'pay', service: 'payment' }]);
  expect(merged).toMatchObject([{ kind: 'saturation', confidence: 0.9 }]);
  expect(merged[0]!.evidence).toHaveLength(2);
});

test('where the series count errors and traces know the call that fails, it is named', () => {
  const merged = mergeVerdicts([verdict('errors', { service: 'catalog' }, 0.7)], [verdict('errors', { service: 'catalog', dependency: 'redis:6379' }, 0.9, 'calls to redis fail')]);
  expect(merged).toMatchObject([{ confidence: 0.9, subject: { service: 'catalog', dependency: 'redis:6379' }, sentence: { en: 'calls to redis fail' } }]);
});

test('who gives up waiting fails because of the one who holds it up', () => {
  const held = [verdict('slow_dependency', { service: 'ledger', dependency: 'oracle' }, 0.9)];
  const reaches = (from: string, to: string) => from === 'tx' && (to === 'ledger' || to === 'oracle');
  const merged = mergeVerdicts(held, [verdict('errors', { service: 'tx' }, 1), verdict('errors', { service: 'other' }, 0.4)], [], reaches);
  expect(merged.map(({ kind, confidence }) => [kind, confidence])).toEqual([['slow_dependency', 0.9], ['errors', 0.95 * 0.9], ['errors', 0.4]]);
  expect(mergeVerdicts(held, [verdict('errors', { service: 'tx' }, 1)])[0]).toMatchObject({ kind: 'errors', confidence: 1 });
});

test('a caller slowed by the accused service is not said beside it', () => {
  const merged = mergeVerdicts([verdict('slow_dependency', { service: 'orders', dependency: 'stock' }, 0.9)], [verdict('slow_dependency', { service: 'stock' }, 0.8)]);
  expect(merged.map(({ subject }) => subject.service)).toEqual(['stock']);
  expect(merged[0]!.evidence).toHaveLength(2);
});

test('errors of another service stay below the cause; a surge keeps its own confidence', () => {
  const merged = mergeVerdicts([verdict('errors', { service: 'gateway' }, 0.99), verdict('surge', { service: 'gateway' }, 0.95)], [verdict('errors', { service: 'bank' }, 0.8)]);
  expect(merged.map(({ kind, subject }) => [kind, subject.service])).toEqual([['surge', 'gateway'], ['errors', 'bank'], ['errors', 'gateway']]);
});

test('without a window verdict nothing changes, and without series the window speaks alone', () => {
  const [a, b] = [verdict('errors', { service: 'a' }, 0.9), verdict('errors', { service: 'b' }, 0.3)];
  expect(mergeVerdicts([a, b], [])).toEqual([a, b]);
  expect(mergeVerdicts([], [a, b])).toEqual([a, b]);
});
