// ExportLogsServiceRequest → rows of otel_logs. LogRecord: time_unix_nano = 1, severity_number = 2, severity_text = 3,
// body = 5, attributes = 6, dropped_attributes_count = 7, flags = 8, trace_id = 9, span_id = 10, observed_time_unix_nano = 11,
// event_name = 12. A record without a time has the time it was observed, and without that the time it was received.
import type { RejectReason } from '@narrows/contract';
import { AttributeSlots, ItemAttributes } from './attribute-slots.js';
import { IntList, type ByteBuffer } from './byte-buffer.js';
import { isIdLength, isZeroId, SPAN_ID_BYTES, TRACE_ID_BYTES, writeHexId } from './id-writer.js';
import { NativeBlock, type DictionaryColumn, type StringColumn, type FinishedBlock } from './native-block.js';
import { SCHEMAS } from './otlp-schema.js';
import { PlaceColumns } from './place-columns.js';
import { TextAt, type RequestContext } from './request-context.js';
import { RepeatedText } from './repeated-text.js';
import { RowMemo } from './row-memo.js';
import { RepeatedMap } from './shared-attributes.js';
import { BYTES, FIXED32, FIXED64, VARINT, knownFields } from './wire-reader.js';

const RECORD_FIELDS = knownFields(1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12);
const BODY_FIELD = 5;
const NANO_PER_MS = 1_000_000n;

export class LogDecoder {
  private readonly block = new NativeBlock('otel_logs');
  private readonly timestamps = this.block.column('Timestamp', 'DateTime64(9)');
  private readonly traceIds = this.block.column('TraceId', 'String');
  private readonly spanIds = this.block.column('SpanId', 'String');
  private readonly traceFlags = this.block.column('TraceFlags', 'UInt8');
  private readonly severityTexts = this.block.column('SeverityText', 'LowCardinality(String)');
  private readonly severityNumbers = this.block.column('SeverityNumber', 'UInt8');
  private readonly bodies = this.block.column('Body', 'String');
  private readonly resourceSchemaUrls = this.block.column('ResourceSchemaUrl', 'LowCardinality(String)');
  private readonly resourceAttributes = new RepeatedMap(this.block.column('ResourceAttributes', 'Map(LowCardinality(String), String)'));
  private readonly scopeSchemaUrls = this.block.column('ScopeSchemaUrl', 'LowCardinality(String)');
  private readonly scopeNames = new RepeatedText(this.block.column('ScopeName', 'String'));
  private readonly scopeVersions = this.block.column('ScopeVersion', 'LowCardinality(String)');
  private readonly scopeAttributes = new RepeatedMap(this.block.column('ScopeAttributes', 'Map(LowCardinality(String), String)'));
  private readonly logAttributes = this.block.column('LogAttributes', 'Map(LowCardinality(String), String)');
  private readonly eventNames = this.block.column('EventName', 'String');
  private readonly observedTimestamps = this.block.column('ObservedTimestamp', 'DateTime64(9)');
  private readonly droppedAttributesColumn = this.block.column('DroppedAttributesCount', 'UInt32');
  private readonly place = new PlaceColumns(this.block);
  private readonly slots = new AttributeSlots(this.logAttributes.values.data);
  private readonly itemAttributes: ItemAttributes;
  private readonly memo = new RowMemo();

  // The record under the eye.
  private readonly traceId = new TextAt();
  private readonly spanId = new TextAt();
  private readonly severityText = new TextAt();
  private readonly body = new TextAt();
  private readonly eventName = new TextAt();
  private readonly attributesAt = new IntList();
  private timeLo = 0;
  private timeHi = 0;
  private observedLo = 0;
  private observedHi = 0;
  private severityNumber = 0;
  private flags = 0;
  private droppedAttributes = 0;
  private bodyCount = 0;

  constructor(private readonly context: RequestContext) {
    this.itemAttributes = new ItemAttributes(this.slots, context.resourceSlots);
  }

  /** Decode the request that `context` has begun. */
  decode(out: ByteBuffer): FinishedBlock[] {
    const { block, context } = this;
    block.clear(context.budget);
    this.resourceAttributes.clear();
    this.scopeAttributes.clear();
    this.scopeNames.clear();
    this.memo.clear();
    this.slots.reset(context.matcher.asked);
    context.eachItem((start, end) => this.record(start, end));
    if (block.rows === 0) return [];
    for (const repeated of [this.resourceAttributes, this.scopeAttributes, this.scopeNames]) repeated.endRows();
    this.place.fill(block.rows, context);
    return [block.finish(out)];
  }

  private record(start: number, end: number): void {
    const { context } = this;
    context.countItems(1);
    this.readRecord(start, end);
    const rejection = this.rejection();
    if (rejection !== null) {
      context.reject(rejection);
      context.check(SCHEMAS.logRecord, start, end);
      return;
    }
    this.writeRecord(start, end);
    context.accepted++;
    this.block.rows++;
  }

  private rejection(): RejectReason | null {
    if (!isIdLength(this.traceId.end - this.traceId.start, TRACE_ID_BYTES) || !isIdLength(this.spanId.end - this.spanId.start, SPAN_ID_BYTES)) return 'short_id';
    return this.timeHi < 0 || this.observedHi < 0 ? 'time_out_of_range' : null;
  }

  private readRecord(start: number, end: number): void {
    const { context } = this;
    const { wire } = context;
    for (const text of [this.traceId, this.spanId, this.severityText, this.body, this.eventName]) text.forget();
    this.attributesAt.length = 0;
    this.timeLo = this.timeHi = this.observedLo = this.observedHi = this.severityNumber = this.flags = this.droppedAttributes = this.bodyCount = 0;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 1 << 3 | FIXED64: wire.fixed64(end); this.timeLo = wire.lo; this.timeHi = wire.hi; break;
        case 2 << 3 | VARINT: this.severityNumber = wire.varint(end); break;
        case 3 << 3 | BYTES: context.textAt(this.severityText, end); break;
        case 5 << 3 | BYTES: context.textAt(this.body, end); this.bodyCount++; break;
        case 6 << 3 | BYTES: context.positionOf(this.attributesAt, end); break;
        case 7 << 3 | VARINT: this.droppedAttributes = wire.varint(end); break;
        case 8 << 3 | FIXED32: this.flags = wire.fixed32(end); break;
        case 9 << 3 | BYTES: context.textAt(this.traceId, end); break;
        case 10 << 3 | BYTES: context.textAt(this.spanId, end); break;
        case 11 << 3 | FIXED64: wire.fixed64(end); this.observedLo = wire.lo; this.observedHi = wire.hi; break;
        case 12 << 3 | BYTES: context.textAt(this.eventName, end); break;
        default: wire.skip(tag, end, RECORD_FIELDS);
      }
    }
  }

  private writeRecord(start: number, end: number): void {
    const { context } = this;
    this.slots.nextItem();
    this.droppedAttributes += context.writeItemAttributes(this.logAttributes, this.slots, this.attributesAt, this.memo, this.severityNumber);
    this.writeTime();
    this.writeIds();
    this.traceFlags.data.pushByte(this.flags & 0xff);
    this.writeName(this.severityTexts, this.severityText);
    this.severityNumbers.data.pushByte(this.severityNumber & 0xff);
    if (this.bodyCount > 1) context.attributes.writeMergedValue(this.bodies.data, BODY_FIELD, start, end);
    else context.attributes.writeAnyValue(this.bodies.data, this.body.start, this.body.end);
    this.bodies.rows++;
    this.writeName(this.resourceSchemaUrls, context.resourceSchemaUrl);
    this.resourceAttributes.pushRow(context.resource);
    this.writeName(this.scopeSchemaUrls, context.scopeSchemaUrl);
    this.scopeNames.pushRow(context, context.scopeName);
    this.writeName(this.scopeVersions, context.scopeVersion);
    this.scopeAttributes.pushRow(context.scope);
    this.writeText(this.eventNames, this.eventName);
    this.observedTimestamps.data.pushUint64(this.observedLo, this.observedHi);
    this.droppedAttributesColumn.data.pushUint32(this.droppedAttributes);
    this.place.pushRow(context.matcher.matchByAttributes(context.plan, this.itemAttributes), this.itemAttributes);
  }

  private writeTime(): void {
    if (this.timeLo !== 0 || this.timeHi !== 0) this.timestamps.data.pushUint64(this.timeLo, this.timeHi);
    else if (this.observedLo !== 0 || this.observedHi !== 0) this.timestamps.data.pushUint64(this.observedLo, this.observedHi);
    else {
      const nano = BigInt(this.context.receivedAtMs) * NANO_PER_MS;
      this.timestamps.data.pushUint64(Number(nano & 0xffff_ffffn), Number(nano >> 32n));
    }
  }

  /** An all-zero id says "none" in a log record: a record need not belong to a span. */
  private writeIds(): void {
    const { bytes } = this.context.wire;
    for (const [column, id] of [[this.traceIds, this.traceId], [this.spanIds, this.spanId]] as const) {
      writeHexId(column.data, bytes, id.start, isZeroId(bytes, id.start, id.end) ? id.start : id.end);
      column.rows++;
    }
  }

  private writeName(column: DictionaryColumn, at: TextAt): void { column.push(this.context.attributes.textIndex(column, at.start, at.end)); }
  private writeText(column: StringColumn, at: TextAt): void { this.context.writeText(column, at.start, at.end); }
}
