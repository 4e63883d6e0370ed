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
  const bySecond = new Map<number, Map<string, Row[]>>();
  for (const row of rows) {
    let reports = bySecond.get(row.at);
    if (!reports) bySecond.set(row.at, (reports = new Map()));
    const reporter = reporterOf(row);
    const report = reports.get(reporter);
    if (report) report.push(row); else reports.set(reporter, [row]);
  }
  const latest = new Map<string, Row[]>();
  for (let second = from - REPORT_FRESH_SECONDS + 1; second < to; second++) {
    for (const [reporter, report] of bySecond.get(second) ?? []) latest.set(reporter, report);
    for (const [reporter, report] of latest) {
      if (second - (report[0]?.at ?? 0) >= REPORT_FRESH_SECONDS) latest.delete(reporter);
      else if (second >= from) visit(second, report);
    }
  }
}
