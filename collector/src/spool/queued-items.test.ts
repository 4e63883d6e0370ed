import { expect, test } from 'vitest';
import type { TableName } from '@narrows/contract';
import { groupsOf, missingGroups, QueuedItems } from './queued-items.js';

const record = (agency: string, receivedAtMs: number, ...blocks: [TableName, number][]) => ({ agency, receivedAtMs, blocks: blocks.map(([table, rows]) => ({ table, rows })) });

test('metrics of every kind are one signal, and agencies are counted apart', () => {
  expect(groupsOf([record('a', 1, ['otel_metrics_gauge', 2], ['otel_metrics_sum', 3]), record('b', 1, ['otel_traces', 4]), record('a', 1, ['otel_logs', 1])])).toEqual([
    { agency: 'a', signal: 'metrics', items: 5 }, { agency: 'a', signal: 'logs', items: 1 }, { agency: 'b', signal: 'traces', items: 4 },
  ]);
});

test('a segment that leaves takes what was entered for it and nothing else', () => {
  const queued = new QueuedItems();
  queued.enter('1', record('a', 50, ['otel_traces', 4]), 100);
  queued.enter('2', record('a', 30, ['otel_traces', 5]), 200);
  queued.enter('1', record('b', 40, ['otel_logs', 6]), 300);
  expect([queued.oldestMs, queued.bytesOf('a'), queued.bytesOf('b')]).toEqual([30, 300, 300]);
  expect(queued.leave('2')).toEqual([{ agency: 'a', signal: 'traces', items: 5 }]);
  expect(queued.groups()).toEqual([{ agency: 'a', signal: 'traces', items: 4 }, { agency: 'b', signal: 'logs', items: 6 }]);
  expect([queued.oldestMs, queued.bytesOf('a'), queued.bytesOf('b')]).toEqual([40, 100, 300]);
  queued.leave('1');
  expect([queued.groups(), queued.oldestMs, queued.leave('1')]).toEqual([[], null, []]);
});

test('what a segment no longer yields is missing, agency by agency', () => {
  const entered = [{ agency: 'a', signal: 'traces' as const, items: 5 }, { agency: 'b', signal: 'traces' as const, items: 2 }, { agency: 'b', signal: 'logs' as const, items: 1 }];
  expect(missingGroups(entered, [{ agency: 'a', signal: 'traces', items: 5 }, { agency: 'b', signal: 'traces', items: 1 }])).toEqual([
    { agency: 'b', signal: 'traces', items: 1 }, { agency: 'b', signal: 'logs', items: 1 },
  ]);
});
