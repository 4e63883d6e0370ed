// The values that differ from span to span, as numbers, and how each is written into its place: ids and pseudonyms are a
// one-to-one mixing of a count and the seed, so that they look like what real systems send, never meet, and are the same in
// every run. A trace's id begins with its second, as several tracers' ids do. What all spans of a request share is worked out
// once, when the request begins to be written.
import type { Asker } from '../simulation/day-sink.js';
import { SLOT_CODES } from './protobuf-writer.js';

const TWO_32 = 2 ** 32;
const { trace: TRACE, span: SPAN, parent: PARENT, start: START, end: END, value: VALUE, session: SESSION, person: PERSON, ticket: TICKET } = SLOT_CODES;
const HEX = Uint16Array.from({ length: 256 }, (_, byte) => { const text = byte.toString(16).padStart(2, '0'); return (text.charCodeAt(0) << 8) | text.charCodeAt(1); });
/** A number of three digits and a full stop, for seven bits of an address. */
const OCTET = Uint32Array.from({ length: 128 }, (_, value) => Buffer.from(`${100 + value}.`).readUInt32BE());
/** Places in the words of a request. */
const WORD = { trace: 0, session: 4, person: 8, ticket: 12, end: 14 } as const;

/** A well mixed 32-bit value of a 32-bit value, one to one (the finaliser of MurmurHash3). */
export function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Spans that one request may have at most. */
const SPANS_PER_REQUEST_MAX = 16;

export class PatchValues {
  /** Number of the span and of its parent within the request. */
  span = 0;
  parent = 0;
  /** Moments in ms from the begin of the day. */
  startMs = 0;
  endMs = 0;
  /** A number of eight bytes, such as milliseconds spent in calls. */
  value = 0;
  #request = 0;
  #address = 0;
  /** What the spans of the request share, as it is written, four bytes each. */
  readonly #words = new Uint32Array(WORD.end);
  readonly #seed: number;
  readonly #beginHigh: number;
  readonly #beginLow: number;
  readonly #beginSecond: number;

  constructor(seed: number, beginMs: number) {
    this.#seed = mix(seed + 0x51ed270b);
    const nano = BigInt(beginMs) * 1_000_000n;
    this.#beginHigh = Number(nano / BigInt(TWO_32));
    this.#beginLow = Number(nano % BigInt(TWO_32));
    this.#beginSecond = Math.floor(beginMs / 1_000);
  }

  /** The request whose spans are written next: its number, when it began, and who asked. */
  begin(request: number, traceMs: number, who: Asker | null): void {
    const words = this.#words;
    this.#request = request;
    words[WORD.trace] = this.#beginSecond + Math.floor(traceMs / 1_000);
    words[WORD.trace + 1] = this.#seed;
    words[WORD.trace + 2] = mix(request ^ 0x27d4eb2f);
    words[WORD.trace + 3] = mix(request);
    if (who === null) return;
    this.#address = mix(who.address);
    toHex(words, WORD.session, mix(who.session ^ this.#seed));
    toHex(words, WORD.session + 2, mix(who.session + 0x2545f491));
    toHex(words, WORD.person, mix(who.person + this.#seed));
    toHex(words, WORD.person + 2, mix(who.person ^ 0x3c6ef372));
    toHex(words, WORD.ticket, mix(who.place));
  }

  /** Write the value of a slot, by its code, into its place. */
  write(view: DataView, code: number, at: number): void {
    switch (code) {
      case TRACE: this.#writeFour(view, at, WORD.trace); return;
      case SPAN: this.#writeSpan(view, at, this.span); return;
      case PARENT: this.#writeSpan(view, at, this.parent); return;
      case START: this.writeMoment(view, at, this.startMs); return;
      case END: this.writeMoment(view, at, this.endMs); return;
      case VALUE: view.setFloat64(at, this.value, true); return;
      case SESSION: this.#writeFour(view, at, WORD.session); return;
      case PERSON: this.#writeFour(view, at, WORD.person); return;
      case TICKET: view.setUint32(at, this.#words[WORD.ticket]!); view.setUint32(at + 4, this.#words[WORD.ticket + 1]!); return;
      default: this.#writeAddress(view, at);
    }
  }

  /** Nanoseconds since 1970, to the microsecond. A double cannot hold them: the halves are kept apart. */
  writeMoment(view: DataView, at: number, ms: number): void {
    const low = this.#beginLow + Math.floor(ms * 1_000) * 1_000;
    const carry = Math.floor(low / TWO_32);
    view.setUint32(at, low - carry * TWO_32, true);
    view.setUint32(at + 4, this.#beginHigh + carry, true);
  }

  #writeFour(view: DataView, at: number, word: number): void {
    const words = this.#words;
    view.setUint32(at, words[word]!);
    view.setUint32(at + 4, words[word + 1]!);
    view.setUint32(at + 8, words[word + 2]!);
    view.setUint32(at + 12, words[word + 3]!);
  }

  #writeSpan(view: DataView, at: number, span: number): void {
    const n = this.#request * SPANS_PER_REQUEST_MAX + span;
    view.setUint32(at, mix(n ^ this.#seed) | 0x80000000); // Never zero.
    view.setUint32(at + 4, mix(n));
  }

  /** Four numbers of three digits, so that all addresses are of one length. */
  #writeAddress(view: DataView, at: number): void {
    const address = this.#address;
    view.setUint32(at, OCTET[address & 0x7f]!);
    view.setUint32(at + 4, OCTET[(address >>> 7) & 0x7f]!);
    view.setUint32(at + 8, OCTET[(address >>> 14) & 0x7f]!);
    const last = OCTET[(address >>> 21) & 0x7f]!;
    view.setUint16(at + 12, last >>> 16);
    view.setUint8(at + 14, (last >>> 8) & 0xff);
  }
}

/** Eight hexadecimal digits in two words. */
function toHex(words: Uint32Array, at: number, value: number): void {
  words[at] = (HEX[value >>> 24]! << 16) | HEX[(value >>> 16) & 0xff]!;
  words[at + 1] = (HEX[(value >>> 8) & 0xff]! << 16) | HEX[value & 0xff]!;
}
