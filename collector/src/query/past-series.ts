// A past stretch of time, read once and handed to the judge window by window: each window's input is made of the same
// rows and by the same function as `selectJudgeInput` makes it, so that what is judged again is judged alike. Memory is
// bounded by whoever chooses the stretch.
import type { JudgeInput, PipelineDefinition } from '@narrows/contract';
import { REPORT_FRESH_SECONDS } from './fresh-reports.js';
import { JudgedSeconds } from './judge-input.js';
import { selectServiceOfPeer } from './peers.js';
import { secondsOf, type Asker, type Range } from './question.js';
import { selectSeriesRows, type SeriesRows, type SlowKind, type SlowRows } from './series-rows.js';

/** Addresses change their service seldom; the end of the stretch tells, and its begin who is not called any more. */
const PEERS_RANGE_MS = 60_000;

type RowsBySecond = { [Kind in SlowKind]: ReadonlyMap<number, SlowRows[Kind]> };

export class PastSeries {
  readonly #seconds: JudgedSeconds;
  readonly #slow: RowsBySecond;

  private constructor(readonly pipeline: PipelineDefinition | null, rows: SeriesRows, range: Range, readonly peers: ReadonlyMap<string, string>) {
    this.#seconds = new JudgedSeconds(pipeline);
    this.#seconds.put(rows, range);
    this.#slow = { instances: bySecond(rows.instances), runtime: bySecond(rows.runtime), people: bySecond(rows.people) };
  }

  /** Read what windows that lie in `range` need. */
  static async read(asker: Asker, pipeline: PipelineDefinition | null, range: Range): Promise<PastSeries> {
    const read = { fromMs: range.fromMs - (REPORT_FRESH_SECONDS - 1) * 1_000, toMs: range.toMs };
    const atEnd = { fromMs: Math.max(range.fromMs, range.toMs - PEERS_RANGE_MS), toMs: range.toMs };
    const atBegin = { fromMs: range.fromMs, toMs: Math.min(range.fromMs + PEERS_RANGE_MS, atEnd.fromMs) };
    const [rows, before, peers] = await Promise.all([
      selectSeriesRows(asker, pipeline, read),
      atBegin.toMs > atBegin.fromMs ? selectServiceOfPeer(asker, atBegin) : new Map<string, string>(),
      selectServiceOfPeer(asker, atEnd),
    ]);
    return new PastSeries(pipeline, rows, read, new Map([...before, ...peers]));
  }

  /** The judge's input of a window inside the stretch. Cost: O(places × seconds of the window). */
  window(range: Range): JudgeInput {
    const { from, to } = secondsOf(range);
    const held = <Row extends { at: number }>(rows: ReadonlyMap<number, readonly Row[]>) => rowsIn(rows, from - REPORT_FRESH_SECONDS + 1, to);
    return this.#seconds.window(range, { instances: held(this.#slow.instances), runtime: held(this.#slow.runtime), people: held(this.#slow.people) }, this.peers);
  }
}

function bySecond<Row extends { at: number }>(rows: readonly Row[]): Map<number, Row[]> {
  const seconds = new Map<number, Row[]>();
  for (const row of rows) {
    const held = seconds.get(row.at);
    if (held === undefined) seconds.set(row.at, [row]);
    else held.push(row);
  }
  return seconds;
}

function rowsIn<Row>(seconds: ReadonlyMap<number, readonly Row[]>, from: number, to: number): Row[] {
  const rows: Row[] = [];
  for (let second = from; second < to; second += 1) for (const row of seconds.get(second) ?? []) rows.push(row);
  return rows;
}
