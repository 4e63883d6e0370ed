import { expect, test } from 'vitest';
import { clearsInSeconds, erlangC, fluidLine, littleInside, littleResidenceMs, meanLine, meanResidenceMs, meanWaitMs, serversFor } from './queueing.js';

/** Erlang C by its textbook sum, for few servers. */
function textbookErlangC(servers: number, load: number): number {
  const term = (k: number) => Array.from({ length: k }, (_, i) => load / (i + 1)).reduce((product, factor) => product * factor, 1);
  const waiting = term(servers) * (servers / (servers - load));
  let others = 0;
  for (let k = 0; k < servers; k += 1) others += term(k);
  return waiting / (others + waiting);
}

test('Erlang C equals the textbook sum for every small system', () => {
  for (let servers = 1; servers <= 30; servers += 1) {
    for (const utilisation of [0.1, 0.5, 0.8, 0.95]) expect(erlangC(servers, utilisation * servers)).toBeCloseTo(textbookErlangC(servers, utilisation * servers), 10);
  }
});

test('Erlang C agrees with the published value for 10 servers and 8 erlangs, and stays a probability with 100,000 servers', () => {
  expect(erlangC(10, 8)).toBeCloseTo(0.4092, 4);
  const huge = erlangC(100_000, 99_900);
  expect(huge).toBeGreaterThan(0);
  expect(huge).toBeLessThan(1);
});

test('with one server the mean stay is 1/(μ−λ)', () => {
  expect(meanResidenceMs(1, 0.5, 1_000)).toBeCloseTo(2_000, 6);
  expect(meanWaitMs(1, 0.5, 1_000)).toBeCloseTo(1_000, 6);
  expect(meanLine(1, 0.5, 1_000)).toBeCloseTo(0.5, 6);
});

test('at or beyond capacity there is no mean wait, and everybody waits', () => {
  expect(meanWaitMs(4, 4, 1_000)).toBeNull();
  expect(meanResidenceMs(4, 9, 1_000)).toBeNull();
  expect(erlangC(4, 4)).toBe(1);
  expect(erlangC(4, 0)).toBe(0);
});

test('Little\'s law reads both ways', () => {
  expect(littleInside(48, 2_500)).toBe(120);
  expect(littleResidenceMs(120, 48)).toBe(2_500);
  expect(littleResidenceMs(3, 0)).toBeNull();
});

test('the fewest servers for a target leave utilisation at or below it, and one fewer would not', () => {
  for (const arrivals of [0.3, 5, 17.6, 120]) {
    const servers = serversFor(arrivals, 2_000, 0.8);
    expect((arrivals * 2) / servers).toBeLessThanOrEqual(0.8 + 1e-9);
    if (servers > 1) expect((arrivals * 2) / (servers - 1)).toBeGreaterThan(0.8);
  }
});

test('a line clears in its length over the surplus, and never without one', () => {
  expect(clearsInSeconds(100, 30, 50)).toBe(5);
  expect(clearsInSeconds(100, 50, 50)).toBeNull();
  expect(clearsInSeconds(100, 80, 50)).toBeNull();
  expect(clearsInSeconds(0, 80, 50)).toBe(0);
});

test('the fluid line grows by the excess, falls by the surplus and never below nothing, also over 100,000 seconds', () => {
  expect([...fluidLine([10, 10, 0, 0, 0], 5)]).toEqual([5, 10, 5, 0, 0]);
  const arrivals = Float64Array.from({ length: 100_000 }, (_, second) => (second < 50_000 ? 60 : 40));
  const line = fluidLine(arrivals, 50);
  expect(line[49_999]).toBe(500_000);
  expect(line[99_999]).toBe(0);
});

test('a limit that is none, as 2³¹ − 1 connections, costs nothing and makes nobody wait', () => {
  for (const servers of [2 ** 31 - 1, 2 ** 63, Infinity]) expect(erlangC(servers, 40)).toBe(0);
  expect(erlangC(900_000, 40)).toBeLessThan(1e-12);
});
