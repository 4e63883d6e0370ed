// What became of everything that was handed over for delivery: delivered or dropped, by signal and reason, as plain
// counters that the agent's own metrics read. Trouble is told on stderr, one line a minute at most, whatever happens.
import type { Signal } from '@narrows/contract';

const LINE_INTERVAL_MS = 60_000;

/**
 * `queue_full`: pushed out by newer data while the collector was away. `refused`: the collector answered that the same bytes
 * would fail again. `rejected`: it took the request but not these items. `exit`: the process ended. `encode`: a value could not be encoded.
 */
export type DropReason = 'queue_full' | 'refused' | 'rejected' | 'exit' | 'encode';

export interface LedgerOptions {
  /** Milliseconds of a clock that never jumps. */
  monotonicMs: () => number;
  write: (line: string) => void;
}

export class DeliveryLedger {
  readonly #options: LedgerOptions;
  readonly #delivered = new Map<Signal, number>();
  readonly #dropped = new Map<string, { signal: Signal; reason: DropReason; items: number }>();
  #lastLineMs = -Infinity;

  constructor(options: LedgerOptions) { this.#options = options; }

  delivered(signal: Signal, items: number): void {
    this.#delivered.set(signal, (this.#delivered.get(signal) ?? 0) + items);
  }

  dropped(signal: Signal, reason: DropReason, items: number): void {
    const key = `${signal} ${reason}`;
    const entry = this.#dropped.get(key);
    if (entry) entry.items += items;
    else this.#dropped.set(key, { signal, reason, items });
  }

  /** Say what is wrong, unless something was said within the last minute. The totals follow, so nothing is lost by silence. */
  trouble(text: string): void {
    const nowMs = this.#options.monotonicMs();
    if (nowMs - this.#lastLineMs < LINE_INTERVAL_MS) return;
    this.#lastLineMs = nowMs;
    const dropped = [...this.#dropped.values()].map(({ signal, reason, items }) => `${items} ${signal} (${reason})`);
    this.#options.write(`narrows agent: ${text}${dropped.length > 0 ? `; dropped so far: ${dropped.join(', ')}` : ''}`);
  }

  deliveredItems(): Iterable<[Signal, number]> { return this.#delivered.entries(); }
  droppedItems(): Iterable<{ signal: Signal; reason: DropReason; items: number }> { return this.#dropped.values(); }
}
