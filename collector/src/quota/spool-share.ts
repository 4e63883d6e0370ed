// The disk queue while the store is away, shared: no agency may fill it alone when there are others, since its senders
// would then take from those of the others the room to be heard. One agency alone has the whole disk.
import { isFairShare, NarrowsError } from '@narrows/contract';

export interface SpoolShareOptions {
  /** The queue as it stands: all of it, and what is of one agency. */
  backlog: () => { bytes: number; bytesMax: number };
  backlogOf: (agency: string) => number;
  /** How many agencies may send. */
  agencies: () => number;
}

const RETRY_AFTER_SECONDS = 5;
/** Below this nobody can hold more than twice what is free, so nothing needs to be counted. */
const FULL_ENOUGH = 2 / 3;

export class SpoolShare {
  readonly #options: SpoolShareOptions;

  constructor(options: SpoolShareOptions) { this.#options = options; }

  /** Errors: RATE_LIMITED. */
  admit(agency: string, moreBytes: number): void {
    const { bytes, bytesMax } = this.#options.backlog();
    if (bytes + moreBytes <= bytesMax * FULL_ENOUGH || this.#options.agencies() < 2) return;
    const heldBytes = this.#options.backlogOf(agency);
    if (isFairShare(heldBytes, moreBytes, bytes, bytesMax)) return;
    throw new NarrowsError('RATE_LIMITED', `of ${bytesMax} bytes of disk for data that waits for the store, agency "${agency}" holds ${heldBytes} and all together ${bytes}; the rest is for others`, { retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
}
