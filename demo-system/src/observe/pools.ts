// The pools of a service that runs in several instances, as one: the latest state of each instance, added up by channel.
import type { ChannelSample } from './truth.js';

export class PoolsOfInstances {
  readonly #latest = new Map<string, readonly ChannelSample[]>();
  /** What instances that are gone had counted: arrivals never go backwards. */
  readonly #gone = new Map<string, number>();

  /** The state of one instance; answers that of all. */
  observe(instance: string, channels: readonly ChannelSample[]): ChannelSample[] {
    this.#latest.set(instance, channels);
    const sums = new Map<string, ChannelSample>();
    for (const { id, workers, busy, queue, arrived } of [...this.#latest.values()].flat()) {
      const sum = sums.get(id) ?? { id, workers: 0, busy: 0, queue: 0, arrived: this.#gone.get(id) ?? 0 };
      sums.set(id, { id, workers: sum.workers + workers, busy: sum.busy + busy, queue: sum.queue + queue, arrived: sum.arrived + arrived });
    }
    return [...sums.values()];
  }

  /** An instance has ended. */
  forget(instance: string): void {
    for (const { id, arrived } of this.#latest.get(instance) ?? []) this.#gone.set(id, (this.#gone.get(id) ?? 0) + arrived);
    this.#latest.delete(instance);
  }
}
