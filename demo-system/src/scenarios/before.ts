// July 2021. The waiting room ranks browsers, lets in far more than identity verification can take, and verification
// comes last: whoever fails there is thrown back to the start of the line.
//
//   identity can do 35 workers / ~2.0 s ≈ 17.6 people/s;  calm 6 people/s: ρ ≈ 0.34;  opening: 28 people/s, ρ ≈ 1.6
import type { VaccineScenario } from '../scenario.js';
import { channelsWith } from './channels.js';

export const before: VaccineScenario = {
  id: 'before',
  system: 'vaccine',
  title: { ko: '2021년 7월: 본인인증이 맨 뒤', en: 'July 2021: identity verification last' },
  pipeline: 'vaccine-before',
  order: ['waiting-room', 'form', 'identity', 'booking'],
  failureThrowsBack: true,
  waitingRoom: { rankBy: 'browser-and-ip', admittedPerSecond: 45, insideMax: null },
  channels: channelsWith({
    'pass-skt': 9, 'pass-kt': 6, 'pass-lgu': 5, 'kcb-phone': 5, kakao: 4, naver: 3, 'financial-cert': 2, 'joint-cert': 2, ipin: 1,
  }),
  identityServers: 1,
  otherDevicesBlockedMs: null,
  birthDigitsToday: null,
  faults: [],
  operations: [],
  crowd: {
    arrivals: [
      { atSeconds: 0, peoplePerSecond: 6 },
      { atSeconds: 20, peoplePerSecond: 6 },
      { atSeconds: 23, peoplePerSecond: 28 },
      { atSeconds: 60, peoplePerSecond: 28 },
      { atSeconds: 110, peoplePerSecond: 16 },
    ],
    deviceShares: [0.5, 0.35, 0.15],
    formMs: [2_000, 6_000],
    patienceMsMedian: 90_000,
    patienceSpread: 0.4,
    attemptsMax: 4,
    seesLights: false,
    reloadShare: 0.12,
    birthYears: [1962, 1966],
    wrongDigitShare: 0,
  },
};
