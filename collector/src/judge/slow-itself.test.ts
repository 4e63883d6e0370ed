// Who is slow by its own work, where no caller says so: an entry, a consumer of a queue, a process that is throttled.
import { describe, expect, test } from 'vitest';
import { judge } from './judge.js';
import { writtenDay } from './testing/written-days.js';
import { writtenSystem, type Written } from './testing/written-system.js';

const FROM = 80;
const from = (before: number, now: number) => (second: number) => (second < FROM ? before : now);
const breath = (second: number, phase = 0) => 1 + 0.12 * Math.sin(second * 1.7 + phase) + 0.08 * Math.sin(second * 0.61 + 2 * phase);
const core = { service: 'core', comes: 20, stayMs: 18 };
const entry = (ms: (second: number) => number, endedOnly: boolean): Written => ({
  places: [{ service: 'web', comes: 20, stayMs: (second) => ms(second) * breath(second), callingMs: 20, endedOnly }, { ...core, endedOnly }], calls: [{ service: 'web', peer: 'core', calls: 20, ms: 20 }],
});
const headOf = (written: Written, second: number) => { const { beginMs, input } = writtenSystem(written, 130); const [head] = judge(input(0, second)); return { head, onset: head && (head.since - beginMs) / 1_000 }; };
const slowOnes = (written: Written, second: number) => judge(writtenSystem(written, 130).input(0, second)).filter(({ kind, confidence }) => kind === 'slow_dependency' && confidence >= 0.5);

describe.each([true, false])('ended spans alone: %s', (endedOnly) => {
  test('an entry that nobody calls is named itself', () => {
    for (const second of [FROM + 14, FROM + 40]) {
      const { head, onset } = headOf(entry(from(60, 300), endedOnly), second);
      expect(head).toMatchObject({ kind: 'slow_dependency', subject: { service: 'web' }, remedies: [{ action: 'fix_dependency' }] });
      expect(head!.subject.dependency).toBeUndefined();
      expect(head!.confidence).toBeGreaterThan(0.8);
      expect(Math.abs(onset! - FROM)).toBeLessThanOrEqual(5);
    }
  });

  test('a throttled entry delays its own work and its calls by one factor, in all of its instances: it is named and not whom it calls', () => {
    const { input } = writtenSystem({
      places: [{ service: 'web', comes: 21, stayMs: (second) => from(60, 180)(second) * breath(second), callingMs: from(20, 40), endedOnly }, { ...core, endedOnly }], calls: [{ service: 'web', peer: 'core', calls: 21, ms: from(20, 40) }],
      instances: ['a', 'b', 'c'].map((instance, phase) => ({ service: 'web', instance, ends: 7, ownMs: (second) => from(40, 140)(second) * breath(second, phase) })),
    }, 130);
    expect(judge(input(0, FROM + 16))).toMatchObject([{ kind: 'slow_dependency', subject: { service: 'web' } }]);
  });

  test('a consumer that takes three times as long does less, and is named, though producers go on as ever: full, where it is known what they hand over to it', () => {
    for (const [peer, kind] of [['ship', 'saturation'], ['broker:9092', 'slow_dependency']] as const) {
      const { head } = headOf({
        places: [{ service: 'web', comes: 20, stayMs: (second) => 60 * breath(second), callingMs: 4, endedOnly }, { service: 'ship', comes: from(20, 8), stayMs: from(40, 120), endedOnly }],
        calls: [{ service: 'web', peer, kind: 'other', calls: 20, ms: 2 }],
      }, FROM + 16);
      if (kind === 'saturation') expect(head!.evidence.find(({ measure }) => measure === 'arrivals')!.now).toBeGreaterThan(2 * head!.evidence.find(({ measure }) => measure === 'throughput')!.now!);
      expect(head).toMatchObject({ kind, subject: { service: 'ship' } });
      expect(head!.confidence).toBeGreaterThan(0.5);
    }
  });

  test('a hiccup of six seconds is over', () => {
    for (let second = FROM; second <= 110; second += 1) expect([second, slowOnes(entry((at) => (at >= FROM && at < FROM + 6 ? 500 : 60), endedOnly), second)]).toEqual([second, []]);
  });

  test('where light requests stay away at night, the heavy ones that are left are no slowness', () => {
    const written: Written = { places: [{ service: 'web', comes: from(40, 8), stayMs: from(60, 220), endedOnly }] };
    for (const second of [FROM + 14, FROM + 40]) expect(slowOnes(written, second)).toEqual([]);
  });
});

test('where the work of several has grown at once it is the machine that they share, and none of them is named', () => {
  const written: Written = { places: ['a', 'b', 'c'].map((service) => ({ service, comes: 20, stayMs: from(50, 200), endedOnly: true })) };
  expect(slowOnes(written, FROM + 20)).toEqual([]);
});

test('days of chance, batches, lulls and rolling restarts make nobody slow by its own work', () => {
  for (const seed of [1, 2, 3]) {
    for (const day of [
      { perSecond: () => 3, batchSeconds: 5 }, { perSecond: () => 20, batchSeconds: 30 }, { perSecond: (second: number) => (second > 120 ? 2 : 12), batchSeconds: 0 },
      { perSecond: () => 8, batchSeconds: 0, stallMs: (second: number) => (second >= 120 && second < 126 ? 4_000 : 0) },
    ]) {
      const { input } = writtenDay({ seed, seconds: 170, services: 6, ...day });
      for (let second = 60; second <= 170; second += 5) expect(judge(input(0, second)).filter(({ kind, subject, confidence }) => kind === 'slow_dependency' && subject.dependency === undefined && confidence >= 0.5)).toEqual([]);
    }
  }
});
