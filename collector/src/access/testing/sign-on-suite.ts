// Who comes by a provider of single sign-on: what an attempt is good for, whose account it leads to, which roles follow. The claims hold on
// both databases that metadata can lie in; each file that runs them says how to open an empty one.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureAgency } from '../agencies.js';
import type { MetaDb } from '../meta-db.js';
import { createPerson, findPerson, roleIn, setRole } from '../people.js';
import { createSession, findSession, SIGN_ON_SESSION_AGE_MAX_MS } from '../sessions.js';
import { beginAttempt, finishAttempt, SIGN_ON_LIFE_MS } from '../sign-on-attempts.js';
import { connectSignOn, createSignedOn, disconnectSignOn, findSignedOn, followClaimedRoles } from '../signed-on.js';

const T = 1_800_000_000_000;

export function describeSignOn(name: string, open: () => Promise<MetaDb>): void {
  describe(name, () => {
    let db: MetaDb;
    beforeEach(async () => {
      db = await open();
      await ensureAgency(db, { id: 'kdca', name: '질병관리청', timeZone: 'Asia/Seoul' }, T);
    });
    afterEach(() => db.destroy());

    const identity = { issuer: 'https://sso.go.kr', subject: 'kim', login: 'gov:kim', name: '김하나' };
    it('an attempt is good once, in time, in its browser, for its provider, and what must come back is kept as a hash', async () => {
      const attempt = { provider: 'gov', nonce: 'n', codeVerifier: 'v', person: null, invitationHash: null };
      const begin = (state: string) => beginAttempt(db, { ...attempt, state, browser: 'b' }, T);
      for (const state of ['one', 'two', 'three']) await begin(state);
      expect(JSON.stringify(await db.selectFrom('signOnAttempt').selectAll().execute())).not.toMatch(/"(one|two|three|b)"/);
      const finish = (wrong: object, nowMs = T + 1) => finishAttempt(db, { state: 'one', browser: 'b', provider: 'gov', ...wrong }, nowMs);
      for (const wrong of [{ state: 'none' }, { browser: 'other' }, { provider: 'kdca' }]) await expect(finish(wrong)).rejects.toMatchObject({ code: 'SIGN_ON_FAILED' });
      expect(await finish({})).toEqual(attempt);
      await expect(finish({})).rejects.toMatchObject({ code: 'SIGN_ON_FAILED' });
      await expect(finish({ state: 'two' }, T + SIGN_ON_LIFE_MS)).rejects.toMatchObject({ code: 'SIGN_ON_FAILED' });
      await beginAttempt(db, { ...attempt, state: 'later', browser: 'b' }, T + SIGN_ON_LIFE_MS);
      expect(await db.selectFrom('signOnAttempt').selectAll().execute()).toHaveLength(1);
    });
    it('a person is issuer and subject: the same name elsewhere is somebody else, and gets another login', async () => {
      const [one, other] = [await createSignedOn(db, identity, T), await createSignedOn(db, { ...identity, subject: 'other' }, T)];
      expect([one.login, other.login]).toEqual(['gov:kim', 'gov:kim-2']);
      expect((await findSignedOn(db, identity))?.id).toBe(one.id);
      expect(await findSignedOn(db, { issuer: 'https://sso.example', subject: 'kim' })).toBeNull();
      expect((await createSignedOn(db, identity, T)).id).toBe(one.id);
      await expect(createPerson(db, { login: 'gov:boss', name: 'x', password: 'a river in the morning' }, T)).rejects.toMatchObject({ code: 'FORM_INVALID' });
    });
    it('roles follow what is claimed; one that people gave stays, and an agency that is not there is left out', async () => {
      await ensureAgency(db, { id: 'nps', name: '국민연금', timeZone: 'Asia/Seoul' }, T);
      const { id } = await createSignedOn(db, identity, T);
      await setRole(db, id, 'nps', 'auditor');
      await followClaimedRoles(db, id, 'gov', [{ agency: 'kdca', role: 'operator' }, { agency: 'nps', role: 'agency-admin' }, { agency: 'nowhere', role: 'operator' }], ['gov']);
      const roles = async () => [await roleIn(db, id, 'kdca'), await roleIn(db, id, 'nps'), await roleIn(db, id, 'nowhere')];
      expect(await roles()).toEqual(['operator', 'auditor', null]);
      await followClaimedRoles(db, id, 'gov', [{ agency: null, role: 'platform-admin' }], ['gov']);
      expect(await roles()).toEqual(['platform-admin', 'platform-admin', 'platform-admin']);
      await followClaimedRoles(db, id, 'gov', [], ['gov']);
      expect(await roles()).toEqual([null, 'auditor', null]);
      await followClaimedRoles(db, id, 'gov', [{ agency: 'kdca', role: 'operator' }], ['gov']);
      await followClaimedRoles(db, id, 'renamed', [], ['renamed']);
      expect(await roles()).toEqual([null, 'auditor', null]);
    });
    it('a session by a provider ends after twelve hours, and one that is bound to an agency has the role held in it', async () => {
      const { id } = await createSignedOn(db, identity, T);
      await followClaimedRoles(db, id, 'gov', [{ agency: 'kdca', role: 'operator' }], ['gov']);
      await setRole(db, id, '*', 'platform-admin');
      const open = (boundTo: string | null) => createSession(db, { agency: 'kdca', user: 'gov:kim', person: id }, T, { provider: 'gov', boundTo });
      const [bound, free] = [await open('kdca'), await open(null)];
      expect(await findSession(db, bound, T)).toMatchObject({ role: 'operator', signOn: { provider: 'gov', boundTo: 'kdca' } });
      expect(await findSession(db, free, T)).toMatchObject({ role: 'platform-admin' });
      expect(await findSession(db, free, T + SIGN_ON_SESSION_AGE_MAX_MS)).not.toBeNull();
      expect(await findSession(db, free, T + SIGN_ON_SESSION_AGE_MAX_MS + 1)).toBeNull();
    });
    it('an account is connected with one identity, an identity with one account; disconnecting takes what it gave, and never the only way in', async () => {
      const local = (await findPerson(db, await createPerson(db, { login: 'lee', name: '이두리', password: 'a river in the morning' }, T)))!;
      await connectSignOn(db, local, identity);
      expect((await findSignedOn(db, identity))?.id).toBe(local.id);
      const connected = (await findPerson(db, local.id))!;
      await expect(connectSignOn(db, connected, { ...identity, subject: 'another' })).rejects.toMatchObject({ code: 'SIGN_ON_TAKEN' });
      const other = await createSignedOn(db, { ...identity, subject: 'park' }, T);
      await expect(connectSignOn(db, other, identity)).rejects.toMatchObject({ code: 'SIGN_ON_TAKEN' });
      await followClaimedRoles(db, local.id, 'gov', [{ agency: 'kdca', role: 'operator' }], ['gov']);
      await disconnectSignOn(db, connected);
      expect([await findSignedOn(db, identity), await roleIn(db, local.id, 'kdca')]).toEqual([null, null]);
      await expect(disconnectSignOn(db, other)).rejects.toMatchObject({ code: 'FORM_INVALID' });
    });
  });
}
