// Who somebody is, as telemetry may know it: keyed hashes. Name, birth date and phone never leave this process, and
// neither does the cookie. A real system keeps its key in a vault; the demo makes one from the seed, so that the same
// crowd gets the same pseudonyms (and the same answers of the registry) in every run.
import { createHmac } from 'node:crypto';

export interface PersonalDetails { name: string; birth: string; phone: string; region?: string }

/** Last digit of a birth date in six digits: by it the days are given out. */
export function birthDigitOf(birth: string): number {
  return Number(birth.slice(-1));
}

/** 16 hexadecimal digits for a person and for a browser session. */
export function createPseudonyms(key: string): { person(details: PersonalDetails): string; session(cookie: string): string } {
  const hash = (kind: string, text: string) => createHmac('sha256', key).update(`${kind}\0${text}`).digest('hex').slice(0, 16);
  return {
    person: ({ name, birth, phone }) => hash('person', `${name.trim().normalize('NFC')}\0${birth}\0${phone.replaceAll(/\D/g, '')}`),
    session: (cookie) => hash('session', cookie),
  };
}
