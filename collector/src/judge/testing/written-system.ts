// A system that somebody wrote down: for every place and every call what happens in each second, as functions of it. No
// random numbers and no model behind it, so that a test shows exactly what it is about; those inside are who came and has
// not gone. For what is random, and for what follows from what, there are the simulations next door.
import { INSTANCE_STEP_MS, type EdgeSeries, type InstancePoint, type InstanceSeries, type JudgeInput, type PlacePoint, type PlaceSeries } from '@narrows/contract';

type Of<T = number> = T | ((second: number) => T);

export interface WrittenPlace {
  service: string;
  comes: Of;
  /** Left out: as many as come. */
  ends?: Of;
  errors?: Of;
  stayMs: Of;
  /** Part of the stay in outgoing calls. Left out: 0. */
  callingMs?: Of;
  /** At second 0. Left out: by Little's law. */
  insideAtFirst?: number;
  /** What those inside wait on. Left out: a call for that part of the stay. */
  waitingOn?: (inside: number, second: number) => PlacePoint['waitingOn'];
  /** Nothing but ended spans is reported. */
  endedOnly?: boolean;
  /** Of what ended, so much arrives. */
  seenShare?: Of;
}
export interface WrittenCalls { service: string; peer: string; kind?: EdgeSeries['kind']; calls: Of; errors?: Of; ms: Of }
export interface WrittenInstance { service: string; instance: string; version?: string; fromSecond?: number; ends: Of; errors?: Of; ownMs: Of }
export interface Written { places: readonly WrittenPlace[]; calls?: readonly WrittenCalls[]; instances?: readonly WrittenInstance[] }

const BEGIN_MS = 1_626_692_400_000;
const at = <T>(of: Of<T> | undefined, second: number, otherwise: T): T => (of === undefined ? otherwise : typeof of === 'function' ? (of as (second: number) => T)(second) : of);

function pointsOf(place: WrittenPlace, seconds: number): PlacePoint[] {
  let inside = place.insideAtFirst ?? Math.round((at(place.comes, 0, 0) * at(place.stayMs, 0, 0)) / 1_000);
  return Array.from({ length: seconds }, (_, second) => {
    const begun = at(place.comes, second, 0);
    const ended = at(place.ends, second, begun);
    const [stayMs, callingMs, seen] = [at(place.stayMs, second, 0), at(place.callingMs, second, 0), at(place.seenShare, second, 1)];
    inside = Math.max(0, inside + begun - ended);
    const completions = ended * seen;
    const calling = stayMs > 0 ? Math.round((inside * callingMs) / stayMs) : 0;
    const counted = place.endedOnly === true ? null : { begun, inFlight: inside, waitingOn: place.waitingOn?.(inside, second) ?? { method: inside - calling, httpc: calling } };
    return {
      atMs: BEGIN_MS + second * 1_000, completions, errors: at(place.errors, second, 0) * seen, residenceMsSum: completions * stayMs, downstreamMsSum: completions * callingMs,
      residenceMsP50: null, residenceMsP95: null, begun: counted?.begun ?? null, inFlight: counted?.inFlight ?? null, oldestMs: null, waitingOn: counted?.waitingOn ?? null, limit: null, queued: null,
    };
  });
}

function stepsOf({ service, instance, version = '1', fromSecond = 0, ends, errors, ownMs }: WrittenInstance, from: number, to: number): InstanceSeries {
  const steps = new Map<number, InstancePoint>();
  for (let second = Math.max(from, fromSecond); second < to; second += 1) {
    const atMs = BEGIN_MS + Math.floor((second * 1_000) / INSTANCE_STEP_MS) * INSTANCE_STEP_MS;
    const step = steps.get(atMs) ?? { atMs, completions: 0, errors: 0, residenceMsSum: 0, downstreamMsSum: 0 };
    const ended = at(ends, second, 0);
    steps.set(atMs, { ...step, completions: step.completions + ended, errors: step.errors + at(errors, second, 0), residenceMsSum: step.residenceMsSum + ended * at(ownMs, second, 0) });
  }
  return { service, instance, version, points: [...steps.values()] };
}

/** `input(from, to)`: the window of these seconds, of services alone. */
export function writtenSystem({ places, calls = [], instances = [] }: Written, seconds: number): { beginMs: number; input: (from: number, to: number) => JudgeInput } {
  const series = places.map((place): PlaceSeries => ({ pipeline: '', stage: '', channel: '', service: place.service, deliberate: false, points: pointsOf(place, seconds) }));
  const edges = calls.map(({ service, peer, kind = 'http', ...call }): EdgeSeries => ({
    service, peer, kind,
    points: Array.from({ length: seconds }, (_, second) => ({ atMs: BEGIN_MS + second * 1_000, calls: at(call.calls, second, 0), errors: at(call.errors, second, 0), durationMsSum: at(call.calls, second, 0) * at(call.ms, second, 0) })),
  }));
  return {
    beginMs: BEGIN_MS,
    input: (from, to) => ({
      fromMs: BEGIN_MS + from * 1_000, toMs: BEGIN_MS + to * 1_000, pipeline: null,
      places: series.map((place) => ({ ...place, points: place.points.slice(from, to) })),
      edges: edges.map((edge) => ({ ...edge, points: edge.points.slice(from, to) })),
      instances: instances.map((instance) => stepsOf(instance, from, to)).filter(({ points }) => points.length > 0),
    }),
  };
}
