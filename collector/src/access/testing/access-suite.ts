// Who gets in: what expires, what works once, what is kept of a secret, and how soon a revoked key is refused. The claims hold on
// both databases that metadata can lie in; each file that runs them says how to open an empty one.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureAgency } from '../agencies.js';
import { CREDENTIAL_CACHE_MS, createCredential, createCredentialLookup, findCredential, hasCredential, listCredentials, revokeCredential } from '../credentials.js';
import { createLoginLink, LOGIN_LINK_LIFE_MS, redeemLoginLink } from '../login-links.js';
import type { MetaDb } from '../meta-db.js';
import { createSession, findSession, SESSION_AGE_MAX_MS, SESSION_IDLE_MAX_MS } from '../sessions.js';

const T = 1_800_000_000_000;

export function describeAccess(name: string, open: () => Promise<MetaDb>): void {
  describe(name, () => {
    let db: MetaDb;
    beforeEach(async () => {
      db = await open();
      await ensureAgency(db, { id: 'kdca', name: '질병관리청', timeZone: 'Asia/Seoul' }, T);
    });
    afterEach(() => db.destroy());
    const key = (options: { expiresAtMs?: number; secret?: string } = {}) => createCredential(db, { kind: 'ingest', agency: 'kdca', name: 'k', ...options }, T);

    describe('agencies', () => {
      it('a second start leaves the first one\'s agency as it is', async () => {
        expect(await ensureAgency(db, { id: 'kdca', name: 'other', timeZone: 'UTC' }, T + 1)).toMatchObject({ name: '질병관리청', createdAtMs: T });
      });
    });

    describe('keys', () => {
      it('the secret is in the answer and nowhere in the database', async () => {
        const { secret } = await key();
        expect(JSON.stringify([await db.selectFrom('credential').selectAll().execute(), await listCredentials(db)])).not.toContain(secret);
        expect(await findCredential(db, secret, T)).toMatchObject({ kind: 'ingest', agency: 'kdca' });
      });
      it('an expired, a revoked and an unknown one are refused alike', async () => {
        const expiring = await key({ expiresAtMs: T + 10 });
        expect(await findCredential(db, expiring.secret, T + 9)).not.toBeNull();
        expect(await findCredential(db, expiring.secret, T + 10)).toBeNull();
        const revoked = await key();
        expect(await revokeCredential(db, revoked.credential.id, T)).toBe(true);
        expect(await revokeCredential(db, revoked.credential.id, T)).toBe(false);
        expect(await findCredential(db, revoked.secret, T)).toBeNull();
        expect(await findCredential(db, 'nothing', T)).toBeNull();
      });
      it('a revoked key is refused when the cache has run out, and not looked up before', async () => {
        let now = T;
        const lookUp = createCredentialLookup(db, () => now);
        const { secret, credential } = await key();
        expect(await lookUp(secret)).not.toBeNull();
        await revokeCredential(db, credential.id, T);
        now = T + CREDENTIAL_CACHE_MS - 1;
        expect(await lookUp(secret)).not.toBeNull();
        now = T + CREDENTIAL_CACHE_MS;
        expect(await lookUp(secret)).toBeNull();
        expect(CREDENTIAL_CACHE_MS).toBeLessThanOrEqual(10_000);
      });
      it('a key from the configuration is made known once, also after it was revoked', async () => {
        const which = { kind: 'ingest' as const, agency: 'kdca', secret: 'given' };
        expect(await hasCredential(db, which)).toBe(false);
        const { credential } = await key({ secret: 'given' });
        await revokeCredential(db, credential.id, T);
        expect(await hasCredential(db, which)).toBe(true);
      });
    });

    describe('login links and sessions', () => {
      it('a link works once, also for two who click at the same moment', async () => {
        const token = await createLoginLink(db, { agency: 'kdca', user: 'admin' }, T);
        const outcomes = await Promise.allSettled([redeemLoginLink(db, token, T + 1), redeemLoginLink(db, token, T + 1)]);
        expect(outcomes.map((o) => o.status).sort()).toEqual(['fulfilled', 'rejected']);
      });
      it('a link that is too old no longer works', async () => {
        const token = await createLoginLink(db, { agency: 'kdca', user: 'admin' }, T);
        await expect(redeemLoginLink(db, token, T + LOGIN_LINK_LIFE_MS)).rejects.toMatchObject({ code: 'LOGIN_LINK_USED' });
      });
      it('a session ends when it is idle, and when it is old however much it is used', async () => {
        const id = await createSession(db, { agency: 'kdca', user: 'admin', person: null }, T);
        expect(await findSession(db, id, T + SESSION_IDLE_MAX_MS)).toMatchObject({ agency: 'kdca', user: 'admin', role: 'platform-admin' });
        expect(await findSession(db, id, T + 2 * SESSION_IDLE_MAX_MS + 1)).toBeNull();
        for (let at = T + SESSION_IDLE_MAX_MS; at <= T + SESSION_AGE_MAX_MS; at += SESSION_IDLE_MAX_MS / 2) expect(await findSession(db, id, at)).not.toBeNull();
        expect(await findSession(db, id, T + SESSION_AGE_MAX_MS + 1)).toBeNull();
      });
    });
  });
}
