// Single sign-on by OpenID Connect, as an operator writes it into a YAML file (`NARROWS_SIGN_ON`): which providers there are, for the
// whole platform or for one agency, and which value of a claim is which role. What pages ask about it is here too.
import Type, { type Static } from 'typebox';
import { ROLES } from './permissions.js';

const closed = { additionalProperties: false } as const;
const Id = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$' });
const AgencyId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' });

export const SignOnRoleSchema = Type.Object({
  /** A value of the claim: as it is, or one in its list. */
  value: Type.String({ minLength: 1, maxLength: 200 }),
  role: Type.Enum([...ROLES]),
  /** Where the role holds; left out: in the provider's agency. Platform administrators are so everywhere. */
  agency: Type.Optional(AgencyId),
}, closed);
export type SignOnRole = Static<typeof SignOnRoleSchema>;

export const SignOnProviderSchema = Type.Object({
  /** Part of the address that the provider sends people back to: /sign-on/ID/callback. */
  id: Id,
  /** On the button. */
  name: Type.Object({ ko: Type.String({ minLength: 1, maxLength: 80 }), en: Type.String({ minLength: 1, maxLength: 80 }) }, closed),
  issuer: Type.String({ minLength: 1, maxLength: 500 }),
  clientId: Type.String({ minLength: 1, maxLength: 200 }),
  /** File that holds the client's secret; left out: a public client, by PKCE alone. */
  clientSecretFile: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000 })),
  /** File of certificates (PEM) that the provider's may be signed by, besides the usual ones: of a closed network's own authority. */
  caFile: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000 })),
  /** Asked for besides `openid`. */
  scopes: Type.Optional(Type.Array(Type.String({ pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$', maxLength: 100 }), { maxItems: 20 })),
  /** Only for this agency; left out: for the whole platform. */
  agency: Type.Optional(AgencyId),
  /** Claim that the roles are read from; dots go into it: realm_access.roles. */
  roleClaim: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  roles: Type.Optional(Type.Array(SignOnRoleSchema, { maxItems: 500 })),
}, closed);
export type SignOnProvider = Static<typeof SignOnProviderSchema>;

export const SignOnFileSchema = Type.Object({ providers: Type.Array(SignOnProviderSchema, { maxItems: 200 }) }, closed);

/** What the page of the sign-in shows: one button each. */
export const SignOnAnswerSchema = Type.Object({ providers: Type.Array(Type.Object({ id: Type.String(), name: Type.Object({ ko: Type.String(), en: Type.String() }) })) });
export type SignOnAnswer = Static<typeof SignOnAnswerSchema>;
/** Connect the account one is in with a provider; the answer is where to go for that. */
export const SignOnLinkSchema = Type.Object({ provider: Type.String({ maxLength: 32 }) }, closed);
export const SignOnAddressSchema = Type.Object({ address: Type.String() });
export type SignOnAddress = Static<typeof SignOnAddressSchema>;
/** `next`: where the provider's own session is ended; null where it offers no such page, or did not let this person in. */
export const LoggedOutSchema = Type.Object({ done: Type.Literal(true), next: Type.Union([Type.String(), Type.Null()]) });
export type LoggedOut = Static<typeof LoggedOutSchema>;
