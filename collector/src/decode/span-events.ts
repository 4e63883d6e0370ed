// The Events.* columns of a span. Event: time_unix_nano = 1, name = 2, attributes = 3, dropped_attributes_count = 4.
import { LIMITS } from '@narrows/contract';
import { IntList } from './byte-buffer.js';
import type { NativeBlock } from './native-block.js';
import { SCHEMAS } from './otlp-schema.js';
import { TextAt, type RequestContext } from './request-context.js';
import { BYTES, FIXED64, VARINT, knownFields } from './wire-reader.js';

const EVENT_FIELDS = knownFields(1, 2, 3, 4);

export class SpanEventColumns {
  private readonly timestamps;
  private readonly names;
  private readonly attributes;
  private readonly name = new TextAt();
  private readonly attributesAt = new IntList();

  constructor(block: NativeBlock) {
    this.timestamps = block.column('Events.Timestamp', 'Array(DateTime64(9))');
    this.names = block.column('Events.Name', 'Array(LowCardinality(String))');
    this.attributes = block.column('Events.Attributes', 'Array(Map(LowCardinality(String), String))');
  }

  /** End empty rows, until there are so many: nearly all spans have no event. */
  endRows(rows: number): void {
    this.timestamps.endRows(rows);
    this.names.endRows(rows);
    this.attributes.endRows(rows);
  }

  /** Write the events that stand at `positions` as the row behind the first `rows`. */
  pushRow(context: RequestContext, rows: number, positions: IntList): void {
    this.endRows(rows);
    const kept = Math.min(positions.length, LIMITS.eventsPerSpanMax * 2);
    for (let i = 0; i < kept; i += 2) this.pushEvent(context, positions.values[i]!, positions.values[i + 1]!);
    this.endRows(rows + 1);
    context.checkAll(SCHEMAS.event, positions, kept);
  }

  private pushEvent(context: RequestContext, start: number, end: number): void {
    const { wire } = context;
    let lo = 0;
    let hi = 0;
    this.name.forget();
    this.attributesAt.length = 0;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 1 << 3 | FIXED64: wire.fixed64(end); ({ lo, hi } = wire); break;
        case 2 << 3 | BYTES: context.textAt(this.name, end); break;
        case 3 << 3 | BYTES: context.positionOf(this.attributesAt, end); break;
        case 4 << 3 | VARINT: wire.varint(end); break;
        default: wire.skip(tag, end, EVENT_FIELDS);
      }
    }
    context.pushTime(this.timestamps.items, lo, hi);
    const names = this.names.items;
    names.push(context.attributes.textIndex(names, this.name.start, this.name.end));
    context.writeAttributes(this.attributes.items, this.attributesAt);
  }
}
