// Points of gauges and sums. NumberDataPoint: start_time_unix_nano = 2, time_unix_nano = 3, as_double = 4, exemplars = 5,
// as_int = 6, attributes = 7, flags = 8.
import type { RequestContext } from './request-context.js';
import { ExemplarColumns } from './exemplars.js';
import { MetricPoints, type MetricAt } from './metric-points.js';
import type { FixedColumn } from './native-block.js';
import { BYTES, FIXED64, VARINT, knownFields } from './wire-reader.js';

const POINT_FIELDS = knownFields(2, 3, 4, 5, 6, 7, 8);

export class NumberPoints extends MetricPoints {
  private readonly values = this.block.column('Value', 'Float64');
  private readonly exemplars = new ExemplarColumns(this.block);
  /** Only sums have these. */
  private readonly sum: { temporality: FixedColumn; isMonotonic: FixedColumn } | null;

  constructor(table: 'otel_metrics_gauge' | 'otel_metrics_sum', context: RequestContext) {
    super(table, context);
    this.sum = table === 'otel_metrics_gauge' ? null
      : { temporality: this.block.column('AggregationTemporality', 'Int32'), isMonotonic: this.block.column('IsMonotonic', 'Bool') };
  }

  override point(metric: MetricAt, start: number, end: number): void {
    const { context } = this;
    const { wire } = context;
    let value = 0;
    this.forgetPoint();
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 2 << 3 | FIXED64: this.readStart(end); break;
        case 3 << 3 | FIXED64: this.readTime(end); break;
        case 4 << 3 | FIXED64: value = wire.double(end); break;
        case 5 << 3 | BYTES: context.positionOf(this.exemplarsAt, end); break;
        case 6 << 3 | FIXED64: wire.fixed64(end); value = wire.signedNumber(); break;
        case 7 << 3 | BYTES: context.positionOf(this.attributesAt, end); break;
        case 8 << 3 | VARINT: this.flags = wire.varint(end); break;
        default: wire.skip(tag, end, POINT_FIELDS);
      }
    }
    if (!this.admit(this.exemplars)) return;
    this.writeCommon(metric);
    this.values.data.pushFloat64(value);
    this.exemplars.pushRow(context, this.exemplarsAt);
    this.sum?.temporality.data.pushUint32(metric.temporality);
    this.sum?.isMonotonic.data.pushByte(metric.isMonotonic ? 1 : 0);
  }
}
