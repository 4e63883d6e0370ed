// A finite pool of workers with a line in front of it, as numbers: what every identity channel is. It is the simulator's
// counterpart of the real service's WorkerPool and follows the same rules: served in the order of arrival, the line is
// finite, and whoever has stood too long steps out. Whoever plays time tells it of arrivals and ends.

export type Arrival = 'served' | 'queued' | 'refused';

export class Station {
  /** Everybody who ever came. */
  arrived = 0;
  #workers: number;
  #busy = 0;
  #queued = 0;
  readonly #queueMax: number;
  #line = new Int32Array(1_024);
  #gone = new Uint8Array(1_024);
  /** Places ever given out, and the one in front; both only grow. */
  #given = 0;
  #front = 0;

  constructor(workers: number, queueMax: number) {
    this.#workers = workers;
    this.#queueMax = queueMax;
  }

  get workers(): number { return this.#workers; }
  get busy(): number { return this.#busy; }
  get queued(): number { return this.#queued; }

  /** How many could work at once from now on; those who are served stay. Afterwards `takeNext` may have somebody. */
  setWorkers(workers: number): void { this.#workers = workers; }

  /** Somebody comes. When 'queued', `place` is theirs, to step out with. */
  arrive(subject: number): Arrival {
    this.arrived++;
    if (this.#busy < this.#workers) { this.#busy++; return 'served'; }
    if (this.#queued >= this.#queueMax) return 'refused';
    if (this.#given - this.#front === this.#line.length) this.#grow();
    const slot = this.#given & (this.#line.length - 1);
    this.#line[slot] = subject;
    this.#gone[slot] = 0;
    this.#given++;
    this.#queued++;
    return 'queued';
  }

  /** Place of the last one that was queued. */
  get place(): number { return this.#given - 1; }

  /** Whoever stands at that place has had enough. */
  stepOut(place: number): void {
    if (place < this.#front) return;
    this.#gone[place & (this.#line.length - 1)] = 1;
    this.#queued--;
  }

  /** A worker is free again. */
  leave(): void { this.#busy--; }

  /** The next in line gets a free worker, if there is one of each; −1: nobody. */
  takeNext(): number {
    if (this.#busy >= this.#workers) return -1;
    const mask = this.#line.length - 1;
    while (this.#front < this.#given) {
      const slot = this.#front++ & mask;
      if (this.#gone[slot] === 1) continue;
      this.#queued--;
      this.#busy++;
      return this.#line[slot]!;
    }
    return -1;
  }

  /** All are sent away, in line and at work. */
  clear(): void {
    this.#front = this.#given;
    this.#queued = 0;
    this.#busy = 0;
  }

  #grow(): void {
    const old = this.#line;
    const oldGone = this.#gone;
    this.#line = new Int32Array(old.length * 2);
    this.#gone = new Uint8Array(old.length * 2);
    for (let place = this.#front; place < this.#given; place++) {
      this.#line[place & (this.#line.length - 1)] = old[place & (old.length - 1)]!;
      this.#gone[place & (this.#line.length - 1)] = oldGone[place & (old.length - 1)]!;
    }
  }
}
