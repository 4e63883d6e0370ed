// A national day as data: the system as it was put together that day, at its real size, and the people who came. The
// simulator plays it; nothing of it is random. Moments are milliseconds from the begin of the day, rates and sizes are those
// of the whole country: `scaledDay` makes a smaller country of the same shape.
import type { Bilingual } from '@narrows/contract';
import type { Step } from '../scenario.js';

export interface NationalChannel {
  id: string;
  /** Share of people who would choose it if all were free. */
  popularity: number;
  /** People whom one server can verify at once here. */
  workersPerServer: number;
  /** Service time: lognormal with this mean. */
  serviceMsMean: number;
  serviceSpread: number;
  /** Shares of verifications that end otherwise: the proof does not match; the provider answers with an error. */
  mismatchShare: number;
  providerErrorShare: number;
  queueMaxPerWorker: number;
  queueTimeoutMs: number;
}

/** Something that breaks in one channel. */
export interface NationalFault {
  channel: string;
  fromMs: number;
  /** Beyond the day's end: until the end. */
  toMs: number;
  /** Share of verifications that the provider answers with an error, after `errorMs`; the others hang for `hangMs` and time out. */
  errorShare: number;
  errorMs: number;
  hangMs: number;
}

export interface ArrivalKnot { atMs: number; peoplePerSecond: number }

export interface NationalDay {
  id: string;
  title: Bilingual;
  /** File in `pipelines/`, and the id in it. */
  pipeline: string;
  /** Unix ms of the simulation's begin, and how long the day is. */
  beginMs: number;
  durationMs: number;
  /** How much telemetry it makes, for the check of space and the line of progress. */
  spansAbout: number;
  order: readonly Step[];
  /** A failed verification sends the person back to the start of the line. */
  failureThrowsBack: boolean;
  line: {
    /** What a place belongs to: browser and address, or the person. */
    ranks: 'connections' | 'people';
    /** People who may be inside, past the line, at once; null: only the rate counts. */
    insideMax: number | null;
    admittedPerSecond: number;
    /** Share of the estimated time after which one is told to ask again; never sooner and never later than that. */
    pollShare: number;
     pollMsMin: number;
    pollMsMax: number;
    /** A place that nobody has asked about for so long is given up. */
    forgetMs: number;
    /** Whoever was let in and does not come within this time has lost the place. */
    claimMs: number;
  };
  /** Servers from that moment on, ascending; identity has `workersPerServer` on each. */
  servers: readonly { atMs: number; count: number }[];
  channels: readonly NationalChannel[];
  /** No bookings meanwhile: the line is cleared and whoever is inside is sent away. */
  suspension: { fromMs: number; toMs: number } | null;
  /** Once verified, a person is turned away on every other device for so long; null: never. */
  otherDevicesBlockedMs: number | null;
  faults: readonly NationalFault[];
  people: NationalPeople;
}

export interface NationalPeople {
  arrivals: readonly ArrivalKnot[];
  /** Share of people with one, two, … devices. */
  deviceShares: readonly number[];
  /** Share of devices on which a second browser stands in line as well. */
  secondBrowserShare: number;
  /** Other browsers than the first are taken out where the wait is at least so long. */
  otherBrowsersWaitMs: number;
  /** How often somebody in line loads the page again, on average; null: never. */
  reloadMsMean: number | null;
  /** Of these: from another address (Wi-Fi to mobile and back); without the old session; where the wait is beyond `longWaitMs`, on one thing more. */
  addressChangeShare: number;
  sessionLossShare: number;
  oneMoreShare: number;
  longWaitMs: number;
  /** Share of people whose session is lost while they fill in the form: they are thrown back. */
  formLossShare: number;
  /** How soon those in line hear that bookings are suspended, on average. */
  hearMsMean: number;
  formMs: readonly [number, number];
  thinkMs: readonly [number, number];
  retryMs: readonly [number, number];
  patienceMsMedian: number;
  patienceSpread: number;
  attemptsMax: number;
  /** Share of those sent away by the suspension who come again after it, and how long after it on average. */
  returnShare: number;
  returnMsMean: number;
  /** People see the traffic lights before they choose a channel. */
  seesLights: boolean;
  /** Told "not eligible" at the form, and "full" at the booking. */
  notEligibleShare: number;
  slotFullShare: number;
}

/** Servers at a moment. */
export function serversAt(day: NationalDay, atMs: number): number {
  return day.servers.findLast((servers) => atMs >= servers.atMs)?.count ?? 0;
}

/** Workers of one channel with so many servers: at least one. */
export function workersOf(channel: NationalChannel, servers: number): number {
  return Math.max(1, Math.round(channel.workersPerServer * servers));
}

/** The same day in a country of `scale` times the size: fewer people, and a system that is smaller by as much. */
export function scaledDay(day: NationalDay, scale: number): NationalDay {
  if (scale === 1) return day;
  return {
    ...day, spansAbout: day.spansAbout * scale,
    line: { ...day.line, insideMax: day.line.insideMax === null ? null : Math.max(1, day.line.insideMax * scale), admittedPerSecond: day.line.admittedPerSecond * scale },
    channels: day.channels.map((channel) => ({ ...channel, workersPerServer: channel.workersPerServer * scale })),
    people: { ...day.people, arrivals: day.people.arrivals.map((knot) => ({ ...knot, peoplePerSecond: knot.peoplePerSecond * scale })) },
  };
}
