// What can go wrong with a random system, and what is not wrong though it looks like it: for each kind of verdict, faults
// that bring it about on a given topology, with the truth about subject, kind and begin. A quiet case has no truth.
import type { Subject, VerdictKind } from '@narrows/contract';
import { randomness, type Randomness } from './randomness.js';
import { randomTopology, serversEachFor } from './random-topology.js';
import { channelHeldMs, heldMs, visitsOf, type Fault, type ServicePlan, type StagePlan, type SystemPlan } from './system-plan.js';

export const FAULT_SECOND = 80;

export interface FaultCase {
  name: string;
  /** Null: nothing is wrong. */
  kind: VerdictKind | null;
  plan: SystemPlan;
  isSubject: (subject: Subject) => boolean;
  /** Key of the truth: whose line and stays tell when it began and what a remedy brings. */
  place: string;
  /** It begins when a line begins to stand, else with the fault. */
  beginsWithLine: boolean;
  /** It begins when more than so many are at work, else with the fault. */
  beginsPast?: number;
  /** It is over when nobody stands in line any more, even if its cause is long gone. */
  endsWithLine?: boolean;
}

type Build = (plan: SystemPlan, random: Randomness) => Omit<FaultCase, 'name' | 'kind' | 'plan'> & { faults?: Fault[]; perSecond?: (second: number) => number };

const workers = (plan: SystemPlan): StagePlan[] => plan.stages.filter(({ admittedPerSecond }) => admittedPerSecond === null);
const serviceOf = (plan: SystemPlan, name: string): ServicePlan => plan.services.find((each) => each.name === name)!;
const anyOf = <T>(random: Randomness, from: readonly T[]): T => from[Math.floor(random.uniform() * from.length)]!;
/** Seen through a pipeline the stage, else the service. */
const at = (name: string) => (subject: Subject): boolean => (subject.stage ?? subject.service) === name && subject.channel === undefined;
const withFault = (name: string, fault: Omit<Fault, 'fromSecond'>) => ({ place: name, isSubject: at(name), beginsWithLine: false, faults: [{ fromSecond: FAULT_SECOND, service: name, ...fault }] });

/** A service that works without channels: of a stage, or behind one. */
function target(plan: SystemPlan, random: Randomness, of: (service: ServicePlan) => boolean = () => true): ServicePlan {
  const channelled = new Set(plan.stages.filter(({ channels }) => channels.length > 0).map(({ service }) => service));
  const candidates = plan.services.filter((each) => each.name !== plan.gateway && each.name !== 'waiting-room' && !channelled.has(each.name));
  const fitting = candidates.filter(of);
  return anyOf(random, fitting.length > 0 ? fitting : candidates);
}

const offeredTo = (plan: SystemPlan, service: ServicePlan): number => (plan.perSecond(0) * (visitsOf(plan).get(service.name) ?? 0) * heldMs(plan, service)) / 1_000;

/** Make it work long enough for a handful of workers, and give everybody else so many that they are busy for this share of their time. */
function weighty(plan: SystemPlan, service: ServicePlan, workersBusy = 6, othersBusy = 0.3): void {
  const missing = workersBusy - offeredTo(plan, service);
  if (missing > 0) service.ownMs += (missing * 1_000) / (plan.perSecond(0) * visitsOf(plan).get(service.name)!);
  for (const other of plan.services) if (other !== service && other.name !== plan.gateway) sized(plan, other, othersBusy);
  for (const stage of plan.stages) for (const channel of stage.channels) channel.servers = Math.max(4, Math.ceil((plan.perSecond(0) * channel.popularity * channelHeldMs(plan, stage, channel)) / 1_000 / othersBusy));
}

const sized = (plan: SystemPlan, service: ServicePlan, utilisation: number): void => { service.serversEach = serversEachFor(plan, service, plan.perSecond(0), utilisation); };
const times = (plan: SystemPlan, from: number, factor: number) => {
  const usual = plan.perSecond(0);
  return (second: number) => (second < from ? usual : usual * factor);
};

const saturatedBySurge: Build = (plan, random) => {
  const service = target(plan, random);
  // The crowd more than doubles: who is busy for a third now would be full then, and before the one that is meant.
  weighty(plan, service, 6, 0.15);
  sized(plan, service, 0.62);
  const utilisation = offeredTo(plan, service) / (service.serversEach * service.instances);
  return { place: service.name, isSubject: at(service.name), beginsWithLine: true, perSecond: times(plan, FAULT_SECOND, (1.25 + 0.25 * random.uniform()) / utilisation) };
};
const saturatedByLoss: Build = (plan, random) => {
  const service = target(plan, random);
  weighty(plan, service, 9);
  sized(plan, service, 0.45);
  const left = Math.max(1, Math.floor(offeredTo(plan, service) / 1.25 / service.instances));
  return { ...withFault(service.name, { serversLeft: left / service.serversEach }), beginsWithLine: true };
};
const saturatedChannel: Build = (plan, random) => {
  const stage = plan.stages.find(({ channels }) => channels.length > 0)!;
  const channel = anyOf(random, stage.channels);
  channel.servers = Math.max(4, channel.servers);
  const offered = (plan.perSecond(0) * channel.popularity * channelHeldMs(plan, stage, channel)) / 1_000;
  return {
    place: `${stage.id}/${channel.id}`, beginsWithLine: true, isSubject: (subject) => (subject.stage === stage.id && subject.channel === channel.id) || (!plan.declaresPipeline && subject.service === stage.service),
    faults: [{ fromSecond: FAULT_SECOND, serversLeftOf: { stage: stage.id, channel: channel.id }, serversLeft: Math.max(1, Math.floor(offered / 1.5)) / channel.servers }],
  };
};
const saturatedPool: Build = (plan, random) => {
  const service = target(plan, random);
  const database = plan.dependencies.find(({ kind }) => kind === 'sql')!;
  // With fewer than two connections of each instance in use, none can be taken away so that a line stands.
  const queries = plan.perSecond(0) * visitsOf(plan).get(service.name)!;
  database.meanMs = Math.max(150, (2.6 * service.instances * 1_000) / queries);
  service.calls = [...service.calls.filter(({ peer }) => peer !== database.name), { peer: database.name, kind: 'sql', timeoutMs: 30_000, retries: 0 }];
  sized(plan, service, 0.1);
  const held = (queries * database.meanMs) / 1_000;
  service.connectionsEach = Math.max(2, Math.ceil(held / 0.4 / service.instances));
  return { ...withFault(service.name, { connectionsEach: Math.max(1, Math.floor(held / 1.3 / service.instances)) }), beginsWithLine: true };
};
const slowDependency: Build = (plan, random) => {
  const called = plan.dependencies.filter(({ name }) => plan.services.some(({ calls }) => calls.some(({ peer }) => peer === name)));
  const dependency = called.length > 0 ? anyOf(random, called) : plan.dependencies[0]!;
  if (called.length === 0) target(plan, random).calls.push({ peer: dependency.name, kind: dependency.kind, timeoutMs: 30_000, retries: 0 });
  dependency.meanMs = Math.max(40, dependency.meanMs);
  const [caller] = plan.services.filter(({ calls }) => calls.some(({ peer }) => peer === dependency.name));
  return {
    place: caller!.name, beginsWithLine: false, isSubject: ({ dependency: named }) => named === dependency.name,
    faults: [{ fromSecond: FAULT_SECOND, dependency: dependency.name, slower: 4 + 4 * random.uniform() }],
  };
};
const contended: Build = (plan, random) => {
  const service = target(plan, random);
  service.calls = [];
  service.serversEach = 400;
  const [sigma, kappa] = [0.02, 0.004 + 0.004 * random.uniform()];
  const best = Math.sqrt((1 - sigma) / kappa);
  const perInstance = (plan.perSecond(0) * visitsOf(plan).get(service.name)!) / service.instances;
  const relative = best / (1 + sigma * (best - 1) + kappa * best * (best - 1));
  service.ownMs = (relative / perInstance) * 0.55 * 1_000;
  for (const other of plan.services) if (other !== service) other.serversEach = 400;
  // Whose line in front would hold back the crowd that is too much.
  for (const { channels } of plan.stages) for (const channel of channels) channel.servers *= 20;
  return {
    place: service.name, isSubject: at(service.name), beginsWithLine: false, beginsPast: best * service.instances, faults: [{ fromSecond: 0, service: service.name, scalability: { sigma, kappa } }],
    perSecond: times(plan, FAULT_SECOND, 2.1),
  };
};
const starved: Build = (plan, random) => {
  const service = target(plan, random);
  sized(plan, service, 0.3);
  const measure = anyOf(random, ['cpu', 'gc', 'event_loop'] as const);
  return withFault(service.name, { slower: 2.6 + random.uniform(), runtime: { measure, share: measure === 'gc' ? 0.45 : 0.97 } });
};
const failing: Build = (plan, random) => withFault(target(plan, random).name, { errorShare: 0.12 + 0.4 * random.uniform() });
const retrying: Build = (plan, random) => {
  const callees = new Set(plan.services.flatMap(({ calls }) => calls.map(({ peer }) => peer)).filter((peer) => plan.services.some(({ name }) => name === peer)));
  if (callees.size === 0) {
    const [caller, callee] = [anyOf(random, workers(plan)).service, { ...serviceOf(plan, workers(plan)[0]!.service), name: 'stock', calls: [], ownMs: 60 }];
    plan.services.push(callee);
    serviceOf(plan, caller).calls.push({ peer: 'stock', kind: 'http', timeoutMs: 30_000, retries: 0 });
    callees.add('stock');
  }
  const service = serviceOf(plan, anyOf(random, [...callees]));
  sized(plan, service, 0.6);
  for (const caller of plan.services) {
    for (const call of caller.calls) if (call.peer === service.name) Object.assign(call, { timeoutMs: 4 * heldMs(plan, service) + 100, retries: 3 });
    if (caller.calls.some(({ peer }) => peer === service.name)) caller.serversEach *= 20;
  }
  return {
    ...withFault(service.name, { slower: 8, untilSecond: FAULT_SECOND + 8 }), endsWithLine: true,
    isSubject: (subject) => subject.service === service.name || subject.dependency === service.name || subject.stage === service.name,
  };
};
const surged: Build = (plan, random) => {
  // How much room is left is known of stages alone, which declare what they can do.
  const service = target(plan, random, ({ name }) => plan.stages.some((stage) => stage.service === name));
  weighty(plan, service, 10);
  sized(plan, service, 0.45);
  const usual = plan.perSecond(0);
  const offered = offeredTo(plan, service) / (service.serversEach * service.instances);
  const [first, later] = [0.88 / offered, 0.92 / offered];
  return {
    place: service.name, beginsWithLine: false, isSubject: (subject) => subject.pipeline !== undefined || subject.service !== undefined,
    perSecond: (second) => usual * (second < FAULT_SECOND ? 1 : Math.min(later, first + ((later - first) * (second - FAULT_SECOND)) / 60)),
  };
};
const duplicated: Build = (plan, random) => ({
  place: workers(plan)[0]!.service, beginsWithLine: false, isSubject: ({ pipeline }) => pipeline !== undefined,
  faults: [{ fromSecond: FAULT_SECOND, sessionsEach: 1.7 + 0.3 * random.uniform() }],
});
const told: Build = (plan, random) => ({
  place: workers(plan).at(-1)!.service, beginsWithLine: false, isSubject: ({ pipeline }) => pipeline !== undefined,
  faults: [{ fromSecond: FAULT_SECOND, outcome: { say: 'not-eligible', share: 0.25 + 0.5 * random.uniform() } }],
});
const oneInstance: Build = (plan, random) => {
  const service = target(plan, random, ({ instances }) => instances >= 3);
  service.instances = Math.max(3, service.instances);
  sized(plan, service, 0.35);
  const fault = random.uniform() < 0.5 ? { slower: 5 } : { errorShare: 0.5 };
  return {
    ...withFault(service.name, { instance: 0, ...fault }), isSubject: ({ instance }) => instance === `${service.name}-1`,
  };
};
const channelOut: Build = (plan, random) => {
  const stage = plan.stages.find(({ channels }) => channels.length > 0)!;
  const { id } = anyOf(random, stage.channels);
  return {
    place: `${stage.id}/${id}`, beginsWithLine: false, isSubject: ({ stage: named, channel }) => named === stage.id && channel === id,
    faults: [{ fromSecond: FAULT_SECOND, channel: { stage: stage.id, id, errorMs: random.uniform() < 0.5 ? 300 : 8_000 } }],
  };
};
const deployed: Build = (plan, random) => {
  const service = target(plan, random);
  sized(plan, service, 0.28);
  return withFault(service.name, { version: '1.1.0', ...(random.uniform() < 0.5 ? { slower: 2.6 } : { errorShare: 0.2 }) });
};
const missing: Build = (plan, random) => withFault(target(plan, random).name, { silent: true });

/** Kind, name, builder; `needs` what must be declared or reported for anybody to see it. */
export const FAULTS: readonly { kind: VerdictKind; name: string; build: Build; needs?: 'pipeline' | 'limits' }[] = [
  { kind: 'saturation', name: 'by a surge', build: saturatedBySurge },
  { kind: 'saturation', name: 'by lost capacity', build: saturatedByLoss },
  { kind: 'saturation', name: 'of a channel', build: saturatedChannel, needs: 'pipeline' },
  { kind: 'saturation', name: 'of a pool', build: saturatedPool },
  { kind: 'slow_dependency', name: 'outside', build: slowDependency },
  { kind: 'contention', name: 'past the peak', build: contended },
  { kind: 'starvation', name: 'of a process', build: starved },
  { kind: 'errors', name: 'of a service', build: failing },
  { kind: 'retry_storm', name: 'after a blip', build: retrying },
  { kind: 'surge', name: 'with little room', build: surged, needs: 'limits' },
  { kind: 'duplicate_crowd', name: 'several devices', build: duplicated, needs: 'pipeline' },
  { kind: 'outcome_shift', name: 'told otherwise', build: told, needs: 'pipeline' },
  { kind: 'instance_outlier', name: 'one of several', build: oneInstance },
  { kind: 'channel_outage', name: 'one channel', build: channelOut, needs: 'pipeline' },
  { kind: 'deploy_regression', name: 'new version', build: deployed },
  { kind: 'missing_data', name: 'silent service', build: missing },
];

const quiet = (perSecond: (plan: SystemPlan) => (second: number) => number, change: (plan: SystemPlan, random: Randomness) => void = () => undefined): Build => (plan, random) => {
  change(plan, random);
  return { place: workers(plan)[0]!.service, beginsWithLine: false, isSubject: () => false, perSecond: perSecond(plan) };
};
const steady = (plan: SystemPlan) => times(plan, 0, 1);
const room = (plan: SystemPlan, gates: number): void => {
  const admitted = gates * plan.perSecond(0);
  const known = plan.stages.find(({ admittedPerSecond }) => admittedPerSecond !== null);
  if (known !== undefined) { known.admittedPerSecond = admitted; return; }
  plan.services.push({ ...plan.services[0]!, name: 'waiting-room', calls: [], ownMs: 2, serversEach: 4, instances: 2 });
  plan.stages.unshift({ id: 'waiting-room', name: { ko: '대기실', en: 'Waiting room' }, service: 'waiting-room', channels: [], admittedPerSecond: admitted, hasLimit: false });
};
export const QUIET: readonly { name: string; build: Build }[] = [
  { name: 'noise', build: quiet(steady, (plan) => { plan.spread = 'exponential'; for (const service of plan.services) service.errorShare = 0.01; }) },
  { name: 'benign surge', build: quiet((plan) => times(plan, FAULT_SECOND, 1.6)) },
  { name: 'growing deliberate wait', build: quiet((plan) => times(plan, FAULT_SECOND, 1.5), (plan) => room(plan, 1.1)) },
  { name: 'daily ramp', build: quiet((plan) => { const usual = plan.perSecond(0); return (second) => usual * (0.4 + second / 150); }) },
  { name: 'lull', build: quiet((plan) => times(plan, FAULT_SECOND, 0.15)) },
];

/** How the same system is seen: what agents report and when, whether a pipeline is declared, how good clocks and network are. */
export const VIEWS = ['whole', 'no pipeline', 'ended spans', 'skew and loss', 'other SDKs'] as const;
export type View = (typeof VIEWS)[number];
function seenAs(plan: SystemPlan, view: View, random: Randomness): SystemPlan {
  if (view === 'no pipeline') return { ...plan, declaresPipeline: false };
  if (view === 'ended spans') return { ...plan, reporting: { ...plan.reporting, active: false, limit: false, downstream: false } };
  if (view === 'other SDKs') return { ...plan, batchPhase: Object.fromEntries(plan.services.filter(() => random.uniform() < 0.5).map(({ name }) => [name, Math.floor(random.uniform() * 5)])) };
  if (view === 'skew and loss') return { ...plan, lostShare: 0.05, skewSeconds: Object.fromEntries(plan.services.map(({ name }) => [name, Math.round(random.uniform() * 2 - 1)])) };
  return plan;
}

export function caseOf(fault: { kind?: VerdictKind; name: string; build: Build }, seed: number, view: View): FaultCase {
  const random = randomness(seed * 104_729 + Array.from({ length: fault.name.length }, (_, at) => fault.name.charCodeAt(at)).reduce((sum, code) => (sum * 31 + code) % 65_536, 7));
  const plan = seenAs(randomTopology(seed), view, random);
  const { faults = [], perSecond = plan.perSecond, ...truth } = fault.build(plan, random);
  return { name: fault.name, kind: fault.kind ?? null, plan: { ...plan, faults, perSecond }, ...truth };
}
