// Who is on the way to a provider and back. Each attempt is good once, for minutes, in the browser that began it, for the provider it
// was sent to; what must come back is kept as a hash.
import { NarrowsError } from '@narrows/contract';
import type { MetaDb } from './meta-db.js';
import { hashSecret } from './secret.js';

/** Long enough for a code from a phone and a password that has expired. */
export const SIGN_ON_LIFE_MS = 10 * 60_000;
/** Attempts on their way at once; beyond these nobody begins another. */
const UNDER_WAY_MAX = 10_000;

export interface SignOnAttempt { provider: string; nonce: string; codeVerifier: string; /** Account to connect; null: sign in. */ person: number | null; /** Hash of the invitation to accept. */ invitationHash: string | null }

/** `browser`: a secret that only the browser which begins it has. Errors: RATE_LIMITED. */
export async function beginAttempt(db: MetaDb, { state, browser, ...attempt }: SignOnAttempt & { state: string; browser: string }, nowMs: number): Promise<void> {
  await db.deleteFrom('signOnAttempt').where('expiresAtMs', '<=', nowMs).execute();
  const { underWay } = await db.selectFrom('signOnAttempt').select((e) => e.fn.countAll().as('underWay')).executeTakeFirstOrThrow();
  if (Number(underWay) >= UNDER_WAY_MAX) throw new NarrowsError('RATE_LIMITED', 'Too many people sign in at this moment.', { retryAfterSeconds: 30 });
  await db.insertInto('signOnAttempt').values({ ...attempt, stateHash: hashSecret(state), browserHash: hashSecret(browser), expiresAtMs: nowMs + SIGN_ON_LIFE_MS }).execute();
}

/** Use an attempt up. Two at once: one gets the row. Errors: SIGN_ON_FAILED, without saying which of them does not fit. */
export async function finishAttempt(db: MetaDb, { state, browser, provider }: { state: string; browser: string; provider: string }, nowMs: number): Promise<SignOnAttempt> {
  const row = await db.deleteFrom('signOnAttempt').where('stateHash', '=', hashSecret(state)).where('browserHash', '=', hashSecret(browser)).where('provider', '=', provider).returningAll().executeTakeFirst();
  if (!row || row.expiresAtMs <= nowMs) throw new NarrowsError('SIGN_ON_FAILED', 'This sign-in was not begun in this browser, was finished already, or took too long.');
  return { provider: row.provider, nonce: row.nonce, codeVerifier: row.codeVerifier, person: row.person === null ? null : Number(row.person), invitationHash: row.invitationHash };
}
