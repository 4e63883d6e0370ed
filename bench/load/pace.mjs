// When the next request is due. Without a rate a connection sends as soon as it has its answer; with one, requests are due
// at even distances whether or not earlier ones are answered, so that a stall is not measured as a smaller load.

const TICK_MS = 1;

export class Pace {
  #perMs;
  #startedMs = performance.now();
  #issued = 0;
  #waiting = [];
  #timer = null;

  /** `requestsPerSecond` 0: as fast as answers come. */
  constructor(requestsPerSecond) {
    this.#perMs = requestsPerSecond / 1_000;
    if (requestsPerSecond > 0) this.#timer = setInterval(() => this.#release(), TICK_MS);
  }

  /** Resolves when a request may be sent, to the moment at which it was due. */
  turn() {
    const nowMs = performance.now();
    if (this.#timer === null) return nowMs;
    const dueMs = this.#startedMs + this.#issued / this.#perMs;
    if (dueMs > nowMs) return new Promise((resolve) => { this.#waiting.push(resolve); });
    this.#issued++;
    return dueMs;
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = null;
    for (const resolve of this.#waiting.splice(0)) resolve(performance.now());
  }

  #release() {
    const nowMs = performance.now();
    while (this.#waiting.length > 0) {
      const dueMs = this.#startedMs + this.#issued / this.#perMs;
      if (dueMs > nowMs) return;
      this.#issued++;
      this.#waiting.shift()(dueMs);
    }
  }
}
