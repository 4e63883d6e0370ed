// Bounds the memory that requests in flight may hold, of both doors together. A request reserves what it will occupy
// before it is read, and more while it grows or inflates, and gives all of it back when it is answered; past the budget
// it is refused with RATE_LIMITED and the client keeps its data. Nothing is queued here: a queue would only be memory
// by another name. While several agencies send, none can take all of it: each may hold at most twice what is free.
import { isFairShare, NarrowsError } from '@narrows/contract';

const RETRY_AFTER_SECONDS = 1;

export class Admission {
  readonly #budgetBytes: number;
  readonly #heldByAgency = new Map<string, number>();
  #reservedBytes = 0;

  constructor(budgetBytes: number) { this.#budgetBytes = budgetBytes; }

  get reservedBytes(): number { return this.#reservedBytes; }

  /** A reservation of nothing yet; every request holds exactly one. */
  open(agency: string): Reservation {
    let heldBytes = 0;
    const hold = (bytes: number) => {
      this.#reservedBytes += bytes;
      heldBytes += bytes;
      const agencyBytes = this.#heldBy(agency) + bytes;
      if (agencyBytes > 0) this.#heldByAgency.set(agency, agencyBytes);
      else this.#heldByAgency.delete(agency);
    };
    return {
      reserve: (bytes) => {
        const others = this.#reservedBytes - heldBytes;
        if (others > 0 && !isFairShare(this.#heldBy(agency), bytes, this.#reservedBytes, this.#budgetBytes)) {
          throw new NarrowsError('RATE_LIMITED', `requests in flight hold ${this.#reservedBytes} of ${this.#budgetBytes} bytes, those of this agency ${this.#heldBy(agency)}; this one needs ${bytes} more`, { retryAfterSeconds: RETRY_AFTER_SECONDS });
        }
        hold(bytes);
      },
      giveBack: (bytes) => hold(-bytes),
      release: () => hold(-heldBytes),
    };
  }

  #heldBy(agency: string): number { return this.#heldByAgency.get(agency) ?? 0; }
}

export interface Reservation {
  /** Errors: RATE_LIMITED, and nothing more is held than before. A single request always fits an idle collector. */
  reserve(bytes: number): void;
  giveBack(bytes: number): void;
  /** All of it; may be called again. */
  release(): void;
}
