// Points of one table of metrics. What of a row comes from the point alone is written outside JavaScript (`point-rows.ts`), for all points
// of a metric in one call; what comes from the metric, scope or resource is the same for all these and counted here. Only where
// points may stand in a pipeline they come one by one, since attributes and flags decide about each.
import { ACTIVE_METRIC, NarrowsError, type TableName } from '@narrows/contract';
import { AttributeSlots, ItemAttributes, SLOT } from './attribute-slots.js';
import { ByteBuffer } from './byte-buffer.js';
import { ExemplarColumns } from './exemplars.js';
import { NativeBlock, type ArrayColumn, type FinishedBlock, type FixedColumn } from './native-block.js';
import type { MessageSchema } from './otlp-schema.js';
import { ACTIVE_METRICS, BEYOND_BUDGET, NOWHERE, type Place } from './pipeline-matcher.js';
import { PlaceColumns } from './place-columns.js';
import { POINTS, PointRows, STOP, type PointColumn, type PointKind } from './point-rows.js';
import type { RequestContext, TextAt } from './request-context.js';
import { RepeatedText } from './repeated-text.js';
import { RepeatedMap } from './shared-attributes.js';

/** The metric whose points are read. */
export interface MetricAt {
  name: TextAt; description: TextAt; unit: TextAt; temporality: number; isMonotonic: boolean;
  /** The name as text, read once for all points. */
  nameText: string;
}

/** DataPointFlags: the series has gone silent, the value is none. */
const NO_RECORDED_VALUE = 1;
const ALL = 0x7fff_ffff;

type FixedType = 'UInt64' | 'Float64' | 'Int32' | 'UInt32' | 'DateTime64(9)';
type FixedColumnOf = readonly [name: string, type: FixedType, from: PointColumn];
type ArrayColumnOf = readonly [name: string, type: 'Array(UInt64)' | 'Array(Float64)', items: PointColumn, ends: PointColumn];

/** The columns that one kind of points has and others have not, by the columns of `PointRows` that fill them. */
export interface PointTable {
  table: TableName;
  kind: PointKind;
  fixed: readonly FixedColumnOf[];
  arrays: readonly ArrayColumnOf[];
  hasExemplars: boolean;
  hasTemporality: boolean;
}

const COUNTED: readonly FixedColumnOf[] = [['Count', 'UInt64', 'counts'], ['Sum', 'Float64', 'sums']];
const LIMITED: readonly FixedColumnOf[] = [...COUNTED, ['Min', 'Float64', 'minima'], ['Max', 'Float64', 'maxima']];
export const GAUGES: PointTable = { table: 'otel_metrics_gauge', kind: POINTS.number, fixed: [['Value', 'Float64', 'numbers']], arrays: [], hasExemplars: true, hasTemporality: false };
export const SUMS: PointTable = { ...GAUGES, table: 'otel_metrics_sum', hasTemporality: true };
export const HISTOGRAMS: PointTable = {
  table: 'otel_metrics_histogram', kind: POINTS.histogram, fixed: LIMITED, hasExemplars: true, hasTemporality: true,
  arrays: [['BucketCounts', 'Array(UInt64)', 'bucketCounts', 'bucketEnds'], ['ExplicitBounds', 'Array(Float64)', 'bounds', 'boundEnds']],
};
export const EXPONENTIAL_HISTOGRAMS: PointTable = {
  table: 'otel_metrics_exponential_histogram', kind: POINTS.exponential, hasExemplars: true, hasTemporality: true,
  fixed: [...LIMITED, ['Scale', 'Int32', 'scales'], ['ZeroCount', 'UInt64', 'zeroCounts'], ['PositiveOffset', 'Int32', 'positiveOffsets'], ['NegativeOffset', 'Int32', 'negativeOffsets']],
  arrays: [['PositiveBucketCounts', 'Array(UInt64)', 'bucketCounts', 'bucketEnds'], ['NegativeBucketCounts', 'Array(UInt64)', 'negativeCounts', 'negativeEnds']],
};
export const SUMMARIES: PointTable = {
  table: 'otel_metrics_summary', kind: POINTS.summary, fixed: COUNTED, hasExemplars: false, hasTemporality: false,
  arrays: [['ValueAtQuantiles.Quantile', 'Array(Float64)', 'quantiles', 'quantileEnds'], ['ValueAtQuantiles.Value', 'Array(Float64)', 'quantileValues', 'quantileEnds']],
};

export class MetricPoints {
  private readonly block: NativeBlock;
  private readonly kind: PointKind;
  private readonly columns;
  private readonly resourceAttributes: RepeatedMap;
  private readonly scopeAttributes: RepeatedMap;
  private readonly repeated: readonly (RepeatedMap | RepeatedText)[];
  private readonly exemplars: ExemplarColumns | null;
  private readonly temporality: FixedColumn | null;
  private readonly isMonotonic: FixedColumn | null;
  private readonly place: PlaceColumns;
  /** What comes from the points alone. */
  private readonly takenNumbers: readonly (readonly [FixedColumn, PointColumn])[];
  private readonly takenArrays: readonly (readonly [ArrayColumn<FixedColumn>, PointColumn, PointColumn])[];
  private readonly rows: PointRows;
  private readonly slots: AttributeSlots;
  private readonly itemAttributes: ItemAttributes;
  /** What makes a series of a point, put together. */
  private readonly series = new ByteBuffer(1024);
  /** Whether this request has points for this table: few have points for all. */
  private isOpen = false;

  /** `schema`: of a point. */
  constructor({ table, kind, fixed, arrays, hasExemplars, hasTemporality }: PointTable, private readonly schema: MessageSchema, private readonly context: RequestContext) {
    const block = this.block = new NativeBlock(table);
    this.kind = kind;
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
    };
    const { resourceSchemaUrl, scopeName, scopeVersion, scopeSchemaUrl, name, description, unit } = this.columns;
    this.repeated = [this.resourceAttributes, this.scopeAttributes, resourceSchemaUrl, scopeName, scopeVersion, scopeSchemaUrl, name, description, unit];
    this.exemplars = hasExemplars ? new ExemplarColumns(block) : null;
    this.temporality = hasTemporality ? block.column('AggregationTemporality', 'Int32') : null;
    this.isMonotonic = table === 'otel_metrics_sum' ? block.column('IsMonotonic', 'Bool') : null;
    this.place = new PlaceColumns(block);
    const common: readonly FixedColumnOf[] = [['StartTimeUnix', 'DateTime64(9)', 'starts'], ['TimeUnix', 'DateTime64(9)', 'timestamps'], ['Flags', 'UInt32', 'flags']];
    this.takenNumbers = [...common, ...fixed].map(([column, type, from]) => [block.column(column, type), from]);
    this.takenArrays = arrays.map(([column, type, items, ends]) => [block.column(column, type), items, ends]);
    this.rows = new PointRows(context, this.columns.attributes.keys, { idsAreWhole: (positions) => this.exemplars?.haveWholeIds(context.wire, positions) ?? true });
    this.slots = this.rows.slots;
    this.itemAttributes = new ItemAttributes(this.slots, context.resourceSlots);
  }

  /** Forget the request before. */
  begin(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.block.clear();
    for (const repeated of this.repeated) repeated.clear();
    this.rows.shrink();
  }

  finish(out: ByteBuffer): FinishedBlock[] {
    const { block } = this;
    if (block.rows === 0) return [];
    for (const repeated of this.repeated) repeated.endRows();
    this.exemplars?.endRows(block.rows);
    this.takeOver();
    this.place.fill(block.rows, this.context);
    return [block.finish(out)];
  }

  /** Decode the points of the data message at [start, end), whose own fields have been seen to be sound, into rows, or refuse them. */
  write(metric: MetricAt, start: number, end: number): void {
    const { context, rows } = this;
    if (!this.isOpen) this.open();
    rows.take(start, end);
    const isPlaced = ACTIVE_METRICS.has(metric.nameText) || context.plan.metrics.has(metric.nameText);
    for (let at = start; at < end; at = rows.next) {
      this.slots.nextItem();
      const stop = rows.append(this.kind, at, end, Math.min(context.itemsLeft, isPlaced ? 1 : ALL), metric.name.start);
      const { appended } = rows;
      context.countItems(appended);
      if (appended > 0) this.writeRows(metric, appended, isPlaced ? this.placeOf(metric) : NOWHERE);
      if (stop === STOP.hasExemplars) this.exemplars!.pushRow(context, this.block.rows - 1, rows.positionsOf('exemplarsAt'));
      else if (stop === STOP.atMax) { if (context.itemsLeft === 0) context.countItems(1); }
      else if (stop !== STOP.atEnd) this.refuse(stop);
    }
  }

  private open(): void {
    this.isOpen = true;
    this.block.budget = this.context.budget;
    this.rows.open(this.context.matcher);
  }

  /** The last point has no row. */
  private refuse(stop: number): void {
    const { context, rows: { pointStart, pointEnd } } = this;
    context.countItems(1);
    if (stop === STOP.timeOutOfRange) context.reject('time_out_of_range');
    else if (stop === STOP.shortId) context.reject('short_id');
    context.check(this.schema, pointStart, pointEnd);
    if (stop === STOP.malformed) throw new NarrowsError('INTERNAL', `the point at byte ${pointStart} is malformed to one reader and not to the other`);
  }

  /** The columns of `count` further rows that do not come from the points alone. */
  private writeRows(metric: MetricAt, count: number, place: Place): void {
    const { columns, context } = this;
    this.resourceAttributes.pushRow(context.resource, count);
    this.scopeAttributes.pushRow(context.scope, count);
    columns.resourceSchemaUrl.pushRow(context, context.resourceSchemaUrl, count);
    columns.scopeName.pushRow(context, context.scopeName, count);
    columns.scopeVersion.pushRow(context, context.scopeVersion, count);
    columns.scopeDroppedAttributes.data.pushUint32(context.scopeDroppedAttributes);
    columns.scopeDroppedAttributes.data.repeatLast(4, count - 1);
    columns.scopeSchemaUrl.pushRow(context, context.scopeSchemaUrl, count);
    columns.name.pushRow(context, metric.name, count);
    columns.description.pushRow(context, metric.description, count);
    columns.unit.pushRow(context, metric.unit, count);
    this.temporality?.data.pushUint32(metric.temporality);
    this.temporality?.data.repeatLast(4, count - 1);
    this.isMonotonic?.data.pushByte(metric.isMonotonic ? 1 : 0);
    this.isMonotonic?.data.repeatLast(1, count - 1);
    this.place.pushRow(place, this.itemAttributes, count);
    context.accepted += count;
    this.block.rows += count;
  }

  /** The columns that come from the points alone. */
  private takeOver(): void {
    const { rows } = this;
    for (const [column, name] of this.takenNumbers) column.takeOver(rows.bytesOf(name));
    for (const [column, items, ends] of this.takenArrays) {
      column.items.takeOver(rows.bytesOf(items));
      column.offsets.pushAll(rows.wordsOf(ends));
    }
    const { keys, values, offsets } = this.columns.attributes;
    offsets.pushAll(rows.wordsOf('attributeEnds'));
    keys.indexes.pushAll(rows.wordsOf('keys'));
    values.takeOver(rows.bytesOf('values'), keys.indexes.length);
  }

  /** Of the last point. One without a value says nothing about a stage; stored as 0 it would read as "nobody is waiting". */
  private placeOf(metric: MetricAt): Place {
    if ((this.rows.flags & NO_RECORDED_VALUE) !== 0) return NOWHERE;
    const { matcher, plan } = this.context;
    const { nameText: name } = metric;
    const isActive = ACTIVE_METRICS.has(name);
    const place = isActive ? matcher.matchByAttributes(plan, this.itemAttributes) : plan.metrics.get(name) ?? NOWHERE;
    const hasSeries = isActive ? name === ACTIVE_METRIC.transactions : place.stage.length > 0;
    return hasSeries && !this.isSeriesWithinBudget(metric) ? BEYOND_BUDGET : place;
  }

  /** Rollups keep each series of these apart, so their number is bounded like that of any other key. */
  private isSeriesWithinBudget(metric: MetricAt): boolean {
    const { series, context: { wire, resourceSlots, budget } } = this;
    const attributesAt = this.rows.positionsOf('attributesAt');
    series.clear();
    series.pushBytes(wire.bytes, metric.name.start, metric.name.end);
    for (const slot of [SLOT.serviceName, SLOT.instance]) {
      if (resourceSlots.has(slot)) series.pushBytes(resourceSlots.values.bytes, resourceSlots.start(slot), resourceSlots.end(slot));
    }
    for (let i = 0; i < attributesAt.length; i += 2) series.pushBytes(wire.bytes, attributesAt.values[i]!, attributesAt.values[i + 1]!);
    return budget.admits('Series', series.bytes, 0, series.length);
  }
}
