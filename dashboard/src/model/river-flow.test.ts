import { expect, test } from 'vitest';
import { placeOf } from './place-fixture.js';
import { dotLane, dotPhase, flowOf } from './river-flow.js';
import { layoutRiver } from './river-layout.js';

const slotsOf = (...places: Parameters<typeof placeOf>[0][]) => layoutRiver(places.map(placeOf), { alongPx: 900, acrossPx: 200 }, null).slots;

test('a reach holds X · W people and draws one dot for so many of them; its dots cross in its residence time', () => {
  const flow = flowOf(slotsOf({ stage: 'a', completionsPerSecond: 20, residenceMs: 4_000 }, { stage: 'b', completionsPerSecond: 20, residenceMs: 2_000 }));
  expect(flow.streams.map((stream) => stream.crossingSeconds)).toEqual([4, 2]);
  expect(flow.streams.map((stream) => stream.dots * flow.peoplePerDot)).toEqual([80, 40]);
});

test('where nothing is completed nothing moves, and a huge crowd stays a few hundred dots', () => {
  expect(flowOf(slotsOf({ stage: 'a', completionsPerSecond: 0, residenceMs: 5_000 })).streams[0]?.dots).toBe(0);
  const crowd = flowOf(slotsOf({ stage: 'a', completionsPerSecond: 5_000, residenceMs: 60_000 }, { stage: 'b', completionsPerSecond: 5_000, residenceMs: 60_000 }));
  expect(crowd.streams.reduce((sum, stream) => sum + stream.dots, 0)).toBeLessThanOrEqual(420);
});

test('dots are spread evenly along the way and across it, and a further dot moves none of them', () => {
  const phases = Array.from({ length: 100 }, (_, index) => dotPhase(index)).sort((a, b) => a - b);
  const gaps = phases.map((phase, index) => (phases[index + 1] ?? 1) - phase);
  expect(Math.max(...gaps)).toBeLessThan(0.03);
  expect(Array.from({ length: 100 }, (_, index) => Math.abs(dotLane(index))).every((lane) => lane <= 1)).toBe(true);
});
