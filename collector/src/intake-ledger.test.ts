import { expect, test } from 'vitest';
import { IntakeLedger } from './intake-ledger.js';

const group = (items: number, agency = 'a') => ({ agency, signal: 'traces' as const, items });
const traces = (ledger: IntakeLedger, queued: number) => ledger.of('a', { traces: queued, metrics: 0, logs: 0 })[0]!;

test('what was brought forward and accepted is stored, queued, rejected or dropped: the difference is 0', () => {
  const ledger = new IntakeLedger();
  ledger.broughtForward([group(10), group(99, 'b')]);
  ledger.accepted(group(20));
  ledger.rejected('a', 'traces', { zero_id: 3, short_id: 0 });
  ledger.stored([group(12)]);
  ledger.dropped([group(1)], 'corrupt');
  ledger.dropped([group(2)], 'quarantined');
  expect(traces(ledger, 15)).toMatchObject({ queuedAtStart: 10, received: 23, stored: 12, queued: 15, rejected: [{ reason: 'zero_id', items: 3 }], dropped: [{ reason: 'corrupt', items: 1 }, { reason: 'quarantined', items: 2 }], difference: 0 });
});

test('an item that the spool no longer has and nobody stored is a difference, and so is one that was stored twice', () => {
  const ledger = new IntakeLedger();
  ledger.accepted(group(5));
  expect(traces(ledger, 4).difference).toBe(1);
  ledger.stored([group(6)]);
  expect(traces(ledger, 0).difference).toBe(-1);
});

test('repeated requests stand beside the sum', () => {
  const ledger = new IntakeLedger();
  ledger.accepted(group(5));
  ledger.duplicate(group(5));
  ledger.duplicate(group(5));
  expect(traces(ledger, 5)).toMatchObject({ received: 5, duplicates: { requests: 2, items: 10 }, difference: 0 });
});
