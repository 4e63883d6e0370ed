// Agencies (기관): the tenants. Every stored row and every session belongs to exactly one.
import { SELF_AGENCY } from '@narrows/contract';
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

/** Null: there is none. */
export async function changeAgency(db: MetaDb, id: string, change: { name?: string; timeZone?: string }): Promise<Agency | null> {
  await db.updateTable('agency').set(change).where('id', '=', id).execute();
  return findAgency(db, id);
}

/** An id for a name: its letters and digits, where it has any, and a number where that is taken. */
export async function freeAgencyId(db: MetaDb, name: string): Promise<string> {
  const plain = name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40) || 'agency';
  const taken = new Set((await listAgencies(db)).map(({ id }) => id));
  for (let number = plain === 'agency' ? 1 : 0; ; number++) {
    const id = number === 0 ? plain : `${plain}-${number}`;
    if (!taken.has(id) && id !== SELF_AGENCY) return id;
  }
}

export function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Everything that the metadata holds of an agency but its audit log. Rows by table. */
export async function deleteAgencyMetadata(db: MetaDb, id: string): Promise<Record<string, number>> {
  return db.transaction().execute(async (transaction) => {
    const gone: Record<string, number> = {};
    for (const table of TABLES_OF_AGENCY) {
      const { numDeletedRows } = await transaction.deleteFrom(table).where('agency', '=', id).executeTakeFirst();
      gone[table] = Number(numDeletedRows);
    }
    gone['agency'] = Number((await transaction.deleteFrom('agency').where('id', '=', id).executeTakeFirst()).numDeletedRows);
    // Accounts that belong nowhere any more would only be logins to guess at.
    const orphans = await transaction.deleteFrom('person').where('id', 'not in', transaction.selectFrom('membership').select('person')).executeTakeFirst();
    gone['person'] = Number(orphans.numDeletedRows);
    return gone;
  });
}

/** Tables with an `agency` column; a new one is added here, and a test compares. */
export const TABLES_OF_AGENCY = ['credential', 'loginLink', 'session', 'membership', 'invitation', 'project', 'pipeline', 'agencySetting', 'marker',
  'alertRule', 'alertChannel', 'quietTime', 'alertSetting', 'alertStanding', 'incident', 'incidentAlert', 'incidentEntry', 'delivery', 'sender'] as const;

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
