// Writes protobuf for the load: slow and plain, since it runs once before anything is measured. It remembers where the
// places are that differ from request to request (ids and times), so that they can be patched in place later.

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 };

export class ProtobufWriter {
  #bytes = Buffer.alloc(1 << 16);
  #length = 0;
  /** Places to be patched: `{ kind: 'traceId' | 'spanId' | 'time', at, index }`, for a time `index` is nanoseconds relative to now. */
  marks = [];

  get bytes() { return Buffer.from(this.#bytes.subarray(0, this.#length)); }

  varint(value) {
    this.#room(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  unsigned(field, value) { this.#tag(field, WIRE.varint); this.varint(value); }
  text(field, value) {
    const bytes = Buffer.from(value, 'utf8');
    this.#tag(field, WIRE.bytes);
    this.varint(bytes.length);
    this.#room(bytes.length);
    this.#length += bytes.copy(this.#bytes, this.#length);
  }
  double(field, value) { this.#tag(field, WIRE.fixed64); this.#room(8); this.#length = this.#bytes.writeDoubleLE(value, this.#length); }
  fixed64(field, value) { this.#tag(field, WIRE.fixed64); this.#room(8); this.#length = this.#bytes.writeBigUInt64LE(BigInt(value), this.#length); }
  fixed32(field, value) { this.#tag(field, WIRE.fixed32); this.#room(4); this.#length = this.#bytes.writeUInt32LE(value, this.#length); }

  traceId(field, index) { this.#slot(field, 'traceId', index, 16); }
  spanId(field, index) { this.#slot(field, 'spanId', index, 8); }
  /** A moment that lies `nanoFromNow` from when the request is sent; behind is negative. */
  time(field, nanoFromNow) {
    this.#tag(field, WIRE.fixed64);
    this.#gap('time', nanoFromNow, 8);
  }

  /** A nested message: written where it stands, then moved on by as many bytes as its length takes. */
  message(field, write) {
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
    for (let i = firstMark; i < this.marks.length; i++) this.marks[i].at += prefix;
  }

  /** Packed fixed64 integers. */
  packedFixed64(field, values) { this.message(field, () => { for (const value of values) { this.#room(8); this.#length = this.#bytes.writeBigUInt64LE(BigInt(value), this.#length); } }); }
  packedDouble(field, values) { this.message(field, () => { for (const value of values) { this.#room(8); this.#length = this.#bytes.writeDoubleLE(value, this.#length); } }); }
  packedVarint(field, values) { this.message(field, () => { for (const value of values) this.varint(value); }); }

  /** KeyValue messages: strings, booleans, whole numbers, doubles and lists of strings. */
  attributes(field, values) {
    for (const [key, value] of Object.entries(values)) {
      this.message(field, () => {
        this.text(1, key);
        this.message(2, () => this.anyValue(value));
      });
    }
  }

  anyValue(value) {
    if (typeof value === 'string') this.text(1, value);
    else if (typeof value === 'boolean') this.unsigned(2, Number(value));
    else if (Array.isArray(value)) this.message(5, () => { for (const item of value) this.message(1, () => this.anyValue(item)); });
    else if (Number.isInteger(value)) this.unsigned(3, value);
    else this.double(4, value);
  }

  #tag(field, wire) { this.varint(field * 8 + wire); }

  #slot(field, kind, index, bytes) {
    this.#tag(field, WIRE.bytes);
    this.varint(bytes);
    this.#gap(kind, index, bytes);
  }

  #gap(kind, index, bytes) {
    this.#room(bytes);
    this.marks.push({ kind, at: this.#length, index });
    this.#bytes.fill(0, this.#length, this.#length + bytes);
    this.#length += bytes;
  }

  #room(bytes) {
    while (this.#length + bytes > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
  }
}
