// The night of 20 July 2021: the rule reads the current time wrongly and tells people who may book that they may not. The
// status is 200, nothing is slow, nothing fails; only what people are told has changed.
import type { Fault } from './fault.js';

const YEAR_MS = 365.25 * 86_400_000;

export const wrongClock: Fault = {
  id: 'wrong-clock',
  title: { ko: '시각 오류: "대상이 아닙니다"', en: 'Wrong clock: "you are not eligible"' },
  sentence: { ko: '현재 시각을 잘못 읽어 대상자에게 대상이 아니라고 안내합니다. 응답은 200이고 느리지도 않습니다.', en: 'The rule reads the time wrongly and turns eligible people away, with status 200 and without delay.' },
  target: 'none',
  fits: ({ name }) => name === 'eligibility',
  amount: { unit: 'years the clock is behind', default: 60, min: 1, max: 120 },
  truth: ({ pipeline, service }) => ({ kind: 'outcome_shift', subject: { pipeline, ...(service?.stage ? { stage: service.stage } : {}), attribute: 'outcome=not_eligible' } }),
  inService: ({ clock }, { amount }) => {
    clock.offsetMs = -amount * YEAR_MS;
    return () => { clock.offsetMs = 0; };
  },
};
