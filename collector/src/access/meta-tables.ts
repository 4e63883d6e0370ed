// The metadata database's tables as types, one block for each migration file in `migrations/`. Whoever adds a migration adds
// its tables to `MetaTables`. Moments are Unix ms; flags are 0 or 1, since SQLite has no booleans; JSON is text.
import type { Generated } from 'kysely';

export interface AgencyTable { id: string; name: string; timeZone: string; createdAtMs: number }
/** Ingestion keys and API tokens: the same life, different doors. */
export interface CredentialTable {
  id: Generated<number>;
  kind: 'ingest' | 'api';
  agency: string;
  name: string;
  hash: string;
  hint: string;
  createdAtMs: number;
  expiresAtMs: number | null;
  revokedAtMs: number | null;
  /** What a token may do; null for one made before there were roles: it reads. */
  role: string | null;
  /** Signals that an ingestion key may send, separated by commas; null: all. */
  signals: string | null;
  /** Which part of the agency it belongs to; null: all of it. */
  project: string | null;
}
export interface LoginLinkTable { hash: string; agency: string; user: string; expiresAtMs: number; usedAtMs: number | null }
export interface SessionTable {
  hash: string;
  agency: string;
  user: string;
  createdAtMs: number;
  lastSeenMs: number;
  /** Number of the account; null: whoever holds the collector's terminal came in by its link. */
  person: number | null;
}

/** What people said they did, and when; `subject` is JSON. */
export interface MarkerTable { id: Generated<number>; agency: string; atMs: number; kind: string; text: string; subject: string; by: string; createdAtMs: number }

export interface MetaTables { marker: MarkerTable; agency: AgencyTable; credential: CredentialTable; loginLink: LoginLinkTable; session: SessionTable }
