// Who asks: a browser by its session cookie, a program by an API token. The agency comes from that and only from that.
// An ingestion key is recognised and refused with 403, so that whoever pasted the wrong one learns which it was.
import '@fastify/cookie';
import { isRole, NarrowsError, type Role } from '@narrows/contract';
import type { FastifyRequest } from 'fastify';
import { createCredentialLookup, TOKEN_ROLE_DEFAULT } from '../access/credentials.js';
import type { MetaDb } from '../access/meta-db.js';
import { csrfTokenOf, findSession, type LiveSession } from '../access/sessions.js';

export const SESSION_COOKIE = 'narrows_session';

/** What a browser sends back with every change; null: a program with a token, which no other page can make send it. */
export interface Caller extends LiveSession { csrf: string | null }

/** Errors of the returned function: SESSION_REQUIRED, FORBIDDEN. */
export function createAuthentication(db: MetaDb, now: () => number): (request: FastifyRequest) => Promise<Caller> {
  const lookUp = createCredentialLookup(db, now);
  return async (request) => {
    const secret = bearerOf(request);
    if (secret !== undefined) {
      const credential = await lookUp(secret);
      if (credential?.kind === 'api') return { agency: credential.agency, user: credential.name, person: null, role: isRole(credential.role ?? '') ? credential.role as Role : TOKEN_ROLE_DEFAULT, signOn: null, csrf: null };
      if (credential) throw new NarrowsError('FORBIDDEN', 'This is an ingestion key: it may send, not read. Use an API token.');
      throw new NarrowsError('SESSION_REQUIRED', 'This API token is unknown, expired or revoked.');
    }
    const id = request.cookies[SESSION_COOKIE];
    const session = id === undefined ? null : await findSession(db, id, now());
    if (!session || id === undefined) throw new NarrowsError('SESSION_REQUIRED', id === undefined ? 'Nobody is logged in here.' : 'The session has ended.');
    return { ...session, csrf: csrfTokenOf(id) };
  };
}

function bearerOf(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization;
  if (header !== undefined) return /^bearer +(\S+)$/i.exec(header)?.[1] ?? '';
  const key = request.headers['x-narrows-key'];
  return typeof key === 'string' ? key : undefined;
}
