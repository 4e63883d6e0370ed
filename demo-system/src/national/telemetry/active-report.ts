// Once a second: what is open, how many began, how old the oldest is; how many can be served at once and how many stand in
// line; and the oldest transactions by name. As the agents and services report it, but one report a service: the gateway in
// front of the collector adds up its instances.
import { ACTIVE_EVENT, AGE_BANDS, ATTR } from '@narrows/contract';
import type { SecondState } from '../simulation/day-sink.js';
import { ACTIVE_METRICS, ActiveGroup, BAND_ATTRIBUTES, groupAttributes, type GroupSpec } from './active-groups.js';
import { ExportStreams, type ExportRequest } from './export-request.js';
import { AGENT_SCOPE, resourceOf, SERVICE_NAMES, type ServiceName } from './fleet.js';
import { MetricStream, pointTemplate } from './metric-streams.js';
import type { PatchValues } from './patch-values.js';
import { ProtobufWriter, type Slot } from './protobuf-writer.js';
import { Template, type TemplateStream } from './template-stream.js';

/** Connections of one booking server to its database. */
const CONNECTIONS_PER_SERVER = 10;
const SECOND_MS = 1_000;
const slot = (kind: Slot['slot']): Slot => ({ slot: kind });

interface GroupPoints { group: ActiveGroup; metrics: Record<keyof typeof ACTIVE_METRICS, MetricStream>; bands: Template[]; plain: Template }
interface ServiceMetrics { agent: TemplateStream; own: TemplateStream; active: Record<keyof typeof ACTIVE_METRICS, MetricStream>; gauges: { name: string; stream: MetricStream; point: Template; read: (state: SecondState) => number }[] }
/** An attempt as its request is known: number, session, person, begin. */
export interface OpenAttempt { request: number; beganMs: number; channel: number }

export class ActiveReport {
  readonly #metrics = new ExportStreams();
  readonly #logs = new ExportStreams();
  readonly #services = new Map<ServiceName, ServiceMetrics>();
  readonly #records = new Map<ServiceName, TemplateStream>();
  readonly #groups: GroupPoints[] = [];
  readonly #oldestTemplates: Record<'web' | 'identity', Template[]>;
  readonly #daySeconds: number;

  constructor(channels: readonly string[], daySeconds: number) {
    this.#daySeconds = daySeconds;
    for (const service of SERVICE_NAMES) {
      const [agent, own] = this.#metrics.open(resourceOf(service, 0), [AGENT_SCOPE, { name: service, version: '' }]) as [TemplateStream, TemplateStream];
      const active = { transactions: new MetricStream(ACTIVE_METRICS.transactions), begun: new MetricStream(ACTIVE_METRICS.begun), oldest: new MetricStream(ACTIVE_METRICS.oldest) };
      this.#services.set(service, { agent, own, active, gauges: [] });
    }
    for (const service of ['web', 'identity'] as const) this.#records.set(service, this.#logs.open(resourceOf(service, 0), [AGENT_SCOPE])[0]!);
    this.#oldestTemplates = { web: channels.map((id) => oldestTemplate('web', id)), identity: channels.map((id) => oldestTemplate('identity', id)) };
    this.#gauge('waiting-room', 'waiting_room.waiting', 'Places in line', '{place}', undefined, ({ waiting }) => waiting);
    this.#gauge('booking', 'booking.connections.max', 'Connections that can write at once', '{connection}', undefined, ({ servers }) => servers * CONNECTIONS_PER_SERVER);
    channels.forEach((id, i) => {
      this.#gauge('identity', 'identity.workers.max', 'Workers of the channel', '{worker}', id, ({ pools }) => pools[i]!.workers);
      this.#gauge('identity', 'identity.workers.busy', 'Workers that verify somebody now', '{worker}', id, ({ pools }) => pools[i]!.busy);
      this.#gauge('identity', 'identity.queue.length', 'People in line in front of the workers', '{person}', id, ({ pools }) => pools[i]!.queue);
    });
  }

  /** A group of transactions that is reported from now on. */
  group(spec: GroupSpec): ActiveGroup {
    const group = new ActiveGroup(spec, this.#daySeconds);
    const bands = spec.long ? AGE_BANDS.map((_, band) => pointTemplate(BAND_ATTRIBUTES(spec, band))) : [pointTemplate(BAND_ATTRIBUTES(spec, 0))];
    this.#groups.push({ group, metrics: this.#services.get(spec.service as ServiceName)!.active, bands, plain: pointTemplate(groupAttributes(spec)) });
    return group;
  }

  /** The reports of the second that ended: metrics, and the oldest transactions as log records. */
  report(state: SecondState, oldest: readonly OpenAttempt[], values: PatchValues): void {
    for (const { group, metrics, bands, plain } of this.#groups) {
      const report = group.report(state.atMs);
      if (report === null) continue;
      const { bands: open, oldestMs, begun } = report;
      bands.forEach((template, band) => point(metrics.transactions, template, state.atMs, state.atMs, open[band] ?? 0, values));
      point(metrics.begun, plain, state.atMs - SECOND_MS, state.atMs, begun, values);
      point(metrics.oldest, plain, state.atMs, state.atMs, oldestMs, values);
    }
    for (const { gauges } of this.#services.values()) {
      for (const { stream, point: template, read } of gauges) point(stream, template, state.atMs, state.atMs, read(state), values);
    }
    this.#addOldest(state.atMs, oldest, values);
  }

  /** All reports since the last time. */
  take(): { metrics: ExportRequest | null; logs: ExportRequest | null } {
    for (const { agent, own, active, gauges } of this.#services.values()) {
      for (const metric of Object.values(active)) metric.flushInto(agent);
      for (const stream of new Set(gauges.map((gauge) => gauge.stream))) stream.flushInto(own);
    }
    return { metrics: this.#metrics.take(), logs: this.#logs.take() };
  }

  #addOldest(atMs: number, oldest: readonly OpenAttempt[], values: PatchValues): void {
    for (const { request, beganMs, channel } of oldest) {
      values.begin(request, beganMs, null);
      values.startMs = atMs;
      values.value = Math.round(atMs - beganMs);
      values.span = SPAN_OF_SERVICE.web;
      this.#records.get('web')!.add(this.#oldestTemplates.web[channel]!, values);
      values.span = SPAN_OF_SERVICE.identity;
      this.#records.get('identity')!.add(this.#oldestTemplates.identity[channel]!, values);
    }
  }

  #gauge(service: ServiceName, name: string, description: string, unit: string, channel: string | undefined, read: (state: SecondState) => number): void {
    const { gauges } = this.#services.get(service)!;
    const known = gauges.find((gauge) => gauge.name === name);
    const stream = known?.stream ?? new MetricStream({ name, unit, description, delta: false });
    gauges.push({ name, stream, point: pointTemplate({ 'identity.channel': channel }), read });
  }
}

/** Which span of a verification's trace is whose. */
const SPAN_OF_SERVICE = { web: 0, identity: 2 } as const;

function point(stream: MetricStream, template: Template, fromMs: number, atMs: number, value: number, values: PatchValues): void {
  values.startMs = fromMs;
  values.endMs = atMs;
  values.value = value;
  stream.add(template, values);
}

/** A log record that names an open transaction. */
function oldestTemplate(service: 'web' | 'identity', channel: string): Template {
  const isFront = service === 'web';
  const route = isFront ? '/api/identity/:channel' : '/verify/:channel';
  const writer = new ProtobufWriter();
  writer.message(2, () => {
    writer.eight(1, 'start');
    writer.unsigned(2, 9);
    writer.attributes(6, {
      [ATTR.operation]: `POST ${route}`, [ATTR.spanKind]: 'server', [ATTR.ageMs]: { double: slot('value') }, [ATTR.ageBand]: AGE_BANDS[2], [ATTR.activeState]: isFront ? 'httpc' : 'method',
      [ATTR.openChild]: isFront ? 'POST' : undefined, [ATTR.httpMethod]: 'POST', [ATTR.httpRoute]: route, [ATTR.urlPath]: route.replace(':channel', channel), 'identity.channel': channel, 'booking.step': 'identity',
    });
    writer.fixed32(8, 1);
    writer.id(9, 'trace');
    writer.id(10, 'span');
    writer.eight(11, 'start');
    writer.text(12, ACTIVE_EVENT);
  });
  return new Template(writer);
}
