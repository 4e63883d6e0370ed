// Sparse rows → the dense series that the judge reads: one point a second for every stage, channel, service and edge.
// The one place that decides between zero and "not reported": an ended span is counted, so its absence is zero; what is
// open is only known where an agent says so, so its absence is null unless that agent has just spoken.
//
//   rows of a second ─▶ its frame, made once ─▶ windows: frames in a row, as often as a window holds the second
import type { EdgePoint, EdgeSeries, JudgeInput, PipelineDefinition, PlaceSeries } from '@narrows/contract';
import { REPORT_FRESH_SECONDS } from './fresh-reports.js';
import { PlaceBook, type Call, type Place } from './place-book.js';
import { buildInstances, buildPeople, buildRuntime } from './process-series.js';
import { secondsOf, type Range } from './question.js';
import { buildFrames, pointAt, silentFrame, sumOfCalls, type FramedRows, type SecondFrame } from './second-frames.js';
import { seriesKey } from './series-key.js';
import type { ActiveRow, SeriesRows, SlowRows } from './series-rows.js';

/** Metrics that count connections, by their names in the semantic conventions and in most libraries. */
const POOL_METRIC = /connection|pool/i;

/** Kinds whose rows count for seconds after their own. */
const LASTING = ['active', 'begun', 'oldest', 'gauges'] as const;
type LastingRows = Pick<SeriesRows, (typeof LASTING)[number]>;

/** What is known of the seconds of one agency and pipeline, and any window of them as the judge reads it. */
export class JudgedSeconds {
  #book: PlaceBook;
  readonly #frames = new Map<number, SecondFrame>();
  #reports: LastingRows = { active: [], begun: [], oldest: [], gauges: [] };

  constructor(readonly pipeline: PipelineDefinition | null) { this.#book = new PlaceBook(pipeline); }

  /** The newest reports of open transactions: those of what was put last, and of the seconds that count for it. */
  get active(): readonly ActiveRow[] { return this.#reports.active; }

  /** Who called whom, as long as any frame is older than what was put. */
  get calls(): IterableIterator<Call> { return this.#book.calls(); }

  /** All rows of the seconds of `range`, in place of what was known of them. No later range begins before this one. Cost: O(rows). */
  put(rows: FramedRows, range: Range): void {
    const { from, to } = secondsOf(range);
    this.forget(from, Infinity);
    // Names that nobody uses any more go with the last frame that has them.
    if (this.#frames.size === 0) this.#book = new PlaceBook(this.pipeline);
    const lasting = <Kind extends keyof LastingRows>(kind: Kind) => [...this.#reports[kind].filter(({ at }) => at > from - REPORT_FRESH_SECONDS && at < from), ...rows[kind]] as LastingRows[Kind];
    this.#reports = Object.fromEntries(LASTING.map((kind) => [kind, lasting(kind)])) as unknown as LastingRows;
    buildFrames(this.#book, { ...rows, ...this.#reports }, from, to).forEach((frame, i) => this.#frames.set(from + i, frame));
  }

  /** Let go of the seconds [from, to). */
  forget(from: number, to: number): void {
    for (const second of this.#frames.keys()) if (second >= from && second < to) this.#frames.delete(second);
  }

  /**
   * @param rows what stands beside the places, of the window
   * @param serviceOfPeer address as a client span says it → service whose spans were seen under it
   *
   * Cost: O(places × seconds of the window)
   */
  window(range: Range, rows: SlowRows, serviceOfPeer: ReadonlyMap<string, string>): JudgeInput {
    const { from, to } = secondsOf(range);
    const frames = Array.from({ length: Math.max(0, to - from) }, (_, i) => this.#frames.get(from + i) ?? silentFrame(from + i));
    const pipeline = this.pipeline;
    return {
      fromMs: from * 1_000, toMs: to * 1_000,
      pipeline: pipeline && {
        id: pipeline.id,
        stages: pipeline.stages.map((s) => ({ id: s.id, name: s.name ?? { ko: s.id, en: s.id }, deliberate: s.wait === 'deliberate', ...(s.channels && { channels: s.channels }) })),
        wanted: Object.entries(pipeline.outcomes ?? {}).filter(([, { wanted }]) => wanted).map(([outcome]) => outcome),
      },
      places: placesOf(this.#book, frames), edges: edgesOf(frames, serviceOfPeer),
      instances: buildInstances(rows.instances), runtime: buildRuntime(rows.runtime), people: buildPeople(rows.people),
    };
  }
}

/** Stages front to back, also silent ones, each followed by its channels; then the services by name. */
function placesOf(book: PlaceBook, frames: readonly SecondFrame[]): PlaceSeries[] {
  const found = new Set<Place>([...book.stages.keys()].flatMap((stage) => book.of(stage, '', '') ?? []));
  for (const frame of frames) for (const place of frame.points.keys()) found.add(place);
  const reported = new ReportedSeconds(book, frames);
  const busiest = busiestServices(frames);
  const rank = new Map([...book.stages.keys()].map((id, i) => [id, i]));
  const last = rank.size;
  return [...found].map((place): PlaceSeries => {
    const definition = book.stages.get(place.stage);
    const limitOf = definition?.limit && POOL_METRIC.test(definition.limit.metric) ? { limitOf: 'connections' as const } : {};
    const seconds = reported.of(place);
    return {
      pipeline: place.stage === '' ? '' : (book.pipeline?.id ?? ''), stage: place.stage, channel: place.channel,
      service: place.stage === '' ? place.service : (busiest.get(place) ?? definition?.match.service ?? reported.servicesOf(place.stage)[0] ?? ''),
      deliberate: definition?.wait === 'deliberate', ...limitOf,
      points: frames.map((frame, i) => pointAt(frame, place, seconds[i] === 1)),
    };
  }).sort((a, b) => (rank.get(a.stage) ?? last) - (rank.get(b.stage) ?? last) || compare(a.channel, b.channel) || compare(a.service, b.service));
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Of each stage and channel, the service that most of its transactions ended in; of two alike the first by name. */
function busiestServices(frames: readonly SecondFrame[]): Map<Place, string> {
  const votes = new Map<Place, Map<string, number>>();
  for (const { served } of frames) for (const { place, service, completions } of served) {
    let ofPlace = votes.get(place);
    if (ofPlace === undefined) votes.set(place, (ofPlace = new Map()));
    ofPlace.set(service, (ofPlace.get(service) ?? 0) + completions);
  }
  return new Map([...votes].map(([place, count]) => [place, [...count].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] < a[0]) ? b : a))[0]]));
}

/**
 * In which seconds the agents behind a place had spoken of open transactions. For a stage these are the services that
 * reported it in the window, or the one its definition names, where the definition matches what agents report on.
 */
class ReportedSeconds {
  /** 1 for each second in which a report of the service counts. */
  readonly #byService = new Map<string, Uint8Array>();
  readonly #servicesOfStage = new Map<string, Set<string>>();
  readonly #length: number;

  constructor(book: PlaceBook, frames: readonly SecondFrame[]) {
    this.#length = frames.length;
    for (const stage of book.stages.values()) {
      const { service, kind, attribute } = stage.match;
      const servedHere = kind === undefined || kind === 'server' || kind === 'consumer';
      this.#servicesOfStage.set(stage.id, new Set(service !== undefined && servedHere && attribute === undefined ? [service] : []));
    }
    frames.forEach(({ spoke, reporters }, i) => {
      for (const service of spoke) this.#secondsOf(service)[i] = 1;
      for (const [stage, services] of reporters) for (const service of services) this.#servicesOfStage.get(stage)?.add(service);
    });
  }

  of(place: Place): Uint8Array {
    if (place.stage === '') return this.#secondsOf(place.service);
    const seconds = new Uint8Array(this.#length);
    for (const service of this.servicesOf(place.stage)) this.#secondsOf(service).forEach((reported, i) => { if (reported === 1) seconds[i] = 1; });
    return seconds;
  }

  /** By name. */
  servicesOf(stage: string): string[] { return [...this.#servicesOfStage.get(stage) ?? []].sort(compare); }

  #secondsOf(service: string): Uint8Array {
    let seconds = this.#byService.get(service);
    if (seconds === undefined) this.#byService.set(service, (seconds = new Uint8Array(this.#length)));
    return seconds;
  }
}

/** By caller and callee. Addresses that one service answers under are one edge. */
function edgesOf(frames: readonly SecondFrame[], serviceOfPeer: ReadonlyMap<string, string>): EdgeSeries[] {
  const edges = new Map<string, EdgeSeries & { points: EdgePoint[] }>();
  const edgeOfCall = new Map<Call, EdgeSeries & { points: EdgePoint[] }>();
  frames.forEach((frame, i) => {
    for (const [call, point] of frame.calls) {
      let edge = edgeOfCall.get(call);
      if (edge === undefined) edgeOfCall.set(call, (edge = edgeOf(call)));
      const before = edge.points[i] ?? frame.noCalls;
      edge.points[i] = before === frame.noCalls ? point : sumOfCalls(before, point);
    }
  });
  return [...edges.values()].sort((a, b) => compare(a.service, b.service) || compare(a.peer, b.peer) || compare(a.kind, b.kind));

  function edgeOf({ service, peer: address, kind }: Call): EdgeSeries & { points: EdgePoint[] } {
    const peer = serviceOfPeer.get(address) ?? address;
    const key = seriesKey(service, peer, kind);
    let edge = edges.get(key);
    if (edge === undefined) edges.set(key, (edge = { service, peer, kind: kind === 'http' || kind === 'sql' ? kind : 'other', points: frames.map(({ noCalls }) => noCalls) }));
    return edge;
  }
}
