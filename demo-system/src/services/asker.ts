// Who asks, as telemetry may know it, on its way from service to service: pseudonyms, and the few coarse traits by which a
// crowd is told apart (region, birth digit, kind of device, browser version). The public never sends these headers.
import type { IncomingHttpHeaders } from 'node:http';

export const PERSON_HEADER = 'x-demo-person';
export const SESSION_HEADER = 'x-demo-session';
const TRAITS_HEADER = 'x-demo-traits';
/** How many times this request was sent before; left out the first time. */
export const ATTEMPT_HEADER = 'x-demo-attempt';

/** Traits by the attribute that carries them. Few values each. */
export const TRAITS = ['booking.region', 'booking.birth_digit', 'client.device', 'client.version'] as const;
export type Trait = (typeof TRAITS)[number];
export type Traits = Partial<Record<Trait, string>>;

export interface Asker { person?: string | undefined; session?: string | undefined; traits?: Traits | undefined }

export function headersOf(asker: Asker | null): Record<string, string> {
  const headers: Record<string, string> = {};
  if (asker?.session) headers[SESSION_HEADER] = asker.session;
  if (asker?.person) headers[PERSON_HEADER] = asker.person;
  const traits = Object.entries(asker?.traits ?? {});
  if (traits.length > 0) headers[TRAITS_HEADER] = new URLSearchParams(traits).toString();
  return headers;
}

/** Who sent a request, as the service in front of this one said it. */
export function whoAsks(headers: IncomingHttpHeaders): Asker {
  const one = (name: string) => { const value = headers[name]; return typeof value === 'string' ? value : undefined; };
  return { person: one(PERSON_HEADER), session: one(SESSION_HEADER), traits: Object.fromEntries(new URLSearchParams(one(TRAITS_HEADER) ?? '')) as Traits };
}

/** What a browser says of itself: kind of device, and name with major version. */
export function traitsOfBrowser(userAgent: string | undefined): Traits {
  const [, name, major] = /(SamsungBrowser|Edg|Chrome|Firefox|Safari)\/(\d{1,4})/.exec(userAgent ?? '') ?? [];
  return {
    'client.device': /Mobi/i.test(userAgent ?? '') ? 'phone' : 'computer',
    ...(name !== undefined && { 'client.version': `${name === 'Edg' ? 'Edge' : name} ${major}` }),
  };
}
