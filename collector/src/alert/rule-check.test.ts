import { ALERT_MEASURES, CONDITION_KINDS, type FieldFault, type PipelineDefinition } from '@narrows/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkRule, readRuleText } from './rule-check.js';

const PIPELINES: PipelineDefinition[] = [{
  id: 'vaccine', name: { ko: '백신', en: 'Vaccine' },
  stages: [{ id: 'waiting-room', wait: 'deliberate', match: { service: 'waiting-room' } }, { id: 'identity', match: { service: 'identity' } }],
}];
const rule = (changes: object = {}, condition: object = {}) => ({
  name: '본인인증이 느림', place: { pipeline: 'vaccine', stage: 'identity' }, condition: { kind: 'threshold', measure: 'p95', overSeconds: 60, compare: 'above', value: 3_000, ...condition }, ...changes,
});
const faults = (candidate: unknown): string[] => { const checked = checkRule(candidate, PIPELINES); return 'faults' in checked ? checked.faults.map(({ field }) => field) : []; };

test('what is left out is filled in', () => {
  expect(checkRule(rule(), PIPELINES)).toEqual({ value: { ...rule(), enabled: true, severity: 'warning', forSeconds: 30, keepSeconds: 60, notify: [] } });
});

test('every fault is told beside its field, in both languages', () => {
  const checked = checkRule(rule({ name: '', severity: 'loud', forSeconds: -1, colour: 'red' }, { value: 'high', overSeconds: 5 }), PIPELINES);
  const found = 'faults' in checked ? checked.faults : [];
  expect(found.map(({ field }) => field).sort()).toEqual(['colour', 'condition.overSeconds', 'condition.value', 'forSeconds', 'name', 'severity']);
  expect(found.find(({ field }) => field === 'condition.value')).toEqual({ field: 'condition.value', ko: '숫자여야 합니다', en: 'must be number' } satisfies FieldFault);
});

test('no rule fires on a deliberate wait, and what is not a wait may be watched there', () => {
  const there = { pipeline: 'vaccine', stage: 'waiting-room' };
  for (const measure of ['p95', 'residence', 'in_flight', 'oldest', 'apdex']) expect(faults(rule({ place: there }, { measure }))).toEqual(['place.stage']);
  for (const measure of ['errors', 'throughput', 'arrivals']) expect(faults(rule({ place: there }, { measure }))).toEqual([]);
});

test('each kind of condition is held to its own schema, and what makes no sense is refused', () => {
  expect(faults(rule({ condition: { kind: 'vibes' } }))).toEqual(['condition.kind']);
  expect(faults(rule({ condition: null }))).toEqual(['condition.kind']);
  expect(faults(rule({}, { clear: 4_000 }))).toEqual(['condition.clear']);
  expect(faults(rule({ place: {} }))).toEqual(['place']);
  expect(faults(rule({ place: { stage: 'identity' } }))).toEqual(['place.pipeline']);
  expect(faults(rule({ condition: { kind: 'burn_rate', good: 'no_error', objective: 0.99, windows: [{ longMinutes: 5, shortMinutes: 5, factor: 2 }] } }))).toEqual(['condition.windows.0.shortMinutes']);
  expect(faults(rule({ condition: { kind: 'opening', measure: 'throughput', overSeconds: 60, direction: 'fall', percent: 30, openings: ['24:00'], withinMinutes: 60 } }))).toEqual(['condition.openings.0']);
  expect(faults(rule({ place: {} , condition: { kind: 'absence', of: 'relay', silentSeconds: 40 } }))).toEqual([]);
});

test('YAML and JSON say the same; faults carry the number of their rule', () => {
  const yaml = 'rules:\n  - name: a\n    place: { service: web }\n    condition: { kind: threshold, measure: errors, overSeconds: 60, compare: above, value: 1 }\n';
  const json = JSON.stringify({ rules: [{ name: 'a', place: { service: 'web' }, condition: { kind: 'threshold', measure: 'errors', overSeconds: 60, compare: 'above', value: 1 } }] });
  expect(readRuleText(yaml, PIPELINES)).toEqual(readRuleText(json, PIPELINES));
  expect(readRuleText(`${yaml}  - name: b\n    condition: { kind: threshold }\n`, PIPELINES)).toMatchObject({ faults: expect.arrayContaining([expect.objectContaining({ field: 'rules.1.condition.value' })]) });
});

test('hostile texts are refused in words: bombs, broken YAML, tags, prototypes', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'.split('').map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`).join('\n')}\n`;
  for (const text of [bomb, 'a: [', '- !!js/function "x"', '', 'null', '42', '"x"', '[[[]]]', 'x'.repeat(1_000_001), '{"__proto__":{"polluted":1}}', `name: "${'a'.repeat(500)}"`]) {
    expect(readRuleText(text, PIPELINES)).toHaveProperty('faults');
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  const hostile = checkRule(rule({ name: '<img src=x onerror=alert(1)>\u202e"; DROP TABLE rule' }), PIPELINES);
  expect(hostile).toHaveProperty('value.name', '<img src=x onerror=alert(1)>\u202e"; DROP TABLE rule');
});

test('whatever is given, the answer is a rule or words, never an exception', () => {
  const condition = fc.record({ kind: fc.oneof(fc.constantFrom(...CONDITION_KINDS), fc.anything()), measure: fc.oneof(fc.constantFrom(...ALERT_MEASURES), fc.anything()), value: fc.anything(), overSeconds: fc.anything() }, { requiredKeys: [] });
  fc.assert(fc.property(fc.oneof(fc.anything(), fc.record({ name: fc.anything(), place: fc.anything(), condition: fc.oneof(condition, fc.anything()) }, { requiredKeys: [] })), (candidate) => {
    const checked = checkRule(candidate, PIPELINES);
    return 'value' in checked || (checked.faults.length > 0 && checked.faults.every(({ ko, en }) => ko !== '' && en !== ''));
  }), { numRuns: 500 });
});
