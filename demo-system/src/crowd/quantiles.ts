// Times of a crowd in a bounded histogram: fixed memory for any number of people, quantiles within one per cent.
import type { Quantiles } from '../parent-channel.js';

const GROWTH = 1.02;

export class TimeHistogram {
  readonly #counts = new Map<number, number>();
  #total = 0;

  add(ms: number): void {
    const cell = Math.ceil(Math.log(Math.max(1, ms)) / Math.log(GROWTH));
    this.#counts.set(cell, (this.#counts.get(cell) ?? 0) + 1);
    this.#total++;
  }

  quantiles(): Quantiles {
    if (this.#total === 0) return null;
    const cells = [...this.#counts].toSorted(([a], [b]) => a - b);
    const at = (share: number) => {
      let left = share * this.#total;
      for (const [cell, count] of cells) if ((left -= count) <= 0) return Math.round(GROWTH ** (cell - 0.5));
      return Math.round(GROWTH ** (cells.at(-1)?.[0] ?? 0));
    };
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }
}
