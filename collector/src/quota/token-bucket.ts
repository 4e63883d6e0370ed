// A rate as a bucket of tokens that refills steadily and holds a burst. What a request costs is known only after it was
// read, so it is paid afterwards and the bucket may go below zero: then nothing more is let in until the debt is paid, and
// over time exactly the rate gets through. The clock is monotonic: a jump of the wall clock fills nothing.

export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #filledAtMs: number;

  constructor(perSecond: number, burstSeconds: number, nowMs: number) {
    this.#perMs = perSecond / 1_000;
    // One request must always fit a full bucket, however low the rate.
    this.#burst = Math.max(perSecond * burstSeconds, 1);
    this.#tokens = this.#burst;
    this.#filledAtMs = nowMs;
  }

  take(tokens: number, nowMs: number): void {
    this.#fill(nowMs);
    this.#tokens -= tokens;
  }

  /** How long until there is something in it again; 0: there is. */
  emptyForMs(nowMs: number): number {
    this.#fill(nowMs);
    return this.#tokens > 0 ? 0 : Math.max(-this.#tokens / this.#perMs, 1);
  }

  #fill(nowMs: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, nowMs - this.#filledAtMs) * this.#perMs);
    this.#filledAtMs = nowMs;
  }
}
