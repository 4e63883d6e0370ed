// Writes protobuf for templates: slow and plain, since each is written once. It remembers where the places are that differ
// from span to span (ids, times, who asked), so that they can be patched in place afterwards.

/** What is patched: ids and moments as bytes, and names of 16 hex digits, an address, a ticket as part of a text. */
export const SLOTS = { trace: 16, span: 8, parent: 8, start: 8, end: 8, value: 8, session: 16, person: 16, address: 15, ticket: 8 } as const;
export type SlotKind = keyof typeof SLOTS;
/** As numbers, for the writer of sixty million spans. */
export const SLOT_CODES = Object.fromEntries(Object.keys(SLOTS).map((kind, code) => [kind, code])) as Record<SlotKind, number>;
export interface Slot { slot: SlotKind }
/** A text of fixed and patched parts. */
export type TextParts = string | readonly (string | Slot)[];
/** `double`: eight patched bytes of a number. */
export type AttributeValue = TextParts | number | { double: Slot };
export interface Mark { kind: SlotKind; at: number }

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
type Wire = (typeof WIRE)[keyof typeof WIRE];

export class ProtobufWriter {
  #bytes = Buffer.alloc(1 << 12);
  #length = 0;
  readonly marks: Mark[] = [];

  get bytes(): Buffer { return Buffer.from(this.#bytes.subarray(0, this.#length)); }

  varint(value: number): void {
    this.#room(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  unsigned(field: number, value: number): void { this.#tag(field, WIRE.varint); this.varint(value); }
  fixed32(field: number, value: number): void { this.#tag(field, WIRE.fixed32); this.#room(4); this.#length = this.#bytes.writeUInt32LE(value, this.#length); }

  text(field: number, parts: TextParts): void {
    const list = typeof parts === 'string' ? [parts] : parts;
    const lengths = list.map((part) => (typeof part === 'string' ? Buffer.byteLength(part) : SLOTS[part.slot]));
    this.#tag(field, WIRE.bytes);
    this.varint(lengths.reduce((sum, length) => sum + length, 0));
    for (const part of list) {
      if (typeof part !== 'string') { this.#gap(part.slot); continue; }
      this.#room(Buffer.byteLength(part));
      this.#length += this.#bytes.write(part, this.#length);
    }
  }

  /** An id as bytes. */
  id(field: number, slot: 'trace' | 'span' | 'parent'): void {
    this.#tag(field, WIRE.bytes);
    this.varint(SLOTS[slot]);
    this.#gap(slot);
  }

  /** A moment, or a number of eight bytes. */
  eight(field: number, slot: 'start' | 'end' | 'value'): void {
    this.#tag(field, WIRE.fixed64);
    this.#gap(slot);
  }

  raw(field: number, bytes: Uint8Array): void {
    this.#tag(field, WIRE.bytes);
    this.varint(bytes.length);
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A nested message: written where it stands, then moved on by as many bytes as its length takes. */
  message(field: number, write: () => void): void {
    this.#tag(field, WIRE.bytes);
    const from = this.#length;
    const firstMark = this.marks.length;
    write();
    const bytes = this.#length - from;
    let prefix = 1;
    for (let rest = bytes; rest >= 0x80; rest = Math.floor(rest / 0x80)) prefix++;
    this.#room(prefix);
    this.#bytes.copyWithin(from + prefix, from, this.#length);
    this.#length = from;
    this.varint(bytes);
    this.#length += bytes;
    for (let i = firstMark; i < this.marks.length; i++) this.marks[i]!.at += prefix;
  }

  /** KeyValue messages. */
  attributes(field: number, values: Readonly<Record<string, AttributeValue | undefined>>): void {
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined) continue;
      this.message(field, () => {
        this.text(1, key);
        this.message(2, () => this.#anyValue(value));
      });
    }
  }

  #anyValue(value: AttributeValue): void {
    if (typeof value === 'number') this.unsigned(3, value);
    else if (typeof value === 'object' && 'double' in value) this.eight(4, value.double.slot as 'start' | 'end' | 'value');
    else this.text(1, value);
  }

  #tag(field: number, wire: Wire): void { this.varint(field * 8 + wire); }

  #gap(kind: SlotKind): void {
    this.#room(SLOTS[kind]);
    this.marks.push({ kind, at: this.#length });
    this.#bytes.fill(0, this.#length, this.#length + SLOTS[kind]);
    this.#length += SLOTS[kind];
  }

  #room(bytes: number): void {
    while (this.#length + bytes > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
  }
}
