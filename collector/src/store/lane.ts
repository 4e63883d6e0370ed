// A bounded queue with a fixed number of slots. Queries and loads have a lane each, so that a live page never stands
// behind a backlog of loads; a lane that is full says so at once instead of growing.
import { NarrowsError } from '@narrows/contract';

export class Lane {
  readonly #name: string;
  readonly #slots: number;
  readonly #waitingMax: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(name: string, slots: number, waitingMax: number) {
    this.#name = name;
    this.#slots = slots;
    this.#waitingMax = waitingMax;
  }

  /** Run when a slot is free; the slot is held until the work is settled. Leaves the queue when the signal aborts. */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#enter(signal);
    try {
      return await work();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  async #enter(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#running < this.#slots) { this.#running++; return; }
    if (this.#waiting.length >= this.#waitingMax) {
      throw new NarrowsError('STORE_UNAVAILABLE', `${this.#waiting.length} ${this.#name} wait already`, { retryAfterSeconds: 2 });
    }
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        signal?.removeEventListener('abort', leave);
        this.#running++;
        resolve();
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(enter);
    });
  }
}
