import { expect, test } from 'vitest';
import { HITMAP_CELLS, hitmapCell, hitmapCellFromMs } from './hitmap.js';

test('every cell begins where the one below it ends, and holds its own lower edge', () => {
  for (let cell = 0; cell < HITMAP_CELLS; cell++) {
    expect(hitmapCell(hitmapCellFromMs(cell))).toBe(cell);
    expect(hitmapCell(hitmapCellFromMs(cell + 1) - 0.001)).toBe(cell);
  }
});

test('bands are those operators know: 125 ms up to 5 s, 2 s above 40 s, everything from 80 s in the last cell', () => {
  expect([hitmapCell(0), hitmapCell(125), hitmapCell(5_000), hitmapCell(10_000), hitmapCell(20_000), hitmapCell(40_000)]).toEqual([0, 1, 40, 60, 80, 100]);
  expect([hitmapCell(79_999), hitmapCell(80_000), hitmapCell(1e9), hitmapCell(-1)]).toEqual([119, 119, 119, 0]);
});
