import { hitmapCell, type HitmapAnswer } from '@narrows/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { autoCeiling, cellsUnder, countAbove, countsIn, durationTicks, gridOf, HITMAP_CEILINGS_SECONDS, rangeOf, selectionOf } from './hitmap-grid.js';

const answer = (columns: HitmapAnswer['columns'] = []): HitmapAnswer => ({ fromMs: 1_000_000, toMs: 1_600_000, columnSeconds: 5, transactions: 0, errors: 0, columns });
const share = fc.double({ min: 0, max: 1, noNaN: true });

test('a rectangle becomes a question that selects exactly the cells under it, and the question becomes the same cells', () => {
  fc.assert(fc.property(share, share, share, share, fc.constantFrom(...HITMAP_CEILINGS_SECONDS), (left, right, bottom, top, ceiling) => {
    const grid = gridOf(answer(), ceiling);
    const range = cellsUnder(grid, { left, right, bottom, top });
    const selection = selectionOf(grid, range);
    expect(rangeOf(grid, selection)).toEqual(range);
    // Both ends, as the store bins and the list selects them: lower edge in, upper edge out.
    expect(hitmapCell(selection.minDurationMs)).toBe(range.cellFirst);
    if (selection.maxDurationMs !== undefined) expect(hitmapCell(selection.maxDurationMs - 0.001)).toBe(range.cellLast);
    expect((selection.toMs - selection.fromMs) / grid.columnMs).toBe(range.columnLast - range.columnFirst + 1);
  }));
});

test('the last cell of the scale is open upwards: what took two minutes is in it', () => {
  const grid = gridOf(answer(), 80);
  expect(selectionOf(grid, cellsUnder(grid, { left: 0, right: 0.1, bottom: 0.5, top: 1 })).maxDurationMs).toBeUndefined();
  expect(selectionOf(gridOf(answer(), 20), cellsUnder(gridOf(answer(), 20), { left: 0, right: 0.1, bottom: 0.5, top: 1 })).maxDurationMs).toBe(20_000);
});

test('a rectangle that ends on a cell\'s edge does not take the next cell, whichever corner it was begun at', () => {
  const grid = gridOf(answer(), 80);
  const rectangle = { left: 0, right: 2 / grid.columns, bottom: 0, top: 3 / grid.cells };
  expect(cellsUnder(grid, rectangle)).toEqual({ columnFirst: 0, columnLast: 1, cellFirst: 0, cellLast: 2 });
  expect(cellsUnder(grid, { left: rectangle.right, right: 0, bottom: rectangle.top, top: 0 })).toEqual({ columnFirst: 0, columnLast: 1, cellFirst: 0, cellLast: 2 });
});

test('what a rectangle counts is what its columns and cells hold, errors apart', () => {
  const columns = [{ atMs: 1_000_000, ok: [[0, 5], [10, 2]], error: [[10, 1]] }, { atMs: 1_005_000, ok: [[0, 7]], error: [] }];
  const grid = gridOf(answer(columns), 80);
  expect(countsIn(columns, grid, { columnFirst: 0, columnLast: 0, cellFirst: 0, cellLast: 10 })).toEqual({ transactions: 8, errors: 1 });
  expect(countsIn(columns, grid, { columnFirst: 0, columnLast: 1, cellFirst: 0, cellLast: 0 })).toEqual({ transactions: 12, errors: 0 });
});

test('the automatic ceiling is the lowest that hides at most half a per cent, and what it hides is counted', () => {
  const columns = [{ atMs: 1_000_000, ok: [[2, 1_000], [hitmapCell(30_000), 4]], error: [] }];
  expect(autoCeiling(columns)).toBe(5);
  expect(countAbove(columns, gridOf(answer(columns), 'auto'))).toBe(4);
  expect(autoCeiling([{ atMs: 0, ok: [[2, 100], [hitmapCell(30_000), 4]], error: [] }])).toBe(40);
  expect(autoCeiling([])).toBe(5);
});

test('a selection outside the window has no cells on it', () => {
  const grid = gridOf(answer(), 80);
  expect(rangeOf(grid, { fromMs: 0, toMs: 5_000, minDurationMs: 0, maxDurationMs: 100 })).toBeNull();
  expect(durationTicks(grid).at(-1)).toEqual({ ms: 80_000, cell: 120 });
});
