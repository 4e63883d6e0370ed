// When people arrive: a Poisson process whose rate follows the scenario's profile. The crowd does not know how the
// system fares; arrivals are decided before anybody is served (an open loop), which is what makes an overload real.
import type { Random } from '../random.js';
import type { ArrivalKnot } from '../scenario.js';

/** People per second at a second of the timeline; before the first knot and after the last their rate holds. */
export function rateAt(knots: readonly ArrivalKnot[], second: number): number {
  let left = knots[0];
  for (const right of knots) {
    if (right.atSeconds > second) {
      if (!left || left === right) return right.peoplePerSecond;
      const part = (second - left.atSeconds) / (right.atSeconds - left.atSeconds);
      return left.peoplePerSecond + part * (right.peoplePerSecond - left.peoplePerSecond);
    }
    left = right;
  }
  return left?.peoplePerSecond ?? 0;
}

/**
 * Seconds of the timeline at which people arrive, ascending and without end (unless all rates are zero).
 *
 * Thinning after Lewis and Shedler (1979): a steady process at the highest rate, of which each arrival is kept with
 * the probability that the rate has at its moment.
 */
export function* arrivalSeconds(knots: readonly ArrivalKnot[], random: Random): Generator<number> {
  const rateMax = Math.max(0, ...knots.map((knot) => knot.peoplePerSecond));
  if (rateMax === 0) return;
  for (let second = 0; ;) {
    second += random.exponential(1 / rateMax);
    if (random.next() * rateMax < rateAt(knots, second)) yield second;
  }
}
