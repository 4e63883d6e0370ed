// What the relay knows about its way out: what went through, what was refused, and whether the upstream can be reached
// and takes what is sent. Everybody who wants to know (health, metrics, the report to the collector) reads it here.
import type { Batch } from './batches.js';

export type UpstreamCondition =
  /** Nothing was sent yet. */
  | 'untried'
  | 'accepting'
  /** No connection, no answer, or "later": it will pass by itself. */
  | 'away'
  /** Key, address or certificate are refused: a person has to do something. */
  | 'unwelcome';

export class ForwardState {
  condition: UpstreamCondition = 'untried';
  /** Since when it is so; null while untried. */
  sinceMs: number | null = null;
  because = '';
  batches = 0;
  requests = 0;
  items = 0;
  bodyBytes = 0;
  compressedBytes = 0;
  /** Requests that had to be sent again. */
  retries = 0;
  /** Items of accepted requests that the collector did not store. */
  rejectedItems = 0;
  rejectedBecause = '';
  quarantinedRequests = 0;
  quarantinedItems = 0;
  lastForwardMs: number | null = null;

  constructor(readonly now: () => number) {}

  accepted({ requests, items }: Batch, bodyBytes: number, compressedBytes: number, rejected: number, because: string): void {
    this.batches++;
    this.requests += requests.length;
    this.items += items;
    this.bodyBytes += bodyBytes;
    this.compressedBytes += compressedBytes;
    this.rejectedItems += rejected;
    if (rejected > 0) this.rejectedBecause = because;
    this.lastForwardMs = this.now();
    this.become('accepting', '');
  }

  quarantined({ requests, items }: Batch): void {
    this.quarantinedRequests += requests.length;
    this.quarantinedItems += items;
  }

  /** True when that is news. */
  become(condition: UpstreamCondition, because: string): boolean {
    const isNew = condition !== this.condition;
    if (isNew) this.sinceMs = this.now();
    this.condition = condition;
    this.because = because;
    return isNew;
  }
}
