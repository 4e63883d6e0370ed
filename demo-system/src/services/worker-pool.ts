// A finite pool of workers with a line in front of it: what every identity channel is. Work begins in the order of
// arrival; whoever finds the line full, or stands in it too long, is turned away with a reason.

export type Refusal = 'queue_full' | 'queue_timeout';

/** Thrown to whoever is turned away without being served. */
export class PoolRefusal extends Error {
  readonly reason: Refusal;
  constructor(reason: Refusal) {
    super(`turned away: ${reason}`);
    this.reason = reason;
  }
}

export interface PoolState { workers: number; busy: number; queue: number; arrived: number }

interface Waiter { begin: () => void; timer: NodeJS.Timeout; gone: boolean }

export class WorkerPool {
  readonly #spec: { queueMax: number; queueTimeoutMs: number };
  #workers: number;
  readonly #line: Waiter[] = [];
  /** Index of the front of the line: places before it are spent. */
  #front = 0;
  #queue = 0;
  #busy = 0;
  #arrived = 0;

  constructor(spec: { workers: number; queueMax: number; queueTimeoutMs: number }) {
    this.#spec = spec;
    this.#workers = spec.workers;
  }

  /** Do `work` as soon as a worker is free. Errors: PoolRefusal, and whatever `work` throws. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#arrived++;
    if (this.#busy < this.#workers) this.#busy++;
    else await this.#standInLine();
    try {
      return await work();
    } finally {
      this.#passOn();
    }
  }

  state(): PoolState {
    return { workers: this.#workers, busy: this.#busy, queue: this.#queue, arrived: this.#arrived };
  }

  /** From now on there are so many workers: new ones begin with the line at once, those too many end with their work. */
  resize(workers: number): void {
    this.#workers = workers;
    while (this.#busy < workers && this.#queue > 0) {
      this.#busy++;
      this.#passOn();
    }
  }

  #standInLine(): Promise<void> {
    if (this.#queue >= this.#spec.queueMax) return Promise.reject(new PoolRefusal('queue_full'));
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        gone: false,
        begin: () => { clearTimeout(waiter.timer); resolve(); },
        timer: setTimeout(() => {
          waiter.gone = true;
          this.#queue--;
          reject(new PoolRefusal('queue_timeout'));
        }, this.#spec.queueTimeoutMs),
      };
      this.#line.push(waiter);
      this.#queue++;
    });
  }

  /** Hand this worker to the next in line who is still there, or set it free. */
  #passOn(): void {
    while (this.#busy <= this.#workers && this.#front < this.#line.length) {
      const waiter = this.#line[this.#front++];
      // Half of it spent: moving the rest then costs O(1) a place.
      if (this.#front > 1_000 && this.#front * 2 > this.#line.length) { this.#line.splice(0, this.#front); this.#front = 0; }
      if (waiter === undefined || waiter.gone) continue;
      this.#queue--;
      waiter.begin();
      return;
    }
    this.#busy--;
  }
}
