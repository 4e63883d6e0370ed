import { expect, test } from 'vitest';
import { formOf, NEW_RULE, ruleOf } from './rule-form.js';

test('a rule goes through the form and comes out as it went in', () => {
  const rules = [
    { name: 'a', severity: 'critical', enabled: true, notify: ['c1'], forSeconds: 0, keepSeconds: 60, place: { pipeline: 'p', stage: 's' }, condition: { kind: 'threshold', measure: 'p95', overSeconds: 60, compare: 'above', value: 3_000, clear: 2_000 } },
    { name: 'b', severity: 'info', enabled: false, notify: [], forSeconds: 5, keepSeconds: 5, place: { each: 'service' }, condition: { kind: 'change', measure: 'throughput', overSeconds: 60, direction: 'fall', percent: 50, agoSeconds: 600, least: 1 } },
    { name: 'c', severity: 'warning', enabled: true, notify: [], forSeconds: 5, keepSeconds: 5, place: { service: 'web' }, condition: { kind: 'opening', measure: 'arrivals', overSeconds: 60, direction: 'either', percent: 30, openings: ['09:00', '20:00'], withinMinutes: 90 } },
    { name: 'd', severity: 'warning', enabled: true, notify: [], forSeconds: 5, keepSeconds: 5, place: {}, condition: { kind: 'absence', of: 'relay', name: 'dmz', silentSeconds: 40 } },
    { name: 'e', severity: 'warning', enabled: true, notify: [], forSeconds: 5, keepSeconds: 5, place: { service: 'web' }, condition: { kind: 'burn_rate', good: 'satisfied', objective: 0.99, windows: [{ longMinutes: 60, shortMinutes: 5, factor: 14.4 }] } },
    { name: 'f', severity: 'warning', enabled: true, notify: [], forSeconds: 5, keepSeconds: 5, place: { pipeline: 'p' }, condition: { kind: 'verdict', confidence: 0.8 } },
  ] as const;
  for (const rule of rules) expect(ruleOf(formOf(rule as never))).toEqual(rule);
});

test('what is no number stays as it was typed, for the collector to say so', () => {
  expect(ruleOf({ ...NEW_RULE, value: 'three', forSeconds: '' })).toMatchObject({ forSeconds: '', condition: { value: 'three' } });
  expect(ruleOf(NEW_RULE)['condition']).not.toHaveProperty('value');
});
