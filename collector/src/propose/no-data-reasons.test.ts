// Why there is no data: each fault of a sender has its own reason, and a stranger's fault is none of ours.
import { expect, test } from 'vitest';
import { SIGNALS, type IntakeSignal } from '@narrows/contract';
import { noDataReasons, type NoDataFacts } from './no-data-reasons.js';

const NOW = 1_800_000_000_000;
const line = (signal: IntakeSignal['signal'], received = 0): IntakeSignal => ({ signal, queuedAtStart: 0, received, stored: received, queued: 0, rejected: [], dropped: [], difference: 0, duplicates: { requests: 0, items: 0 }, lastReceivedMs: received > 0 ? NOW - 1_000 : null });
const facts = (patch: Partial<NoDataFacts> = {}, received: Partial<Record<IntakeSignal['signal'], number>> = {}, refused: NoDataFacts['intake']['refused'] = []): NoDataFacts => ({
  intake: {
    signals: SIGNALS.map((signal) => line(signal, received[signal])), refused, store: { away: false, lastStoredMs: NOW, loadFailures: 0 },
    spool: { bytes: 0, bytesMax: 1, waitingSegments: 0, oldestMs: null, quarantined: 0, corruptRecords: 0, writeFailures: 0 },
  },
  services: [], clocks: [], pipelines: 0, transactions: 0, inStages: 0, nowMs: NOW, ...patch,
});
const reasons = (given: NoDataFacts): string[] => noDataReasons(given).map(({ reason }) => reason);
const refusal = (code: string, keyed = true, lastMs = NOW - 1_000) => ({ code, requests: 3, lastMs, keyed });
const web = [{ service: 'web', lastMs: NOW }];

test('nothing has arrived', () => { expect(reasons(facts())).toEqual(['nothing-arrived']); });
test.each([['KEY_MISSING', 'no-key'], ['KEY_UNKNOWN', 'wrong-key'], ['KEY_SIGNAL', 'wrong-signal'], ['NOT_FOUND', 'wrong-path'], ['METHOD_NOT_ALLOWED', 'wrong-path'], ['WRONG_PORT', 'wrong-port'], ['CONTENT_TYPE', 'refused']])('%s is %s, with its number and its last time', (code, reason) => {
  expect(noDataReasons(facts({}, {}, [refusal(code, false)]))[0]).toMatchObject({ reason, code, requests: 3, lastMs: NOW - 1_000 });
});
test('a wrong key from somewhere is no reason for whoever\'s data comes in after it, nor is one of long ago', () => {
  expect(reasons(facts({ services: web, pipelines: 1, transactions: 1, inStages: 1 }, { traces: 5 }, [refusal('KEY_UNKNOWN', false, NOW - 2_000)]))).toEqual([]);
  expect(reasons(facts({}, {}, [refusal('KEY_UNKNOWN', true, NOW - 3600_000)]))).toEqual(['nothing-arrived']);
});
test('metrics without traces, silence, and a store that is behind', () => {
  expect(reasons(facts({}, { metrics: 5 }))).toEqual(['no-traces']);
  expect(reasons(facts({ services: web, pipelines: 1, nowMs: NOW + 120_000 }, { traces: 5 }))).toEqual(['silent']);
  expect(noDataReasons(facts({ services: web, pipelines: 1, nowMs: NOW + 120_000 }))).toMatchObject([{ reason: 'silent', lastMs: NOW }]); // the counters of a collector that began anew
  const away = facts({ services: web, pipelines: 1 }, { traces: 5 });
  expect(reasons({ ...away, intake: { ...away.intake, store: { away: true, lastStoredMs: null, loadFailures: 9 } } })).toEqual(['store-behind']);
});
test('a clock that is ahead or far behind is named with its service; a batch\'s delay is no clock', () => {
  const given = facts({ services: web, pipelines: 1, clocks: [{ service: 'ahead', offMs: 60_000 }, { service: 'late', offMs: -5_000 }, { service: 'behind', offMs: -3600_000 }] }, { traces: 5 });
  expect(noDataReasons(given).map(({ service, offMs }) => [service, offMs])).toEqual([['ahead', 60_000], ['behind', -3600_000]]);
});
test('data without a pipeline, and a pipeline that matches nothing', () => {
  expect(reasons(facts({ services: web }, { traces: 5 }))).toEqual(['no-pipeline']);
  expect(reasons(facts({ services: web, pipelines: 1, transactions: 9, inStages: 0 }, { traces: 5 }))).toEqual(['no-stage-matches']);
});
