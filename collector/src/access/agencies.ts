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
