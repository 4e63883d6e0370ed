// The Exemplars.* columns of a metric point. Exemplar: time_unix_nano = 2, as_double = 3, span_id = 4, trace_id = 5,
// as_int = 6, filtered_attributes = 7.
import { IntList } from './byte-buffer.js';
import { isIdLength, SPAN_ID_BYTES, TRACE_ID_BYTES, writeHexId } from './id-writer.js';
import type { NativeBlock } from './native-block.js';
import { TextAt, type RequestContext } from './request-context.js';
import { BYTES, FIXED64, knownFields, type WireReader } from './wire-reader.js';

const EXEMPLAR_FIELDS = knownFields(2, 3, 4, 5, 6, 7);

export class ExemplarColumns {
  private readonly attributes;
  private readonly times;
  private readonly values;
  private readonly spanIds;
  private readonly traceIds;
  private readonly spanId = new TextAt();
  private readonly traceId = new TextAt();
  private readonly attributesAt = new IntList();

  constructor(block: NativeBlock) {
    this.attributes = block.column('Exemplars.FilteredAttributes', 'Array(Map(LowCardinality(String), String))');
    this.times = block.column('Exemplars.TimeUnix', 'Array(DateTime64(9))');
    this.values = block.column('Exemplars.Value', 'Array(Float64)');
    this.spanIds = block.column('Exemplars.SpanId', 'Array(String)');
    this.traceIds = block.column('Exemplars.TraceId', 'Array(String)');
  }

  /** Whether all ids of the exemplars at `positions` are absent or whole. */
  haveWholeIds(wire: WireReader, positions: IntList): boolean {
    for (let i = 0; i < positions.length; i += 2) {
      const end = positions.values[i + 1]!;
      wire.pos = positions.values[i]!;
      while (wire.pos < end) {
        const tag = wire.tag(end);
        if (tag !== (4 << 3 | BYTES) && tag !== (5 << 3 | BYTES)) { wire.skip(tag, end, 0); continue; }
        const idEnd = wire.fieldEnd(end);
        if (!isIdLength(idEnd - wire.pos, tag >>> 3 === 5 ? TRACE_ID_BYTES : SPAN_ID_BYTES)) return false;
        wire.pos = idEnd;
      }
    }
    return true;
  }

  /** End empty rows, until there are so many: nearly all points have no exemplar. */
  endRows(rows: number): void { for (const column of [this.attributes, this.times, this.values, this.spanIds, this.traceIds]) column.endRows(rows); }

  /** Write the exemplars that stand at `positions` as the row behind the first `rows`. */
  pushRow(context: RequestContext, rows: number, positions: IntList): void {
    this.endRows(rows);
    for (let i = 0; i < positions.length; i += 2) this.pushExemplar(context, positions.values[i]!, positions.values[i + 1]!);
    this.endRows(rows + 1);
  }

  private pushExemplar(context: RequestContext, start: number, end: number): void {
    const { wire } = context;
    let timeLo = 0;
    let timeHi = 0;
    let value = 0;
    this.spanId.forget();
    this.traceId.forget();
    this.attributesAt.length = 0;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 2 << 3 | FIXED64: wire.fixed64(end); timeLo = wire.lo; timeHi = wire.hi; break;
        case 3 << 3 | FIXED64: value = wire.double(end); break;
        case 4 << 3 | BYTES: context.textAt(this.spanId, end); break;
        case 5 << 3 | BYTES: context.textAt(this.traceId, end); break;
        case 6 << 3 | FIXED64: wire.fixed64(end); value = wire.signedNumber(); break;
        case 7 << 3 | BYTES: context.positionOf(this.attributesAt, end); break;
        default: wire.skip(tag, end, EXEMPLAR_FIELDS);
      }
    }
    context.pushTime(this.times.items, timeLo, timeHi);
    this.values.items.data.pushFloat64(value);
    writeHexId(this.spanIds.items.data, wire.bytes, this.spanId.start, this.spanId.end);
    this.spanIds.items.rows++;
    writeHexId(this.traceIds.items.data, wire.bytes, this.traceId.start, this.traceId.end);
    this.traceIds.items.rows++;
    context.writeAttributes(this.attributes.items, this.attributesAt);
  }
}
