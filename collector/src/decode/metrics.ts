// ExportMetricsServiceRequest → rows of the five otel_metrics tables. Metric: name = 1, description = 2, unit = 3, then one
// of gauge = 5, sum = 7, histogram = 9, exponential_histogram = 10, summary = 11; each of these has data_points = 1, sums and
// histograms aggregation_temporality = 2, sums is_monotonic = 3. Each kind of point has its own reader and its own block.
import type { ColumnBlock } from '@narrows/contract';
import type { ByteBuffer } from './byte-buffer.js';
import { ExponentialHistogramPoints } from './exponential-histogram-points.js';
import { HistogramPoints } from './histogram-points.js';
import type { MetricAt, MetricPoints } from './metric-points.js';
import { NumberPoints } from './number-points.js';
import { TextAt, type RequestContext } from './request-context.js';
import { SummaryPoints } from './summary-points.js';
import { BYTES, VARINT, knownFields } from './wire-reader.js';

const METRIC_FIELDS = knownFields(1, 2, 3, 5, 7, 9, 10, 11, 12);
const DATA_FIELDS = knownFields(1, 2, 3);

export class MetricDecoder {
  private readonly metric: MetricAt = { name: new TextAt(), description: new TextAt(), unit: new TextAt(), temporality: 0, isMonotonic: false };
  /** By the field of Metric that holds the points. */
  private readonly pointsByField: ReadonlyMap<number, MetricPoints>;

  constructor(private readonly context: RequestContext) {
    this.pointsByField = new Map<number, MetricPoints>([
      [5, new NumberPoints('otel_metrics_gauge', context)],
      [7, new NumberPoints('otel_metrics_sum', context)],
      [9, new HistogramPoints(context)],
      [10, new ExponentialHistogramPoints(context)],
      [11, new SummaryPoints(context)],
    ]);
  }

  /** Decode the request that `context` has begun. */
  decode(out: ByteBuffer): ColumnBlock[] {
    for (const points of this.pointsByField.values()) points.begin();
    this.context.eachItem((start, end) => this.readMetric(start, end));
    return [...this.pointsByField.values()].flatMap((points) => points.finish(out));
  }

  /** The name may come after the points, so the metric is walked twice: for its texts, then for its points. */
  private readMetric(start: number, end: number): void {
    const { context, metric } = this;
    const { wire } = context;
    metric.name.forget();
    metric.description.forget();
    metric.unit.forget();
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 1 << 3 | BYTES: context.textAt(metric.name, end); break;
        case 2 << 3 | BYTES: context.textAt(metric.description, end); break;
        case 3 << 3 | BYTES: context.textAt(metric.unit, end); break;
        default: wire.skip(tag, end, (tag & 7) === BYTES ? 0 : METRIC_FIELDS);
      }
    }
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      const points = this.pointsByField.get(tag >>> 3);
      if (points === undefined) { wire.skip(tag, end, 0); continue; }
      const dataEnd = wire.fieldEnd(end);
      this.readData(points, wire.pos, dataEnd);
      wire.pos = dataEnd;
    }
  }

  private readData(points: MetricPoints, start: number, end: number): void {
    const { metric } = this;
    const { wire } = this.context;
    metric.temporality = 0;
    metric.isMonotonic = false;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === (2 << 3 | VARINT)) metric.temporality = wire.varint(end);
      else if (tag === (3 << 3 | VARINT)) metric.isMonotonic = wire.varint(end) !== 0;
      else wire.skip(tag, end, DATA_FIELDS & ~2);
    }
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag !== (1 << 3 | BYTES)) { wire.skip(tag, end, 1 << 1); continue; }
      const pointEnd = wire.fieldEnd(end);
      this.context.countItem();
      points.point(metric, wire.pos, pointEnd);
      wire.pos = pointEnd;
    }
  }
}
