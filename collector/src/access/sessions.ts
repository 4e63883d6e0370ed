// Sessions: an opaque id in an HttpOnly cookie, its hash in the database, revocable by deleting the row. A session ends
// when it is idle or old; its last use is written down at most once a minute, so that reading a page writes nothing.
import type { Role } from '@narrows/contract';
import { roleIn } from './people.js';
import { hashSecret, mintSecret } from './secret.js';
import type { MetaDb } from './meta-db.js';

export const SESSION_IDLE_MAX_MS = 24 * 3600_000;
export const SESSION_AGE_MAX_MS = 7 * 24 * 3600_000;
/** A provider is asked again twice a day, so that whoever it has shut out is out here too. */
export const SIGN_ON_SESSION_AGE_MAX_MS = 12 * 3600_000;
const TOUCH_EVERY_MS = 60_000;

/** `person`: the account's number; null for whoever came by the collector's own link. */
export interface SessionOwner { agency: string; user: string; person: number | null }
/** By which provider; one that speaks for a single agency opens that agency only, with the role that is held in it. */
export interface SignOnOrigin { provider: string; boundTo: string | null }
/** The collector's own link makes a platform administrator; an account has the role that it holds in the agency. */
export interface LiveSession extends SessionOwner { role: Role; signOn: SignOnOrigin | null }

/** Returns the id for the cookie. Ended sessions are swept out on the way. */
export async function createSession(db: MetaDb, owner: SessionOwner, nowMs: number, signOn: SignOnOrigin | null = null): Promise<string> {
  const id = mintSecret('session');
  await db.deleteFrom('session')
    .where((e) => e.or([e('lastSeenMs', '<', nowMs - SESSION_IDLE_MAX_MS), e('createdAtMs', '<', nowMs - SESSION_AGE_MAX_MS)])).execute();
  await db.insertInto('session').values({ agency: owner.agency, user: owner.user, person: owner.person, hash: hashSecret(id), createdAtMs: nowMs, lastSeenMs: nowMs, provider: signOn?.provider ?? null, boundTo: signOn?.boundTo ?? null }).execute();
  return id;
}

export async function findSession(db: MetaDb, id: string, nowMs: number): Promise<LiveSession | null> {
  const hash = hashSecret(id);
  const row = await db.selectFrom('session').selectAll().where('hash', '=', hash).executeTakeFirst();
  const ageMaxMs = row?.provider == null ? SESSION_AGE_MAX_MS : SIGN_ON_SESSION_AGE_MAX_MS;
  if (!row || nowMs - row.lastSeenMs > SESSION_IDLE_MAX_MS || nowMs - row.createdAtMs > ageMaxMs) return null;
  if (nowMs - row.lastSeenMs > TOUCH_EVERY_MS) await db.updateTable('session').set({ lastSeenMs: nowMs }).where('hash', '=', hash).execute();
  const role = row.person === null ? 'platform-admin' : await roleIn(db, row.person, row.agency, row.boundTo !== null);
  return role && { agency: row.agency, user: row.user, person: row.person, role, signOn: row.provider === null ? null : { provider: row.provider, boundTo: row.boundTo } };
}

export async function endSession(db: MetaDb, id: string): Promise<void> { await db.deleteFrom('session').where('hash', '=', hashSecret(id)).execute(); }

/** Whoever calls has made sure that they may look there. */
export async function switchSession(db: MetaDb, id: string, agency: string): Promise<void> {
  await db.updateTable('session').set({ agency }).where('hash', '=', hashSecret(id)).execute();
}

/** What a page sends back with every change. It follows from the session's id, which scripts cannot read, and leads nowhere by itself. */
export function csrfTokenOf(id: string): string { return hashSecret(`csrf ${id}`); }
