// The one place where a request below `/api/v1` is let in: who asks, whether the route's line in the permission table is in
// their role, whether their agency still is, and for a change by a browser whether it came from our own page. Handlers find
// the result in `personOf(request)` and ask nothing of this kind again.
import { mayDo, NarrowsError, permissionOf } from '@narrows/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { findAgency, type Agency } from '../access/agencies.js';
import type { MetaDb } from '../access/meta-db.js';
import { createAsker, type Asker, type StoreReader } from '../query/question.js';
import type { Caller } from './authentication.js';

/** The header in which a browser sends back what `GET /session` gave it. */
export const CSRF_HEADER = 'x-narrows-csrf';
export const API_PREFIX = '/api/v1';
const READING = new Set(['GET', 'HEAD']);

/** Who asks, in which agency, and a reader of that agency's data. */
export interface Person { owner: Caller; agency: Agency; asker: Asker }
declare module 'fastify' { interface FastifyRequest { person?: Person } }

export interface AuthorizationOptions { db: MetaDb; store: StoreReader; authenticate: (request: FastifyRequest) => Promise<Caller> }

/** For the scope of the query API. Errors: SESSION_REQUIRED, FORBIDDEN, CSRF. */
export function addAuthorization(app: FastifyInstance, { db, store, authenticate }: AuthorizationOptions): void {
  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const permission = permissionOf(request.method, (request.routeOptions.url ?? '').slice(API_PREFIX.length));
    if (permission === 'public') return;
    const owner = await authenticate(request);
    if (permission === null) throw new NarrowsError('FORBIDDEN', 'This address is in no line of the permission table: nobody may use it.');
    if (!mayDo(owner.role, permission)) throw new NarrowsError('FORBIDDEN', `The role ${owner.role} lacks the permission "${permission}" that this needs.`);
    if (!READING.has(request.method) && owner.csrf !== null && request.headers[CSRF_HEADER] !== owner.csrf) {
      throw new NarrowsError('CSRF', 'The change did not come with this session\'s own token.');
    }
    const agency = await findAgency(db, owner.agency);
    if (!agency) throw new NarrowsError('FORBIDDEN', 'The agency of this session is gone.');
    request.person = { owner, agency, asker: createAsker(store, agency.id) };
  });
}

/** Errors: SESSION_REQUIRED. */
export function personOf(request: FastifyRequest): Person {
  if (!request.person) throw new NarrowsError('SESSION_REQUIRED', 'Nobody is logged in here.');
  return request.person;
}
