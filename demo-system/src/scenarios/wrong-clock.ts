// The night of 20 July 2021: at 03:00 the rule begins to read the time wrongly. Few people, fast answers, status 200; and
// everybody is told that they may not book.
import type { VaccineScenario } from '../scenario.js';
import { before } from './before.js';

export const wrongClockNight: VaccineScenario = {
  ...before,
  id: 'wrong-clock',
  title: { ko: '2021년 7월 20일 새벽: 대상자에게 "대상이 아닙니다"', en: '20 July 2021, 03:00: "you are not eligible"' },
  faults: [{ fault: 'wrong-clock', fromSeconds: 45, toSeconds: null }],
  crowd: { ...before.crowd, arrivals: [{ atSeconds: 0, peoplePerSecond: 4 }] },
};
