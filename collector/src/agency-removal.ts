// An agency is deleted: its keys first, so that nothing new comes; then what is on its way is waited for; then every row of the
// store and of the metadata. What is left is counted afterwards, and is nothing: the certificate says so.
import { NarrowsError } from '@narrows/contract';
import { deleteAgencyMetadata, TABLES_OF_AGENCY } from './access/agencies.js';
import { CREDENTIAL_CACHE_MS } from './access/credentials.js';
import type { MetaDb } from './access/meta-db.js';
import type { Spool } from './spool/spool.js';
import type { Store } from './store/store.js';

export interface RemovalOptions {
  db: MetaDb;
  store: Pick<Store, 'countAgency' | 'deleteAgency'>;
  spool: Pick<Spool, 'queuedBytesOf'>;
  sleep: (ms: number) => Promise<void>;
  now: () => number;
}

/** A request that was let in before its key went is on the disk by then. */
const UNDER_WAY_MS = 1_000;
const STEP_MS = 200;
const STEPS_MAX = 150;

/** Errors: STORE_UNAVAILABLE: the keys are revoked, the rest is as it was; ask again. */
export function createAgencyRemoval({ db, store, spool, sleep, now }: RemovalOptions): (agency: string) => Promise<{ deleted: Record<string, number>; left: Record<string, number> }> {
  return async (agency) => {
    await db.updateTable('credential').set({ revokedAtMs: now() }).where('agency', '=', agency).where('revokedAtMs', 'is', null).execute();
    await sleep(CREDENTIAL_CACHE_MS + UNDER_WAY_MS);
    for (let step = 0; spool.queuedBytesOf(agency) > 0; step++) {
      if (step === STEPS_MAX) throw new NarrowsError('STORE_UNAVAILABLE', `Data of "${agency}" is still on its way to the store; its keys are revoked. Delete it again when the store is back.`);
      await sleep(STEP_MS);
    }
    const rows = await store.countAgency(agency);
    await store.deleteAgency(agency);
    const metadata = await deleteAgencyMetadata(db, agency);
    const deleted = { ...rows, ...prefixed(metadata) };
    const left = { ...await store.countAgency(agency), ...prefixed(await countMetadata(db, agency)), queuedBytes: spool.queuedBytesOf(agency) };
    return { deleted, left };
  };
}

const prefixed = (counts: Record<string, number>) => Object.fromEntries(Object.entries(counts).map(([table, rows]) => [`metadata.${table}`, rows]));

async function countMetadata(db: MetaDb, agency: string): Promise<Record<string, number>> {
  const left: Record<string, number> = {};
  for (const table of TABLES_OF_AGENCY) left[table] = (await db.selectFrom(table).select('agency').where('agency', '=', agency).execute()).length;
  left['agency'] = (await db.selectFrom('agency').select('id').where('id', '=', agency).execute()).length;
  return left;
}
