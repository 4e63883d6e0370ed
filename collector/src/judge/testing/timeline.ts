// The clock of a simulation: things to do at moments, done in order of time. A binary heap, since a run of five minutes
// has some hundred thousand events. Equal moments keep the order in which they were planned.

interface Event { atMs: number; order: number; run: () => void }

const before = (a: Event, b: Event): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

export class Timeline {
  nowMs = 0;
  readonly #heap: Event[] = [];
  #planned = 0;

  /** Do `run` after `delayMs`. The returned function calls it off. */
  after(delayMs: number, run: () => void): () => void {
    const event: Event = { atMs: this.nowMs + Math.max(0, delayMs), order: (this.#planned += 1), run };
    let at = this.#heap.push(event) - 1;
    for (let parent = (at - 1) >> 1; at > 0 && before(event, this.#heap[parent]!); at = parent, parent = (at - 1) >> 1) {
      this.#heap[at] = this.#heap[parent]!;
    }
    this.#heap[at] = event;
    return () => { event.run = () => undefined; };
  }

  /** Run everything up to the moment. */
  runUntil(atMs: number): void {
    while (this.#heap.length > 0 && this.#heap[0]!.atMs <= atMs) {
      const event = this.#take();
      this.nowMs = event.atMs;
      event.run();
    }
    this.nowMs = atMs;
  }

  #take(): Event {
    const first = this.#heap[0]!;
    const last = this.#heap.pop()!;
    const size = this.#heap.length;
    if (size === 0) return first;
    for (let at = 0; ; ) {
      let child = 2 * at + 1;
      if (child + 1 < size && before(this.#heap[child + 1]!, this.#heap[child]!)) child += 1;
      if (child >= size || !before(this.#heap[child]!, last)) {
        this.#heap[at] = last;
        return first;
      }
      this.#heap[at] = this.#heap[child]!;
      at = child;
    }
  }
}
