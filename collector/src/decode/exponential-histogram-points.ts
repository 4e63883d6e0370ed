// Points of exponential histograms. ExponentialHistogramDataPoint: attributes = 1, start_time_unix_nano = 2,
// time_unix_nano = 3, count = 4, sum = 5, scale = 6, zero_count = 7, positive = 8, negative = 9, flags = 10, exemplars = 11,
// min = 12, max = 13, zero_threshold = 14 (not stored, as the exporter has no column for it). Buckets: offset = 1, bucket_counts = 2.
import { ExemplarColumns } from './exemplars.js';
import { MetricPoints, type MetricAt } from './metric-points.js';
import type { ArrayColumn, FixedColumn } from './native-block.js';
import type { RequestContext } from './request-context.js';
import { BYTES, FIXED64, VARINT, knownFields } from './wire-reader.js';

const POINT_FIELDS = knownFields(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
const BUCKETS_FIELDS = knownFields(1, 2);

export class ExponentialHistogramPoints extends MetricPoints {
  private readonly counts = this.block.column('Count', 'UInt64');
  private readonly sums = this.block.column('Sum', 'Float64');
  private readonly scales = this.block.column('Scale', 'Int32');
  private readonly zeroCounts = this.block.column('ZeroCount', 'UInt64');
  private readonly positiveOffsets = this.block.column('PositiveOffset', 'Int32');
  private readonly positiveCounts = this.block.column('PositiveBucketCounts', 'Array(UInt64)');
  private readonly negativeOffsets = this.block.column('NegativeOffset', 'Int32');
  private readonly negativeCounts = this.block.column('NegativeBucketCounts', 'Array(UInt64)');
  private readonly exemplars = new ExemplarColumns(this.block);
  private readonly minima = this.block.column('Min', 'Float64');
  private readonly maxima = this.block.column('Max', 'Float64');
  private readonly temporality = this.block.column('AggregationTemporality', 'Int32');

  constructor(context: RequestContext) { super('otel_metrics_exponential_histogram', context); }

  override point(metric: MetricAt, start: number, end: number): void {
    const { context } = this;
    const { wire } = context;
    let countLo = 0, countHi = 0, zeroLo = 0, zeroHi = 0;
    let sum = 0, min = 0, max = 0, scale = 0, positiveOffset = 0, negativeOffset = 0;
    // The bucket counts are written while reading; if the point is then refused they are cut back.
    const positiveFrom = this.positiveCounts.items.data.length;
    const negativeFrom = this.negativeCounts.items.data.length;
    this.forgetPoint();
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 1 << 3 | BYTES: context.positionOf(this.attributesAt, end); break;
        case 2 << 3 | FIXED64: this.readStart(end); break;
        case 3 << 3 | FIXED64: this.readTime(end); break;
        case 4 << 3 | FIXED64: wire.fixed64(end); countLo = wire.lo; countHi = wire.hi; break;
        case 5 << 3 | FIXED64: sum = wire.double(end); break;
        case 6 << 3 | VARINT: scale = wire.zigzag32(end); break;
        case 7 << 3 | FIXED64: wire.fixed64(end); zeroLo = wire.lo; zeroHi = wire.hi; break;
        case 8 << 3 | BYTES: positiveOffset = this.readBuckets(this.positiveCounts, positiveOffset, end); break;
        case 9 << 3 | BYTES: negativeOffset = this.readBuckets(this.negativeCounts, negativeOffset, end); break;
        case 10 << 3 | VARINT: this.flags = wire.varint(end); break;
        case 11 << 3 | BYTES: context.positionOf(this.exemplarsAt, end); break;
        case 12 << 3 | FIXED64: min = wire.double(end); break;
        case 13 << 3 | FIXED64: max = wire.double(end); break;
        case 14 << 3 | FIXED64: wire.double(end); break;
        default: wire.skip(tag, end, POINT_FIELDS);
      }
    }
    if (!this.admit(this.exemplars)) {
      this.positiveCounts.items.data.length = positiveFrom;
      this.negativeCounts.items.data.length = negativeFrom;
      return;
    }
    this.writeCommon(metric);
    this.counts.data.pushUint64(countLo, countHi);
    this.sums.data.pushFloat64(sum);
    this.scales.data.pushUint32(scale);
    this.zeroCounts.data.pushUint64(zeroLo, zeroHi);
    this.positiveOffsets.data.pushUint32(positiveOffset);
    this.positiveCounts.endRow();
    this.negativeOffsets.data.pushUint32(negativeOffset);
    this.negativeCounts.endRow();
    this.exemplars.pushRow(context, this.exemplarsAt);
    this.minima.data.pushFloat64(min);
    this.maxima.data.pushFloat64(max);
    this.temporality.data.pushUint32(metric.temporality);
  }

  /** Append the counts of a Buckets message; returns its offset, or the one before where it has none. */
  private readBuckets(counts: ArrayColumn<FixedColumn>, offsetBefore: number, pointEnd: number): number {
    const { wire } = this.context;
    const { data } = counts.items;
    const end = wire.fieldEnd(pointEnd);
    let offset = offsetBefore;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 1 << 3 | VARINT: offset = wire.zigzag32(end); break;
        case 2 << 3 | VARINT: wire.varint(end); data.pushUint64(wire.lo, wire.hi); break;
        case 2 << 3 | BYTES: {
          const countsEnd = wire.fieldEnd(end);
          while (wire.pos < countsEnd) { wire.varint(countsEnd); data.pushUint64(wire.lo, wire.hi); }
          break;
        }
        default: wire.skip(tag, end, BUCKETS_FIELDS);
      }
    }
    return offset;
  }
}
