// Who comes and when, apart from what happens to them: the same seed brings the same people at the same moments into every
// system that they could meet, so that two systems can be set side by side.
import { arrivalSeconds } from '../../crowd/arrivals.js';
import type { Random } from '../../random.js';
import type { NationalDay } from '../day.js';
import type { People } from './people.js';

/** Moments of arrival, in ms from the begin of the day. */
export function* arrivalsMs(day: NationalDay, random: Random): Generator<number> {
  const knots = [...day.people.arrivals, { atMs: day.durationMs, peoplePerSecond: day.people.arrivals.at(-1)?.peoplePerSecond ?? 0 }];
  for (const [i, to] of knots.entries()) {
    const from = knots[i - 1] ?? { ...to, atMs: 0 };
    const endMs = Math.min(to.atMs, day.durationMs);
    if (endMs <= from.atMs) continue;
    // Stretch by stretch: thinning from the highest rate of the whole day would throw nearly all draws away.
    const stretch = [{ atSeconds: 0, peoplePerSecond: from.peoplePerSecond }, { atSeconds: (to.atMs - from.atMs) / 1_000, peoplePerSecond: to.peoplePerSecond }];
    for (const second of arrivalSeconds(stretch, random)) {
      const atMs = from.atMs + second * 1_000;
      if (atMs >= endMs) break;
      yield atMs;
    }
  }
}

/** Draw what a person is like: devices, favourite channel, patience. */
export function drawTraits(day: NationalDay, people: People, person: number, random: Random, popularities: readonly number[]): void {
  const spec = day.people;
  const devices = 1 + random.weighted(spec.deviceShares);
  let browsers = devices;
  for (let i = 0; i < devices; i++) if (random.next() < spec.secondBrowserShare) browsers++;
  people.devices[person] = devices;
  people.browsers[person] = browsers;
  people.favourite[person] = random.weighted(popularities);
  people.patienceUntilMs[person] = people.arrivedMs[person]! + random.lognormal(spec.patienceMsMedian, spec.patienceSpread);
}
