// KeyValue and AnyValue of OTLP into the rows of a map column. Strings are copied; numbers and booleans become their text,
// bytes base64, arrays and maps JSON, as the OpenTelemetry exporter writes them. Keys are bytes in a dictionary and never
// names of object members, so that `__proto__` is a key like any other. Values nest at most LIMITS.anyValueDepthMax deep.
import { LIMITS, NarrowsError } from '@narrows/contract';
import type { AttributeSlots } from './attribute-slots.js';
import { encodeText, type ByteBuffer } from './byte-buffer.js';
import type { DictionaryColumn, MapColumn } from './native-block.js';
import { mayHoldPersonalNumber } from './redact.js';
import type { TextWriter } from './text-writer.js';
import { BYTES, FIXED64, VARINT, knownFields, type WireReader } from './wire-reader.js';

const KEY_VALUE_FIELDS = knownFields(1, 2);
const ANY_VALUE_FIELDS = knownFields(1, 2, 3, 4, 5, 6, 7);
const LIST_FIELDS = knownFields(1);

type AnyValueKind = 'empty' | 'string' | 'bool' | 'int' | 'double' | 'array' | 'kvlist' | 'bytes';
const TRUE = encodeText('\u0004true');
const FALSE = encodeText('\u0005false');
/** An integer that could be a number to mask has at least 13 digits. */
const PERSONAL_NUMBER_MIN = 1e12;

export class AttributeWriter {
  /** What `readAnyValue` found: its kind, and where it stands or what it is. */
  private kind: AnyValueKind = 'empty';
  private start = 0;
  private end = 0;
  private double = 0;

  constructor(private readonly wire: WireReader, private readonly text: TextWriter) {}

  /** Append a text of the body to a dictionary column's dictionary if it is new; returns its index. */
  textIndex(column: DictionaryColumn, start: number, end: number): number {
    const { dictionary } = column;
    const found = dictionary.find(this.wire.bytes, start, end);
    if (found >= 0) return found;
    this.text.write(dictionary.keys, this.wire.bytes, start, end);
    return dictionary.add(this.wire.bytes, start, end);
  }

  /** Append one KeyValue message at [pos, end) of the body to the open row of `map`. */
  writeKeyValue(map: MapColumn, slots: AttributeSlots | null, start: number, end: number): void {
    const { wire } = this;
    let keyStart = start;
    let keyEnd = start;
    let valueStart = end;
    let valueEnd = end;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === (1 << 3 | BYTES)) { keyEnd = wire.fieldEnd(end); keyStart = wire.pos; wire.pos = keyEnd; }
      else if (tag === (2 << 3 | BYTES)) { valueEnd = wire.fieldEnd(end); valueStart = wire.pos; wire.pos = valueEnd; }
      else wire.skip(tag, end, KEY_VALUE_FIELDS);
    }
    const { dictionary, indexes } = map.keys;
    let index = dictionary.find(wire.bytes, keyStart, keyEnd);
    if (index < 0) {
      this.text.forgetKey();
      this.text.write(dictionary.keys, wire.bytes, keyStart, keyEnd);
      index = dictionary.add(wire.bytes, keyStart, keyEnd);
      slots?.addKey(wire.bytes, keyStart, keyEnd);
    }
    indexes.push(index);
    this.text.setKey(wire.bytes, keyStart, keyEnd);
    const { data } = map.values;
    const from = data.length;
    this.writeAnyValue(data, valueStart, valueEnd);
    map.values.rows++;
    if (slots !== null) {
      const slot = slots.slotAt(index);
      if (slot >= 0) slots.set(slot, from);
    }
  }

  /** Append the text of the AnyValue message at [start, end) as one Native string. */
  writeAnyValue(out: ByteBuffer, start: number, end: number): void {
    const { wire, text } = this;
    if (start < end && wire.bytes[start] === (1 << 3 | BYTES)) {
      wire.pos = start + 1;
      if (wire.fieldEnd(end) === end) { text.write(out, wire.bytes, wire.pos, end); return; }
    }
    this.readAnyValue(start, end);
    switch (this.kind) {
      case 'empty': out.pushByte(0); return;
      case 'string': text.write(out, wire.bytes, this.start, this.end); return;
      case 'bool': out.pushBytes(this.double === 1 ? TRUE : FALSE); return;
      case 'int': this.writeInteger(out); return;
      case 'double': pushAscii(out, String(this.double)); return;
      default: text.writeString(out, this.plainText(1)); return;
    }
  }

  /** Text of the AnyValue at [start, end) inside an array or a map: JSON. */
  private json(start: number, end: number, depth: number): string {
    if (depth > LIMITS.anyValueDepthMax) throw new NarrowsError('DECODE_TOO_DEEP', `a value is nested deeper than ${LIMITS.anyValueDepthMax} levels at byte ${start}`);
    this.readAnyValue(start, end);
    switch (this.kind) {
      case 'empty': return 'null';
      case 'string': return JSON.stringify(this.text.decode(this.wire.bytes, this.start, this.end));
      case 'bool': return this.double === 1 ? 'true' : 'false';
      case 'int': return this.wire.signedText();
      case 'double': return Number.isFinite(this.double) ? String(this.double) : `"${this.double}"`;
      case 'bytes': return `"${this.plainText(depth)}"`;
      default: return this.plainText(depth);
    }
  }

  /** Base64 or JSON text of what `readAnyValue` found. */
  private plainText(depth: number): string {
    const { start, end } = this;
    if (this.kind === 'array') return `[${this.listItems(start, end).map(([from, to]) => this.json(from, to, depth + 1)).join(',')}]`;
    if (this.kind === 'kvlist') return this.mapJson(start, end, depth);
    const bytes = Buffer.from(this.wire.bytes.buffer, this.wire.bytes.byteOffset + start, end - start);
    // Base64 would hide a personal number from every later search for it.
    if (mayHoldPersonalNumber(bytes, 0, bytes.length)) {
      const masked = this.text.mask(bytes.toString('latin1'));
      return Buffer.from(masked, 'latin1').toString('base64');
    }
    return bytes.toString('base64');
  }

  /** Sorted by key, as Go's encoder does it; of a key that comes twice the last value counts. */
  private mapJson(start: number, end: number, depth: number): string {
    const members = new Map<string, string>();
    for (const [from, to] of this.listItems(start, end)) {
      const { wire } = this;
      let key = '';
      let value = 'null';
      wire.pos = from;
      while (wire.pos < to) {
        const tag = wire.tag(to);
        if (tag === (1 << 3 | BYTES)) {
          const keyEnd = wire.fieldEnd(to);
          key = this.text.decode(wire.bytes, wire.pos, keyEnd);
          wire.pos = keyEnd;
        } else if (tag === (2 << 3 | BYTES)) {
          const valueEnd = wire.fieldEnd(to);
          value = this.json(wire.pos, valueEnd, depth + 1);
          wire.pos = valueEnd;
        } else wire.skip(tag, to, KEY_VALUE_FIELDS);
      }
      members.set(key, value);
    }
    const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${sorted.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
  }

  /** Where the elements of an ArrayValue or KeyValueList stand. */
  private listItems(start: number, end: number): [number, number][] {
    const { wire } = this;
    const items: [number, number][] = [];
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === (1 << 3 | BYTES)) {
        const itemEnd = wire.fieldEnd(end);
        items.push([wire.pos, itemEnd]);
        wire.pos = itemEnd;
      } else wire.skip(tag, end, LIST_FIELDS);
    }
    return items;
  }

  /** Parse one AnyValue; of several fields the last counts, as protobuf says for a oneof. */
  private readAnyValue(start: number, end: number): void {
    const { wire } = this;
    let lo = 0;
    let hi = 0;
    this.kind = 'empty';
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 1 << 3 | BYTES: this.span('string', end); break;
        case 2 << 3 | VARINT: wire.varint(end); this.kind = 'bool'; this.double = wire.lo !== 0 || wire.hi !== 0 ? 1 : 0; break;
        case 3 << 3 | VARINT: wire.varint(end); this.kind = 'int'; ({ lo, hi } = wire); break;
        case 4 << 3 | FIXED64: this.kind = 'double'; this.double = wire.double(end); break;
        case 5 << 3 | BYTES: this.span('array', end); break;
        case 6 << 3 | BYTES: this.span('kvlist', end); break;
        case 7 << 3 | BYTES: this.span('bytes', end); break;
        default: wire.skip(tag, end, ANY_VALUE_FIELDS);
      }
    }
    if (this.kind === 'int') { wire.lo = lo; wire.hi = hi; }
  }

  private span(kind: AnyValueKind, end: number): void {
    this.kind = kind;
    this.end = this.wire.fieldEnd(end);
    this.start = this.wire.pos;
    this.wire.pos = this.end;
  }

  private writeInteger(out: ByteBuffer): void {
    if (this.wire.hi === 0 && this.wire.lo >= 0 && this.wire.lo < SMALL_INTEGERS) { out.pushBytes(smallInteger(this.wire.lo)); return; }
    const digits = this.wire.signedText();
    pushAscii(out, this.wire.signedNumber() >= PERSONAL_NUMBER_MIN ? this.text.mask(digits) : digits);
  }
}

/** Ports, status codes, counts: the same few numbers, so their texts are kept. */
const SMALL_INTEGERS = 65_536;
const smallIntegers = Array.from<Uint8Array | undefined>({ length: SMALL_INTEGERS });
function smallInteger(value: number): Uint8Array {
  const known = smallIntegers[value];
  if (known !== undefined) return known;
  const digits = encodeText(String(value));
  return smallIntegers[value] = Uint8Array.from([digits.length, ...digits]);
}

/** A short ASCII text as a Native string. */
export function pushAscii(out: ByteBuffer, text: string): void {
  out.reserve(text.length + 1);
  out.bytes[out.length++] = text.length;
  for (let i = 0; i < text.length; i++) out.bytes[out.length++] = text.charCodeAt(i);
}
