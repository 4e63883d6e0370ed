// Points of histograms. HistogramDataPoint: start_time_unix_nano = 2, time_unix_nano = 3, count = 4, sum = 5,
// bucket_counts = 6 (packed fixed64), explicit_bounds = 7 (packed double), exemplars = 8, attributes = 9, flags = 10,
// min = 11, max = 12.
import { ExemplarColumns } from './exemplars.js';
import { MetricPoints, type MetricAt } from './metric-points.js';
import type { RequestContext } from './request-context.js';
import { BYTES, FIXED64, VARINT, knownFields } from './wire-reader.js';

const POINT_FIELDS = knownFields(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);

export class HistogramPoints extends MetricPoints {
  private readonly counts = this.block.column('Count', 'UInt64');
  private readonly sums = this.block.column('Sum', 'Float64');
  private readonly bucketCounts = this.block.column('BucketCounts', 'Array(UInt64)');
  private readonly explicitBounds = this.block.column('ExplicitBounds', 'Array(Float64)');
  private readonly exemplars = new ExemplarColumns(this.block);
  private readonly minima = this.block.column('Min', 'Float64');
  private readonly maxima = this.block.column('Max', 'Float64');
  private readonly temporality = this.block.column('AggregationTemporality', 'Int32');

  constructor(context: RequestContext) { super('otel_metrics_histogram', context); }

  override point(metric: MetricAt, start: number, end: number): void {
    const { context } = this;
    const { wire } = context;
    let countLo = 0;
    let countHi = 0;
    let sum = 0;
    let min = 0;
    let max = 0;
    // The two arrays are written while reading; if the point is then refused they are cut back.
    const bucketsFrom = this.bucketCounts.items.data.length;
    const boundsFrom = this.explicitBounds.items.data.length;
    this.forgetPoint();
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 2 << 3 | FIXED64: this.readStart(end); break;
        case 3 << 3 | FIXED64: this.readTime(end); break;
        case 4 << 3 | FIXED64: wire.fixed64(end); countLo = wire.lo; countHi = wire.hi; break;
        case 5 << 3 | FIXED64: sum = wire.double(end); break;
        case 6 << 3 | BYTES: context.packedFixed64(this.bucketCounts.items, end); break;
        case 6 << 3 | FIXED64: wire.fixed64(end); this.bucketCounts.items.data.pushUint64(wire.lo, wire.hi); break;
        case 7 << 3 | BYTES: context.packedFixed64(this.explicitBounds.items, end); break;
        case 7 << 3 | FIXED64: wire.fixed64(end); this.explicitBounds.items.data.pushUint64(wire.lo, wire.hi); break;
        case 8 << 3 | BYTES: context.positionOf(this.exemplarsAt, end); break;
        case 9 << 3 | BYTES: context.positionOf(this.attributesAt, end); break;
        case 10 << 3 | VARINT: this.flags = wire.varint(end); break;
        case 11 << 3 | FIXED64: min = wire.double(end); break;
        case 12 << 3 | FIXED64: max = wire.double(end); break;
        default: wire.skip(tag, end, POINT_FIELDS);
      }
    }
    if (!this.admit(this.exemplars)) {
      this.bucketCounts.items.data.length = bucketsFrom;
      this.explicitBounds.items.data.length = boundsFrom;
      return;
    }
    this.writeCommon(metric);
    this.counts.data.pushUint64(countLo, countHi);
    this.sums.data.pushFloat64(sum);
    this.bucketCounts.endRow();
    this.explicitBounds.endRow();
    this.exemplars.pushRow(context, this.exemplarsAt);
    this.minima.data.pushFloat64(min);
    this.maxima.data.pushFloat64(max);
    this.temporality.data.pushUint32(metric.temporality);
  }
}
