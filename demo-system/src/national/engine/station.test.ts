import { expect, test } from 'vitest';
import { Station } from './station.js';

test('people are served in the order in which they came; one too many is refused', () => {
  const station = new Station(1, 2);
  expect(['a', 'b', 'c', 'd'].map((_, who) => station.arrive(who))).toEqual(['served', 'queued', 'queued', 'refused']);
  station.leave();
  expect(station.takeNext()).toBe(1);
  expect(station.takeNext()).toBe(-1);
  expect([station.busy, station.queued, station.arrived]).toEqual([1, 1, 4]);
});

test('whoever steps out is passed over and takes no room in line', () => {
  const station = new Station(1, 2);
  station.arrive(0);
  station.arrive(1);
  const place = station.place;
  station.arrive(2);
  station.stepOut(place);
  expect(station.arrive(3)).toBe('queued');
  station.leave();
  expect(station.takeNext()).toBe(2);
});

test('more workers serve those in line; a cleared station is empty', () => {
  const station = new Station(1, 5_000);
  for (let who = 0; who < 3_000; who++) station.arrive(who);
  station.setWorkers(3);
  expect([station.takeNext(), station.takeNext(), station.takeNext()]).toEqual([1, 2, -1]);
  station.clear();
  expect([station.busy, station.queued, station.takeNext()]).toEqual([0, 0, -1]);
});
