// What a provider says of a person → the roles that makes, by the provider's own mapping. A provider of one agency speaks for that
// agency and for nothing else, whatever its claims say.
import type { Role, SignOnProvider } from '@narrows/contract';

export interface ClaimedRole { /** Null: in every agency. */ agency: string | null; role: Role }

/** In the order of the mapping: where two fit in one agency, the first holds. */
export function claimedRoles(provider: Pick<SignOnProvider, 'roleClaim' | 'roles'>, claims: Readonly<Record<string, unknown>>): ClaimedRole[] {
  const values = valuesOf(claimAt(claims, provider.roleClaim ?? 'groups'));
  const roles: ClaimedRole[] = [];
  for (const { value, role, agency = null } of provider.roles ?? []) {
    if (values.has(value) && !roles.some((one) => one.agency === agency)) roles.push({ agency, role });
  }
  return roles;
}

/** A claim of this very name, which may have dots in it, or the way into an object. */
export function claimAt(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let found: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
    found = (found as Record<string, unknown>)[part];
  }
  return found;
}

const valuesOf = (claim: unknown): Set<string> => new Set((Array.isArray(claim) ? claim : [claim]).filter((one): one is string => typeof one === 'string'));
