// People of the agency: who belongs to it, in which role, and invitations for more. Nobody gives a role that may do more than
// their own, and the last administrator of an agency cannot be taken out of it.
import { DoneSchema, InvitationLinkSchema, NarrowsError, NewInvitationSchema, PeopleAnswerSchema, RoleChangeSchema, ROUTES } from '@narrows/contract';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { createInvitation, INVITATION_LIFE_MS } from '../access/invitations.js';
import { formFault } from '../access/form-fault.js';
import type { MetaDb } from '../access/meta-db.js';
import { listMembers, setRole, type Member } from '../access/people.js';
import { audited } from './audit-trail.js';
import { personOf } from './authorization.js';
import { assertWithin } from './key-routes.js';
import { describe } from './route-question.js';

const idParams = Type.Object({ person: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) });

/** `publicUrl`: what stands before the path of a link that is sent to somebody. */
export function addPeopleRoutes(instance: FastifyInstance, { db, now, publicUrl }: { db: MetaDb; now: () => number; publicUrl: () => string }): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  app.get(ROUTES.people, describe('Accounts that belong to the agency', PeopleAnswerSchema), async (request) => ({ people: await listMembers(db, personOf(request).agency.id) }));
  app.post(ROUTES.invitations, { schema: { ...describe('A link by which somebody makes an account; shown once', InvitationLinkSchema).schema, body: NewInvitationSchema } }, async (request) => {
    const { owner, agency } = personOf(request);
    assertWithin(owner.role, request.body.role);
    const nowMs = now();
    const token = await createInvitation(db, { agency: agency.id, role: request.body.role, invitedBy: owner.user }, nowMs);
    return { link: `${publicUrl()}/invitation/${token}`, expiresAtMs: nowMs + INVITATION_LIFE_MS };
  });
  app.patch(ROUTES.person, { schema: { ...describe('Give somebody another role', DoneSchema).schema, params: idParams, body: RoleChangeSchema } }, async (request) => {
    const { owner, agency } = personOf(request);
    const { role } = request.body;
    const member = await ownMember(db, request, request.params.person);
    if (role === 'platform-admin') throw formFault('role', 'platform');
    assertWithin(owner.role, role);
    assertWithin(owner.role, member.role);
    if (role !== 'agency-admin') await assertNotLast(db, agency.id, member);
    await setRole(db, member.person, agency.id, role);
    audited(request, member.login, { before: member.role });
    return { done: true as const };
  });
  app.delete(ROUTES.person, { schema: { ...describe('Take somebody out of the agency; their sessions in it end at once', DoneSchema).schema, params: idParams } }, async (request) => {
    const { owner, agency } = personOf(request);
    const member = await ownMember(db, request, request.params.person);
    assertWithin(owner.role, member.role);
    await assertNotLast(db, agency.id, member);
    await setRole(db, member.person, agency.id, null);
    await db.deleteFrom('session').where('person', '=', member.person).where('agency', '=', agency.id).execute();
    audited(request, member.login, { before: member.role });
    return { done: true as const };
  });
}

/** Errors: NOT_FOUND, also for people of other agencies. */
async function ownMember(db: MetaDb, request: FastifyRequest, person: number): Promise<Member> {
  const member = (await listMembers(db, personOf(request).agency.id)).find((one) => one.person === person);
  if (!member) throw new NarrowsError('NOT_FOUND', `There is no person ${person} in this agency.`);
  return member;
}

async function assertNotLast(db: MetaDb, agency: string, member: Member): Promise<void> {
  if (member.role !== 'agency-admin') return;
  const admins = (await listMembers(db, agency)).filter(({ role }) => role === 'agency-admin');
  if (admins.length === 1) throw formFault('role', 'last');
}
