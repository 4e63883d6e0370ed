// From one place's points to its flow, one number a second: λ (arrivals), X (ended, and well ended), L (inside), and the
// part of L that is not merely waiting for somebody else's answer. Where an agent reports no active transactions, both
// come from when ended spans began; DESIGN.md says how good that is.
import type { PlacePoint, PlaceSeries, UnixMs } from '@narrows/contract';

export interface Flow {
  arrivals: Float64Array;
  /** With those whose spans were not kept, where an agent counts who began and who is inside. */
  ended: Float64Array;
  /** Ended without an error. */
  ok: Float64Array;
  inside: Float64Array;
  /** Of `inside`, those that are not in an outgoing call: at work here, or in line here. */
  own: Float64Array;
  /** Of the stays that ended in each second, the part in outgoing calls, in sum. */
  inCallsMs: Float64Array;
  /** Whether `inside` was counted by an agent (else it is an estimate from ended spans). */
  insideReported: boolean;
  /** What those inside waited on when an agent last counted them; null while nobody knows. */
  states: (PlacePoint['waitingOn'])[];
}

/** A gauge is missing this long before its last value counts as unknown. */
const GAUGE_GAP_SECONDS_MAX = 3;
/** Reported begins are believed where they account for this share of what ended. */
const BEGUN_SHARE_MIN = 0.5;
/** Of those that ended over so many seconds at least this share arrives as spans, where all are kept. */
const KEPT_SECONDS = 10;
const KEPT_SHARE_MIN = 0.9;
/** Seconds over which begins that are not known yet are drawn on. */
const ESTIMATE_SECONDS = 5;

const BLANK: Omit<PlacePoint, 'atMs'> = {
  completions: 0, errors: 0, residenceMsSum: 0, downstreamMsSum: null, residenceMsP50: null, residenceMsP95: null,
  begun: null, inFlight: null, oldestMs: null, waitingOn: null, limit: null, queued: null,
};

/** Points at index = second since `fromMs`. Dense input is returned as it is, up to the last of the seconds; holes become blank points. */
export function densePoints(series: PlaceSeries, fromMs: UnixMs, seconds: number): readonly Readonly<PlacePoint>[] {
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

/**
 * What ended spans alone tell: when each of them began, and so who was inside in every second. Of those who are inside now
 * nothing has ended yet: since the begin of those who end now, as many have begun as in the seconds before. That keeps
 * Little's law where nothing changes, L = λW, and while a line grows it is λ of those who come and not X of those who go.
 *
 * Cost: O(seconds)
 */
function fromEnded(points: readonly PlacePoint[]): { begun: Float64Array; inside: Float64Array } {
  const seconds = points.length;
  const [begun, inside] = [new Float64Array(seconds), new Float64Array(seconds)];
  let [count, toldUntil] = [0, 0];
  /** Of those who ended in two seconds: of one they are too few. */
  let stayMs = 0;
  for (let second = 0; second < seconds; second += 1) {
    const { completions, residenceMsSum } = points[second]!;
    if (completions === 0) continue;
    const began = second - Math.max(0, residenceMsSum / completions / 1_000);
    const [first, later] = [Math.floor(began), completions * (began - Math.floor(began))];
    if (first >= 0) begun[first] = begun[first]! + completions - later;
    if (first >= -1) begun[first + 1] = begun[first + 1]! + later;
    count += first < -1 ? completions : first < 0 ? completions - later : 0;
    const before = points[second - 1];
    stayMs = (residenceMsSum + (before?.residenceMsSum ?? 0)) / (completions + (before?.completions ?? 0));
    // Who ends after people who came later was slow, and did not stand in line before them.
    toldUntil = Math.max(toldUntil, second + 1 - stayMs / 1_000);
  }
  toldUntil = Math.max(toldUntil, seconds - stayMs / 1_000);
  const known = Math.floor(toldUntil);
  const perSecond = known >= ESTIMATE_SECONDS ? meanOver(begun, known - ESTIMATE_SECONDS, known) : points.slice(-ESTIMATE_SECONDS).reduce((sum, { completions }) => sum + completions, 0) / ESTIMATE_SECONDS;
  for (let second = 0; second < seconds; second += 1) {
    begun[second] = begun[second]! + perSecond * Math.min(1, Math.max(0, second + 1 - toldUntil));
    count += begun[second]! - points[second]!.completions;
    inside[second] = Math.max(0, count);
  }
  return { begun, inside };
}

/** Share of the stay spent in outgoing calls, per second over the last few ended ones. */
function downstreamShares(points: readonly PlacePoint[], callsOfEach: (second: number) => number): { shares: Float64Array; inCallsMs: Float64Array } {
  const [shares, inCallsMs] = [new Float64Array(points.length), new Float64Array(points.length)];
  let residence = 0;
  let downstream = 0;
  // An exponential memory of about three seconds: a quiet second keeps the share of the one before.
  const keep = 0.7;
  for (let second = 0; second < points.length; second += 1) {
    const point = points[second]!;
    const outside = point.downstreamMsSum ?? point.completions * callsOfEach(second);
    if (point.completions > 0) {
      residence = residence * keep + point.residenceMsSum;
      inCallsMs[second] = Math.min(outside, point.residenceMsSum);
      downstream = downstream * keep + inCallsMs[second]!;
    }
    shares[second] = residence > 0 ? downstream / residence : 0;
  }
  return { shares, inCallsMs };
}

/** In line or at work here, from what the active transactions wait on this second. */
function ownFromStates(point: PlacePoint, inside: number): number | null {
  const states = point.waitingOn;
  if (states === null) return null;
  return Math.max(0, inside - (states.httpc ?? 0) - (states.sql ?? 0));
}

/** Arrivals of a second: as reported, else X + ΔL where the number inside was counted, else as `told` by ended spans. */
function arrivalsOf(points: readonly PlacePoint[], inside: Float64Array, told: Float64Array | null): Float64Array {
  // An agent that learns the channel only later counts the begin elsewhere: what ended must have begun.
  const begun = points.reduce((sum, point) => sum + (point.begun ?? point.completions), 0);
  const trusted = begun >= BEGUN_SHARE_MIN * points.reduce((sum, { completions }) => sum + completions, 0);
  return seriesOf(points, (point, second) => (point.begun !== null && trusted ? point.begun
    : told?.[second] ?? Math.max(0, point.completions + (second > 0 ? inside[second]! - inside[second - 1]! : 0))));
}

/**
 * What ended in each second where only a part of the spans is kept (sampling, losses): whoever began and is no longer inside has
 * ended. Where all arrive, the spans themselves, which say it to the second.
 */
function endedOf(points: readonly PlacePoint[], inside: Float64Array): { ended: Float64Array; ok: Float64Array } {
  const [ended, ok] = [seriesOf(points, ({ completions }) => completions), seriesOf(points, ({ completions, errors }) => Math.max(0, completions - errors))];
  const gone = seriesOf(points, ({ begun }, second) => (begun === null || second === 0 ? ended[second]! : Math.max(0, begun - inside[second]! + inside[second - 1]!)));
  const all = { ended: ended.slice(), ok: ok.slice() };
  let [seen, well, left] = [0, 0, 0];
  for (let second = 0; second < points.length; second += 1) {
    const over = second - KEPT_SECONDS;
    seen += ended[second]! - (ended[over] ?? 0);
    well += ok[second]! - (ok[over] ?? 0);
    left += gone[second]! - (gone[over] ?? 0);
    if (seen === 0 || seen >= KEPT_SHARE_MIN * left) continue;
    all.ended[second] = gone[second]!;
    all.ok[second] = (gone[second]! * well) / seen;
  }
  return all;
}

/** The whole flow of a place. `callsOfEach`, milliseconds that one spends in calls, stands in where no agent reports downstream time. Cost: O(seconds). */
export function flowOf(points: readonly PlacePoint[], callsOfEach: (second: number) => number = () => 0): Flow {
  const estimate = fromEnded(points);
  const { shares, inCallsMs } = downstreamShares(points, callsOfEach);
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
    inside[second] = counted?.inFlight ?? estimate.inside[second]!;
    states.push(counted?.waitingOn ?? null);
    own[second] = (counted && ownFromStates(counted, inside[second]!)) ?? inside[second]! * (1 - shares[second]!);
  }
  return { arrivals: arrivalsOf(points, inside, insideReported ? null : estimate.begun), ...endedOf(points, inside), inside, own, inCallsMs, insideReported, states };
}
