// August 2021. Identity verification comes first and is the gate: a failure there costs nothing, the traffic lights
// spread people over the channels, a verified person is let in on one device only, and the line ranks people.
//
//   at the peak of 20 people/s every channel is at most 0.55 busy, so that chance alone never makes a line
import type { Scenario } from '../scenario.js';
import { channelsWith } from './channels.js';

export const after: Scenario = {
  id: 'after',
  title: { ko: '2021년 8월: 본인인증이 맨 앞', en: 'August 2021: identity verification first' },
  pipeline: 'vaccine-after',
  order: ['identity', 'waiting-room', 'form', 'booking'],
  failureThrowsBack: false,
  waitingRoom: { rankBy: 'person', admittedPerSecond: 30 },
  channels: channelsWith({
    'pass-skt': 22, 'pass-kt': 16, 'pass-lgu': 13, 'kcb-phone': 13, kakao: 10, naver: 8, 'financial-cert': 6, 'joint-cert': 6, ipin: 5,
  }),
  otherDevicesBlockedMs: 3_600_000,
  faults: [],
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
  },
};
