// Ingestion keys open 4318 and nothing else; API tokens open the query API and nothing else. Both are shown once, kept as
// a hash, may expire, and are revoked by name or number. A lookup is cached for a few seconds, so that a key is read
// from the database at most once in that time, and a revoked one is refused within it.
import { isRole, NarrowsError, type Role, type Signal } from '@narrows/contract';
import { hashSecret, mintSecret, secretHint } from './secret.js';
import type { CredentialTable, MetaDb } from './meta-db.js';
import type { Selectable } from 'kysely';

export type CredentialKind = CredentialTable['kind'];
export type Credential = Omit<Selectable<CredentialTable>, 'hash'>;

/** A revoked key is refused within this time, on open connections too. */
export const CREDENTIAL_CACHE_MS = 5_000;
/** Distinct keys remembered; guesses beyond it push out the oldest. */
const CACHE_ENTRIES_MAX = 10_000;

export interface NewCredential {
  kind: CredentialKind;
  agency: string;
  name: string;
  secret?: string | undefined;
  expiresAtMs?: number | undefined;
  /** Of a token; left out: it reads. */
  role?: Role | undefined;
  /** Of a key; left out: all signals. */
  signals?: readonly Signal[] | undefined;
  project?: string | undefined;
}

/** A token for which nobody said more reads, and changes nothing that lasts. */
export const TOKEN_ROLE_DEFAULT: Role = 'responder';

/** Create a key or token. The secret is in the answer and nowhere else afterwards; pass one to keep a known key. */
export async function createCredential(
  db: MetaDb, options: NewCredential, nowMs: number,
): Promise<{ secret: string; credential: Credential }> {
  const secret = options.secret ?? mintSecret(options.kind);
  const row = {
    kind: options.kind, agency: options.agency, name: options.name, hash: hashSecret(secret), hint: secretHint(secret),
    createdAtMs: nowMs, expiresAtMs: options.expiresAtMs ?? null, revokedAtMs: null,
    role: options.kind === 'api' ? options.role ?? TOKEN_ROLE_DEFAULT : null, signals: options.signals?.join(',') ?? null, project: options.project ?? null,
  };
  const { hash: _hash, ...credential } = await db.insertInto('credential').values(row).returningAll().executeTakeFirstOrThrow();
  return { secret, credential };
}

/** Of one agency, or of all. */
export function listCredentials(db: MetaDb, agency?: string): Promise<Credential[]> {
  const all = db.selectFrom('credential');
  return (agency === undefined ? all : all.where('agency', '=', agency)).select(['id', 'kind', 'agency', 'name', 'hint', 'createdAtMs', 'expiresAtMs', 'revokedAtMs', 'role', 'signals', 'project']).orderBy('id').execute();
}

/** Whether a secret was ever made known here; without one, whether the agency has any credential of the kind. */
export async function hasCredential(db: MetaDb, which: { kind: CredentialKind; agency: string; secret?: string }): Promise<boolean> {
  const all = db.selectFrom('credential').select('id').where('kind', '=', which.kind).where('agency', '=', which.agency);
  const found = which.secret === undefined ? all : all.where('hash', '=', hashSecret(which.secret));
  return (await found.executeTakeFirst()) !== undefined;
}

/** A successor with the same rights; the old one is taken until `oldUntilMs`, or until it would have ended anyway. Errors: NOT_FOUND. */
export async function replaceCredential(db: MetaDb, old: Credential, oldUntilMs: number, nowMs: number): Promise<{ secret: string; credential: Credential }> {
  const ends = Math.min(old.expiresAtMs ?? Infinity, oldUntilMs);
  const changed = await db.updateTable('credential').set(ends <= nowMs ? { revokedAtMs: nowMs } : { expiresAtMs: ends }).where('id', '=', old.id).where('revokedAtMs', 'is', null).executeTakeFirst();
  if (changed.numUpdatedRows === 0n) throw new NarrowsError('NOT_FOUND', `Key ${old.id} was revoked before.`);
  const lifeMs = old.expiresAtMs === null ? undefined : old.expiresAtMs - old.createdAtMs;
  const { kind, agency, name, role, signals, project } = old;
  return createCredential(db, {
    kind, agency, name, role: isRole(role ?? '') ? role as Role : undefined, signals: signals?.split(',') as Signal[] | undefined, project: project ?? undefined, expiresAtMs: lifeMs === undefined ? undefined : nowMs + lifeMs,
  }, nowMs);
}

/** True when there was a living credential of this number. */
export async function revokeCredential(db: MetaDb, id: number, nowMs: number): Promise<boolean> {
  const done = await db.updateTable('credential').set({ revokedAtMs: nowMs }).where('id', '=', id).where('revokedAtMs', 'is', null).executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** The living credential that a secret belongs to. */
export async function findCredential(db: MetaDb, secret: string, nowMs: number): Promise<Credential | null> {
  const row = await db.selectFrom('credential').selectAll().where('hash', '=', hashSecret(secret)).executeTakeFirst();
  if (!row || row.revokedAtMs !== null || (row.expiresAtMs !== null && row.expiresAtMs <= nowMs)) return null;
  const { hash: _hash, ...credential } = row;
  return credential;
}

/** Of secrets that come again: hashing one is a fortieth of what a small request costs. */
const HASHES_MAX = 1_000;
/** A longer one is none of ours, and is hashed each time. */
const SECRET_CHARS_MAX = 256;

/** `findCredential` behind a small cache; concurrent lookups of one secret share one read. What is known is answered at once. */
export function createCredentialLookup(db: MetaDb, now: () => number): (secret: string) => Credential | null | Promise<Credential | null> {
  const cache = new Map<string, Held>();
  const hashOf = rememberedHashes();
  return (secret) => {
    const nowMs = now();
    const hash = hashOf(secret, nowMs);
    const held = cache.get(hash);
    if (held && nowMs - held.readAtMs < CREDENTIAL_CACHE_MS && nowMs >= held.readAtMs) return held.found;
    cache.delete(hash);
    if (cache.size >= CACHE_ENTRIES_MAX) for (const oldest of cache.keys()) { cache.delete(oldest); break; }
    const found = findCredential(db, secret, nowMs);
    const entry: Held = { readAtMs: nowMs, found };
    cache.set(hash, entry);
    // A read that failed is asked again at the next request; whoever waits for it now still gets the error.
    found.then((credential) => { entry.found = credential; }, () => { if (cache.get(hash) === entry) cache.delete(hash); });
    return found;
  };
}

interface Held { readAtMs: number; found: Credential | null | Promise<Credential | null> }

/** The secrets are forgotten together, when there are too many and when they are as old as a lookup may be: in memory, too, none stays in plain. */
function rememberedHashes(): (secret: string, nowMs: number) => string {
  const hashes = new Map<string, string>();
  let sinceMs = 0;
  return (secret, nowMs) => {
    if (hashes.size >= HASHES_MAX || nowMs - sinceMs >= CREDENTIAL_CACHE_MS || nowMs < sinceMs) {
      hashes.clear();
      sinceMs = nowMs;
    }
    const known = hashes.get(secret);
    if (known !== undefined) return known;
    const hash = hashSecret(secret);
    if (secret.length <= SECRET_CHARS_MAX) hashes.set(secret, hash);
    return hash;
  };
}
