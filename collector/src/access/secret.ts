// Secrets that are shown once and kept only as a hash: ingestion keys, API tokens, login links, session ids. They are
// 192 random bits, so a plain SHA-256 is enough; a slow password hash would only slow the collector.
import { hash, randomBytes } from 'node:crypto';

/** What a secret opens, readable in its prefix so that a key pasted into the wrong field is recognised. */
export type SecretKind = 'ingest' | 'api' | 'login' | 'session' | 'invitation';
const PREFIX: Readonly<Record<SecretKind, string>> = { ingest: 'nrw_ingest_', api: 'nrw_api_', login: 'nrw_login_', session: 'nrw_session_', invitation: 'nrw_invitation_' };

/** A new secret, e.g. `nrw_ingest_3vX…`. */
export function mintSecret(kind: SecretKind): string {
  return PREFIX[kind] + randomBytes(24).toString('base64url');
}

/** The form in which a secret is stored and looked up. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** The part of a secret that lists may show: enough to tell two keys apart, useless to an attacker. */
export function secretHint(secret: string): string {
  return `${secret.slice(0, Math.min(14, Math.floor(secret.length / 2)))}…`;
}
