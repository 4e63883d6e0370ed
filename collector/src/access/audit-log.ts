// The audit log (안전성 확보조치 기준 §8): who, when, from where, whose data, what. Each agency's entries are a chain: the hash of one is
// part of the next, so that an entry which is changed, left out or put in later breaks every hash behind it. Whoever can rewrite the
// whole database can rewrite a whole chain; a hash written down elsewhere (an export, a page on paper) proves that too.
import { createHash } from 'node:crypto';
import { maskPersonalData } from '@narrows/contract';
import type { Selectable } from 'kysely';
import type { MetaDb } from './meta-db.js';
import type { AuditEntryTable } from './meta-tables.js';

export type AuditEntry = Selectable<AuditEntryTable>;
export interface NewAuditEntry {
  agency: string;
  /** Who, in which role, from which address. */
  actor: string;
  role: string;
  origin: string;
  /** What was done: `GET /traces/:traceId`, `keys.revoke` … */
  action: string;
  /** Whose data: a trace, a pseudonym, a key's number. Never a secret. */
  subject: string;
  detail: Readonly<Record<string, unknown>>;
}

/** What the first entry of a chain has in place of the one before. */
const GENESIS = '0'.repeat(64);
const TRIES_MAX = 20;
const DETAIL_CHARACTERS_MAX = 4_000;

export function hashOfEntry({ agency, sequence, atMs, actor, role, origin, action, subject, detail, previous }: Omit<AuditEntry, 'hash'>): string {
  return createHash('sha256').update(JSON.stringify([agency, sequence, atMs, actor, role, origin, action, subject, detail, previous])).digest('hex');
}

/** What somebody typed into a search is written down here too, and may be a number that must never be on a disk. */
function withoutPersonalData(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return maskPersonalData(value, key);
  if (Array.isArray(value)) return value.map((one) => withoutPersonalData(one, key));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [maskPersonalData(name), withoutPersonalData(one, name)]));
}

/** One after the other, also of several collectors: a sequence number is given once. */
export async function appendAudit(db: MetaDb, entry: NewAuditEntry, nowMs: number): Promise<AuditEntry> {
  for (let tries = 1; ; tries++) {
    const last = await db.selectFrom('auditEntry').select(['sequence', 'hash']).where('agency', '=', entry.agency).orderBy('sequence', 'desc').limit(1).executeTakeFirst();
    const start = last ? null : await db.selectFrom('auditStart').selectAll().where('agency', '=', entry.agency).executeTakeFirst();
    const content = {
      agency: entry.agency, sequence: last ? last.sequence + 1 : start?.sequence ?? 1, atMs: nowMs, actor: maskPersonalData(entry.actor), role: entry.role, origin: entry.origin, action: entry.action, subject: maskPersonalData(entry.subject),
      detail: JSON.stringify(withoutPersonalData(entry.detail)).slice(0, DETAIL_CHARACTERS_MAX), previous: last?.hash ?? start?.previous ?? GENESIS,
    };
    const row = { ...content, hash: hashOfEntry(content) };
    const written = await db.insertInto('auditEntry').values(row).onConflict((c) => c.columns(['agency', 'sequence']).doNothing()).executeTakeFirst();
    if (written.numInsertedOrUpdatedRows) return row;
    if (tries === TRIES_MAX) throw new Error(`the audit log of ${entry.agency} gives no number`);
  }
}

export interface AuditQuestion { fromMs?: number | undefined; toMs?: number | undefined; actor?: string | undefined; action?: string | undefined; subject?: string | undefined; before?: number | undefined; limit: number }

/** Newest first. */
export function selectAudit(db: MetaDb, agency: string, { fromMs, toMs, actor, action, subject, before, limit }: AuditQuestion): Promise<AuditEntry[]> {
  let found = db.selectFrom('auditEntry').selectAll().where('agency', '=', agency);
  if (fromMs !== undefined) found = found.where('atMs', '>=', fromMs);
  if (toMs !== undefined) found = found.where('atMs', '<', toMs);
  if (actor !== undefined) found = found.where('actor', '=', actor);
  if (action !== undefined) found = found.where('action', 'like', `%${action.replace(/[%_]/g, '')}%`);
  if (subject !== undefined) found = found.where('subject', '=', subject);
  if (before !== undefined) found = found.where('sequence', '<', before);
  return found.orderBy('sequence', 'desc').limit(limit).execute();
}

export interface AuditVerdict { agency: string; entries: number; firstSequence: number | null; lastSequence: number | null; lastHash: string; /** Null: the chain holds. */ fault: { sequence: number; what: 'changed' | 'missing' | 'unchained' } | null }

const PAGE = 1_000;

/** Walk the chain from its beginning. */
export async function verifyAudit(db: MetaDb, agency: string): Promise<AuditVerdict> {
  const start = await db.selectFrom('auditStart').selectAll().where('agency', '=', agency).executeTakeFirst();
  const verdict: AuditVerdict = { agency, entries: 0, firstSequence: null, lastSequence: null, lastHash: start?.previous ?? GENESIS, fault: null };
  let expected = start?.sequence ?? 1;
  for (;;) {
    const page = await db.selectFrom('auditEntry').selectAll().where('agency', '=', agency).where('sequence', '>=', expected).orderBy('sequence').limit(PAGE).execute();
    for (const entry of page) {
      const { hash, ...content } = entry;
      const what = entry.sequence !== expected ? 'missing' : entry.previous !== verdict.lastHash ? 'unchained' : hashOfEntry(content) !== hash ? 'changed' : null;
      if (what) return { ...verdict, fault: { sequence: expected, what } };
      verdict.firstSequence ??= entry.sequence;
      verdict.lastSequence = entry.sequence;
      verdict.lastHash = hash;
      verdict.entries++;
      expected++;
    }
    if (page.length < PAGE) return verdict;
  }
}

/** Let go of what has been kept for long enough. The chain then begins where `auditStart` says. Returns how many entries went. */
export async function expireAudit(db: MetaDb, agency: string, beforeMs: number): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const keep = await transaction.selectFrom('auditEntry').select(['sequence', 'previous', 'atMs']).where('agency', '=', agency).where('atMs', '>=', beforeMs).orderBy('sequence').limit(1).executeTakeFirst();
    if (!keep) return 0; // Its newest entry stays whatever its age: it holds the chain's end.
    const gone = await transaction.deleteFrom('auditEntry').where('agency', '=', agency).where('sequence', '<', keep.sequence).executeTakeFirst();
    if (gone.numDeletedRows > 0n) {
      const start = { sequence: keep.sequence, previous: keep.previous, untilMs: beforeMs };
      await transaction.insertInto('auditStart').values({ agency, ...start }).onConflict((c) => c.column('agency').doUpdateSet(start)).execute();
    }
    return Number(gone.numDeletedRows);
  });
}

/** Chains that exist, also of agencies that are gone. */
export async function auditedAgencies(db: MetaDb): Promise<string[]> {
  return (await db.selectFrom('auditEntry').select('agency').distinct().orderBy('agency').execute()).map((row) => row.agency);
}
