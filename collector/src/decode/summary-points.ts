// Points of summaries. SummaryDataPoint: start_time_unix_nano = 2, time_unix_nano = 3, count = 4, sum = 5,
// quantile_values = 6, attributes = 7, flags = 8. ValueAtQuantile: quantile = 1, value = 2.
import { MetricPoints, type MetricAt } from './metric-points.js';
import type { RequestContext } from './request-context.js';
import { IntList } from './byte-buffer.js';
import { BYTES, FIXED64, VARINT, knownFields } from './wire-reader.js';

const POINT_FIELDS = knownFields(2, 3, 4, 5, 6, 7, 8);
const QUANTILE_FIELDS = knownFields(1, 2);

export class SummaryPoints extends MetricPoints {
  private readonly counts = this.block.column('Count', 'UInt64');
  private readonly sums = this.block.column('Sum', 'Float64');
  private readonly quantiles = this.block.column('ValueAtQuantiles.Quantile', 'Array(Float64)');
  private readonly values = this.block.column('ValueAtQuantiles.Value', 'Array(Float64)');
  private readonly quantilesAt = new IntList();

  constructor(context: RequestContext) { super('otel_metrics_summary', context); }

  override point(metric: MetricAt, start: number, end: number): void {
    const { context } = this;
    const { wire } = context;
    let countLo = 0;
    let countHi = 0;
    let sum = 0;
    this.forgetPoint();
    this.quantilesAt.length = 0;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 2 << 3 | FIXED64: this.readStart(end); break;
        case 3 << 3 | FIXED64: this.readTime(end); break;
        case 4 << 3 | FIXED64: wire.fixed64(end); countLo = wire.lo; countHi = wire.hi; break;
        case 5 << 3 | FIXED64: sum = wire.double(end); break;
        case 6 << 3 | BYTES: context.positionOf(this.quantilesAt, end); break;
        case 7 << 3 | BYTES: context.positionOf(this.attributesAt, end); break;
        case 8 << 3 | VARINT: this.flags = wire.varint(end); break;
        default: wire.skip(tag, end, POINT_FIELDS);
      }
    }
    if (!this.admit(null)) return;
    this.writeCommon(metric);
    this.counts.data.pushUint64(countLo, countHi);
    this.sums.data.pushFloat64(sum);
    for (let i = 0; i < this.quantilesAt.length; i += 2) this.pushQuantile(this.quantilesAt.values[i]!, this.quantilesAt.values[i + 1]!);
    this.quantiles.endRow();
    this.values.endRow();
  }

  private pushQuantile(start: number, end: number): void {
    const { wire } = this.context;
    let quantile = 0;
    let value = 0;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === (1 << 3 | FIXED64)) quantile = wire.double(end);
      else if (tag === (2 << 3 | FIXED64)) value = wire.double(end);
      else wire.skip(tag, end, QUANTILE_FIELDS);
    }
    this.quantiles.items.data.pushFloat64(quantile);
    this.values.items.data.pushFloat64(value);
  }
}
