// A whole system as a plan: services with instances and workers, who calls whom, channels, people, what breaks when, and
// what its agents report. Everything a simulation of it needs, as data, so that a remedy is the same plan with one change.
import type { Name } from '@narrows/contract';
import type { Reporting } from './recorder.js';

export interface CallPlan {
  peer: string;
  kind: 'http' | 'sql';
  /** The caller gives up after this long and tries again, so many times. */
  timeoutMs: number;
  retries: number;
}

export interface ServicePlan {
  name: string;
  version: string;
  instances: number;
  /** Requests that one instance serves at once; a request holds its place also while it calls others. */
  serversEach: number;
  /** Own time, without calls; `exponential` or the spread of a lognormal. */
  ownMs: number;
  calls: CallPlan[];
  /** Connections that each instance has for SQL. */
  connectionsEach: number;
  lineTimeoutMs: number;
  errorShare: number;
}

/** Somebody whose own spans nobody sees: a database, an outside registry. */
export interface DependencyPlan { name: string; kind: 'http' | 'sql'; meanMs: number; errorShare: number }

export interface ChannelPlan { id: string; servers: number; serviceMs: number; popularity: number }
export interface StagePlan {
  id: string;
  name: Name;
  service: string;
  channels: ChannelPlan[];
  /** A waiting room that lets so many in each second; null: a stage that works. */
  admittedPerSecond: number | null;
  /** Whether a gauge says how many can be served at once. */
  hasLimit: boolean;
}

/** From a second on (and up to another). What is left out stays as planned. */
export interface Fault {
  fromSecond: number;
  untilSecond?: number;
  service?: string;
  /** Only in this one of its instances (index). */
  instance?: number | undefined;
  dependency?: string;
  /** Stage and channel that answers nothing but errors, or hangs. */
  channel?: { stage: string; id: string; errorMs: number };
  /** Own time (or the dependency's) is so many times as long. */
  slower?: number | undefined;
  /** Share of the answers that are errors. */
  errorShare?: number | undefined;
  /** Share of the workers (or of a channel's) that are left. */
  serversLeft?: number;
  serversLeftOf?: { stage: string; channel: string };
  connectionsEach?: number;
  /** Universal Scalability: own time × (1 + σ(n − 1) + κ·n·(n − 1)), n at work in the instance. */
  scalability?: { sigma: number; kappa: number };
  version?: string;
  runtime?: { measure: 'cpu' | 'gc' | 'event_loop' | 'memory'; share: number };
  /** Share of the people who are told this, whatever is true. */
  outcome?: { say: string; share: number };
  /** Browsers and devices that each person opens. */
  sessionsEach?: number;
  /** Spans of this service no longer arrive, nor what its agent says. */
  silent?: boolean;
}

export interface SystemPlan {
  seed: number;
  seconds: number;
  /** People who set out each second; with `sessionsEach` they come so many times. */
  perSecond: (second: number) => number;
  gateway: string | null;
  stages: StagePlan[];
  services: ServicePlan[];
  dependencies: DependencyPlan[];
  faults: Fault[];
  spread: 'exponential' | number;
  /** Of the people who are thrown out, so many try again. */
  retryShare: number;
  outcomes: { say: string; share: number }[];
  reporting: Reporting & { runtime: boolean; instances: boolean; people: boolean };
  declaresPipeline: boolean;
  lostShare: number;
  /** Services whose SDK reports nothing but ended spans, in batches of five seconds that end so many seconds after a multiple of five. */
  batchPhase: Record<string, number>;
  /** Seconds by which the clocks of services are off. */
  skewSeconds: Record<string, number>;
}

/** Work that one journey brings to a place, in seconds of a worker, and how often it comes there. */
export interface Load { visits: number; busyMs: number }

/** Who can be called. */
type Callable = Pick<SystemPlan, 'services' | 'dependencies'>;

/** Mean time that a request holds its worker: own time and its calls, down to the leaves. */
export function heldMs(plan: Callable, service: ServicePlan): number {
  return service.ownMs + service.calls.reduce((sum, call) => {
    const peer = plan.services.find(({ name }) => name === call.peer);
    return sum + (peer === undefined ? plan.dependencies.find(({ name }) => name === call.peer)?.meanMs ?? 0 : heldMs(plan, peer));
  }, 0);
}

/** Mean time that one holds a worker of a channel: its own work, and the calls that the stage's service makes meanwhile. */
export function channelHeldMs(plan: Callable, stage: StagePlan, channel: Pick<ChannelPlan, 'serviceMs'>): number {
  const service = plan.services.find(({ name }) => name === stage.service);
  return channel.serviceMs + (service === undefined ? 0 : heldMs(plan, service) - service.ownMs);
}

/** Visits that a journey makes to each service, directly and through others. */
export function visitsOf(plan: SystemPlan): Map<string, number> {
  const visits = new Map<string, number>();
  const visit = (name: string): void => {
    const service = plan.services.find((each) => each.name === name);
    if (service === undefined) return;
    visits.set(name, (visits.get(name) ?? 0) + 1);
    for (const call of service.calls) visit(call.peer);
  };
  for (const stage of plan.stages) {
    if (plan.gateway !== null && stage.service !== plan.gateway) visits.set(plan.gateway, (visits.get(plan.gateway) ?? 0) + 1);
    visit(stage.service);
  }
  return visits;
}
