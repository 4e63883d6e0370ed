// August 2021. Identity verification comes first and is the gate: a failure there costs nothing, the traffic lights
// spread people over the channels, a verified person is let in on one device only, and the line ranks people.
//
//   at the peak of 17 people/s every channel is at most 0.55 busy, so that chance alone never makes a line
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
    'pass-skt': 19, 'pass-kt': 14, 'pass-lgu': 11, 'kcb-phone': 11, kakao: 9, naver: 7, 'financial-cert': 5, 'joint-cert': 5, ipin: 4,
  }),
  identityServers: 1,
  otherDevicesBlockedMs: 3_600_000,
  // 9 August 2021: birth dates that end in 9.
  birthDigitsToday: [9],
  faults: [],
  operations: [],
  crowd: {
    arrivals: [
      { atSeconds: 0, peoplePerSecond: 7 },
      { atSeconds: 20, peoplePerSecond: 7 },
      { atSeconds: 30, peoplePerSecond: 17 },
      { atSeconds: 90, peoplePerSecond: 17 },
      { atSeconds: 150, peoplePerSecond: 12 },
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
