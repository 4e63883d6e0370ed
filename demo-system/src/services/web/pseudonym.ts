// Who somebody is, as telemetry may know it: keyed hashes. Name, birth date and phone never leave this process, and
// neither does the cookie. The key is made at the start and kept nowhere, so a pseudonym means nothing tomorrow.
import { createHmac, randomBytes } from 'node:crypto';

export interface PersonalDetails { name: string; birth: string; phone: string }

/** 16 hexadecimal digits for a person and for a browser session. */
export function createPseudonyms(key: Uint8Array = randomBytes(32)): { person(details: PersonalDetails): string; session(cookie: string): string } {
  const hash = (kind: string, text: string) => createHmac('sha256', key).update(`${kind}\0${text}`).digest('hex').slice(0, 16);
  return {
    person: ({ name, birth, phone }) => hash('person', `${name.trim().normalize('NFC')}\0${birth}\0${phone.replaceAll(/\D/g, '')}`),
    session: (cookie) => hash('session', cookie),
  };
}
