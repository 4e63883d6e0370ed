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
  /** How many are declared, where fewer are left. */
  declaredServers?: number;
}

/** The service time seen without a line counts like at most so many seconds of throughput seen while busy. */
const PRIOR_SECONDS_MAX = 5;
/** Seconds without a line that it takes for one of those: in the first seconds only the short ones have ended. */
const CALM_SECONDS_EACH = 4;
/** Busy seconds that tell a rate, and standard deviations from which they are believed against what calm ones promise. */
const BUSY_SECONDS_MIN = 3;
const CONTRADICTS_SIGMAS = 4;
/** Who waits for a connection is looked at over so many of the latest seconds. */
const POOL_SECONDS = 5;
/** Only the latest busy seconds say what the place can do now. */
const BUSY_SECONDS_MAX = 60;
const SAMPLES_MIN = 5;
/** Width of the blocks whose lower quantile is the unhurried time of a place that declares no limit. */
const BLOCK_SECONDS = 5;
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

interface Calm { serviceMs: number; seconds: number }

/** Throughput while busy, weighed against c / service time by how long each was seen; alone where it contradicts that: calm days are over. */
function rateOf(servers: number, calm: Calm | null, busy: { ok: number; seconds: number }): number | null {
  const seen = busy.seconds >= BUSY_SECONDS_MIN ? busy.ok / busy.seconds : null;
  if (calm === null) return seen;
  const expected = (servers / calm.serviceMs) * 1_000 * busy.seconds;
  if (seen !== null && Math.abs(busy.ok - expected) > CONTRADICTS_SIGMAS * Math.sqrt(Math.max(1, expected))) return seen;
  const weight = Math.min(PRIOR_SECONDS_MAX, calm.seconds / CALM_SECONDS_EACH);
  return ((servers / calm.serviceMs) * 1_000 * weight + busy.ok) / (weight + busy.seconds);
}

/** Walk back over the latest seconds in which all servers were busy from begin to end. */
function whileBusy(ok: Float64Array, isBusy: (second: number) => boolean): { ok: number; seconds: number } {
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

/** Own time (stay without outgoing calls) of the quietest fifth of the window, in blocks of five seconds, and the whole stay there. */
function unhurriedIn(points: readonly PlacePoint[], flow: Flow): Unhurried | null {
  const blocks: Unhurried[] = [];
  for (let from = 0; from + BLOCK_SECONDS <= points.length; from += BLOCK_SECONDS) {
    const stay = residenceOver(points, from, from + BLOCK_SECONDS);
    if (stay === null || stay.ended < SAMPLES_MIN) continue;
    const inside = sumOver(flow.inside, from, from + BLOCK_SECONDS);
    const ownShare = inside > 0 ? sumOver(flow.own, from, from + BLOCK_SECONDS) / inside : 1;
    blocks.push({ ownMs: stay.downstreamMs === null ? stay.residenceMs * ownShare : stay.residenceMs - stay.downstreamMs, stayMs: stay.residenceMs });
  }
  if (blocks.length < 2) return null;
  blocks.sort((a, b) => a.ownMs - b.ownMs);
  return blocks[Math.floor(blocks.length / 5)]!;
}

/** Without a limit, those inside beyond what X and the unhurried time explain by Little's law are the line. */
function narrownessOfPlateau(points: readonly PlacePoint[], flow: Flow, unhurried = unhurriedIn(points, flow)): Narrowness {
  const line = new Float64Array(points.length);
  if (unhurried === null) return { capacity: null, line, lineFine: LINE_FINE_LEAST, unhurriedMs: null };
  const { ownMs: unhurriedMs } = unhurried;
  let okLately = 0;
  for (let second = 0; second < points.length; second += 1) {
    okLately += flow.ok[second]! - (second >= BLOCK_SECONDS ? flow.ok[second - BLOCK_SECONDS]! : 0);
    const atWork = ((okLately / Math.min(second + 1, BLOCK_SECONDS)) * unhurriedMs) / 1_000;
    line[second] = Math.max(0, flow.own[second]! - atWork);
  }
  const okPerSecond = sumOver(flow.ok, points.length - 15, points.length) / Math.min(15, Math.max(1, points.length));
  const lineFine = Math.max(LINE_FINE_LEAST, (LINE_SHARE_FINE_ESTIMATED * okPerSecond * unhurriedMs) / 1_000);
  const busy = whileBusy(flow.ok, (second) => second >= points.length - 15 && line[second]! > lineFine);
  const perSecond = busy.seconds >= 3 ? busy.ok / busy.seconds : 0;
  return {
    line, lineFine, unhurriedMs,
    capacity: perSecond <= 0 ? null
      : { perSecond, servers: Math.max(1, Math.round((perSecond * unhurriedMs) / 1_000)), serviceMs: unhurriedMs, source: 'plateau' },
  };
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
  const servers = Math.max(1, Math.round((plateau.capacity.perSecond * unhurried.stayMs) / 1_000));
  const begin = onsetOfRun(plateau.line, plateau.lineFine);
  const declared = limits[limits.length - 1]!;
  if (begin === null || begin < 1 || servers > LEFT_SHARE_MAX * declared) return null;
  const ended = flow.ok.subarray(begin);
  const line = meanOver(plateau.line, points.length - 3, points.length);
  if (line < LEFT_LINES_FINE * plateau.lineFine || line < LEFT_SIGMAS * Math.sqrt(sumOver(ended, 0, ended.length))) return null;
  const inside = ended.map((_, at) => Math.max(1, Math.min(flow.inside[begin + at - 1]!, limits[begin + at]!)));
  const rate = meanOver(ended, 0, ended.length);
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
  if (busy.seconds < BUSY_SECONDS_MIN || busy.ok <= 0 || held.ok <= 0) return null;
  const [perSecond, servers] = [busy.ok / busy.seconds, Math.max(1, Math.round(held.ok / held.seconds))];
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
