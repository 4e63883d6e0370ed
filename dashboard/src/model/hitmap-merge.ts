// A hitmap that moves: every few seconds a newer answer covers the window again. Its columns replace those of the same
// moment, the older ones stay while they are inside the window, so the picture only ever gains a column on the right.
import type { HitmapAnswer, HitmapColumn } from '@narrows/contract';

/** The newer answer, completed with the older one's columns where the newer one does not reach. */
export function mergeHitmaps(older: HitmapAnswer | null, newer: HitmapAnswer, windowMs: number): HitmapAnswer {
  if (older === null || older.columnSeconds !== newer.columnSeconds || older.toMs < newer.fromMs) return newer;
  const fromMs = Math.max(Math.min(older.fromMs, newer.fromMs), newer.toMs - windowMs);
  const kept = older.columns.filter((column) => column.atMs >= fromMs && column.atMs < newer.fromMs);
  const columns = [...kept, ...newer.columns];
  return { ...newer, fromMs, columns, ...totalsOf(columns) };
}

function totalsOf(columns: readonly HitmapColumn[]): { transactions: number; errors: number } {
  let ok = 0;
  let errors = 0;
  for (const column of columns) {
    for (const [, count = 0] of column.ok) ok += count;
    for (const [, count = 0] of column.error) errors += count;
  }
  return { transactions: ok + errors, errors };
}
