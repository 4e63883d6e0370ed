// Monday 9 August 2021, the first day of the new system: birth digit 9 of the ten-day rotation, 1.7 million people, no outage.
// Verification first and over nine channels, traffic lights, one hour's block of a verified person's other devices, a line
// that ranks people, about 300 servers.
//
// From press reports: the moments, the people, the channels, the rotation, the block, the servers. Assumed: how arrivals spread
// over the evening and how long a verification takes. At the peak every channel is about half busy.
import type { NationalDay } from '../day.js';
import { CHANNELS, SERVICE_TIME_SPREAD } from '../../scenarios/channels.js';

const MINUTE = 60_000;
/** 19:55 in Seoul; the opening is five minutes later. */
const BEGIN_MS = Date.parse('2021-08-09T19:55:00+09:00');
const OPENING = 5 * MINUTE;
const WORKERS_PER_SERVER = 300;

export const august9: NationalDay = {
  id: '2021-08-09',
  title: { ko: '2021년 8월 9일: 본인인증이 맨 앞, 10부제', en: '9 August 2021: identity first, ten-day rotation' },
  pipeline: 'vaccine-after',
  beginMs: BEGIN_MS,
  durationMs: 4 * 60 * MINUTE,
  spansAbout: 51_000_000,
  order: ['identity', 'waiting-room', 'form', 'booking'],
  failureThrowsBack: false,
  line: { ranks: 'people', insideMax: 2_000_000, admittedPerSecond: 2_000, pollShare: 0.6, pollMsMin: 1_500, pollMsMax: 8_000, forgetMs: 20_000, claimMs: 2 * MINUTE },
  servers: [{ atMs: 0, count: 300 }],
  channels: CHANNELS.map(({ id, popularity }) => ({
    id, popularity, workersPerServer: WORKERS_PER_SERVER * popularity, serviceMsMean: 60_000, serviceSpread: SERVICE_TIME_SPREAD,
    mismatchShare: 0.015, providerErrorShare: 0.005, queueMaxPerWorker: 10, queueTimeoutMs: MINUTE,
  })),
  suspension: null,
  otherDevicesBlockedMs: 60 * MINUTE,
  faults: [],
  people: {
    arrivals: [
      { atMs: 0, peoplePerSecond: 30 },
      { atMs: OPENING - 1_000, peoplePerSecond: 30 },
      { atMs: OPENING + 30_000, peoplePerSecond: 660 },
      { atMs: OPENING + 8 * MINUTE, peoplePerSecond: 580 },
      { atMs: OPENING + 20 * MINUTE, peoplePerSecond: 246 },
      { atMs: OPENING + 60 * MINUTE, peoplePerSecond: 97 },
      { atMs: OPENING + 230 * MINUTE, peoplePerSecond: 30 },
    ],
    deviceShares: [0.8, 0.15, 0.04, 0.01],
    secondBrowserShare: 0.05,
    otherBrowsersWaitMs: 3 * MINUTE,
    reloadMsMean: null,
    addressChangeShare: 0,
    sessionLossShare: 0,
    oneMoreShare: 0,
    longWaitMs: 20 * MINUTE,
    formLossShare: 0,
    hearMsMean: MINUTE,
    formMs: [MINUTE, 4 * MINUTE],
    thinkMs: [5_000, 20_000],
    retryMs: [5_000, 20_000],
    patienceMsMedian: 60 * MINUTE,
    patienceSpread: 0.4,
    attemptsMax: 5,
    returnShare: 0,
    returnMsMean: MINUTE,
    seesLights: true,
    notEligibleShare: 1 / 97,
    slotFullShare: 0.03,
  },
};
