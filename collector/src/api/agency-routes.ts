// Agencies and their parts. Creating one takes a name; deleting one takes its id typed again and a reason, deletes every row, and
// answers with a certificate of what was left: nothing. The chain of its audit log stays, with the certificate as its end.
import {
  AgenciesAnswerSchema, AgencySchema, DeleteAgencySchema, DeletionCertificateSchema, DoneSchema, NarrowsError, NewAgencySchema, NewProjectSchema, ProjectsAnswerSchema, ROUTES, SELF_AGENCY,
} from '@narrows/contract';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { changeAgency, ensureAgency, findAgency, freeAgencyId, isTimeZone, listAgencies } from '../access/agencies.js';
import { appendAudit } from '../access/audit-log.js';
import { formFault } from '../access/form-fault.js';
import type { MetaDb } from '../access/meta-db.js';
import { audited } from './audit-trail.js';
import { personOf } from './authorization.js';
import { describe } from './route-question.js';

export interface AgencyRoutesOptions {
  db: MetaDb;
  now: () => number;
  timeZone: string;
  /** Everything that is stored of an agency; counts by table, before and after. Errors: STORE_UNAVAILABLE while something of it is on its way. */
  deleteData: (agency: string) => Promise<{ deleted: Record<string, number>; left: Record<string, number> }>;
}
const AGENCIES_MAX = 10_000;
const PROJECTS_MAX = 200;
const agencyParams = Type.Object({ agency: Type.String({ maxLength: 63 }) });
const projectParams = Type.Object({ project: Type.String({ maxLength: 63 }) });

export function addAgencyRoutes(instance: FastifyInstance, { db, now, timeZone, deleteData }: AgencyRoutesOptions): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  app.get(ROUTES.agencies, describe('All agencies of this collector', AgenciesAnswerSchema), async () => ({ agencies: await listAgencies(db) }));
  app.post(ROUTES.agencies, { schema: { ...describe('Create an agency', AgencySchema).schema, body: NewAgencySchema } }, async (request) => {
    const { owner } = personOf(request);
    const name = nameOf(request.body.name);
    const zone = zoneOf(request.body.timeZone ?? timeZone);
    const id = request.body.id ?? await freeAgencyId(db, name);
    if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(id) || id === SELF_AGENCY) throw formFault('id', 'id');
    if (await findAgency(db, id)) throw formFault('id', 'taken');
    if ((await listAgencies(db)).length >= AGENCIES_MAX) throw formFault('name', 'too-many');
    const agency = await ensureAgency(db, { id, name, timeZone: zone }, now());
    await appendAudit(db, { agency: id, actor: owner.user, role: owner.role, origin: request.ip, action: 'agency created', subject: id, detail: { name, timeZone: zone } }, now());
    audited(request, id);
    return agency;
  });
  app.patch(ROUTES.agency, { schema: { ...describe('Change the name or time zone of an agency', AgencySchema).schema, params: agencyParams, body: NewAgencySchema } }, async (request) => {
    const { agency } = request.params;
    const changed = await changeAgency(db, agency, { name: nameOf(request.body.name), ...request.body.timeZone !== undefined && { timeZone: zoneOf(request.body.timeZone) } });
    if (!changed) throw new NarrowsError('NOT_FOUND', `There is no agency "${agency}".`);
    audited(request, agency);
    return changed;
  });
  app.delete(ROUTES.agency, { schema: { ...describe('Delete an agency and everything of it', DeletionCertificateSchema).schema, params: agencyParams, body: DeleteAgencySchema } }, async (request) => {
    const { owner, agency: current } = personOf(request);
    const { agency: id } = request.params;
    const { confirm, reason } = request.body;
    if (!await findAgency(db, id)) throw new NarrowsError('NOT_FOUND', `There is no agency "${id}".`);
    if (confirm !== id) throw formFault('confirm', 'confirm');
    if (id === current.id) throw formFault('confirm', 'current');
    const { deleted, left } = await deleteData(id);
    const entry = await appendAudit(db, { agency: id, actor: owner.user, role: owner.role, origin: request.ip, action: 'agency deleted', subject: id, detail: { reason, deleted, left } }, now());
    audited(request, id, { certificate: entry.hash });
    return { agency: id, atMs: entry.atMs, deleted, left, auditHash: entry.hash };
  });
  addProjectRoutes(instance, db);
}

function addProjectRoutes(instance: FastifyInstance, db: MetaDb): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  const listed = (agency: string) => db.selectFrom('project').select(['id', 'name']).where('agency', '=', agency).orderBy('id').execute();
  app.get(ROUTES.projects, describe('Parts of the agency that keys belong to', ProjectsAnswerSchema), async (request) => ({ projects: await listed(personOf(request).agency.id) }));
  app.post(ROUTES.projects, { schema: { ...describe('Add a part', DoneSchema).schema, body: NewProjectSchema } }, async (request) => {
    const { agency } = personOf(request);
    const { id, name } = request.body;
    if ((await listed(agency.id)).length >= PROJECTS_MAX) throw formFault('id', 'too-many');
    await db.insertInto('project').values({ agency: agency.id, id, name }).onConflict((c) => c.columns(['agency', 'id']).doUpdateSet({ name })).execute();
    return { done: true as const };
  });
  app.delete(ROUTES.project, { schema: { ...describe('Take a part away; its keys stay', DoneSchema).schema, params: projectParams } }, async (request) => {
    const { agency } = personOf(request);
    const { project } = request.params;
    const gone = await db.deleteFrom('project').where('agency', '=', agency.id).where('id', '=', project).executeTakeFirst();
    if (gone.numDeletedRows === 0n) throw new NarrowsError('NOT_FOUND', `There is no part "${project}" in this agency.`);
    return { done: true as const };
  });
}

function nameOf(name: string): string {
  const plain = name.trim();
  if (plain === '' || Array.from(plain).length > 80) throw formFault('name', 'name');
  return plain;
}

function zoneOf(zone: string): string {
  if (!isTimeZone(zone)) throw formFault('timeZone', 'zone');
  return zone;
}
