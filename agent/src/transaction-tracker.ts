// Span starts and ends go in; which transactions are open, what each one waits on, and how long it has waited on calls come
// out. A transaction is a local root span: kind server or consumer, or internal with no parent in this process. Outgoing
// calls below it, at any depth, are its children.
//
//   transaction  |------------------------------------|
//   call a           |--------|                            openCalls: 0 1 2 1 0 1 0
//   call b                |--------|                       downstream = union of a, b and c
//   call c                                |---|
//
// Memory: ≤ OPEN_MAX watched transactions; the ones beyond it are told to `unwatched` and forgotten. Cost: O(1) a span.
import { SpanKind, trace, type Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { ATTR, type ActiveState } from '@narrows/contract/attributes';
import type { CountedIn } from './active-groups.js';

export const OPEN_MAX = 100_000;
/** On the span itself stands which transaction it belongs to: a WeakMap of the same costs four times as much (measured). */
const OWNER = Symbol('narrows.transaction');
type Owned = object & { [OWNER]?: Transaction };

export class Transaction {
  readonly span: Span;
  /** On the tracker's monotonic clock. */
  readonly beganMs: number;
  readonly openCalls = new Set<ReadableSpan>();
  ended = false;
  /** Kept by ActiveGroups; null until the beginning has been counted in a report. */
  countedIn: CountedIn | null = null;
  #downstreamMs = 0;
  #waitingSinceMs = 0;

  constructor(span: Span, beganMs: number) {
    this.span = span;
    this.beganMs = beganMs;
  }

  callBegan(call: ReadableSpan, nowMs: number): void {
    if (this.openCalls.size === 0) this.#waitingSinceMs = nowMs;
    this.openCalls.add(call);
  }

  callEnded(call: ReadableSpan, nowMs: number): void {
    if (this.openCalls.delete(call) && this.openCalls.size === 0) this.#downstreamMs += nowMs - this.#waitingSinceMs;
  }

  /** Milliseconds until now during which at least one outgoing call was open. */
  downstreamMs(nowMs: number): number {
    return this.#downstreamMs + (this.openCalls.size > 0 ? nowMs - this.#waitingSinceMs : 0);
  }

  /** The call that has been open longest, and so explains the wait. A pool wait is therefore told before the connect inside it. */
  openCall(): ReadableSpan | undefined {
    const [oldest] = this.openCalls;
    return oldest;
  }
}

/** What an open call means for the transaction above it. */
export function stateOf(call: ReadableSpan | undefined): ActiveState {
  if (!call) return 'method';
  if (call.name === 'pg-pool.connect') return 'pool';
  if (ATTR.dbSystem in call.attributes || ATTR.dbSystemOld in call.attributes) return call.name === 'pg.connect' ? 'socket' : 'sql';
  // undici names the peer when it has a connection; until then the request waits for one. Node's http client does not tell.
  const connecting = call.instrumentationScope.name.endsWith('instrumentation-undici') && !('network.peer.address' in call.attributes);
  return connecting ? 'socket' : 'httpc';
}

export interface TransactionTrackerOptions {
  monotonicMs: () => number;
  ended?: (transaction: Transaction) => void;
  /** One transaction began that is not watched, since OPEN_MAX are open. */
  unwatched?: (span: Span) => void;
  openMax?: number;
}

export class TransactionTracker implements SpanProcessor {
  readonly #options: TransactionTrackerOptions;
  readonly #openMax: number;
  /** In the order they began: the oldest come first. */
  readonly #open = new Set<Transaction>();

  constructor(options: TransactionTrackerOptions) {
    this.#options = options;
    this.#openMax = options.openMax ?? OPEN_MAX;
  }

  get open(): ReadonlySet<Transaction> { return this.#open; }

  onStart(span: Span, parentContext: Context): void {
    const hasLocalParent = span.parentSpanContext !== undefined && !span.parentSpanContext.isRemote;
    const isEntry = span.kind === SpanKind.SERVER || span.kind === SpanKind.CONSUMER;
    if (isEntry || !hasLocalParent) {
      if (isEntry || span.kind === SpanKind.INTERNAL) this.#begin(span);
      return;
    }
    const parent = trace.getSpan(parentContext);
    const owner = parent && (parent as Owned)[OWNER];
    if (!owner || owner.ended) return;
    (span as Owned)[OWNER] = owner;
    if (span.kind === SpanKind.CLIENT) owner.callBegan(span, this.#options.monotonicMs());
  }

  /** The last moment at which an attribute can be set. */
  onEnding(span: Span): void {
    const transaction = (span as Owned)[OWNER];
    if (transaction?.span !== span) return;
    const downstreamMs = transaction.downstreamMs(this.#options.monotonicMs());
    span.setAttribute(ATTR.downstreamMs, Math.round(downstreamMs * 1_000) / 1_000);
  }

  onEnd(span: ReadableSpan): void {
    const transaction = (span as Owned)[OWNER];
    if (!transaction) return;
    if (transaction.span !== span) {
      if (span.kind === SpanKind.CLIENT) transaction.callEnded(span, this.#options.monotonicMs());
      return;
    }
    transaction.ended = true;
    this.#open.delete(transaction);
    this.#options.ended?.(transaction);
  }

  forceFlush(): Promise<void> { return Promise.resolve(); }
  shutdown(): Promise<void> { return Promise.resolve(); }

  #begin(span: Span): void {
    if (this.#open.size >= this.#openMax) {
      this.#options.unwatched?.(span);
      return;
    }
    const transaction = new Transaction(span, this.#options.monotonicMs());
    (span as Owned)[OWNER] = transaction;
    this.#open.add(transaction);
  }
}
