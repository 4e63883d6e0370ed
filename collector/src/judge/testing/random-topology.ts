// A system out of nothing but a seed: two to four stages, now and then a gateway, a waiting room or interchangeable
// channels, services that share what they call, databases behind them. Every place has room: its workers are busy for a
// quarter to two fifths of their time. What breaks is added by `fault-cases.ts`.
import { randomness, type Randomness } from './randomness.js';
import { channelHeldMs, heldMs, visitsOf, type CallPlan, type ServicePlan, type StagePlan, type SystemPlan } from './system-plan.js';

const STAGE_NAMES = ['entry', 'identity', 'form', 'seat', 'payment', 'booking', 'receipt'];
const BACKEND_NAMES = ['profile', 'stock', 'registry', 'coupon'];
const DEPENDENCIES = [{ name: 'postgresql', kind: 'sql' as const }, { name: 'redis', kind: 'sql' as const }, { name: 'api.bank.example:443', kind: 'http' as const }];
const CHANNELS = ['north', 'south', 'east', 'west', 'centre'];

const pick = <T>(random: Randomness, from: readonly T[], many: number): T[] => {
  const left = [...from];
  return Array.from({ length: Math.min(many, left.length) }, () => left.splice(Math.floor(random.uniform() * left.length), 1)[0]!);
};
const between = (random: Randomness, least: number, most: number): number => least + random.uniform() * (most - least);
const whole = (random: Randomness, least: number, most: number): number => Math.floor(between(random, least, most + 1));
const call = (peer: string, kind: 'http' | 'sql'): CallPlan => ({ peer, kind, timeoutMs: 30_000, retries: 0 });

const service = (name: string, ownMs: number, calls: CallPlan[]): ServicePlan =>
  ({ name, version: '1.0.0', instances: 2, serversEach: 4, ownMs, calls, connectionsEach: Infinity, lineTimeoutMs: 15_000, errorShare: 0.002 });

/** Workers for this utilisation, over the instances, at least two each. */
export function serversEachFor(plan: SystemPlan, each: ServicePlan, perSecond: number, utilisation: number): number {
  const offered = (perSecond * (visitsOf(plan).get(each.name) ?? 0) * heldMs(plan, each)) / 1_000;
  return Math.max(2, Math.ceil(offered / utilisation / each.instances));
}

function channelsOf(random: Randomness, stage: StagePlan, perSecond: number, callable: Parameters<typeof channelHeldMs>[0]): StagePlan {
  const names = pick(random, CHANNELS, whole(random, 3, 4));
  const shares = names.map(() => between(random, 0.6, 1.4));
  const sum = shares.reduce((a, b) => a + b, 0);
  return {
    ...stage,
    channels: names.map((id, i) => {
      const serviceMs = between(random, 400, 1_200);
      const popularity = shares[i]! / sum;
      const held = channelHeldMs(callable, stage, { serviceMs });
      return { id, serviceMs, popularity, servers: Math.max(3, Math.ceil((perSecond * popularity * held) / 1_000 / between(random, 0.3, 0.45))) };
    }),
  };
}

/** A healthy system. Different seeds differ in everything but the vocabulary. */
export function randomTopology(seed: number): SystemPlan {
  const random = randomness(seed * 7_919 + 13);
  const perSecond = between(random, 14, 32);
  const dependencies = DEPENDENCIES.map((each) => ({ ...each, meanMs: between(random, 8, 60), errorShare: 0.001 }));
  const backends = pick(random, BACKEND_NAMES, whole(random, 1, 3)).map((name) =>
    service(name, between(random, 15, 120), pick(random, dependencies, whole(random, 0, 1)).map(({ name: peer, kind }) => call(peer, kind))));
  const names = pick(random, STAGE_NAMES, whole(random, 2, 4));
  const fronts = names.map((name) => service(name, between(random, 20, 200), [
    ...pick(random, backends, whole(random, 0, 2)).map(({ name: peer }) => call(peer, 'http')),
    ...pick(random, dependencies, whole(random, 0, 1)).map(({ name: peer, kind }) => call(peer, kind)),
  ]));
  const gateway = random.uniform() < 0.6 ? 'web' : null;
  const stages = names.map((id): StagePlan => ({ id, name: { ko: id, en: id }, service: id, channels: [], admittedPerSecond: null, hasLimit: true }));
  const withChannels = whole(random, 0, stages.length - 1);
  stages[withChannels] = channelsOf(random, stages[withChannels]!, perSecond, { services: [...fronts, ...backends], dependencies });
  const used = new Set(fronts.flatMap(({ calls }) => calls.map(({ peer }) => peer)));
  const services = [...fronts, ...backends.filter(({ name }) => used.has(name)), ...(gateway === null ? [] : [service(gateway, 3, [])])];
  if (random.uniform() < 0.4) {
    services.push(service('waiting-room', 2, []));
    stages.unshift({ id: 'waiting-room', name: { ko: '대기실', en: 'Waiting room' }, service: 'waiting-room', channels: [], admittedPerSecond: 4 * perSecond, hasLimit: false });
  }
  const plan: SystemPlan = {
    seed, seconds: 150, perSecond: () => perSecond, gateway, stages, services, dependencies, faults: [], spread: random.uniform() < 0.3 ? 'exponential' : between(random, 0.3, 0.7), retryShare: 0.4,
    outcomes: [{ say: 'done', share: 0.9 }, { say: 'not-eligible', share: 0.06 }, { say: 'sold-out', share: 0.04 }],
    reporting: { active: true, limit: true, downstream: true, runtime: true, instances: true, people: true }, declaresPipeline: true, lostShare: 0, batchPhase: {}, skewSeconds: {},
  };
  for (const each of services) {
    each.instances = whole(random, 2, 4);
    // The gateway holds a worker for as long as the whole stage takes; it is given many, as an event loop has them.
    each.serversEach = each.name === gateway ? 10_000 : serversEachFor(plan, each, perSecond, between(random, 0.25, 0.4));
  }
  return plan;
}
