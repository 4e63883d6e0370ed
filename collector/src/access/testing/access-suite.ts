// Who gets in: what expires, what works once, what is kept of a secret, and how soon a revoked key is refused. The claims hold on
// both databases that metadata can lie in; each file that runs them says how to open an empty one.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deleteAgencyMetadata, ensureAgency, TABLES_OF_AGENCY } from '../agencies.js';
import { savePipeline, saveSetting } from '../agency-settings.js';
import { appendAudit, expireAudit, hashOfEntry, selectAudit, verifyAudit } from '../audit-log.js';
import { CREDENTIAL_CACHE_MS, createCredential, createCredentialLookup, findCredential, hasCredential, listCredentials, replaceCredential, revokeCredential } from '../credentials.js';
import { formFault } from '../form-fault.js';
import { acceptInvitation, createInvitation, INVITATION_LIFE_MS } from '../invitations.js';
import { createLoginLink, LOGIN_LINK_LIFE_MS, redeemLoginLink } from '../login-links.js';
import type { MetaDb } from '../meta-db.js';
import { changePassword, checkLogin, createPerson, enrolCode, findPerson, roleIn, setRole } from '../people.js';
import { hashSecret } from '../secret.js';
import { createSession, findSession, SESSION_AGE_MAX_MS, SESSION_IDLE_MAX_MS } from '../sessions.js';
import { codeAt, mintCodeSecret } from '../time-codes.js';

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
      it('what the cache knows is answered at once, also that a key is unknown; a read that failed is made again', async () => {
        let away = false;
        const flaky = { selectFrom: (table: 'credential') => { if (away) throw new Error('away'); return db.selectFrom(table); } } as unknown as MetaDb;
        const lookUp = createCredentialLookup(flaky, () => T);
        const { secret } = await key();
        expect(await lookUp(secret)).toMatchObject({ agency: 'kdca' });
        expect(lookUp(secret)).toMatchObject({ agency: 'kdca' });
        expect(await lookUp('nothing')).toBeNull();
        expect(lookUp('nothing')).toBeNull();
        away = true;
        await expect(lookUp('something')).rejects.toThrow('away');
        away = false;
        expect(await lookUp('something')).toBeNull();
        const long = 'x'.repeat(1_000);
        expect(await lookUp(long)).toBeNull();
        expect(lookUp(long)).toBeNull();
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

    describe('people', { timeout: 60_000 }, () => {
      const PASSWORD = 'a river in the morning';
      const kim = (more: { login?: string; password?: string } = {}) => createPerson(db, { login: 'Kim@kdca.go.kr', name: '김', password: PASSWORD, ...more }, T);
      const logIn = (nowMs: number, more: { password?: string; code?: string } = {}) => checkLogin(db, { login: 'kim@kdca.go.kr', password: PASSWORD, code: '', ...more }, nowMs);

      it('a password is kept as scrypt with N = 2^15, r = 8, p = 3, salted, and nowhere in plain', async () => {
        await kim();
        await kim({ login: 'lee' });
        const rows = await db.selectFrom('person').selectAll().execute();
        expect(rows.map((row) => row.passwordHash?.split('$').slice(0, 4))).toEqual([['scrypt', '15', '8', '3'], ['scrypt', '15', '8', '3']]);
        expect(rows[0]?.passwordHash).not.toBe(rows[1]?.passwordHash);
        expect(JSON.stringify(rows)).not.toContain(PASSWORD);
      });
      it('a login is known whatever its case, and taken by one', async () => {
        await kim();
        expect((await checkLogin(db, { login: ' KIM@KDCA.go.kr ', password: PASSWORD, code: '' }, T)).name).toBe('김');
        await expect(kim({ login: 'kim@kdca.GO.KR' })).rejects.toMatchObject({ code: 'FORM_INVALID', fields: [{ field: 'login' }] });
      });
      it('a password that is short, of few letters, on everybody\'s list or the login itself is refused', async () => {
        for (const [password, fault] of [['short', 'too-short'], ['aaaaaaaaaaaa', 'too-easy'], ['Password1234', 'too-easy'], ['kim@kdca.go.kr', 'too-easy'], ['x'.repeat(129), 'too-long']] as const) {
          await expect(kim({ password }), password).rejects.toMatchObject(formFault('password', fault));
        }
      });
      it('five wrong tries lock the account for a time that grows, also for the right password, and a success forgets them', async () => {
        await kim();
        for (let i = 0; i < 5; i++) await expect(logIn(T, { password: 'wrong' })).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
        await expect(logIn(T)).rejects.toMatchObject({ code: 'LOGIN_LOCKED', retryAfterSeconds: 30 });
        await expect(logIn(T + 29_999)).rejects.toMatchObject({ code: 'LOGIN_LOCKED' });
        await expect(logIn(T + 30_000, { password: 'wrong' })).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
        await expect(logIn(T + 30_001)).rejects.toMatchObject({ code: 'LOGIN_LOCKED', retryAfterSeconds: 120 });
        expect((await logIn(T + 400_000)).login).toBe('kim@kdca.go.kr');
        await expect(logIn(T + 400_000, { password: 'wrong' })).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
        expect((await logIn(T + 400_000)).login).toBe('kim@kdca.go.kr');
      });
      it('guesses at the same moment count one by one', async () => {
        await kim();
        const outcomes = await Promise.allSettled(Array.from({ length: 9 }, () => logIn(T, { password: 'wrong' })));
        expect(outcomes.filter((o) => o.status === 'rejected' && (o.reason as { code: string }).code === 'LOGIN_LOCKED')).toHaveLength(4);
      });
      it('with a code enrolled the password alone is not enough, and a code works once', async () => {
        const person = (await findPerson(db, await kim()))!;
        const secret = mintCodeSecret();
        await expect(enrolCode(db, person, secret, '000000', T)).rejects.toMatchObject({ code: 'FORM_INVALID', fields: [{ field: 'code' }] });
        await enrolCode(db, person, secret, codeAt(secret, T), T);
        await expect(logIn(T)).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
        await expect(logIn(T, { code: codeAt(secret, T) })).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
        const later = T + 60_000;
        const code = codeAt(secret, later);
        const outcomes = await Promise.allSettled([logIn(later, { code }), logIn(later, { code })]);
        expect(outcomes.map((o) => o.status).sort()).toEqual(['fulfilled', 'rejected']);
      });
      it('a new password ends the other sessions of the account', async () => {
        const id = await kim();
        await setRole(db, id, 'kdca', 'operator');
        const [here, elsewhere] = [await createSession(db, { agency: 'kdca', user: 'kim', person: id }, T), await createSession(db, { agency: 'kdca', user: 'kim', person: id }, T)];
        await changePassword(db, (await findPerson(db, id))!, 'another river at night', hashSecret(here));
        expect(await findSession(db, here, T)).toMatchObject({ role: 'operator' });
        expect(await findSession(db, elsewhere, T)).toBeNull();
      });
      it('a role that is taken away in mid-use ends the session, a changed one holds at once', async () => {
        const id = await kim();
        await setRole(db, id, 'kdca', 'operator');
        const session = await createSession(db, { agency: 'kdca', user: 'kim', person: id }, T);
        await setRole(db, id, 'kdca', 'auditor');
        expect(await findSession(db, session, T)).toMatchObject({ role: 'auditor' });
        await setRole(db, id, 'kdca', null);
        expect(await findSession(db, session, T)).toBeNull();
      });
    });

    describe('invitations', () => {
      it('a link works once, for a week, and gives the role it says', async () => {
        const token = await createInvitation(db, { agency: 'kdca', role: 'vendor', invitedBy: 'admin' }, T);
        const person = await createPerson(db, { login: 'park', name: '박', password: 'a river in the morning' }, T);
        await expect(acceptInvitation(db, hashSecret(token), person, T + INVITATION_LIFE_MS)).rejects.toMatchObject({ code: 'INVITATION_USED' });
        const outcomes = await Promise.allSettled([acceptInvitation(db, hashSecret(token), person, T + 1), acceptInvitation(db, hashSecret(token), person, T + 1)]);
        expect(outcomes.map((o) => o.status).sort()).toEqual(['fulfilled', 'rejected']);
        expect(await roleIn(db, person, 'kdca')).toBe('vendor');
        expect(await roleIn(db, person, 'other')).toBeNull();
        expect(JSON.stringify(await db.selectFrom('invitation').selectAll().execute())).not.toContain(token);
      });
    });

    describe('keys by signal and rotation', () => {
      it('a rotated key lives on for its overlap, and its successor has the same rights', async () => {
        const { credential } = await createCredential(db, { kind: 'ingest', agency: 'kdca', name: 'edge', signals: ['traces', 'logs'] }, T);
        const old = (await listCredentials(db, 'kdca')).find(({ id }) => id === credential.id)!;
        const next = await replaceCredential(db, old, T + 1_000, T);
        expect(next.credential).toMatchObject({ kind: 'ingest', signals: 'traces,logs', expiresAtMs: null });
        expect(next.credential.id).not.toBe(credential.id);
        expect((await listCredentials(db, 'kdca')).find(({ id }) => id === credential.id)?.expiresAtMs).toBe(T + 1_000);
      });
    });

    describe('the audit log', () => {
      const note = (action: string, nowMs = T) => appendAudit(db, { agency: 'kdca', actor: 'kim', role: 'operator', origin: '::1', action, subject: 's', detail: { action } }, nowMs);
      it('is a chain that verifies, each agency\'s its own, also when many write at once', async () => {
        await Promise.all(Array.from({ length: 12 }, (_, i) => note(`n${i}`)));
        await appendAudit(db, { agency: 'other', actor: 'x', role: '', origin: '', action: 'a', subject: '', detail: {} }, T);
        expect(await verifyAudit(db, 'kdca')).toMatchObject({ entries: 12, firstSequence: 1, lastSequence: 12, fault: null });
        expect(await verifyAudit(db, 'other')).toMatchObject({ entries: 1, fault: null });
      });
      it('an entry that is changed, taken out, or put back under another number is found', async () => {
        for (let i = 0; i < 5; i++) await note(`n${i}`);
        const third = (await selectAudit(db, 'kdca', { limit: 10 })).find(({ sequence }) => sequence === 3)!;
        await db.updateTable('auditEntry').set({ actor: 'lee' }).where('sequence', '=', 3).execute();
        expect((await verifyAudit(db, 'kdca')).fault).toEqual({ sequence: 3, what: 'changed' });
        await db.updateTable('auditEntry').set({ actor: 'lee', hash: hashOfEntry({ ...third, actor: 'lee' }) }).where('sequence', '=', 3).execute();
        expect((await verifyAudit(db, 'kdca')).fault).toEqual({ sequence: 4, what: 'unchained' });
        await db.deleteFrom('auditEntry').where('sequence', '=', 3).execute();
        expect((await verifyAudit(db, 'kdca')).fault).toEqual({ sequence: 3, what: 'missing' });
      });
      it('what was kept for long enough goes, and the rest still verifies and goes on', async () => {
        for (let i = 0; i < 5; i++) await note(`n${i}`, T + i);
        expect(await expireAudit(db, 'kdca', T + 3)).toBe(3);
        await note('later', T + 9);
        expect(await verifyAudit(db, 'kdca')).toMatchObject({ entries: 3, firstSequence: 4, lastSequence: 6, fault: null });
        await db.deleteFrom('auditEntry').where('sequence', '=', 4).execute();
        expect((await verifyAudit(db, 'kdca')).fault).toEqual({ sequence: 4, what: 'missing' });
      });
    });

    describe('deleting an agency', () => {
      it('leaves no row of it in any table with an agency but the audit log, and those of others', async () => {
        await ensureAgency(db, { id: 'gone', name: 'gone', timeZone: 'UTC' }, T);
        for (const agency of ['kdca', 'gone']) {
          await createCredential(db, { kind: 'ingest', agency, name: 'k' }, T);
          await createLoginLink(db, { agency, user: 'admin' }, T);
          await createSession(db, { agency, user: 'admin', person: null }, T);
          await createInvitation(db, { agency, role: 'vendor', invitedBy: 'admin' }, T);
          const person = await createPerson(db, { login: `p-${agency}`, name: 'p' }, T);
          await setRole(db, person, agency, 'operator');
          await db.insertInto('project').values({ agency, id: 'p', name: 'p' }).execute();
          await savePipeline(db, agency, { id: 'x', name: { ko: 'x', en: 'x' }, stages: [{ id: 'a', match: { service: 'a' } }] }, T);
          await saveSetting(db, agency, { retentionDays: 3 }, T);
          await db.insertInto('marker').values({ agency, atMs: T, kind: 'action', text: 't', subject: '{}', by: 'p', createdAtMs: T }).execute();
          const document = { agency, id: `d-${agency}`, json: '{}', updatedAtMs: T, updatedBy: 'p' };
          for (const table of ['alertRule', 'alertChannel', 'quietTime'] as const) await db.insertInto(table).values(document).execute();
          await db.insertInto('alertSetting').values({ agency, name: 'onCall', json: '{}' }).execute();
          await db.insertInto('alertStanding').values({ agency, ruleId: 'r', place: 'p', state: '{}', incident: null }).execute();
          await db.insertInto('incident').values({ agency, id: `i-${agency}`, number: 1, groupKey: 'g', state: 'open', severity: 'info', openedAtMs: T, resolvedAtMs: null, owner: null, json: '{}', postMortem: null, rounds: 1 }).execute();
          await db.insertInto('incidentAlert').values({ agency, incident: `i-${agency}`, ruleId: 'r', place: 'p', firedAtMs: T, overAtMs: null, json: '{}' }).execute();
          await db.insertInto('incidentEntry').values({ agency, id: `e-${agency}`, incident: `i-${agency}`, atMs: T, json: '{}' }).execute();
          await db.insertInto('delivery').values({ agency, id: `o-${agency}`, channel: 'c', incident: `i-${agency}`, payload: '{}', state: 'waiting', attempts: 0, nextAtMs: T, createdAtMs: T, sentAtMs: null, lastError: null }).execute();
          await db.insertInto('sender').values({ agency, kind: 'service', service: 's', instance: '', firstMs: T, lastMs: T, gapMs: 0 }).execute();
          await appendAudit(db, { agency, actor: 'kim', role: 'operator', origin: '::1', action: 'a', subject: 's', detail: {} }, T);
        }
        const before = await Promise.all(TABLES_OF_AGENCY.map(async (table) => (await db.selectFrom(table).select('agency').where('agency', '=', 'kdca').execute()).length));
        expect(before.every((rows) => rows > 0)).toBe(true);
        await deleteAgencyMetadata(db, 'gone');
        const counts = async (agency: string) => Promise.all(TABLES_OF_AGENCY.map(async (table) => (await db.selectFrom(table).select('agency').where('agency', '=', agency).execute()).length));
        expect((await counts('gone')).every((rows) => rows === 0)).toBe(true);
        expect(await counts('kdca')).toEqual(before);
        expect((await db.selectFrom('person').select('login').execute()).map(({ login }) => login)).toEqual(['p-kdca']);
        expect(await verifyAudit(db, 'gone')).toMatchObject({ entries: 1, fault: null });
      });
      it('every table with an agency is in the list of what is deleted', async () => {
        const tables = (await db.introspection.getTables()).filter(({ columns }) => columns.some(({ name }) => name === 'agency')).map(({ name }) => name);
        expect(tables.filter((name) => !name.startsWith('audit')).toSorted()).toEqual([...TABLES_OF_AGENCY].toSorted());
      });
    });
  });
}
