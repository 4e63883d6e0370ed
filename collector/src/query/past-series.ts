// A past stretch of time, read once and handed to the judge window by window: each window's input is made of the same
// rows and by the same function as `selectJudgeInput` makes it, so that what is judged again is judged alike. Memory is
// bounded by whoever chooses the stretch; the rows are held by the second.
import type { JudgeInput, PipelineDefinition } from '@narrows/contract';
import { REPORT_FRESH_SECONDS } from './fresh-reports.js';
import { buildJudgeInput } from './judge-input.js';
import { selectServiceOfPeer } from './peers.js';
import { secondsOf, type Asker, type Range } from './question.js';
import { selectSeriesRows, type SeriesRows } from './series-rows.js';

/** Addresses change their service seldom; the end of the stretch tells. */
const PEERS_RANGE_MS = 60_000;

type Kind = keyof SeriesRows;
type RowsBySecond = { [K in Kind]: ReadonlyMap<number, SeriesRows[K]> };

export class PastSeries {
  readonly #rows: RowsBySecond;

  private constructor(readonly pipeline: PipelineDefinition | null, rows: SeriesRows, readonly peers: ReadonlyMap<string, string>) {
    this.#rows = Object.fromEntries(Object.entries(rows).map(([kind, all]) => [kind, bySecond(all)])) as unknown as RowsBySecond;
  }

  /** Read what windows that lie in `range` need. */
  static async read(asker: Asker, pipeline: PipelineDefinition | null, range: Range): Promise<PastSeries> {
    const [rows, peers] = await Promise.all([
      selectSeriesRows(asker, pipeline, { fromMs: range.fromMs - (REPORT_FRESH_SECONDS - 1) * 1_000, toMs: range.toMs }),
      selectServiceOfPeer(asker, { fromMs: Math.max(range.fromMs, range.toMs - PEERS_RANGE_MS), toMs: range.toMs }),
    ]);
    return new PastSeries(pipeline, rows, peers);
  }

  /** The judge's input of a window inside the stretch. Cost: O(places × seconds of the window). */
  window(range: Range): JudgeInput {
    const { from, to } = secondsOf(range);
    const rows = Object.fromEntries(Object.entries(this.#rows).map(([kind, seconds]) => [kind, rowsIn(seconds, from - REPORT_FRESH_SECONDS + 1, to)])) as unknown as SeriesRows;
    return buildJudgeInput(rows, this.pipeline, range, this.peers);
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

function rowsIn(seconds: ReadonlyMap<number, readonly { at: number }[]>, from: number, to: number): { at: number }[] {
  const rows: { at: number }[] = [];
  for (let second = from; second < to; second += 1) for (const row of seconds.get(second) ?? []) rows.push(row);
  return rows;
}
