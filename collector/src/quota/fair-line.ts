// Who is decoded next. Decoding has one thread, and a request of one agency must not wait behind hundreds of another. As
// long as nobody waits a request goes straight through; otherwise the agency that has been served fewest bytes goes next.
// After a slice of work the event loop gets its turn, so that the requests of others are read at all. Whoever waits here
// has its memory reserved already: the line holds no more than requests in flight may hold. What has been decoded takes
// memory again until it is on disk, so when the disk is slow the line stands still and does not turn bodies into blocks.
//
// Start-time fair queueing. One that comes back starts from where the others are, and has no credit for its absence:
//   A ──300──300──300──300──▶   served 0, 300, 600, 900
//   B ─────────50──50──────▶   from 300 on: behind the one of A that runs, before its next
// Source: Goyal, Vin, Cheng, "Start-time fair queueing" (1996)

/** About 2 ms of decoding. */
const SLICE_BYTES = 512 * 1024;
/** Bodies and blocks of requests that have had their turn and are not on disk yet. */
const UNDER_WAY_BYTES_MAX = 32 * 1024 * 1024;

interface Ticket { bytes: number; begin: () => void }
interface AgencyLine { tickets: Ticket[]; servedBytes: number }

export class FairLine {
  readonly #afterOthers: (callback: () => void) => void;
  readonly #lines = new Map<string, AgencyLine>();
  #waiting = 0;
  /** Where the agency stood that was served last. */
  #frontBytes = 0;
  #sliceBytes = 0;
  #underWayBytes = 0;
  #inSlice = false;

  /** `afterOthers` calls back when the event loop has looked at everything else; an argument, for tests. */
  constructor(afterOthers: (callback: () => void) => void = setImmediate) { this.#afterOthers = afterOthers; }

  get waiting(): number { return this.#waiting; }

  /** Begin `work` when it is this request's turn, perhaps at once. It calls `grow` in this turn of the event loop, and `done` in the end. */
  run<T>(agency: string, bytes: number, work: () => Promise<T>): Promise<T> {
    const line = this.#lineOf(agency);
    if (line.tickets.length === 0) line.servedBytes = Math.max(line.servedBytes, this.#frontBytes);
    if (this.#waiting === 0 && this.#hasRoom()) {
      this.#serve(line, bytes);
      return work();
    }
    this.#waiting++;
    return new Promise((resolve) => { line.tickets.push({ bytes, begin: () => { resolve(work()); } }); });
  }

  /** The request that has just begun has unfolded to so much more. */
  grow(agency: string, bytes: number): void {
    this.#lineOf(agency).servedBytes += bytes;
    this.#sliceBytes += bytes;
    this.#underWayBytes += bytes;
  }

  /** A request is on disk, or has failed: all the bytes of its turn, and those it has grown by. */
  done(bytes: number): void {
    this.#underWayBytes -= bytes;
    if (this.#waiting > 0) this.#continue();
  }

  #hasRoom(): boolean { return this.#sliceBytes < SLICE_BYTES && this.#underWayBytes < UNDER_WAY_BYTES_MAX; }

  #lineOf(agency: string): AgencyLine {
    let line = this.#lines.get(agency);
    if (!line) this.#lines.set(agency, (line = { tickets: [], servedBytes: 0 }));
    return line;
  }

  #serve(line: AgencyLine, bytes: number): void {
    this.#frontBytes = line.servedBytes;
    line.servedBytes += bytes;
    this.#sliceBytes += bytes;
    this.#underWayBytes += bytes;
    this.#continue();
  }

  #continue(): void {
    if (this.#inSlice) return;
    this.#inSlice = true;
    this.#afterOthers(() => this.#nextSlice());
  }

  #nextSlice(): void {
    this.#inSlice = false;
    this.#sliceBytes = 0;
    while (this.#waiting > 0 && this.#hasRoom()) {
      const line = this.#nextLine();
      const { bytes, begin } = line.tickets.shift()!;
      this.#waiting--;
      this.#serve(line, bytes);
      begin();
    }
    if (this.#inSlice || this.#waiting > 0) return;
    // Nobody competes any more, so what was served before is forgiven.
    this.#lines.clear();
    this.#frontBytes = 0;
  }

  #nextLine(): AgencyLine {
    let least: AgencyLine | undefined;
    for (const line of this.#lines.values()) {
      if (line.tickets.length > 0 && (least === undefined || line.servedBytes < least.servedBytes)) least = line;
    }
    return least!;
  }
}
