// Spans, metrics and log records about to be encoded go in, the same without personal numbers come out: a number is gone before it
// leaves the application. What holds none, which is nearly everything, stays the very same object; what does is copied, so that the
// application and its other exporters see their own. The rules are the contract's, the same as the collector's.
import type { Attributes, Link } from '@opentelemetry/api';
import type { AnyValue } from '@opentelemetry/api-logs';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { DataPoint, MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-base';
import { maskPersonalData, maskPersonalInteger, mayHoldPersonalData, PERSONAL_INTEGER_MIN, type PersonalDataKinds } from '@narrows/contract/personal-data';

/** Texts shorter than this hold nothing that is masked. */
const TEXT_LENGTH_MIN = 7;
/** Every spelling of a digit has one of these in it. */
const ANY_DIGIT = /[0-9\uff10-\uff19]/;
const SCRATCH_BYTES = 64 * 1024;
/** UTF-8 bytes of one UTF-16 unit, at most. */
const BYTES_PER_UNIT_MAX = 3;
/** Values inside values that are followed; the collector refuses deeper ones. */
const DEPTH_MAX = 64;

export class PersonalDataFilter {
  readonly #kinds: PersonalDataKinds;
  readonly #scratch = Buffer.allocUnsafe(SCRATCH_BYTES);
  /** Encoders group by the identity of resource and scope, so each has one clean copy. */
  readonly #shared = new WeakMap<object, object>();

  constructor(kinds: PersonalDataKinds) { this.#kinds = kinds; }

  spans(spans: ReadableSpan[]): ReadableSpan[] { return copyOnChange(spans, (span) => this.#span(span)); }

  records(records: ReadableLogRecord[]): ReadableLogRecord[] {
    return copyOnChange(records, (record) => inherit(record, {
      body: this.value(record.body, ''),
      attributes: this.value(record.attributes, '') as ReadableLogRecord['attributes'],
      ...(record.severityText !== undefined && { severityText: this.text(record.severityText) }),
      ...(record.eventName !== undefined && { eventName: this.text(record.eventName) }),
      resource: this.#resource(record.resource),
      instrumentationScope: this.#scope(record.instrumentationScope),
    }));
  }

  metrics(metrics: ResourceMetrics): ResourceMetrics {
    return inherit(metrics, {
      resource: this.#resource(metrics.resource),
      scopeMetrics: copyOnChange(metrics.scopeMetrics, (group) => inherit(group, {
        scope: this.#scope(group.scope),
        metrics: copyOnChange(group.metrics, (metric) => this.#metric(metric)),
      })),
    });
  }

  /** The text without personal numbers, or the same string. `key` is the attribute's name. */
  text(text: string, key = ''): string {
    if (text.length < TEXT_LENGTH_MIN || !ANY_DIGIT.test(text)) return text;
    const short = text.length * BYTES_PER_UNIT_MAX <= SCRATCH_BYTES;
    const bytes = short ? this.#scratch : Buffer.from(text);
    const end = short ? this.#scratch.write(text) : bytes.length;
    return mayHoldPersonalData(bytes, 0, end) ? maskPersonalData(text, key, this.#kinds) : text;
  }

  /** A value of an attribute or a body, of any type. A number that is a person's becomes a text. */
  value(value: AnyValue, key: string, depth = 0): AnyValue {
    if (typeof value === 'string') return this.text(value, key);
    if (typeof value === 'number') return this.#number(value, key);
    if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return value;
    if (value instanceof Uint8Array) return this.#bytes(value, key);
    if (Array.isArray(value)) return copyOnChange(value, (item) => this.value(item as AnyValue, key, depth + 1));
    return this.#members(value as Record<string, AnyValue>, depth);
  }

  #members(members: Record<string, AnyValue>, depth: number): Record<string, AnyValue> {
    const names = Object.keys(members);
    let copy: [string, AnyValue][] | null = null;
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      const cleanName = this.text(name);
      const clean = this.value(members[name], name, depth + 1);
      if (copy === null && (cleanName !== name || clean !== members[name])) copy = names.slice(0, i).map((before) => [before, members[before]]);
      copy?.push([cleanName, clean]);
    }
    return copy ? Object.fromEntries(copy) : members;
  }

  #number(value: number, key: string): AnyValue {
    if (!(value >= PERSONAL_INTEGER_MIN) || !Number.isInteger(value)) return value;
    const digits = String(value);
    const masked = maskPersonalInteger(digits, key, this.#kinds);
    return masked === digits ? value : masked;
  }

  #bytes(bytes: Uint8Array, key: string): AnyValue {
    if (!mayHoldPersonalData(bytes, 0, bytes.length)) return bytes;
    const text = Buffer.from(bytes).toString('latin1');
    const masked = maskPersonalData(text, key, this.#kinds);
    return masked === text ? bytes : Buffer.from(masked, 'latin1');
  }

  #attributes(attributes: Attributes): Attributes { return this.value(attributes, '') as Attributes; }

  #span(span: ReadableSpan): ReadableSpan {
    const { status } = span;
    return inherit(span, {
      name: this.text(span.name),
      attributes: this.#attributes(span.attributes),
      events: copyOnChange(span.events, (event) => this.#event(event)),
      links: copyOnChange(span.links, (link) => this.#link(link)),
      status: status.message === undefined ? status : inherit(status, { message: this.text(status.message) }),
      spanContext: this.#spanContext(span),
      resource: this.#resource(span.resource),
      instrumentationScope: this.#scope(span.instrumentationScope),
    });
  }

  /** A trace state cannot be masked: what comes of it may be none any more. It is left out. */
  #spanContext(span: ReadableSpan): ReadableSpan['spanContext'] {
    const context = span.spanContext();
    return this.#isClean(context.traceState) ? span.spanContext : () => ({ ...context, traceState: undefined });
  }

  #isClean(traceState: { serialize(): string } | undefined): boolean {
    const text = traceState?.serialize() ?? '';
    return this.text(text) === text;
  }

  #event(event: TimedEvent): TimedEvent {
    return inherit(event, { name: this.text(event.name), ...(event.attributes && { attributes: this.#attributes(event.attributes) }) });
  }

  #link(link: Link): Link {
    return inherit(link, {
      ...(!this.#isClean(link.context.traceState) && { context: { ...link.context, traceState: undefined } }),
      ...(link.attributes && { attributes: this.#attributes(link.attributes) }),
    });
  }

  #metric(metric: MetricData): MetricData {
    const { descriptor } = metric;
    const points: DataPoint<unknown>[] = metric.dataPoints;
    return inherit(metric, {
      descriptor: inherit(descriptor, { name: this.text(descriptor.name), description: this.text(descriptor.description), unit: this.text(descriptor.unit) }),
      dataPoints: copyOnChange(points, (point) => inherit(point, { attributes: this.#attributes(point.attributes) })),
    } as Partial<MetricData>);
  }

  #resource(resource: Resource): Resource {
    return this.#once(resource, () => inherit(resource, { attributes: this.#attributes(resource.attributes) }));
  }

  #scope<Scope extends InstrumentationScope>(scope: Scope): Scope {
    return this.#once(scope, () => inherit<InstrumentationScope>(scope, { name: this.text(scope.name), ...(scope.version !== undefined && { version: this.text(scope.version) }) }) as Scope);
  }

  #once<Shared extends object>(shared: Shared, clean: () => Shared): Shared {
    const known = this.#shared.get(shared) as Shared | undefined;
    if (known) return known;
    const made = clean();
    this.#shared.set(shared, made);
    return made;
  }
}

/** The same array where `clean` gives back every item as it was. */
function copyOnChange<Item>(items: Item[], clean: (item: Item) => Item): Item[] {
  let copy: Item[] | null = null;
  for (let i = 0; i < items.length; i++) {
    const cleaned = clean(items[i]!);
    if (cleaned !== items[i]) (copy ??= [...items])[i] = cleaned;
  }
  return copy ?? items;
}

/** `source` itself where nothing differs; otherwise an object that has what differs and inherits the rest, getters and methods too. */
function inherit<Source extends object>(source: Source, members: Partial<Source>): Source {
  const changed = (Object.entries(members) as [string, unknown][]).filter(([name, value]) => value !== source[name as keyof Source]);
  if (changed.length === 0) return source;
  return Object.create(source, Object.fromEntries(changed.map(([name, value]) => [name, { value, enumerable: true }]))) as Source;
}
