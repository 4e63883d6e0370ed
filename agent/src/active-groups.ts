// The open transactions of this second, counted: a group is what they have in common (operation, kind, method, route and the
// attributes that the settings list), and in each group they are counted by age band and by what they wait on. Each beginning
// is counted once, in the group that the transaction shows at the next report, or at its end if that comes first: a route or
// a channel is often known only a moment after the beginning. A group that was seen reports zeros until it has been idle for
// a minute, so that "none" can be told from "not reported".
import { SpanKind, type Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { ACTIVE_STATES, AGE_BAND_FROM_MS, AGE_BANDS, ATTR, type ActiveState } from '@narrows/contract/attributes';
import { MS_PER_SECOND } from '@narrows/contract/units';
import { stateOf, type Transaction } from './transaction-tracker.js';

const IDLE_MAX_MS = 60 * MS_PER_SECOND;
const VALUE_LENGTH_MAX = 200;
const SERIES = AGE_BANDS.length * ACTIVE_STATES.length;
const KIND_NAMES: Record<number, string> = { [SpanKind.SERVER]: 'server', [SpanKind.CONSUMER]: 'consumer', [SpanKind.INTERNAL]: 'internal' };

export const bandOf = (ageMs: number): number => AGE_BAND_FROM_MS.findLastIndex((fromMs) => ageMs >= fromMs);
const text = (value: unknown): string => String(value).slice(0, VALUE_LENGTH_MAX);
export const kindName = (kind: SpanKind): string => KIND_NAMES[kind] ?? 'internal';

/** One group's counts. Series `band * ACTIVE_STATES.length + state`; those never seen are not reported, but for the first. */
export interface ActiveGroup {
  readonly attributes: Attributes;
  readonly open: number[];
  readonly seen: boolean[];
  begun: number;
  oldestMs: number;
}
interface Group extends ActiveGroup { readonly key: string; busyMs: number }
/** Where a transaction was counted last, and by which values: comparing them is cheaper than building the key anew each second. */
export interface CountedIn { readonly group: Group; readonly name: string; readonly values: readonly unknown[] }

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

  constructor(options: ActiveGroupsOptions) {
    this.#keys = [...new Set([ATTR.httpMethod, ATTR.httpRoute, ...options.attributes])];
    this.#groupsMax = options.groupsMax;
    this.#other = newGroup('', { [ATTR.operation]: 'other' });
  }

  /** A transaction ended: count its beginning, unless a report has done so. */
  ended(transaction: Transaction, nowMs: number): void {
    if (transaction.countedIn === null) this.#countBeginning(this.#groupOf(transaction.span), nowMs);
  }

  /** A transaction began that nobody watches. Its attributes are not known yet. */
  unwatched(nowMs: number): void { this.#countBeginning(this.#other, nowMs); }

  /** Count the open transactions, oldest first, and hand each group to `tell`; then begin the next second. */
  report(open: Iterable<Transaction>, nowMs: number, tell: (group: ActiveGroup) => void): void {
    for (const group of this.#groups.values()) clear(group);
    for (const transaction of open) {
      const isNew = transaction.countedIn === null;
      const group = this.#currentGroup(transaction);
      if (isNew) this.#countBeginning(group, nowMs);
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

  #countBeginning(group: Group, nowMs: number): void {
    group.begun += 1;
    this.#touch(group, nowMs);
  }

  /** Here only do groups enter the list, `other` too: when something is counted in them. */
  #touch(group: Group, nowMs: number): void {
    group.busyMs = nowMs;
    if (!this.#groups.has(group.key)) this.#groups.set(group.key, group);
  }

  #currentGroup(transaction: Transaction): Group {
    const { span, countedIn } = transaction;
    if (countedIn && this.#stillIn(countedIn, span)) return countedIn.group;
    const group = this.#groupOf(span);
    transaction.countedIn = { group, name: span.name, values: this.#keys.map((key) => span.attributes[key]) };
    return group;
  }

  #stillIn({ group, name, values }: CountedIn, span: ReadableSpan): boolean {
    if (name !== span.name || !this.#groups.has(group.key)) return false;
    for (let index = 0; index < values.length; index++) if (values[index] !== span.attributes[this.#keys[index]!]) return false;
    return true;
  }

  #groupOf(span: ReadableSpan): Group {
    let key = `${span.kind} ${text(span.name)}`;
    for (const name of this.#keys) key += `\u0000${text(span.attributes[name] ?? '')}`;
    const known = this.#groups.get(key);
    if (known) return known;
    return this.#groups.size < this.#groupsMax ? newGroup(key, this.#attributesOf(span)) : this.#other;
  }

  #attributesOf(span: ReadableSpan): Attributes {
    const attributes: Attributes = { [ATTR.operation]: text(span.name), [ATTR.spanKind]: kindName(span.kind) };
    for (const name of this.#keys) {
      const value = span.attributes[name];
      if (value !== undefined) attributes[name] = text(value);
    }
    return attributes;
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
