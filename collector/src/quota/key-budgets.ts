// How many different values of each key column an agency's rollups tell apart, within a rolling day. Comes in: a value that
// a request holds for the first time. Goes out: whether it keeps its name or goes under "(overflow)". Only hashes are
// kept, so the memory is bounded: at the default budgets 33,000 values of about 40 bytes, 1.3 MB an agency.
import { LIMITS, type AgencyLimits, type KeyColumn } from '@narrows/contract';
import { KeyedHash } from './keyed-hash.js';

export interface KeyBudgetsOptions {
  limitsOf: (agency: string) => AgencyLimits;
  monotonicMs: () => number;
  /** A value went under "(overflow)"; told once a request and value. */
  overflowed: (agency: string, column: KeyColumn) => void;
  random: () => number;
}

/** A value that was not seen for one to two of these gives its place back. */
const HALF_DAY_MS = 12 * 3600_000;
/** So that the engine keeps hashes as small integers. */
const HASH_SHIFT = 2;

export class KeyBudgets {
  readonly #options: KeyBudgetsOptions;
  readonly #hash: KeyedHash;
  readonly #agencies = new Map<string, AgencyKeyBudget>();

  constructor(options: KeyBudgetsOptions) {
    this.#options = options;
    this.#hash = new KeyedHash(options.random() * 2 ** 32 | 0, options.random() * 2 ** 32 | 0);
  }

  readonly of = (agency: string): AgencyKeyBudget => {
    let budget = this.#agencies.get(agency);
    if (!budget) this.#agencies.set(agency, (budget = new AgencyKeyBudget(agency, this.#options, this.#hash)));
    return budget;
  };
}

interface Seen { recent: Set<number>; older: Set<number>; turnedAtMs: number }

export class AgencyKeyBudget {
  readonly #agency: string;
  readonly #options: KeyBudgetsOptions;
  readonly #hash: KeyedHash;
  readonly #columns = new Map<KeyColumn, Seen>();

  constructor(agency: string, options: KeyBudgetsOptions, hash: KeyedHash) {
    this.#agency = agency;
    this.#options = options;
    this.#hash = hash;
  }

  /** Whether the value bytes[start, end) is one of those told apart; it becomes one while there is room. */
  admits(column: KeyColumn, bytes: Uint8Array, start: number, end: number): boolean {
    const seen = this.#seen(column);
    const hash = this.#hash.of(bytes, start, end) >>> HASH_SHIFT;
    if (seen.recent.has(hash)) return true;
    const max = this.#options.limitsOf(this.#agency).distinct?.[column] ?? LIMITS.distinctMax[column];
    // A value moves from one set to the other and is never in both, so their sizes add up to the values of the window.
    if (seen.older.delete(hash) || seen.recent.size + seen.older.size < max) {
      seen.recent.add(hash);
      return true;
    }
    this.#options.overflowed(this.#agency, column);
    return false;
  }

  #seen(column: KeyColumn): Seen {
    const nowMs = this.#options.monotonicMs();
    let seen = this.#columns.get(column);
    if (!seen) this.#columns.set(column, (seen = { recent: new Set(), older: new Set(), turnedAtMs: nowMs }));
    if (nowMs - seen.turnedAtMs >= HALF_DAY_MS) {
      const idle = nowMs - seen.turnedAtMs >= 2 * HALF_DAY_MS;
      seen.older = idle ? new Set() : seen.recent;
      seen.recent = new Set();
      seen.turnedAtMs = nowMs;
    }
    return seen;
  }
}
