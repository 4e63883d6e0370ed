// July 2021. The waiting room ranks browsers, lets in far more than identity verification can take, and verification
// comes last: whoever fails there is thrown back to the start of the line.
//
//   identity can do 21 workers / ~2.0 s ≈ 10.5 people/s;  calm 3 people/s: ρ ≈ 0.3;  opening: 18 people/s, ρ ≈ 1.7
//
// Sized so that two cores carry the crowd, the services, their database and the collector: what breaks is the gate, not the machine.
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
    'pass-skt': 5, 'pass-kt': 4, 'pass-lgu': 3, 'kcb-phone': 2, kakao: 2, naver: 2, 'financial-cert': 1, 'joint-cert': 1, ipin: 1,
  }),
  identityServers: 1,
  otherDevicesBlockedMs: null,
  birthDigitsToday: null,
  faults: [],
  operations: [],
  crowd: {
    arrivals: [
      { atSeconds: 0, peoplePerSecond: 3 },
      { atSeconds: 20, peoplePerSecond: 3 },
      { atSeconds: 23, peoplePerSecond: 18 },
      { atSeconds: 60, peoplePerSecond: 18 },
      { atSeconds: 110, peoplePerSecond: 10 },
    ],
    deviceShares: [0.75, 0.19, 0.06],
    formMs: [3_000, 5_000],
    patienceMsMedian: 90_000,
    patienceSpread: 0.4,
    attemptsMax: 4,
    seesLights: false,
    reloadShare: 0.12,
    birthYears: [1962, 1966],
    wrongDigitShare: 0,
  },
};
