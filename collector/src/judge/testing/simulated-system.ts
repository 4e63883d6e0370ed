// Any system as a discrete-event simulation: journeys go through stages, requests through services and what those call,
// wait for workers and connections, time out, try again, and are told something at the end. In: a plan. Out: what its
// agents would have reported, and for the tests alone, who really stood in line where and how long a stay really was.
import type { JudgeInput } from '@narrows/contract';
import { Pool } from './pool.js';
import { randomness } from './randomness.js';
import { RecordedEdge, RecordedPlace, type OpenSpan } from './recorder.js';
import { InstanceBook, PeopleBook, RuntimeBook } from './system-recorder.js';
import type { CallPlan, ChannelPlan, Fault, ServicePlan, StagePlan, SystemPlan } from './system-plan.js';
import { Timeline } from './timeline.js';

const BEGIN_MS = 1_626_692_400_000;
const PIPELINE = 'rush';
const TRUTH_MS = 200;
const BATCH_SECONDS = 5;
const ATTEMPTS_MAX = 4;

interface Instance { id: string; index: number; workers: Pool; connections: Pool }
interface Service { plan: ServicePlan; place: RecordedPlace; instances: Instance[] }
interface Channel { plan: ChannelPlan; pool: Pool; place: RecordedPlace }
interface Stage { plan: StagePlan; place: RecordedPlace; channels: Channel[]; waiting: (() => void)[] }
interface Visitor { person: string; session: string; attempt: number }
interface Request { service: Service; instance: Instance; span: OpenSpan; visitor: Visitor; stage: Stage | null; outcome: string }

export interface Truth {
  /** In line at every fifth of a second, by service, and by `stage/channel`. */
  lines: Map<string, number[]>;
  /** At work at the same moments, by service. */
  atWork: Map<string, number[]>;
  /** Stays that ended, by service and by `stage/channel`, with the second of their end. */
  stays: Map<string, { second: number; ms: number; error: boolean }[]>;
}
export interface SimulatedSystem { input: (fromSecond: number, toSecond: number) => JudgeInput; truth: Truth; beginMs: number }

export const simulateSystem = (plan: SystemPlan): SimulatedSystem => new SystemSimulation(plan).run();

class SystemSimulation {
  readonly #time = new Timeline();
  readonly #random;
  readonly #services = new Map<string, Service>();
  readonly #stages: Stage[];
  readonly #edges = new Map<string, RecordedEdge>();
  readonly #places: RecordedPlace[] = [];
  readonly #instances = new InstanceBook();
  readonly #runtime = new RuntimeBook();
  readonly #people = new PeopleBook();
  readonly #truth: Truth = { lines: new Map(), atWork: new Map(), stays: new Map() };
  #born = 0;

  constructor(readonly plan: SystemPlan) {
    this.#random = randomness(plan.seed);
    for (const service of plan.services) this.#services.set(service.name, this.#buildService(service));
    this.#stages = plan.stages.map((stage) => this.#buildStage(stage));
  }

  #record(stage: string, channel: string, service: string, deliberate = false): RecordedPlace {
    const place = new RecordedPlace({ pipeline: stage === '' ? '' : PIPELINE, stage, channel, service, deliberate });
    this.#places.push(place);
    return place;
  }

  #buildService(plan: ServicePlan): Service {
    const instances = Array.from({ length: plan.instances }, (_, index): Instance => ({
      id: `${plan.name}-${index + 1}`, index, workers: new Pool(this.#time, plan.serversEach, plan.lineTimeoutMs), connections: new Pool(this.#time, plan.connectionsEach, 1e9),
    }));
    return { plan, place: this.#record('', '', plan.name), instances };
  }

  #buildStage(plan: StagePlan): Stage {
    const place = this.#record(plan.id, '', plan.service, plan.admittedPerSecond !== null);
    const channels = plan.channels.map((channel): Channel => {
      const own = this.#record(plan.id, channel.id, plan.service);
      own.limit = plan.hasLimit ? channel.servers : null;
      return { plan: channel, pool: new Pool(this.#time, channel.servers, this.#services.get(plan.service)!.plan.lineTimeoutMs), place: own };
    });
    const service = this.#services.get(plan.service)!.plan;
    const servers = channels.length > 0 ? channels.reduce((sum, { plan: each }) => sum + each.servers, 0) : service.instances * service.serversEach;
    place.limit = plan.hasLimit && Number.isFinite(servers) ? servers : null;
    const stage: Stage = { plan, place, channels, waiting: [] };
    if (plan.admittedPerSecond !== null) place.queued = () => stage.waiting.length;
    return stage;
  }

  run(): SimulatedSystem {
    this.#arrive();
    for (const stage of this.#stages) if (stage.plan.admittedPerSecond !== null) this.#admit(stage);
    for (const fault of this.plan.faults) {
      this.#time.after(fault.fromSecond * 1_000, () => this.#resize(fault));
      if (fault.untilSecond !== undefined) this.#time.after(fault.untilSecond * 1_000, () => this.#resize({ ...fault, serversLeft: 1, connectionsEach: Infinity }));
    }
    const perSecond = 1_000 / TRUTH_MS;
    for (let turn = 1; turn <= this.plan.seconds * perSecond; turn += 1) {
      this.#time.runUntil(turn * TRUTH_MS);
      this.#tellLines();
      if (turn % perSecond !== 0) continue;
      const beginMs = BEGIN_MS + this.#time.nowMs - 1_000;
      for (const place of this.#places) place.sample(beginMs, this.#time.nowMs, place.identity.service in this.plan.batchPhase ? { ...this.plan.reporting, active: false, limit: false } : this.plan.reporting);
      for (const edge of this.#edges.values()) edge.sample(beginMs);
      if (this.plan.reporting.runtime) this.#sampleRuntime(beginMs);
    }
    return { input: (from, to) => this.#input(from, to), truth: this.#truth, beginMs: BEGIN_MS };
  }

  /** Faults of this kind that are on now. */
  *#now(of: (fault: Fault) => boolean): Generator<Fault> {
    const second = this.#time.nowMs / 1_000;
    for (const fault of this.plan.faults) if (second >= fault.fromSecond && second < (fault.untilSecond ?? Infinity) && of(fault)) yield fault;
  }

  #resize({ service, serversLeft, serversLeftOf, connectionsEach, instance }: Fault): void {
    const target = service === undefined ? undefined : this.#services.get(service);
    for (const each of target?.instances ?? []) {
      if (instance !== undefined && instance !== each.index) continue;
      if (serversLeft !== undefined) each.workers.resize(Math.max(1, Math.round(target!.plan.serversEach * serversLeft)));
      if (connectionsEach !== undefined) each.connections.resize(Math.min(connectionsEach, target!.plan.connectionsEach));
    }
    const channel = this.#stages.find(({ plan }) => plan.id === serversLeftOf?.stage)?.channels.find(({ plan }) => plan.id === serversLeftOf?.channel);
    if (channel !== undefined && serversLeft !== undefined) channel.pool.resize(Math.max(1, Math.round(channel.plan.servers * serversLeft)));
  }

  #tellLines(): void {
    const tell = (of: Map<string, number[]>, key: string, count: number) => {
      const told = of.get(key);
      if (told === undefined) of.set(key, [count]);
      else told.push(count);
    };
    for (const [name, { instances }] of this.#services) {
      tell(this.#truth.lines, name, instances.reduce((sum, { workers, connections }) => sum + workers.line.length + connections.line.length, 0));
      tell(this.#truth.atWork, name, instances.reduce((sum, { workers }) => sum + workers.busy, 0));
    }
    for (const { plan, channels } of this.#stages) for (const channel of channels) tell(this.#truth.lines, `${plan.id}/${channel.plan.id}`, channel.pool.line.length);
  }

  #sampleRuntime(beginMs: number): void {
    for (const { plan, instances } of this.#services.values()) {
      for (const { id, index, workers } of instances) {
        const starved = [...this.#now(({ service, instance, runtime }) => runtime !== undefined && service === plan.name && (instance ?? index) === index)][0]?.runtime;
        const busy = Math.min(1, workers.busy / Math.max(1, workers.servers));
        const noise = () => (this.#random.uniform() - 0.5) * 0.06;
        const usual = { cpu: 0.15 + 0.5 * busy, gc: 0.02, event_loop: 0.1 + 0.5 * busy, memory: 0.5 };
        for (const measure of ['cpu', 'gc', 'event_loop', 'memory'] as const) {
          this.#runtime.said(plan.name, id, measure, beginMs, (starved?.measure === measure ? starved.share : usual[measure]) + noise());
        }
      }
    }
  }

  /** Poisson, by steps of 50 ms. */
  #arrive(): void {
    const rate = this.plan.perSecond(this.#time.nowMs / 1_000);
    const stepMs = 50;
    for (let at = this.#random.exponential(1_000 / Math.max(rate, 1e-9)); at < stepMs; at += this.#random.exponential(1_000 / Math.max(rate, 1e-9))) {
      const person = `p${(this.#born += 1)}`;
      const sessions = [...this.#now(({ sessionsEach }) => sessionsEach !== undefined)][0]?.sessionsEach ?? 1;
      const many = Math.floor(sessions) + (this.#random.uniform() < sessions % 1 ? 1 : 0);
      for (let session = 0; session < many; session += 1) {
        this.#time.after(at + (session === 0 ? 0 : this.#random.uniform() * 3_000), () => this.#visit(0, { person, session: `${person}-${session}`, attempt: 1 }));
      }
    }
    this.#time.after(stepMs, () => this.#arrive());
  }

  #admit(stage: Stage): void {
    stage.waiting.shift()?.();
    this.#time.after(1_000 / stage.plan.admittedPerSecond!, () => this.#admit(stage));
  }

  #visit(index: number, visitor: Visitor): void {
    const stage = this.#stages[index];
    if (stage === undefined) return;
    const next = () => this.#time.after(100 + this.#random.uniform() * 400, () => this.#visit(index + 1, visitor));
    if (stage.plan.admittedPerSecond !== null) stage.waiting.push(next);
    this.#throughGateway(stage, visitor, (error) => {
      if (stage.plan.admittedPerSecond !== null) return;
      if (!error) next();
      else if (visitor.attempt < ATTEMPTS_MAX && this.#random.uniform() < this.plan.retryShare) {
        this.#time.after(1_000 + this.#random.uniform() * 2_000, () => this.#visit(0, { ...visitor, attempt: visitor.attempt + 1 }));
      }
    });
  }

  #throughGateway(stage: Stage, visitor: Visitor, done: (error: boolean) => void): void {
    const gateway = this.plan.gateway === null || this.plan.gateway === stage.plan.service ? undefined : this.#services.get(this.plan.gateway);
    if (gateway === undefined) {
      this.#serve(this.#services.get(stage.plan.service)!, visitor, stage, done);
      return;
    }
    const call: CallPlan = { peer: stage.plan.service, kind: 'http', timeoutMs: 60_000, retries: 0 };
    this.#serve(gateway, visitor, null, done, [{ call, stage }]);
  }

  #isSilent = (service: string): boolean => !this.#now((fault) => fault.silent === true && fault.service === service).next().done;

  #serve(service: Service, visitor: Visitor, stage: Stage | null, done: (error: boolean) => void, calls?: { call: CallPlan; stage: Stage | null }[]): void {
    const instance = service.instances.reduce((a, b) => (load(b) < load(a) ? b : a));
    const channel = stage === null || stage.channels.length === 0 ? null : this.#chosen(stage);
    const span: OpenSpan = { beginMs: this.#time.nowMs, places: [service.place], downstreamMs: 0, callingSinceMs: null, error: false };
    if (stage !== null) span.places.push(stage.place);
    if (channel !== null) span.places.push(channel.place);
    for (const place of span.places) place.begin(span);
    const request: Request = { service, instance, span, visitor, stage, outcome: stage === this.#stages[this.#stages.length - 1] ? this.#told() : '' };
    const pool = channel?.pool ?? instance.workers;
    const end = (error: boolean) => {
      this.#close(request, channel, error);
      done(error);
    };
    pool.enter(() => this.#work(request, channel, calls, (error) => {
      pool.leave();
      end(error);
    }), () => end(true));
  }

  #told(): string {
    for (const { outcome } of this.#now(({ outcome }) => outcome !== undefined)) if (this.#random.uniform() < outcome!.share) return outcome!.say;
    let point = this.#random.uniform();
    return this.plan.outcomes.find(({ share }) => (point -= share) < 0)?.say ?? '';
  }

  #chosen(stage: Stage): Channel {
    let point = this.#random.uniform() * stage.channels.reduce((sum, { plan }) => sum + plan.popularity, 0);
    return stage.channels.find(({ plan }) => (point -= plan.popularity) < 0) ?? stage.channels[0]!;
  }

  #close({ service, instance, span, visitor, stage, outcome }: Request, channel: Channel | null, error: boolean): void {
    const [nowMs, name] = [this.#time.nowMs, service.plan.name];
    span.error = error;
    const isLost = this.#isSilent(name) || this.#random.uniform() < this.plan.lostShare;
    for (const place of span.places) place.end(span, nowMs, isLost);
    const residenceMs = nowMs - span.beginMs;
    for (const key of [name, ...(channel === null ? [] : [`${stage!.plan.id}/${channel.plan.id}`])]) {
      const stays = this.#truth.stays.get(key) ?? [];
      if (stays.length === 0) this.#truth.stays.set(key, stays);
      stays.push({ second: nowMs / 1_000, ms: residenceMs, error });
    }
    if (isLost) return;
    const version = [...this.#now((fault) => fault.version !== undefined && fault.service === name)][0]?.version ?? service.plan.version;
    this.#instances.ended({ service: name, instance: instance.id, version }, BEGIN_MS + nowMs, { residenceMs, downstreamMs: this.plan.reporting.downstream ? span.downstreamMs : null, error });
    if (stage !== null) this.#people.seen(BEGIN_MS + nowMs, stage.plan.id, visitor.person, visitor.session, error ? '' : outcome);
  }

  #work(request: Request, channel: Channel | null, calls: { call: CallPlan; stage: Stage | null }[] | undefined, done: (error: boolean) => void): void {
    const { service: { plan }, instance } = request;
    const out = channel === null ? undefined : [...this.#now((fault) => fault.channel?.stage === request.stage!.plan.id && fault.channel.id === channel.plan.id)][0];
    if (out !== undefined) {
      this.#time.after(out.channel!.errorMs * (0.5 + this.#random.uniform()), () => done(true));
      return;
    }
    let ownMs = channel?.plan.serviceMs ?? plan.ownMs;
    let errorShare = plan.errorShare;
    for (const fault of this.#now((each) => each.service === plan.name && (each.instance ?? instance.index) === instance.index)) {
      ownMs *= fault.slower ?? 1;
      errorShare = Math.max(errorShare, fault.errorShare ?? 0);
      const n = (channel?.pool ?? instance.workers).busy;
      if (fault.scalability) ownMs *= 1 + fault.scalability.sigma * (n - 1) + fault.scalability.kappa * n * (n - 1);
    }
    const tookMs = this.plan.spread === 'exponential' ? this.#random.exponential(ownMs) : this.#random.lognormal(ownMs, this.plan.spread);
    const fails = this.#random.uniform() < errorShare;
    this.#time.after(tookMs, () => {
      if (fails) done(true);
      else this.#callAll(request, calls ?? plan.calls.map((call) => ({ call, stage: null })), 0, done);
    });
  }

  #callAll(request: Request, calls: readonly { call: CallPlan; stage: Stage | null }[], index: number, done: (error: boolean) => void): void {
    const next = calls[index];
    if (next === undefined) done(false);
    else this.#try(request, next, 0, (error) => (error ? done(true) : this.#callAll(request, calls, index + 1, done)));
  }

  /** One call with its retries. Whoever gives up does not stop the one that was called. */
  #try(request: Request, next: { call: CallPlan; stage: Stage | null }, attempt: number, done: (error: boolean) => void): void {
    const { call } = next;
    const { span, instance } = request;
    const count = (field: 'calling' | 'querying' | 'pooling', by: number) => { for (const place of span.places) place[field] += by; };
    const start = () => {
      const beganMs = this.#time.nowMs;
      const state = call.kind === 'sql' ? 'querying' : 'calling';
      count(state, 1);
      let isOver = false;
      const over = (error: boolean) => {
        if (isOver) return;
        isOver = true;
        giveUp();
        count(state, -1);
        if (call.kind === 'sql') instance.connections.leave();
        const tookMs = this.#time.nowMs - beganMs;
        span.downstreamMs += tookMs;
        if (!this.#isSilent(request.service.plan.name)) this.#edge(request.service.plan.name, call).called(tookMs, error);
        if (error && attempt < call.retries) this.#time.after(50, () => this.#try(request, next, attempt + 1, done));
        else done(error);
      };
      const giveUp = this.#time.after(call.timeoutMs, () => over(true));
      this.#answer(request, next, over);
    };
    if (call.kind !== 'sql') { start(); return; }
    count('pooling', 1);
    const begin = () => { count('pooling', -1); start(); };
    instance.connections.enter(begin, begin);
  }

  #answer({ visitor }: Request, { call, stage }: { call: CallPlan; stage: Stage | null }, over: (error: boolean) => void): void {
    const peer = this.#services.get(call.peer);
    if (peer !== undefined) {
      this.#serve(peer, visitor, stage, over);
      return;
    }
    const dependency = this.plan.dependencies.find(({ name }) => name === call.peer);
    let [meanMs, errorShare] = [dependency?.meanMs ?? 10, dependency?.errorShare ?? 0];
    for (const fault of this.#now((each) => each.dependency === call.peer)) {
      meanMs *= fault.slower ?? 1;
      errorShare = Math.max(errorShare, fault.errorShare ?? 0);
    }
    const fails = this.#random.uniform() < errorShare;
    this.#time.after(this.#random.lognormal(meanMs, 0.4), () => over(fails));
  }

  #edge(service: string, { peer, kind }: CallPlan): RecordedEdge {
    const key = `${service} ${peer}`;
    let edge = this.#edges.get(key);
    if (edge === undefined) {
      this.#edges.set(key, (edge = new RecordedEdge({ service, peer, kind })));
      for (let second = 0; second < Math.floor(this.#time.nowMs / 1_000); second += 1) edge.sample(BEGIN_MS + second * 1_000);
    }
    return edge;
  }

  #input(from: number, to: number): JudgeInput {
    const { plan } = this;
    /** First second of which a batch is still under way. */
    const sentUntil = (service: string) => { const phase = plan.batchPhase[service]; return phase === undefined ? Infinity : Math.floor((to - phase) / BATCH_SECONDS) * BATCH_SECONDS + phase; };
    const sent = <Series extends { service: string; points: Point[] }, Point extends { atMs: number }>(series: Series): Series => ({ ...series, points: series.points.filter(({ atMs }) => atMs < BEGIN_MS + sentUntil(series.service) * 1_000) });
    const silentFrom = (service: string) => plan.faults.find((fault) => fault.silent === true && fault.service === service)?.fromSecond ?? Infinity;
    const shown = <Point extends { atMs: number }>(service: string, points: readonly Point[], blank: (point: Point) => Point): Point[] => {
      const skew = plan.skewSeconds[service] ?? 0;
      return Array.from({ length: to - from }, (_, index) => {
        const point = points[Math.min(points.length - 1, Math.max(0, from + index - skew))]!;
        const moved = { ...point, atMs: BEGIN_MS + (from + index) * 1_000 };
        return from + index >= Math.min(silentFrom(service), sentUntil(service)) || from + index - skew >= to ? blank(moved) : moved;
      });
    };
    const [fromMs, toMs] = [BEGIN_MS + from * 1_000, BEGIN_MS + to * 1_000];
    const people = plan.reporting.people && plan.declaresPipeline ? { people: this.#people.between(fromMs, toMs) } : {};
    return {
      fromMs, toMs,
      pipeline: plan.declaresPipeline ? { id: PIPELINE, stages: plan.stages.map(({ id, name, admittedPerSecond }) => ({ id, name, deliberate: admittedPerSecond !== null })) } : null,
      places: this.#places.filter(({ identity }) => plan.declaresPipeline || identity.stage === '').map(({ identity, points }) => ({
        ...identity, points: shown(identity.service, points, ({ atMs }) => ({
          atMs, completions: 0, errors: 0, residenceMsSum: 0, downstreamMsSum: null, residenceMsP50: null, residenceMsP95: null, begun: null, inFlight: null, oldestMs: null, waitingOn: null, limit: null, queued: null,
        })),
      })),
      edges: [...this.#edges.values()].map(({ identity, points }) => ({
        ...identity, points: shown(identity.service, points, ({ atMs }) => ({ atMs, calls: 0, errors: 0, durationMsSum: 0 })),
      })),
      ...(plan.reporting.instances ? { instances: this.#instances.between(fromMs, toMs).map((series) => sent(series)) } : {}),
      ...(plan.reporting.runtime ? { runtime: this.#runtime.between(fromMs, toMs) } : {}),
      ...people,
    };
  }
}

const load = ({ workers }: Instance): number => (workers.busy + workers.line.length) / Math.max(1, workers.servers);
