// "What was done in that time?" What people put down and the deployments that the data shows, as one list.
import type { Marker } from '@narrows/contract';
import { listMarkers } from '../access/markers.js';
import type { MetaDb } from '../access/meta-db.js';
import { selectDeployments } from '../query/deployments.js';
import type { Asker, Range } from '../query/question.js';

const SAME_MS = 120_000;

/** Both kinds in order of time. A deployment that was put down by hand at about the same moment is not shown twice. */
export async function markersIn(db: MetaDb, asker: Asker, range: Range): Promise<Marker[]> {
  const [put, seen] = await Promise.all([listMarkers(db, asker.agency, range), selectDeployments(asker, range)]);
  const isPut = (one: Marker) => put.some(({ kind, at, subject }) => kind === 'deployment' && Math.abs(at - one.at) <= SAME_MS && subject.service === one.subject.service);
  return [...put, ...seen.filter((one) => !isPut(one))].sort((a, b) => a.at - b.at);
}
