// Coming in by a provider of single sign-on: `/sign-on/ID` sends a browser there, `/sign-on/ID/callback` takes it back. What goes wrong is
// a page in both languages that says what to do; the reason itself is in the log, under the number on the page. An invitation may be
// taken along, and an account that is logged in may be connected; nothing else ever links the two.
import '@fastify/cookie';
import '@fastify/rate-limit';
import '@fastify/swagger';
import { DoneSchema, ERRORS, NarrowsError, ROUTES, SignOnAddressSchema, SignOnAnswerSchema, SignOnLinkSchema, type ErrorCode } from '@narrows/contract';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { listAgencies } from '../access/agencies.js';
import { appendAudit } from '../access/audit-log.js';
import { acceptInvitation, findInvitation, findInvitationByHash } from '../access/invitations.js';
import type { MetaDb } from '../access/meta-db.js';
import { EVERY_AGENCY, roleIn } from '../access/people.js';
import { hashSecret, mintSecret } from '../access/secret.js';
import { findSession } from '../access/sessions.js';
import { beginAttempt, finishAttempt, SIGN_ON_LIFE_MS, type SignOnAttempt } from '../access/sign-on-attempts.js';
import { connectSignOn, createSignedOn, disconnectSignOn, findSignedOn, followClaimedRoles } from '../access/signed-on.js';
import type { Identity, Provider } from '../sign-on/provider.js';
import { enter, ownPerson } from './account-routes.js';
import { audited } from './audit-trail.js';
import { SESSION_COOKIE } from './authentication.js';
import { page } from './plain-page.js';
import { describe } from './route-question.js';
import { faultPage } from './sign-on-fault.js';

export interface SignOnRoutesOptions { db: MetaDb; now: () => number; publicUrl: () => string; providers: readonly Provider[] }

const BROWSER_COOKIE = 'narrows_sign_on';
/** A minute and address: an office goes out by one address. */
const limited = { config: { rateLimit: { max: 60, timeWindow: 60_000 } } };

/** Beside `/login`: what a browser is sent to and comes back to. */
export function addSignOnPages(app: FastifyInstance, options: SignOnRoutesOptions): void {
  app.get<{ Params: { provider: string }; Querystring: { invitation?: string } }>('/sign-on/:provider', { schema: { hide: true }, ...limited }, (request, reply) => orPage(request, reply, async () => {
    const provider = providerOf(options.providers, request.params.provider);
    const { invitation } = request.query;
    const found = typeof invitation === 'string' ? await findInvitation(options.db, invitation, options.now()) : null;
    assertForAgency(provider, found?.agency);
    return reply.redirect(await begin(options, request, reply, provider, { person: null, invitationHash: found && typeof invitation === 'string' ? hashSecret(invitation) : null }));
  }));
  app.get<{ Params: { provider: string } }>('/sign-on/:provider/callback', { schema: { hide: true }, ...limited }, (request, reply) => orPage(request, reply, async () => {
    const { db, now, publicUrl } = options;
    const provider = providerOf(options.providers, request.params.provider);
    const address = new URL(`${publicUrl()}${request.url}`);
    const state = address.searchParams.get('state') ?? '';
    const attempt = await finishAttempt(db, { state, browser: request.cookies[BROWSER_COOKIE] ?? '', provider: provider.id }, now());
    const identity = await provider.finish(address.href, { state, nonce: attempt.nonce, codeVerifier: attempt.codeVerifier });
    if (attempt.person !== null) {
      await connect(options, request, provider, identity, attempt.person);
      return reply.redirect('/settings?panel=account');
    }
    await comeIn(options, request, reply, provider, identity, attempt);
    return reply.redirect('/');
  }));
}

/** Below `/api/v1`: which providers there are, and one's own account with one. */
export function addSignOnRoutes(instance: FastifyInstance, options: SignOnRoutesOptions): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  const { db, providers } = options;
  app.get(ROUTES.signOn, describe('Providers of single sign-on', SignOnAnswerSchema), async () => ({ providers: providers.map(({ id, name }) => ({ id, name })) }));
  app.post(ROUTES.accountSignOn, { schema: { ...describe('Where to go to connect one\'s account with a provider', SignOnAddressSchema).schema, body: SignOnLinkSchema } }, async (request, reply) => {
    const person = await ownPerson(db, request);
    const provider = providerOf(providers, request.body.provider);
    if (person.subject !== null) throw new NarrowsError('SIGN_ON_TAKEN', 'This account is connected already.');
    audited(request, person.login);
    return { address: await begin(options, request, reply, provider, { person: person.id, invitationHash: null }) };
  });
  app.delete(ROUTES.accountSignOn, { schema: { ...describe('Disconnect one\'s account from its provider', DoneSchema).schema, body: Type.Object({}) } }, async (request) => {
    const person = await ownPerson(db, request);
    await disconnectSignOn(db, person);
    audited(request, person.login);
    return { done: true as const };
  });
}

async function begin({ db, now, publicUrl }: SignOnRoutesOptions, request: FastifyRequest, reply: FastifyReply, provider: Provider, attempt: Pick<SignOnAttempt, 'person' | 'invitationHash'>): Promise<string> {
  const { address, challenge } = await provider.begin(`${publicUrl()}/sign-on/${provider.id}/callback`);
  // One secret a browser, so that two windows at once both come back.
  const browser = request.cookies[BROWSER_COOKIE] ?? mintSecret('session');
  await beginAttempt(db, { ...challenge, ...attempt, provider: provider.id, browser }, now());
  reply.setCookie(BROWSER_COOKIE, browser, { httpOnly: true, sameSite: 'lax', path: '/', maxAge: SIGN_ON_LIFE_MS / 1_000, secure: request.protocol === 'https' });
  return address;
}

/** Errors: SIGN_ON_NO_ROLE, INVITATION_USED, FORBIDDEN. */
async function comeIn({ db, now, providers }: SignOnRoutesOptions, request: FastifyRequest, reply: FastifyReply, provider: Provider, identity: Identity, { invitationHash }: SignOnAttempt): Promise<void> {
  const invitation = invitationHash === null ? null : await findInvitationByHash(db, invitationHash, now());
  const known = await findSignedOn(db, identity);
  if (!known && !invitation && identity.roles.length === 0) {
    await note(db, request, provider, identity, now());
    throw new NarrowsError('SIGN_ON_NO_ROLE', `Nothing that ${provider.id} says of ${identity.login} is a role here.`);
  }
  const person = known ?? await createSignedOn(db, identity, now());
  await followClaimedRoles(db, person.id, provider.id, identity.roles, providers.map(({ id }) => id));
  if (invitationHash !== null && invitation) {
    await acceptInvitation(db, invitationHash, person.id, now());
    await appendAudit(db, { agency: invitation.agency, actor: person.login, role: invitation.role, origin: request.ip, action: 'invitation accepted', subject: person.login, detail: { invitedBy: invitation.invitedBy, how: `sign-on ${provider.id}` } }, now());
  }
  try {
    await enter(db, request, reply, person, now(), { how: `sign-on ${provider.id}`, agency: provider.agency ?? invitation?.agency ?? null, signOn: { provider: provider.id, boundTo: provider.agency } });
  } catch (error) {
    if (!(error instanceof NarrowsError && error.code === 'FORBIDDEN')) throw error;
    await note(db, request, provider, identity, now());
    throw new NarrowsError('SIGN_ON_NO_ROLE', `${person.login} holds no role any more.`, { cause: error });
  }
}

/** Only in the session that asked for it. A provider of one agency never opens an account that may more than that agency. */
async function connect({ db, now }: SignOnRoutesOptions, request: FastifyRequest, provider: Provider, identity: Identity, wanted: number): Promise<void> {
  const id = request.cookies[SESSION_COOKIE];
  const session = id === undefined ? null : await findSession(db, id, now());
  const person = session?.person === wanted ? await db.selectFrom('person').selectAll().where('id', '=', wanted).executeTakeFirst() : undefined;
  if (!session || !person) throw new NarrowsError('SIGN_ON_FAILED', 'The session that wanted to connect its account has ended.');
  if (provider.agency !== null && await roleIn(db, person.id, EVERY_AGENCY)) throw new NarrowsError('FORBIDDEN', 'An administrator of the platform cannot be connected with a provider of one agency.');
  await connectSignOn(db, person, identity);
  await appendAudit(db, { agency: session.agency, actor: person.login, role: session.role, origin: request.ip, action: 'sign-on connected', subject: person.login, detail: { provider: provider.id } }, now());
}

/** Somebody whom the provider knows and we do not: told to the agency, or on a platform's provider to the first. */
async function note(db: MetaDb, request: FastifyRequest, provider: Provider, { login }: Identity, nowMs: number): Promise<void> {
  const agency = provider.agency ?? (await listAgencies(db))[0]?.id;
  if (agency !== undefined) await appendAudit(db, { agency, actor: login, role: '', origin: request.ip, action: 'login refused', subject: login, detail: { code: 'SIGN_ON_NO_ROLE', how: `sign-on ${provider.id}` } }, nowMs);
}

/** Errors: NOT_FOUND. */
function providerOf(providers: readonly Provider[], id: string): Provider {
  const provider = providers.find((one) => one.id === id);
  if (!provider) throw new NarrowsError('NOT_FOUND', 'There is no such provider of single sign-on.');
  return provider;
}

/** Errors: FORBIDDEN. */
function assertForAgency(provider: Provider, agency: string | undefined): void {
  if (provider.agency !== null && agency !== undefined && agency !== provider.agency) throw new NarrowsError('FORBIDDEN', 'This provider is for another agency than the invitation.');
}

async function orPage(request: FastifyRequest, reply: FastifyReply, answer: () => Promise<FastifyReply>): Promise<FastifyReply> {
  try {
    return await answer();
  } catch (error) {
    const code: ErrorCode = error instanceof NarrowsError ? error.code : 'INTERNAL';
    request.log.warn({ err: error, code }, 'a sign-in by a provider did not come to its end');
    return reply.code(ERRORS[code].http).type('text/html; charset=utf-8').header('cache-control', 'no-store').send(page(...faultPage(code, request.id)));
  }
}
