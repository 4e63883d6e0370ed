import { expect, test } from 'vitest';
import { placeOf } from '../model/place-fixture.js';
import { layoutRiver } from '../model/river-layout.js';
import { dotAt, slotPaths } from './river-path.js';
import { ringSegment } from './arc-path.js';
import { heatStep, HEAT_STEPS } from './hitmap-canvas.js';
import { momentToPx, pxToMoment } from './time-series.js';

const layout = layoutRiver([
  placeOf({ stage: 'gate', deliberate: true, waiting: 40, arrivalsPerSecond: 30, completionsPerSecond: 20 }),
  placeOf({ stage: 'identity', waiting: 60, arrivalsPerSecond: 30, completionsPerSecond: 10, capacityPerSecond: 10 }),
  placeOf({ stage: 'identity', channel: 'skt', completionsPerSecond: 6, capacityPerSecond: 6 }),
  placeOf({ stage: 'identity', channel: 'kt', completionsPerSecond: 4, capacityPerSecond: 4 }),
], { alongPx: 1_000, acrossPx: 240 }, null);

/** Area of a path of M, L, Q and Z by the shoelace formula, curves cut into many straight pieces. */
function areaOf(path: string): number {
  let area = 0;
  for (const part of path.split('M').filter((text) => text !== '')) {
    const points: [number, number][] = [];
    for (const [, command, text = ''] of `M${part}`.matchAll(/([MLQ])([^MLQZ]*)/g)) {
      const [a = 0, b = 0, c = 0, d = 0] = (text.match(/-?[\d.]+/g) ?? []).map(Number);
      const last = points.at(-1);
      if (command !== 'Q' || last === undefined) { points.push([a, b]); continue; }
      const [x, y] = last;
      for (let step = 1; step <= 400; step++) {
        const t = step / 400;
        points.push([(1 - t) ** 2 * x + 2 * t * (1 - t) * a + t ** 2 * c, (1 - t) ** 2 * y + 2 * t * (1 - t) * b + t ** 2 * d]);
      }
    }
    area += Math.abs(points.reduce((sum, [x, y], index) => {
      const [nextX, nextY] = points[(index + 1) % points.length] ?? [0, 0];
      return sum + (x * nextY - nextX * y) / 2;
    }, 0));
  }
  return area;
}

test('the standing water that is drawn has the area that was laid out, as a lake and as a wave, in both directions', () => {
  for (const slot of layout.slots) {
    for (const orientation of ['rightwards', 'downwards'] as const) {
      expect(areaOf(slotPaths(layout, slot, orientation).bank)).toBeCloseTo(slot.bank?.areaPx ?? NaN, -1);
    }
  }
});

test('a reservoir has a gate and no wall of its own; a reach with a line has a wall and no gate', () => {
  const [gate, identity] = layout.slots.map((slot) => slotPaths(layout, slot, 'rightwards'));
  expect([gate?.gate !== '', gate?.wall]).toEqual([true, '']);
  expect([identity?.gate, identity?.wall !== '']).toEqual(['', true]);
  expect(identity?.braids.map((braid) => braid.key)).toEqual(['skt', 'kt']);
});

test('a dot swims inside the flow, and inside its braid between the forks', () => {
  const slot = layout.slots[1];
  if (slot === undefined) throw new Error('no slot');
  for (const braid of slot.braids) {
    const [along, across] = dotAt(slot, braid, ((slot.neckPx + slot.exitPx) / 2 - slot.fromPx) / (slot.toPx - slot.fromPx), 1);
    expect(along).toBeCloseTo((slot.neckPx + slot.exitPx) / 2);
    expect(Math.abs(across - braid.rowPx)).toBeLessThanOrEqual(braid.flowHalfPx);
  }
  for (let progress = 0; progress <= 1; progress += 0.05) expect(Math.abs(dotAt(slot, null, progress, 1)[1])).toBeLessThanOrEqual(Math.max(slot.inflowHalfPx, slot.flowHalfPx));
});

test('a ring segment is written with its large-arc flag only past half a circle', () => {
  expect(ringSegment(100, 60, 90, 0, 90)).toMatch(/A90 90 0 0 1/);
  expect(ringSegment(100, 60, 90, -125, 125)).toMatch(/A90 90 0 1 1/);
});

test('a colour stands for the same count at all times', () => {
  expect([1, 2, 3, 50, 9_999].map((count) => heatStep(count, HEAT_STEPS))).toEqual([0, 0, 1, 4, 4]);
});

test('a pixel of a chart and its moment are each other\'s reverse, and the margins belong to the ends', () => {
  const at = pxToMoment(momentToPx(61_000, 0, 600_000, 400), 0, 600_000, 400);
  expect(at).toBeCloseTo(61_000);
  expect([pxToMoment(-50, 0, 600_000, 400), pxToMoment(9_999, 0, 600_000, 400)]).toEqual([0, 600_000]);
});
