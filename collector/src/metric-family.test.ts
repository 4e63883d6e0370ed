import { expect, test } from 'vitest';
import { readPrometheus } from './testing/prometheus-reader.js';
import { CounterSet, prometheusText, single } from './metric-family.js';

test('whatever stands in a label comes back from a strict reader of the format', () => {
  const odd = 'a"b\\c\nd{e="f"},한글';
  const text = prometheusText([{ name: 'narrows_x_total', kind: 'counter', help: 'Two\nlines \\ and a slash.', points: [{ labels: { agency: odd, signal: 'logs' }, value: 3 }, { labels: {}, value: 0.25 }] }]);
  expect(readPrometheus(text).samples).toEqual([{ name: 'narrows_x_total', labels: { agency: odd, signal: 'logs' }, value: 3 }, { name: 'narrows_x_total', labels: {}, value: 0.25 }]);
});

test('a family without points is left out, and large numbers keep their digits', () => {
  const text = prometheusText([{ name: 'narrows_none', kind: 'gauge', help: 'Nothing.', points: [] }, single('narrows_bytes', 'gauge', 'Many.', 2 ** 53 - 1)]);
  expect(text).toBe('# HELP narrows_bytes Many.\n# TYPE narrows_bytes gauge\nnarrows_bytes 9007199254740991\n');
});

test('a counter set keeps one point for each set of labels', () => {
  const counters = new CounterSet();
  counters.add('narrows_a_total', 'A.', { kind: 'x' });
  counters.add('narrows_a_total', 'A.', { kind: 'y' }, 5);
  counters.add('narrows_a_total', 'A.', { kind: 'x' }, 2);
  expect(counters.families()).toEqual([{ name: 'narrows_a_total', kind: 'counter', help: 'A.', points: [{ labels: { kind: 'x' }, value: 3 }, { labels: { kind: 'y' }, value: 5 }] }]);
});
