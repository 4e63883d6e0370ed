import type { IntakeAnswer, IntakeSignal } from '@narrows/contract';
import { expect, test } from 'vitest';
import { intakeTable } from './intake-table.js';
import { intakeCondition, relayLight, signalFlow } from './intake-flow.js';

const line = (patch: Partial<IntakeSignal> = {}): IntakeSignal => ({
  signal: 'traces', queuedAtStart: 0, received: 0, stored: 0, queued: 0, rejected: [], dropped: [], difference: 0, duplicates: { requests: 0, items: 0 }, lastReceivedMs: null, ...patch,
});
const answer = (patch: Partial<IntakeAnswer> = {}): IntakeAnswer => ({
  atMs: 1, sinceMs: 0, signals: [line()], refused: [], relays: [], overflow: [], changed: [], thinning: null,
  spool: { bytes: 0, bytesMax: 100, waitingSegments: 0, oldestMs: null, quarantined: 0, corruptRecords: 0, writeFailures: 0 },
  store: { away: false, lastStoredMs: null, loadFailures: 0 }, ...patch,
});

test('both sides of the flow are told with shares of all that came in', () => {
  const flow = signalFlow(line({ queuedAtStart: 10, received: 90, stored: 60, queued: 30, rejected: [{ reason: 'zero_id', items: 7 }, { reason: 'short_id', items: 1 }], dropped: [{ reason: 'corrupt', items: 2 }] }));
  expect([flow.sent, flow.parts]).toEqual([100, [
    { part: 'stored', items: 60, share: 0.6 }, { part: 'queued', items: 30, share: 0.3 }, { part: 'rejected', items: 8, share: 0.08 }, { part: 'dropped', items: 2, share: 0.02 },
  ]]);
});

test('where nothing came in no share is invented', () => {
  expect(signalFlow(line()).parts.map(({ share }) => share)).toEqual([0, 0, 0, 0]);
});

test('the worst that is true is said, and differences do not cancel each other', () => {
  const filled = { bytes: 85, bytesMax: 100, waitingSegments: 9, oldestMs: 0, quarantined: 0, corruptRecords: 0, writeFailures: 0 };
  const away = { away: true, lastStoredMs: 0, loadFailures: 3 };
  const dropped = [line({ received: 5, stored: 3, dropped: [{ reason: 'corrupt', items: 2 }] })];
  expect(intakeCondition(answer({ signals: [line({ difference: 2 }), line({ difference: -2 })], spool: filled, store: away }))).toEqual({ kind: 'unbalanced', items: 4 });
  expect(intakeCondition(answer({ signals: dropped, spool: filled, store: away }))).toEqual({ kind: 'filling', share: 0.85 });
  expect(intakeCondition(answer({ signals: dropped, store: away }))).toEqual({ kind: 'away' });
  expect(intakeCondition(answer({ signals: dropped, atMs: 20_000, spool: { ...filled, bytes: 1 } }))).toEqual({ kind: 'behind', ageMs: 20_000 });
  expect(intakeCondition(answer({ signals: dropped }))).toEqual({ kind: 'dropped', items: 2 });
  expect(intakeCondition(answer({ signals: [line({ received: 5, stored: 5 })] }))).toEqual({ kind: 'balanced' });
  expect(intakeCondition(answer())).toEqual({ kind: 'nothing' });
});

test('a relay that was silent for a minute is shown as gone', () => {
  expect([relayLight(0, 60_000), relayLight(0, 60_001)]).toEqual(['fine', 'stuck']);
});

test('as a table every term is a row of its own, and the sum can be checked there', () => {
  const table = intakeTable({ sinceMs: 0, atMs: 60_000, signals: [line({ received: 5, stored: 3, rejected: [{ reason: 'zero_id', items: 2 }] })] });
  const [head, ...rows] = table.split('\n').map((row) => row.split('\t'));
  expect(head).toEqual(['since', 'at', 'signal', 'term', 'reason', 'items']);
  expect(new Set(rows.map((row) => row.slice(0, 3).join(' ')))).toEqual(new Set(['1970-01-01T00:00:00.000Z 1970-01-01T00:01:00.000Z traces']));
  expect(rows.map((row) => row.slice(3))).toEqual([
    ['queued_at_start', '', '0'], ['received', '', '5'], ['stored', '', '3'], ['queued', '', '0'], ['rejected', 'zero_id', '2'], ['difference', '', '0'], ['duplicate', '', '0'],
  ]);
});
