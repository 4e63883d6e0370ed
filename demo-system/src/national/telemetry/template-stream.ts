// Messages of one field, one behind the other, in a buffer that is used again and again: a template is copied and its few
// places are patched. That is what makes sixty million spans cheap.
import type { PatchValues } from './patch-values.js';
import { SLOT_CODES, type ProtobufWriter } from './protobuf-writer.js';

/** A message with its tag and length in front, and where its places are. */
export class Template {
  readonly bytes: Uint8Array;
  /** Code of a slot and where it is, in pairs. */
  readonly marks: Int32Array;

  constructor(writer: ProtobufWriter) {
    this.bytes = writer.bytes;
    this.marks = Int32Array.from(writer.marks.flatMap(({ kind, at }) => [SLOT_CODES[kind], at]));
  }
}

export class TemplateStream {
  bytes: Uint8Array;
  length = 0;
  /** Messages in it. */
  items = 0;
  #view: DataView;

  constructor(capacity = 1 << 14) {
    this.bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.bytes.buffer);
  }

  add(template: Template, values: PatchValues): void {
    const at = this.length;
    if (at + template.bytes.length > this.bytes.length) this.#grow(at + template.bytes.length);
    this.bytes.set(template.bytes, at);
    const { marks } = template;
    for (let i = 0; i < marks.length; i += 2) values.write(this.#view, marks[i]!, at + marks[i + 1]!);
    this.length = at + template.bytes.length;
    this.items++;
  }

  /** A message made elsewhere, in pieces; `items` is what it counts for. */
  addPieces(pieces: readonly Uint8Array[], items: number): void {
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (this.length + size > this.bytes.length) this.#grow(this.length + size);
    for (const piece of pieces) {
      this.bytes.set(piece, this.length);
      this.length += piece.length;
    }
    this.items += items;
  }

  clear(): void {
    this.length = 0;
    this.items = 0;
  }

  #grow(wanted: number): void {
    const bigger = new Uint8Array(Math.max(wanted, this.bytes.length * 2));
    bigger.set(this.bytes.subarray(0, this.length));
    this.bytes = bigger;
    this.#view = new DataView(bigger.buffer);
  }
}
