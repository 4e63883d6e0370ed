// How much can a place do, and how many stand in line before it? Three sources, best first: a declared limit of places
// (workers, connections), a connection pool seen at work, or the plateau at which completions stay while the number
// inside grows. A limit is what somebody once declared: where the plateau stands well below it, servers have been lost.
// In comes a place's flow, out come a rate, the length of the line each second, and where they come from.
import type { PlacePoint, PlaceState } from '@narrows/contract';
import type { Flow } from './flow.js';
import { meanOver, residenceOver, seriesOf, sumOver } from './flow.js';
import { onsetOfRun } from './onset.js';

export interface Capacity {
  /** Completions per second when every server is busy. */
  perSecond: number;
  /** c: how many are served at once. */
  servers: number;
  /** Mean time that one occupies a server, without the line. */
  serviceMs: number;
  source: NonNullable<PlaceState['capacitySource']>;
}

export interface Narrowness {
  capacity: Capacity | null;
  /** How many stood in line at the end of each second. All zero where nothing is known. */
  line: Float64Array;
  /** A line up to this length is a healthy place's breathing. */
  lineFine: number;
  /** Mean time of a request that found no line, where the window has seen such. */
  unhurriedMs: number | null;
  /** Of the line, those who stand before any span of the place, as only its callers can tell. Left out: none. */
  outside?: Float64Array;
  /** How many are declared, where fewer are left. */
  declaredServers?: number;
}

/** The service time seen without a line counts like at most so many seconds of throughput seen while busy. */
const PRIOR_SECONDS_MAX = 5;
/** Seconds without a line that it takes for one of those: in the first seconds only the short ones have ended. */
const CALM_SECONDS_EACH = 4;
/** Busy seconds that tell a rate, and standard deviations from which they are believed against what calm ones promise. */
const BUSY_SECONDS_MIN = 3;
/** Of a rate at which nothing was seen to end: half of one (the mean of Jeffreys' posterior of a Poisson rate). What hangs has a capacity, next to none. */
const ENDED_LEAST = 0.5;
const CONTRADICTS_SIGMAS = 4;
/** Who waits for a connection is looked at over so many of the latest seconds. */
const POOL_SECONDS = 5;
/** Only the latest busy seconds say what the place can do now. */
const BUSY_SECONDS_MAX = 60;
const SAMPLES_MIN = 5;
/** Width of the blocks whose lower quantile is the unhurried time of a place that declares no limit. */
const BLOCK_SECONDS = 5;
/** A mean before a line is taken over at most so long, at least so long, and up to so long before it. */
const CALM_SECONDS = 60;
const CALM_SECONDS_MIN = 10;
const DOUBT_SECONDS = 3;
/** A line shorter than this share of the servers is never called one. */
const LINE_SHARE_FINE = 0.1;
/** The same where servers are only estimated: the quietest fifth of the window underrates the unhurried time. */
const LINE_SHARE_FINE_ESTIMATED = 0.75;
const LINE_FINE_LEAST = 3;

/** Of the declared servers at most so many are left before the others are called lost. */
const LEFT_SHARE_MAX = 0.7;
/** And a line of so many times a healthy place's breathing stands, and of so many standard deviations of what ended meanwhile: with few at work throughput breathes as well. */
const LEFT_LINES_FINE = 2;
const LEFT_SIGMAS = 2;

/** The limit of each second: the last one declared, before the first one the first. Null: never declared. */
function limitsOf(points: readonly PlacePoint[]): Float64Array | null {
  let known = points.find((point) => point.limit !== null && point.limit > 0)?.limit ?? null;
  if (known === null) return null;
  return seriesOf(points, (point) => (known = point.limit !== null && point.limit > 0 ? point.limit : known!));
}

interface Busy { ok: number; seconds: number }
const rateWhile = ({ ok, seconds }: Busy): number => Math.max(ok, ENDED_LEAST) / seconds;

interface Calm { serviceMs: number; seconds: number }

/** Throughput while busy, weighed against c / service time by how long each was seen; alone where it contradicts that: calm days are over. */
function rateOf(servers: number, calm: Calm | null, busy: Busy): number | null {
  const seen = busy.seconds >= BUSY_SECONDS_MIN ? rateWhile(busy) : null;
  if (calm === null) return seen;
  const expected = (servers / calm.serviceMs) * 1_000 * busy.seconds;
  if (seen !== null && Math.abs(busy.ok - expected) > CONTRADICTS_SIGMAS * Math.sqrt(Math.max(1, expected))) return seen;
  const weight = Math.min(PRIOR_SECONDS_MAX, calm.seconds / CALM_SECONDS_EACH);
  return ((servers / calm.serviceMs) * 1_000 * weight + busy.ok) / (weight + busy.seconds);
}

/** Walk back over the latest seconds in which all servers were busy from begin to end. */
function whileBusy(ok: Float64Array, isBusy: (second: number) => boolean): Busy {
  const busy = { ok: 0, seconds: 0 };
  for (let second = ok.length - 1; second > 0 && busy.seconds < BUSY_SECONDS_MAX; second -= 1) {
    if (!isBusy(second) || !isBusy(second - 1)) continue;
    busy.ok += ok[second]!;
    busy.seconds += 1;
  }
  return busy;
}

/** Mean occupation of a server over the seconds without a line. A pool's connection is held only while SQL runs. */
function serviceWithoutLine(points: readonly PlacePoint[], flow: Flow, limits: Float64Array, isPool: boolean): Calm | null {
  let seconds = 0;
  let occupiedMs = 0;
  let ended = 0;
  for (let second = 0; second < points.length; second += 1) {
    const point = points[second]!;
    const inLine = flow.inside[second]! > limits[second]! || (second > 0 && flow.inside[second - 1]! > limits[second - 1]!);
    if (inLine || point.errors > 0.3 * point.completions) continue;
    occupiedMs += isPool ? (point.waitingOn?.sql ?? 0) * 1_000 : point.residenceMsSum;
    ended += point.completions;
    if (point.completions > 0) seconds += 1;
  }
  return ended >= SAMPLES_MIN && occupiedMs > 0 ? { serviceMs: occupiedMs / ended, seconds } : null;
}

function narrownessOfLimit(points: readonly PlacePoint[], flow: Flow, limits: Float64Array, ofConnections: boolean): Narrowness {
  const waitsForPool = ofConnections && points.some((point) => (point.waitingOn?.pool ?? 0) > 0);
  const isPool = ofConnections && (waitsForPool || points.some((point) => (point.waitingOn?.sql ?? 0) > 0));
  const line = flow.inside.map((inside, second) => (waitsForPool
    ? points[second]!.waitingOn?.pool ?? 0
    : Math.max(0, Math.min(inside - limits[second]!, flow.own[second]!))));
  const servers = limits[limits.length - 1]!;
  const busy = whileBusy(flow.ok, (second) => line[second]! > 0);
  const calm = serviceWithoutLine(points, flow, limits, isPool);
  const perSecond = rateOf(servers, calm, busy);
  return {
    line, lineFine: Math.max(2, LINE_SHARE_FINE * servers), unhurriedMs: calm?.serviceMs ?? null,
    capacity: perSecond === null || perSecond <= 0 ? null
      : { perSecond, servers, serviceMs: (servers / perSecond) * 1_000, source: waitsForPool ? 'pool' : 'declared' },
  };
}

interface Unhurried { ownMs: number; stayMs: number }

/** Own time (stay without outgoing calls) and the whole stay of those who ended in these seconds; null for a handful. */
function ownTimeIn(points: readonly PlacePoint[], flow: Flow, from: number, until: number): Unhurried | null {
  const stay = residenceOver(points, from, until);
  if (stay === null || stay.ended < SAMPLES_MIN) return null;
  const inside = sumOver(flow.inside, from, until);
  const ownShare = inside > 0 ? sumOver(flow.own, from, until) / inside : 1;
  return { ownMs: stay.downstreamMs === null ? stay.residenceMs * ownShare : stay.residenceMs - stay.downstreamMs, stayMs: stay.residenceMs };
}

/** The quietest fifth of the window, in blocks of five seconds. */
function unhurriedIn(points: readonly PlacePoint[], flow: Flow): Unhurried | null {
  const blocks: Unhurried[] = [];
  for (let from = 0; from + BLOCK_SECONDS <= points.length; from += BLOCK_SECONDS) {
    const block = ownTimeIn(points, flow, from, from + BLOCK_SECONDS);
    if (block !== null) blocks.push(block);
  }
  if (blocks.length < 2) return null;
  blocks.sort((a, b) => a.ownMs - b.ownMs);
  return blocks[Math.floor(blocks.length / 5)]!;
}

/**
 * Who ended after work, each second. A request that fails was at work as well, if it was here no longer than work takes; one that
 * times out has stood in line: where those who end have spent k times as long here, a failed one counts a kth. What a call took
 * until it was given up is no line of this place.
 */
function workedOf(points: readonly PlacePoint[], flow: Flow, ownMs: number): Float64Array {
  let [ended, staysMs] = [0, 0];
  const hereMs = (second: number) => (points[second]?.residenceMsSum ?? 0) - (flow.inCallsMs[second] ?? 0);
  return flow.ok.map((ok, second) => {
    ended += points[second]!.completions - (points[second - BLOCK_SECONDS]?.completions ?? 0);
    staysMs += hereMs(second) - hereMs(second - BLOCK_SECONDS);
    return ok + (flow.ended[second]! - ok) * Math.min(1, (ownMs * ended) / Math.max(1e-9, staysMs));
  });
}

/**
 * Who came within the last so many milliseconds, each second; of those before the window, as many as come in its mean second. They
 * are at work whatever ended meanwhile: of stays longer than the seconds that completions are counted over, Little's law says nothing.
 */
function cameWithin({ arrivals }: Flow, ms: number): Float64Array {
  const [seconds, mean] = [Math.ceil(ms / 1_000), meanOver(arrivals, 0, arrivals.length)];
  let came = mean * seconds;
  return arrivals.map((count, second) => (came += count - (arrivals[second - seconds] ?? mean)));
}

/**
 * Seconds since the last one ended. From ended spans alone those inside are the ones who end later: where at the rate of a line somebody
 * should long have left it, nobody comes any more, or all hang, and they do not say which.
 */
function sinceLast(worked: Float64Array): number {
  let last = worked.length - 1;
  while (last >= 0 && worked[last]! <= 0) last -= 1;
  return worked.length - 1 - last;
}

/** Without a limit, those inside beyond what X and the unhurried time explain by Little's law are the line. */
function narrownessOfPlateau(points: readonly PlacePoint[], flow: Flow, unhurried = unhurriedIn(points, flow)): Narrowness {
  const line = new Float64Array(points.length);
  if (unhurried === null) return { capacity: null, line, lineFine: LINE_FINE_LEAST, unhurriedMs: null };
  const { ownMs: unhurriedMs } = unhurried;
  const worked = workedOf(points, flow, unhurriedMs);
  const came = flow.insideReported && unhurriedMs > BLOCK_SECONDS * 1_000 ? cameWithin(flow, unhurriedMs) : null;
  let lately = 0;
  for (let second = 0; second < points.length; second += 1) {
    lately += worked[second]! - (second >= BLOCK_SECONDS ? worked[second - BLOCK_SECONDS]! : 0);
    const atWork = ((lately / Math.min(second + 1, BLOCK_SECONDS)) * unhurriedMs) / 1_000;
    line[second] = Math.max(0, flow.own[second]! - Math.max(atWork, came?.[second] ?? 0));
  }
  const workedPerSecond = sumOver(worked, points.length - 15, points.length) / Math.min(15, Math.max(1, points.length));
  const lineFine = Math.max(LINE_FINE_LEAST, (LINE_SHARE_FINE_ESTIMATED * workedPerSecond * unhurriedMs) / 1_000);
  const busy = whileBusy(worked, (second) => second >= points.length - 15 && line[second]! > lineFine);
  // The last to leave an empty place are the slow ones: a handful of ended spans is no rate.
  const isKnown = busy.seconds >= BUSY_SECONDS_MIN && (flow.insideReported || (busy.ok >= SAMPLES_MIN && sinceLast(worked) * rateWhile(busy) < SAMPLES_MIN));
  const perSecond = isKnown ? rateWhile(busy) : 0;
  if (perSecond <= 0) return { line, lineFine, unhurriedMs, capacity: null };
  const serviceMs = ownBefore(points, flow, onsetOfRun(line, lineFine) ?? 0)?.ownMs ?? unhurriedMs;
  return { line, lineFine, unhurriedMs, capacity: { perSecond, servers: Math.max(1, Math.round((perSecond * serviceMs) / 1_000)), serviceMs, source: 'plateau' } };
}

/** Mean own time and mean stay in the minute before a line stood: the quietest fifth is less than that, the fewer ended in a block the more. Null where that is too short to tell. */
function ownBefore(points: readonly PlacePoint[], flow: Flow, onset: number): Unhurried | null {
  // Around the onset those who end have begun before it, or the line has not been seen yet.
  const [from, until] = [Math.max(0, onset - CALM_SECONDS), onset - DOUBT_SECONDS];
  return until - from < CALM_SECONDS_MIN ? null : ownTimeIn(points, flow, from, until);
}

/**
 * Where fewer servers are left than are declared: those, else null. With servers lost, completions stay as they are while
 * the number inside grows; where each has become slower they grow with it, up to the limit. Both counts are Poisson.
 */
function narrownessOfLeft(points: readonly PlacePoint[], flow: Flow, limits: Float64Array): Narrowness | null {
  // Most places have nobody who could be such a line.
  if (!flow.insideReported || meanOver(flow.own, points.length - 3, points.length) < LEFT_LINES_FINE * LINE_FINE_LEAST) return null;
  const unhurried = unhurriedIn(points, flow);
  const plateau = narrownessOfPlateau(points, flow, unhurried);
  if (unhurried === null || plateau.capacity === null) return null;
  const begin = onsetOfRun(plateau.line, plateau.lineFine);
  const servers = Math.max(1, Math.round((plateau.capacity.perSecond * (ownBefore(points, flow, begin ?? 0) ?? unhurried).stayMs) / 1_000));
  const declared = limits[limits.length - 1]!;
  if (begin === null || begin < 1 || servers > LEFT_SHARE_MAX * declared) return null;
  const ended = flow.ok.subarray(begin);
  const line = meanOver(plateau.line, points.length - 3, points.length);
  if (line < LEFT_LINES_FINE * plateau.lineFine || line < LEFT_SIGMAS * Math.sqrt(sumOver(ended, 0, ended.length))) return null;
  const inside = ended.map((_, at) => Math.max(1, Math.min(flow.inside[begin + at - 1]!, limits[begin + at]!)));
  const rate = meanOver(ended, 0, ended.length);
  if (rate === 0) return { ...plateau, declaredServers: declared };
  const each = sumOver(ended, 0, ended.length) / sumOver(inside, 0, inside.length);
  const logRatio = ended.reduce((sum, count, at) => sum + count * Math.log(rate / (each * inside[at]!)) - rate + each * inside[at]!, 0);
  return logRatio > 0 ? { ...plateau, declaredServers: declared } : null;
}

/**
 * Where people wait for a connection and nobody declares how many there are: as many as queries run while somebody waits,
 * each for as long as its query. Null where nobody waits lately, or not long enough to tell.
 */
function narrownessOfConnections(points: readonly PlacePoint[], flow: Flow): Narrowness | null {
  // Most places have nobody who waits for one.
  if (flow.states.slice(-POOL_SECONDS).reduce((sum, states) => sum + (states?.pool ?? 0), 0) < POOL_SECONDS) return null;
  const [line, querying] = (['pool', 'sql'] as const).map((state) => seriesOf(points, (_, second) => flow.states[second]?.[state] ?? 0)) as [Float64Array, Float64Array];
  const isBusy = (second: number) => line[second]! > 0;
  const [busy, held] = [whileBusy(flow.ok, isBusy), whileBusy(querying, isBusy)];
  if (busy.seconds < BUSY_SECONDS_MIN) return null;
  const [perSecond, servers] = [rateWhile(busy), Math.max(1, Math.round(held.ok / held.seconds))];
  return {
    line, lineFine: Math.max(2, LINE_SHARE_FINE * servers), unhurriedMs: unhurriedIn(points, flow)?.stayMs ?? null,
    capacity: { perSecond, servers, serviceMs: (servers / perSecond) * 1_000, source: 'pool' },
  };
}

/** Capacity and line of one place. Cost: O(seconds). */
export function narrownessOf(points: readonly PlacePoint[], flow: Flow, ofConnections = false): Narrowness {
  const limits = limitsOf(points);
  if (ofConnections && limits !== null) return narrownessOfLimit(points, flow, limits, true);
  return narrownessOfConnections(points, flow) ?? (limits === null ? narrownessOfPlateau(points, flow) : narrownessOfLeft(points, flow, limits) ?? narrownessOfLimit(points, flow, limits, false));
}

/** A stage over its channels: capacities and lines add up; a channel that nobody has used yet counts as its fellows do. */
export function narrownessOfChannels(channels: readonly Narrowness[], seconds: number): Narrowness | null {
  const known = channels.flatMap(({ capacity }) => (capacity === null ? [] : [capacity]));
  const declared = channels.filter(({ capacity }) => capacity !== null && capacity.source !== 'plateau');
  if (declared.length === 0) return null;
  const line = new Float64Array(seconds);
  for (const channel of channels) for (let second = 0; second < seconds; second += 1) line[second] = line[second]! + channel.line[second]!;
  const perSecond = known.reduce((sum, capacity) => sum + capacity.perSecond, 0);
  const servers = known.reduce((sum, capacity) => sum + capacity.servers, 0);
  const unhurried = channels.flatMap(({ unhurriedMs }) => (unhurriedMs === null ? [] : [unhurriedMs]));
  return {
    line, lineFine: Math.max(2, LINE_SHARE_FINE * servers),
    unhurriedMs: unhurried.length === 0 ? null : unhurried.reduce((sum, ms) => sum + ms, 0) / unhurried.length,
    capacity: { perSecond, servers, serviceMs: (servers / perSecond) * 1_000, source: known.some(({ source }) => source === 'pool') ? 'pool' : 'declared' },
  };
}
