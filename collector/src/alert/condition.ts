// One condition at one place and moment: what the measure is, what it is held against, and whether that is bad. Pure: the
// series come in as a function of a window, the moment and the zone as arguments. Unknown is neither bad nor well.
import { type BurnRate, type Change, type Opening, type Season, type SeriesCondition, type Threshold, type UnixMs } from '@narrows/contract';
import { medianOf } from './measure-series.js';
import { DAY_MS, daysAgo, minuteOf, momentOfWall, wallClock } from './zone-time.js';

export interface Reading {
  value: number | null;
  /** The bound it is held against. */
  bound: number | null;
  /** Null: cannot be told. */
  bad: boolean | null;
  /** Not bad any more, by the margin that the rule asks for. */
  well: boolean;
}
/** Value of the rule's measure at the rule's place over a window; null: not reported. */
export type ValueOver = (fromMs: UnixMs, toMs: UnixMs) => number | null;

export const UNKNOWN: Reading = { value: null, bound: null, bad: null, well: false };
/** How many days back the same time of day is looked at. */
export const SEASON_DAYS = { day: [1, 2, 3, 4, 5, 6, 7], week: [7, 14, 21, 28] } as const;
const PERIODS_LEAST = { day: 3, week: 2 } as const;
/** The median absolute deviation of a normal distribution is this part of its standard deviation. Source: Rousseeuw and Croux (1993). */
const MAD_TO_SIGMA = 1.4826;
/** Days that are all but the same would make every small change a sensation. */
const SPREAD_LEAST_SHARE = 0.05;
/** A T+minutes without data is looked for so many days back. */
const OPENING_DAYS_BACK = 7;
const MINUTE_MS = 60_000;

/** @param burning the good events' counterpart over minutes, for a burn rate */
export function readCondition(condition: SeriesCondition, over: ValueOver, burning: ValueOver, atMs: UnixMs, zone: string): Reading {
  switch (condition.kind) {
    case 'threshold': return readThreshold(condition, over, atMs);
    case 'change': return readChange(condition, over, atMs);
    case 'season': return readSeason(condition, over, atMs, zone);
    case 'opening': return readOpening(condition, over, atMs, zone);
    case 'burn_rate': return readBurnRate(condition, burning, atMs);
  }
}

function readThreshold({ compare, value: bound, clear = bound, overSeconds }: Threshold, over: ValueOver, atMs: UnixMs): Reading {
  const value = over(atMs - overSeconds * 1_000, atMs);
  if (value === null) return { ...UNKNOWN, bound };
  const above = compare === 'above';
  return { value, bound, bad: above ? value > bound : value < bound, well: above ? value <= clear : value >= clear };
}

function readChange(condition: Change, over: ValueOver, atMs: UnixMs): Reading {
  const { overSeconds, agoSeconds } = condition;
  const beforeMs = atMs - agoSeconds * 1_000;
  return against(condition, over(atMs - overSeconds * 1_000, atMs), over(beforeMs - overSeconds * 1_000, beforeMs));
}

/** So many percent more or less than a base. The bound shown is the one that was passed, or is nearer. */
function against({ direction, percent, least = 0 }: Pick<Change, 'direction' | 'percent' | 'least'>, value: number | null, base: number | null): Reading {
  if (value === null || base === null) return { ...UNKNOWN, value };
  const [low, high] = [base * (1 - percent / 100), base * (1 + percent / 100)];
  const counts = Math.max(value, base) >= least;
  const rises = direction !== 'fall' && value > high;
  const falls = direction !== 'rise' && value < low;
  const bound = direction === 'fall' || (direction === 'either' && value < base) ? low : high;
  const bad = counts && (rises || falls);
  return { value, bound, bad, well: !bad };
}

function readSeason({ direction, season, deviations, overSeconds, least = 0 }: Season, over: ValueOver, atMs: UnixMs, zone: string): Reading {
  const windowMs = overSeconds * 1_000;
  const value = over(atMs - windowMs, atMs);
  if (value === null) return UNKNOWN;
  const periods = SEASON_DAYS[season].map((days) => {
    const thenMs = daysAgo(atMs, days, zone);
    // The window before and behind as well: a crowd is not punctual to ten seconds.
    return medianOf([-1, 0, 1].map((shift) => over(thenMs + (shift - 1) * windowMs, thenMs + shift * windowMs)).filter((one) => one !== null));
  }).filter((one) => one !== null);
  const usual = periods.length < PERIODS_LEAST[season] ? null : medianOf(periods);
  if (usual === null) return { ...UNKNOWN, value };
  const spread = Math.max(MAD_TO_SIGMA * (medianOf(periods.map((one) => Math.abs(one - usual))) ?? 0), SPREAD_LEAST_SHARE * Math.abs(usual), Number.MIN_VALUE);
  const off = (value - usual) / spread;
  const counts = Math.max(value, usual) >= least;
  const bad = counts && ((direction !== 'fall' && off > deviations) || (direction !== 'rise' && off < -deviations));
  const low = direction === 'fall' || (direction === 'either' && off < 0);
  return { value, bound: usual + (low ? -deviations : deviations) * spread, bad, well: !bad };
}

function readOpening(condition: Opening, over: ValueOver, atMs: UnixMs, zone: string): Reading {
  const { openings, withinMinutes, overSeconds } = condition;
  const openedMs = lastOpening(openings, atMs, zone);
  const sinceMs = atMs - openedMs;
  // Outside the hours that an opening is about there is nothing to hold it against, and nothing wrong either.
  if (sinceMs > withinMinutes * MINUTE_MS || sinceMs < overSeconds * 1_000) return { ...UNKNOWN, bad: sinceMs > withinMinutes * MINUTE_MS ? false : null, well: true };
  const value = over(atMs - overSeconds * 1_000, atMs);
  for (let days = 1; days <= OPENING_DAYS_BACK; days++) {
    const thenMs = daysAgo(openedMs, days, zone) + sinceMs;
    const base = over(thenMs - overSeconds * 1_000, thenMs);
    if (base !== null) return against(condition, value, base);
  }
  return { ...UNKNOWN, value };
}

/** The latest of the daily openings that is not ahead. */
export function lastOpening(openings: readonly string[], atMs: UnixMs, zone: string): UnixMs {
  const { dayMs } = wallClock(atMs, zone);
  const moments = openings.flatMap((time) => [dayMs - DAY_MS, dayMs].map((day) => momentOfWall(day, minuteOf(time), zone)));
  return Math.max(...moments.filter((moment) => moment <= atMs));
}

function readBurnRate({ objective, windows }: BurnRate, burning: ValueOver, atMs: UnixMs): Reading {
  let worst: Reading = UNKNOWN;
  for (const { longMinutes, shortMinutes, factor } of windows) {
    const [long, short] = [longMinutes, shortMinutes].map((minutes) => burning(atMs - minutes * MINUTE_MS, atMs));
    if (long === null || long === undefined || short === null || short === undefined) continue;
    // Both must burn: the long window says that it matters, the short one that it still goes on.
    const rate = Math.min(long, short) / (1 - objective);
    if (worst.value === null || rate / factor > worst.value / (worst.bound ?? factor)) worst = { value: rate, bound: factor, bad: rate > factor, well: rate <= factor };
  }
  return worst;
}
