// Active transactions as an arc: one segment a service and age band, its angle in proportion to how many are open. The
// order is by name, so that a segment stays where it is while its size changes.
import { ACTIVE_STATES, AGE_BANDS, type ActiveByService, type ActiveRow, type ActiveState, type AgeBand } from '@narrows/contract';

export interface ArcSegment {
  service: string;
  band: AgeBand;
  count: number;
  /** Degrees clockwise from the top. */
  fromDegrees: number;
  toDegrees: number;
}

export interface ArcService { service: string; total: number; bands: readonly number[]; fromDegrees: number; toDegrees: number }

export interface ActiveArc { total: number; bands: readonly number[]; segments: ArcSegment[]; services: ArcService[] }

/** The arc is open below, where its legend stands. */
export const ARC_FROM_DEGREES = -125;
export const ARC_TO_DEGREES = 125;

/** Segments of the arc; together they are the whole of it, and their counts the total. */
export function arcOf(services: readonly ActiveByService[]): ActiveArc {
  const ordered = [...services].sort((a, b) => a.service.localeCompare(b.service));
  const total = ordered.reduce((sum, service) => sum + sumOf(service.bands), 0);
  const degreesPerOne = total === 0 ? 0 : (ARC_TO_DEGREES - ARC_FROM_DEGREES) / total;
  const arc: ActiveArc = { total, bands: AGE_BANDS.map((_, band) => ordered.reduce((sum, service) => sum + (service.bands[band] ?? 0), 0)), segments: [], services: [] };
  let at = ARC_FROM_DEGREES;
  for (const { service, bands } of ordered) {
    const fromDegrees = at;
    for (const [index, band] of AGE_BANDS.entries()) {
      const count = bands[index] ?? 0;
      if (count === 0) continue;
      const toDegrees = at + count * degreesPerOne;
      arc.segments.push({ service, band, count, fromDegrees: at, toDegrees });
      at = toDegrees;
    }
    if (at > fromDegrees) arc.services.push({ service, total: sumOf(bands), bands, fromDegrees, toDegrees: at });
  }
  return arc;
}

/** What open transactions wait on, over all services, as shares of the total. */
export function statesOf(services: readonly ActiveByService[]): { state: ActiveState; count: number; share: number }[] {
  const counts = ACTIVE_STATES.map((state) => services.reduce((sum, service) => sum + service.states[state], 0));
  const total = sumOf(counts);
  return ACTIVE_STATES.map((state, index) => ({ state, count: counts[index] ?? 0, share: total === 0 ? 0 : (counts[index] ?? 0) / total }));
}

/** Age band of a transaction, for the rows of a list. */
export function bandOf(ageMs: number): AgeBand {
  if (ageMs >= 8_000) return '8s+';
  return ageMs >= 3_000 ? '3-8s' : '0-3s';
}

/** Rows that a segment stands for; an empty service or band stands for all. Oldest first. */
export function rowsOf(rows: readonly ActiveRow[], service: string, band: AgeBand | ''): ActiveRow[] {
  return rows
    .filter((row) => (service === '' || row.service === service) && (band === '' || bandOf(row.ageMs) === band))
    .sort((a, b) => b.ageMs - a.ageMs);
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
