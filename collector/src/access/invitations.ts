// An invitation is a link: whoever opens it in time makes an account, or adds the agency to the one they are logged in with. It
// works once, says its agency and role, and is kept as a hash.
import { isRole, NarrowsError, type Role } from '@narrows/contract';
import type { MetaDb } from './meta-db.js';
import { EVERY_AGENCY, setRole } from './people.js';
import { hashSecret, mintSecret } from './secret.js';

export const INVITATION_LIFE_MS = 7 * 24 * 3600_000;

export interface Invitation { agency: string; role: Role; invitedBy: string; expiresAtMs: number }

export async function createInvitation(db: MetaDb, { agency, role, invitedBy }: { agency: string; role: Role; invitedBy: string }, nowMs: number): Promise<string> {
  const token = mintSecret('invitation');
  await db.insertInto('invitation').values({ hash: hashSecret(token), agency, role, invitedBy, expiresAtMs: nowMs + INVITATION_LIFE_MS, usedAtMs: null }).execute();
  return token;
}

/** Errors: INVITATION_USED, also for one that never was. */
export const findInvitation = (db: MetaDb, token: string, nowMs: number): Promise<Invitation> => findInvitationByHash(db, hashSecret(token), nowMs);

/** For whoever had the token in their hands before, and kept what is no secret of it. Errors: INVITATION_USED. */
export async function findInvitationByHash(db: MetaDb, hash: string, nowMs: number): Promise<Invitation> {
  const row = await db.selectFrom('invitation').selectAll().where('hash', '=', hash).executeTakeFirst();
  if (!row || row.usedAtMs !== null || row.expiresAtMs <= nowMs || !isRole(row.role)) throw used();
  return { agency: row.agency, role: row.role, invitedBy: row.invitedBy, expiresAtMs: row.expiresAtMs };
}

/** Two at once: one wins, by the row that it changes. Errors: INVITATION_USED. */
export async function acceptInvitation(db: MetaDb, hash: string, person: number, nowMs: number): Promise<Invitation> {
  const invitation = await findInvitationByHash(db, hash, nowMs);
  const taken = await db.updateTable('invitation').set({ usedAtMs: nowMs }).where('hash', '=', hash).where('usedAtMs', 'is', null).executeTakeFirst();
  if (taken.numUpdatedRows === 0n) throw used();
  await setRole(db, person, invitation.role === 'platform-admin' ? EVERY_AGENCY : invitation.agency, invitation.role);
  return invitation;
}
const used = () => new NarrowsError('INVITATION_USED', 'This invitation was used already, has expired, or never was one.');
