// Work that may run side by side, and work during which nothing else may: a load that is made again tells the moments of a
// rollup anew from all raw tables that fill it, and a load of one of those beside it would be counted by both.

export class Alone {
  readonly #besideEachOther = new Set<Promise<unknown>>();
  #alone: Promise<unknown> | undefined;

  /** Run beside other such work, when nothing runs alone. */
  async beside<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone !== undefined) await this.#alone;
    const running = work();
    const ended = running.catch(() => undefined); // Told to whoever began it; who waits only waits for its end.
    this.#besideEachOther.add(ended);
    try {
      return await running;
    } finally {
      this.#besideEachOther.delete(ended);
    }
  }

  /** Run when all that runs has ended; what comes meanwhile waits. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone !== undefined) await this.#alone;
    const running = Promise.all(this.#besideEachOther).then(work);
    const ended = running.catch(() => undefined).finally(() => { if (this.#alone === ended) this.#alone = undefined; });
    this.#alone = ended;
    return running;
  }
}
