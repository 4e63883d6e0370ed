// "When did transactions end, and how long had they taken?" Counts on a grid of end time × duration, from a rollup on
// exactly that grid. Long ranges get wider columns, so that an answer has at most 720 of them.
import { HITMAP_COLUMN_SECONDS, type HitmapAnswer, type HitmapColumn } from '@narrows/contract';
import { AT_IN_RANGE, placeConditions, type Asker, type PlaceFilter, type Range } from './question.js';

const COLUMNS_MAX = 720;

/** The range grows outwards to whole columns; the answer says which it was. */
export async function selectHitmap(asker: Asker, place: PlaceFilter, range: Range): Promise<HitmapAnswer> {
  const columnSeconds = HITMAP_COLUMN_SECONDS * Math.max(1, Math.ceil((range.toMs - range.fromMs) / 1_000 / HITMAP_COLUMN_SECONDS / COLUMNS_MAX));
  const from = Math.floor(range.fromMs / 1_000 / columnSeconds) * columnSeconds;
  const to = Math.ceil(range.toMs / 1_000 / columnSeconds) * columnSeconds;
  const where = placeConditions(place);
  // The rollup holds transactions and stage spans. Of no stage and no pipeline in particular, a page asks for transactions.
  const which = place.stage || place.pipeline ? '' : ' AND Transaction = 1';
  const rows = await asker.query<{ at: number; cell: number; ok: number; error: number }>(`
    SELECT toFloat64(intDiv(toUnixTimestamp(At), {columnSeconds:UInt32}) * {columnSeconds:UInt32}) AS at, Cell AS cell,
      toFloat64(sum(Ok)) AS ok, toFloat64(sum(Error)) AS error
    FROM rollup_hitmap_5s WHERE ${AT_IN_RANGE}${where.sql}${which}
    GROUP BY at, cell ORDER BY at, cell`, { from, to, columnSeconds, ...where.params });

  const answer: HitmapAnswer = { fromMs: from * 1_000, toMs: to * 1_000, columnSeconds, transactions: 0, errors: 0, columns: [] };
  let column: HitmapColumn | undefined;
  for (const row of rows) {
    if (column?.atMs !== row.at * 1_000) answer.columns.push((column = { atMs: row.at * 1_000, ok: [], error: [] }));
    if (row.ok > 0) column.ok.push([row.cell, row.ok]);
    if (row.error > 0) column.error.push([row.cell, row.error]);
    answer.transactions += row.ok + row.error;
    answer.errors += row.error;
  }
  return answer;
}
