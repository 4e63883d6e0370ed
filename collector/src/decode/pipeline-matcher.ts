// Compiles an agency's pipelines into a matcher that says for each item where in a pipeline it stands. What depends on the
// service alone is decided once a service; for an item remain a few comparisons of bytes with bytes. The first pipeline
// that matches wins, and inside it the first stage.
import { ACTIVE_METRIC, ATTR, SPAN_KINDS, type PipelineDefinition, type StageDefinition } from '@narrows/contract';
import { encodeText } from './byte-buffer.js';
import { AskedKeys, FIXED_SLOTS, SLOT, type ItemAttributes, sameBytes } from './attribute-slots.js';

/** Where an item stands and which attributes say the rest about it. Slots are −1 where the pipeline names no attribute. */
export interface Place {
  pipeline: Uint8Array;
  stage: Uint8Array;
  channelSlot: number;
  outcomeSlot: number;
  personSlot: number;
  sessionSlot: number;
}

interface CompiledStage {
  place: Place;
  service: string | undefined;
  /** Index into SPAN_KINDS, or −1 for any. */
  kind: number;
  kindText: Uint8Array;
  method: Uint8Array | null;
  route: Uint8Array | null;
  name: Uint8Array | null;
  attributes: { slot: number; value: Uint8Array }[];
}

interface CompiledPipeline {
  stages: CompiledStage[];
  /** Where an item stands that belongs to the pipeline and to none of its stages. */
  place: Place;
  services: ReadonlySet<string>;
}

/** What matching needs to know about one service. */
export interface ServicePlan {
  stages: CompiledStage[];
  pipelines: { place: Place; occurs: boolean }[];
  metrics: ReadonlyMap<string, Place>;
}

const EMPTY = new Uint8Array(0);
export const NOWHERE: Place = { pipeline: EMPTY, stage: EMPTY, channelSlot: -1, outcomeSlot: -1, personSlot: SLOT.person, sessionSlot: SLOT.session };
/** Where a point stands whose series is one too many: nowhere, and its instance is "(overflow)". */
export const BEYOND_BUDGET: Place = { ...NOWHERE };

/** Both generations of the semantic conventions mean the same to us. */
const FIXED_KEYS: readonly [string, number][] = [
  [ATTR.serviceName, SLOT.serviceName], [ATTR.serviceInstanceId, SLOT.instance], [ATTR.httpMethod, SLOT.method], ['http.method', SLOT.method],
  [ATTR.httpRoute, SLOT.route], [ATTR.peerService, SLOT.peerService], [ATTR.serverAddress, SLOT.serverAddress], ['net.peer.name', SLOT.serverAddress],
  [ATTR.serverPort, SLOT.serverPort], ['net.peer.port', SLOT.serverPort], [ATTR.dbSystem, SLOT.dbSystem], [ATTR.dbSystemOld, SLOT.dbSystem],
  [ATTR.downstreamMs, SLOT.downstreamMs], [ATTR.clientAddress, SLOT.clientAddress], [ATTR.spanKind, SLOT.spanKind], [ATTR.operation, SLOT.operation],
  [ATTR.enduserPseudoId, SLOT.person], [ATTR.sessionId, SLOT.session],
];
/** Plans kept; names of services come from outside. */
const SERVICE_PLANS_MAX = 1_000;
export const ACTIVE_METRICS: ReadonlySet<string> = new Set(Object.values(ACTIVE_METRIC));

export class PipelineMatcher {
  readonly asked: AskedKeys;
  private readonly slotOfKey = new Map(FIXED_KEYS);
  private slots = FIXED_SLOTS;
  private readonly pipelines: CompiledPipeline[];
  private readonly plans = new Map<string, ServicePlan>();
  private readonly definitions: readonly PipelineDefinition[];

  constructor(definitions: readonly PipelineDefinition[]) {
    this.definitions = definitions;
    this.pipelines = definitions.map((definition) => this.compile(definition));
    this.asked = new AskedKeys(this.slotOfKey, this.slots);
  }

  planFor(service: string): ServicePlan {
    const known = this.plans.get(service);
    if (known) return known;
    if (this.plans.size >= SERVICE_PLANS_MAX) this.plans.clear();
    const plan: ServicePlan = {
      stages: this.pipelines.flatMap((pipeline) => pipeline.stages.filter((stage) => stage.service === undefined || stage.service === service)),
      pipelines: this.pipelines.map(({ place, services }) => ({ place, occurs: services.has(service) })),
      metrics: this.metricsOf(service),
    };
    this.plans.set(service, plan);
    return plan;
  }

  /** Place of a span. `kind` is its OTLP number, its name stands in source[nameStart, nameEnd). */
  matchSpan(plan: ServicePlan, kind: number, source: Uint8Array, nameStart: number, nameEnd: number, attributes: ItemAttributes): Place {
    for (const stage of plan.stages) {
      if (stage.kind >= 0 && stage.kind !== kind) continue;
      if (stage.name !== null && !sameBytes(source, nameStart, nameEnd, stage.name)) continue;
      if (matchesAttributes(stage, attributes)) return stage.place;
    }
    return placeOutsideStages(plan, attributes);
  }

  /** Place of a log record, or of a point about active transactions: kind and span name are attributes there, if at all. */
  matchByAttributes(plan: ServicePlan, attributes: ItemAttributes): Place {
    for (const stage of plan.stages) {
      if (stage.kind >= 0 && attributes.find(SLOT.spanKind) !== null && !attributes.equals(SLOT.spanKind, stage.kindText)) continue;
      if (stage.name !== null && !attributes.equals(SLOT.operation, stage.name)) continue;
      if (matchesAttributes(stage, attributes)) return stage.place;
    }
    return placeOutsideStages(plan, attributes);
  }

  private compile(definition: PipelineDefinition): CompiledPipeline {
    const whole: Place = {
      pipeline: encodeText(definition.id), stage: EMPTY, channelSlot: -1,
      outcomeSlot: this.slotFor(definition.outcome, -1),
      personSlot: this.slotFor(definition.person, SLOT.person),
      sessionSlot: this.slotFor(definition.session, SLOT.session),
    };
    const services = new Set(definition.stages.flatMap((stage) => stage.match.service ?? []));
    return { stages: definition.stages.map((stage) => this.compileStage(stage, whole)), place: whole, services };
  }

  private compileStage(stage: StageDefinition, whole: Place): CompiledStage {
    const { service, kind, route, name, attribute } = stage.match;
    const blank = route?.indexOf(' ') ?? -1;
    return {
      place: { ...whole, stage: encodeText(stage.id), channelSlot: this.slotFor(stage.channel, -1) },
      service,
      kind: kind === undefined ? -1 : SPAN_KINDS.findIndex((known) => known.toLowerCase() === kind),
      kindText: encodeText(kind ?? ''),
      method: route === undefined || blank < 0 ? null : encodeText(route.slice(0, blank)),
      route: route === undefined ? null : encodeText(route.slice(blank + 1)),
      name: name === undefined ? null : encodeText(name),
      attributes: Object.entries(attribute ?? {}).map(([key, value]) => ({ slot: this.slotFor(key, -1), value: encodeText(value) })),
    };
  }

  private slotFor(key: string | undefined, otherwise: number): number {
    if (key === undefined) return otherwise;
    const known = this.slotOfKey.get(key);
    if (known !== undefined) return known;
    this.slotOfKey.set(key, this.slots);
    return this.slots++;
  }

  /** Metrics that a stage names as its limit or its queue. A stage of one service is described by that service's points only. */
  private metricsOf(service: string): ReadonlyMap<string, Place> {
    const metrics = new Map<string, Place>();
    this.definitions.forEach((definition, p) => definition.stages.forEach((stage, s) => {
      if (stage.match.service !== undefined && stage.match.service !== service) return;
      for (const metric of [stage.limit?.metric, stage.queue?.metric]) {
        if (metric !== undefined && !metrics.has(metric)) metrics.set(metric, this.pipelines[p]!.stages[s]!.place);
      }
    }));
    return metrics;
  }
}

function matchesAttributes(stage: CompiledStage, attributes: ItemAttributes): boolean {
  if (stage.route !== null && !attributes.equals(SLOT.route, stage.route)) return false;
  if (stage.method !== null && !attributes.equals(SLOT.method, stage.method)) return false;
  for (const { slot, value } of stage.attributes) if (!attributes.equals(slot, value)) return false;
  return true;
}

/**
 * An item that matches no stage still belongs to a pipeline when it says what that pipeline's person was told, or when its
 * service occurs there and it says whose journey it is. A bare person id from an unrelated service decides nothing.
 */
function placeOutsideStages(plan: ServicePlan, attributes: ItemAttributes): Place {
  const says = (slot: number): boolean => slot >= 0 && attributes.find(slot) !== null;
  for (const { place, occurs } of plan.pipelines) {
    if (says(place.outcomeSlot) || (occurs && (says(place.personSlot) || says(place.sessionSlot)))) return place;
  }
  return NOWHERE;
}
