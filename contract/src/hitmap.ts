// The hitmap's scale: end time in 5-second columns, duration in 120 cells that grow coarser upwards. The same table
// draws the axis, bins a span, and becomes the store's SQL, so a rectangle on the screen selects what was counted in it.

export const HITMAP_COLUMN_SECONDS = 5;
export const HITMAP_CELLS = 120;

/** Bands of equal cells: from (inclusive), width of a cell and how many, all in milliseconds. */
export const HITMAP_BANDS: readonly { fromMs: number; cellMs: number; cells: number }[] = [
  { fromMs: 0, cellMs: 125, cells: 40 },
  { fromMs: 5_000, cellMs: 250, cells: 20 },
  { fromMs: 10_000, cellMs: 500, cells: 20 },
  { fromMs: 20_000, cellMs: 1_000, cells: 20 },
  { fromMs: 40_000, cellMs: 2_000, cells: 20 },
];

/** Cell 0–119 of a duration; ≥ 80 s lands in the last one. */
export function hitmapCell(durationMs: number): number {
  let first = 0;
  for (const band of HITMAP_BANDS) {
    const endMs = band.fromMs + band.cellMs * band.cells;
    if (durationMs < endMs) return first + Math.max(0, Math.floor((durationMs - band.fromMs) / band.cellMs));
    first += band.cells;
  }
  return HITMAP_CELLS - 1;
}

/** Lower edge of a cell in milliseconds; `hitmapCellFromMs(120)` is the top of the scale, 80,000. */
export function hitmapCellFromMs(cell: number): number {
  let first = 0;
  for (const band of HITMAP_BANDS) {
    if (cell < first + band.cells) return band.fromMs + (cell - first) * band.cellMs;
    first += band.cells;
  }
  return 80_000;
}
