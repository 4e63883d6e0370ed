// Markers that people put down: a deployment, an action, a moment. Texts are masked like everything else that is kept;
// their number is bounded, and they are let go a year after they were put down: by that day and not by the moment they stand
// at, as with telemetry, so that a recorded day of years ago has its markers beside it.
import { LIMITS, maskPersonalData, NarrowsError, type Marker, type MarkerKind, type NewMarker, type Subject } from '@narrows/contract';
import type { MetaDb } from './meta-db.js';

const DAY_MS = 24 * 3600_000;
/** Longer than any retention: what was done last year is the question of the next opening. */
const MARKER_LIFE_MS = 400 * DAY_MS;
const MARKERS_A_DAY_MAX = 1_000;
/** Most that one answer has: newest of the range. */
export const MARKERS_ANSWERED_MAX = 500;

/**
 * Put one down.
 *
 * Errors: QUERY_INVALID for a moment that lies ahead; RATE_LIMITED beyond a thousand a day
 */
export async function createMarker(db: MetaDb, owner: { agency: string; user: string }, marker: NewMarker, nowMs: number): Promise<Marker> {
  const at = marker.at ?? nowMs;
  if (at > nowMs + LIMITS.itemAheadMaxMs) throw new NarrowsError('QUERY_INVALID', 'at: lies more than an hour ahead; moments are Unix milliseconds');
  await db.deleteFrom('marker').where('agency', '=', owner.agency).where('createdAtMs', '<', nowMs - MARKER_LIFE_MS).execute();
  const { made } = await db.selectFrom('marker').select((e) => e.fn.countAll<number | string>().as('made'))
    .where('agency', '=', owner.agency).where('createdAtMs', '>', nowMs - DAY_MS).executeTakeFirstOrThrow();
  if (Number(made) >= MARKERS_A_DAY_MAX) throw new NarrowsError('RATE_LIMITED', `This agency has put down ${MARKERS_A_DAY_MAX} markers within a day.`, { retryAfterSeconds: 3_600 });
  const subject = Object.fromEntries(Object.entries(marker.subject ?? {}).map(([field, value]) => [field, maskPersonalData(value, field)]));
  const row = {
    agency: owner.agency, atMs: at, kind: marker.kind ?? 'action', text: maskPersonalData(marker.text.trim(), 'text'), subject: JSON.stringify(subject),
    by: owner.user, createdAtMs: nowMs,
  };
  const { id } = await db.insertInto('marker').values(row).returning('id').executeTakeFirstOrThrow();
  return markerOf({ ...row, id });
}

/** Those of an agency within [fromMs, toMs), in order of time; of too many the newest. */
export async function listMarkers(db: MetaDb, agency: string, range: { fromMs: number; toMs: number }): Promise<Marker[]> {
  const rows = await db.selectFrom('marker').select(['id', 'atMs', 'kind', 'text', 'subject', 'by'])
    .where('agency', '=', agency).where('atMs', '>=', range.fromMs).where('atMs', '<', range.toMs)
    .orderBy('atMs', 'desc').orderBy('id', 'desc').limit(MARKERS_ANSWERED_MAX).execute();
  return rows.map(markerOf).reverse();
}

function markerOf(row: { id: number; atMs: number; kind: string; text: string; subject: string; by: string }): Marker {
  return { id: `m${row.id}`, at: Number(row.atMs), kind: row.kind as MarkerKind, text: row.text, subject: JSON.parse(row.subject) as Subject, by: row.by };
}
