// ExportMetricsServiceRequest → rows of the five otel_metrics tables. Metric: name = 1, description = 2, unit = 3, then one
// of gauge = 5, sum = 7, histogram = 9, exponential_histogram = 10, summary = 11; each of these has data_points = 1, sums and
// histograms aggregation_temporality = 2, sums is_monotonic = 3; metadata = 12 is not stored. Each kind of point has its own block.
import { IntList, type ByteBuffer } from './byte-buffer.js';
import type { FinishedBlock } from './native-block.js';
import { EXPONENTIAL_HISTOGRAMS, GAUGES, HISTOGRAMS, MetricPoints, SUMMARIES, SUMS, type MetricAt, type PointTable } from './metric-points.js';
import { SCHEMAS, type MessageSchema } from './otlp-schema.js';
import { TextAt, type RequestContext } from './request-context.js';
import { BYTES, VARINT, knownFields } from './wire-reader.js';

const METRIC_FIELDS = knownFields(1, 2, 3, 5, 7, 9, 10, 11, 12);
const POINTS_FIELD = knownFields(1);

interface MetricKind { points: MetricPoints; schema: MessageSchema; knownFields: number }

export class MetricDecoder {
  private readonly metric: MetricAt = { name: new TextAt(), description: new TextAt(), unit: new TextAt(), temporality: 0, isMonotonic: false, nameText: '' };
  /** By the field of Metric that holds the points. */
  private readonly kinds: ReadonlyMap<number, MetricKind>;
  private readonly dataAt = new IntList();

  constructor(private readonly context: RequestContext) {
    this.kinds = new Map([
      kindOf(5, GAUGES, context), kindOf(7, SUMS, context), kindOf(9, HISTOGRAMS, context), kindOf(10, EXPONENTIAL_HISTOGRAMS, context), kindOf(11, SUMMARIES, context),
    ]);
  }

  /** Decode the request that `context` has begun. */
  decode(out: ByteBuffer): FinishedBlock[] {
    for (const { points } of this.kinds.values()) points.begin();
    this.context.eachItem((start, end) => this.readMetric(start, end));
    return [...this.kinds.values()].flatMap(({ points }) => points.finish(out));
  }

  /** The name may come after the points, so the metric is walked for its texts first. Of several kinds the last counts, as protobuf says for a oneof. */
  private readMetric(start: number, end: number): void {
    const { context, metric, dataAt } = this;
    const { wire } = context;
    let kind: MetricKind | undefined;
    for (const text of [metric.name, metric.description, metric.unit]) text.forget();
    metric.temporality = 0;
    metric.isMonotonic = false;
    dataAt.length = 0;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 1 << 3 | BYTES: context.textAt(metric.name, end); break;
        case 2 << 3 | BYTES: context.textAt(metric.description, end); break;
        case 3 << 3 | BYTES: context.textAt(metric.unit, end); break;
        case 12 << 3 | BYTES: this.checkMetadata(end); break;
        default: {
          const found = (tag & 7) === BYTES ? this.kinds.get(tag >>> 3) : undefined;
          if (found === undefined) { wire.skip(tag, end, METRIC_FIELDS); break; }
          if (kind !== undefined && kind !== found) this.dropData(kind);
          kind = found;
          context.positionOf(dataAt, end);
        }
      }
    }
    if (kind === undefined) return;
    metric.nameText = Buffer.from(wire.bytes.buffer, wire.bytes.byteOffset + metric.name.start, metric.name.end - metric.name.start).toString('utf8');
    for (let i = 0; i < dataAt.length; i += 2) this.readShape(kind, dataAt.values[i]!, dataAt.values[i + 1]!);
    for (let i = 0; i < dataAt.length; i += 2) kind.points.write(metric, dataAt.values[i]!, dataAt.values[i + 1]!);
  }

  private checkMetadata(end: number): void {
    const { context } = this;
    const { wire } = context;
    const metadataEnd = wire.fieldEnd(end);
    context.check(SCHEMAS.keyValue, wire.pos, metadataEnd);
    wire.pos = metadataEnd;
  }

  /** Another kind of data follows in the same metric. */
  private dropData(kind: MetricKind): void {
    const { wire } = this.context;
    const { pos } = wire;
    this.context.checkAll(kind.schema, this.dataAt, 0);
    this.dataAt.length = 0;
    wire.pos = pos;
  }

  private readShape(kind: MetricKind, start: number, end: number): void {
    const { metric } = this;
    const { wire } = this.context;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === (2 << 3 | VARINT)) metric.temporality = wire.varint(end);
      else if (tag === (3 << 3 | VARINT)) { wire.varint(end); metric.isMonotonic = wire.lo !== 0 || wire.hi !== 0; }
      else wire.skip(tag, end, (tag & 7) === BYTES ? kind.knownFields & ~POINTS_FIELD : kind.knownFields);
    }
  }
}

function kindOf(field: number, table: PointTable, context: RequestContext): [number, MetricKind] {
  const schema = SCHEMAS.metric.fieldsByNumber.get(field)!.message!;
  return [field, { points: new MetricPoints(table, schema.fieldsByNumber.get(1)!.message!, context), schema, knownFields: knownFields(...schema.fieldsByNumber.keys()) }];
}
