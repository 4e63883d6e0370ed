// How many statements the store is given, how long they take and how many fail: questions of the pages and the judge,
// and loads. It stands around the store and changes nothing of what goes through.
import { performance } from 'node:perf_hooks';
import { single, type MetricFamily } from './metric-family.js';
import type { Store, StoreReader } from './store/store.js';

interface Statements { done: number; failed: number; ms: number; running: number }

export class StoreMetrics {
  readonly #queries: Statements = { done: 0, failed: 0, ms: 0, running: 0 };
  readonly #loads: Statements = { done: 0, failed: 0, ms: 0, running: 0 };

  reader(store: StoreReader): StoreReader {
    return { query: (...question) => timed(this.#queries, () => store.query(...question)) };
  }

  loader(store: Pick<Store, 'load' | 'thinnedOf'>): Pick<Store, 'load' | 'thinnedOf'> {
    return { load: (...load) => timed(this.#loads, () => store.load(...load)), thinnedOf: (...segment) => timed(this.#queries, () => store.thinnedOf(...segment)) };
  }

  families(): MetricFamily[] {
    return [
      single('narrows_store_queries_total', 'counter', 'Questions that the store was asked.', this.#queries.done),
      single('narrows_store_query_failures_total', 'counter', 'Questions that it did not answer.', this.#queries.failed),
      single('narrows_store_query_seconds_total', 'counter', 'Time that questions took, in all.', this.#queries.ms / 1_000),
      single('narrows_store_queries_running', 'gauge', 'Questions under way.', this.#queries.running),
      single('narrows_store_loads_total', 'counter', 'Loads of segments, also those that failed.', this.#loads.done),
      single('narrows_store_load_seconds_total', 'counter', 'Time that loads took, in all.', this.#loads.ms / 1_000),
    ];
  }
}

async function timed<T>(statements: Statements, run: () => Promise<T>): Promise<T> {
  const fromMs = performance.now();
  statements.running++;
  try {
    return await run();
  } catch (error) {
    statements.failed++;
    throw error;
  } finally {
    statements.running--;
    statements.done++;
    statements.ms += performance.now() - fromMs;
  }
}
