// A day's requests → OTLP export requests, in the order in which they would be exported: spans of every service that a request
// passes, with who asked and what they were told, and each second what is open. Bytes depend on the day, the seed and how often
// is exported, and on nothing else: neither how fast they are taken nor by whom changes one of them.
import type { Signal } from '@narrows/contract';
import { createRandom, type Random } from '../../random.js';
import type { NationalDay } from '../day.js';
import { doubled } from '../engine/column.js';
import type { Asker, DaySink, Outcome, SecondState } from '../simulation/day-sink.js';
import type { ActiveGroup } from './active-groups.js';
import { ActiveReport } from './active-report.js';
import { ExportStreams, type ExportRequest } from './export-request.js';
import { Fleet, streamOf, type ScopeStreams, type ServiceName } from './fleet.js';
import { mix, PatchValues } from './patch-values.js';
import { SpanCatalogue, STEP_ROUTE } from './span-catalogue.js';
import type { Template } from './template-stream.js';

/** Spans of one export request: about a megabyte. */
const SPANS_PER_REQUEST = 2_048;
const SECOND_MS = 1_000;
/** Where nobody looks at the day while it passes, fewer and larger requests cost the collector less. */
const EXPORT_EVERY_SECONDS = 10;
/** So many short times are drawn beforehand, and later drawn from: nobody sees the difference, and it costs a tenth. */
const SHORT_TIMES = 4_096;
/** A hop over the network and back, and what the gateway does itself. */
const HOP_MS = 0.6;

/** `atMs`: the moment of the day at which it is sent. */
export interface Export extends ExportRequest { signal: Signal; atMs: number }

export class DayTelemetry implements DaySink {
  /** Spans, points and records made so far. */
  readonly made: Record<Signal, number> = { traces: 0, metrics: 0, logs: 0 };
  readonly #spans = new ExportStreams();
  readonly #fleet: Fleet;
  readonly #active: ActiveReport;
  readonly #catalogue: SpanCatalogue;
  readonly #values: PatchValues;
  readonly #random: Random;
  readonly #shortMs: ReturnType<typeof shortTimes>;
  readonly #groups: ReturnType<typeof groupsOf>;
  readonly #hops: ReturnType<typeof hopsOf>;
  #out: Export[] = [];
  #held = 0;
  #requests = 0;
  /** Number of the request at hand. */
  #request = 0;
  #slotsReadSecond = -1;
  #attemptRequest = new Uint32Array(1_024);
  #attemptMs = new Float64Array(1_024);
  #attemptChannel = new Uint8Array(1_024);
  /** Times of the spans of the request at hand. */
  readonly #from = new Float64Array(16);
  readonly #to = new Float64Array(16);
  readonly #parent = new Uint8Array(16);
  /** How long the calls of each were open; none of them overlap here. */
  readonly #calls = new Float64Array(16);

  /** `exportEverySeconds`: what is not a full request yet waits no longer than that. */
  constructor(day: NationalDay, seed: number, readonly exportEverySeconds = EXPORT_EVERY_SECONDS) {
    const channels = day.channels.map(({ id }) => id);
    const serversMax = Math.max(...day.servers.map(({ count }) => count));
    this.#fleet = new Fleet(this.#spans, serversMax);
    this.#active = new ActiveReport(channels, Math.ceil(day.durationMs / SECOND_MS));
    this.#catalogue = new SpanCatalogue(channels, day.failureThrowsBack);
    this.#values = new PatchValues(seed, day.beginMs);
    this.#random = createRandom(seed).fork('national/telemetry');
    this.#shortMs = shortTimes(this.#random.fork('short'));
    this.#groups = groupsOf(this.#active, channels);
    this.#hops = hopsOf(this.#fleet);
    this.#fleet.setServers(day.servers[0]?.count ?? 1);
  }

  /** What there is to send; it is the caller's from now on. */
  take(): Export[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }

  journey(atMs: number, who: Asker): void { this.#alone(atMs, who, this.#catalogue.journey(), this.#groups.journey); }
  channels(atMs: number, who: Asker): void { this.#alone(atMs, who, this.#catalogue.channels(), this.#groups.channels); }

  refused(atMs: number, who: Asker, step: 'form' | 'identity' | 'booking', channel: number, outcome: Outcome): void {
    this.#alone(atMs, who, this.#catalogue.refused(step, channel, outcome), step === 'identity' ? this.#groups.webIdentity[Math.max(0, channel)]! : this.#groups[step]);
  }

  line(atMs: number, who: Asker, fresh: boolean, outcome: Outcome): void {
    const templates = this.#catalogue.line(fresh, outcome, who.person >= 0);
    if (templates.length === 1) { this.#alone(atMs, who, templates, fresh ? this.#groups.enter : this.#groups.look); return; }
    let at = this.#open(atMs);
    for (let call = 1; call < templates.length; call += 2) at = this.#call(call, 0, at, this.#draw(this.#shortMs.room));
    this.#close(at);
    this.#groups[fresh ? 'enter' : 'look'].passed(atMs, this.#to[0]!);
    this.#groups[fresh ? 'roomEnter' : 'roomLook'].passed(this.#from[2]!, this.#to[2]!);
    if (outcome === 'admitted') this.#groups.roomLeave.passed(this.#from[4]!, this.#to[4]!);
    this.#write(who, templates, this.#hops.line);
  }

  form(atMs: number, who: Asker, outcome: Outcome): void {
    const registryMs = this.#draw(this.#shortMs.registry);
    const at = this.#call(1, 0, this.#open(atMs), registryMs + 3);
    this.#call(3, 2, this.#from[2]! + 0.8, registryMs);
    this.#close(at);
    this.#groups.form.passed(atMs, this.#to[0]!);
    this.#groups.eligibility.passed(this.#from[2]!, this.#to[2]!);
    this.#groups.registry.passed(this.#from[4]!, this.#to[4]!);
    this.#write(who, this.#catalogue.form(outcome), this.#hops.form);
  }

  slots(atMs: number, who: Asker): void {
    const second = Math.floor(atMs / SECOND_MS);
    const asksDatabase = second !== this.#slotsReadSecond;
    this.#slotsReadSecond = second;
    const at = this.#call(1, 0, this.#open(atMs), asksDatabase ? 60 : 1);
    if (asksDatabase) { this.#step(3, 2, this.#from[2]! + 0.4, 1); this.#step(4, 2, this.#from[2]! + 2, 55); }
    this.#close(at);
    this.#groups.slots.passed(atMs, this.#to[0]!);
    this.#groups.clinics.passed(this.#from[2]!, this.#to[2]!);
    this.#write(who, this.#catalogue.slots(asksDatabase), this.#hops.slots);
  }

  booking(atMs: number, who: Asker, outcome: Outcome): void {
    const queryMs = this.#draw(this.#shortMs.query);
    const at = this.#call(1, 0, this.#open(atMs), queryMs * 5 + 3);
    for (let query = 0; query < 5; query++) this.#step(3 + query, 2, this.#from[2]! + 0.5 + query * (queryMs + 0.2), queryMs);
    this.#close(at);
    this.#groups.booking.passed(atMs, this.#to[0]!);
    this.#groups.reservation.passed(this.#from[2]!, this.#to[2]!);
    this.#write(who, this.#catalogue.booking(outcome), this.#hops.booking);
  }

  identityBegan(atMs: number, attempt: number, _who: Asker, channel: number): void {
    if (attempt >= this.#attemptMs.length) {
      this.#attemptRequest = doubled(this.#attemptRequest);
      this.#attemptMs = doubled(this.#attemptMs);
      this.#attemptChannel = doubled(this.#attemptChannel);
    }
    this.#attemptRequest[attempt] = this.#requests++;
    this.#attemptMs[attempt] = atMs;
    this.#attemptChannel[attempt] = channel;
    this.#groups.webIdentity[channel]!.began(atMs);
    this.#groups.identity[channel]!.began(atMs);
  }

  identityEnded(atMs: number, attempt: number, who: Asker, channel: number, beganMs: number, outcome: Outcome): void {
    this.#request = this.#attemptRequest[attempt]!;
    this.#close(this.#call(1, 0, this.#begin(beganMs), Math.max(0.2, atMs - beganMs)));
    this.#groups.webIdentity[channel]!.ended(beganMs);
    this.#groups.identity[channel]!.ended(beganMs);
    this.#write(who, this.#catalogue.identity(channel, outcome), this.#hops.identity);
  }

  second(state: SecondState): void {
    this.#fleet.setServers(state.servers);
    const oldest = state.oldestAttempts.map((attempt) => ({ request: this.#attemptRequest[attempt]!, beganMs: this.#attemptMs[attempt]!, channel: this.#attemptChannel[attempt]! }));
    this.#active.report(state, oldest, this.#values);
    if (Math.round(state.atMs / SECOND_MS) % this.exportEverySeconds === 0) this.finish(state.atMs);
  }

  /** Put everything held into requests, as at the end of the day. */
  finish(atMs: number): void {
    this.#flushSpans(atMs);
    const { metrics, logs } = this.#active.take();
    if (metrics) this.#push('metrics', metrics, atMs);
    if (logs) this.#push('logs', logs, atMs);
  }

  /** A request of which nothing behind the gateway hears. */
  #alone(atMs: number, who: Asker, templates: readonly Template[], group: ActiveGroup): void {
    this.#close(this.#open(atMs));
    group.passed(atMs, this.#to[0]!);
    this.#write(who, templates, this.#hops.line);
  }

  /** A new request begins at the gateway. Answers when its first call begins. */
  #open(atMs: number): number {
    this.#request = this.#requests++;
    return this.#begin(atMs);
  }

  #begin(atMs: number): number {
    this.#from[0] = atMs;
    this.#calls[0] = 0;
    return atMs + this.#draw(this.#shortMs.gateway);
  }

  /** A call (span `call`) of span `parent`, and what answers it (the next span) for so long. Answers when it is over. */
  #call(call: number, parent: number, atMs: number, answerMs: number): number {
    this.#step(call, parent, atMs, answerMs + 2 * HOP_MS);
    this.#step(call + 1, call, atMs + HOP_MS, answerMs);
    return this.#to[call]!;
  }

  #step(span: number, parent: number, atMs: number, ms: number): void {
    const endMs = atMs + ms;
    this.#from[span] = atMs;
    this.#to[span] = endMs;
    this.#parent[span] = parent;
    this.#calls[span] = 0;
    this.#calls[parent]! += endMs - atMs;
  }

  #close(atMs: number): void { this.#to[0] = atMs + 0.5; }

  /** `hops`: where each span goes, front to back. */
  #write(who: Asker, templates: readonly Template[], hops: readonly Hop[]): void {
    const values = this.#values;
    const spans = templates.length;
    const mixedSession = mix(who.session);
    values.begin(this.#request, this.#from[0]!, who);
    if (spans === 1) this.#calls[0] = 0;
    for (let span = 0; span < spans; span++) {
      const hop = hops[span]!;
      values.span = span;
      values.parent = this.#parent[span]!;
      values.startMs = this.#from[span]!;
      values.endMs = this.#to[span]!;
      // To the microsecond.
      values.value = hop.isServer ? Math.round(this.#calls[span]! * 1_000) / 1_000 : 0;
      streamOf(hop.to, mixedSession).add(templates[span]!, values);
    }
    this.made.traces += spans;
    this.#held += spans;
    if (this.#held >= SPANS_PER_REQUEST) this.#flushSpans(this.#from[0]!);
  }

  #draw(times: Float64Array): number { return times[Math.floor(this.#random.next() * SHORT_TIMES)]!; }

  #flushSpans(atMs: number): void {
    this.#held = 0;
    const request = this.#spans.take();
    if (request) this.#out.push({ signal: 'traces', ...request, atMs });
  }

  #push(signal: 'metrics' | 'logs', request: ExportRequest, atMs: number): void {
    this.made[signal] += request.items;
    this.#out.push({ signal, ...request, atMs });
  }
}

/** What takes milliseconds: the gateway's own work, the waiting room, a record of the registry, a query. */
function shortTimes(random: Random) {
  const times = (medianMs: number, spread: number) => Float64Array.from({ length: SHORT_TIMES }, () => random.lognormal(medianMs, spread));
  return { gateway: times(1, 0.5), room: times(0.8, 0.5), registry: times(18, 0.3), query: times(2.2, 0.4) };
}

/** Every kind of transaction that is reported while it is open. */
function groupsOf(active: ActiveReport, channels: readonly string[]) {
  const short = (service: ServiceName, method: string, route: string, step?: string) =>
    active.group({ service, method, route, ...(step !== undefined && { step }), state: service === 'web' || service === 'eligibility' ? 'httpc' : service === 'booking' ? 'sql' : 'method', long: false });
  return {
    journey: short('web', 'GET', '/api/journey'), channels: short('web', 'GET', '/api/channels'),
    enter: short('web', 'POST', '/api/waiting-room', 'waiting-room'), look: short('web', 'GET', '/api/waiting-room', 'waiting-room'),
    form: short('web', 'POST', STEP_ROUTE.form, 'form'), slots: short('web', 'GET', '/api/slots'), booking: short('web', 'POST', STEP_ROUTE.booking, 'booking'),
    roomEnter: short('waiting-room', 'POST', '/places', 'waiting-room'), roomLook: short('waiting-room', 'GET', '/places/:ticket', 'waiting-room'), roomLeave: short('waiting-room', 'DELETE', '/places/:ticket', 'waiting-room'),
    eligibility: short('eligibility', 'POST', '/eligibility', 'form'), registry: short('registry', 'GET', '/records/:person'), clinics: short('clinics', 'GET', '/slots', 'clinics'),
    reservation: short('booking', 'POST', '/reservations', 'booking'),
    webIdentity: channels.map((channel) => active.group({ service: 'web', method: 'POST', route: STEP_ROUTE.identity, step: 'identity', channel, state: 'httpc', long: true })),
    identity: channels.map((channel) => active.group({ service: 'identity', method: 'POST', route: '/verify/:channel', step: 'identity', channel, state: 'method', long: true })),
  };
}

/** Where one span of a request goes; `isServer`: it says how long its calls took. */
interface Hop { to: ScopeStreams; isServer: boolean }

/** The way of each kind of request, front to back. */
function hopsOf(fleet: Fleet) {
  const hop = (service: ServiceName, scope: 0 | 1): Hop => ({ to: fleet.of(service, scope), isServer: scope === 0 });
  const [web, call, room, eligibility, clinics, clinicsPg, booking, pg] = [hop('web', 0), hop('web', 1), hop('waiting-room', 0), hop('eligibility', 0), hop('clinics', 0), hop('clinics', 1), hop('booking', 0), hop('booking', 1)];
  return {
    line: [web, call, room, call, room], form: [web, call, eligibility, eligibility, hop('registry', 0)], identity: [web, call, hop('identity', 0)],
    slots: [web, call, clinics, clinicsPg, clinicsPg], booking: [web, call, booking, pg, pg, pg, pg, pg],
  } satisfies Record<string, readonly Hop[]>;
}
