// The open transactions of this second, counted: a group is what they have in common (operation, kind, method, route and the
// attributes that the settings list), and in each group they are counted by age band and by what they wait on. Each beginning
// is counted once, in the group that the transaction shows at the next report, or at its end if that comes first: a route or
// a channel is often known only a moment after the beginning. A group that was seen reports zeros until it has been idle for
// a minute, so that "none" can be told from "not reported".
import { SpanKind, type Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { ACTIVE_STATES, AGE_BAND_FROM_MS, AGE_BANDS, ATTR, MS_PER_SECOND, type ActiveState } from '@narrows/contract';
import { stateOf, type Transaction } from './transaction-tracker.js';

const IDLE_MAX_MS = 60 * MS_PER_SECOND;
const VALUE_LENGTH_MAX = 200;
const SERIES = AGE_BANDS.length * ACTIVE_STATES.length;
const KIND_NAMES: Record<number, string> = { [SpanKind.SERVER]: 'server', [SpanKind.CONSUMER]: 'consumer', [SpanKind.INTERNAL]: 'internal' };

export const bandOf = (ageMs: number): number => AGE_BAND_FROM_MS.findLastIndex((fromMs) => ageMs >= fromMs);
export const kindName = (kind: SpanKind): string => KIND_NAMES[kind] ?? 'internal';

/** One group's counts. Series `band * ACTIVE_STATES.length + state`; those never seen are not reported, but for the first. */
export interface ActiveGroup {
  readonly attributes: Attributes;
  readonly open: number[];
  readonly seen: boolean[];
  begun: number;
  oldestMs: number;
}
interface Group extends ActiveGroup { key: string; busyMs: number }

export interface ActiveGroupsOptions {
  /** Span attributes that tell groups apart, beside operation, kind, method and route. */
  attributes: readonly string[];
  groupsMax: number;
}

export class ActiveGroups {
  readonly #keys: readonly string[];
  readonly #groupsMax: number;
  readonly #groups = new Map<string, Group>();
  readonly #other: Group;
  /** Which group an open transaction was in last, and by which values: comparing is cheaper than building the key anew each second. */
  readonly #last = new WeakMap<Transaction, { group: Group; values: readonly unknown[] }>();
  readonly #counted = new WeakSet<Transaction>();

  constructor(options: ActiveGroupsOptions) {
    this.#keys = [...new Set([ATTR.httpMethod, ATTR.httpRoute, ...options.attributes])];
    this.#groupsMax = options.groupsMax;
    this.#other = newGroup('', { [ATTR.operation]: 'other' });
  }

  /** A transaction ended: count its beginning, unless a report has done so. */
  ended(transaction: Transaction, nowMs: number): void {
    if (!this.#counted.has(transaction)) this.#countBeginning(transaction, this.#groupOf(transaction.span), nowMs);
  }

  /** A transaction began that nobody watches. Its attributes are not known yet. */
  unwatched(nowMs: number): void {
    this.#other.begun += 1;
    this.#touch(this.#other, nowMs);
  }

  /** Count the open transactions, oldest first, and hand each group to `tell`; then begin the next second. */
  report(open: Iterable<Transaction>, nowMs: number, tell: (group: ActiveGroup) => void): void {
    for (const group of this.#groups.values()) clear(group);
    for (const transaction of open) {
      const group = this.#currentGroup(transaction);
      this.#countBeginning(transaction, group, nowMs);
      const ageMs = nowMs - transaction.beganMs;
      const series = bandOf(ageMs) * ACTIVE_STATES.length + ACTIVE_STATES.indexOf(stateOf(transaction.openCall()));
      group.open[series]! += 1;
      group.seen[series] = true;
      group.oldestMs = Math.max(group.oldestMs, ageMs);
      this.#touch(group, nowMs);
    }
    for (const group of this.#groups.values()) {
      tell(group);
      group.begun = 0;
      if (nowMs - group.busyMs >= IDLE_MAX_MS) this.#groups.delete(group.key);
    }
  }

  #countBeginning(transaction: Transaction, group: Group, nowMs: number): void {
    if (this.#counted.has(transaction)) return;
    this.#counted.add(transaction);
    group.begun += 1;
    this.#touch(group, nowMs);
  }

  /** `other` is entered here only, when something falls into it. */
  #touch(group: Group, nowMs: number): void {
    group.busyMs = nowMs;
    if (!this.#groups.has(group.key)) this.#groups.set(group.key, group);
  }

  #currentGroup(transaction: Transaction): Group {
    const { span } = transaction;
    const last = this.#last.get(transaction);
    if (last && last.values[0] === span.name && this.#keys.every((key, index) => last.values[index + 1] === span.attributes[key]) && this.#groups.has(last.group.key)) return last.group;
    const group = this.#groupOf(span);
    this.#last.set(transaction, { group, values: [span.name, ...this.#keys.map((key) => span.attributes[key])] });
    return group;
  }

  #groupOf(span: ReadableSpan): Group {
    const attributes: Attributes = { [ATTR.operation]: span.name.slice(0, VALUE_LENGTH_MAX), [ATTR.spanKind]: kindName(span.kind) };
    for (const key of this.#keys) {
      const value = span.attributes[key];
      if (value !== undefined) attributes[key] = String(value).slice(0, VALUE_LENGTH_MAX);
    }
    const key = JSON.stringify(attributes);
    const known = this.#groups.get(key);
    if (known) return known;
    return this.#groups.size < this.#groupsMax ? newGroup(key, attributes) : this.#other;
  }
}

function newGroup(key: string, attributes: Attributes): Group {
  const seen = Array.from({ length: SERIES }, (_, series) => series === 0);
  return { key, attributes, open: Array<number>(SERIES).fill(0), seen, begun: 0, oldestMs: 0, busyMs: 0 };
}

function clear(group: Group): void {
  group.open.fill(0);
  group.oldestMs = 0;
}

/** Age band and state of a series of `ActiveGroup.open`. */
export function seriesLabels(series: number): { band: string; state: ActiveState } {
  return { band: AGE_BANDS[Math.floor(series / ACTIVE_STATES.length)] ?? AGE_BANDS[0], state: ACTIVE_STATES[series % ACTIVE_STATES.length] ?? 'method' };
}
