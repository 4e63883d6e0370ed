import { expect, test } from 'vitest';
import { NarrowsError, type AgencyLimits, type LimitsFile } from '@narrows/contract';
import { AgencyLimitTable } from './agency-limit-table.js';
import { AgencyQuotas } from './agency-quotas.js';

let nowMs = 0;
function quotas(limits: Record<string, AgencyLimits>): AgencyQuotas {
  nowMs = 0;
  return new AgencyQuotas({ limitsOf: (agency) => limits[agency] ?? {}, monotonicMs: () => nowMs });
}
function refusal(ask: () => void): NarrowsError | null {
  try {
    ask();
    return null;
  } catch (error) {
    if (error instanceof NarrowsError) return error;
    throw error;
  }
}

test('an agency past its quota is refused until its debt is paid, and told when that is; another is not touched', () => {
  const q = quotas({ a: { itemsPerSecond: 100 }, b: { itemsPerSecond: 100 } });
  q.admit('a', 'traces');
  q.spend('a', 'traces', { bytes: 1e9, items: 2_500 });
  const refused = refusal(() => q.admit('a', 'traces'));
  expect([refused?.code, refused?.retryAfterSeconds]).toEqual(['RATE_LIMITED', 15]);
  expect(refused?.message).toContain('100 items a second');
  q.admit('b', 'traces');
  nowMs = 15_001;
  q.admit('a', 'traces');
});

test('a quota of one signal stops that signal only, one of all signals stops all', () => {
  const q = quotas({ a: { logs: { bytesPerSecond: 10 } }, b: { bytesPerSecond: 10 } });
  q.spend('a', 'logs', { bytes: 1_000 });
  expect(refusal(() => q.admit('a', 'logs'))?.message).toContain('10 bytes of logs a second');
  q.admit('a', 'traces');
  q.spend('b', 'logs', { bytes: 1_000 });
  expect(refusal(() => q.admit('b', 'traces'))).not.toBeNull();
});

test('requests are paid at the door, so that many small or broken ones count too', () => {
  const q = quotas({ a: { requestsPerSecond: 5 } });
  for (let i = 0; i < 50; i++) q.admit('a', 'metrics');
  expect(refusal(() => q.admit('a', 'metrics'))?.retryAfterSeconds).toBe(1);
});

test('Retry-After is from 1 to 60 seconds, however deep the debt', () => {
  const q = quotas({ a: { bytesPerSecond: 1 }, b: { bytesPerSecond: 1e9 } });
  q.spend('a', 'traces', { bytes: 16e6 });
  expect(refusal(() => q.admit('a', 'traces'))?.retryAfterSeconds).toBe(60);
  q.spend('b', 'traces', { bytes: 1e10 });
  expect(refusal(() => q.admit('b', 'traces'))?.retryAfterSeconds).toBe(1);
});

test('an agency without limits is never refused', () => {
  const q = quotas({});
  for (let i = 0; i < 1_000; i++) { q.admit('a', 'traces'); q.spend('a', 'traces', { bytes: 1e9, items: 1e6 }); }
});

test('what the file says of an agency wins over its default, and that over the configuration; new limits hold at once', () => {
  const file: LimitsFile = { default: { itemsPerSecond: 10, logs: { itemsPerSecond: 5 } }, agencies: { kdca: { itemsPerSecond: 99 } } };
  const table = new AgencyLimitTable({ bytesPerSecond: 7, itemsPerSecond: 1 }, file);
  expect(table.of('kdca')).toEqual({ bytesPerSecond: 7, itemsPerSecond: 99, logs: { itemsPerSecond: 5 } });
  expect(table.of('other')).toEqual({ bytesPerSecond: 7, itemsPerSecond: 10, logs: { itemsPerSecond: 5 } });
  expect(table.of('__proto__')).toEqual(table.of('other'));
  table.replace({});
  expect(table.of('kdca')).toEqual({ bytesPerSecond: 7, itemsPerSecond: 1 });
});
