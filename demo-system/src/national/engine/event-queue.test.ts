import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue } from './event-queue.js';

test('events come out in order of time, and those of one moment in the order in which they went in, whatever the buckets', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 300 }), fc.constantFrom(0.5, 7, 1_000), (moments, bucketMs) => {
    const queue = new EventQueue(400, bucketMs, 2);
    moments.forEach((atMs, i) => queue.add(atMs, i % 200, i));
    const out: [number, number][] = [];
    while (queue.next()) out.push([queue.atMs, queue.subject]);
    expect(out).toEqual(moments.map((atMs, i): [number, number] => [atMs, i]).sort((a, b) => a[0] - b[0] || a[1] - b[1]));
    expect(queue.pending).toBe(0);
  }));
});

test('what is added while time passes keeps its turn, and a moment that has gone by is now', () => {
  const queue = new EventQueue(1_000, 10);
  queue.add(100, 0, 0);
  queue.add(105, 0, 1);
  expect(queue.next()).toBe(true);
  queue.add(101, 0, 2);
  queue.add(50, 0, 3);
  const out: [number, number][] = [];
  while (queue.next()) out.push([queue.subject, queue.atMs]);
  expect(out).toEqual([[3, 100], [2, 101], [1, 105]]);
});

test('nothing at or after the moment asked for comes out', () => {
  const queue = new EventQueue(1_000, 10);
  queue.add(20, 0, 0);
  expect(queue.next(20)).toBe(false);
  expect(queue.next(20.1)).toBe(true);
  expect(queue.next()).toBe(false);
});
