// KeyValue and AnyValue of OTLP into the rows of a map column. Strings are copied; numbers and booleans become their text,
// bytes base64, arrays and maps JSON, as the OpenTelemetry exporter writes them. Keys are bytes in a book and never
// names of object members, so that `__proto__` is a key like any other. Values nest at most LIMITS.anyValueDepthMax deep.
import { LIMITS, NarrowsError, PERSONAL_INTEGER_MIN } from '@narrows/contract';
import type { AttributeSlots } from './attribute-slots.js';
import { encodeText, type ByteBuffer, type IntList } from './byte-buffer.js';
import type { KeyBook } from './key-book.js';
import type { KeyColumn } from './key-column.js';
import type { DictionaryColumn, MapColumn } from './native-block.js';
import { checkMessage } from './message-check.js';
import { SCHEMAS } from './otlp-schema.js';
import { maskBytes, mayHoldPersonalNumber } from './redact.js';
import type { RowMemo } from './row-memo.js';
import type { TextWriter } from './text-writer.js';
import { BYTES, FIXED64, VARINT, knownFields, type WireReader } from './wire-reader.js';
import { sameWords } from './words.js';

const KEY_VALUE_FIELDS = knownFields(1, 2);
const ANY_VALUE_FIELDS = knownFields(1, 2, 3, 4, 5, 6, 7);
const LIST_FIELDS = knownFields(1);
const VALUE_FIELD = 2;
/** As many elements of a list fill a text to its limit, however short they are. Further ones would only take memory. */
const LIST_ITEMS_MAX = LIMITS.attributeValueBytesMax;

type AnyValueKind = 'empty' | 'string' | 'bool' | 'int' | 'double' | 'array' | 'kvlist' | 'bytes';
const TRUE = encodeText('\u0004true');
const FALSE = encodeText('\u0005false');

export class AttributeWriter {
  /** What `readAnyValue` found: its kind, and where it stands or what it is. */
  private kind: AnyValueKind = 'empty';
  private start = 0;
  private end = 0;
  private double = 0;
  private lo = 0;
  private hi = 0;
  /** Where the earlier parts of a list stand that came in several. */
  private earlier: [number, number][] | null = null;

  constructor(private readonly wire: WireReader, private readonly text: TextWriter, private readonly book: KeyBook) {}

  /** Append a text of the body to a dictionary column's dictionary if it is new; returns its index. */
  textIndex(column: DictionaryColumn, start: number, end: number): number {
    const { dictionary } = column;
    const found = dictionary.find(this.wire.bytes, start, end);
    if (found >= 0) return found;
    this.text.write(dictionary.keys, this.wire.bytes, start, end);
    return dictionary.add(this.wire.bytes, start, end);
  }

  /** Append one KeyValue message at [start, end) of the body to the open row of `map`. */
  writeKeyValue(map: MapColumn, slots: AttributeSlots | null, start: number, end: number): void {
    const { data } = map.values;
    const from = data.length;
    const index = this.readKeyValue(map.keys, data, slots, start, end);
    map.keys.indexes.push(index);
    map.values.rows++;
    slots?.found(index, from, data.length);
  }

  /** Append the first `count` KeyValue messages at `positions` to the open row of `map`. `likeness`: the same for items with like attributes. */
  writeRow(map: MapColumn, slots: AttributeSlots | null, positions: IntList, count: number, memo: RowMemo, likeness: number): void {
    const { view } = this.wire;
    const { indexes } = map.keys;
    const { data } = map.values;
    const base = memo.open(likeness);
    const known = memo.count;
    const room = memo.room(count);
    // Values that are taken over stand one behind the other, and are copied when one comes that does not.
    let runStart = 0;
    let runEnd = 0;
    for (let i = 0; i < count; i++) {
      const start = positions.values[i * 2]!;
      const end = positions.values[i * 2 + 1]!;
      const at = base + i;
      if (i < known && memo.equals(view, at, start, end)) {
        const valueStart = memo.valueStarts[at]!;
        if (valueStart !== runEnd) {
          data.pushOwn(runStart, runEnd);
          runStart = valueStart;
        }
        runEnd = memo.valueEnds[at]!;
        const from = data.length + valueStart - runStart;
        const to = data.length + runEnd - runStart;
        const index = memo.keyIndexes[at]!;
        memo.remember(at, start, end, index, from, to);
        indexes.push(index);
        slots?.found(index, from, to);
        continue;
      }
      data.pushOwn(runStart, runEnd);
      runStart = runEnd = 0;
      const from = data.length;
      const { changes } = this.text;
      const index = i < known ? this.readLikeKeyValue(map, slots, memo, at, start, end) : this.readKeyValue(map.keys, data, slots, start, end);
      if (i < room) {
        if (this.text.changes === changes) memo.remember(at, start, end, index, from, data.length);
        else memo.rememberKey(at, start, end, index);
      }
      indexes.push(index);
      slots?.found(index, from, data.length);
    }
    data.pushOwn(runStart, runEnd);
    map.values.rows += count;
    memo.close(room);
  }

  /** As `readKeyValue`, for a message that may have the key of the one remembered at `at`, as it nearly always has. */
  private readLikeKeyValue(map: MapColumn, slots: AttributeSlots | null, memo: RowMemo, at: number, start: number, end: number): number {
    const { wire } = this;
    const { bytes } = wire;
    const keyEnd = start + 2 + bytes[start + 1]!;
    if (bytes[start] === (1 << 3 | BYTES) && bytes[start + 1]! < 128 && keyEnd < end && bytes[keyEnd] === (VALUE_FIELD << 3 | BYTES)
      && sameWords(wire.view, start, wire.view, memo.starts[at]!, keyEnd - start) && this.isOneValue(memo.starts[at]! + keyEnd - start, memo.end(at))) {
      wire.pos = keyEnd + 1;
      if (wire.fieldEnd(end) === end) {
        this.text.setKey(bytes, start + 2, keyEnd);
        this.writeAnyValue(map.values.data, wire.pos, end);
        return memo.keyIndexes[at]!;
      }
    }
    return this.readKeyValue(map.keys, map.values.data, slots, start, end);
  }

  /** Whether nothing but the value's field stands from `at` to the end of the attribute: a second key behind it would count. */
  private isOneValue(at: number, end: number): boolean {
    const { wire } = this;
    if (at >= end || wire.bytes[at] !== (VALUE_FIELD << 3 | BYTES)) return false;
    wire.pos = at + 1;
    return wire.fieldEnd(end) === end;
  }

  /** Append the text of a KeyValue message to `values`; returns the index of its key, which is new among `keys` or not. */
  readKeyValue(keys: KeyColumn, values: ByteBuffer, slots: AttributeSlots | null, start: number, end: number): number {
    const { wire } = this;
    let keyStart = start;
    let keyEnd = start;
    let valueStart = end;
    let valueEnd = end;
    let occurrences = 0;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === (1 << 3 | BYTES)) { keyEnd = wire.fieldEnd(end); keyStart = wire.pos; wire.pos = keyEnd; }
      else if (tag === (2 << 3 | BYTES)) { valueEnd = wire.fieldEnd(end); valueStart = wire.pos; wire.pos = valueEnd; occurrences++; }
      else wire.skip(tag, end, KEY_VALUE_FIELDS);
    }
    const key = this.book.numberOf(wire.bytes, keyStart, keyEnd);
    let index = keys.find(key);
    if (index < 0) {
      index = keys.add(this.book, key, this.text, wire.bytes, keyStart, keyEnd);
      slots?.addKey(this.book, key);
    }
    this.text.setKey(wire.bytes, keyStart, keyEnd);
    if (occurrences > 1) this.writeMergedValue(values, VALUE_FIELD, start, end);
    else this.writeAnyValue(values, valueStart, valueEnd);
    return index;
  }

  /** Append the text of the AnyValue message at [start, end) as one Native string. */
  writeAnyValue(out: ByteBuffer, start: number, end: number): void {
    const { wire, text } = this;
    if (start < end && wire.bytes[start] === (1 << 3 | BYTES)) {
      wire.pos = start + 1;
      if (wire.fieldEnd(end) === end) { text.write(out, wire.bytes, wire.pos, end); return; }
    }
    this.readAnyValue(start, end, 1);
    this.writeFound(out);
  }

  /** Append the text of the AnyValue in `field` of the message at [start, end), where it comes several times: protobuf makes one of them. */
  writeMergedValue(out: ByteBuffer, field: number, start: number, end: number): void {
    this.readMergedValue(field, start, end, 1);
    this.writeFound(out);
  }

  /** Make sure that an attribute which is not stored is one all the same. */
  checkKeyValue(start: number, end: number): void { checkMessage(this.wire, SCHEMAS.keyValue, start, end); }

  private writeFound(out: ByteBuffer): void {
    const { wire, text } = this;
    switch (this.kind) {
      case 'empty': out.pushByte(0); return;
      case 'string': text.write(out, wire.bytes, this.start, this.end); return;
      case 'bool': out.pushBytes(this.double === 1 ? TRUE : FALSE); return;
      case 'int': this.writeInteger(out); return;
      case 'double': this.writeDouble(out); return;
      default: text.writeString(out, this.plainText(1)); return;
    }
  }

  /** Text of the AnyValue at [start, end) inside an array or a map: JSON. */
  private json(start: number, end: number, depth: number): string {
    assertDepth(depth, start);
    this.readAnyValue(start, end, depth);
    return this.foundJson(depth);
  }

  /** The same for the value of the KeyValue at [start, end), where it comes several times. */
  private mergedJson(start: number, end: number, depth: number): string {
    assertDepth(depth, start);
    this.readMergedValue(VALUE_FIELD, start, end, depth);
    return this.foundJson(depth);
  }

  private foundJson(depth: number): string {
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
    if (this.kind === 'array') return `[${this.listItems(depth).map(([from, to]) => this.json(from, to, depth + 1)).join(',')}]`;
    if (this.kind === 'kvlist') return this.mapJson(depth);
    const bytes = Buffer.from(this.wire.bytes.buffer, this.wire.bytes.byteOffset + start, end - start);
    const clean = mayHoldPersonalNumber(bytes, 0, bytes.length) ? maskBytes(bytes, (text) => this.text.mask(text)) : bytes;
    return clean.toString('base64');
  }

  /** Sorted by key, as Go's encoder does it; of a key that comes twice the last value counts. */
  private mapJson(depth: number): string {
    const members = new Map<string, string>();
    for (const [from, to] of this.listItems(depth)) {
      const { wire } = this;
      let key = '';
      let valueStart = to;
      let valueEnd = to;
      let values = 0;
      wire.pos = from;
      while (wire.pos < to) {
        const tag = wire.tag(to);
        if (tag === (1 << 3 | BYTES)) {
          const keyEnd = wire.fieldEnd(to);
          key = this.text.decode(wire.bytes, wire.pos, keyEnd);
          wire.pos = keyEnd;
        } else if (tag === (2 << 3 | BYTES)) {
          valueEnd = wire.fieldEnd(to);
          valueStart = wire.pos;
          wire.pos = valueEnd;
          values++;
        } else wire.skip(tag, to, KEY_VALUE_FIELDS);
      }
      // Read once and not per occurrence: nested ones would double the work at each level.
      members.set(key, values > 1 ? this.mergedJson(from, to, depth + 1) : this.json(valueStart, valueEnd, depth + 1));
    }
    const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${sorted.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
  }

  /** Where the elements of the ArrayValue or KeyValueList stand that `readAnyValue` found; those beyond the limit are only checked. */
  private listItems(depth: number): [number, number][] {
    const { wire } = this;
    const schema = this.kind === 'array' ? SCHEMAS.anyValue : SCHEMAS.keyValue;
    const items: [number, number][] = [];
    for (const [start, end] of [...this.earlier ?? [], [this.start, this.end] as const]) {
      wire.pos = start;
      while (wire.pos < end) {
        const tag = wire.tag(end);
        if (tag === (1 << 3 | BYTES)) {
          const itemEnd = wire.fieldEnd(end);
          if (items.length < LIST_ITEMS_MAX) items.push([wire.pos, itemEnd]);
          else checkMessage(wire, schema, wire.pos, itemEnd, depth);
          wire.pos = itemEnd;
        } else wire.skip(tag, end, LIST_FIELDS);
      }
    }
    return items;
  }

  /** Parse one AnyValue. */
  private readAnyValue(start: number, end: number, depth: number): void {
    this.kind = 'empty';
    this.earlier = null;
    this.mergeAnyValue(start, end, depth);
  }

  private readMergedValue(field: number, start: number, end: number, depth: number): void {
    const { wire } = this;
    this.kind = 'empty';
    this.earlier = null;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag !== (field << 3 | BYTES)) { wire.skip(tag, end, 0); continue; }
      const valueEnd = wire.fieldEnd(end);
      this.mergeAnyValue(wire.pos, valueEnd, depth);
      wire.pos = valueEnd;
    }
  }

  /** Parse an AnyValue into what was found before; of several fields the last counts, as protobuf says for a oneof, and lists grow. */
  private mergeAnyValue(start: number, end: number, depth: number): void {
    const { wire } = this;
    wire.pos = start;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 1 << 3 | BYTES: this.span('string', end, depth); break;
        case 2 << 3 | VARINT: this.become('bool', depth); wire.varint(end); this.double = wire.lo !== 0 || wire.hi !== 0 ? 1 : 0; break;
        case 3 << 3 | VARINT: this.become('int', depth); wire.varint(end); this.lo = wire.lo; this.hi = wire.hi; break;
        case 4 << 3 | FIXED64: this.become('double', depth); this.double = wire.double(end); break;
        case 5 << 3 | BYTES: this.span('array', end, depth); break;
        case 6 << 3 | BYTES: this.span('kvlist', end, depth); break;
        case 7 << 3 | BYTES: this.span('bytes', end, depth); break;
        default: wire.skip(tag, end, ANY_VALUE_FIELDS);
      }
    }
    if (this.kind === 'int') { wire.lo = this.lo; wire.hi = this.hi; }
  }

  private become(kind: AnyValueKind, depth: number): void {
    if (this.kind === 'array' || this.kind === 'kvlist') this.leaveList(this.kind, kind, depth);
    this.kind = kind;
  }

  /** A list that was found is followed by another of its kind, which continues it, or by a value that takes its place. */
  private leaveList(left: 'array' | 'kvlist', kind: AnyValueKind, depth: number): void {
    const { pos } = this.wire;
    const schema = left === 'array' ? SCHEMAS.arrayValue : SCHEMAS.keyValueList;
    const parts = this.earlier ??= [];
    if (left !== kind || parts.length === LIST_ITEMS_MAX) checkMessage(this.wire, schema, this.start, this.end, depth);
    else parts.push([this.start, this.end]);
    if (left !== kind) {
      for (const [start, end] of parts) checkMessage(this.wire, schema, start, end, depth);
      this.earlier = null;
    }
    this.wire.pos = pos;
  }

  private span(kind: AnyValueKind, end: number, depth: number): void {
    this.become(kind, depth);
    this.end = this.wire.fieldEnd(end);
    this.start = this.wire.pos;
    this.wire.pos = this.end;
  }

  private writeInteger(out: ByteBuffer): void {
    if (this.wire.hi === 0 && this.wire.lo >= 0 && this.wire.lo < SMALL_INTEGERS) { out.pushBytes(smallInteger(this.wire.lo)); return; }
    const digits = this.wire.signedText();
    pushAscii(out, this.wire.signedNumber() >= PERSONAL_INTEGER_MIN ? this.text.maskInteger(digits) : digits);
  }

  private writeDouble(out: ByteBuffer): void {
    if (pushShortDecimal(out, this.double)) return;
    const digits = String(this.double);
    pushAscii(out, this.double >= PERSONAL_INTEGER_MIN && Number.isInteger(this.double) ? this.text.maskInteger(digits) : digits);
  }
}

function assertDepth(depth: number, at: number): void {
  if (depth > LIMITS.anyValueDepthMax) throw new NarrowsError('DECODE_TOO_DEEP', `a value is nested deeper than ${LIMITS.anyValueDepthMax} levels at byte ${at}`);
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

/** Milliseconds, ratios, prices: with at most four decimals and below this, the shortest text of a number needs no search. */
const SHORT_DECIMAL_MAX = 100_000;
const DECIMALS = 4;
const SCALE = 10 ** DECIMALS;
const ZERO = 48;
const POINT = 46;

/** Append `value` as a Native string if it is such a number; the text is that of `String(value)`. */
function pushShortDecimal(out: ByteBuffer, value: number): boolean {
  if (!(value >= 0.001 && value < SHORT_DECIMAL_MAX)) return false; // smaller ones are written with an exponent
  let rest = Math.round(value * SCALE);
  if (rest / SCALE !== value) return false;
  let decimals = DECIMALS;
  while (decimals > 0 && rest % 10 === 0) { rest = rest / 10 | 0; decimals--; }
  const whole = value | 0;
  const wholeDigits = whole < 10 ? 1 : whole < 100 ? 2 : whole < 1_000 ? 3 : whole < 10_000 ? 4 : 5;
  const length = wholeDigits + (decimals > 0 ? decimals + 1 : 0);
  out.pushByte(length);
  out.reserve(length);
  const { bytes } = out;
  out.length += length;
  for (let at = out.length - 1, i = 0; i < length; i++, at--) {
    if (decimals > 0 && i === decimals) { bytes[at] = POINT; continue; }
    bytes[at] = ZERO + rest % 10;
    rest = rest / 10 | 0;
  }
  return true;
}

/** A short ASCII text as a Native string. */
export function pushAscii(out: ByteBuffer, text: string): void {
  out.reserve(text.length + 1);
  out.bytes[out.length++] = text.length;
  for (let i = 0; i < text.length; i++) out.bytes[out.length++] = text.charCodeAt(i);
}
