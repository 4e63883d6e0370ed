import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeOf } from './place-fixture.js';
import { layoutRiver, reachesOf, riverAcrossPx } from './river-layout.js';
import { steadyScale, stepAtLeast } from './river-scale.js';

const SIZE = { alongPx: 1_200, acrossPx: 240 };
const overload = [
  placeOf({ stage: 'waiting-room', deliberate: true, waiting: 300, arrivalsPerSecond: 80, completionsPerSecond: 60 }),
  placeOf({ stage: 'form', arrivalsPerSecond: 60, completionsPerSecond: 60, capacityPerSecond: 100, waiting: 0 }),
  placeOf({ stage: 'identity', arrivalsPerSecond: 60, completionsPerSecond: 20, capacityPerSecond: 20, waiting: 400, errorsPerSecond: 2 }),
  placeOf({ stage: 'identity', channel: 'skt', completionsPerSecond: 12, capacityPerSecond: 12 }),
  placeOf({ stage: 'identity', channel: 'kt', completionsPerSecond: 8, capacityPerSecond: 8 }),
  placeOf({ stage: 'booking', arrivalsPerSecond: 20, completionsPerSecond: 20, capacityPerSecond: 40, waiting: 100 }),
];

test('bed widths are proportional to capacity, for stages and braids on one scale', () => {
  const { slots, widthPxPerSecond } = layoutRiver(overload, SIZE, null);
  for (const one of slots.flatMap((slot) => [slot, ...slot.braids]).filter(({ bed }) => bed.known)) {
    expect(one.bed.halfPx * 2).toBeCloseTo((one.place.capacityPerSecond ?? NaN) * widthPxPerSecond);
  }
  expect(slots.map((slot) => slot.key)).toEqual(['waiting-room', 'form', 'identity', 'booking']);
});

test('the area of standing water is proportional to the people in it, lake and waves alike', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 60 }), (before, booking, reservoir) => {
    const places = overload.map((place) => (place.channel !== '' ? place : { ...place, waiting: { 'waiting-room': reservoir, identity: before, booking }[place.stage] ?? 0 }));
    const { slots, areaPxPerPerson } = layoutRiver(places, SIZE, null);
    for (const { bank } of slots) if (bank !== null && !bank.clipped) expect(bank.areaPx).toBeCloseTo(bank.people * areaPxPerPerson);
    // Who waits before a wall always fits: only a lake may be larger than the picture.
    expect(slots.filter((slot) => slot.bank?.clipped === true && !slot.reservoir)).toEqual([]);
  }));
});

test('water rises no higher than the picture', () => {
  const { slots } = layoutRiver(overload, SIZE, null);
  for (const { bank, basinHalfPx } of slots) if (bank !== null) expect(basinHalfPx + bank.risePx).toBeLessThanOrEqual(SIZE.acrossPx / 2 + 1e-9);
});

test('an unknown capacity is marked as unknown, and nobody reported waiting draws no water', () => {
  const { slots } = layoutRiver([placeOf({ stage: 'a', completionsPerSecond: 5 }), placeOf({ stage: 'b', capacityPerSecond: 9 })], SIZE, null);
  expect(slots.map((slot) => slot.bed.known)).toEqual([false, true]);
  expect(slots.map((slot) => slot.bank)).toEqual([null, null]);
});

test('a field far wider than the flow is drawn open instead of making the narrow place a hair', () => {
  const { slots } = layoutRiver([placeOf({ stage: 'web', completionsPerSecond: 20, capacityPerSecond: 40_000 }), placeOf({ stage: 'identity', completionsPerSecond: 20, capacityPerSecond: 20 })], SIZE, null);
  expect(slots[0]?.bed.clipped).toBe(true);
  expect(slots[1]?.bed.clipped).toBe(false);
  expect(slots[1]?.bed.halfPx).toBeGreaterThan(4);
});

test('a deliberate wait is a reservoir; everything else is not', () => {
  expect(layoutRiver(overload, SIZE, null).slots.map((slot) => slot.reservoir)).toEqual([true, false, false, false]);
});

test('slots fill the river from end to end without gaps, and braids stay inside it in order', () => {
  const { slots } = layoutRiver(overload, SIZE, null);
  expect(slots[0]?.fromPx).toBe(0);
  expect(slots.at(-1)?.toPx).toBeCloseTo(SIZE.alongPx);
  for (const [index, slot] of slots.entries()) if (index > 0) expect(slot.fromPx).toBeCloseTo(slots[index - 1]?.toPx ?? NaN);
  const rows = slots[2]?.braids.map((braid) => braid.rowPx) ?? [];
  expect(rows).toEqual([...rows].sort((a, b) => a - b));
  expect(Math.max(...rows.map(Math.abs))).toBeLessThan(SIZE.acrossPx / 2);
});

test('nine channels get room for their labels', () => {
  const places = [placeOf({ stage: 'identity' }), ...Array.from({ length: 9 }, (_, index) => placeOf({ stage: 'identity', channel: `c${index}` }))];
  const acrossPx = riverAcrossPx(places, 190, 22);
  expect(layoutRiver(places, { alongPx: 1_000, acrossPx }, null).slots[0]?.braidPitchPx).toBeGreaterThanOrEqual(21.5);
});

test('without a pipeline every service is a reach of its own', () => {
  expect(reachesOf([placeOf({ service: 'web' }), placeOf({ service: 'booking' })]).map((reach) => reach.key)).toEqual(['service:web', 'service:booking']);
});

test('an empty pipeline and a river without width are laid out without a number that is none', () => {
  expect(layoutRiver([], SIZE, null).slots).toEqual([]);
  const numbers: number[] = [];
  JSON.stringify(layoutRiver(overload, { alongPx: 0, acrossPx: 200 }, null), (_key, value: unknown) => {
    if (typeof value === 'number') numbers.push(value);
    return value;
  });
  expect(numbers.filter((value) => !Number.isFinite(value))).toEqual([]);
});

test('a scale moves in steps and stays while the numbers still suit it', () => {
  expect([0, 1, 3, 20, 21, 640].map((value) => stepAtLeast(value))).toEqual([1, 1, 5, 20, 50, 1_000]);
  expect(steadyScale(640, null)).toBe(700);
  expect(steadyScale(250, 1_000)).toBe(1_000);
  expect(steadyScale(1_001, 1_000)).toBe(1_500);
  expect(steadyScale(40, 1_000)).toBe(50);
});
