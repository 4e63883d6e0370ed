// The judge's input arranged for its rules: stages in order with their channels, services, who calls whom, and for each
// place its flow, its capacity and its line. Every rule reads the same scene, so that two rules never disagree about a
// number. Building it is one pass over each series.
import { nameIn, type Bilingual, type EdgeSeries, type JudgeInput, type PlacePoint, type PlaceSeries, type Subject, type UnixMs } from '@narrows/contract';
import type { Flow } from './flow.js';
import { densePoints, flowOf, meanOver } from './flow.js';
import type { Narrowness } from './capacity.js';
import { narrownessOf, narrownessOfChannels } from './capacity.js';

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
  /** Every place that can be blamed: stages that do not wait on purpose, and services that do no stage's work. */
  suspects: Place[];
}

const KOREA = 'Asia/Seoul';
/** A series longer than this is a mistake of the caller's, not a window. */
const SECONDS_MAX = 200_000;
/** People inside a stage that its channels must account for, lately, to be believed. */
const COUNTED_SHARE_MIN = 0.7;
const LATELY_SECONDS = 10;

/** `Map.groupBy`, which Node 20 has not. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** Share of a service's own stay that its outgoing calls explain, for agents that do not report downstream time. */
function shareOfEdges(edges: readonly EdgeSeries[], points: readonly PlacePoint[], fromMs: UnixMs): (second: number) => number {
  const calling = new Float64Array(points.length);
  for (const edge of edges) {
    for (const point of edge.points) {
      const second = Math.floor((point.atMs - fromMs) / 1_000);
      if (second >= 0 && second < calling.length) calling[second] = calling[second]! + point.durationMsSum;
    }
  }
  return (second) => {
    const residence = points[second]?.residenceMsSum ?? 0;
    return residence > 0 ? Math.min(1, (calling[second] ?? 0) / residence) : 0;
  };
}

function measured(series: PlaceSeries, input: JudgeInput, seconds: number, edges: readonly EdgeSeries[]): Omit<Place, 'subject' | 'name' | 'channels' | 'byChannel'> {
  const points = densePoints(series, input.fromMs, seconds);
  const flow = flowOf(points, edges.length > 0 ? shareOfEdges(edges, points, input.fromMs) : undefined);
  const { pipeline, stage, channel, service, deliberate } = series;
  return { pipeline, stage, channel, service, deliberate, points, flow, narrowness: narrownessOf(points, flow) };
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

function stagePlaces(input: JudgeInput, seconds: number): Place[] {
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
      ...measured(channel, input, seconds, []), deliberate,
      subject: { ...subject, channel: channel.channel }, name: nameIn(definition.channels, channel.channel) ?? { ko: channel.channel, en: channel.channel }, channels: [], byChannel: false,
    }));
    return [overItsChannels({ ...measured(whole, input, seconds, []), deliberate, subject, name: definition.name, channels, byChannel: false }, seconds)];
  });
}

function servicePlaces(input: JudgeInput, seconds: number): Place[] {
  const edgesOf = groupBy(input.edges, (edge) => edge.service);
  const seen = new Set<string>();
  return input.places.filter((place) => place.stage === '' && !seen.has(place.service) && seen.add(place.service)).map((series): Place => ({
    ...measured(series, input, seconds, edgesOf.get(series.service) ?? []),
    subject: { service: series.service }, name: { ko: series.service, en: series.service }, channels: [], byChannel: false,
  }));
}

/** Arrange the input. Never throws: what is missing is empty. */
export function sceneOf(input: JudgeInput): Scene {
  const seconds = Math.min(SECONDS_MAX, Math.max(0, Math.round((input.toMs - input.fromMs) / 1_000) || 0));
  const stages = stagePlaces(input, seconds);
  const services = servicePlaces(input, seconds);
  const covered = new Set(stages.map((stage) => stage.service));
  const suspects = [...stages, ...services.filter(({ service }) => !covered.has(service))].filter(({ deliberate }) => !deliberate);
  return { fromMs: input.fromMs, toMs: input.toMs, seconds, timeZone: input.timeZone ?? KOREA, stages, services, edges: input.edges, suspects };
}

/** Every service whose answer `service` waits for, directly or through others. */
export function calledBy(scene: Scene, service: string): Set<string> {
  const peersOf = groupBy(scene.edges, (edge) => edge.service);
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
