// Accounts of people who come by a provider. They are known by issuer and subject and by nothing else: an e-mail address or a name that
// a provider tells is never a way into an account that is there already. Roles that a provider gave follow what it says at each
// sign-in; one that people gave by hand stays.
import { NarrowsError, type Role } from '@narrows/contract';
import { findAgency } from './agencies.js';
import { formFault } from './form-fault.js';
import type { MetaDb } from './meta-db.js';
import { createPerson, EVERY_AGENCY, findPerson, type PersonRow } from './people.js';

const SAME_NAME_MAX = 100;

export interface SignedOn { issuer: string; subject: string; login: string; name: string }

/** An issuer is an address and has no space in it, so that two pairs are never one text. */
const subjectOf = ({ issuer, subject }: Pick<SignedOn, 'issuer' | 'subject'>): string => `${issuer} ${subject}`;

export async function findSignedOn(db: MetaDb, identity: Pick<SignedOn, 'issuer' | 'subject'>): Promise<PersonRow | null> {
  return (await db.selectFrom('person').selectAll().where('subject', '=', subjectOf(identity)).executeTakeFirst()) ?? null;
}

/** A new account without a password. A login that somebody had before gets a number. */
export async function createSignedOn(db: MetaDb, identity: SignedOn, nowMs: number): Promise<PersonRow> {
  for (let number = 1; number <= SAME_NAME_MAX; number++) {
    try {
      const id = await createPerson(db, { login: number === 1 ? identity.login : `${identity.login}-${number}`, name: identity.name, subject: subjectOf(identity) }, nowMs);
      const person = await findPerson(db, id);
      if (person) return person;
    } catch (error) {
      const faster = await findSignedOn(db, identity); // The same person in another window.
      if (faster) return faster;
      if (!(error instanceof NarrowsError && error.code === 'FORM_INVALID')) throw error;
    }
  }
  throw new NarrowsError('SIGN_ON_TAKEN', `There are too many accounts called ${identity.login}.`);
}

/**
 * What the provider says now, in place of what it said before. An agency that is not there is left out.
 *
 * @param others providers that are still asked; what one gave that is no more goes too
 */
export async function followClaimedRoles(db: MetaDb, person: number, provider: string, claimed: readonly { agency: string | null; role: Role }[], others: readonly string[]): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const held = await transaction.selectFrom('membership').selectAll().where('person', '=', person).execute();
    const stays = held.filter((one) => one.provider === null || (one.provider !== provider && others.includes(one.provider)));
    await transaction.deleteFrom('membership').where('person', '=', person).where('agency', 'not in', ['', ...stays.map((one) => one.agency)]).execute();
    for (const { agency, role } of claimed) {
      const where = agency ?? EVERY_AGENCY;
      if (stays.some((one) => one.agency === where) || (agency !== null && !await findAgency(transaction, agency))) continue;
      await transaction.insertInto('membership').values({ person, agency: where, role, provider }).execute();
    }
  });
}

/** Errors: SIGN_ON_TAKEN. */
export async function connectSignOn(db: MetaDb, person: PersonRow, identity: Pick<SignedOn, 'issuer' | 'subject'>): Promise<void> {
  const subject = subjectOf(identity);
  const other = await findSignedOn(db, identity);
  if ((other && other.id !== person.id) || (person.subject !== null && person.subject !== subject)) throw taken();
  await db.updateTable('person').set({ subject }).where('id', '=', person.id).execute();
}
const taken = () => new NarrowsError('SIGN_ON_TAKEN', 'This identity is connected with another account, or this account with another identity.');

/** What a provider gave goes with it. Errors: FORM_INVALID for an account that has no other way in. */
export async function disconnectSignOn(db: MetaDb, person: PersonRow): Promise<void> {
  if (person.passwordHash === null) throw formFault('signOn', 'only-way');
  await db.transaction().execute(async (transaction) => {
    await transaction.updateTable('person').set({ subject: null }).where('id', '=', person.id).execute();
    await transaction.deleteFrom('membership').where('person', '=', person.id).where('provider', 'is not', null).execute();
    await transaction.deleteFrom('session').where('person', '=', person.id).where('provider', 'is not', null).execute();
  });
}
