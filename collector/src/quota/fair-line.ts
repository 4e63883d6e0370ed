// Who is decoded next. Decoding has one thread, and a request of one agency must not wait behind hundreds of another. As
// long as nobody waits a request goes straight through; otherwise the agency that has been served fewest bytes goes next.
// After a slice of work the event loop gets its turn, so that the requests of others are read at all. Whoever waits here
// has its memory reserved already: the line holds no more than requests in flight may hold.
//
// Start-time fair queueing: a request is tagged with the work its agency had asked for before it, and the least tag goes.
//   A ──300──300──300──300──▶   tags 0, 300, 600, 900
//   B ─────────50──50──────▶   tags 300, 350: behind the one of A that runs, before its 600
// Source: Goyal, Vin, Cheng, "Start-time fair queueing" (1996)

/** About 2 ms of decoding. */
const SLICE_BYTES = 512 * 1024;

interface Ticket { tag: number; bytes: number; go: () => void }
interface AgencyLine { tickets: Ticket[]; nextTag: number }

export class FairLine {
  readonly #afterOthers: (callback: () => void) => void;
  readonly #lines = new Map<string, AgencyLine>();
  #waiting = 0;
  #servingTag = 0;
  #sliceBytes = 0;
  #inSlice = false;

  /** `afterOthers` calls back when the event loop has looked at everything else; an argument, for tests. */
  constructor(afterOthers: (callback: () => void) => void = setImmediate) { this.#afterOthers = afterOthers; }

  get waiting(): number { return this.#waiting; }

  /** Undefined: go on at once. Otherwise wait for it, and then go on at once. */
  turn(agency: string, bytes: number): Promise<void> | undefined {
    const line = this.#lineOf(agency);
    const tag = Math.max(this.#servingTag, line.nextTag);
    line.nextTag = tag + bytes;
    if (this.#waiting === 0 && this.#sliceBytes < SLICE_BYTES) {
      this.#serve(tag, bytes);
      return undefined;
    }
    this.#waiting++;
    return new Promise((go) => { line.tickets.push({ tag, bytes, go }); });
  }

  #lineOf(agency: string): AgencyLine {
    let line = this.#lines.get(agency);
    if (!line) this.#lines.set(agency, (line = { tickets: [], nextTag: 0 }));
    return line;
  }

  #serve(tag: number, bytes: number): void {
    this.#servingTag = tag;
    this.#sliceBytes += bytes;
    if (this.#inSlice) return;
    this.#inSlice = true;
    this.#afterOthers(() => this.#nextSlice());
  }

  #nextSlice(): void {
    this.#inSlice = false;
    this.#sliceBytes = 0;
    while (this.#waiting > 0 && this.#sliceBytes < SLICE_BYTES) {
      const { tag, bytes, go } = this.#takeNext();
      this.#serve(tag, bytes);
      go();
    }
    // Nobody competes any more, so what was served before is forgiven.
    if (this.#inSlice) return;
    this.#lines.clear();
    this.#servingTag = 0;
  }

  #takeNext(): Ticket {
    let least: AgencyLine | undefined;
    for (const line of this.#lines.values()) {
      if (line.tickets.length > 0 && (least === undefined || line.tickets[0]!.tag < least.tickets[0]!.tag)) least = line;
    }
    this.#waiting--;
    return least!.tickets.shift()!;
  }
}
