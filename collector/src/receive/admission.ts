// Bounds the memory that requests in flight may hold. A request reserves what it will occupy before it is read or
// inflated, and gives all of it back when it is answered; past the budget it is refused with RATE_LIMITED and the
// client keeps its data. Nothing is queued here: a queue would only be memory by another name.
import { NarrowsError } from '@narrows/contract';

const RETRY_AFTER_SECONDS = 1;

export class Admission {
  readonly #budgetBytes: number;
  #reservedBytes = 0;

  constructor(budgetBytes: number) { this.#budgetBytes = budgetBytes; }

  get reservedBytes(): number { return this.#reservedBytes; }

  /** A reservation of nothing yet; every request holds exactly one. */
  open(): Reservation {
    let heldBytes = 0;
    return {
      /** Errors: RATE_LIMITED, and nothing more is held than before. A single request always fits an idle collector. */
      reserve: (bytes) => {
        if (this.#reservedBytes > 0 && this.#reservedBytes + bytes > this.#budgetBytes) {
          throw new NarrowsError('RATE_LIMITED', `requests in flight hold ${this.#reservedBytes} of ${this.#budgetBytes} bytes; this one needs ${bytes} more`, { retryAfterSeconds: RETRY_AFTER_SECONDS });
        }
        this.#reservedBytes += bytes;
        heldBytes += bytes;
      },
      release: () => {
        this.#reservedBytes -= heldBytes;
        heldBytes = 0;
      },
    };
  }
}

export interface Reservation { reserve(bytes: number): void; release(): void }
