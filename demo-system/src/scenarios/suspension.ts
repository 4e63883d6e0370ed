// The evening of 19 July 2021 in two minutes: the opening overruns identity verification on four servers, booking is
// suspended, six servers are added meanwhile, and it opens again.
//
//   four servers: 40 workers / ~4 s ≈ 10 people/s;  opening: 14.5 people/s, PASS at ρ from 1.9 to 2.6;  ten servers: 25 people/s
//
// Four servers with a worker a channel each are more than a crowd of this size fills: so a verification, and what its line
// waits at most, takes longer here than in the other scenarios. That is of the demo, not of the day.
import type { VaccineScenario } from '../scenario.js';
import { before } from './before.js';
import { channelsWith } from './channels.js';

const LONGER = 2;

export const suspension: VaccineScenario = {
  ...before,
  id: 'suspension',
  title: { ko: '2021년 7월 19일: 예약 중단, 서버 4대에서 10대로', en: '19 July 2021: suspended, and from 4 to 10 servers' },
  identityServers: 4,
  channels: channelsWith({
    'pass-skt': 8, 'pass-kt': 4, 'pass-lgu': 4, 'kcb-phone': 4, kakao: 4, naver: 4, 'financial-cert': 4, 'joint-cert': 4, ipin: 4,
  }).map((channel) => ({ ...channel, serviceMsMean: channel.serviceMsMean * LONGER, queueTimeoutMs: channel.queueTimeoutMs * LONGER })),
  operations: [
    { atSeconds: 50, operation: { action: 'suspend', suspended: true } },
    { atSeconds: 55, operation: { action: 'servers', service: 'identity', count: 10 } },
    { atSeconds: 80, operation: { action: 'suspend', suspended: false } },
  ],
  crowd: {
    ...before.crowd,
    arrivals: [{ atSeconds: 0, peoplePerSecond: 3 }, { atSeconds: 20, peoplePerSecond: 3 }, { atSeconds: 23, peoplePerSecond: 14.5 }, { atSeconds: 50, peoplePerSecond: 13 }, { atSeconds: 90, peoplePerSecond: 7 }],
  },
};
