// The rule for gauges: what a reporter said last counts until it speaks again, but for no more than three seconds. A
// reporter that falls silent is "not reported" afterwards, never zero and never its last word for ever.
//
//   report    5     7        (silent)
//   second    0  1  2  3  4  5  6
//   counts    5  5  7  7  7  –  –

/** Reports are made once a second; one may be late and one may be lost. */
export const REPORT_FRESH_SECONDS = 3;

/**
 * Walk the seconds [from, to) and hand over, for each, the latest fresh report of every reporter.
 * `rows` may be in any order and may begin `REPORT_FRESH_SECONDS − 1` before `from`. A report is all rows of one reporter in one second.
 */
export function forEachFreshReport<Row extends { at: number }>(
  rows: readonly Row[], reporterOf: (row: Row) => string, from: number, to: number, visit: (second: number, report: readonly Row[]) => void,
): void {
  const first = from - REPORT_FRESH_SECONDS + 1;
  const bySecond: (Row[] | undefined)[] = Array.from({ length: Math.max(0, to - first) });
  for (const row of rows) {
    const at = row.at - first;
    if (at >= 0 && at < bySecond.length) (bySecond[at] ??= []).push(row);
  }
  const latest = new Map<string, { at: number; rows: Row[] }>();
  for (let second = first; second < to; second++) {
    for (const row of bySecond[second - first] ?? []) {
      const reporter = reporterOf(row);
      const held = latest.get(reporter);
      if (held === undefined) latest.set(reporter, { at: second, rows: [row] });
      else if (held.at === second) held.rows.push(row);
      else [held.at, held.rows] = [second, [row]];
    }
    for (const [reporter, report] of latest) {
      if (second - report.at >= REPORT_FRESH_SECONDS) latest.delete(reporter);
      else if (second >= from) visit(second, report.rows);
    }
  }
}
