import { expect, test } from 'vitest';
import { amount, clock, placeName, saturationSentence, spanOfTime, withParticle } from './sentences.js';

const OPENING = Date.parse('2021-07-19T20:00:12+09:00');

test('the sentence of a saturation reads as an operator would say it', () => {
  const said = saturationSentence({ name: { ko: '본인인증', en: 'Identity verification' }, since: clock(OPENING, 'Asia/Seoul'), people: true }, 120.2, 47.9);
  expect(said.ko).toBe('본인인증이 병목입니다. 초당 120명이 오는데 48명만 처리합니다 · 20:00:12부터');
  expect(said.en).toBe('Identity verification is the bottleneck: 120 a second arrive, 48 are handled · since 20:00:12');
});

test('a line that shrinks is not said to grow', () => {
  const said = saturationSentence({ name: { ko: '예약', en: 'Booking' }, since: '20:00:12', people: true }, 20, 48);
  expect(said.ko).toContain('밀린 줄을 줄이는 중입니다');
  expect(said.en).toContain('shrinking');
});

test.each([
  ['본인인증', '본인인증이'], ['접수', '접수가'], ['PASS (SKT)', 'PASS (SKT)가'], ['KCB 휴대폰', 'KCB 휴대폰이'], ['LGU+', 'LGU+가'], ['web', 'web이'], ['booking', 'booking이'], ['server', 'server가'], ['mail', 'mail이'], ['창구 3', '창구 3이'], ['창구 2', '창구 2가'], ['', '가'],
])('%s takes the particle its last sound asks for', (name, expected) => {
  expect(withParticle(name, '이', '가')).toBe(expected);
});

test('numbers are rounded to what a person says aloud, times to what a person waits', () => {
  expect([amount(1_234.5), amount(48.4), amount(4.84), amount(0.123), amount(0)]).toEqual(['1,235', '48', '4.8', '0.1', '0']);
  expect([0.8, 25.4, 200, 60, 7_500].map((seconds) => spanOfTime(seconds).ko)).toEqual(['0.8초', '25초', '3분 20초', '1분', '2시간 5분']);
});

test('a channel is said with its stage, a moment in the zone of the agency, and an unknown zone is said to be UTC', () => {
  expect(placeName({ ko: '본인인증', en: 'Identity' }, { ko: 'PASS (KT)', en: 'PASS (KT)' })).toEqual({ ko: '본인인증 PASS (KT) 채널', en: 'PASS (KT) of Identity' });
  expect(clock(OPENING, 'UTC')).toBe('11:00:12');
  expect(clock(OPENING, 'Nowhere/Town')).toBe('11:00:12 UTC');
});
