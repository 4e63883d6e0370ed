import { expect, test } from 'vitest';
import { DeliveryLedger } from './delivery-ledger.js';

test('trouble is told once a minute, with everything that was dropped until then', () => {
  let nowMs = 0;
  const lines: string[] = [];
  const ledger = new DeliveryLedger({ monotonicMs: () => nowMs, write: (line) => lines.push(line) });
  ledger.trouble('first');
  ledger.dropped('traces', 'queue_full', 2);
  ledger.dropped('traces', 'queue_full', 3);
  ledger.dropped('logs', 'refused', 1);
  nowMs = 59_999;
  ledger.trouble('second');
  nowMs = 60_000;
  ledger.trouble('third');
  expect(lines).toEqual(['narrows agent: first', 'narrows agent: third; dropped so far: 5 traces (queue_full), 1 logs (refused)']);
});

test('what was delivered and dropped adds up by signal and reason', () => {
  const ledger = new DeliveryLedger({ monotonicMs: () => 0, write: () => undefined });
  ledger.delivered('traces', 4);
  ledger.delivered('traces', 1);
  ledger.dropped('metrics', 'exit', 7);
  expect([...ledger.deliveredItems()]).toEqual([['traces', 5]]);
  expect([...ledger.droppedItems()]).toEqual([{ signal: 'metrics', reason: 'exit', items: 7 }]);
});
