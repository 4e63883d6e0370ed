// ExportTraceServiceRequest → rows of otel_traces, in one walk over the bytes. A span's fields may come in any order, so a
// first look notes where each stands; then its attributes are written, which shows its place in a pipeline, and then the
// other columns. No object is made for a span.
import { SPAN_KINDS, STATUS_CODES, type RejectReason } from '@narrows/contract';
import { AttributeSlots, ItemAttributes, SLOT } from './attribute-slots.js';
import { encodeText, IntList, type ByteBuffer } from './byte-buffer.js';
import { isIdLength, isZeroId, SPAN_ID_BYTES, TRACE_ID_BYTES, writeHexId } from './id-writer.js';
import { NameTexts, NumberedTexts } from './known-texts.js';
import { NativeBlock, type FinishedBlock, type StringColumn } from './native-block.js';
import { SCHEMAS } from './otlp-schema.js';
import { PeerColumns } from './peer-columns.js';
import { PlaceColumns, pushSlotIndex, pushSlotText } from './place-columns.js';
import { TextAt, type RequestContext } from './request-context.js';
import { RepeatedText } from './repeated-text.js';
import { RowMemo } from './row-memo.js';
import { RepeatedMap } from './shared-attributes.js';
import { SpanEventColumns } from './span-events.js';
import { SpanLinkColumns } from './span-links.js';
import { BYTES, FIXED32, FIXED64, VARINT, knownFields } from './wire-reader.js';

const SPAN_FIELDS = knownFields(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
const STATUS_FIELDS = knownFields(2, 3);
const KIND_TEXTS = SPAN_KINDS.map((kind) => encodeText(kind));
const STATUS_TEXTS = STATUS_CODES.map((code) => encodeText(code));
const SERVER = SPAN_KINDS.indexOf('Server');
const CLIENT = SPAN_KINDS.indexOf('Client');
const PRODUCER = SPAN_KINDS.indexOf('Producer');
const CONSUMER = SPAN_KINDS.indexOf('Consumer');

export class TraceDecoder {
  private readonly block = new NativeBlock('otel_traces');
  private readonly timestamp = this.block.column('Timestamp', 'DateTime64(9)');
  private readonly traceIds = this.block.column('TraceId', 'String');
  private readonly spanIds = this.block.column('SpanId', 'String');
  private readonly parentSpanIds = this.block.column('ParentSpanId', 'String');
  private readonly traceStates = this.block.column('TraceState', 'String');
  private readonly spanNames = new NameTexts(this.block.column('SpanName', 'LowCardinality(String)'));
  private readonly spanKinds = new NumberedTexts(this.block.column('SpanKind', 'LowCardinality(String)'), KIND_TEXTS);
  private readonly resourceAttributes = new RepeatedMap(this.block.column('ResourceAttributes', 'Map(LowCardinality(String), String)'));
  private readonly scopeNames = new RepeatedText(this.block.column('ScopeName', 'String'));
  private readonly scopeVersions = new RepeatedText(this.block.column('ScopeVersion', 'String'));
  private readonly spanAttributes = this.block.column('SpanAttributes', 'Map(LowCardinality(String), String)');
  private readonly durations = this.block.column('Duration', 'UInt64');
  private readonly statusCodes = new NumberedTexts(this.block.column('StatusCode', 'LowCardinality(String)'), STATUS_TEXTS);
  private readonly statusMessages = this.block.column('StatusMessage', 'String');
  private readonly events = new SpanEventColumns(this.block);
  private readonly links = new SpanLinkColumns(this.block);
  private readonly flagsColumn = this.block.column('Flags', 'UInt32');
  private readonly droppedAttributesColumn = this.block.column('DroppedAttributesCount', 'UInt32');
  private readonly droppedEventsColumn = this.block.column('DroppedEventsCount', 'UInt32');
  private readonly droppedLinksColumn = this.block.column('DroppedLinksCount', 'UInt32');
  private readonly transactions = this.block.column('Transaction', 'UInt8');
  private readonly downstreamNanos = this.block.column('DownstreamNano', 'Int64');
  private readonly outcomes = this.block.column('Outcome', 'LowCardinality(String)');
  private readonly persons = this.block.column('Person', 'String');
  private readonly sessions = this.block.column('Session', 'String');
  private readonly clients = this.block.column('Client', 'String');
  private readonly peers = new PeerColumns(this.block);
  private readonly place = new PlaceColumns(this.block);
  private readonly slots = new AttributeSlots(this.spanAttributes.values.data);
  private readonly itemAttributes: ItemAttributes;
  private readonly memo = new RowMemo();

  // The span under the eye.
  private readonly traceId = new TextAt();
  private readonly spanId = new TextAt();
  private readonly parentSpanId = new TextAt();
  private readonly traceState = new TextAt();
  private readonly name = new TextAt();
  private readonly statusMessage = new TextAt();
  private readonly attributesAt = new IntList();
  private readonly eventsAt = new IntList();
  private readonly linksAt = new IntList();
  private kind = 0;
  private statusCode = 0;
  private flags = 0;
  private startLo = 0;
  private startHi = 0;
  private endLo = 0;
  private endHi = 0;
  private droppedAttributes = 0;
  private droppedEvents = 0;
  private droppedLinks = 0;

  constructor(private readonly context: RequestContext) {
    this.itemAttributes = new ItemAttributes(this.slots, context.resourceSlots);
  }

  /** Decode the request that `context` has begun. */
  decode(out: ByteBuffer): FinishedBlock[] {
    const { block, context } = this;
    block.clear(context.budget);
    this.resourceAttributes.clear();
    for (const texts of [this.spanNames, this.spanKinds, this.statusCodes, this.scopeNames, this.scopeVersions]) texts.clear();
    this.memo.clear();
    this.slots.reset(context.matcher.slotOfKey, context.matcher.slots);
    context.eachItem((start, end) => this.span(start, end));
    if (block.rows === 0) return [];
    for (const repeated of [this.resourceAttributes, this.scopeNames, this.scopeVersions]) repeated.endRows();
    this.place.fill(block.rows, context);
    return [block.finish(out)];
  }

  private span(start: number, end: number): void {
    const { context } = this;
    context.countItem();
    this.readSpan(start, end);
    const rejection = this.rejection();
    if (rejection !== null) {
      context.reject(rejection);
      context.check(SCHEMAS.span, start, end);
      return;
    }
    this.writeSpan();
    context.accepted++;
    this.block.rows++;
  }

  private rejection(): RejectReason | null {
    const { wire } = this.context;
    const { traceId, spanId, parentSpanId } = this;
    if (!isIdLength(traceId.end - traceId.start, TRACE_ID_BYTES) || !isIdLength(spanId.end - spanId.start, SPAN_ID_BYTES)
      || !isIdLength(parentSpanId.end - parentSpanId.start, SPAN_ID_BYTES) || !this.links.haveWholeIds(wire, this.linksAt)) return 'short_id';
    if ((traceId.end > traceId.start && isZeroId(wire.bytes, traceId.start, traceId.end)) || (spanId.end > spanId.start && isZeroId(wire.bytes, spanId.start, spanId.end))) return 'zero_id';
    return this.startHi < 0 || this.endHi < 0 ? 'time_out_of_range' : null;
  }

  /** Note where the fields of the Span message stand. */
  private readSpan(start: number, end: number): void {
    const { context } = this;
    const { wire } = context;
    this.forgetSpan();
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 1 << 3 | BYTES: context.textAt(this.traceId, end); break;
        case 2 << 3 | BYTES: context.textAt(this.spanId, end); break;
        case 3 << 3 | BYTES: context.textAt(this.traceState, end); break;
        case 4 << 3 | BYTES: context.textAt(this.parentSpanId, end); break;
        case 5 << 3 | BYTES: context.textAt(this.name, end); break;
        case 6 << 3 | VARINT: this.kind = wire.varint(end); break;
        case 7 << 3 | FIXED64: wire.fixed64(end); this.startLo = wire.lo; this.startHi = wire.hi; break;
        case 8 << 3 | FIXED64: wire.fixed64(end); this.endLo = wire.lo; this.endHi = wire.hi; break;
        case 9 << 3 | BYTES: context.positionOf(this.attributesAt, end); break;
        case 10 << 3 | VARINT: this.droppedAttributes = wire.varint(end); break;
        case 11 << 3 | BYTES: context.positionOf(this.eventsAt, end); break;
        case 12 << 3 | VARINT: this.droppedEvents = wire.varint(end); break;
        case 13 << 3 | BYTES: context.positionOf(this.linksAt, end); break;
        case 14 << 3 | VARINT: this.droppedLinks = wire.varint(end); break;
        case 15 << 3 | BYTES: this.readStatus(end); break;
        case 16 << 3 | FIXED32: this.flags = wire.fixed32(end); break;
        default: wire.skip(tag, end, SPAN_FIELDS);
      }
    }
  }

  private forgetSpan(): void {
    this.traceId.forget(); this.spanId.forget(); this.parentSpanId.forget();
    this.traceState.forget(); this.name.forget(); this.statusMessage.forget();
    this.attributesAt.length = this.eventsAt.length = this.linksAt.length = 0;
    this.kind = this.statusCode = this.flags = 0;
    this.startLo = this.startHi = this.endLo = this.endHi = 0;
    this.droppedAttributes = this.droppedEvents = this.droppedLinks = 0;
  }

  private readStatus(spanEnd: number): void {
    const { wire } = this.context;
    const end = wire.fieldEnd(spanEnd);
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === (2 << 3 | BYTES)) this.context.textAt(this.statusMessage, end);
      else if (tag === (3 << 3 | VARINT)) this.statusCode = wire.varint(end);
      else wire.skip(tag, end, STATUS_FIELDS);
    }
  }

  private writeSpan(): void {
    const { context } = this;
    const { bytes } = context.wire;
    this.slots.nextItem();
    const likeness = context.likenessOf(this.name.start, this.name.end);
    this.droppedAttributes += context.writeItemAttributes(this.spanAttributes, this.slots, this.attributesAt, this.memo, likeness);
    const place = context.matcher.matchSpan(context.plan, this.kind, bytes, this.name.start, this.name.end, this.itemAttributes);
    this.writeIds();
    this.writeTimes();
    this.writeText(this.traceStates, this.traceState);
    this.spanNames.push(context.wire, context.attributes, this.name.start, this.name.end, likeness);
    this.spanKinds.push(this.kind);
    this.resourceAttributes.pushRow(context.resource);
    this.scopeNames.pushRow(context, context.scopeName);
    this.scopeVersions.pushRow(context, context.scopeVersion);
    this.statusCodes.push(this.statusCode);
    this.writeText(this.statusMessages, this.statusMessage);
    this.droppedEvents += this.events.pushRow(context, this.eventsAt);
    this.droppedLinks += this.links.pushRow(context, this.linksAt);
    this.flagsColumn.data.pushUint32(this.flags);
    this.droppedAttributesColumn.data.pushUint32(this.droppedAttributes);
    this.droppedEventsColumn.data.pushUint32(this.droppedEvents);
    this.droppedLinksColumn.data.pushUint32(this.droppedLinks);
    this.peers.pushRow(this.kind === CLIENT || this.kind === PRODUCER, this.itemAttributes);
    pushSlotIndex(this.outcomes, this.itemAttributes, place.outcomeSlot);
    pushSlotText(this.persons, this.itemAttributes, place.personSlot);
    pushSlotText(this.sessions, this.itemAttributes, place.sessionSlot);
    pushSlotText(this.clients, this.itemAttributes, SLOT.clientAddress);
    this.place.pushRow(place, this.itemAttributes);
  }

  private writeIds(): void {
    const { bytes } = this.context.wire;
    const { traceId, spanId, parentSpanId } = this;
    const isRoot = isZeroId(bytes, parentSpanId.start, parentSpanId.end);
    writeHexId(this.traceIds.data, bytes, traceId.start, traceId.end);
    writeHexId(this.spanIds.data, bytes, spanId.start, spanId.end);
    writeHexId(this.parentSpanIds.data, bytes, parentSpanId.start, isRoot ? parentSpanId.start : parentSpanId.end);
    this.traceIds.rows++;
    this.spanIds.rows++;
    this.parentSpanIds.rows++;
    this.transactions.data.pushByte(isRoot || this.kind === SERVER || this.kind === CONSUMER ? 1 : 0);
  }

  private writeTimes(): void {
    this.timestamp.data.pushUint64(this.startLo, this.startHi);
    const borrow = this.endLo >>> 0 < this.startLo >>> 0 ? 1 : 0;
    const hi = this.endHi - this.startHi - borrow;
    if (hi < 0) {
      this.context.text.changed.endBeforeStart++;
      this.durations.data.pushUint64(0, 0);
    } else this.durations.data.pushUint64(this.endLo - this.startLo, hi);
    this.writeDownstream();
  }

  private writeDownstream(): void {
    const reported = this.slots.has(SLOT.downstreamMs) ? Number(this.slots.text(SLOT.downstreamMs)) : -1;
    if (!(reported >= 0 && reported < Number.MAX_SAFE_INTEGER / 1e6)) { this.downstreamNanos.data.pushUint64(-1, -1); return; }
    const nano = Math.round(reported * 1e6);
    this.downstreamNanos.data.pushUint64(nano, Math.floor(nano / 0x1_0000_0000));
  }

  private writeText(column: StringColumn, at: TextAt): void {
    if (at.end === at.start) { column.pushEmpty(); return; }
    this.context.writeText(column, at.start, at.end);
  }
}
