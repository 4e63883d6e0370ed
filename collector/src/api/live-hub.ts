// All live feeds of this collector, made when first asked for and dropped when nobody looks any more. The number of
// viewers is limited, so that a wall of browsers cannot push out ingestion.
import { NarrowsError, type PipelineDefinition } from '@narrows/contract';
import type { MetaDb } from '../access/meta-db.js';
import { createAsker } from '../query/question.js';
import type { StoreReader } from '../query/question.js';
import { LiveFeed } from './live-feed.js';

const VIEWERS_MAX = 500;

export interface LiveHubOptions { db: MetaDb; store: StoreReader; now: () => number; storedThroughMs: () => number; onError: (error: unknown) => void }

export class LiveHub {
  readonly #feeds = new Map<string, LiveFeed>();
  readonly #options: LiveHubOptions;

  constructor(options: LiveHubOptions) { this.#options = options; }

  get viewers(): number { return [...this.#feeds.values()].reduce((sum, feed) => sum + feed.viewers, 0); }

  /** Errors: RATE_LIMITED when there are too many viewers already. */
  assertPlace(): void {
    if (this.viewers >= VIEWERS_MAX) throw new NarrowsError('RATE_LIMITED', `${VIEWERS_MAX} live pages are open already`, { retryAfterSeconds: 10 });
  }

  feed(agency: { id: string; timeZone: string }, pipeline: PipelineDefinition | null): LiveFeed {
    const key = JSON.stringify([agency.id, pipeline?.id ?? null]);
    let feed = this.#feeds.get(key);
    if (!feed) {
      const { db, store, now, storedThroughMs, onError } = this.#options;
      feed = new LiveFeed({
        db, asker: createAsker(store, agency.id), pipeline, timeZone: agency.timeZone, now, storedThroughMs, onError,
        onIdle: () => { this.#feeds.get(key)?.close(); this.#feeds.delete(key); },
      });
      this.#feeds.set(key, feed);
    }
    return feed;
  }

  close(): void {
    for (const feed of this.#feeds.values()) feed.close();
    this.#feeds.clear();
  }
}
