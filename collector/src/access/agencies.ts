// Agencies (기관): the tenants. Every stored row and every session belongs to exactly one.
import type { AgencyTable, MetaDb } from './meta-db.js';

export type Agency = AgencyTable;

/** Create the agency, or leave an existing one of the same id as it is. Returns the one that stands. */
export async function ensureAgency(db: MetaDb, agency: { id: string; name: string; timeZone: string }, nowMs: number): Promise<Agency> {
  await db.insertInto('agency').values({ ...agency, createdAtMs: nowMs }).onConflict((c) => c.column('id').doNothing()).execute();
  return db.selectFrom('agency').selectAll().where('id', '=', agency.id).executeTakeFirstOrThrow();
}

export async function findAgency(db: MetaDb, id: string): Promise<Agency | null> {
  return (await db.selectFrom('agency').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

export function listAgencies(db: MetaDb): Promise<Agency[]> {
  return db.selectFrom('agency').selectAll().orderBy('id').execute();
}

/** How long a count of agencies is good for. */
const COUNT_GOOD_MS = 10_000;

/** How many agencies there are, without waiting: as last read, and read again behind the answer when that is old. */
export async function createAgencyCount(db: MetaDb, now: () => number, onFault: (error: unknown) => void): Promise<() => number> {
  let count = (await listAgencies(db)).length;
  let readAtMs = now();
  return () => {
    if (Math.abs(now() - readAtMs) >= COUNT_GOOD_MS) {
      readAtMs = now();
      listAgencies(db).then((agencies) => { count = agencies.length; }, onFault);
    }
    return count;
  };
}
