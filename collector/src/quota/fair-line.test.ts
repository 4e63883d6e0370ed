// The line on an event loop of our own: a turn ends when the test says so.
import { beforeEach, expect, test } from 'vitest';
import { FairLine } from './fair-line.js';

const KIB = 1024;
let turns: (() => void)[] = [];
let served: string[] = [];
let line: FairLine;
beforeEach(() => {
  turns = [];
  served = [];
  line = new FairLine((callback) => { turns.push(callback); });
});

/** A request that is on disk as soon as it is decoded, unless `slow`. */
function ask(agency: string, bytes: number, slow = false): void {
  void line.run(agency, bytes, async () => {
    served.push(agency);
    if (!slow) line.done(bytes);
  });
}
async function nextTurn(): Promise<void> {
  for (const callback of turns.splice(0)) callback();
  await Promise.resolve();
  await Promise.resolve();
}
async function untilIdle(): Promise<number> {
  let count = 0;
  for (; turns.length > 0; count++) await nextTurn();
  return count;
}

test('alone, a request goes straight through', () => {
  ask('a', 300 * KIB);
  expect(served).toEqual(['a']);
});

test('behind a hundred requests of one agency, that of another is next', async () => {
  for (let i = 0; i < 100; i++) ask('a', 300 * KIB);
  ask('b', 300 * KIB);
  const before = served.length;
  await nextTurn();
  expect(served.slice(before)).toContain('b');
  await untilIdle();
  expect(served).toHaveLength(101);
  expect(line.waiting).toBe(0);
});

test('agencies get the same bytes, not the same requests', async () => {
  for (let i = 0; i < 64; i++) ask('large', 512 * KIB);
  for (let i = 0; i < 512; i++) ask('small', 32 * KIB);
  for (let turn = 0; turn < 20; turn++) await nextTurn();
  const large = served.filter((agency) => agency === 'large').length * 512;
  const small = served.filter((agency) => agency === 'small').length * 32;
  expect(Math.abs(large - small)).toBeLessThanOrEqual(2 * 512);
});

test('requests of one agency keep their order, and a slice ends before the loop is held up', async () => {
  const order: number[] = [];
  for (let i = 0; i < 20; i++) {
    void line.run('a', 256 * KIB, async () => {
      order.push(i);
      line.done(256 * KIB);
    });
  }
  expect(order).toEqual([0, 1]);
  await nextTurn();
  expect(order).toEqual([0, 1, 2, 3]);
  expect(await untilIdle()).toBeGreaterThanOrEqual(8);
  expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i));
});

test('small requests share a slice, so that many of them cost no more turns', async () => {
  for (let i = 0; i < 10_000; i++) ask('a', KIB);
  expect(await untilIdle()).toBeLessThanOrEqual(22);
  expect(served).toHaveLength(10_000);
});

test('who was served while nobody competed starts level with the others', async () => {
  for (let i = 0; i < 50; i++) { ask('a', 400 * KIB); await untilIdle(); }
  for (let i = 0; i < 10; i++) { ask('a', 400 * KIB); ask('b', 400 * KIB); }
  await untilIdle();
  const last = served.slice(50);
  expect(last.slice(0, 10).filter((agency) => agency === 'a').length).toBeGreaterThanOrEqual(4);
});

test('while the disk is slow the line stands still at 32 MiB, and goes on when the disk does', async () => {
  for (let i = 0; i < 200; i++) ask('a', 512 * KIB, true);
  ask('b', 512 * KIB);
  await untilIdle();
  expect(served.length).toBe(65);
  expect(line.waiting).toBe(136);
  expect(served).toContain('b');
  for (let done = 0; done < 192; done += 64) {
    for (let i = 0; i < 64; i++) line.done(512 * KIB);
    await untilIdle();
  }
  expect(served.length).toBe(201);
});

test('a request that unfolds counts with what it became: for its agency, for the slice and for the memory', async () => {
  for (let i = 0; i < 50; i++) {
    void line.run('unfolding', KIB, async () => {
      served.push('unfolding');
      line.grow('unfolding', 16 * 1024 * KIB);
    });
  }
  for (let i = 0; i < 100; i++) ask('plain', 64 * KIB);
  await untilIdle();
  expect(served.filter((agency) => agency === 'unfolding')).toHaveLength(2);
  expect(served.filter((agency) => agency === 'plain').length).toBeGreaterThan(50);
});

test('what the work answers, and how it fails, is told to who asked, waiting or not', async () => {
  const first = line.run('a', 600 * KIB, async () => 1);
  const second = line.run('a', KIB, async () => 2);
  const third = line.run('a', KIB, async () => { throw new Error('disk'); });
  const refused = expect(third).rejects.toThrow('disk');
  await untilIdle();
  expect([await first, await second]).toEqual([1, 2]);
  await refused;
});
