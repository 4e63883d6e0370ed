// Quiet days of systems whose SDKs tell late: trees of services with several instances each, calls that come by chance and take
// as long as chance has it, and what ended is sent in batches, each instance in a phase of its own. Nothing stands in line here:
// whoever judges such a day has to be silent, except for what a test has added to it.
import { INSTANCE_STEP_MS, type EdgeSeries, type InstanceSeries, type JudgeInput, type PlacePoint, type PlaceSeries } from '@narrows/contract';
import { randomness } from './randomness.js';

const BEGIN_MS = 1_626_692_400_000;

export interface WrittenDay {
  seed: number;
  seconds: number;
  services: number;
  perSecond: (second: number) => number;
  /** Every instance sends so often; 0: at once. */
  batchSeconds: number;
  /** Of the spans, so many are kept. */
  keptShare?: number;
  /** Times of own work, against usual. */
  slower?: (second: number, service: number, instance: number) => number;
  /** Share of an instance's requests that fail. */
  errorShare?: (second: number, service: number) => number;
  /** Whether an instance is there. */
  isUp?: (second: number, service: number, instance: number) => boolean;
  /** Milliseconds by which all that ends in a second ends later: the machine stands still. */
  stallMs?: (second: number) => number;
}

interface Told { completions: Float64Array; errors: Float64Array; stayMs: Float64Array; callsMs: Float64Array; calls: Map<string, { count: Float64Array; ms: Float64Array; errors: Float64Array }> }

export function writtenDay(day: WrittenDay): { beginMs: number; input: (from: number, to: number) => JudgeInput } {
  const random = randomness(day.seed);
  const { seconds } = day;
  const count = (mean: number) => { let [events, product] = [-1, 1]; const floor = Math.exp(-mean); do { product *= random.uniform(); events += 1; } while (product > floor); return events; };
  const services = Array.from({ length: day.services }, (_, index) => ({
    name: `service-${index}`, parent: index === 0 ? -1 : Math.floor(random.uniform() * index), instances: 1 + Math.floor(random.uniform() * 4), ownMs: 5 + random.exponential(40),
    share: index === 0 ? 1 : 0.15 + 0.85 * random.uniform(), spread: 0.4 + 0.8 * random.uniform(),
  }));
  const reporters = services.flatMap((service, index) => Array.from({ length: service.instances }, (_, instance) => ({
    service, index, instance, phase: Math.floor(random.uniform() * Math.max(1, day.batchSeconds)),
    told: { completions: new Float64Array(seconds), errors: new Float64Array(seconds), stayMs: new Float64Array(seconds), callsMs: new Float64Array(seconds), calls: new Map() } as Told,
  })));
  const upAt = (second: number, index: number) => {
    const all = reporters.filter((each) => each.index === index);
    const up = all.filter(({ instance }) => day.isUp?.(second, index, instance) ?? true);
    return up.length > 0 ? up : all;
  };
  /** One request from its begin on; gives how long it took. */
  const serve = (index: number, beginMs: number): { ms: number; failed: boolean } => {
    const at = Math.min(seconds - 1, Math.floor(beginMs / 1_000));
    const up = upAt(at, index);
    const reporter = up[Math.floor(random.uniform() * up.length)]!;
    let [ms, callsMs] = [random.lognormal(reporter.service.ownMs, reporter.service.spread) * (day.slower?.(at, index, reporter.instance) ?? 1), 0];
    const failed = random.uniform() < (day.errorShare?.(at, index) ?? 0);
    const made: { peer: string; ms: number; failed: boolean }[] = [];
    services.forEach((callee, child) => {
      if (callee.parent !== index || random.uniform() > callee.share) return;
      const answer = serve(child, beginMs + ms + callsMs);
      made.push({ peer: callee.name, ms: answer.ms + 1, failed: answer.failed });
      callsMs += answer.ms + 1;
    });
    ms += callsMs;
    const stalled = day.stallMs?.(Math.min(seconds - 1, Math.floor((beginMs + ms) / 1_000))) ?? 0;
    ms += stalled;
    const second = Math.floor((beginMs + ms) / 1_000);
    if (second >= seconds || random.uniform() > (day.keptShare ?? 1)) return { ms, failed };
    const { told } = reporter;
    told.completions[second]! += 1;
    told.errors[second]! += failed ? 1 : 0;
    told.stayMs[second]! += ms;
    told.callsMs[second]! += callsMs;
    for (const call of made) {
      const known = told.calls.get(call.peer) ?? { count: new Float64Array(seconds), ms: new Float64Array(seconds), errors: new Float64Array(seconds) };
      told.calls.set(call.peer, known);
      [known.count[second]!, known.ms[second]!, known.errors[second]!] = [known.count[second]! + 1, known.ms[second]! + call.ms, known.errors[second]! + (call.failed ? 1 : 0)];
    }
    return { ms, failed };
  };
  for (let second = 0; second < seconds; second += 1) for (let left = count(day.perSecond(second)); left > 0; left -= 1) serve(0, (second + random.uniform()) * 1_000);

  const toldUntil = ({ phase }: { phase: number }, to: number) => (day.batchSeconds === 0 ? to : Math.floor((to - phase) / day.batchSeconds) * day.batchSeconds + phase);
  const input = (from: number, to: number): JudgeInput => {
    const sum = (of: typeof reporters, pick: (told: Told) => Float64Array | undefined, second: number) => of.reduce((all, each) => all + (second < toldUntil(each, to) ? pick(each.told)?.[second] ?? 0 : 0), 0);
    const span = Array.from({ length: to - from }, (_, at) => from + at);
    const places = services.map(({ name }): PlaceSeries => {
      const of = reporters.filter(({ service }) => service.name === name);
      return {
        pipeline: '', stage: '', channel: '', service: name, deliberate: false,
        points: span.map((second): PlacePoint => ({
          atMs: BEGIN_MS + second * 1_000, completions: sum(of, (told) => told.completions, second), errors: sum(of, (told) => told.errors, second), residenceMsSum: sum(of, (told) => told.stayMs, second),
          downstreamMsSum: null, residenceMsP50: null, residenceMsP95: null, begun: null, inFlight: null, oldestMs: null, waitingOn: null, limit: null, queued: null,
        })),
      };
    });
    const edges = services.flatMap(({ name }) => {
      const of = reporters.filter(({ service }) => service.name === name);
      return [...new Set(of.flatMap(({ told }) => [...told.calls.keys()]))].map((peer): EdgeSeries => ({
        service: name, peer, kind: 'http',
        points: span.map((second) => ({ atMs: BEGIN_MS + second * 1_000, calls: sum(of, (told) => told.calls.get(peer)?.count, second), errors: sum(of, (told) => told.calls.get(peer)?.errors, second), durationMsSum: sum(of, (told) => told.calls.get(peer)?.ms, second) })),
      }));
    });
    const instances = reporters.map(({ service, instance, phase, told }): InstanceSeries => {
      const steps: InstanceSeries['points'] = [];
      for (let second = from; second < Math.min(to, toldUntil({ phase }, to)); second += 1) {
        const atMs = BEGIN_MS + Math.floor((second * 1_000) / INSTANCE_STEP_MS) * INSTANCE_STEP_MS;
        if (steps.at(-1)?.atMs !== atMs) steps.push({ atMs, completions: 0, errors: 0, residenceMsSum: 0, downstreamMsSum: null });
        const step = steps.at(-1)!;
        Object.assign(step, { completions: step.completions + told.completions[second]!, errors: step.errors + told.errors[second]!, residenceMsSum: step.residenceMsSum + told.stayMs[second]! });
      }
      return { service: service.name, instance: `${service.name}-${instance}`, version: '', points: steps.filter(({ completions }) => completions > 0) };
    }).filter(({ points }) => points.length > 0);
    return { fromMs: BEGIN_MS + from * 1_000, toMs: BEGIN_MS + to * 1_000, pipeline: null, places, edges, instances };
  };
  return { beginMs: BEGIN_MS, input };
}
