// One-time login links: printed by the collector at its start and by `narrows login-link`. A link works once and for a
// few minutes, and turns into a session; whoever can read the collector's terminal may log in.
import { NarrowsError } from '@narrows/contract';
import { hashSecret, mintSecret } from './secret.js';
import type { MetaDb } from './meta-db.js';

/** Long enough to open a browser on another machine, short enough for a terminal's scroll-back. */
export const LOGIN_LINK_LIFE_MS = 30 * 60_000;

/** Whoever may run the collector's commands logs in under this name. */
export const ADMIN = 'admin';

export async function createLoginLink(db: MetaDb, options: { agency: string; user: string }, nowMs: number): Promise<string> {
  const token = mintSecret('login');
  await db.deleteFrom('loginLink').where('expiresAtMs', '<', nowMs - LOGIN_LINK_LIFE_MS).execute();
  await db.insertInto('loginLink').values({ ...options, hash: hashSecret(token), expiresAtMs: nowMs + LOGIN_LINK_LIFE_MS, usedAtMs: null }).execute();
  return token;
}

/** Use a link up. Errors: LOGIN_LINK_USED, also for one that never was. Two at once: one wins, by the row that it changes. */
export async function redeemLoginLink(db: MetaDb, token: string, nowMs: number): Promise<{ agency: string; user: string }> {
  const hash = hashSecret(token);
  const used = await db.updateTable('loginLink').set({ usedAtMs: nowMs })
    .where('hash', '=', hash).where('usedAtMs', 'is', null).where('expiresAtMs', '>', nowMs).executeTakeFirst();
  if (used.numUpdatedRows === 0n) throw new NarrowsError('LOGIN_LINK_USED', 'This login link was used already, has expired, or never was one.');
  return db.selectFrom('loginLink').select(['agency', 'user']).where('hash', '=', hash).executeTakeFirstOrThrow();
}
