// Monday 19 July 2021, booking for people of 53 and 54. Opening at 20:00; over six million connections in line, about ten
// million requests; bookings suspended from 20:40 to 22:00, servers from 4 to 10; normal two to three hours later.
//
// From press reports: the moments, 300,000 people inside at once, verification of some ten thousand at once and last in the
// order, a line that ranks browser and address. Assumed, so that the reported sizes come out: how many people came, on how many
// devices, and how long a verification takes (the person has to find the phone, open the app and confirm).
import type { NationalDay } from '../day.js';
import { CHANNELS, SERVICE_TIME_SPREAD } from '../../scenarios/channels.js';

const MINUTE = 60_000;
/** 19:55 in Seoul; the opening is five minutes later. */
const BEGIN_MS = Date.parse('2021-07-19T19:55:00+09:00');
const OPENING = 5 * MINUTE;
const WORKERS_PER_SERVER = 3_000;

export const july19: NationalDay = {
  id: '2021-07-19',
  title: { ko: '2021년 7월 19일: 600만 접속', en: '19 July 2021: six million connections' },
  pipeline: 'vaccine-before',
  beginMs: BEGIN_MS,
  durationMs: 5 * 60 * MINUTE,
  spansAbout: 64_000_000,
  order: ['waiting-room', 'form', 'identity', 'booking'],
  failureThrowsBack: true,
  line: { ranks: 'connections', insideMax: 300_000, admittedPerSecond: 2_000, pollShare: 0.9, pollMsMin: 10_000, pollMsMax: 60 * MINUTE, forgetMs: 70 * MINUTE, claimMs: 10 * MINUTE },
  servers: [{ atMs: 0, count: 4 }, { atMs: OPENING + 90 * MINUTE, count: 10 }],
  channels: CHANNELS.map(({ id, popularity }) => ({
    id, popularity, workersPerServer: WORKERS_PER_SERVER * popularity, serviceMsMean: 240_000, serviceSpread: SERVICE_TIME_SPREAD,
    mismatchShare: 0.05, providerErrorShare: 0.24, queueMaxPerWorker: 10, queueTimeoutMs: 3 * MINUTE,
  })),
  suspension: { fromMs: OPENING + 40 * MINUTE, toMs: OPENING + 120 * MINUTE },
  otherDevicesBlockedMs: null,
  faults: [],
  people: {
    arrivals: [
      { atMs: 0, peoplePerSecond: 40 },
      { atMs: OPENING - 1_000, peoplePerSecond: 40 },
      { atMs: OPENING, peoplePerSecond: 4_000 },
      { atMs: OPENING + MINUTE, peoplePerSecond: 4_000 },
      { atMs: OPENING + 5 * MINUTE, peoplePerSecond: 800 },
      { atMs: OPENING + 15 * MINUTE, peoplePerSecond: 300 },
      { atMs: OPENING + 40 * MINUTE, peoplePerSecond: 100 },
      { atMs: OPENING + 41 * MINUTE, peoplePerSecond: 5 },
      { atMs: OPENING + 120 * MINUTE, peoplePerSecond: 20 },
      { atMs: OPENING + 121 * MINUTE, peoplePerSecond: 10 },
      { atMs: OPENING + 240 * MINUTE, peoplePerSecond: 2 },
    ],
    deviceShares: [0.15, 0.35, 0.25, 0.25],
    secondBrowserShare: 0.66,
    otherBrowsersWaitMs: 20_000,
    reloadMsMean: 25 * MINUTE,
    addressChangeShare: 0.35,
    sessionLossShare: 0.15,
    oneMoreShare: 0.25,
    longWaitMs: 20 * MINUTE,
    formLossShare: 0.04,
    hearMsMean: 8 * MINUTE,
    formMs: [4 * MINUTE, 10 * MINUTE],
    thinkMs: [5_000, 20_000],
    retryMs: [5_000, 30_000],
    patienceMsMedian: 120 * MINUTE,
    patienceSpread: 0.5,
    attemptsMax: 8,
    returnShare: 0.4,
    returnMsMean: 55 * MINUTE,
    seesLights: false,
    notEligibleShare: 1 / 97,
    slotFullShare: 0.05,
  },
};
