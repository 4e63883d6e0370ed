// When will a place be full, if arrivals go on as in the last minute? A straight line through its arrivals (Theil–Sen over
// blocks, which a burst does not tilt) is drawn on until it meets the capacity. Nothing is said of a place whose
// capacity is unknown, nor of a growth that is no more than noise.
import { meanOver, sumOver } from './flow.js';
import type { Place } from './scene.js';

const LOOK_BACK_SECONDS = 60;
const BLOCK_SECONDS = 5;
const LOOK_AHEAD_SECONDS_MAX = 3_600;
/** Growth over the look-back must be this many standard deviations of a Poisson count. */
const SIGMAS_MIN = 2.5;

export interface Forecast { growthPerSecond: number; saturatesInSeconds: number | null }

/** Source: P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63 (1968). Cost: O(1) */
export function forecastOf({ flow, narrowness, deliberate }: Pick<Place, 'flow' | 'narrowness' | 'deliberate'>): Forecast {
  const until = flow.arrivals.length;
  const blocks: { at: number; rate: number }[] = [];
  for (let end = until; end - BLOCK_SECONDS >= Math.max(0, until - LOOK_BACK_SECONDS); end -= BLOCK_SECONDS) {
    blocks.push({ at: end - BLOCK_SECONDS / 2, rate: meanOver(flow.arrivals, end - BLOCK_SECONDS, end) });
  }
  const slopes = blocks.flatMap((one, index) => blocks.slice(index + 1).map((other) => (one.rate - other.rate) / (one.at - other.at))).sort((a, b) => a - b);
  const slope = blocks.length < 6 ? 0 : slopes[Math.floor(slopes.length / 2)]!;
  const seconds = Math.min(LOOK_BACK_SECONDS, until);
  const rate = sumOver(flow.arrivals, until - seconds, until) / Math.max(1, seconds);
  const noise = Math.sqrt(Math.max(rate, 0.1) / seconds) * 2;
  const growthPerSecond = Math.abs(slope) * seconds > SIGMAS_MIN * noise ? slope : 0;
  const { capacity } = narrowness;
  if (capacity === null || deliberate) return { growthPerSecond, saturatesInSeconds: null };
  const room = capacity.perSecond - meanOver(flow.arrivals, until - 10, until);
  if (room <= 0) return { growthPerSecond, saturatesInSeconds: 0 };
  const inSeconds = growthPerSecond > 0 ? room / growthPerSecond : Infinity;
  return { growthPerSecond, saturatesInSeconds: inSeconds <= LOOK_AHEAD_SECONDS_MAX ? inSeconds : null };
}
