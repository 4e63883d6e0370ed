// What the five kinds of metric points have in common: the columns that begin and end each table, the times, attributes
// and flags of a point, and its place in a pipeline.
import { ACTIVE_METRIC, type TableName } from '@narrows/contract';
import { AttributeSlots, ItemAttributes, SLOT } from './attribute-slots.js';
import { ByteBuffer, IntList } from './byte-buffer.js';
import type { ExemplarColumns } from './exemplars.js';
import { NativeBlock, type FinishedBlock } from './native-block.js';
import { ACTIVE_METRICS, BEYOND_BUDGET, NOWHERE, type Place } from './pipeline-matcher.js';
import { PlaceColumns } from './place-columns.js';
import type { RequestContext, TextAt } from './request-context.js';
import { RepeatedText } from './repeated-text.js';
import { RowMemo } from './row-memo.js';
import { RepeatedMap } from './shared-attributes.js';

/** The metric whose points are read. */
export interface MetricAt {
  name: TextAt; description: TextAt; unit: TextAt; temporality: number; isMonotonic: boolean;
  /** The name as text, read once for all points. */
  nameText: string;
}

/** DataPointFlags: the series has gone silent, the value is none. */
const NO_RECORDED_VALUE = 1;

export abstract class MetricPoints {
  protected readonly block: NativeBlock;
  protected readonly attributesAt = new IntList();
  protected readonly exemplarsAt = new IntList();
  protected startLo = 0;
  protected startHi = 0;
  protected timeLo = 0;
  protected timeHi = 0;
  protected flags = 0;
  private readonly resourceAttributes: RepeatedMap;
  private readonly scopeAttributes: RepeatedMap;
  private readonly slots: AttributeSlots;
  private readonly itemAttributes: ItemAttributes;
  private readonly place: PlaceColumns;
  private readonly memo = new RowMemo();
  private readonly columns;
  private readonly repeated: readonly (RepeatedMap | RepeatedText)[];
  /** What makes a series of a point, put together. */
  private readonly series = new ByteBuffer(1024);

  constructor(table: TableName, protected readonly context: RequestContext) {
    const block = this.block = new NativeBlock(table);
    this.resourceAttributes = new RepeatedMap(block.column('ResourceAttributes', 'Map(LowCardinality(String), String)'));
    this.scopeAttributes = new RepeatedMap(block.column('ScopeAttributes', 'Map(LowCardinality(String), String)'));
    this.columns = {
      resourceSchemaUrl: new RepeatedText(block.column('ResourceSchemaUrl', 'String')),
      scopeName: new RepeatedText(block.column('ScopeName', 'String')),
      scopeVersion: new RepeatedText(block.column('ScopeVersion', 'String')),
      scopeDroppedAttributes: block.column('ScopeDroppedAttrCount', 'UInt32'),
      scopeSchemaUrl: new RepeatedText(block.column('ScopeSchemaUrl', 'String')),
      name: new RepeatedText(block.column('MetricName', 'String')),
      description: new RepeatedText(block.column('MetricDescription', 'String')),
      unit: new RepeatedText(block.column('MetricUnit', 'String')),
      attributes: block.column('Attributes', 'Map(LowCardinality(String), String)'),
      start: block.column('StartTimeUnix', 'DateTime64(9)'),
      time: block.column('TimeUnix', 'DateTime64(9)'),
      flags: block.column('Flags', 'UInt32'),
    };
    const { resourceSchemaUrl, scopeName, scopeVersion, scopeSchemaUrl, name, description, unit } = this.columns;
    this.repeated = [this.resourceAttributes, this.scopeAttributes, resourceSchemaUrl, scopeName, scopeVersion, scopeSchemaUrl, name, description, unit];
    this.slots = new AttributeSlots(this.columns.attributes.values.data);
    this.itemAttributes = new ItemAttributes(this.slots, context.resourceSlots);
    this.place = new PlaceColumns(block);
  }

  begin(): void {
    this.block.clear(this.context.budget);
    this.memo.clear();
    for (const repeated of this.repeated) repeated.clear();
    this.slots.reset(this.context.matcher.asked);
  }

  finish(out: ByteBuffer): FinishedBlock[] {
    if (this.block.rows === 0) return [];
    for (const repeated of this.repeated) repeated.endRows();
    this.place.fill(this.block.rows, this.context);
    return [this.block.finish(out)];
  }

  /** Decode the data point at [start, end) into a row, or refuse it. */
  abstract point(metric: MetricAt, start: number, end: number): void;

  protected forgetPoint(): void {
    this.startLo = this.startHi = this.timeLo = this.timeHi = this.flags = 0;
    this.attributesAt.length = this.exemplarsAt.length = 0;
  }

  protected readStart(end: number): void {
    const { wire } = this.context;
    wire.fixed64(end);
    this.startLo = wire.lo;
    this.startHi = wire.hi;
  }

  protected readTime(end: number): void {
    const { wire } = this.context;
    wire.fixed64(end);
    this.timeLo = wire.lo;
    this.timeHi = wire.hi;
  }

  /** Whether the point may be stored; counts it either way. */
  protected admit(exemplars: ExemplarColumns | null): boolean {
    if (this.timeHi < 0 || this.startHi < 0) { this.context.reject('time_out_of_range'); return false; }
    if (exemplars !== null && !exemplars.haveWholeIds(this.context.wire, this.exemplarsAt)) { this.context.reject('short_id'); return false; }
    this.context.accepted++;
    this.block.rows++;
    return true;
  }

  /** Write what all kinds of points have. */
  protected writeCommon(metric: MetricAt): void {
    const { columns, context } = this;
    this.slots.nextItem();
    context.writeItemAttributes(columns.attributes, this.slots, this.attributesAt, this.memo, metric.name.start);
    this.resourceAttributes.pushRow(context.resource);
    this.scopeAttributes.pushRow(context.scope);
    columns.resourceSchemaUrl.pushRow(context, context.resourceSchemaUrl);
    columns.scopeName.pushRow(context, context.scopeName);
    columns.scopeVersion.pushRow(context, context.scopeVersion);
    columns.scopeDroppedAttributes.data.pushUint32(context.scopeDroppedAttributes);
    columns.scopeSchemaUrl.pushRow(context, context.scopeSchemaUrl);
    columns.name.pushRow(context, metric.name);
    columns.description.pushRow(context, metric.description);
    columns.unit.pushRow(context, metric.unit);
    columns.start.data.pushUint64(this.startLo, this.startHi);
    columns.time.data.pushUint64(this.timeLo, this.timeHi);
    columns.flags.data.pushUint32(this.flags);
    this.place.pushRow(this.placeOf(metric), this.itemAttributes);
  }

  /** A point without a value says nothing about a stage; stored as 0 it would read as "nobody is waiting". */
  private placeOf(metric: MetricAt): Place {
    if ((this.flags & NO_RECORDED_VALUE) !== 0) return NOWHERE;
    const { matcher, plan } = this.context;
    const { nameText: name } = metric;
    const isActive = ACTIVE_METRICS.has(name);
    const place = isActive ? matcher.matchByAttributes(plan, this.itemAttributes) : plan.metrics.get(name) ?? NOWHERE;
    const hasSeries = isActive ? name === ACTIVE_METRIC.transactions : place.stage.length > 0;
    return hasSeries && !this.isSeriesWithinBudget(metric) ? BEYOND_BUDGET : place;
  }

  /** Rollups keep each series of these apart, so their number is bounded like that of any other key. */
  private isSeriesWithinBudget(metric: MetricAt): boolean {
    const { series, attributesAt, context: { wire, resourceSlots, budget } } = this;
    series.clear();
    series.pushBytes(wire.bytes, metric.name.start, metric.name.end);
    for (const slot of [SLOT.serviceName, SLOT.instance]) {
      if (resourceSlots.has(slot)) series.pushBytes(resourceSlots.values.bytes, resourceSlots.start(slot), resourceSlots.end(slot));
    }
    for (let i = 0; i < attributesAt.length; i += 2) series.pushBytes(wire.bytes, attributesAt.values[i]!, attributesAt.values[i + 1]!);
    return budget.admits('Series', series.bytes, 0, series.length);
  }
}
