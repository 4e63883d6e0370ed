// Sparse rows → the dense series that the judge reads: one point a second for every stage, channel, service and edge.
// The one place that decides between zero and "not reported": an ended span is counted, so its absence is zero; what is
// open is only known where an agent says so, so its absence is null unless that agent has just spoken.
import { ACTIVE_STATES, type EdgeSeries, type JudgeInput, type PipelineDefinition, type PlacePoint, type PlaceSeries, type StageDefinition } from '@narrows/contract';
import { forEachFreshReport } from './fresh-reports.js';
import { buildInstances, buildPeople, buildRuntime } from './process-series.js';
import { secondsOf, type Range } from './question.js';
import { seriesKey } from './series-key.js';
import type { ActiveRow, SeriesRows } from './series-rows.js';

/** @param serviceOfPeer address as a client span says it → service whose spans were seen under it */
export function buildJudgeInput(
  rows: SeriesRows, pipeline: PipelineDefinition | null, range: Range, serviceOfPeer: ReadonlyMap<string, string>,
): JudgeInput {
  const { from, to } = secondsOf(range);
  const book = new PlaceBook(pipeline, from, to);
  addCompletions(book, rows);
  addActive(book, rows);
  addGauges(book, rows);
  return {
    fromMs: from * 1_000, toMs: to * 1_000,
    pipeline: pipeline && {
      id: pipeline.id,
      stages: pipeline.stages.map((s) => ({ id: s.id, name: s.name ?? { ko: s.id, en: s.id }, deliberate: s.wait === 'deliberate', ...(s.channels && { channels: s.channels }) })),
      wanted: Object.entries(pipeline.outcomes ?? {}).filter(([, { wanted }]) => wanted).map(([outcome]) => outcome),
    },
    places: book.inOrder(),
    edges: buildEdges(rows, from, to, serviceOfPeer),
    instances: buildInstances(rows.instances), runtime: buildRuntime(rows.runtime), people: buildPeople(rows.people),
  };
}

/** Metrics that count connections, by their names in the semantic conventions and in most libraries. */
const POOL_METRIC = /connection|pool/i;

/** The places of one input, made when first spoken of. Stages of the pipeline are there from the start, also when silent. */
class PlaceBook {
  readonly #places = new Map<string, PlaceSeries>();
  readonly stages: ReadonlyMap<string, StageDefinition>;

  constructor(readonly pipeline: PipelineDefinition | null, readonly from: number, readonly to: number) {
    this.stages = new Map(pipeline?.stages.map((s) => [s.id, s]));
    for (const stage of this.stages.values()) this.#place(stage.id, '', stage.match.service ?? '');
  }

  /** The series of a stage, of a channel of it, or (stage '') of a service; none for a stage that the pipeline no longer has. */
  of(stage: string, channel: string, service: string): PlaceSeries | undefined {
    return stage !== '' && !this.stages.has(stage) ? undefined : this.#place(stage, channel, service);
  }

  /** All that one report counts for: its service, its stage and its channel. */
  allOf(row: { stage: string; channel: string; service: string }): PlaceSeries[] {
    const places = [this.of('', '', row.service)];
    if (row.stage !== '') places.push(this.of(row.stage, '', row.service));
    if (row.stage !== '' && row.channel !== '') places.push(this.of(row.stage, row.channel, row.service));
    return places.filter((p) => p !== undefined);
  }

  #place(stage: string, channel: string, service: string): PlaceSeries {
    const key = stage === '' ? seriesKey('', '', service) : seriesKey(stage, channel, '');
    let place = this.#places.get(key);
    if (!place) {
      const definition = this.stages.get(stage);
      const deliberate = definition?.wait === 'deliberate';
      const limitOf = definition?.limit && POOL_METRIC.test(definition.limit.metric) ? { limitOf: 'connections' as const } : {};
      const points = Array.from({ length: this.to - this.from }, (_, i) => emptyPoint((this.from + i) * 1_000));
      this.#places.set(key, (place = { pipeline: stage === '' ? '' : (this.pipeline?.id ?? ''), stage, channel, service, deliberate, ...limitOf, points }));
    }
    return place;
  }

  /** Stages front to back, each followed by its channels, then the services by name. */
  inOrder(): PlaceSeries[] {
    const rank = new Map([...this.stages.keys()].map((id, i) => [id, i]));
    const last = rank.size;
    return [...this.#places.values()].sort((a, b) => (rank.get(a.stage) ?? last) - (rank.get(b.stage) ?? last)
      || compare(a.channel, b.channel) || compare(a.service, b.service));
  }

  all(): IterableIterator<PlaceSeries> { return this.#places.values(); }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function emptyPoint(atMs: number): PlacePoint {
  return {
    atMs, completions: 0, errors: 0, residenceMsSum: 0, downstreamMsSum: null, residenceMsP95: null,
    begun: null, inFlight: null, oldestMs: null, waitingOn: null, limit: null, queued: null,
  };
}

function addCompletions(book: PlaceBook, rows: SeriesRows): void {
  const votes = new Map<PlaceSeries, Map<string, number>>();
  for (const row of rows.places) {
    const place = book.of(row.stage, row.channel, row.service);
    const point = place?.points[row.at - book.from];
    if (!place || !point) continue;
    point.completions = row.completions;
    point.errors = row.errors;
    point.residenceMsSum = row.residenceMsSum;
    point.downstreamMsSum = row.downstreamReported > 0 ? row.downstreamMsSum : null;
    point.residenceMsP95 = row.completions > 0 ? row.p95Ms : null;
    const count = votes.get(place) ?? new Map<string, number>();
    votes.set(place, count.set(row.service, (count.get(row.service) ?? 0) + row.completions));
  }
  for (const [place, count] of votes) place.service = [...count].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

function addActive(book: PlaceBook, rows: SeriesRows): void {
  const reporter = (row: { service: string; instance: string }) => `${row.service} ${row.instance}`;
  const spoke = new ReportedSeconds(book, rows);
  forEachFreshReport(rows.active, reporter, book.from, book.to, (second, report) => {
    for (const row of report) for (const place of book.allOf(row)) addOpen(place.points[second - book.from], row);
  });
  forEachFreshReport(rows.oldest, reporter, book.from, book.to, (second, report) => {
    for (const row of report) for (const place of book.allOf(row)) {
      const point = place.points[second - book.from];
      if (point) point.oldestMs = Math.max(point.oldestMs ?? 0, row.oldestMs);
    }
  });
  for (const row of rows.begun) for (const place of book.allOf(row)) {
    const point = place.points[row.at - book.from];
    if (point) point.begun = (point.begun ?? 0) + row.begun;
  }
  for (const place of book.all()) place.points.forEach((point, i) => {
    if (!spoke.at(place, book.from + i)) return;
    point.inFlight ??= 0;
    point.begun ??= 0;
    point.waitingOn ??= {};
    point.oldestMs ??= 0;
  });
}

function addOpen(point: PlacePoint | undefined, row: ActiveRow): void {
  if (!point) return;
  const waitingOn = (point.waitingOn ??= {});
  ACTIVE_STATES.forEach((state, i) => {
    const open = row.states[i] ?? 0;
    if (open > 0) waitingOn[state] = (waitingOn[state] ?? 0) + open;
  });
  // By age band, since every open transaction is in exactly one, also when its state is of a newer agent.
  point.inFlight = (point.inFlight ?? 0) + row.bands.reduce((a, b) => a + b, 0);
}

/**
 * In which seconds the agents behind a place had spoken of open transactions. For a stage these are the services that
 * reported it in the window, or the one its definition names, where the definition matches what agents report on.
 */
class ReportedSeconds {
  readonly #byService = new Map<string, Set<number>>();
  readonly #servicesOfStage = new Map<string, Set<string>>();

  constructor(book: PlaceBook, rows: SeriesRows) {
    const reports = [...rows.active, ...rows.oldest, ...rows.begun];
    forEachFreshReport(reports, (r) => r.service, book.from, book.to, (second, report) => {
      const service = report[0]?.service ?? '';
      this.#byService.set(service, (this.#byService.get(service) ?? new Set()).add(second));
    });
    for (const stage of book.stages.values()) {
      const { service, kind, attribute } = stage.match;
      const servedHere = kind === undefined || kind === 'server' || kind === 'consumer';
      if (service !== undefined && servedHere && attribute === undefined) this.#servicesOfStage.set(stage.id, new Set([service]));
    }
    for (const row of reports) {
      if (row.stage !== '') this.#servicesOfStage.set(row.stage, (this.#servicesOfStage.get(row.stage) ?? new Set()).add(row.service));
    }
  }

  at(place: PlaceSeries, second: number): boolean {
    const services = place.stage === '' ? [place.service] : (this.#servicesOfStage.get(place.stage) ?? []);
    for (const service of services) if (this.#byService.get(service)?.has(second)) return true;
    return false;
  }
}

function addGauges(book: PlaceBook, rows: SeriesRows): void {
  forEachFreshReport(rows.gauges, (r) => `${r.metric} ${r.series}`, book.from, book.to, (second, report) => {
    for (const row of report) {
      const stage = book.stages.get(row.stage);
      const measures = (['limit', 'queue'] as const).filter((m) => stage?.[m]?.metric === row.metric);
      for (const place of [book.of(row.stage, '', ''), row.channel === '' ? undefined : book.of(row.stage, row.channel, '')]) {
        const point = place?.points[second - book.from];
        if (!point) continue;
        for (const measure of measures) {
          const field = measure === 'limit' ? 'limit' : 'queued';
          point[field] = (point[field] ?? 0) + row.value;
        }
      }
    }
  });
}

function buildEdges(rows: SeriesRows, from: number, to: number, serviceOfPeer: ReadonlyMap<string, string>): EdgeSeries[] {
  const edges = new Map<string, EdgeSeries>();
  for (const row of rows.edges) {
    const peer = serviceOfPeer.get(row.peer) ?? row.peer;
    const key = seriesKey(row.service, peer, row.kind);
    let edge = edges.get(key);
    if (!edge) {
      const kind = row.kind === 'http' || row.kind === 'sql' ? row.kind : 'other';
      const points = Array.from({ length: to - from }, (_, i) => ({ atMs: (from + i) * 1_000, calls: 0, errors: 0, durationMsSum: 0 }));
      edges.set(key, (edge = { service: row.service, peer, kind, points }));
    }
    const point = edge.points[row.at - from];
    if (!point) continue;
    point.calls += row.calls;
    point.errors += row.errors;
    point.durationMsSum += row.durationMsSum;
  }
  return [...edges.values()];
}
