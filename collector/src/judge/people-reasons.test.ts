import fc from 'fast-check';
import { expect, it } from 'vitest';
import { peopleReasons, type PlacesTaken } from './people-reasons.js';

/** Browsers of a person, places of a browser, of these retries: what a crowd that can be is counted to. */
const crowd = fc.record({
  people: fc.array(fc.array(fc.record({ again: fc.nat({ max: 5 }), retries: fc.nat({ max: 5 }) }), { minLength: 1, maxLength: 4 }), { maxLength: 30 }),
  strangers: fc.array(fc.record({ places: fc.integer({ min: 1, max: 100 }), machine: fc.boolean() }), { maxLength: 10 }),
}).map(({ people, strangers }): PlacesTaken => {
  const browsers = people.flat();
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const known = sum(browsers.map(({ again, retries }) => 1 + again + retries));
  const unknown = sum(strangers.map(({ places }) => places));
  return {
    stage: 'identity', places: known + unknown, known, unknown, persons: people.length, browsers: browsers.length, sessions: browsers.length, addresses: 3,
    retries: sum(browsers.map(({ retries }) => retries)), rejoins: sum(browsers.map(({ again }) => again)), machines: sum(strangers.filter(({ machine }) => machine).map(({ places }) => places)),
  };
});

it('the reasons add up to the difference, and none is negative', () => {
  fc.assert(fc.property(crowd, (taken) => {
    const { gap, reasons, persons } = peopleReasons(taken, false);
    if (persons === null) return;
    expect(reasons.reduce((sum, { count }) => sum + count, 0)).toBe(gap);
    for (const { count } of reasons) expect(count).toBeGreaterThanOrEqual(0);
  }));
});

it('where no attribute names persons nothing is compared', () => {
  expect(peopleReasons({ stage: 'identity', places: 900, known: 0, unknown: 900, persons: 0, browsers: 0, sessions: 0, addresses: 12, retries: 0, rejoins: 0, machines: 900 }, false))
    .toMatchObject({ places: 900, persons: null, sessions: null, addresses: 12, gap: null, reasons: [] });
});
