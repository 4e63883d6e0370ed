// What an observer would have seen of a simulated system: spans as they end, active transactions every second, limits
// and lines as metrics. Takes begin and end of simulated spans, gives the judge's input; nothing else of the simulation
// is visible in it.
import type { EdgePoint, EdgeSeries, PlacePoint, PlaceSeries } from '@narrows/contract';

/** What the agents of this system report. */
export interface Reporting {
  /** Active transactions: begun, in flight, oldest, what they wait on. */
  active: boolean;
  limit: boolean;
  downstream: boolean;
}

export interface OpenSpan { beginMs: number; places: RecordedPlace[]; downstreamMs: number; callingSinceMs: number | null; error: boolean }

export class RecordedPlace {
  readonly open = new Set<OpenSpan>();
  /** Of the open ones: in an outgoing call, in a query, waiting for a connection. */
  calling = 0;
  querying = 0;
  pooling = 0;
  queued: (() => number) | null = null;
  limit: number | null = null;
  readonly points: PlacePoint[] = [];
  #second = { completions: 0, errors: 0, residenceMsSum: 0, downstreamMsSum: 0, begun: 0 };

  constructor(readonly identity: Omit<PlaceSeries, 'points'>) {}

  begin(span: OpenSpan): void {
    this.open.add(span);
    this.#second.begun += 1;
  }

  /** `isLost`: the span never arrives, though what is open was counted. */
  end(span: OpenSpan, nowMs: number, isLost = false): void {
    this.open.delete(span);
    if (isLost) return;
    this.#second.completions += 1;
    this.#second.errors += span.error ? 1 : 0;
    this.#second.residenceMsSum += nowMs - span.beginMs;
    this.#second.downstreamMsSum += span.downstreamMs;
  }

  /** Close the second that ends now. */
  sample(beginMs: number, nowMs: number, reporting: Reporting): void {
    const [oldest] = this.open;
    const { completions, errors, residenceMsSum, downstreamMsSum, begun } = this.#second;
    this.points.push({
      atMs: beginMs, completions, errors, residenceMsSum, residenceMsP50: null, residenceMsP95: null,
      downstreamMsSum: reporting.downstream ? downstreamMsSum : null,
      begun: reporting.active ? begun : null,
      inFlight: reporting.active ? this.open.size : null,
      oldestMs: reporting.active ? (oldest === undefined ? 0 : nowMs - oldest.beginMs) : null,
      waitingOn: reporting.active ? { method: this.open.size - this.calling - this.querying - this.pooling, httpc: this.calling, sql: this.querying, pool: this.pooling } : null,
      limit: reporting.limit ? this.limit : null,
      queued: this.queued?.() ?? null,
    });
    this.#second = { completions: 0, errors: 0, residenceMsSum: 0, downstreamMsSum: 0, begun: 0 };
  }
}

export class RecordedEdge {
  readonly points: EdgePoint[] = [];
  #calls = 0;
  #errors = 0;
  #durationMsSum = 0;

  constructor(readonly identity: Omit<EdgeSeries, 'points'>) {}

  called(durationMs: number, error: boolean): void {
    this.#calls += 1;
    this.#errors += error ? 1 : 0;
    this.#durationMsSum += durationMs;
  }

  sample(beginMs: number): void {
    this.points.push({ atMs: beginMs, calls: this.#calls, errors: this.#errors, durationMsSum: this.#durationMsSum });
    this.#calls = this.#errors = this.#durationMsSum = 0;
  }
}
