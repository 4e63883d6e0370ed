// The heart of the simulator: events in, the same events out in the order of their moments, tens of millions of them. A
// calendar of short buckets holds what lies ahead, one linked list each, so that adding costs the same at ten pending events
// and at ten million; the bucket of now is a small binary heap that stays in the cache. Events of the same moment come out in
// the order in which they went in, so that the same seed plays the same day to the byte. All of an event lies in one line of the
// processor's cache: of ten million, each is touched when nothing of it is in the cache any more.
//
// Source: R. Brown, Calendar queues, CACM 31(10), 1988; the heap in place of sorted lists is ours.
import { doubled } from './column.js';

const NONE = -1;
const STRIDE_BYTES = 32;
/** In eights of bytes, and in fours. */
const MOMENT_STRIDE = STRIDE_BYTES / 8;
const FIELD_STRIDE = STRIDE_BYTES / 4;
/** Fields behind the moment, which takes the first two. */
const FIELD = { turn: 2, subject: 3, kind: 4, next: 5 } as const;

export class EventQueue {
  /** Of the event that `next` took out. */
  atMs = 0;
  kind = 0;
  subject = 0;

  readonly #bucketMs: number;
  readonly #buckets: Int32Array;
  /** Bucket whose events are in the heap. */
  #current = 0;
  /** Events, `STRIDE_BYTES` each: moment, turn, subject, kind, next of the bucket. */
  #moments: Float64Array;
  #fields: Int32Array;
  #free = NONE;
  #used = 0;
  #added = 0;
  #pending = 0;
  #heap: Int32Array = new Int32Array(1_024);
  #heapSize = 0;

  /**
   * @param horizonMs moments beyond it are kept in the last bucket: right, but slower
   * @param bucketMs about as long as a few dozen events take
   */
  constructor(horizonMs: number, bucketMs: number, capacity = 1_024) {
    this.#bucketMs = bucketMs;
    this.#buckets = new Int32Array(Math.ceil(horizonMs / bucketMs) + 2).fill(NONE);
    this.#fields = new Int32Array(capacity * FIELD_STRIDE);
    this.#moments = new Float64Array(this.#fields.buffer);
  }

  /** Events that have not come out yet. */
  get pending(): number { return this.#pending; }
  /** Events that ever went in: two billion at most. */
  get added(): number { return this.#added; }

  /** A moment before the last one that came out counts as that one: time never goes back. */
  add(atMs: number, kind: number, subject: number): void {
    const node = this.#take();
    const fields = this.#fields;
    const at = node * FIELD_STRIDE;
    this.#moments[node * MOMENT_STRIDE] = atMs < this.atMs ? this.atMs : atMs;
    fields[at + FIELD.turn] = this.#added++;
    fields[at + FIELD.kind] = kind;
    fields[at + FIELD.subject] = subject;
    this.#pending++;
    const bucket = Math.min(Math.floor(atMs / this.#bucketMs), this.#buckets.length - 1);
    if (bucket <= this.#current) { this.#push(node); return; }
    fields[at + FIELD.next] = this.#buckets[bucket]!;
    this.#buckets[bucket] = node;
  }

  /** Take out the earliest event into `atMs`, `kind` and `subject`; false when there is none before `untilMs`. */
  next(untilMs = Number.POSITIVE_INFINITY): boolean {
    if (this.#pending === 0) return false;
    while (this.#heapSize === 0) this.#enterNextBucket();
    const node = this.#heap[0]!;
    const time = this.#moments[node * MOMENT_STRIDE]!;
    if (time >= untilMs) return false;
    this.#pop();
    this.atMs = time;
    const fields = this.#fields;
    const at = node * FIELD_STRIDE;
    this.kind = fields[at + FIELD.kind]!;
    this.subject = fields[at + FIELD.subject]!;
    fields[at + FIELD.next] = this.#free;
    this.#free = node;
    this.#pending--;
    return true;
  }

  #enterNextBucket(): void {
    const buckets = this.#buckets;
    let at = this.#current + 1;
    while (buckets[at] === NONE) at++;
    this.#current = at;
    for (let node = buckets[at]!; node !== NONE;) {
      const next = this.#fields[node * FIELD_STRIDE + FIELD.next]!;
      this.#push(node);
      node = next;
    }
    buckets[at] = NONE;
  }

  #take(): number {
    if (this.#free !== NONE) {
      const node = this.#free;
      this.#free = this.#fields[node * FIELD_STRIDE + FIELD.next]!;
      return node;
    }
    if (this.#used * FIELD_STRIDE === this.#fields.length) this.#grow();
    return this.#used++;
  }

  #grow(): void {
    this.#fields = doubled(this.#fields);
    this.#moments = new Float64Array(this.#fields.buffer);
  }

  #push(node: number): void {
    if (this.#heapSize === this.#heap.length) this.#heap = doubled(this.#heap);
    const heap = this.#heap;
    let at = this.#heapSize++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(node, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = node;
  }

  #pop(): void {
    const heap = this.#heap;
    const size = --this.#heapSize;
    const last = heap[size]!;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && this.#isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }

  #isBefore(a: number, b: number): boolean {
    const difference = this.#moments[a * MOMENT_STRIDE]! - this.#moments[b * MOMENT_STRIDE]!;
    return difference < 0 || (difference === 0 && this.#fields[a * FIELD_STRIDE + FIELD.turn]! < this.#fields[b * FIELD_STRIDE + FIELD.turn]!);
  }
}
