// The hitmap's picture: one filled rectangle a cell, coloured by its count on a fixed scale, so that a colour means the
// same now and a minute ago. Errors are drawn as a layer above, as operators know it.
import type { HitmapAnswer } from '@narrows/contract';
import type { CellRange, HitmapGrid } from '../model/hitmap-grid.js';

/** Lower ends of the colour steps; a cell with at least that many transactions has that colour. */
export const HEAT_STEPS = [1, 3, 8, 20, 50] as const;
export const HEAT_ERROR_STEPS = [1, 3, 10] as const;

export interface HeatColours { ok: readonly string[]; error: readonly string[]; line: string; selection: string }

/** Index of the colour step of a count (0-based). */
export function heatStep(count: number, steps: readonly number[]): number {
  let step = 0;
  for (const [index, from] of steps.entries()) if (count >= from) step = index;
  return step;
}

export interface HitmapView { widthPx: number; heightPx: number; errorsOnly: boolean; selection: CellRange | null; ticks: readonly { cell: number }[] }

/** Draw the whole hitmap; `context` is scaled to CSS pixels. */
export function drawHitmap(context: CanvasRenderingContext2D, answer: HitmapAnswer, grid: HitmapGrid, colours: HeatColours, view: HitmapView): void {
  const { widthPx, heightPx } = view;
  context.clearRect(0, 0, widthPx, heightPx);
  context.fillStyle = colours.line;
  for (const { cell } of view.ticks) context.fillRect(0, Math.round(heightPx * (1 - cell / grid.cells)), widthPx, 1);
  const columnPx = widthPx / grid.columns;
  const cellPx = heightPx / grid.cells;
  // Whole device rows and columns: neighbours touch without a seam, and a one-pixel gap keeps columns apart.
  const x = (column: number) => Math.round(column * columnPx);
  const y = (cell: number) => Math.round(heightPx - cell * cellPx);
  const layer = (pairs: readonly number[][], column: number, steps: readonly number[], palette: readonly string[]): void => {
    const widthOfColumn = Math.max(1, x(column + 1) - x(column) - (columnPx > 4 ? 1 : 0));
    for (const [cell = 0, count = 0] of pairs) {
      if (cell >= grid.cells || count === 0) continue;
      context.fillStyle = palette[heatStep(count, steps)] ?? palette[0] ?? 'gray';
      const top = y(cell + 1);
      const height = y(cell) - top;
      context.fillRect(x(column), top, widthOfColumn, Math.max(1, height - (height > 3 ? 1 : 0)));
    }
  };
  for (const column of answer.columns) {
    const index = Math.floor((column.atMs - grid.fromMs) / grid.columnMs);
    if (index < 0 || index >= grid.columns) continue;
    if (!view.errorsOnly) layer(column.ok, index, HEAT_STEPS, colours.ok);
    layer(column.error, index, HEAT_ERROR_STEPS, colours.error);
  }
  if (view.selection !== null) drawSelection(context, view.selection, colours.selection, x, y);
}

function drawSelection(context: CanvasRenderingContext2D, range: CellRange, colour: string, x: (column: number) => number, y: (cell: number) => number): void {
  const left = x(range.columnFirst);
  const top = y(range.cellLast + 1);
  const width = x(range.columnLast + 1) - left;
  const height = y(range.cellFirst) - top;
  context.globalAlpha = 0.18;
  context.fillStyle = colour;
  context.fillRect(left, top, width, height);
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.strokeRect(left + 0.75, top + 0.75, Math.max(0, width - 1.5), Math.max(0, height - 1.5));
}
