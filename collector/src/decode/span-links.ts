// The Links.* columns of a span. Link: trace_id = 1, span_id = 2, trace_state = 3, attributes = 4,
// dropped_attributes_count = 5, flags = 6.
import { LIMITS } from '@narrows/contract';
import { IntList } from './byte-buffer.js';
import { isIdLength, SPAN_ID_BYTES, TRACE_ID_BYTES, writeHexId } from './id-writer.js';
import type { NativeBlock } from './native-block.js';
import { SCHEMAS } from './otlp-schema.js';
import { TextAt, type RequestContext } from './request-context.js';
import { BYTES, FIXED32, VARINT, knownFields, type WireReader } from './wire-reader.js';

const LINK_FIELDS = knownFields(1, 2, 3, 4, 5, 6);

export class SpanLinkColumns {
  private readonly traceIds;
  private readonly spanIds;
  private readonly traceStates;
  private readonly attributes;
  private readonly traceId = new TextAt();
  private readonly spanId = new TextAt();
  private readonly traceState = new TextAt();
  private readonly attributesAt = new IntList();

  constructor(block: NativeBlock) {
    this.traceIds = block.column('Links.TraceId', 'Array(String)');
    this.spanIds = block.column('Links.SpanId', 'Array(String)');
    this.traceStates = block.column('Links.TraceState', 'Array(String)');
    this.attributes = block.column('Links.Attributes', 'Array(Map(LowCardinality(String), String))');
  }

  /** Whether all ids of the links at `positions` are absent or whole; a span with a cut id is refused before it is written. */
  haveWholeIds(wire: WireReader, positions: IntList): boolean {
    for (let i = 0; i < positions.length; i += 2) {
      const end = positions.values[i + 1]!;
      wire.pos = positions.values[i]!;
      while (wire.pos < end) {
        const tag = wire.tag(end);
        if (tag !== (1 << 3 | BYTES) && tag !== (2 << 3 | BYTES)) { wire.skip(tag, end, 0); continue; }
        const idEnd = wire.fieldEnd(end);
        if (!isIdLength(idEnd - wire.pos, tag >>> 3 === 1 ? TRACE_ID_BYTES : SPAN_ID_BYTES)) return false;
        wire.pos = idEnd;
      }
    }
    return true;
  }

  /** End empty rows, until there are so many: nearly all spans have no link. */
  endRows(rows: number): void {
    this.traceIds.endRows(rows);
    this.spanIds.endRows(rows);
    this.traceStates.endRows(rows);
    this.attributes.endRows(rows);
  }

  /** Write the links that stand at `positions` as the row behind the first `rows`. */
  pushRow(context: RequestContext, rows: number, positions: IntList): void {
    this.endRows(rows);
    const kept = Math.min(positions.length, LIMITS.linksPerSpanMax * 2);
    for (let i = 0; i < kept; i += 2) this.pushLink(context, positions.values[i]!, positions.values[i + 1]!);
    this.endRows(rows + 1);
    context.checkAll(SCHEMAS.link, positions, kept);
  }

  private pushLink(context: RequestContext, start: number, end: number): void {
    const { wire } = context;
    this.traceId.forget();
    this.spanId.forget();
    this.traceState.forget();
    this.attributesAt.length = 0;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 1 << 3 | BYTES: context.textAt(this.traceId, end); break;
        case 2 << 3 | BYTES: context.textAt(this.spanId, end); break;
        case 3 << 3 | BYTES: context.textAt(this.traceState, end); break;
        case 4 << 3 | BYTES: context.positionOf(this.attributesAt, end); break;
        case 5 << 3 | VARINT: wire.varint(end); break;
        case 6 << 3 | FIXED32: wire.fixed32(end); break;
        default: wire.skip(tag, end, LINK_FIELDS);
      }
    }
    writeHexId(this.traceIds.items.data, wire.bytes, this.traceId.start, this.traceId.end);
    writeHexId(this.spanIds.items.data, wire.bytes, this.spanId.start, this.spanId.end);
    this.traceIds.items.rows++;
    this.spanIds.items.rows++;
    context.writeText(this.traceStates.items, this.traceState.start, this.traceState.end);
    context.writeAttributes(this.attributes.items, this.attributesAt);
  }
}
