// Lets go of what is old, once a day: rows of agencies that keep their data for less time than the collector (the store itself drops
// what all keep no longer), and entries of audit logs that have been kept for as long as the law asks. A day that failed is tried again
// an hour later.
import type { FastifyBaseLogger } from 'fastify';
import { auditedAgencies, expireAudit } from './access/audit-log.js';
import type { MetaDb } from './access/meta-db.js';
import type { Store } from './store/store.js';

export interface RetentionOptions {
  db: MetaDb;
  store: Pick<Store, 'expireAgency'>;
  /** By agency, where it is shorter than the collector's. */
  retentionDays: () => ReadonlyMap<string, number>;
  auditDays: number;
  log: Pick<FastifyBaseLogger, 'error' | 'info'>;
  now: () => number;
}

const LOOK_EVERY_MS = 3600_000;
const DAY_MS = 24 * 3600_000;

/** Once, for everything that is due. */
export async function expireOnce({ db, store, retentionDays, auditDays, now }: Pick<RetentionOptions, 'db' | 'store' | 'retentionDays' | 'auditDays' | 'now'>): Promise<{ agencies: number; auditEntries: number }> {
  const nowMs = now();
  for (const [agency, days] of retentionDays()) await store.expireAgency(agency, new Date(nowMs - days * DAY_MS));
  let auditEntries = 0;
  for (const agency of await auditedAgencies(db)) auditEntries += await expireAudit(db, agency, nowMs - auditDays * DAY_MS);
  return { agencies: retentionDays().size, auditEntries };
}

export function startRetention(options: RetentionOptions): { stop: () => void } {
  let doneDay = -1;
  const look = async (): Promise<void> => {
    const day = Math.floor(options.now() / DAY_MS);
    if (day === doneDay) return;
    try {
      const { agencies, auditEntries } = await expireOnce(options);
      doneDay = day;
      if (agencies + auditEntries > 0) options.log.info({ agencies, auditEntries }, 'what was kept for long enough is gone');
    } catch (err) {
      options.log.error({ err }, 'what is old could not be let go; tried again in an hour');
    }
  };
  const timer = setInterval(() => { void look(); }, LOOK_EVERY_MS).unref();
  return { stop: () => { clearInterval(timer); } };
}
