// ExportTraceServiceRequest → rows of otel_traces, in one walk over the bytes. What of a row comes from the span alone is written
// outside JavaScript (`span-rows.ts`); what depends on its resource, on the agency's pipelines and on attributes that
// decide something is written here, span by span. No object is made for a span.
import { NarrowsError, SPAN_KINDS, STATUS_CODES, type RejectReason } from '@narrows/contract';
import { AttributeSlots, ItemAttributes, SLOT } from './attribute-slots.js';
import { encodeText, type ByteBuffer } from './byte-buffer.js';
import { NumberedTexts } from './known-texts.js';
import { NativeBlock, type FinishedBlock, type FixedColumn, type StringColumn } from './native-block.js';
import { SCHEMAS } from './otlp-schema.js';
import { PeerColumns } from './peer-columns.js';
import { PlaceColumns, pushSlotIndex, pushSlotText } from './place-columns.js';
import type { RequestContext } from './request-context.js';
import { RepeatedText } from './repeated-text.js';
import { RepeatedMap } from './shared-attributes.js';
import { SpanEventColumns } from './span-events.js';
import { SpanLinkColumns } from './span-links.js';
import { SPAN, SpanRows, type SpanColumn } from './span-rows.js';

const KIND_TEXTS = SPAN_KINDS.map((kind) => encodeText(kind));
const STATUS_TEXTS = STATUS_CODES.map((code) => encodeText(code));
const CLIENT = SPAN_KINDS.indexOf('Client');
const PRODUCER = SPAN_KINDS.indexOf('Producer');
const REJECTIONS: Readonly<Record<number, RejectReason>> = { [SPAN.shortId]: 'short_id', [SPAN.zeroId]: 'zero_id', [SPAN.timeOutOfRange]: 'time_out_of_range' };

export class TraceDecoder {
  private readonly block = new NativeBlock('otel_traces');
  private readonly timestamp = this.block.column('Timestamp', 'DateTime64(9)');
  private readonly traceIds = this.block.column('TraceId', 'String');
  private readonly spanIds = this.block.column('SpanId', 'String');
  private readonly parentSpanIds = this.block.column('ParentSpanId', 'String');
  private readonly traceStates = this.block.column('TraceState', 'String');
  private readonly spanNames = this.block.column('SpanName', 'LowCardinality(String)');
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
  /** What comes from the spans alone. */
  private readonly takenNumbers: readonly (readonly [FixedColumn, SpanColumn])[] = [
    [this.timestamp, 'timestamps'], [this.durations, 'durations'], [this.flagsColumn, 'flags'], [this.transactions, 'transactions'],
    [this.droppedAttributesColumn, 'droppedAttributes'], [this.droppedEventsColumn, 'droppedEvents'], [this.droppedLinksColumn, 'droppedLinks'],
  ];
  private readonly takenTexts: readonly (readonly [StringColumn, SpanColumn])[] = [
    [this.traceIds, 'traceIds'], [this.spanIds, 'spanIds'], [this.parentSpanIds, 'parentSpanIds'], [this.traceStates, 'traceStates'], [this.statusMessages, 'statusMessages'],
  ];
  private readonly rows: SpanRows;
  private readonly slots: AttributeSlots;
  private readonly itemAttributes: ItemAttributes;

  constructor(private readonly context: RequestContext) {
    this.rows = new SpanRows(context, this.spanAttributes.keys, {
      nameIndex: (start, end) => context.attributes.textIndex(this.spanNames, start, end),
      idsAreWhole: (positions) => this.links.haveWholeIds(context.wire, positions),
    });
    this.slots = this.rows.slots;
    this.itemAttributes = new ItemAttributes(this.slots, context.resourceSlots);
  }

  /** Decode the request that `context` has begun. */
  decode(out: ByteBuffer): FinishedBlock[] {
    const { block, context } = this;
    block.clear(context.budget);
    this.resourceAttributes.clear();
    for (const texts of [this.spanKinds, this.statusCodes, this.scopeNames, this.scopeVersions]) texts.clear();
    this.rows.open(context.matcher);
    context.eachItem((start, end) => this.span(start, end));
    if (block.rows === 0) return [];
    this.takeOver();
    for (const repeated of [this.resourceAttributes, this.scopeNames, this.scopeVersions]) repeated.endRows();
    for (const lists of [this.events, this.links]) lists.endRows(block.rows);
    this.place.fill(block.rows, context);
    return [block.finish(out)];
  }

  private span(start: number, end: number): void {
    const { context } = this;
    context.countItems(1);
    this.slots.nextItem();
    const answer = this.rows.append(start, end);
    if (answer < 0) {
      context.check(SCHEMAS.span, start, end);
      if (answer === SPAN.malformed) throw new NarrowsError('INTERNAL', `the span at byte ${start} is malformed to one reader and not to the other`);
      context.reject(REJECTIONS[answer]!);
      return;
    }
    this.writeSpan(answer);
    context.accepted++;
    this.block.rows++;
  }

  /** The columns that do not come from the span alone, or hardly ever have something. */
  private writeSpan(answer: number): void {
    const { context, rows, itemAttributes } = this;
    const kind = answer & SPAN.kind;
    if ((answer & SPAN.hasEvents) !== 0) this.events.pushRow(context, this.block.rows, rows.positionsOf('eventsAt'));
    if ((answer & SPAN.hasLinks) !== 0) this.links.pushRow(context, this.block.rows, rows.positionsOf('linksAt'));
    const place = context.matcher.matchSpan(context.plan, kind, context.wire.bytes, rows.nameStart, rows.nameEnd, itemAttributes);
    this.resourceAttributes.pushRow(context.resource);
    this.scopeNames.pushRow(context, context.scopeName);
    this.scopeVersions.pushRow(context, context.scopeVersion);
    this.writeDownstream();
    this.peers.pushRow(kind === CLIENT || kind === PRODUCER, itemAttributes);
    pushSlotIndex(this.outcomes, itemAttributes, place.outcomeSlot);
    pushSlotText(this.persons, itemAttributes, place.personSlot);
    pushSlotText(this.sessions, itemAttributes, place.sessionSlot);
    pushSlotText(this.clients, itemAttributes, SLOT.clientAddress);
    this.place.pushRow(place, itemAttributes);
  }

  private writeDownstream(): void {
    const reported = this.slots.has(SLOT.downstreamMs) ? Number(this.slots.text(SLOT.downstreamMs)) : -1;
    if (!(reported >= 0 && reported < Number.MAX_SAFE_INTEGER / 1e6)) { this.downstreamNanos.data.pushUint64(-1, -1); return; }
    const nano = Math.round(reported * 1e6);
    this.downstreamNanos.data.pushUint64(nano, Math.floor(nano / 0x1_0000_0000));
  }

  /** The columns that come from the spans alone. */
  private takeOver(): void {
    const { rows, block: { rows: count } } = this;
    for (const [column, name] of this.takenNumbers) column.takeOver(rows.bytesOf(name));
    for (const [column, name] of this.takenTexts) column.takeOver(rows.bytesOf(name), count);
    this.spanNames.indexes.pushAll(rows.wordsOf('names'));
    this.spanKinds.pushAll(rows.bytesOf('kinds'));
    this.statusCodes.pushAll(rows.bytesOf('statusCodes'));
    const { keys, values, offsets } = this.spanAttributes;
    offsets.pushAll(rows.wordsOf('attributeEnds'));
    keys.indexes.pushAll(rows.wordsOf('keys'));
    values.takeOver(rows.bytesOf('values'), keys.indexes.length);
    this.context.text.changed.endBeforeStart += rows.endBeforeStart;
  }
}
