// The evening of 19 July 2021 in two minutes: the opening overruns identity verification on four servers, booking is
// suspended, six servers are added meanwhile, and it opens again.
//
//   four servers: 20 workers / ~4.2 s ≈ 4.8 people/s;  calm 1.5 people/s;  opening: 12.5 people/s, ρ ≈ 2.6;  ten servers: 12 people/s
//
// Four servers with a worker for each of nine channels are more than a crowd of this size fills: so people identify themselves
// by phone only, and a verification, and what its line waits at most, takes longer than in the other scenarios. That is of the demo,
// not of the day.
import type { VaccineScenario } from '../scenario.js';
import { before } from './before.js';
import { channelsWith } from './channels.js';

const LONGER = 2;

const PHONE = channelsWith({
  'pass-skt': 8, 'pass-kt': 4, 'pass-lgu': 4, 'kcb-phone': 4, kakao: 0, naver: 0, 'financial-cert': 0, 'joint-cert': 0, ipin: 0,
}).filter(({ workers }) => workers > 0);
const SHARE = PHONE.reduce((sum, { popularity }) => sum + popularity, 0);
const CHANNELS = PHONE.map((channel) => ({
  ...channel, popularity: channel.popularity / SHARE, serviceMsMean: channel.serviceMsMean * LONGER, queueTimeoutMs: channel.queueTimeoutMs * LONGER,
}));

export const suspension: VaccineScenario = {
  ...before,
  id: 'suspension',
  title: { ko: '2021년 7월 19일: 예약 중단, 서버 4대에서 10대로', en: '19 July 2021: suspended, and from 4 to 10 servers' },
  identityServers: 4,
  channels: CHANNELS,
  operations: [
    { atSeconds: 50, operation: { action: 'suspend', suspended: true } },
    { atSeconds: 62, operation: { action: 'servers', service: 'identity', count: 10 } },
    { atSeconds: 80, operation: { action: 'suspend', suspended: false } },
  ],
  crowd: {
    ...before.crowd,
    arrivals: [{ atSeconds: 0, peoplePerSecond: 1.5 }, { atSeconds: 22, peoplePerSecond: 1.5 }, { atSeconds: 23, peoplePerSecond: 12.5 }, { atSeconds: 50, peoplePerSecond: 11 }, { atSeconds: 90, peoplePerSecond: 7 }],
  },
};
