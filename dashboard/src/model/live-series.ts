// The last minutes of totals as series for charts. Points keep their second and a missing one
// becomes a gap, so that a line is never drawn across what nobody measured.
import type { TotalsPoint } from '@narrows/contract';

export type SeriesPoint = [atMs: number, value: number | null];

/** Longer than this between two points is a gap. */
const GAP_MS = 2_500;

/** Points of one measure with a null in every gap. */
export function seriesOf(history: readonly TotalsPoint[], measure: (point: TotalsPoint) => number | null): SeriesPoint[] {
  const points: SeriesPoint[] = [];
  let beforeMs: number | null = null;
  for (const point of history) {
    if (beforeMs !== null && point.atMs - beforeMs > GAP_MS) points.push([beforeMs + 1_000, null]);
    points.push([point.atMs, measure(point)]);
    beforeMs = point.atMs;
  }
  return points;
}

export type ApdexGrade = 'excellent' | 'good' | 'fair' | 'poor';

/** Grades as Korean operators read them: red < 0.7, orange < 0.85, green < 0.95, blue above. */
export function apdexGrade(apdex: number): ApdexGrade {
  if (apdex < 0.7) return 'poor';
  if (apdex < 0.85) return 'fair';
  return apdex < 0.95 ? 'good' : 'excellent';
}
