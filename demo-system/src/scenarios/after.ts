// August 2021. Identity verification comes first and is the gate: a failure there costs nothing, the traffic lights
// spread people over the channels, a verified person is let in on one device only, and the line ranks people.
//
//   at the peak of 20 people/s every channel is at most 0.55 busy, so that chance alone never makes a line
import type { VaccineScenario } from '../scenario.js';
import { channelsWith } from './channels.js';

export const after: VaccineScenario = {
  id: 'after',
  system: 'vaccine',
  title: { ko: '2021년 8월: 본인인증이 맨 앞', en: 'August 2021: identity verification first' },
  pipeline: 'vaccine-after',
  order: ['identity', 'waiting-room', 'form', 'booking'],
  failureThrowsBack: false,
  waitingRoom: { rankBy: 'person', admittedPerSecond: 30, insideMax: 600 },
  channels: channelsWith({
    'pass-skt': 22, 'pass-kt': 16, 'pass-lgu': 13, 'kcb-phone': 13, kakao: 10, naver: 8, 'financial-cert': 6, 'joint-cert': 6, ipin: 5,
  }),
  identityServers: 1,
  otherDevicesBlockedMs: 3_600_000,
  // 9 August 2021: birth dates that end in 9.
  birthDigitsToday: [9],
  faults: [],
  operations: [],
  crowd: {
    arrivals: [
      { atSeconds: 0, peoplePerSecond: 8 },
      { atSeconds: 20, peoplePerSecond: 8 },
      { atSeconds: 30, peoplePerSecond: 20 },
      { atSeconds: 90, peoplePerSecond: 20 },
      { atSeconds: 150, peoplePerSecond: 14 },
    ],
    deviceShares: [0.85, 0.12, 0.03],
    formMs: [2_000, 7_000],
    patienceMsMedian: 120_000,
    patienceSpread: 0.3,
    attemptsMax: 4,
    seesLights: true,
    reloadShare: 0.03,
    birthYears: [1972, 2003],
    wrongDigitShare: 0.03,
  },
};
