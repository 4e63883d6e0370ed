// The hitmap as a grid: columns of end time, cells of duration, and the way from a rectangle on the screen to the
// question that selects exactly the transactions counted under it, and back.
import { HITMAP_CELLS, HITMAP_COLUMN_SECONDS, hitmapCell, hitmapCellFromMs, type HitmapAnswer, type HitmapColumn } from '@narrows/contract';

/** Ceilings an operator may choose, seconds; each is the upper edge of a band of the scale. */
export const HITMAP_CEILINGS_SECONDS = [5, 10, 20, 40, 80] as const;
export type HitmapCeiling = (typeof HITMAP_CEILINGS_SECONDS)[number] | 'auto';

export interface HitmapGrid {
  fromMs: number;
  columnMs: number;
  columns: number;
  /** Cells shown, from 0 upwards. */
  cells: number;
  ceilingSeconds: number;
}

/** A rectangle of whole cells, all ends inclusive. */
export interface CellRange { columnFirst: number; columnLast: number; cellFirst: number; cellLast: number }

/** What the trace list is asked: end time in [fromMs, toMs), duration from `minDurationMs` to `maxDurationMs` (absent: open). */
export interface HitmapSelection { fromMs: number; toMs: number; minDurationMs: number; maxDurationMs: number | undefined }

/** Share of transactions that the automatic ceiling may leave above it. */
const AUTO_ABOVE_SHARE = 0.005;

/** The grid of an answer under a ceiling. */
export function gridOf(answer: HitmapAnswer, ceiling: HitmapCeiling): HitmapGrid {
  const columnMs = (answer.columnSeconds || HITMAP_COLUMN_SECONDS) * 1_000;
  const fromMs = Math.floor(answer.fromMs / columnMs) * columnMs;
  const ceilingSeconds = ceiling === 'auto' ? autoCeiling(answer.columns) : ceiling;
  return {
    fromMs, columnMs,
    columns: Math.max(1, Math.ceil((answer.toMs - fromMs) / columnMs)),
    cells: ceilingSeconds * 1_000 >= hitmapCellFromMs(HITMAP_CELLS) ? HITMAP_CELLS : hitmapCell(ceilingSeconds * 1_000),
    ceilingSeconds,
  };
}

/** The lowest ceiling that leaves at most half a per cent above it. */
export function autoCeiling(columns: readonly HitmapColumn[]): number {
  const perCell = Array.from({ length: HITMAP_CELLS }, () => 0);
  let total = 0;
  for (const column of columns) {
    for (const [cell = 0, count = 0] of [...column.ok, ...column.error]) {
      perCell[cell] = (perCell[cell] ?? 0) + count;
      total += count;
    }
  }
  for (const seconds of HITMAP_CEILINGS_SECONDS) {
    const cells = hitmapCell(seconds * 1_000);
    const above = perCell.slice(cells).reduce((sum, count) => sum + count, 0);
    if (seconds === 80 || above <= total * AUTO_ABOVE_SHARE) return seconds;
  }
  return 80;
}

/** Transactions that ended under this grid and lie above its ceiling: said beside the picture, never hidden. */
export function countAbove(columns: readonly HitmapColumn[], grid: HitmapGrid): number {
  let above = 0;
  for (const column of columns) {
    for (const [cell = 0, count = 0] of [...column.ok, ...column.error]) if (cell >= grid.cells) above += count;
  }
  return above;
}

/** The cells that a rectangle touches, in shares of the plot (0–1 from the left and from the bottom). */
export function cellsUnder(grid: HitmapGrid, rectangle: { left: number; right: number; bottom: number; top: number }): CellRange {
  const index = (share: number, count: number) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
  // The end of a rectangle that lies exactly on an edge does not touch the next cell.
  const last = (share: number, first: number, count: number) => Math.max(first, Math.min(count - 1, Math.ceil(share * count - 1e-9) - 1));
  const columnFirst = index(Math.min(rectangle.left, rectangle.right), grid.columns);
  const cellFirst = index(Math.min(rectangle.bottom, rectangle.top), grid.cells);
  return {
    columnFirst, cellFirst,
    columnLast: last(Math.max(rectangle.left, rectangle.right), columnFirst, grid.columns),
    cellLast: last(Math.max(rectangle.bottom, rectangle.top), cellFirst, grid.cells),
  };
}

/** The question that selects what those cells count. The last cell of the scale is open upwards. */
export function selectionOf(grid: HitmapGrid, range: CellRange): HitmapSelection {
  return {
    fromMs: grid.fromMs + range.columnFirst * grid.columnMs,
    toMs: grid.fromMs + (range.columnLast + 1) * grid.columnMs,
    minDurationMs: hitmapCellFromMs(range.cellFirst),
    maxDurationMs: range.cellLast >= HITMAP_CELLS - 1 ? undefined : hitmapCellFromMs(range.cellLast + 1),
  };
}

/** The cells of a question, or null where it lies outside this grid: to show a selection that came by an address. */
export function rangeOf(grid: HitmapGrid, selection: HitmapSelection): CellRange | null {
  const columnFirst = Math.floor((selection.fromMs - grid.fromMs) / grid.columnMs);
  const columnLast = Math.ceil((selection.toMs - grid.fromMs) / grid.columnMs) - 1;
  const cellFirst = hitmapCell(selection.minDurationMs);
  const cellLast = selection.maxDurationMs === undefined ? grid.cells - 1 : hitmapCell(selection.maxDurationMs - 0.001);
  if (columnLast < 0 || columnFirst >= grid.columns || cellFirst >= grid.cells || columnLast < columnFirst) return null;
  return {
    columnFirst: Math.max(0, columnFirst), columnLast: Math.min(grid.columns - 1, columnLast),
    cellFirst, cellLast: Math.min(grid.cells - 1, Math.max(cellFirst, cellLast)),
  };
}

/** How many transactions and errors a range holds: what the reader sees before letting go. */
export function countsIn(columns: readonly HitmapColumn[], grid: HitmapGrid, range: CellRange): { transactions: number; errors: number } {
  let ok = 0;
  let errors = 0;
  for (const column of columns) {
    const index = Math.floor((column.atMs - grid.fromMs) / grid.columnMs);
    if (index < range.columnFirst || index > range.columnLast) continue;
    const inside = (cell: number) => cell >= range.cellFirst && cell <= range.cellLast;
    for (const [cell = 0, count = 0] of column.ok) if (inside(cell)) ok += count;
    for (const [cell = 0, count = 0] of column.error) if (inside(cell)) errors += count;
  }
  return { transactions: ok + errors, errors };
}

/** Durations that get a line and a label. */
export function durationTicks(grid: HitmapGrid): { cell: number; ms: number }[] {
  const wanted = grid.ceilingSeconds <= 5 ? [1, 2, 3, 4] : grid.ceilingSeconds <= 10 ? [1, 3, 5, 8] : [3, 5, 10, 20, 40, 80];
  return wanted.map((seconds) => ({ ms: seconds * 1_000, cell: seconds >= 80 ? HITMAP_CELLS : hitmapCell(seconds * 1_000) })).filter((tick) => tick.cell <= grid.cells);
}
