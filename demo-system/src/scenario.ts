// A scenario as data: how the reservation system is put together on that day, and who comes. Services and the crowd
// read the same object, so that what the crowd expects and what the system does cannot drift apart.
import type { Bilingual } from '@narrows/contract';
import { after } from './scenarios/after.js';
import { before } from './scenarios/before.js';
import { channelOutage } from './scenarios/channel-outage.js';

export const SCENARIO_IDS = ['before', 'after', 'channel-outage'] as const;
export type ScenarioId = (typeof SCENARIO_IDS)[number];

export const STEPS = ['waiting-room', 'form', 'identity', 'booking'] as const;
export type Step = (typeof STEPS)[number];

/** One way to prove who one is, with its own finite capacity. */
export interface ChannelSpec {
  id: string;
  name: Bilingual;
  /** Share of people who would choose it if all were free; the shares of a scenario add up to 1. */
  popularity: number;
  workers: number;
  /** Service time: lognormal with this mean and `SERVICE_TIME_SPREAD`. */
  serviceMsMean: number;
  /** Longest line in front of the workers; one more is turned away at once. */
  queueMax: number;
  /** Whoever stands in line longer is turned away. */
  queueTimeoutMs: number;
  /** Share of people whose proof does not match. */
  mismatchShare: number;
}

/** Something that breaks in one channel, on the crowd's timeline. */
export interface ChannelFault {
  channel: string;
  fromSeconds: number;
  /** null: until the end. */
  toSeconds: number | null;
  /** Share of verifications that the provider answers with an error, after `errorMs`; the others hang for `hangMs` and time out. */
  errorShare: number;
  errorMs: number;
  hangMs: number;
}

/** People per second at a moment of the day; between two of them the rate goes straight. */
export interface ArrivalKnot { atSeconds: number; peoplePerSecond: number }

export interface CrowdSpec {
  /** Ascending; the last rate holds for ever. */
  arrivals: readonly ArrivalKnot[];
  /** Share of people with one, two and three devices. */
  deviceShares: readonly [number, number, number];
  /** How long a person takes to fill in the form, shortest and longest. */
  formMs: readonly [number, number];
  /** How long a person goes on trying in all: lognormal median, and the spread of its logarithm. */
  patienceMsMedian: number;
  patienceSpread: number;
  attemptsMax: number;
  /** Whether people see the traffic lights before they choose a channel. */
  seesLights: boolean;
}

export interface Scenario {
  id: ScenarioId;
  title: Bilingual;
  /** File in `pipelines/`, and the id in it. */
  pipeline: string;
  order: readonly Step[];
  /** A failed verification sends the person back to the start of the line. */
  failureThrowsBack: boolean;
  waitingRoom: { rankBy: 'browser-and-ip' | 'person'; admittedPerSecond: number };
  channels: readonly ChannelSpec[];
  /** Once verified, a person is turned away on every other device for so long; null: never. */
  otherDevicesBlockedMs: number | null;
  faults: readonly ChannelFault[];
  crowd: CrowdSpec;
}

const SCENARIOS: Readonly<Record<ScenarioId, Scenario>> = { before, after, 'channel-outage': channelOutage };

/** The scenario of that name. */
export function scenarioOf(id: ScenarioId): Scenario {
  return SCENARIOS[id];
}
