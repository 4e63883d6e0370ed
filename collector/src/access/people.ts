// People: an account is a login, a password, perhaps a code from a phone, and a role in each agency it belongs to. Wrong guesses
// lock an account for a time that grows; the count is raised before a password is looked at, so that guesses at the same moment
// count too. What a refusal says is the same for a wrong login, password and code.
import { isRole, NarrowsError, type Role } from '@narrows/contract';
import { sql, type Selectable } from 'kysely';
import { formFault } from './form-fault.js';
import type { MetaDb } from './meta-db.js';
import type { PersonTable } from './meta-tables.js';
import { hashPassword, isPassword, passwordFault } from './passwords.js';
import { stepOfCode } from './time-codes.js';

/** A membership under this name holds in every agency: the platform's administrators. */
export const EVERY_AGENCY = '*';
export const FREE_FAILURES = 5;
/** Locked for 30 s after the fifth failure, then 2 min, 4½ min, 8 min … */
const LOCK_UNIT_MS = 30_000;
export const LOCK_MS_MAX = 3600_000;

export type PersonRow = Selectable<PersonTable>;
export interface Member { person: number; login: string; name: string; role: Role; lockedUntilMs: number | null; hasCode: boolean; hasPassword: boolean; createdAtMs: number }

export const findPerson = async (db: MetaDb, id: number): Promise<PersonRow | null> => (await db.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;

const plainLogin = (login: string): string => login.trim().toLowerCase();

/** Errors: FORM_INVALID with the field that is wrong. */
export async function createPerson(db: MetaDb, { login, name, password, subject }: { login: string; name: string; password?: string; subject?: string }, nowMs: number): Promise<number> {
  const plain = plainLogin(login);
  // A colon stands in logins that a provider of single sign-on gives: nobody else's looks like one.
  if (!/^[^\s<>"']{3,120}$/.test(plain) || (subject === undefined && plain.includes(':'))) throw formFault('login', 'login');
  if (name.trim() === '' || name.length > 80) throw formFault('name', 'name');
  const passwordHash = password === undefined ? null : await hashOf(password, plain);
  const made = await db.insertInto('person').values({ login: plain, name: name.trim(), passwordHash, codeSecret: null, codeStep: 0, failures: 0, lockedUntilMs: null, subject: subject ?? null, createdAtMs: nowMs })
    .onConflict((c) => c.column('login').doNothing()).returning('id').executeTakeFirst();
  if (!made) throw formFault('login', 'taken');
  return Number(made.id);
}

/** Errors: FORM_INVALID. */
async function hashOf(password: string, login: string): Promise<string> {
  const fault = passwordFault(password, login);
  if (fault) throw formFault('password', fault);
  return hashPassword(password);
}

/** A new password ends every session of the account but the one that asked for it. Errors: FORM_INVALID. */
export async function changePassword(db: MetaDb, person: PersonRow, password: string, keepSession: string | null): Promise<void> {
  const passwordHash = await hashOf(password, person.login);
  await db.updateTable('person').set({ passwordHash }).where('id', '=', person.id).execute();
  let others = db.deleteFrom('session').where('person', '=', person.id);
  if (keepSession !== null) others = others.where('hash', '!=', keepSession);
  await others.execute();
}

/** Errors: LOGIN_FAILED, LOGIN_LOCKED, RATE_LIMITED. */
export async function checkLogin(db: MetaDb, { login, password, code }: { login: string; password: string; code: string }, nowMs: number): Promise<PersonRow> {
  const person = await db.selectFrom('person').selectAll().where('login', '=', plainLogin(login)).executeTakeFirst();
  if (!person) {
    await isPassword(password, null);
    throw failed();
  }
  const counted = await db.updateTable('person').set({
    failures: sql<number>`failures + 1`,
    lockedUntilMs: sql<number>`case when failures + 1 < ${sql.lit(FREE_FAILURES)} then null else ${sql.lit(nowMs)} + (case when ${sql.lit(LOCK_UNIT_MS)} * (failures + 2 - ${sql.lit(FREE_FAILURES)}) * (failures + 2 - ${sql.lit(FREE_FAILURES)}) < ${sql.lit(LOCK_MS_MAX)} then ${sql.lit(LOCK_UNIT_MS)} * (failures + 2 - ${sql.lit(FREE_FAILURES)}) * (failures + 2 - ${sql.lit(FREE_FAILURES)}) else ${sql.lit(LOCK_MS_MAX)} end) end`,
  }).where('id', '=', person.id).where((e) => e.or([e('lockedUntilMs', 'is', null), e('lockedUntilMs', '<=', nowMs)])).executeTakeFirst();
  if (counted.numUpdatedRows === 0n) {
    const seconds = Math.ceil(((person.lockedUntilMs ?? nowMs) - nowMs) / 1_000);
    throw new NarrowsError('LOGIN_LOCKED', `This account is locked for ${Math.max(1, seconds)} more seconds after ${person.failures} wrong tries.`, { retryAfterSeconds: Math.max(1, seconds) });
  }
  const right = await isPassword(password, person.passwordHash);
  const step = person.codeSecret === null ? 0 : stepOfCode(person.codeSecret, code, nowMs, person.codeStep);
  if (!right || step === null) throw failed();
  // A code is used up by the row that it changes: two who send it at once get in once.
  const entered = await db.updateTable('person').set({ failures: 0, lockedUntilMs: null, codeStep: Math.max(step, person.codeStep) })
    .where('id', '=', person.id).where('codeStep', step === 0 ? '<=' : '<', step === 0 ? person.codeStep : step).executeTakeFirst();
  if (entered.numUpdatedRows === 0n) throw failed();
  return person;
}
const failed = () => new NarrowsError('LOGIN_FAILED', 'Login, password and code do not fit together.');

/** Errors: FORM_INVALID. */
export async function enrolCode(db: MetaDb, person: PersonRow, secret: string, code: string, nowMs: number): Promise<void> {
  const step = /^[A-Z2-7]{32}$/.test(secret) ? stepOfCode(secret, code, nowMs, 0) : null;
  if (step === null) throw formFault('code', 'code');
  await db.updateTable('person').set({ codeSecret: secret, codeStep: step }).where('id', '=', person.id).execute();
}

export async function removeCode(db: MetaDb, person: number): Promise<void> {
  await db.updateTable('person').set({ codeSecret: null, codeStep: 0 }).where('id', '=', person).execute();
}

/** What the person may do in an agency; null: nothing. `only`: what holds in every agency does not count. */
export async function roleIn(db: MetaDb, person: number, agency: string, only = false): Promise<Role | null> {
  const rows = await db.selectFrom('membership').selectAll().where('person', '=', person).where('agency', 'in', only ? [agency] : [agency, EVERY_AGENCY]).execute();
  const held = rows.find((row) => row.agency === EVERY_AGENCY) ?? rows[0];
  return held && isRole(held.role) ? held.role : null;
}

/** Null takes the person out of the agency. */
export async function setRole(db: MetaDb, person: number, agency: string, role: Role | null): Promise<void> {
  if (role === null) await db.deleteFrom('membership').where('person', '=', person).where('agency', '=', agency).execute();
  else await db.insertInto('membership').values({ person, agency, role, provider: null }).onConflict((c) => c.columns(['person', 'agency']).doUpdateSet({ role, provider: null })).execute();
}

export async function listMembers(db: MetaDb, agency: string): Promise<Member[]> {
  const rows = await db.selectFrom('membership').innerJoin('person', 'person.id', 'membership.person')
    .select(['person.id as person', 'login', 'name', 'role', 'lockedUntilMs', 'codeSecret', 'passwordHash', 'createdAtMs']).where('membership.agency', '=', agency).orderBy('login').execute();
  return rows.map(({ codeSecret, passwordHash, role, ...row }) => ({ ...row, person: Number(row.person), role: isRole(role) ? role : 'auditor', hasCode: codeSecret !== null, hasPassword: passwordHash !== null }));
}

/** Agencies that a person may enter; null: all of them. */
export async function agenciesOf(db: MetaDb, person: number): Promise<string[] | null> {
  const rows = await db.selectFrom('membership').select('agency').where('person', '=', person).execute();
  return rows.some((row) => row.agency === EVERY_AGENCY) ? null : rows.map((row) => row.agency);
}
