// Copies a text of the body into a column as a Native string, and on the way makes sure of three things: it is UTF-8, it is
// no longer than the limit, and no personal number is in it. Clean ASCII, which nearly all values are, is one loop over the
// bytes; what had to be changed is counted.
import { isUtf8 } from 'node:buffer';
import { ALL_PERSONAL_DATA, LIMITS, type DecodedRequest, type PersonalDataKinds } from '@narrows/contract';
import { encodeText, type ByteBuffer } from './byte-buffer.js';
import { mayHoldPersonalNumber, maskPersonalInteger, maskPersonalNumbers } from './redact.js';

/** Up to here the copying loop beats the engine's own copy and UTF-8 check. */
const SHORT_BYTES = 64;
/** A number that begins before the cut must be seen whole, in its longest spelling. */
const BEYOND_CUT_BYTES = 160;

export class TextWriter {
  readonly changed: Required<DecodedRequest['changed']> = { redacted: 0, truncated: 0, invalidUtf8: 0, endBeforeStart: 0, clampedTimes: 0 };
  /** Texts that were not stored as they came, so far. */
  changes = 0;
  private source: Uint8Array = new Uint8Array(0);
  private sourceView: DataView = new DataView(this.source.buffer);
  private keySource: Uint8Array = new Uint8Array(0);
  private keyStart = 0;
  private keyEnd = 0;

  /** `kinds`: what is masked. */
  constructor(private readonly kinds: PersonalDataKinds = ALL_PERSONAL_DATA) {}

  clear(): void {
    this.changed.redacted = this.changed.truncated = this.changed.invalidUtf8 = this.changed.endBeforeStart = this.changed.clampedTimes = 0;
    this.forgetKey();
  }

  /** The attribute key of the values that follow; it decides whether a bare number is a time. */
  setKey(source: Uint8Array, start: number, end: number): void {
    if (this.keySource !== source) this.keySource = source;
    this.keyStart = start;
    this.keyEnd = end;
  }

  forgetKey(): void { this.keyStart = this.keyEnd = 0; }

  /** Append source[start, end) to `out` as one Native string: varint length, then the cleaned bytes. */
  write(out: ByteBuffer, source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length > SHORT_BYTES) { this.writeLong(out, source, start, end); return; }
    const from = out.length;
    out.pushByte(length);
    const beyondAscii = out.pushWords(this.viewOf(source), start, length);
    if ((beyondAscii && !isUtf8(source.subarray(start, end))) || mayHoldPersonalNumber(source, start, end)) {
      out.length = from;
      this.writeChanged(out, source, start, end);
    }
  }

  /** Of one request nearly all texts come from one body. */
  private viewOf(source: Uint8Array): DataView {
    if (source !== this.source) {
      this.source = source;
      this.sourceView = new DataView(source.buffer, source.byteOffset, source.length);
    }
    return this.sourceView;
  }

  /** Append a text that was put together here, from parts that came with the request. */
  writeString(out: ByteBuffer, text: string): void {
    const bytes = encodeText(text);
    this.write(out, bytes, 0, bytes.length);
  }

  /** Text of the body as a string, for JSON of arrays and maps. Invalid UTF-8 is replaced and counted. */
  decode(source: Uint8Array, start: number, end: number): string {
    const part = Buffer.from(source.buffer, source.byteOffset + start, end - start);
    if (!isUtf8(part)) { this.changed.invalidUtf8++; this.changes++; }
    return part.toString('utf8');
  }

  /** Mask personal numbers in a text under the current key, and count if there were any. */
  mask(text: string): string { return this.counted(text, maskPersonalNumbers(text, this.key(), this.kinds)); }

  /** The same for digits that came as a number, which has lost its leading zeros. */
  maskInteger(digits: string): string { return this.counted(digits, maskPersonalInteger(digits, this.key(), this.kinds)); }

  /** Where there is none, its source may be gone. */
  private key(): string { return this.keyEnd === this.keyStart ? '' : Buffer.from(this.keySource.buffer, this.keySource.byteOffset + this.keyStart, this.keyEnd - this.keyStart).toString('utf8'); }

  private counted(text: string, masked: string): string {
    if (masked !== text) { this.changed.redacted++; this.changes++; }
    return masked;
  }

  private writeLong(out: ByteBuffer, source: Uint8Array, start: number, end: number): void {
    const text = source.subarray(start, end);
    if (text.length > LIMITS.attributeValueBytesMax || !isUtf8(text) || mayHoldPersonalNumber(source, start, end)) {
      this.writeChanged(out, source, start, end);
      return;
    }
    out.pushVarint(text.length);
    out.pushBytes(source, start, end);
  }

  private writeChanged(out: ByteBuffer, source: Uint8Array, start: number, end: number): void {
    const cut = end - start > LIMITS.attributeValueBytesMax;
    const windowEnd = cut ? characterStart(source, Math.min(end, start + LIMITS.attributeValueBytesMax + BEYOND_CUT_BYTES), start) : end;
    const bytes = Buffer.from(this.mask(this.decode(source, start, windowEnd)));
    let length = bytes.length;
    if (length > LIMITS.attributeValueBytesMax) length = characterStart(bytes, LIMITS.attributeValueBytesMax, 0);
    if (cut || length < bytes.length) { this.changed.truncated++; this.changes++; }
    out.pushVarint(length);
    out.pushBytes(bytes, 0, length);
  }
}

/** `at`, or the begin of the UTF-8 character that reaches over it. */
function characterStart(bytes: Uint8Array, at: number, start: number): number {
  let from = at;
  while (from > start && at - from < 4 && from < bytes.length && (bytes[from]! & 0xc0) === 0x80) from--;
  return from;
}
