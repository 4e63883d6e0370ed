// An OTLP request as it came → the same request in protobuf without personal numbers, for a relay that passes it on. The
// first walk checks every length, wire type and depth, and looks at every text; nearly always it finds nothing, and the very
// same bytes are the result. Otherwise a second walk writes them anew. Fields that this version does not know are left out:
// nobody could say what stands in them.
import { ALL_PERSONAL_DATA, LIMITS, NarrowsError, PERSONAL_INTEGER_MIN, type DecodedRequest, type Encoding, type PersonalDataKinds, type Signal } from '@narrows/contract';
import { ByteBuffer, encodeText } from './byte-buffer.js';
import { transcodeJson } from './json-transcoder.js';
import { EXPORT_REQUESTS, type MessageSchema, type SchemaField } from './otlp-schema.js';
import { maskBytes, mayHoldPersonalNumber } from './redact.js';
import { TextWriter } from './text-writer.js';
import { BYTES, FIXED32, FIXED64, VARINT, WireReader } from './wire-reader.js';

export interface RedactedRequest {
  /** Protobuf, whatever the encoding was. */
  bytes: Uint8Array;
  /** Spans, points or log records. */
  items: number;
  changed: DecodedRequest['changed'];
}

export interface OtlpRedactor {
  /**
   * Redact one OTLP export request.
   *
   * Shape:  inflated body, ≤ LIMITS.requestBytesMax → protobuf of about that size; belongs to the caller
   * Errors: DECODE_TRUNCATED, DECODE_MALFORMED, DECODE_TOO_DEEP, REQUEST_TOO_LARGE, all permanent
   * Cost:   one pass without a copy; one more, with a copy, where a text has to change
   */
  redact(signal: Signal, encoding: Encoding, body: Uint8Array): RedactedRequest;
}

type Action = 'message' | 'text' | 'id' | 'octets' | 'integer' | 'double' | 'packed64' | 'packedVarint' | 'copy';
interface FieldPlan { action: Action; wireType: number; /** Of one element where a packed field comes unpacked. */ unpacked: number; message: MessagePlan | undefined }
/** A message by field number. `nests`: values of its own kind can stand in it. */
interface MessagePlan { name: string; fields: (FieldPlan | undefined)[]; nests: boolean; isItem: boolean; isKeyValue: boolean }

const ITEMS: ReadonlySet<string> = new Set(['Span', 'LogRecord', 'NumberDataPoint', 'HistogramDataPoint', 'ExponentialHistogramDataPoint', 'SummaryDataPoint']);
const NONE = -1;
/** A varint that always takes four bytes: a length up to 2^28 − 1 that is filled in when the message is written. */
const LENGTH_BYTES = 4;
const ID_BYTES: ReadonlySet<number> = new Set([8, 16]);
const STRING_VALUE_TAG = 1 << 3 | BYTES;

/** `kinds`: what is masked. */
export function createOtlpRedactor(kinds: PersonalDataKinds = ALL_PERSONAL_DATA): OtlpRedactor {
  const plans = new Map<MessageSchema, MessagePlan>();
  const walk = new RedactingWalk(new TextWriter(kinds));
  return {
    redact(signal, encoding, body) {
      const json = encoding === 'json' ? transcodeJson(signal, body) : null;
      // A Buffer and a Uint8Array are two kinds of object to the engine; the hot loops shall see one.
      const bytes = json?.bytes ?? new Uint8Array(body.buffer, body.byteOffset, body.length);
      const redacted = walk.run(planOf(EXPORT_REQUESTS[signal], plans), bytes);
      if (redacted.bytes.length > LIMITS.requestBytesMax) throw new NarrowsError('REQUEST_TOO_LARGE', `the redacted request has ${redacted.bytes.length} bytes, the limit is ${LIMITS.requestBytesMax}`);
      redacted.changed.invalidUtf8 += json?.invalidUtf8 ?? 0;
      return redacted;
    },
  };
}

function planOf(schema: MessageSchema, plans: Map<MessageSchema, MessagePlan>): MessagePlan {
  const known = plans.get(schema);
  if (known) return known;
  const plan: MessagePlan = { name: schema.name, fields: [], nests: schema.nests, isItem: ITEMS.has(schema.name), isKeyValue: schema.name === 'KeyValue' };
  plans.set(schema, plan); // Before its fields: AnyValue holds itself.
  for (const field of schema.fields.values()) {
    plan.fields[field.number] = { ...actionOf(field, schema), message: field.message && planOf(field.message, plans) };
  }
  return plan;
}

function actionOf({ kind }: SchemaField, { name }: MessageSchema): Omit<FieldPlan, 'message'> {
  const plan = (action: Action, wireType: number, unpacked = NONE) => ({ action, wireType, unpacked });
  switch (kind) {
    case 'message': return plan('message', BYTES);
    case 'string': return plan('text', BYTES);
    case 'hexId': return plan('id', BYTES);
    case 'base64': return plan('octets', BYTES);
    case 'packedFixed64': case 'packedDouble': return plan('packed64', BYTES, FIXED64);
    case 'packedUint64': return plan('packedVarint', BYTES, VARINT);
    case 'int64': return plan('integer', VARINT);
    // Values of points are measures; a double that is an attribute may be anybody's number.
    case 'double': return plan(name === 'AnyValue' ? 'double' : 'copy', FIXED64);
    case 'fixed64': case 'sfixed64': return plan('copy', FIXED64);
    case 'fixed32': return plan('copy', FIXED32);
    case 'bool': case 'uint32': case 'sint32': case 'enum': return plan('copy', VARINT);
  }
}

class RedactingWalk {
  private readonly wire = new WireReader();
  private readonly out = new ByteBuffer(64 * 1024);
  /** False while only looking. */
  private writing = false;
  /** What the look has found: something may have to change. */
  private found = false;
  private items = 0;
  /** The innermost KeyValue; its key may decide what a number is. */
  private keyValueStart = 0;
  private keyValueEnd = 0;

  constructor(private readonly text: TextWriter) {}

  run(plan: MessagePlan, bytes: Uint8Array): RedactedRequest {
    this.text.clear();
    this.out.clear();
    this.found = this.writing = false;
    this.walk(plan, bytes);
    if (this.found) {
      this.text.clear(); // What was changed is counted while writing.
      this.writing = true;
      this.walk(plan, bytes);
    }
    return { bytes: this.found ? this.out.toBytes() : bytes, items: this.items, changed: { ...this.text.changed } };
  }

  private walk(plan: MessagePlan, bytes: Uint8Array): void {
    this.items = this.keyValueStart = this.keyValueEnd = 0;
    this.wire.reset(bytes);
    this.message(plan, bytes.length, 0);
  }

  /** One message from the reader's position to `end`. `depth` counts AnyValues inside one another. */
  private message(plan: MessagePlan, end: number, depth: number): void {
    const { wire } = this;
    const inner = plan.nests ? depth + 1 : depth;
    if (inner > LIMITS.anyValueDepthMax) throw new NarrowsError('DECODE_TOO_DEEP', `a value is nested deeper than ${LIMITS.anyValueDepthMax} levels at byte ${wire.pos}`);
    if (plan.isItem && ++this.items > LIMITS.itemsPerRequestMax) throw new NarrowsError('REQUEST_TOO_LARGE', `more than ${LIMITS.itemsPerRequestMax} items in one request`);
    const { keyValueStart, keyValueEnd } = this;
    if (plan.isKeyValue) { this.keyValueStart = wire.pos; this.keyValueEnd = end; }
    while (wire.pos < end) {
      const from = wire.pos;
      const tag = wire.tag(end);
      const field = plan.fields[tag >>> 3];
      if (field === undefined) {
        wire.skip(tag, end, 0);
        this.found = true;
      } else if ((tag & 7) === field.wireType) this.field(field, tag, from, end, inner);
      else if ((tag & 7) === field.unpacked) {
        wire.skip(tag, end, 0);
        this.copyFrom(from);
      } else throw wire.malformed(`field ${tag >>> 3} of ${plan.name} has wire type ${tag & 7}`);
    }
    this.keyValueStart = keyValueStart;
    this.keyValueEnd = keyValueEnd;
  }

  private field(field: FieldPlan, tag: number, from: number, end: number, depth: number): void {
    const { wire } = this;
    switch (field.action) {
      case 'message': this.inner(field.message!, tag, wire.fieldEnd(end), depth); return;
      case 'text': this.textField(tag, wire.fieldEnd(end)); return;
      case 'octets': this.octets(tag, wire.fieldEnd(end)); return;
      case 'id': this.id(tag, from, wire.fieldEnd(end)); return;
      case 'integer': wire.varint(end); this.number(wire.signedNumber(), () => wire.signedText(), from); return;
      case 'double': { const value = wire.double(end); this.number(value, () => String(value), from); return; }
      case 'packed64': {
        const to = wire.fieldEnd(end);
        if ((to - wire.pos) % 8 !== 0) throw wire.malformed('packed 64-bit numbers of another length');
        wire.pos = to;
        break;
      }
      case 'packedVarint': for (const to = wire.fieldEnd(end); wire.pos < to;) wire.varint(to); break;
      case 'copy': wire.skip(tag, end, 0); break;
    }
    this.copyFrom(from);
  }

  private inner(plan: MessagePlan, tag: number, end: number, depth: number): void {
    if (!this.writing) { this.message(plan, end, depth); return; }
    const { out } = this;
    out.pushVarint(tag);
    out.reserve(LENGTH_BYTES);
    const at = out.length;
    out.length += LENGTH_BYTES;
    this.message(plan, end, depth);
    const length = out.length - at - LENGTH_BYTES;
    out.setUint32(at, (length & 0x7f) | 0x80 | (length >>> 7 & 0x7f | 0x80) << 8 | (length >>> 14 & 0x7f | 0x80) << 16 | (length >>> 21) << 24);
  }

  private textField(tag: number, end: number): void {
    const { wire } = this;
    const start = wire.pos;
    if (!this.writing) this.lookAt(start, end);
    else {
      this.useKey();
      this.out.pushVarint(tag);
      this.text.write(this.out, wire.bytes, start, end);
    }
    wire.pos = end;
  }

  /** A byte string; base64 would hide a number from every later search for it. */
  private octets(tag: number, end: number): void {
    const { wire, out } = this;
    const start = wire.pos;
    if (!this.writing) this.lookAt(start, end);
    else {
      this.useKey();
      const masked = this.masked(start, end);
      out.pushVarint(tag);
      out.pushVarint(masked.length);
      out.pushBytes(masked);
    }
    wire.pos = end;
  }

  /** Ids are random bytes. What has another length is none, will be refused as such, and may hold anything until then. */
  private id(tag: number, from: number, end: number): void {
    const { wire } = this;
    const start = wire.pos;
    wire.pos = end;
    if (ID_BYTES.has(end - start) || !mayHoldPersonalNumber(wire.bytes, start, end)) { this.copyFrom(from); return; }
    this.found = true;
    if (!this.writing) return;
    this.text.changed.redacted++;
    this.out.pushVarint(tag);
    this.out.pushByte(1);
    this.out.pushByte(0);
  }

  /** A number of an attribute, which becomes a text where it reads as a person's. */
  private number(value: number, digitsOf: () => string, from: number): void {
    if (!(value >= PERSONAL_INTEGER_MIN && Number.isInteger(value))) { this.copyFrom(from); return; }
    const digits = digitsOf();
    this.useKey();
    const masked = this.text.maskInteger(digits);
    if (masked === digits) { this.copyFrom(from); return; }
    this.found = true;
    if (!this.writing) return;
    const replacement = encodeText(masked);
    this.out.pushVarint(STRING_VALUE_TAG);
    this.out.pushVarint(replacement.length);
    this.out.pushBytes(replacement);
  }

  /** The first look promises nothing, and one hit would cost a copy of all: so what it finds is looked at closely. */
  private lookAt(start: number, end: number): void {
    const { wire } = this;
    if (this.found || !mayHoldPersonalNumber(wire.bytes, start, end)) return;
    this.useKey();
    const plain = wire.bytes.subarray(start, end);
    this.found = !this.masked(start, end).equals(plain);
  }

  private masked(start: number, end: number): Buffer {
    const { bytes } = this.wire;
    return maskBytes(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start), (text) => this.text.mask(text));
  }

  /** Look up the key of the innermost KeyValue: it may stand behind its value. */
  private useKey(): void {
    const { wire, text } = this;
    const { pos } = wire;
    text.forgetKey();
    wire.pos = this.keyValueStart;
    while (wire.pos < this.keyValueEnd) {
      const tag = wire.tag(this.keyValueEnd);
      if (tag !== (1 << 3 | BYTES)) { wire.skip(tag, this.keyValueEnd, 0); continue; }
      const keyEnd = wire.fieldEnd(this.keyValueEnd);
      text.setKey(wire.bytes, wire.pos, keyEnd);
      wire.pos = keyEnd;
    }
    wire.pos = pos;
  }

  private copyFrom(from: number): void { if (this.writing) this.out.pushBytes(this.wire.bytes, from, this.wire.pos); }
}
