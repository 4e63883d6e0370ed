// The values that differ from span to span, as numbers, and how each is written into its place: ids and pseudonyms are a
// one-to-one mixing of a count and the seed, so that they look like what real systems send, never meet, and are the same in
// every run. A trace's id begins with its second, as several tracers' ids do.
import { SLOT_CODES } from './protobuf-writer.js';

const TWO_32 = 2 ** 32;
const { trace: TRACE, span: SPAN, parent: PARENT, start: START, end: END, value: VALUE, session: SESSION, person: PERSON, ticket: TICKET } = SLOT_CODES;
const HEX = Uint16Array.from({ length: 256 }, (_, byte) => { const text = byte.toString(16).padStart(2, '0'); return (text.charCodeAt(0) << 8) | text.charCodeAt(1); });

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
  /** Number of the request, and of the span and its parent within it. */
  request = 0;
  span = 0;
  parent = 0;
  /** Moments in ms from the begin of the day. `traceMs` is when the request began. */
  traceMs = 0;
  startMs = 0;
  endMs = 0;
  /** A number of eight bytes, such as milliseconds spent in calls. */
  value = 0;
  session = 0;
  person = 0;
  address = 0;
  place = 0;
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

  /** Write the value of a slot, by its code, into its place. */
  write(view: DataView, code: number, at: number): void {
    switch (code) {
      case TRACE: this.#writeTrace(view, at); return;
      case SPAN: this.#writeSpan(view, at, this.span); return;
      case PARENT: this.#writeSpan(view, at, this.parent); return;
      case START: this.writeMoment(view, at, this.startMs); return;
      case END: this.writeMoment(view, at, this.endMs); return;
      case VALUE: view.setFloat64(at, this.value, true); return;
      case SESSION: writeHex(view, at, mix(this.session ^ this.#seed)); writeHex(view, at + 8, mix(this.session + 0x2545f491)); return;
      case PERSON: writeHex(view, at, mix(this.person + this.#seed)); writeHex(view, at + 8, mix(this.person ^ 0x3c6ef372)); return;
      case TICKET: writeHex(view, at, mix(this.place)); return;
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

  #writeTrace(view: DataView, at: number): void {
    view.setUint32(at, this.#beginSecond + Math.floor(this.traceMs / 1_000));
    view.setUint32(at + 4, this.#seed);
    view.setUint32(at + 8, mix(this.request ^ 0x27d4eb2f));
    view.setUint32(at + 12, mix(this.request));
  }

  #writeSpan(view: DataView, at: number, span: number): void {
    const n = this.request * SPANS_PER_REQUEST_MAX + span;
    view.setUint32(at, (mix(n ^ this.#seed) | 0x80000000) >>> 0); // Never zero.
    view.setUint32(at + 4, mix(n));
  }

  /** Four numbers of three digits, so that all addresses are of one length. */
  #writeAddress(view: DataView, at: number): void {
    let rest = mix(this.address);
    for (let octet = 0; octet < 4; octet++, rest >>>= 7) {
      const value = 100 + (rest & 0x7f);
      const place = at + octet * 4;
      view.setUint8(place, 48 + Math.floor(value / 100));
      view.setUint8(place + 1, 48 + Math.floor(value / 10) % 10);
      view.setUint8(place + 2, 48 + value % 10);
      if (octet < 3) view.setUint8(place + 3, 46);
    }
  }
}

function writeHex(view: DataView, at: number, value: number): void {
  view.setUint16(at, HEX[value >>> 24]!);
  view.setUint16(at + 2, HEX[(value >>> 16) & 0xff]!);
  view.setUint16(at + 4, HEX[(value >>> 8) & 0xff]!);
  view.setUint16(at + 6, HEX[value & 0xff]!);
}
