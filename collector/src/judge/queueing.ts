// The queueing theory the judge stands on: Little's law, M/M/c with Erlang C, and the deterministic fluid queue of an
// overload. Rates are per second, times are milliseconds unless the name says otherwise. Everything here is a closed
// formula or one pass over its input; DESIGN.md writes the formulas down with their sources.

/** Little's law: how many are inside, from how fast they come and how long they stay. */
export const littleInside = (arrivalsPerSecond: number, residenceMs: number): number => (arrivalsPerSecond * residenceMs) / 1_000;

/** Little's law read the other way: mean stay of those inside; null where nobody comes. */
export const littleResidenceMs = (inside: number, arrivalsPerSecond: number): number | null =>
  arrivalsPerSecond > 0 ? (inside / arrivalsPerSecond) * 1_000 : null;

/** Of so many servers, some are free unless the load is theirs to a thousandth. A pool "without a limit" declares 2³¹ − 1. */
const SERVERS_MAX = 1_000_000;

/**
 * Erlang C: the share of arrivals that must wait in M/M/c. 1 when the load is not below the servers.
 *
 * Source: recursion of Erlang B, B(0)=1, B(k)=aB(k−1)/(k+aB(k−1)); C = B/(1−ρ(1−B)). Stable for any c, unlike aᶜ/c!.
 * Cost:   O(servers), at most until nobody is turned away
 */
export function erlangC(servers: number, offeredLoad: number): number {
  if (offeredLoad <= 0) return 0;
  if (offeredLoad >= servers) return 1;
  if (servers > SERVERS_MAX) return 0;
  let blocking = 1;
  for (let k = 1; k <= servers && blocking > Number.EPSILON; k += 1) blocking = (offeredLoad * blocking) / (k + offeredLoad * blocking);
  return blocking / (1 - (offeredLoad / servers) * (1 - blocking));
}

/** Mean wait in line of M/M/c; null when ρ ≥ 1, where no mean exists. */
export function meanWaitMs(servers: number, arrivalsPerSecond: number, serviceMs: number): number | null {
  const offered = littleInside(arrivalsPerSecond, serviceMs);
  if (servers <= 0 || offered >= servers) return null;
  return (erlangC(servers, offered) * serviceMs) / (servers - offered);
}

/** Mean stay (wait and service) of M/M/c; null when ρ ≥ 1. */
export function meanResidenceMs(servers: number, arrivalsPerSecond: number, serviceMs: number): number | null {
  const wait = meanWaitMs(servers, arrivalsPerSecond, serviceMs);
  return wait === null ? null : wait + serviceMs;
}

/** Mean length of the line (not of those being served); null when ρ ≥ 1. */
export function meanLine(servers: number, arrivalsPerSecond: number, serviceMs: number): number | null {
  const wait = meanWaitMs(servers, arrivalsPerSecond, serviceMs);
  return wait === null ? null : littleInside(arrivalsPerSecond, wait);
}

/** Fewest servers with ρ at or below the target. */
export const serversFor = (arrivalsPerSecond: number, serviceMs: number, targetUtilisation: number): number =>
  Math.max(1, Math.ceil(littleInside(arrivalsPerSecond, serviceMs) / targetUtilisation - 1e-9));

/** Seconds until a line is gone when inflow and outflow stay as they are: null when it does not shrink. */
export function clearsInSeconds(line: number, arrivalsPerSecond: number, capacityPerSecond: number): number | null {
  if (line <= 0) return 0;
  // Below 2 % of surplus the answer is dominated by the error of the two rates.
  const surplus = capacityPerSecond - arrivalsPerSecond;
  return surplus > 0.02 * capacityPerSecond ? line / surplus : null;
}

/** The deterministic fluid queue: length of the line after each second, from arrivals per second and one capacity. */
export function fluidLine(arrivals: ArrayLike<number>, capacityPerSecond: number, lineBefore = 0): Float64Array {
  const line = new Float64Array(arrivals.length);
  let now = lineBefore;
  for (let second = 0; second < arrivals.length; second += 1) {
    now = Math.max(0, now + (arrivals[second] ?? 0) - capacityPerSecond);
    line[second] = now;
  }
  return line;
}
