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

  /**
   * Run when a slot is free. An abort answers the caller at once; a work that has begun keeps its slot until it is
   * settled, since an engine cannot be interrupted from here and must not get more work than it has slots.
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#enter(signal);
    const working = work().finally(() => { this.#running--; this.#waiting.shift()?.(); });
    if (!signal) return working;
    return new Promise<T>((resolve, reject) => {
      const abort = (): void => { reject(signal.reason as Error); };
      signal.addEventListener('abort', abort, { once: true });
      working.then(resolve, reject).finally(() => { signal.removeEventListener('abort', abort); });
    });
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
