import { expect, test } from 'vitest';
import { vaccineScenarioOf } from '../../scenario.js';
import { Journeys } from './journey.js';

test('in July the last step before the booking is identity, and failing there leads back to the waiting room', () => {
  const journeys = new Journeys(vaccineScenarioOf('before'));
  const journey = journeys.of('s', 0);
  journeys.complete(journey);
  journeys.complete(journey);
  expect(journeys.nextOf(journey)).toBe('identity');
  expect(journeys.fail(journey)).toEqual({ thrownBack: true });
  expect(journeys.nextOf(journey)).toBe('waiting-room');
});

test('in August identity comes first and failing there costs nothing', () => {
  const journeys = new Journeys(vaccineScenarioOf('after'));
  const journey = journeys.of('s', 0);
  expect(journeys.nextOf(journey)).toBe('identity');
  expect(journeys.fail(journey)).toEqual({ thrownBack: false });
  expect(journeys.nextOf(journey)).toBe('identity');
});

test('a verified person is turned away on every other device for one hour, and never in July', () => {
  for (const [id, blocked] of [['after', true], ['before', false]] as const) {
    const journeys = new Journeys(vaccineScenarioOf(id));
    const phone = journeys.of('phone', 0);
    const laptop = journeys.of('laptop', 0);
    phone.person = 'p';
    laptop.person = 'p';
    journeys.blockOthers(phone, 0);
    expect(journeys.isBlocked(phone, 1)).toBe(false);
    expect(journeys.isBlocked(laptop, 3_599_999)).toBe(blocked);
    expect(journeys.isBlocked(laptop, 3_600_000)).toBe(false);
  }
});

test('a session that was not seen for long begins anew', () => {
  const journeys = new Journeys(vaccineScenarioOf('after'));
  journeys.complete(journeys.of('s', 0));
  journeys.sweep(1_001, 1_000);
  expect(journeys.nextOf(journeys.of('s', 1_001))).toBe('identity');
});
