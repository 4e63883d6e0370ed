// Which batches were taken in the last minutes, so that the same bytes sent again are acknowledged and not stored again.
// A batch that is still on its way to the disk is known too: whoever asks for it waits for that very fsync.
export interface KnownBatch {
  receivedAtMs: number;
  /** Set until the batch is durable; rejects when it could not be written. */
  writing: Promise<void> | null;
}

export class DuplicateWindow {
  /** In order of arrival: the oldest first. */
  readonly #batches = new Map<bigint, KnownBatch>();
  readonly #windowMs: number;
  readonly #batchesMax: number;
  /** Batches forgotten before their time because the window was full. */
  forgotten = 0;

  constructor(windowMs: number, batchesMax: number) {
    this.#windowMs = windowMs;
    this.#batchesMax = batchesMax;
  }

  get size(): number { return this.#batches.size; }

  find(batchId: bigint, nowMs: number): KnownBatch | null {
    const batch = this.#batches.get(batchId);
    return batch && (batch.writing !== null || this.#isInside(batch, nowMs)) ? batch : null;
  }

  remember(batchId: bigint, batch: KnownBatch, nowMs: number): void {
    this.#batches.delete(batchId);
    this.#batches.set(batchId, batch);
    this.#forgetOld(nowMs);
  }

  /** The batch is durable. */
  settle(batchId: bigint): void {
    const batch = this.#batches.get(batchId);
    if (batch) batch.writing = null;
  }

  forget(batchId: bigint): void { this.#batches.delete(batchId); }

  #isInside(batch: KnownBatch, nowMs: number): boolean { return nowMs - batch.receivedAtMs <= this.#windowMs; }

  #forgetOld(nowMs: number): void {
    for (const [batchId, batch] of this.#batches) {
      if (batch.writing !== null) return;
      if (this.#isInside(batch, nowMs)) {
        if (this.#batches.size <= this.#batchesMax) return;
        this.forgotten++;
      }
      this.#batches.delete(batchId);
    }
  }
}
