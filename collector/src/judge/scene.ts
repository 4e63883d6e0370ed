// The judge's input arranged for its rules: stages in order with their channels, services, who calls whom, and for each
// place its flow, its capacity and its line. Every rule reads the same scene, so that two rules never disagree about a
// number. Building it is one pass over each series.
import { nameIn, type Bilingual, type Deployment, type EdgeSeries, type InstanceSeries, type JudgeInput, type PeoplePoint, type PlacePoint, type PlaceSeries, type RuntimeSeries, type Subject, type UnixMs } from '@narrows/contract';
import type { Flow } from './flow.js';
import { densePoints, flowOf, meanOver } from './flow.js';
import type { Narrowness } from './capacity.js';
import { narrownessOf, narrownessOfChannels } from './capacity.js';
import { groupBy } from './group-by.js';
import { withLineOutside } from './line-outside.js';

export interface Place {
  subject: Subject;
  /** The stage's name, the channel's or the service's. */
  name: Bilingual;
  pipeline: string;
  stage: string;
  channel: string;
  service: string;
  deliberate: boolean;
  points: readonly PlacePoint[];
  flow: Flow;
  narrowness: Narrowness;
  /** It has told of something after the scene's last second, up to which not everybody has. */
  spokeLater: boolean;
  /** Interchangeable ways through this stage; empty for a channel or a service. */
  channels: Place[];
  /** Whether the line of this stage is the sum of its channels', each counted on its own. */
  byChannel: boolean;
}

export interface Scene {
  fromMs: UnixMs;
  toMs: UnixMs;
  seconds: number;
  timeZone: string;
  /** In the order of the pipeline. */
  stages: Place[];
  services: Place[];
  edges: EdgeSeries[];
  /** Null: services are judged, no pipeline. */
  pipeline: string | null;
  instances: readonly InstanceSeries[];
  runtime: readonly RuntimeSeries[];
  /** By stage, '' for what was said outside of all. */
  people: ReadonlyMap<string, readonly PeoplePoint[]>;
  /** Outcomes that people come for. */
  wanted: ReadonlySet<string>;
  deployments: readonly Deployment[];
  /** Where a service's work is said: the busiest of the stages that it does, else the service itself. */
  placeOf: ReadonlyMap<string, Place>;
  serviceOf: ReadonlyMap<string, Place>;
  /** Inside, or in line outside any span, in the last second: of all stages, and of all services. */
  everybody: { stages: number; services: number };
  /** Every place that can be blamed: stages that do not wait on purpose, and services that do no stage's work. */
  suspects: Place[];
}

const KOREA = 'Asia/Seoul';
/** A series longer than this is a mistake of the caller's, not a window. */
const SECONDS_MAX = 200_000;
/** People inside a stage that its channels must account for, lately, to be believed. */
const COUNTED_SHARE_MIN = 0.7;
const LATELY_SECONDS = 10;
/** An instance that has answered nothing for so long may be gone. */
const ANSWERED_LATELY_MS = 30_000;

/** A service that spoke in this share of the seconds is expected to speak in each; silence of up to so long is a batch under way. */
const SPEAKS_SHARE = 0.8;
const SPOKE_SECONDS = 30;
const LATE_SECONDS_MAX = 6;

/** Whether anything is known of a place in that second. */
export const hasSpoken = ({ completions, inFlight, begun }: PlacePoint): boolean => completions > 0 || inFlight !== null || begun !== null;

/**
 * By how many seconds the service that is latest is behind. SDKs send what ended every few seconds, and a machine that is
 * overrun sends late: what has not arrived is no calm, and beside it all others look overrun. Who is silent for longer is
 * missing and not late.
 */
function lateSeconds({ places, fromMs }: JudgeInput, seconds: number): number {
  let late = 0;
  for (const { stage, points } of places) {
    if (stage !== '') continue;
    let [newest, spoke] = [-1, 0];
    for (let at = points.length - 1; at >= 0; at -= 1) {
      const { atMs, completions, inFlight } = points[at]!;
      const second = Math.floor((atMs - fromMs) / 1_000);
      if (newest >= 0 && second <= newest - SPOKE_SECONDS) break;
      if (second >= seconds || (completions === 0 && inFlight === null)) continue;
      if (newest < 0) newest = second;
      spoke += 1;
    }
    const behind = seconds - 1 - newest;
    if (behind > late && behind <= LATE_SECONDS_MAX && newest >= SPOKE_SECONDS && spoke >= SPEAKS_SHARE * SPOKE_SECONDS) late = behind;
  }
  return late;
}

/** Milliseconds that one request of a service spends in outgoing calls, for agents that do not report downstream time. */
function callsOfEach(edges: readonly EdgeSeries[], points: readonly PlacePoint[], fromMs: UnixMs): (second: number) => number {
  const calling = new Float64Array(points.length);
  for (const edge of edges) {
    for (const point of edge.points) {
      const second = Math.floor((point.atMs - fromMs) / 1_000);
      if (second >= 0 && second < calling.length) calling[second] = calling[second]! + point.durationMsSum;
    }
  }
  return (second) => (calling[second] ?? 0) / Math.max(1, points[second]?.completions ?? 0);
}

/** A stage's or a channel's requests make the calls that its service's do: as many, however long they stood in line before. */
type CallsOf = (service: string) => ((second: number) => number) | undefined;

function callsOfServices(input: JudgeInput, seconds: number): CallsOf {
  const edgesOf = groupBy(input.edges, (edge) => edge.service);
  const seriesOf = new Map(input.places.filter((place) => place.stage === '').map((place) => [place.service, place]));
  const calls = new Map<string, ((second: number) => number) | undefined>();
  return (service) => {
    if (!calls.has(service)) {
      const edges = edgesOf.get(service);
      const series = edges && seriesOf.get(service);
      calls.set(service, edges && series && callsOfEach(edges, densePoints(series, input.fromMs, seconds), input.fromMs));
    }
    return calls.get(service);
  };
}

function measured(series: PlaceSeries, input: JudgeInput, seconds: number, callsOf: CallsOf): Omit<Place, 'subject' | 'name' | 'channels' | 'byChannel'> {
  const points = densePoints(series, input.fromMs, seconds);
  const flow = flowOf(points, callsOf(series.service));
  const { pipeline, stage, channel, service, deliberate } = series;
  const endMs = input.fromMs + seconds * 1_000;
  let last = series.points.length - 1;
  while (last >= 0 && series.points[last]!.atMs >= endMs && !hasSpoken(series.points[last]!)) last -= 1;
  const spokeLater = last >= 0 && series.points[last]!.atMs >= endMs;
  return { pipeline, stage, channel, service, deliberate, points, spokeLater, flow, narrowness: narrownessOf(points, flow, series.limitOf === 'connections') };
}

/**
 * A stage with the line and capacity of its channels: they know more than their sum, but only where they are counted as
 * well as the stage is. An agent that learns the channel late counts people in the stage and in no channel.
 */
function overItsChannels(stage: Place, seconds: number): Place {
  const used = stage.channels.filter(({ points }) => points.some((point) => point.completions > 0 || (point.inFlight ?? 0) > 0));
  const inside = used.reduce((sum, { flow }) => sum + meanOver(flow.inside, seconds - LATELY_SECONDS, seconds), 0);
  const counted = used.every(({ flow }) => flow.insideReported || !stage.flow.insideReported)
    && inside >= COUNTED_SHARE_MIN * meanOver(stage.flow.inside, seconds - LATELY_SECONDS, seconds);
  const narrowness = counted ? narrownessOfChannels(used.map((channel) => channel.narrowness), seconds) : null;
  return narrowness === null ? stage : { ...stage, narrowness, byChannel: used.length >= 2 };
}

function stagePlaces(input: JudgeInput, seconds: number, callsOf: CallsOf): Place[] {
  const { pipeline } = input;
  if (pipeline === null) return [];
  const seriesOf = groupBy(input.places.filter((place) => place.stage !== ''), (place) => place.stage);
  return pipeline.stages.flatMap((definition): Place[] => {
    const series = seriesOf.get(definition.id) ?? [];
    const whole = series.find((place) => place.channel === '');
    if (whole === undefined) return [];
    const subject: Subject = { pipeline: pipeline.id, stage: definition.id };
    const deliberate = definition.deliberate || whole.deliberate;
    const channels = series.filter((place) => place.channel !== '').sort((a, b) => (a.channel < b.channel ? -1 : 1)).map((channel): Place => ({
      ...measured(channel, input, seconds, callsOf), deliberate,
      subject: { ...subject, channel: channel.channel }, name: nameIn(definition.channels, channel.channel) ?? { ko: channel.channel, en: channel.channel }, channels: [], byChannel: false,
    }));
    const stage = overItsChannels({ ...measured(whole, input, seconds, callsOf), deliberate, subject, name: definition.name, channels, byChannel: false }, seconds);
    return [withLineOutside(stage, input.edges.filter(({ peer, service }) => peer === stage.service && service !== peer), input.fromMs, seconds)];
  });
}

function servicePlaces(input: JudgeInput, seconds: number, callsOf: CallsOf): Place[] {
  const seen = new Set<string>();
  return input.places.filter((place) => place.stage === '' && !seen.has(place.service) && seen.add(place.service)).map((series): Place => ({
    ...measured(series, input, seconds, callsOf),
    subject: { service: series.service }, name: { ko: series.service, en: series.service }, channels: [], byChannel: false,
  }));
}

function peopleByStage(points: readonly PeoplePoint[]): Map<string, PeoplePoint[]> {
  const stages = new Map<string, PeoplePoint[]>();
  for (const point of points) {
    const held = stages.get(point.stage);
    if (held === undefined) stages.set(point.stage, [point]);
    else held.push(point);
  }
  return stages;
}

const scenes = new WeakMap<JudgeInput, Scene>();

/** The input arranged up to the last second of which everybody has told; once, for the judge and for the state of places. Never throws: what is missing is empty. */
export function sceneOf(input: JudgeInput): Scene {
  let scene = scenes.get(input);
  if (scene === undefined) scenes.set(input, (scene = arranged(input)));
  return scene;
}

function arranged(input: JudgeInput): Scene {
  const asked = Math.min(SECONDS_MAX, Math.max(0, Math.round((input.toMs - input.fromMs) / 1_000) || 0));
  const late = lateSeconds(input, asked);
  const [seconds, toMs] = [asked - late, input.toMs - late * 1_000];
  const callsOf = callsOfServices(input, seconds);
  const stages = stagePlaces(input, seconds, callsOf);
  const services = servicePlaces(input, seconds, callsOf);
  const covered = new Set(stages.map((stage) => stage.service));
  const suspects = [...stages, ...services.filter(({ service }) => !covered.has(service))].filter(({ deliberate }) => !deliberate);
  const insideNow = (places: readonly Place[]) => places.reduce((sum, { flow, points }) => sum + Math.max(flow.inside[seconds - 1] ?? 0, points[seconds - 1]?.queued ?? 0), 0);
  return {
    placeOf: placesOf(stages, services), serviceOf: new Map(services.map((place) => [place.service, place])), everybody: { stages: insideNow(stages), services: insideNow(services) },
    fromMs: input.fromMs, toMs, seconds, timeZone: input.timeZone ?? KOREA, stages, services, edges: input.edges, suspects,
    pipeline: input.pipeline?.id ?? null, instances: input.instances ?? [], runtime: input.runtime ?? [], people: peopleByStage(input.people ?? []), wanted: new Set(input.pipeline?.wanted), deployments: input.deployments ?? [],
  };
}

export const placeOfService = (scene: Scene, service: string): Place | null => scene.placeOf.get(service) ?? null;

function placesOf(stages: readonly Place[], services: readonly Place[]): Map<string, Place> {
  const places = new Map(services.map((place) => [place.service, place]));
  const busiest = new Map<string, number>();
  for (const stage of stages) {
    const ended = stage.flow.ended.reduce((sum, count) => sum + count, 0);
    if (stage.deliberate || ended < (busiest.get(stage.service) ?? 0)) continue;
    busiest.set(stage.service, ended);
    places.set(stage.service, stage);
  }
  return places;
}

/** How many instances of a place's service have answered lately; null where no agent says which one answered. */
export function instancesOf(scene: Scene, place: Place): number | null {
  const seen = new Set<string>();
  for (const { service, instance, points } of scene.instances) {
    if (service === place.service && instance !== '' && (points[points.length - 1]?.atMs ?? -Infinity) >= scene.toMs - ANSWERED_LATELY_MS) seen.add(instance);
  }
  return seen.size === 0 ? null : seen.size;
}

/** Every service whose answer `service` waits for, directly or through others. */
export const calledBy = (scene: Scene, service: string): Set<string> => reachedFrom(scene.edges, service);

export function reachedFrom(edges: readonly EdgeSeries[], service: string): Set<string> {
  const peersOf = groupBy(edges, (edge) => edge.service);
  const reached = new Set<string>();
  const open = [service];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { peer } of peersOf.get(next) ?? []) {
      if (reached.has(peer)) continue;
      reached.add(peer);
      open.push(peer);
    }
  }
  return reached;
}

/** Same stage (any channel of it), or same service. */
export const standsWith = (place: Place, subject: Subject): boolean =>
  (subject.stage !== undefined ? place.stage === subject.stage && (place.channel === '' || subject.channel === undefined || place.channel === subject.channel) : false)
  || (subject.service !== undefined && subject.service === place.service);
