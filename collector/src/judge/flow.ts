// From one place's points to its flow, one number a second: λ (arrivals), X (ended, and well ended), L (inside), and the
// part of L that is not merely waiting for somebody else's answer. Where an agent reports no active transactions, L
// comes from ended spans by Little's law and λ from L's growth; DESIGN.md says how good that is.
import type { PlacePoint, PlaceSeries, UnixMs } from '@narrows/contract';

export interface Flow {
  arrivals: Float64Array;
  ended: Float64Array;
  /** Ended without an error. */
  ok: Float64Array;
  inside: Float64Array;
  /** Of `inside`, those that are not in an outgoing call: at work here, or in line here. */
  own: Float64Array;
  /** Whether `inside` was counted by an agent (else it is an estimate from ended spans). */
  insideReported: boolean;
  /** What those inside waited on when an agent last counted them; null while nobody knows. */
  states: (PlacePoint['waitingOn'])[];
}

/** A gauge is missing this long before its last value counts as unknown. */
const GAUGE_GAP_SECONDS_MAX = 3;
/** Reported begins are believed where they account for this share of what ended. */
const BEGUN_SHARE_MIN = 0.5;
/** Width of the mean that turns ended spans into an estimate of L. */
const ESTIMATE_SECONDS = 5;

const BLANK: Omit<PlacePoint, 'atMs'> = {
  completions: 0, errors: 0, residenceMsSum: 0, downstreamMsSum: null, residenceMsP95: null,
  begun: null, inFlight: null, oldestMs: null, waitingOn: null, limit: null, queued: null,
};

/** Points at index = second since `fromMs`. Dense input is returned as it is, up to the last of the seconds; holes become blank points. */
export function densePoints(series: PlaceSeries, fromMs: UnixMs, seconds: number): PlacePoint[] {
  const points = series.points.length > seconds ? series.points.slice(0, seconds) : series.points;
  if (points.length === seconds && points.every((point, second) => point.atMs === fromMs + second * 1_000)) return points;
  const dense = Array.from({ length: seconds }, (_, second): PlacePoint => ({ ...BLANK, atMs: fromMs + second * 1_000 }));
  for (const point of series.points) {
    const second = Math.floor((point.atMs - fromMs) / 1_000);
    if (second >= 0 && second < seconds) dense[second] = point;
  }
  return dense;
}

/** One number a second. A plain loop: `Float64Array.from` with a mapper walks an iterator and costs ten times as much. */
export function seriesOf(points: readonly PlacePoint[], read: (point: PlacePoint, second: number) => number): Float64Array {
  const series = new Float64Array(points.length);
  for (let second = 0; second < points.length; second += 1) series[second] = read(points[second]!, second);
  return series;
}

/** Σ of one number over the seconds [from, to). */
export function sumOver(series: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let second = Math.max(0, from); second < Math.min(to, series.length); second += 1) sum += series[second] ?? 0;
  return sum;
}

export const meanOver = (series: ArrayLike<number>, from: number, to: number): number => {
  const seconds = Math.min(to, series.length) - Math.max(0, from);
  return seconds > 0 ? sumOver(series, from, to) / seconds : 0;
};

/** Mean stay in milliseconds of those that ended in [from, to), and the part spent in outgoing calls. */
export function residenceOver(points: readonly PlacePoint[], from: number, to: number): { residenceMs: number; downstreamMs: number | null; ended: number } | null {
  let ended = 0;
  let residence = 0;
  let downstream: number | null = null;
  for (let second = Math.max(0, from); second < Math.min(to, points.length); second += 1) {
    const point = points[second]!;
    ended += point.completions;
    residence += point.residenceMsSum;
    if (point.downstreamMsSum !== null) downstream = (downstream ?? 0) + point.downstreamMsSum;
  }
  if (ended === 0) return null;
  return { residenceMs: residence / ended, downstreamMs: downstream === null ? null : Math.min(downstream, residence) / ended, ended };
}

/** L by Little's law from ended spans: their stay in seconds, summed, is X·W. */
function insideFromEnded(points: readonly PlacePoint[]): Float64Array {
  const inside = new Float64Array(points.length);
  let window = 0;
  for (let second = 0; second < points.length; second += 1) {
    window += points[second]!.residenceMsSum / 1_000;
    if (second >= ESTIMATE_SECONDS) window -= points[second - ESTIMATE_SECONDS]!.residenceMsSum / 1_000;
    inside[second] = Math.max(0, window / Math.min(second + 1, ESTIMATE_SECONDS));
  }
  return inside;
}

/** Share of the stay spent in outgoing calls, per second over the last few ended ones. */
function downstreamShares(points: readonly PlacePoint[], shareOfEdges: (second: number) => number): Float64Array {
  const shares = new Float64Array(points.length);
  let residence = 0;
  let downstream = 0;
  // An exponential memory of about three seconds: a quiet second keeps the share of the one before.
  const keep = 0.7;
  for (let second = 0; second < points.length; second += 1) {
    const point = points[second]!;
    const outside = point.downstreamMsSum ?? point.residenceMsSum * shareOfEdges(second);
    if (point.completions > 0) {
      residence = residence * keep + point.residenceMsSum;
      downstream = downstream * keep + Math.min(outside, point.residenceMsSum);
    }
    shares[second] = residence > 0 ? downstream / residence : 0;
  }
  return shares;
}

/** In line or at work here, from what the active transactions wait on this second. */
function ownFromStates(point: PlacePoint, inside: number): number | null {
  const states = point.waitingOn;
  if (states === null) return null;
  return Math.max(0, inside - (states.httpc ?? 0) - (states.sql ?? 0));
}

/**
 * Arrivals of a second: as reported, else X + ΔL. Estimated L moves in steps of whole spans, so its growth is taken over
 * the width of the estimate.
 */
function arrivalsOf(points: readonly PlacePoint[], inside: Float64Array, insideReported: boolean): Float64Array {
  // An agent that learns the channel only later counts the begin elsewhere: what ended must have begun.
  const begun = points.reduce((sum, point) => sum + (point.begun ?? point.completions), 0);
  const trusted = begun >= BEGUN_SHARE_MIN * points.reduce((sum, { completions }) => sum + completions, 0);
  const reach = insideReported ? 1 : ESTIMATE_SECONDS;
  return seriesOf(points, (point, second) => {
    if (point.begun !== null && trusted) return point.begun;
    const from = Math.max(0, second - reach);
    const growth = second > from && second >= reach ? (inside[second]! - inside[from]!) / (second - from) : 0;
    return Math.max(0, point.completions + growth);
  });
}

/** The whole flow of a place. `shareOfEdges` stands in where no agent reports downstream time. Cost: O(seconds). */
export function flowOf(points: readonly PlacePoint[], shareOfEdges: (second: number) => number = () => 0): Flow {
  const estimate = insideFromEnded(points);
  const shares = downstreamShares(points, shareOfEdges);
  const inside = new Float64Array(points.length);
  const own = new Float64Array(points.length);
  const states: Flow['states'] = [];
  let insideReported = false;
  let last: PlacePoint | null = null;
  for (let second = 0, age = 0; second < points.length; second += 1) {
    const point = points[second]!;
    if (point.inFlight !== null) [last, age, insideReported] = [point, 0, true];
    else age += 1;
    const counted = last !== null && age <= GAUGE_GAP_SECONDS_MAX ? last : null;
    inside[second] = counted?.inFlight ?? estimate[second]!;
    states.push(counted?.waitingOn ?? null);
    own[second] = (counted && ownFromStates(counted, inside[second]!)) ?? inside[second]! * (1 - shares[second]!);
  }
  return {
    arrivals: arrivalsOf(points, inside, insideReported),
    ended: seriesOf(points, (point) => point.completions),
    ok: seriesOf(points, (point) => Math.max(0, point.completions - point.errors)),
    inside, own, insideReported, states,
  };
}
