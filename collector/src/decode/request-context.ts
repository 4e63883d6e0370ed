// What the decoders of the three signals share while they walk one request: the reader and writers, the agency's matcher,
// the resource and scope they are inside of, and the counts. Resource and scope are read before the items below them,
// wherever they stand in the message.
import { LIMITS, NarrowsError, type AdmittedRequest, type PersonalDataKinds, type RejectReason } from '@narrows/contract';
import { AttributeSlots, SLOT } from './attribute-slots.js';
import { AttributeWriter } from './attributes.js';
import { encodeText, type IntList } from './byte-buffer.js';
import { KeyBook } from './key-book.js';
import { UNLIMITED_KEYS, type KeyBudget } from './key-budget.js';
import { checkMessage } from './message-check.js';
import type { FixedColumn, MapColumn, StringColumn } from './native-block.js';
import { SCHEMAS, type MessageSchema } from './otlp-schema.js';
import type { PipelineMatcher, ServicePlan } from './pipeline-matcher.js';
import { ResourceMemo } from './resource-memo.js';
import type { RowMemo } from './row-memo.js';
import { SharedAttributes } from './shared-attributes.js';
import { TextWriter } from './text-writer.js';
import { BYTES, VARINT, WireReader, knownFields } from './wire-reader.js';

const NO_ENDS: readonly number[] = [];
const GROUP_FIELDS = knownFields(1, 2, 3);
const RESOURCE_FIELDS = knownFields(1, 2, 3);
const SCOPE_FIELDS = knownFields(1, 2, 3, 4);

/** Where a text stands in the body. */
export class TextAt {
  start = 0;
  end = 0;
  forget(): void { this.start = this.end = 0; }
}

export class RequestContext {
  readonly wire = new WireReader();
  readonly text: TextWriter;
  readonly book = new KeyBook();
  readonly attributes: AttributeWriter;
  readonly resource = new SharedAttributes();
  readonly resourceSlots = new AttributeSlots(this.resource.map.values.data);
  private readonly resourceMemo = new ResourceMemo(this.book);
  readonly scope = new SharedAttributes();
  readonly resourceSchemaUrl = new TextAt();
  readonly scopeSchemaUrl = new TextAt();
  readonly scopeName = new TextAt();
  readonly scopeVersion = new TextAt();
  scopeDroppedAttributes = 0;
  agency: Uint8Array = new Uint8Array(0);
  receivedAtMs = 0;
  batchId = 0n;
  accepted = 0;
  rejected: Partial<Record<RejectReason, number>> = {};
  /** Of the resource's service; set by `readResource`. */
  plan!: ServicePlan;
  matcher!: PipelineMatcher;
  budget: KeyBudget = UNLIMITED_KEYS;
  private agencyName = '';
  private items = 0;
  /** Where each request of a bundle ends; empty for a request alone. Each ends where a message of its field 1 does. */
  private ends: readonly number[] = NO_ENDS;
  /** How many items were accepted up to each of these ends. */
  readonly acceptedTo: number[] = [];

  /** `redact`: kinds of personal numbers that are masked; all of them unless said. */
  constructor(redact?: PersonalDataKinds) {
    this.text = new TextWriter(redact);
    this.attributes = new AttributeWriter(this.wire, this.text, this.book);
  }

  begin(request: AdmittedRequest, bytes: Uint8Array, matcher: PipelineMatcher, budget: KeyBudget, ends = NO_ENDS): void {
    this.wire.reset(bytes);
    this.ends = ends;
    this.acceptedTo.length = 0;
    this.text.clear();
    this.book.begin();
    this.matcher = matcher;
    this.budget = budget;
    if (request.agency !== this.agencyName) {
      this.agencyName = request.agency;
      this.agency = encodeText(request.agency);
    }
    this.receivedAtMs = request.receivedAtMs;
    this.batchId = request.batchId;
    this.accepted = 0;
    this.rejected = {};
    this.items = 0;
    this.resourceSlots.reset(matcher.asked);
    this.resource.clear(this.resourceSlots);
    this.scope.clear(null);
  }

  reject(reason: RejectReason): void { this.rejected[reason] = (this.rejected[reason] ?? 0) + 1; }

  /** Make sure that a message which is not stored is one all the same. */
  check(schema: MessageSchema, start: number, end: number): void { checkMessage(this.wire, schema, start, end); }

  /** The same for the messages at `positions` from the index `from` on. */
  checkAll(schema: MessageSchema, positions: IntList, from: number): void {
    for (let i = from; i < positions.length; i += 2) this.check(schema, positions.values[i]!, positions.values[i + 1]!);
  }

  /** How many more items the request may have. */
  get itemsLeft(): number { return LIMITS.itemsPerRequestMax - this.items; }

  /** Count items of the request. Errors: REQUEST_TOO_LARGE */
  countItems(count: number): void {
    this.items += count;
    if (this.items > LIMITS.itemsPerRequestMax) throw new NarrowsError('REQUEST_TOO_LARGE', `more than ${LIMITS.itemsPerRequestMax} items in one request`);
  }

  /**
   * Call `visit` for each message in field 1 of the export request: ResourceSpans, ResourceMetrics or ResourceLogs.
   * All three have resource = 1, the groups by scope = 2, schema_url = 3; a group has scope = 1, items = 2, schema_url = 3.
   */
  eachItem(visit: (start: number, end: number) => void): void {
    const { wire } = this;
    const end = wire.bytes.length;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === (1 << 3 | BYTES)) this.resourceGroup(wire.fieldEnd(end), visit);
      else wire.skip(tag, end, RESOURCE_FIELDS & 2);
      if (wire.pos === this.ends[this.acceptedTo.length]) this.acceptedTo.push(this.accepted);
    }
  }

  private resourceGroup(end: number, visit: (start: number, end: number) => void): void {
    const { wire } = this;
    const start = wire.pos;
    this.resource.begin(this.resourceSlots);
    this.resourceSchemaUrl.forget();
    this.eachGroupField(start, end, 1, (from, to) => this.readResource(from, to));
    this.eachGroupField(start, end, 3, (from, to) => { this.resourceSchemaUrl.start = from; this.resourceSchemaUrl.end = to; });
    this.plan = this.matcher.planFor(this.resourceSlots.has(SLOT.serviceName) ? this.resourceSlots.text(SLOT.serviceName) : '');
    this.eachGroupField(start, end, 2, (from, to) => this.scopeGroup(from, to, visit));
    wire.pos = end;
  }

  private scopeGroup(start: number, end: number, visit: (start: number, end: number) => void): void {
    this.scope.begin(null);
    for (const text of [this.scopeSchemaUrl, this.scopeName, this.scopeVersion]) text.forget();
    this.scopeDroppedAttributes = 0;
    this.eachGroupField(start, end, 1, (from, to) => this.readScope(from, to));
    this.scopeDroppedAttributes += this.scope.dropped;
    this.eachGroupField(start, end, 3, (from, to) => { this.scopeSchemaUrl.start = from; this.scopeSchemaUrl.end = to; });
    this.eachGroupField(start, end, 2, visit);
  }

  /** Visit the occurrences of one field of a group and step over the others. */
  private eachGroupField(start: number, end: number, field: number, visit: (start: number, end: number) => void): void {
    const { wire } = this;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if ((tag & 7) !== BYTES || tag >>> 3 > 3) { wire.skip(tag, end, GROUP_FIELDS); continue; }
      const fieldEnd = wire.fieldEnd(end);
      if (tag >>> 3 === field) visit(wire.pos, fieldEnd);
      wire.pos = fieldEnd;
    }
  }

  /** Mostly the very bytes of an earlier request; of several messages the first may be. */
  private readResource(start: number, end: number): void {
    const { wire, text, resource, resourceSlots, resourceMemo } = this;
    const { map } = resource;
    if (map.values.rows > 0) { this.readResourceFields(start, end); return; }
    const known = resourceMemo.find(wire, start, end);
    if (known >= 0) { resourceMemo.write(known, map, resourceSlots); return; }
    const { changes } = text;
    this.readResourceFields(start, end);
    if (text.changes === changes && resource.dropped === 0) resourceMemo.remember(wire, start, end, map);
  }

  private readResourceFields(start: number, end: number): void {
    const { wire } = this;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === (1 << 3 | BYTES)) {
        const attributeEnd = wire.fieldEnd(end);
        this.resource.add(this.attributes, this.resourceSlots, wire.pos, attributeEnd);
        wire.pos = attributeEnd;
      } else if (tag === (2 << 3 | VARINT)) wire.varint(end);
      else if (tag === (3 << 3 | BYTES)) {
        const referenceEnd = wire.fieldEnd(end);
        this.check(SCHEMAS.entityRef, wire.pos, referenceEnd);
        wire.pos = referenceEnd;
      }
      else wire.skip(tag, end, RESOURCE_FIELDS);
    }
  }

  private readScope(start: number, end: number): void {
    const { wire } = this;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 1 << 3 | BYTES: this.textAt(this.scopeName, end); break;
        case 2 << 3 | BYTES: this.textAt(this.scopeVersion, end); break;
        case 3 << 3 | BYTES: {
          const attributeEnd = wire.fieldEnd(end);
          this.scope.add(this.attributes, null, wire.pos, attributeEnd);
          wire.pos = attributeEnd;
          break;
        }
        case 4 << 3 | VARINT: this.scopeDroppedAttributes = wire.varint(end); break;
        default: wire.skip(tag, end, SCOPE_FIELDS);
      }
    }
  }

  /** Remember where a text field stands and step over it. */
  textAt(text: TextAt, end: number): void {
    const textEnd = this.wire.fieldEnd(end);
    text.start = this.wire.pos;
    text.end = textEnd;
    this.wire.pos = textEnd;
  }

  /** Remember where an embedded message stands, as a pair, and step over it. */
  positionOf(positions: IntList, end: number): void {
    const messageEnd = this.wire.fieldEnd(end);
    positions.push(this.wire.pos);
    positions.push(messageEnd);
    this.wire.pos = messageEnd;
  }

  /** Write the KeyValue messages at `positions` as one row of `map`; returns how many were beyond the limit. */
  writeAttributes(map: MapColumn, positions: IntList): number {
    const kept = keptCount(positions);
    for (let i = 0; i < kept; i++) this.attributes.writeKeyValue(map, null, positions.values[i * 2]!, positions.values[i * 2 + 1]!);
    return this.endAttributes(map, positions, kept);
  }

  /** The same for the attributes of an item, of which many come that are like each other. */
  writeItemAttributes(map: MapColumn, slots: AttributeSlots, positions: IntList, memo: RowMemo, likeness: number): number {
    const kept = keptCount(positions);
    this.attributes.writeRow(map, slots, positions, kept, memo, Math.imul(likeness, 31) + kept);
    return this.endAttributes(map, positions, kept);
  }

  private endAttributes(map: MapColumn, positions: IntList, kept: number): number {
    this.text.forgetKey();
    map.endRow();
    if (kept * 2 === positions.length) return 0;
    this.checkAll(SCHEMAS.keyValue, positions, kept * 2);
    return positions.length / 2 - kept;
  }

  /** Append a time of something inside an item: beyond 2262 it would turn negative, and is the last moment before. */
  pushTime(column: FixedColumn, lo: number, hi: number): void {
    if (hi >= 0) { column.data.pushUint64(lo, hi); return; }
    this.text.changed.clampedTimes++;
    column.data.pushUint64(-1, 0x7fff_ffff);
  }

  /** Write body[start, end) as one row of `column`. */
  writeText(column: StringColumn, start: number, end: number): void {
    this.text.write(column.data, this.wire.bytes, start, end);
    column.rows++;
  }
}

function keptCount(positions: IntList): number { return Math.min(positions.length / 2, LIMITS.attributesPerItemMax); }
