import { expect, test } from 'vitest';
import { LOST_AFTER_MS, nextState, restingState, type AlertState } from './alert-state.js';
import { UNKNOWN, type Reading } from './condition.js';

const bad: Reading = { value: 9, bound: 5, bad: true, well: false };
const well: Reading = { value: 1, bound: 5, bad: false, well: true };
/** Not bad any more, and not well by the margin. */
const between: Reading = { value: 5, bound: 5, bad: false, well: false };
const RULE = { forSeconds: 20, keepSeconds: 30 };

/** One reading every ten seconds; the moments at which something was said. */
function told(readings: readonly Reading[], rule = RULE): string[] {
  let state: AlertState = restingState(0);
  return readings.flatMap((reading, i) => {
    const next = nextState(state, reading, i * 10_000, rule);
    state = next.state;
    return next.event === null ? [] : [`${next.event} ${i * 10}`];
  });
}

test('it fires when it has been bad for as long as the rule asks, and is over when it has been well for as long', () => {
  expect(told([well, bad, bad, bad, bad, well, well, well, well, well])).toEqual(['fires 30', 'over 80']);
});

test('what is bad in between and well in between neither fires nor ends', () => {
  expect(told([bad, well, bad, well, bad, bad, well])).toEqual([]);
  expect(told([bad, bad, bad, well, well, bad, well, well, bad, between, well])).toEqual(['fires 20']);
});

test('a rule that waits for nothing fires at once', () => {
  expect(told([bad, well], { forSeconds: 0, keepSeconds: 0 })).toEqual(['fires 0', 'over 10']);
});

test('a gap in the data does not count as bad, nor as well', () => {
  expect(told([bad, UNKNOWN, bad, UNKNOWN, bad])).toEqual([]);
  expect(told([bad, bad, bad, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN])).toEqual(['fires 20']);
});

test('what fires and is never reported again is over after an hour', () => {
  const readings = [bad, bad, bad, ...Array.from({ length: LOST_AFTER_MS / 10_000 + 1 }, () => UNKNOWN)];
  expect(told(readings)).toEqual(['fires 20', `over ${20 + LOST_AFTER_MS / 1_000}`]);
});

test('a clock that goes back says nothing twice and forgets nothing', () => {
  const { state } = nextState(nextState(restingState(0), bad, 100_000, RULE).state, bad, 120_000, RULE);
  expect(state.phase).toBe('firing');
  const back = nextState(state, well, 50_000, { forSeconds: 0, keepSeconds: 0 });
  expect([back.event, back.state]).toEqual([null, state]);
});
