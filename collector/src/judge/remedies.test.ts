import { expect, test } from 'vitest';
import { meanResidenceMs } from './queueing.js';
import { addChannelCapacity, addInstances, routeAround, spreadOver } from './remedies.js';

const subject = { pipeline: 'vaccine', stage: 'identity' };

test('instances are added until the fullest queue is at most 80 % busy, and the wait is Erlang\'s', () => {
  const remedy = addInstances(subject, [{ arrivalsPerSecond: 120, perSecond: 48, servers: 96, serviceMs: 2_000, line: 500, elsewhereMs: 0 }], 41_000);
  expect(remedy.amount).toBe(3);
  expect(120 / (48 * (1 + remedy.amount))).toBeLessThanOrEqual(0.8);
  expect(remedy.predicted.waitAfter).toBeCloseTo(meanResidenceMs(96 * 4, 120, 2_000)!, -1);
  expect(remedy.predicted.waitBefore).toBe(41_000);
  expect(remedy.predicted.throughput).toBe(120);
  expect(remedy.predicted.clearsInSeconds).toBeCloseTo(500 / (192 - 120), 1);
});

test('a channel gets the fewest workers that bring it to 80 %, should a standard deviation more come', () => {
  const remedy = addChannelCapacity({ ...subject, channel: 'kakao' }, { arrivalsPerSecond: 3, perSecond: 2, servers: 4, serviceMs: 2_000, line: 30, elsewhereMs: 0 }, 9_000);
  expect(remedy).toMatchObject({ action: 'add_channel_capacity', amount: 5 });
  const atMost = 3 + Math.sqrt(3 / 20);
  expect(atMost / (2 * (9 / 4))).toBeLessThanOrEqual(0.8);
  expect(atMost / (2 * (8 / 4))).toBeGreaterThan(0.8);
});

test('a channel that is out is closed where the others have room, and only moved down where they have not', () => {
  const room = [{ arrivalsPerSecond: 4, perSecond: 10, servers: 20, serviceMs: 2_000, line: 0, elsewhereMs: 0 }, { arrivalsPerSecond: 4, perSecond: 10, servers: 20, serviceMs: 2_000, line: 0, elsewhereMs: 0 }];
  expect(routeAround(subject, 5, room, 8_000)).toMatchObject({ action: 'disable_channel', predicted: { throughput: 13 } });
  expect(routeAround(subject, 9, room, 8_000).action).toBe('reorder_channel');
  expect(routeAround(subject, 9, [], null)).toMatchObject({ action: 'reorder_channel', predicted: { waitAfter: null, throughput: null } });
});

test('where every second one at work is one too many, instances are still a number', () => {
  const remedy = spreadOver(subject, { gamma: 12, sigma: 1.4, kappa: 0.2 }, 30, 1, 9_000);
  expect(remedy.amount).toBe(3);
  expect(remedy.predicted.waitAfter).toBeLessThanOrEqual(1_000 / 7);
});
