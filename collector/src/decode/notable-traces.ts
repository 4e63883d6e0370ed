// Which traces of a request must not be thinned: those with a span that failed or was slow. A walk of its own over the spans'
// heads, made only where thinning is switched on, so that the decoder's one pass knows nothing of it. It comes after that
// pass, over bytes that have been found whole.
import { BYTES, FIXED64, VARINT, knownFields, WireReader } from './wire-reader.js';

/** From here on an open transaction stands in the second age band, and a finished one is worth keeping. */
const SLOW_NANO = 3_000_000_000;
/** Ids of one request; more of them are not listed, and then everything is kept. */
const NOTABLE_MAX = 4_096;
const STATUS_ERROR = 2;
const NONE = knownFields();

export class NotableTraces {
  readonly #wire = new WireReader();
  readonly #ids = new Set<string>();

  /** Ids in lower-case hex, each once; null: more than can be listed. `body`: an ExportTraceServiceRequest that was decoded. */
  of(body: Uint8Array): readonly string[] | null {
    this.#wire.reset(body);
    this.#ids.clear();
    this.#eachMessage(1, body.length, (resource) => this.#eachMessage(2, resource, (scope) => this.#eachMessage(2, scope, (span) => this.#span(span))));
    return this.#ids.size > NOTABLE_MAX ? null : [...this.#ids];
  }

  /** Every message in field `field` of the one under the eye, which ends at `end`. */
  #eachMessage(field: number, end: number, visit: (messageEnd: number) => void): void {
    const wire = this.#wire;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === (field << 3 | BYTES)) visit(wire.fieldEnd(end));
      else wire.skip(tag, end, NONE);
    }
  }

  #span(end: number): void {
    const wire = this.#wire;
    let idFrom = 0;
    let idTo = 0;
    // End less begin, in halves: a double cannot hold either, but can hold what a span takes.
    let lo = 0;
    let hi = 0;
    let failed = false;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case 1 << 3 | BYTES: idTo = wire.fieldEnd(end); idFrom = wire.pos; wire.pos = idTo; break;
        case 7 << 3 | FIXED64: wire.fixed64(end); lo -= wire.lo >>> 0; hi -= wire.hi >>> 0; break;
        case 8 << 3 | FIXED64: wire.fixed64(end); lo += wire.lo >>> 0; hi += wire.hi >>> 0; break;
        case 15 << 3 | BYTES: failed = this.#isError(wire.fieldEnd(end), failed); break;
        default: wire.skip(tag, end, NONE);
      }
    }
    if (!failed && hi * 0x1_0000_0000 + lo < SLOW_NANO) return;
    if (this.#ids.size <= NOTABLE_MAX && idTo > idFrom) this.#ids.add(Buffer.from(wire.bytes.buffer, wire.bytes.byteOffset + idFrom, idTo - idFrom).toString('hex'));
  }

  /** A status may come in pieces; the last code counts. */
  #isError(end: number, failed: boolean): boolean {
    const wire = this.#wire;
    while (wire.pos < end) {
      const tag = wire.tag(end);
      if (tag === (3 << 3 | VARINT)) failed = wire.varint(end) === STATUS_ERROR;
      else wire.skip(tag, end, NONE);
    }
    return failed;
  }
}
