// The double-entry book of intake: every accepted item is entered when it is durable, and entered again when the store
// has it or when it is given up, with the reason. What is still queued is not computed here but asked of the spool, so
// that an item that either side loses sight of shows as a difference. Counted since the start of this process: what an
// earlier run left in the spool is brought forward as `queuedAtStart`. All entries are made in the same turn of the
// event loop as the spool's own, so a reader between two turns always sees the sum hold.
import { SIGNALS, type DropReason, type IntakeSignal, type ItemCounts, type Signal } from '@narrows/contract';
import type { ItemGroup } from './spool/queued-items.js';

interface Account {
  queuedAtStart: number;
  accepted: number;
  stored: number;
  rejected: Map<string, number>;
  dropped: Map<string, number>;
  duplicates: { requests: number; items: number };
}

export class IntakeLedger {
  readonly #agencies = new Map<string, Record<Signal, Account>>();

  broughtForward(groups: Iterable<ItemGroup>): void {
    for (const { agency, signal, items } of groups) this.#account(agency, signal).queuedAtStart += items;
  }

  accepted({ agency, signal, items }: ItemGroup): void { this.#account(agency, signal).accepted += items; }

  rejected(agency: string, signal: Signal, rejected: Readonly<Record<string, number>>): void {
    const account = this.#account(agency, signal);
    for (const [reason, items] of Object.entries(rejected)) raise(account.rejected, reason, items);
  }

  duplicate({ agency, signal, items }: ItemGroup): void {
    const { duplicates } = this.#account(agency, signal);
    duplicates.requests++;
    duplicates.items += items;
  }

  stored(groups: Iterable<ItemGroup>): void {
    for (const { agency, signal, items } of groups) this.#account(agency, signal).stored += items;
  }

  dropped(groups: Iterable<ItemGroup>, reason: DropReason): void {
    for (const { agency, signal, items } of groups) raise(this.#account(agency, signal).dropped, reason, items);
  }

  get agencies(): string[] { return [...this.#agencies.keys()]; }

  acceptedItems(agency: string, signal: Signal): number { return this.#account(agency, signal).accepted; }

  /** Every signal of an agency, balanced against what the spool says it holds. */
  of(agency: string, queued: Readonly<ItemCounts>): Omit<IntakeSignal, 'lastReceivedMs'>[] {
    return SIGNALS.map((signal) => {
      const { queuedAtStart, accepted, stored, rejected, dropped, duplicates } = this.#account(agency, signal);
      const received = accepted + total(rejected);
      return {
        signal, queuedAtStart, received, stored, queued: queued[signal], rejected: listed(rejected), dropped: listed(dropped),
        difference: queuedAtStart + received - stored - queued[signal] - total(rejected) - total(dropped),
        duplicates: { ...duplicates },
      };
    });
  }

  #account(agency: string, signal: Signal): Account {
    let accounts = this.#agencies.get(agency);
    if (!accounts) this.#agencies.set(agency, (accounts = { traces: empty(), metrics: empty(), logs: empty() }));
    return accounts[signal];
  }
}

const empty = (): Account => ({ queuedAtStart: 0, accepted: 0, stored: 0, rejected: new Map(), dropped: new Map(), duplicates: { requests: 0, items: 0 } });
const raise = (counts: Map<string, number>, key: string, by: number): void => { if (by > 0) counts.set(key, (counts.get(key) ?? 0) + by); };
const total = (counts: Map<string, number>): number => [...counts.values()].reduce((sum, items) => sum + items, 0);
const listed = (counts: Map<string, number>): { reason: string; items: number }[] => [...counts].map(([reason, items]) => ({ reason, items }));
