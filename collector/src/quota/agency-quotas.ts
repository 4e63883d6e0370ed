// What an agency may send a second: requests, bytes and items, of all signals together and of each. Comes in: every request
// at the door, and what it turned out to cost. Goes out: nothing, or RATE_LIMITED with the time after which it helps to
// come again. An agency pays for itself only; one without limits has no bucket.
import { LIMITS, NarrowsError, type AgencyLimits, type Rates, type Signal } from '@narrows/contract';
import { TokenBucket } from './token-bucket.js';

export interface AgencyQuotasOptions {
  limitsOf: (agency: string) => AgencyLimits;
  monotonicMs: () => number;
}

const RETRY_AFTER_SECONDS_MAX = 60;
const UNITS = { requestsPerSecond: 'requests', bytesPerSecond: 'bytes', itemsPerSecond: 'items' } as const satisfies Record<keyof Rates, string>;
type Unit = keyof typeof UNITS;

interface Quota { unit: Unit; perSecond: number; signal: Signal | null; bucket: TokenBucket }

export class AgencyQuotas {
  readonly #options: AgencyQuotasOptions;
  readonly #quotas = new Map<string, Quota[]>();

  constructor(options: AgencyQuotasOptions) { this.#options = options; }

  /** The limits have changed: everybody begins with a full bucket of the new size. */
  reset(): void { this.#quotas.clear(); }

  /** At the door, before anything is read. Errors: RATE_LIMITED. */
  admit(agency: string, signal: Signal): void {
    const quotas = this.#of(agency);
    if (quotas.length === 0) return;
    const nowMs = this.#options.monotonicMs();
    for (const quota of quotas) if (appliesTo(quota, signal)) refuseWhenEmpty(quota, agency, nowMs);
    this.#pay(quotas, signal, { requestsPerSecond: 1 }, nowMs);
  }

  /** What an admitted request turned out to hold. */
  spend(agency: string, signal: Signal, spent: { bytes?: number; items?: number }): void {
    const quotas = this.#of(agency);
    if (quotas.length > 0) this.#pay(quotas, signal, { bytesPerSecond: spent.bytes, itemsPerSecond: spent.items }, this.#options.monotonicMs());
  }

  #pay(quotas: readonly Quota[], signal: Signal, amounts: Partial<Record<Unit, number | undefined>>, nowMs: number): void {
    for (const quota of quotas) if (appliesTo(quota, signal)) quota.bucket.take(amounts[quota.unit] ?? 0, nowMs);
  }

  #of(agency: string): readonly Quota[] {
    let quotas = this.#quotas.get(agency);
    if (!quotas) this.#quotas.set(agency, (quotas = quotasOf(this.#options.limitsOf(agency), this.#options.monotonicMs())));
    return quotas;
  }
}

const appliesTo = (quota: Quota, signal: Signal): boolean => quota.signal === null || quota.signal === signal;

function refuseWhenEmpty({ bucket, unit, perSecond, signal }: Quota, agency: string, nowMs: number): void {
  const emptyForMs = bucket.emptyForMs(nowMs);
  if (emptyForMs === 0) return;
  const of = signal === null ? '' : ` of ${signal}`;
  throw new NarrowsError('RATE_LIMITED', `agency "${agency}" may send ${perSecond} ${UNITS[unit]}${of} a second and has sent more`, {
    retryAfterSeconds: Math.min(RETRY_AFTER_SECONDS_MAX, Math.ceil(emptyForMs / 1_000)),
  });
}

function quotasOf(limits: AgencyLimits, nowMs: number): Quota[] {
  const scopes: [Signal | null, Rates][] = [[null, limits], ['traces', limits.traces ?? {}], ['metrics', limits.metrics ?? {}], ['logs', limits.logs ?? {}]];
  return scopes.flatMap(([signal, rates]) => (Object.keys(UNITS) as Unit[]).flatMap((unit) => {
    const perSecond = rates[unit];
    return perSecond === undefined ? [] : [{ unit, perSecond, signal, bucket: new TokenBucket(perSecond, LIMITS.quotaBurstSeconds, nowMs) }];
  }));
}
