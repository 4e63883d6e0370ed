// The part of the query API that is about people, keys and agencies, as JSON Schema: who may come in, what each may do, and what
// was done. Secrets are in the answer to whoever made them, once, and in no other. Moments are Unix ms.
import Type, { type Static, type TSchema } from 'typebox';
import { ROLES } from './permissions.js';
import { SIGNALS } from './intake.js';

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Num = Type.Number();
const Id = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' });
const RoleSchema = Type.Enum([...ROLES]);
const Name = Type.String({ minLength: 1, maxLength: 80 });
const closed = { additionalProperties: false } as const;

/** `code`: from the phone, where the account has one. */
export const LoginSchema = Type.Object({ login: Type.String({ maxLength: 120 }), password: Type.String({ maxLength: 512 }), code: Type.Optional(Type.String({ maxLength: 12 })) }, closed);
export const DoneSchema = Type.Object({ done: Type.Literal(true) });

export const AccountAnswerSchema = Type.Object({
  /** Null: whoever came by the collector's own link has no account yet. */
  account: nullable(Type.Object({ login: Type.String(), name: Type.String(), hasPassword: Type.Boolean(), hasCode: Type.Boolean(), hasSignOn: Type.Boolean() })),
  agencies: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
});
export type AccountAnswer = Static<typeof AccountAnswerSchema>;
export const NewAccountSchema = Type.Object({ login: Type.String({ maxLength: 120 }), name: Type.String({ maxLength: 200 }), password: Type.String({ maxLength: 512 }) }, closed);
export const PasswordSchema = Type.Object({ current: Type.String({ maxLength: 512 }), password: Type.String({ maxLength: 512 }) }, closed);
/** `qr` is an SVG of `uri`. */
export const CodeOfferSchema = Type.Object({ secret: Type.String(), uri: Type.String(), qr: Type.String() });
export type CodeOffer = Static<typeof CodeOfferSchema>;
export const CodeSchema = Type.Object({ secret: Type.String({ maxLength: 64 }), code: Type.String({ maxLength: 12 }) }, closed);
export const ChooseAgencySchema = Type.Object({ agency: Type.String({ maxLength: 63 }) }, closed);

export const InvitationSchema = Type.Object({ agency: Type.String(), agencyName: Type.String(), role: RoleSchema, invitedBy: Type.String(), expiresAtMs: Num });
export type InvitationAnswer = Static<typeof InvitationSchema>;
export const NewInvitationSchema = Type.Object({ role: RoleSchema }, closed);
export const InvitationLinkSchema = Type.Object({ link: Type.String(), expiresAtMs: Num });
export const PeopleAnswerSchema = Type.Object({ people: Type.Array(Type.Object({
  person: Num, login: Type.String(), name: Type.String(), role: RoleSchema, hasPassword: Type.Boolean(), hasCode: Type.Boolean(), lockedUntilMs: nullable(Num), createdAtMs: Num,
})) });
export type PeopleAnswer = Static<typeof PeopleAnswerSchema>;
export const RoleChangeSchema = Type.Object({ role: RoleSchema }, closed);

export const KeySchema = Type.Object({
  id: Num, kind: Type.Enum(['ingest', 'api']), name: Type.String(), hint: Type.String(), createdAtMs: Num, expiresAtMs: nullable(Num), revokedAtMs: nullable(Num),
  role: nullable(RoleSchema), signals: nullable(Type.Array(Type.Enum([...SIGNALS]))), project: nullable(Type.String()),
});
export const KeysAnswerSchema = Type.Object({ keys: Type.Array(KeySchema) });
export type KeyRow = Static<typeof KeySchema>;
export type KeysAnswer = Static<typeof KeysAnswerSchema>;
export const NewKeySchema = Type.Object({
  kind: Type.Enum(['ingest', 'api']), name: Name, days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_650 })),
  role: Type.Optional(RoleSchema), signals: Type.Optional(Type.Array(Type.Enum([...SIGNALS]), { minItems: 1, maxItems: 3 })), project: Type.Optional(Id),
}, closed);
export type NewKey = Static<typeof NewKeySchema>;
/** How long the old secret of a rotated key is still taken. */
export const RotationSchema = Type.Object({ overlapHours: Type.Optional(Type.Number({ minimum: 0, maximum: 24 * 30 })) }, closed);
export const NewSecretSchema = Type.Object({ secret: Type.String(), key: KeySchema });
export type NewSecret = Static<typeof NewSecretSchema>;

export const AgencySchema = Type.Object({ id: Type.String(), name: Type.String(), timeZone: Type.String(), createdAtMs: Num });
export const AgenciesAnswerSchema = Type.Object({ agencies: Type.Array(AgencySchema) });
export type AgenciesAnswer = Static<typeof AgenciesAnswerSchema>;
export const NewAgencySchema = Type.Object({ id: Type.Optional(Type.String({ maxLength: 63 })), name: Type.String({ maxLength: 200 }), timeZone: Type.Optional(Type.String({ maxLength: 60 })) }, closed);
/** `confirm` is the agency's id typed once more. */
export const DeleteAgencySchema = Type.Object({ confirm: Type.String({ maxLength: 63 }), reason: Type.String({ minLength: 3, maxLength: 500 }) }, closed);
/** What is left of a deleted agency, counted after the deletion: all zero. */
export const DeletionCertificateSchema = Type.Object({
  agency: Type.String(), atMs: Num, deleted: Type.Record(Type.String(), Num), left: Type.Record(Type.String(), Num), auditHash: Type.String(),
});
export type DeletionCertificate = Static<typeof DeletionCertificateSchema>;
export const ProjectsAnswerSchema = Type.Object({ projects: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })) });
export type ProjectsAnswer = Static<typeof ProjectsAnswerSchema>;
export const NewProjectSchema = Type.Object({ id: Id, name: Name }, closed);

export const AuditEntrySchema = Type.Object({
  sequence: Num, atMs: Num, actor: Type.String(), role: Type.String(), origin: Type.String(), action: Type.String(), subject: Type.String(), detail: Type.String(), previous: Type.String(), hash: Type.String(),
});
export type AuditRow = Static<typeof AuditEntrySchema>;
export const AuditQuerySchema = Type.Object({
  from: Type.Optional(Type.Integer({ minimum: 0 })), to: Type.Optional(Type.Integer({ minimum: 0 })), actor: Type.Optional(Type.String({ maxLength: 120 })), action: Type.Optional(Type.String({ maxLength: 120 })),
  subject: Type.Optional(Type.String({ maxLength: 200 })), before: Type.Optional(Type.Integer({ minimum: 1 })), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
});
export const AuditAnswerSchema = Type.Object({ entries: Type.Array(AuditEntrySchema) });
export type AuditAnswer = Static<typeof AuditAnswerSchema>;
export const AuditVerdictSchema = Type.Object({
  entries: Num, firstSequence: nullable(Num), lastSequence: nullable(Num), lastHash: Type.String(),
  /** Null: every hash follows from the one before. */
  fault: nullable(Type.Object({ sequence: Num, what: Type.Enum(['changed', 'missing', 'unchained']) })),
});
export type AuditVerdictAnswer = Static<typeof AuditVerdictSchema>;
/** Why it is taken away: kept in the log together with who took it. */
export const AuditExportQuerySchema = Type.Object({ reason: Type.String({ minLength: 3, maxLength: 300 }), from: Type.Optional(Type.Integer({ minimum: 0 })), to: Type.Optional(Type.Integer({ minimum: 0 })) });
