// Which sealed segment comes next. A relay takes them in order. A collector takes live data before its backlog: what is
// sealed now waits for a few segments at most, whatever has piled up. More of them than that, and the older ones become
// backlog, which is taken in order: whenever nothing new is there, and between two new ones when there always is.
//
//   sealed while away  1 2 3 4 5 6 7      then, one in two loads,     8     9
//   taken                             5 1 6 2 7 3                       8 4   9 …
//
// One that is not due yet waits apart, and is live from then on.
import type { SegmentFile } from './segment-writer.js';

/** A loader that is behind by this many still catches up in order, so that no second of the live page is told with a hole. */
const FRESH_MAX = 3;

export class SegmentQueue {
  /** By sequence, but for those that were put off. */
  readonly #backlog: SegmentFile[];
  /** Live, in order; empty when all are taken in order. */
  #fresh: SegmentFile[] = [];
  /** In order: sealed, and not due yet. */
  readonly #early: SegmentFile[] = [];
  readonly #liveFirst: boolean;
  readonly #dueInMs: (segmentId: string) => number;
  #timer: NodeJS.Timeout | undefined;
  #lastWasFresh = false;
  #wake: (() => void)[] = [];

  constructor(found: readonly SegmentFile[], liveFirst: boolean, dueInMs: (segmentId: string) => number = () => 0) {
    this.#backlog = [...found].sort(bySequence);
    this.#liveFirst = liveFirst;
    this.#dueInMs = dueInMs;
  }

  get length(): number { return this.#backlog.length + this.#fresh.length + this.#early.length; }

  /** How many live ones wait: above one or two the reader is behind. In order, that is all of them. */
  get fresh(): number { return this.#early.length + (this.#liveFirst ? this.#fresh.length : this.#backlog.length); }

  offer(segment: SegmentFile): void {
    if (this.#early.length > 0 || this.#dueInMs(segment.segmentId) > 0) this.#early.push(segment);
    else this.#line(segment);
    this.wake();
  }

  /** It could not be read; its turn comes again. */
  putBack(segment: SegmentFile): void { this.#delay(segment); }

  /** Behind everything that waits now. */
  defer(segment: SegmentFile): void {
    this.#backlog.push(segment);
    this.#lastWasFresh = false; // Not itself again.
    this.wake();
  }

  /** The next one, and whether it was given precedence. */
  take(): [segment: SegmentFile | undefined, live: boolean] {
    while (this.#early[0] && this.#dueInMs(this.#early[0].segmentId) <= 0) this.#line(this.#early.shift()!);
    this.#lastWasFresh = this.#fresh.length > 0 && !(this.#lastWasFresh && this.#backlog.length > 0);
    if (!this.#lastWasFresh) return [this.#backlog.shift(), false];
    for (const older of this.#fresh.splice(0, Math.max(0, this.#fresh.length - FRESH_MAX))) this.#delay(older);
    return [this.#fresh.shift(), true];
  }

  /** Resolves when something was offered, or at `wake`. */
  wait(): Promise<void> {
    const [next] = this.#early;
    if (next && this.#timer === undefined) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.wake();
      }, this.#dueInMs(next.segmentId)).unref();
    }
    return new Promise((resolve) => { this.#wake.push(resolve); });
  }

  wake(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }

  #line(segment: SegmentFile): void {
    if (this.#liveFirst) this.#fresh.push(segment);
    else this.#delay(segment);
  }

  #delay(segment: SegmentFile): void {
    const before = this.#backlog.findLastIndex((other) => bySequence(other, segment) < 0);
    this.#backlog.splice(before + 1, 0, segment);
  }
}

/** Ids begin with the sequence, filled up with zeros. */
function bySequence(a: SegmentFile, b: SegmentFile): number { return a.segmentId < b.segmentId ? -1 : Number(a.segmentId > b.segmentId); }
