// A reservation system as a discrete-event simulation with known truth: a deliberate waiting room, stages whose channels
// are finite pools of workers with a line and a time-out, a gateway through which everything goes, a dependency, people
// who try again. In: a plan and a seed. Out: per-second input for the judge, and what really happened inside.
import type { JudgeInput } from '@narrows/contract';
import type { OpenSpan, Reporting } from './recorder.js';
import { RecordedEdge, RecordedPlace } from './recorder.js';
import { randomness } from './randomness.js';
import { Pool } from './pool.js';
import { Timeline } from './timeline.js';

export interface PlannedChannel { id: string; servers: number; serviceMs: number; popularity: number }
/** From a second on, `share` of the requests to a stage (or to one channel of it) end in an error soon, or hang and then end in one. */
export interface PlannedFault { stage: string; channel?: string; fromSecond: number; share?: number; errorShare: number; errorMs: number; hangMs: number }
export interface PlannedStage {
  id: string;
  name: { ko: string; en: string };
  service: string;
  /** `deliberate`: lets in so many a second. */
  admittedPerSecond?: number;
  /** Without channels: so many served at once at a time (Infinity: no line). */
  servers?: number;
  serviceMs?: number;
  channels?: PlannedChannel[];
  queueTimeoutMs?: number;
  /** Called while a server is held. */
  dependency?: { peer: string; meanMs: (second: number) => number };
  /** People think this long before the next stage. */
  thinkMs?: [number, number];
}
export interface Plan {
  seed: number;
  seconds: number;
  perSecond: (second: number) => number;
  stages: PlannedStage[];
  gateway: string | null;
  /** `exponential`, or the spread of a lognormal. */
  spread: 'exponential' | number;
  /** First requests are slower by this factor, falling to 1 over five seconds. */
  coldFactor?: number;
  faults?: PlannedFault[];
  retryShare: number;
  /** People choose the channel with the shortest line relative to its workers among three looked at. */
  seesLights?: boolean;
  reporting: Reporting;
}

interface BuiltChannel { plan: PlannedChannel; pool: Pool; place: RecordedPlace | null }
interface BuiltStage { plan: PlannedStage; place: RecordedPlace; service: RecordedPlace; channels: BuiltChannel[]; edge: RecordedEdge | null; gatewayEdge: RecordedEdge | null; waiting: (() => void)[] }

export interface Simulated {
  input: (fromSecond: number, toSecond: number) => JudgeInput;
  /** In line at every tenth of a second, by stage and channel (`identity`, `identity/kakao`). */
  lines: Map<string, number[]>;
  beginMs: number;
}

/** Second at which a line began to stand for good: the last moment with at most two in it. */
export function trueOnset(line: readonly number[]): number {
  return (line.findLastIndex((length) => length <= 2) + 1) * (TRUTH_MS / 1_000);
}

const PIPELINE = 'vaccine';
const TRUTH_MS = 100;

/** Run the plan from the first to the last second. */
export function simulate(plan: Plan): Simulated {
  return new Simulation(plan).run();
}

class Simulation {
  readonly #time = new Timeline();
  readonly #random;
  readonly #places: RecordedPlace[] = [];
  readonly #edges: RecordedEdge[] = [];
  readonly #stages: BuiltStage[];
  readonly #gateway: RecordedPlace | null;
  readonly #lines = new Map<string, number[]>();
  readonly #beginMs = 1_626_692_400_000;

  constructor(readonly plan: Plan) {
    this.#random = randomness(plan.seed);
    this.#gateway = plan.gateway === null ? null : this.#place('', '', plan.gateway, false);
    this.#stages = plan.stages.map((stage) => this.#build(stage));
  }

  #place(stage: string, channel: string, service: string, deliberate: boolean): RecordedPlace {
    const known = this.#places.find(({ identity }) => identity.stage === stage && identity.channel === channel && identity.service === service);
    if (known !== undefined) return known;
    const place = new RecordedPlace({ pipeline: stage === '' ? '' : PIPELINE, stage, channel, service, deliberate });
    this.#places.push(place);
    return place;
  }

  #edge(service: string, peer: string): RecordedEdge {
    const edge = new RecordedEdge({ service, peer, kind: 'http' });
    this.#edges.push(edge);
    return edge;
  }

  #build(stage: PlannedStage): BuiltStage {
    const place = this.#place(stage.id, '', stage.service, stage.admittedPerSecond !== undefined);
    const plans = stage.channels ?? [{ id: '', servers: stage.servers ?? Infinity, serviceMs: stage.serviceMs ?? 1, popularity: 1 }];
    const channels = plans.map((channel): BuiltChannel => {
      const own = channel.id === '' ? null : this.#place(stage.id, channel.id, stage.service, false);
      if (own !== null) own.limit = channel.servers;
      return { plan: channel, place: own, pool: new Pool(this.#time, channel.servers, stage.queueTimeoutMs ?? 1e9) };
    });
    const servers = channels.reduce((sum, { pool }) => sum + pool.servers, 0);
    place.limit = Number.isFinite(servers) ? servers : null;
    const built: BuiltStage = {
      plan: stage, place, channels, waiting: [], service: this.#place('', '', stage.service, false),
      edge: stage.dependency === undefined ? null : this.#edge(stage.service, stage.dependency.peer),
      gatewayEdge: this.plan.gateway === null || stage.service === this.plan.gateway ? null : this.#edge(this.plan.gateway, stage.service),
    };
    if (stage.admittedPerSecond !== undefined) place.queued = () => built.waiting.length;
    return built;
  }

  run(): Simulated {
    const { seconds } = this.plan;
    this.#arrive();
    for (const stage of this.#stages) if (stage.plan.admittedPerSecond !== undefined) this.#admit(stage);
    for (let tenth = 1; tenth <= seconds * 10; tenth += 1) {
      this.#time.runUntil(tenth * TRUTH_MS);
      this.#tellTruth();
      if (tenth % 10 !== 0) continue;
      const beginMs = this.#beginMs + tenth * TRUTH_MS - 1_000;
      for (const place of this.#places) place.sample(beginMs, this.#time.nowMs, this.plan.reporting);
      for (const edge of this.#edges) edge.sample(beginMs);
    }
    return { lines: this.#lines, beginMs: this.#beginMs, input: (from, to) => this.#input(from, to) };
  }

  #input(from: number, to: number): JudgeInput {
    return {
      fromMs: this.#beginMs + from * 1_000, toMs: this.#beginMs + to * 1_000,
      pipeline: { id: PIPELINE, stages: this.plan.stages.map(({ id, name, admittedPerSecond }) => ({ id, name, deliberate: admittedPerSecond !== undefined })) },
      places: this.#places.map(({ identity, points }) => ({ ...identity, points: points.slice(from, to) })),
      edges: this.#edges.map(({ identity, points }) => ({ ...identity, points: points.slice(from, to) })),
    };
  }

  #tellTruth(): void {
    const tell = (key: string, length: number) => {
      const line = this.#lines.get(key);
      if (line === undefined) this.#lines.set(key, [length]);
      else line.push(length);
    };
    for (const { plan, channels } of this.#stages) {
      tell(plan.id, channels.reduce((sum, { pool }) => sum + pool.line.length, 0));
      for (const { plan: channel, pool } of channels) if (channel.id !== '') tell(`${plan.id}/${channel.id}`, pool.line.length);
    }
  }

  /** Poisson arrivals at the planned rate (thinning by whole steps of 50 ms). */
  #arrive(): void {
    const rate = this.plan.perSecond(this.#time.nowMs / 1_000);
    const stepMs = 50;
    for (let at = this.#random.exponential(1_000 / Math.max(rate, 1e-9)); at < stepMs; at += this.#random.exponential(1_000 / rate)) {
      this.#time.after(at, () => this.#visit(0, 1));
    }
    this.#time.after(stepMs, () => this.#arrive());
  }

  #admit(stage: BuiltStage): void {
    stage.waiting.shift()?.();
    this.#time.after(1_000 / stage.plan.admittedPerSecond!, () => this.#admit(stage));
  }

  #visit(index: number, attempt: number): void {
    const stage = this.#stages[index];
    if (stage === undefined) return;
    const next = () => {
      const [from, to] = stage.plan.thinkMs ?? [50, 200];
      this.#time.after(from + this.#random.uniform() * (to - from), () => this.#visit(index + 1, attempt));
    };
    if (stage.plan.admittedPerSecond !== undefined) {
      stage.waiting.push(next);
      this.#request(stage, () => undefined);
      return;
    }
    this.#request(stage, (error) => {
      if (!error) next();
      else if (attempt < 4 && this.#random.uniform() < this.plan.retryShare) this.#time.after(1_000 + this.#random.uniform() * 2_000, () => this.#visit(0, attempt + 1));
    });
  }

  #open(places: (RecordedPlace | null)[]): OpenSpan {
    const span: OpenSpan = { beginMs: this.#time.nowMs, places: places.flatMap((place) => place ?? []), downstreamMs: 0, callingSinceMs: null, error: false };
    for (const place of span.places) place.begin(span);
    return span;
  }

  #close(span: OpenSpan, error: boolean): void {
    span.error = error;
    for (const place of span.places) place.end(span, this.#time.nowMs);
  }

  #calls(span: OpenSpan): void {
    span.callingSinceMs = this.#time.nowMs;
    for (const place of span.places) place.calling += 1;
  }

  #answered(span: OpenSpan): void {
    span.downstreamMs += this.#time.nowMs - span.callingSinceMs!;
    for (const place of span.places) place.calling -= 1;
  }

  /** One request: through the gateway (if the stage is not the gateway's own page) into the stage's service. */
  #request(stage: BuiltStage, done: (error: boolean) => void): void {
    const { gatewayEdge } = stage;
    if (gatewayEdge === null || this.#gateway === null) {
      this.#serve(stage, done);
      return;
    }
    const outer = this.#open([this.#gateway]);
    this.#time.after(2, () => {
      const calledAt = this.#time.nowMs;
      this.#calls(outer);
      this.#serve(stage, (error) => {
        this.#answered(outer);
        gatewayEdge.called(this.#time.nowMs - calledAt, error);
        this.#time.after(1, () => this.#close(outer, error));
        done(error);
      });
    });
  }

  #chosen(stage: BuiltStage): BuiltChannel {
    const draw = () => {
      let point = this.#random.uniform() * stage.channels.reduce((sum, { plan }) => sum + plan.popularity, 0);
      return stage.channels.find(({ plan }) => (point -= plan.popularity) < 0) ?? stage.channels[0]!;
    };
    const load = ({ pool }: BuiltChannel) => (pool.busy + pool.line.length) / pool.servers;
    const first = draw();
    return this.plan.seesLights && load(first) >= 1 ? [first, draw(), draw()].sort((a, b) => load(a) - load(b))[0]! : first;
  }

  #serve(stage: BuiltStage, done: (error: boolean) => void): void {
    const channel = this.#chosen(stage);
    const span = this.#open([stage.place, channel.place, stage.service]);
    const end = (error: boolean) => {
      this.#close(span, error);
      done(error);
    };
    channel.pool.enter(() => this.#work(stage, channel, span, (error) => {
      channel.pool.leave();
      end(error);
    }), () => end(true));
  }

  #work(stage: BuiltStage, channel: BuiltChannel, span: OpenSpan, done: (error: boolean) => void): void {
    const second = this.#time.nowMs / 1_000;
    const fault = this.plan.faults?.find((each) => each.stage === stage.plan.id && (each.channel === undefined || each.channel === channel.plan.id) && second >= each.fromSecond);
    if (fault !== undefined && this.#random.uniform() < (fault.share ?? 1)) {
      this.#time.after(this.#random.uniform() < fault.errorShare ? fault.errorMs : fault.hangMs, () => done(true));
      return;
    }
    const cold = 1 + ((this.plan.coldFactor ?? 1) - 1) * Math.max(0, 1 - second / 5);
    const mean = channel.plan.serviceMs * cold;
    const own = this.plan.spread === 'exponential' ? this.#random.exponential(mean) : this.#random.lognormal(mean, this.plan.spread);
    this.#time.after(own, () => {
      const { dependency } = stage.plan;
      if (dependency === undefined || stage.edge === null) {
        done(false);
        return;
      }
      const callMs = this.#random.lognormal(dependency.meanMs(this.#time.nowMs / 1_000), 0.4);
      this.#calls(span);
      this.#time.after(callMs, () => {
        this.#answered(span);
        stage.edge!.called(callMs, false);
        done(false);
      });
    });
  }
}
