// Keys and tokens of the agency: made, listed, rotated, revoked. A secret is in one answer and never again. A token never has a
// larger role than whoever makes it, and nobody reaches another agency's keys by their number.
import {
  DoneSchema, KeysAnswerSchema, mayDo, NarrowsError, NewKeySchema, NewSecretSchema, RotationSchema, ROLE_PERMISSIONS, ROUTES, type KeyRow, type Role, type Signal,
} from '@narrows/contract';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { createCredential, listCredentials, replaceCredential, revokeCredential, type Credential } from '../access/credentials.js';
import { formFault } from '../access/form-fault.js';
import type { MetaDb } from '../access/meta-db.js';
import { audited } from './audit-trail.js';
import { personOf } from './authorization.js';
import { describe } from './route-question.js';

const DAY_MS = 24 * 3600_000;
const HOUR_MS = 3600_000;
/** A rotated key lives on for so long, that senders may be changed one after the other. */
const OVERLAP_HOURS_DEFAULT = 24;
/** Living keys of an agency; each is looked up by its hash, so this only bounds a list. */
const KEYS_MAX = 500;
const idParams = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) });

export function addKeyRoutes(instance: FastifyInstance, { db, now }: { db: MetaDb; now: () => number }): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  app.get(ROUTES.keys, describe('Keys and tokens of the agency, without their secrets', KeysAnswerSchema), async (request) => (
    { keys: (await listCredentials(db, personOf(request).agency.id)).map(rowOf) }));
  app.post(ROUTES.keys, { schema: { ...describe('Make a key or token; its secret is shown once', NewSecretSchema).schema, body: NewKeySchema } }, async (request) => {
    const { owner, agency } = personOf(request);
    const { kind, name, days, role, signals, project } = request.body;
    if (kind === 'api') assertWithin(owner.role, role ?? 'responder');
    if (project !== undefined && !await db.selectFrom('project').select('id').where('agency', '=', agency.id).where('id', '=', project).executeTakeFirst()) {
      throw formFault('project', 'unknown');
    }
    if ((await listCredentials(db, agency.id)).filter((key) => key.revokedAtMs === null).length >= KEYS_MAX) throw formFault('name', 'too-many');
    const nowMs = now();
    const { secret, credential } = await createCredential(db, { kind, agency: agency.id, name, role, signals, project, expiresAtMs: days === undefined ? undefined : nowMs + days * DAY_MS }, nowMs);
    audited(request, String(credential.id), { hint: credential.hint });
    return { secret, key: rowOf(credential) };
  });
  app.post(ROUTES.keyRotation, { schema: { ...describe('A new secret for a key; the old one is taken for some hours more', NewSecretSchema).schema, params: idParams, body: RotationSchema } }, async (request) => {
    const key = await ownKey(db, request, request.params.id);
    if (key.kind === 'api') assertWithin(personOf(request).owner.role, (key.role ?? 'responder') as Role);
    const nowMs = now();
    const { secret, credential } = await replaceCredential(db, key, nowMs + (request.body.overlapHours ?? OVERLAP_HOURS_DEFAULT) * HOUR_MS, nowMs);
    audited(request, String(key.id), { successor: credential.id });
    return { secret, key: rowOf(credential) };
  });
  app.delete(ROUTES.key, { schema: { ...describe('Revoke a key; it is refused within 10 s', DoneSchema).schema, params: idParams } }, async (request) => {
    const key = await ownKey(db, request, request.params.id);
    if (!await revokeCredential(db, key.id, now())) throw new NarrowsError('NOT_FOUND', `Key ${key.id} was revoked before.`);
    audited(request, String(key.id), { hint: key.hint });
    return { done: true as const };
  });
}

/** Nobody hands out more than they hold. Errors: FORM_INVALID. */
export function assertWithin(own: Role, given: Role): void {
  const beyond = ROLE_PERMISSIONS[given].find((permission) => !mayDo(own, permission));
  if (beyond !== undefined) throw formFault('role', 'beyond');
}

/** Errors: NOT_FOUND, also for another agency's. */
async function ownKey(db: MetaDb, request: FastifyRequest, id: number): Promise<Credential> {
  const key = (await listCredentials(db, personOf(request).agency.id)).find((one) => one.id === id);
  if (!key) throw new NarrowsError('NOT_FOUND', `There is no key ${id} in this agency.`);
  return key;
}

const rowOf = ({ agency: _agency, signals, role, ...key }: Credential): KeyRow => ({ ...key, role: role as Role | null, signals: signals === null ? null : signals.split(',') as Signal[] });
