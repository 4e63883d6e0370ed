// A scenario as data: how the reservation system is put together on that day, and who comes. Services and the crowd
// read the same object, so that what the crowd expects and what the system does cannot drift apart.
import type { Bilingual } from '@narrows/contract';
import type { Operation } from './parent-channel.js';
import { SCHOOL_REGIONS } from './services/classroom/regions.js';
import type { SystemId } from './system.js';
import { after } from './scenarios/after.js';
import { before } from './scenarios/before.js';
import { channelOutage } from './scenarios/channel-outage.js';
import { commission } from './scenarios/commission.js';
import { onlineClass } from './scenarios/online-class.js';
import { pledgeShop } from './scenarios/pledge-shop.js';
import { primary } from './scenarios/primary.js';
import { suspension } from './scenarios/suspension.js';
import { wrongClockNight } from './scenarios/wrong-clock.js';

export const SCENARIO_IDS = ['before', 'after', 'channel-outage', 'suspension', 'wrong-clock', 'pledge-shop', 'primary', 'commission', 'online-class'] as const;
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

/** A fault that comes by itself, on the crowd's timeline. */
export interface ScheduledFault {
  fault: string;
  target?: string;
  amount?: number;
  fromSeconds: number;
  /** null: until the end. */
  toSeconds: number | null;
}

/** What the operators of that day did, on the crowd's timeline. `servers`: how many instances of a service there are from then on. */
export interface ScheduledOperation { atSeconds: number; operation: Operation | { action: 'servers'; service: string; count: number } }

/** People per second at a moment of the day; between two of them the rate goes straight. */
export interface ArrivalKnot { atSeconds: number; peoplePerSecond: number }

/** What every crowd has. */
export interface CrowdFrame {
  /** Ascending; the last rate holds for ever. */
  arrivals: readonly ArrivalKnot[];
  /** Share of people with one, two and three devices. */
  deviceShares: readonly [number, number, number];
  /** How long a person goes on trying in all: lognormal median, and the spread of its logarithm. */
  patienceMsMedian: number;
  patienceSpread: number;
}

export interface CrowdSpec extends CrowdFrame {
  /** How long a person takes to fill in the form, shortest and longest. */
  formMs: readonly [number, number];
  attemptsMax: number;
  /** Whether people see the traffic lights before they choose a channel. */
  seesLights: boolean;
  /** Share of looks at the line that are a reload of the whole page. */
  reloadShare: number;
  /** Years of birth of those who may come, first and last. */
  birthYears: readonly [number, number];
  /** Share of people who come although it is not their birth digit's day. */
  wrongDigitShare: number;
}

/** What every scenario has, whatever the system. */
export interface ScenarioFrame {
  id: ScenarioId;
  system: SystemId;
  title: Bilingual;
  /** File in `pipelines/`, and the id in it. */
  pipeline: string;
  faults: readonly ScheduledFault[];
  operations: readonly ScheduledOperation[];
}

export interface VaccineScenario extends ScenarioFrame {
  system: 'vaccine';
  order: readonly Step[];
  /** A failed verification sends the person back to the start of the line. */
  failureThrowsBack: boolean;
  waitingRoom: {
    rankBy: 'browser-and-ip' | 'person';
    admittedPerSecond: number;
    /** No more than so many are inside at once, from being let in to the end of the booking; null: nobody counts. */
    insideMax: number | null;
  };
  channels: readonly ChannelSpec[];
  /** Instances of identity verification at the start; each has its part of the workers. */
  identityServers: number;
  /** Once verified, a person is turned away on every other device for so long; null: never. */
  otherDevicesBlockedMs: number | null;
  /** Last digits of the birth date that may book today (10부제); null: everybody may. */
  birthDigitsToday: readonly number[] | null;
  crowd: CrowdSpec;
}

/** A system of two services: a site, and what becomes narrow behind it. */
export interface RushScenario extends ScenarioFrame {
  system: Exclude<SystemId, 'vaccine'>;
  crowd: CrowdFrame;
}

export type Scenario = VaccineScenario | RushScenario;

const SCENARIOS: Readonly<Record<ScenarioId, Scenario>> = {
  before, after, 'channel-outage': channelOutage, suspension, 'wrong-clock': wrongClockNight, 'pledge-shop': pledgeShop, primary, commission, 'online-class': onlineClass,
};

/** The scenario of that name. */
export function scenarioOf(id: ScenarioId): Scenario {
  return SCENARIOS[id];
}

/** The scenario of a process that is part of the vaccine reservation. Errors: it is another system's. */
export function vaccineScenarioOf(id: ScenarioId): VaccineScenario {
  const scenario = scenarioOf(id);
  if (scenario.system !== 'vaccine') throw new Error(`${id} is no scenario of the vaccine reservation`);
  return scenario;
}

/** The interchangeable ways through one stage of the system; none where it has no such stage. */
export function channelsOf(scenario: Scenario): readonly string[] {
  if (scenario.system === 'vaccine') return scenario.channels.map(({ id }) => id);
  return scenario.system === 'online-class' ? SCHOOL_REGIONS.map(({ id }) => id) : [];
}
