// The rules that nobody wrote: both languages read their names, and none looks at the length of a deliberate wait.
import { expect, test } from 'vitest';
import { proposeRules, starterRules } from './starter-rules.js';
import { checkRule } from './rule-check.js';

const pipeline = {
  id: 'vaccine', name: { ko: '백신 사전예약', en: 'Vaccine reservation' },
  stages: [{ id: 'waiting-room', wait: 'deliberate' as const, match: { service: 'w' } }, { id: 'identity', name: { ko: '본인인증', en: 'Identity' }, match: { service: 'i' } }, { id: 'booking', match: { service: 'b' } }],
};

test('every name is Korean and English, and each rule passes the check of the form', () => {
  for (const rule of [...starterRules(), ...proposeRules(pipeline)]) {
    expect(rule.name).toMatch(/[가-힣].* · .*[A-Za-z]{4}/);
    expect(checkRule(rule, [pipeline])).toHaveProperty('value');
  }
  expect(proposeRules(pipeline).map(({ name }) => name)[0]).toBe('본인인증 오류 5% 초과 · Identity errors above 5%');
});

test('nothing is proposed for a deliberate wait', () => {
  expect(proposeRules(pipeline).map(({ place }) => place.stage)).not.toContain('waiting-room');
});
