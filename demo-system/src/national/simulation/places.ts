// Places in line, ten million of them, as rows of 48 bytes: whoever asks about a place needs nearly all of it, and of ten
// million none is in the processor's cache; as columns it would be fetched six times over.
import { doubled } from '../engine/column.js';

const ROW_BYTES = 48;
const INTEGERS = ROW_BYTES / 4;
const MOMENTS = ROW_BYTES / 8;
/** Whole numbers of a row, in fours of bytes; the moments behind them, in eights. */
const INTEGER = { person: 0, session: 1, address: 2, before: 3, state: 4, reason: 5 } as const;
const MOMENT = { entered: 3, seen: 4, due: 5 } as const;

export interface NewPlace { nowMs: number; person: number; session: number; address: number; reason: number; before: number }

export class Places {
  count = 0;
  #integers = new Int32Array(1_024 * INTEGERS);
  #moments = new Float64Array(this.#integers.buffer);

  /** A place with state 0, seen now. Answers its number. */
  add({ nowMs, person, session, address, reason, before }: NewPlace): number {
    if (this.count * INTEGERS === this.#integers.length) this.#grow();
    const place = this.count++;
    const at = place * INTEGERS;
    const integers = this.#integers;
    integers[at + INTEGER.person] = person;
    integers[at + INTEGER.session] = session;
    integers[at + INTEGER.address] = address;
    integers[at + INTEGER.before] = before;
    integers[at + INTEGER.reason] = reason;
    this.#moments[place * MOMENTS + MOMENT.entered] = nowMs;
    this.#moments[place * MOMENTS + MOMENT.seen] = nowMs;
    return place;
  }

  person(place: number): number { return this.#integers[place * INTEGERS + INTEGER.person]!; }
  session(place: number): number { return this.#integers[place * INTEGERS + INTEGER.session]!; }
  address(place: number): number { return this.#integers[place * INTEGERS + INTEGER.address]!; }
  /** The same person's place before this one. */
  before(place: number): number { return this.#integers[place * INTEGERS + INTEGER.before]!; }
  reason(place: number): number { return this.#integers[place * INTEGERS + INTEGER.reason]!; }
  state(place: number): number { return this.#integers[place * INTEGERS + INTEGER.state]!; }
  setState(place: number, state: number): void { this.#integers[place * INTEGERS + INTEGER.state] = state; }
  enteredMs(place: number): number { return this.#moments[place * MOMENTS + MOMENT.entered]!; }
  seenMs(place: number): number { return this.#moments[place * MOMENTS + MOMENT.seen]!; }
  setSeen(place: number, atMs: number): void { this.#moments[place * MOMENTS + MOMENT.seen] = atMs; }
  /** When it is asked about next. */
  dueMs(place: number): number { return this.#moments[place * MOMENTS + MOMENT.due]!; }
  setDue(place: number, atMs: number): void { this.#moments[place * MOMENTS + MOMENT.due] = atMs; }

  #grow(): void {
    this.#integers = doubled(this.#integers);
    this.#moments = new Float64Array(this.#integers.buffer);
  }
}
