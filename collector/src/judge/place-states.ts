// The state of every place now, for the river and the traffic lights: λ, X, L, W, ρ averaged over the last seconds, and
// one light. Stages come in the order of the pipeline with their channels behind them; without a pipeline, services.
import type { JudgeInput, Light, PlaceState } from '@narrows/contract';
import { channelOutage } from './channel-outage.js';
import { forecastOf } from './forecast.js';
import { meanOver, residenceOver, sumOver } from './flow.js';
import { runAbove } from './onset.js';
import { clearsInSeconds } from './queueing.js';
import { rounded } from './rule.js';
import type { Place, Scene } from './scene.js';
import { sceneOf } from './scene.js';

const NOW_SECONDS = 5;
/** ρ of a slow place needs more arrivals than five seconds bring: the window grows to this many, or to 20 seconds. */
const ARRIVALS_ENOUGH = 60;
const RATE_SECONDS_MAX = 20;
/** Silence of everything for so long is "no data", not "idle". */
const DATA_SECONDS = 10;
const BUSY_FROM = 0.8;
/** A line that stands this long, or takes this long to clear, is stuck whatever ρ says. */
const PERSISTS_SECONDS = 10;
const CLEARS_SECONDS_MAX = 30;

/** ρ now: arrivals against capacity, over as many seconds as it takes to know. */
function utilisationOf({ flow, narrowness }: Place, seconds: number): number | null {
  if (narrowness.capacity === null) return null;
  let width = Math.min(NOW_SECONDS, seconds);
  while (width < Math.min(RATE_SECONDS_MAX, seconds) && sumOver(flow.arrivals, seconds - width, seconds) < ARRIVALS_ENOUGH) width += 1;
  return meanOver(flow.arrivals, seconds - width, seconds) / narrowness.capacity.perSecond;
}

function hasData({ points }: Place): boolean {
  return points.slice(-DATA_SECONDS).some((point) =>
    point.completions > 0 || point.inFlight !== null || point.begun !== null || point.queued !== null);
}

interface Now { utilisation: number | null; line: number; clears: number | null; isOut: boolean }

function lightOf(place: Place, { utilisation, line, clears, isOut }: Now): Light {
  if (!hasData(place)) return 'none';
  if (place.deliberate) return 'fine';
  const { line: lines, lineFine } = place.narrowness;
  const stands = line > lineFine;
  const run = runAbove(lines, lineFine);
  const persists = stands && run !== null && lines.length - run >= PERSISTS_SECONDS;
  if (isOut || (stands && ((utilisation ?? 0) >= 1 || persists || (clears ?? Infinity) > CLEARS_SECONDS_MAX))) return 'stuck';
  return (utilisation ?? 0) >= BUSY_FROM || stands ? 'busy' : 'fine';
}

/** Standing in line: as the queue metric says for a wait on purpose, else those beyond what is served at once. */
function waitingOf({ deliberate, points, flow, narrowness }: Place): number | null {
  const last = points[points.length - 1];
  if (deliberate) return points.slice(-NOW_SECONDS).findLast(({ queued }) => queued !== null)?.queued ?? (flow.insideReported ? last?.inFlight ?? null : null);
  if (!flow.insideReported || narrowness.capacity === null) return null;
  return meanOver(narrowness.line, points.length - NOW_SECONDS, points.length);
}

function stateOf(place: Place, seconds: number, isOut: boolean): PlaceState {
  const { points, flow, narrowness, deliberate } = place;
  const from = seconds - NOW_SECONDS;
  const known = hasData(place);
  const stay = residenceOver(points, from, seconds);
  const utilisation = deliberate ? null : utilisationOf(place, seconds);
  const line = deliberate ? 0 : meanOver(narrowness.line, seconds - 3, seconds);
  const arrivals = meanOver(flow.arrivals, from, seconds);
  const clears = narrowness.capacity === null || deliberate ? null : clearsInSeconds(line, arrivals, narrowness.capacity.perSecond);
  const ifKnown = (value: number | null) => (known ? rounded(value) : null);
  return {
    stage: place.stage, channel: place.channel, service: place.service, name: place.name, deliberate,
    light: lightOf(place, { utilisation, line, clears, isOut }),
    arrivalsPerSecond: ifKnown(arrivals),
    completionsPerSecond: ifKnown(meanOver(flow.ended, from, seconds)),
    errorsPerSecond: ifKnown(points.slice(-NOW_SECONDS).reduce((sum, point) => sum + point.errors, 0) / Math.max(1, Math.min(NOW_SECONDS, seconds))),
    inFlight: flow.insideReported ? ifKnown(meanOver(flow.inside, from, seconds)) : null,
    waiting: ifKnown(waitingOf(place)),
    residenceMs: rounded(stay?.residenceMs ?? null),
    selfMs: rounded(stay === null || stay.downstreamMs === null ? null : stay.residenceMs - stay.downstreamMs),
    downstreamMs: rounded(stay?.downstreamMs ?? null),
    utilisation: ifKnown(utilisation),
    capacityPerSecond: deliberate ? null : rounded(narrowness.capacity?.perSecond ?? null),
    capacitySource: deliberate ? null : narrowness.capacity?.source ?? null,
    oldestMs: rounded(points.slice(-NOW_SECONDS).findLast(({ oldestMs }) => oldestMs !== null)?.oldestMs ?? null),
    clearsInSeconds: ifKnown(clears),
    saturatesInSeconds: ifKnown(forecastOf(place).saturatesInSeconds),
  };
}

const NOTHING: Omit<PlaceState, 'stage' | 'channel' | 'service' | 'name' | 'deliberate'> = {
  light: 'none', arrivalsPerSecond: null, completionsPerSecond: null, errorsPerSecond: null, inFlight: null, waiting: null, residenceMs: null, selfMs: null,
  downstreamMs: null, utilisation: null, capacityPerSecond: null, capacitySource: null, oldestMs: null, clearsInSeconds: null, saturatesInSeconds: null,
};

function statesOfStages(input: JudgeInput, scene: Scene): PlaceState[] {
  const out = new Set(channelOutage.find(scene, []).filter(({ verdict }) => verdict.confidence > 0.5).map(({ place }) => place));
  return (input.pipeline?.stages ?? []).flatMap((definition): PlaceState[] => {
    const stage = scene.stages.find((place) => place.stage === definition.id);
    if (stage === undefined) return [{ stage: definition.id, channel: '', service: '', name: definition.name, deliberate: definition.deliberate, ...NOTHING }];
    return [stateOf(stage, scene.seconds, false), ...stage.channels.map((channel) => stateOf(channel, scene.seconds, out.has(channel)))];
  });
}

/** States of all places, in the order in which they are drawn. A stage without any data is there with light `none`. */
export function placeStates(input: JudgeInput): PlaceState[] {
  const scene = sceneOf(input);
  if (input.pipeline !== null) return statesOfStages(input, scene);
  return scene.services.map((service) => stateOf(service, scene.seconds, false));
}
