// Sparse rows → what is known of each second by itself, whatever window looks at it. A frame is made of the rows of its
// second and of the reports that are still fresh in it, once; windows only line frames up.
import { ACTIVE_STATES, type EdgePoint, type PlacePoint } from '@narrows/contract';
import { forEachFreshReport, REPORT_FRESH_SECONDS } from './fresh-reports.js';
import type { Call, Place, PlaceBook } from './place-book.js';
import { SeriesKeys } from './series-key.js';
import type { ActiveRow, SeriesRows } from './series-rows.js';

/** Points are shared by all windows that hold the second: nobody changes them once the frame is made. */
export interface SecondFrame {
  readonly atMs: number;
  readonly points: ReadonlyMap<Place, PlacePoint>;
  readonly calls: ReadonlyMap<Call, EdgePoint>;
  /** Who did the work of a stage or channel, and how much of it. */
  readonly served: readonly { place: Place; service: string; completions: number }[];
  /** Services whose agents' reports of open transactions count in this second. */
  readonly spoke: ReadonlySet<string>;
  /** By stage: those of them that reported on it. */
  readonly reporters: ReadonlyMap<string, ReadonlySet<string>>;
  /** Points of which a part was not said though the place's agents had spoken, as they then stand. */
  readonly reported: Map<Place, PlacePoint>;
  /** Of a place that nothing was said of; the same where its agents had spoken; and of an edge over which nothing went. */
  readonly silent: PlacePoint;
  readonly nothingOpen: PlacePoint;
  readonly noCalls: EdgePoint;
}

interface OpenFrame extends SecondFrame {
  points: Map<Place, PlacePoint>;
  calls: Map<Call, EdgePoint>;
  served: { place: Place; service: string; completions: number }[];
  spoke: Set<string>;
  reporters: Map<string, Set<string>>;
}

export function silentFrame(second: number): OpenFrame {
  const atMs = second * 1_000;
  const silent = emptyPoint(atMs);
  return {
    atMs, points: new Map(), calls: new Map(), served: [], spoke: new Set(), reporters: new Map(), reported: new Map(),
    silent, nothingOpen: asReported(silent), noCalls: { atMs, calls: 0, errors: 0, durationMsSum: 0 },
  };
}

/** Rows that frames are made of. */
export type FramedRows = Pick<SeriesRows, 'places' | 'edges' | 'active' | 'begun' | 'oldest' | 'gauges'>;

/** The frames of the seconds [from, to), in order. Reports may begin `REPORT_FRESH_SECONDS − 1` before. Cost: O(rows). */
export function buildFrames(book: PlaceBook, rows: FramedRows, from: number, to: number): SecondFrame[] {
  const frames = Array.from({ length: Math.max(0, to - from) }, (_, i) => silentFrame(from + i));
  const frameAt = (second: number) => frames[second - from];
  addCompletions(book, rows, frameAt);
  addReports(book, rows, from, to, frameAt);
  addGauges(book, rows, from, to, frameAt);
  addCalls(book, rows, frameAt);
  return frames;
}

type FrameAt = (second: number) => OpenFrame | undefined;

function emptyPoint(atMs: number): PlacePoint {
  return {
    atMs, completions: 0, errors: 0, residenceMsSum: 0, downstreamMsSum: null, residenceMsP50: null, residenceMsP95: null,
    begun: null, inFlight: null, oldestMs: null, waitingOn: null, limit: null, queued: null,
  };
}

function pointOf(frame: OpenFrame, place: Place): PlacePoint {
  let point = frame.points.get(place);
  if (point === undefined) frame.points.set(place, (point = emptyPoint(frame.atMs)));
  return point;
}

function addCompletions(book: PlaceBook, rows: FramedRows, frameAt: FrameAt): void {
  for (const row of rows.places) {
    const frame = frameAt(row.at);
    const place = book.of(row.stage, row.channel, row.service);
    if (!frame || !place) continue;
    const point = pointOf(frame, place);
    point.completions = row.completions;
    point.errors = row.errors;
    point.residenceMsSum = row.residenceMsSum;
    point.downstreamMsSum = row.downstreamReported > 0 ? row.downstreamMsSum : null;
    point.residenceMsP50 = row.completions > 0 ? row.p50Ms : null;
    point.residenceMsP95 = row.completions > 0 ? row.p95Ms : null;
    if (place.stage !== '') frame.served.push({ place, service: row.service, completions: row.completions });
  }
}

function addReports(book: PlaceBook, rows: FramedRows, from: number, to: number, frameAt: FrameAt): void {
  const keys = new SeriesKeys();
  const reporter = (row: { service: string; instance: string }) => keys.of(row.service, row.instance, '');
  forEachFreshReport(rows.active, reporter, from, to, (second, report) => {
    const frame = frameAt(second);
    if (frame) for (const row of report) for (const place of book.allOf(row)) addOpen(pointOf(frame, place), row);
  });
  forEachFreshReport(rows.oldest, reporter, from, to, (second, report) => {
    const frame = frameAt(second);
    if (frame) for (const row of report) for (const place of book.allOf(row)) {
      const point = pointOf(frame, place);
      point.oldestMs = Math.max(point.oldestMs ?? 0, row.oldestMs);
    }
  });
  for (const row of rows.begun) {
    const frame = frameAt(row.at);
    if (frame) for (const place of book.allOf(row)) {
      const point = pointOf(frame, place);
      point.begun = (point.begun ?? 0) + row.begun;
    }
  }
  // Whatever a service said, it has spoken: of what it did not name, nothing is open.
  for (const reports of [rows.active, rows.oldest, rows.begun]) for (const { at, stage, service } of reports) {
    for (let second = at; second < at + REPORT_FRESH_SECONDS; second++) {
      const frame = frameAt(second);
      if (!frame) continue;
      frame.spoke.add(service);
      if (stage === '') continue;
      const reporters = frame.reporters.get(stage);
      if (reporters === undefined) frame.reporters.set(stage, new Set([service]));
      else reporters.add(service);
    }
  }
}

function addOpen(point: PlacePoint, row: ActiveRow): void {
  const waitingOn = (point.waitingOn ??= {});
  ACTIVE_STATES.forEach((state, i) => {
    const open = row.states[i] ?? 0;
    if (open > 0) waitingOn[state] = (waitingOn[state] ?? 0) + open;
  });
  // By age band, since every open transaction is in exactly one, also when its state is of a newer agent.
  point.inFlight = (point.inFlight ?? 0) + row.bands.reduce((a, b) => a + b, 0);
}

function addGauges(book: PlaceBook, rows: FramedRows, from: number, to: number, frameAt: FrameAt): void {
  forEachFreshReport(rows.gauges, (r) => `${r.metric} ${r.series}`, from, to, (second, report) => {
    const frame = frameAt(second);
    if (frame) for (const row of report) {
      const stage = book.stages.get(row.stage);
      const measures = (['limit', 'queue'] as const).filter((m) => stage?.[m]?.metric === row.metric);
      for (const place of [book.of(row.stage, '', ''), row.channel === '' ? undefined : book.of(row.stage, row.channel, '')]) {
        if (!place) continue;
        const point = pointOf(frame, place);
        for (const measure of measures) {
          const field = measure === 'limit' ? 'limit' : 'queued';
          point[field] = (point[field] ?? 0) + row.value;
        }
      }
    }
  });
}

function addCalls(book: PlaceBook, rows: FramedRows, frameAt: FrameAt): void {
  for (const row of rows.edges) {
    const frame = frameAt(row.at);
    if (!frame) continue;
    const call = book.call(row);
    const before = frame.calls.get(call) ?? frame.noCalls;
    frame.calls.set(call, sumOfCalls(before, row));
  }
}

export function sumOfCalls(a: EdgePoint, b: Omit<EdgePoint, 'atMs'>): EdgePoint {
  return { atMs: a.atMs, calls: a.calls + b.calls, errors: a.errors + b.errors, durationMsSum: a.durationMsSum + b.durationMsSum };
}

/** The point of a place in a second; `isReported`: its agents had spoken, so that what they did not say is none. */
export function pointAt(frame: SecondFrame, place: Place, isReported: boolean): PlacePoint {
  const point = frame.points.get(place);
  if (!isReported) return point ?? frame.silent;
  if (point === undefined) return frame.nothingOpen;
  if (point.inFlight !== null && point.begun !== null && point.waitingOn !== null && point.oldestMs !== null) return point;
  let reported = frame.reported.get(place);
  if (reported === undefined) frame.reported.set(place, (reported = asReported(point)));
  return reported;
}

const asReported = (point: PlacePoint): PlacePoint => ({ ...point, inFlight: point.inFlight ?? 0, begun: point.begun ?? 0, waitingOn: point.waitingOn ?? {}, oldestMs: point.oldestMs ?? 0 });
