// Coming in and going out by an account: login with password and code, the account's own settings, the agency one looks at, and
// invitations. What a refusal says is the same for whoever has no account and whoever mistyped.
import '@fastify/cookie';
import '@fastify/rate-limit';
import {
  AccountAnswerSchema, ChooseAgencySchema, CodeOfferSchema, CodeSchema, DoneSchema, InvitationSchema, LoggedOutSchema, LoginSchema, mayDo, NarrowsError, NewAccountSchema, PasswordSchema, ROUTES,
} from '@narrows/contract';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { renderSVG } from 'uqr';
import { findAgency, listAgencies } from '../access/agencies.js';
import { appendAudit } from '../access/audit-log.js';
import { acceptInvitation, findInvitation } from '../access/invitations.js';
import { formFault } from '../access/form-fault.js';
import type { MetaDb } from '../access/meta-db.js';
import { isPassword } from '../access/passwords.js';
import { agenciesOf, changePassword, checkLogin, createPerson, enrolCode, EVERY_AGENCY, findPerson, removeCode, roleIn, setRole, type PersonRow } from '../access/people.js';
import { hashSecret } from '../access/secret.js';
import { createSession, endSession, findSession, SESSION_AGE_MAX_MS, switchSession, type SignOnOrigin } from '../access/sessions.js';
import type { Provider } from '../sign-on/provider.js';
import { codeUri, mintCodeSecret } from '../access/time-codes.js';
import { audited } from './audit-trail.js';
import { SESSION_COOKIE } from './authentication.js';
import { personOf } from './authorization.js';
import { describe } from './route-question.js';

export interface AccountRoutesOptions { db: MetaDb; now: () => number; publicUrl: () => string; providers: readonly Provider[] }

/** Tries a minute and address; an account has its own lock besides. */
const LOGIN_TRIES_PER_MINUTE = 20;
const limited = { config: { rateLimit: { max: LOGIN_TRIES_PER_MINUTE, timeWindow: 60_000 } } };
const tokenParams = Type.Object({ token: Type.String({ maxLength: 100 }) });

export function addAccountRoutes(instance: FastifyInstance, options: AccountRoutesOptions): void {
  addLoginRoutes(instance, options);
  addOwnAccountRoutes(instance, options);
  addInvitationRoutes(instance, options);
}

export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, id: string): FastifyReply {
  return reply.setCookie(SESSION_COOKIE, id, { httpOnly: true, sameSite: 'lax', path: '/', maxAge: SESSION_AGE_MAX_MS / 1_000, secure: request.protocol === 'https' });
}

export interface Entrance { how: string; /** Null: the first that the person may enter. */ agency: string | null; signOn: SignOnOrigin | null }

/** A session in an agency that the person may enter. Errors: FORBIDDEN. */
export async function enter(db: MetaDb, request: FastifyRequest, reply: FastifyReply, person: PersonRow, nowMs: number, { how, agency: wanted, signOn }: Entrance): Promise<void> {
  const agency = wanted ?? (await agenciesOf(db, person.id))?.[0] ?? ((await roleIn(db, person.id, EVERY_AGENCY)) ? (await listAgencies(db))[0]?.id : undefined);
  const role = agency === undefined ? null : await roleIn(db, person.id, agency, signOn?.boundTo != null);
  if (agency === undefined || role === null) throw new NarrowsError('FORBIDDEN', 'This account belongs to no agency any more.');
  const id = await createSession(db, { agency, user: person.login, person: person.id }, nowMs, signOn);
  await appendAudit(db, { agency, actor: person.login, role, origin: request.ip, action: 'login', subject: person.login, detail: { how } }, nowMs);
  setSessionCookie(request, reply, id);
}

function addLoginRoutes(instance: FastifyInstance, { db, now, publicUrl, providers }: AccountRoutesOptions): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  app.post(ROUTES.login, { ...limited, schema: { ...describe('Log in by an account', DoneSchema).schema, body: LoginSchema } }, async (request, reply) => {
    const { login, password, code = '' } = request.body;
    try {
      await enter(db, request, reply, await checkLogin(db, { login, password, code }, now()), now(), { how: 'password', agency: null, signOn: null });
    } catch (error) {
      if (error instanceof NarrowsError && (error.code === 'LOGIN_FAILED' || error.code === 'LOGIN_LOCKED')) await noteFailure(db, request, login, error.code, now());
      throw error;
    }
    return { done: true as const };
  });
  app.delete(ROUTES.session, describe('Log out', LoggedOutSchema), async (request, reply) => {
    const id = request.cookies[SESSION_COOKIE];
    const session = id === undefined ? null : await findSession(db, id, now());
    if (id !== undefined) await endSession(db, id);
    reply.clearCookie(SESSION_COOKIE, { path: '/' });
    const provider = providers.find((one) => one.id === session?.signOn?.provider);
    return { done: true as const, next: await provider?.endSessionAddress(`${publicUrl()}/`) ?? null };
  });
  app.post(ROUTES.sessionAgency, { schema: { ...describe('Look at another agency', DoneSchema).schema, body: ChooseAgencySchema } }, async (request) => {
    const { owner } = personOf(request);
    const id = request.cookies[SESSION_COOKIE];
    const { agency } = request.body;
    const bound = owner.signOn?.boundTo ?? null;
    const allowed = owner.person === null ? mayDo(owner.role, 'agencies') : (bound === null || bound === agency) && (await roleIn(db, owner.person, agency)) !== null;
    // The same answer for one that is not there and one that is none of theirs.
    if (id === undefined || owner.csrf === null || !allowed || !await findAgency(db, agency)) throw new NarrowsError('FORBIDDEN', `You may not enter the agency "${agency}".`);
    await switchSession(db, id, agency);
    return { done: true as const };
  });
}

/** A known account's failures are told to its agencies; a guess at nobody is only counted by the rate limit. */
async function noteFailure(db: MetaDb, request: FastifyRequest, login: string, code: string, nowMs: number): Promise<void> {
  const person = await db.selectFrom('person').select(['id', 'login']).where('login', '=', login.trim().toLowerCase()).executeTakeFirst();
  if (!person) return;
  const agency = (await agenciesOf(db, Number(person.id)))?.[0] ?? (await listAgencies(db))[0]?.id;
  if (agency !== undefined) await appendAudit(db, { agency, actor: person.login, role: '', origin: request.ip, action: 'login refused', subject: person.login, detail: { code } }, nowMs);
}

function addOwnAccountRoutes(instance: FastifyInstance, { db, now }: AccountRoutesOptions): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  app.get(ROUTES.account, describe('One\'s own account, and the agencies one may enter', AccountAnswerSchema), async (request) => {
    const { owner } = personOf(request);
    const person = owner.person === null ? null : await findPerson(db, owner.person);
    const enterable = owner.csrf === null || owner.signOn?.boundTo != null ? [owner.agency] : owner.person === null ? null : await agenciesOf(db, owner.person);
    const agencies = (await listAgencies(db)).filter(({ id }) => enterable === null || enterable.includes(id)).map(({ id, name }) => ({ id, name }));
    return { account: person && { login: person.login, name: person.name, hasPassword: person.passwordHash !== null, hasCode: person.codeSecret !== null, hasSignOn: person.subject !== null }, agencies };
  });
  app.post(ROUTES.account, { schema: { ...describe('Whoever came by the collector\'s own link makes themselves an account', DoneSchema).schema, body: NewAccountSchema } }, async (request, reply) => {
    const { owner } = personOf(request);
    const id = request.cookies[SESSION_COOKIE];
    if (owner.person !== null || owner.csrf === null || id === undefined) throw new NarrowsError('FORBIDDEN', 'Only whoever came by the collector\'s own link makes an account this way.');
    const person = await createPerson(db, request.body, now());
    await setRole(db, person, EVERY_AGENCY, 'platform-admin');
    await endSession(db, id);
    setSessionCookie(request, reply, await createSession(db, { agency: owner.agency, user: request.body.login.trim().toLowerCase(), person }, now()));
    audited(request, request.body.login);
    return { done: true as const };
  });
  app.put(ROUTES.password, { schema: { ...describe('Change one\'s password', DoneSchema).schema, body: PasswordSchema } }, async (request) => {
    const person = await ownPerson(db, request);
    const id = request.cookies[SESSION_COOKIE];
    if (person.passwordHash === null && person.subject !== null) throw new NarrowsError('FORBIDDEN', 'This account comes by single sign-on only; its password is the provider\'s.');
    if (person.passwordHash !== null && !await isPassword(request.body.current, person.passwordHash)) throw formFault('current', 'wrong');
    await changePassword(db, person, request.body.password, id === undefined ? null : hashSecret(id));
    return { done: true as const };
  });
  app.get(ROUTES.code, describe('A new secret for an authenticator app, with its picture', CodeOfferSchema), async (request) => {
    const { login } = await ownPerson(db, request);
    const secret = mintCodeSecret();
    const uri = codeUri(secret, login, 'Narrows');
    return { secret, uri, qr: renderSVG(uri, { border: 2 }) };
  });
  app.put(ROUTES.code, { schema: { ...describe('From now on a code is asked for', DoneSchema).schema, body: CodeSchema } }, async (request) => {
    await enrolCode(db, await ownPerson(db, request), request.body.secret, request.body.code, now());
    return { done: true as const };
  });
  app.delete(ROUTES.code, { schema: { ...describe('No code any more', DoneSchema).schema, body: Type.Object({ password: Type.String({ maxLength: 512 }) }) } }, async (request) => {
    const person = await ownPerson(db, request);
    if (person.passwordHash !== null && !await isPassword(request.body.password, person.passwordHash)) throw formFault('password', 'wrong');
    await removeCode(db, person.id);
    return { done: true as const };
  });
}

/** Errors: FORBIDDEN. */
export async function ownPerson(db: MetaDb, request: FastifyRequest): Promise<PersonRow> {
  const { owner } = personOf(request);
  const person = owner.person === null ? null : await findPerson(db, owner.person);
  if (!person) throw new NarrowsError('FORBIDDEN', 'There is no account behind this session.');
  return person;
}

function addInvitationRoutes(instance: FastifyInstance, { db, now }: AccountRoutesOptions): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  app.get(ROUTES.invitation, { ...limited, schema: { ...describe('What an invitation is for', InvitationSchema).schema, params: tokenParams } }, async (request) => {
    const invitation = await findInvitation(db, request.params.token, now());
    return { ...invitation, agencyName: (await findAgency(db, invitation.agency))?.name ?? invitation.agency };
  });
  app.post(ROUTES.invitation, { ...limited, schema: { ...describe('Accept an invitation by a new account', DoneSchema).schema, params: tokenParams, body: NewAccountSchema } }, async (request, reply) => {
    await findInvitation(db, request.params.token, now());
    const id = await createPerson(db, request.body, now());
    const invitation = await acceptInvitation(db, hashSecret(request.params.token), id, now()).catch(async (error: unknown) => {
      await db.deleteFrom('person').where('id', '=', id).execute(); // Somebody else was faster with the same link.
      throw error;
    });
    const login = request.body.login.trim().toLowerCase();
    setSessionCookie(request, reply, await createSession(db, { agency: invitation.agency, user: login, person: id }, now()));
    await appendAudit(db, { agency: invitation.agency, actor: login, role: invitation.role, origin: request.ip, action: 'invitation accepted', subject: login, detail: { invitedBy: invitation.invitedBy } }, now());
    return { done: true as const };
  });
}
