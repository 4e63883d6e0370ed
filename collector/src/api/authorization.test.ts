// The table of permissions is the whole truth: every route below /api/v1 has a line, every line a route, and what a role lacks is
// refused before anything is asked of the store.
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ERRORS, mayDo, permissionOf, PERMISSIONS, ROLE_PERMISSIONS, ROLES, ROUTE_PERMISSIONS } from '@narrows/contract';
import { ensureAgency } from '../access/agencies.js';
import { createCredential } from '../access/credentials.js';
import { openMetaDb, type MetaDb } from '../access/meta-db.js';
import { createSession } from '../access/sessions.js';
import { createAlerting } from '../alerting.js';
import { SelfMetrics } from '../self-metrics.js';
import { createApi } from './api-server.js';
import { SESSION_COOKIE } from './authentication.js';
import { API_PREFIX, CSRF_HEADER } from './authorization.js';

let db: MetaDb;
let app: FastifyInstance;
let asked = 0;
const registered: string[] = [];

beforeAll(async () => {
  db = await openMetaDb(':memory:');
  await ensureAgency(db, { id: 'kdca', name: '질병관리청', timeZone: 'Asia/Seoul' }, Date.now());
  const store = { query: async () => { asked++; return []; } };
  const metrics = new SelfMetrics(Date.now);
  const alerting = createAlerting({ db, store, metrics, log: pino({ level: 'silent' }), pipelines: () => [], storedThroughMs: Date.now, now: Date.now, publicUrl: () => '', sharedStore: false, notifyNetworks: '', statusDir: '' });
  app = await createApi({
    db, store, door: alerting.door, alerts: { ...alerting, chromium: '' }, pipelines: () => [], counters: metrics, retentionDays: 14, storedThroughMs: Date.now, now: Date.now, version: '0',
    log: pino({ level: 'silent' }), dashboardDir: '/nowhere', degradedBy: async () => null, publicUrl: () => 'http://localhost', providers: [], timeZone: 'Asia/Seoul', readPipeline: () => [], ports: () => ({ otlp: 0, grpc: 0 }), refresh: async () => undefined, redact: 'all', deleteTraces: async () => undefined, deleteData: async () => ({ deleted: {}, left: {} }),
    onRoute: ({ method, url }) => { registered.push(...[method].flat().map((one) => `${one} ${url}`)); },
  });
  await app.ready();
});
afterAll(async () => { await app.close(); await db.destroy(); });

const ours = (): string[] => registered.filter((line) => line.includes(` ${API_PREFIX}/`) && !line.startsWith('HEAD ')).map((line) => line.replace(API_PREFIX, ''));

test('every route below /api/v1 has a line in the table, and every line a route', () => {
  expect(ours().toSorted()).toEqual(Object.keys(ROUTE_PERMISSIONS).toSorted());
});

test('a route without a line is nobody\'s, and HEAD is as GET', () => {
  expect(permissionOf('GET', '/constructor')).toBeNull();
  expect(permissionOf('HEAD', '/traces/:traceId')).toBe('telemetry');
});

test.each(ROLES)('the role %s gets 403 at every route that it has no permission for, and nothing is read', async (role) => {
  const { secret } = await createCredential(db, { kind: 'api', agency: 'kdca', name: role, role }, Date.now());
  for (const [line, permission] of Object.entries(ROUTE_PERMISSIONS)) {
    const [method, path] = line.split(' ') as ['GET', string];
    if (permission === 'public' || mayDo(role, permission)) continue;
    asked = 0;
    const answer = await app.inject({ method, url: API_PREFIX + path.replace(/:\w+/g, '0'.repeat(32)), headers: { authorization: `Bearer ${secret}` }, payload: method === 'GET' ? undefined : {} });
    expect([line, answer.statusCode, answer.json<{ error: { code: string } }>().error.code, asked]).toEqual([line, 403, 'FORBIDDEN', 0]);
  }
});

test('nobody, a wrong token and an ingestion key get nowhere: 401, 401 and 403 at every route', async () => {
  const { secret } = await createCredential(db, { kind: 'ingest', agency: 'kdca', name: 'k' }, Date.now());
  for (const [line, permission] of Object.entries(ROUTE_PERMISSIONS)) {
    if (permission === ('public' as string)) continue;
    const [method, path] = line.split(' ') as ['GET', string];
    const url = API_PREFIX + path.replace(/:\w+/g, '0'.repeat(32));
    const status = async (headers: Record<string, string>): Promise<number> => (await app.inject({ method, url, headers })).statusCode;
    expect([line, await status({}), await status({ authorization: 'Bearer x' }), await status({ authorization: `Bearer ${secret}` }), await status({ 'x-narrows-key': secret })]).toEqual([line, 401, 401, 403, 403]);
  }
});

test('a change by a browser without the session\'s own token is refused, by a program with a token it is not', async () => {
  const id = await createSession(db, { agency: 'kdca', user: 'admin', person: null }, Date.now());
  const { csrf } = (await app.inject({ url: `${API_PREFIX}/session`, cookies: { [SESSION_COOKIE]: id } })).json<{ csrf: string }>();
  expect(csrf).toMatch(/^[0-9a-f]{64}$/);
  for (const [line, permission] of Object.entries(ROUTE_PERMISSIONS)) {
    const [method, path] = line.split(' ') as ['POST', string];
    if (permission === ('public' as string) || ['GET', 'HEAD'].includes(method)) continue;
    const url = API_PREFIX + path.replace(/:\w+/g, '0'.repeat(32));
    for (const headers of [{}, { [CSRF_HEADER]: 'x' }] as Record<string, string>[]) {
      const answer = await app.inject({ method, url, headers, cookies: { [SESSION_COOKIE]: id } });
      expect([line, answer.statusCode, answer.json<{ error: { code: string } }>().error.code]).toEqual([line, ERRORS.CSRF.http, 'CSRF']);
    }
  }
});

test('the platform\'s administrator may do everything, and every permission is in some other role but one', () => {
  expect(ROLE_PERMISSIONS['platform-admin']).toEqual(PERMISSIONS);
  expect(PERMISSIONS.filter((permission) => !ROLES.some((role) => role !== 'platform-admin' && mayDo(role, permission)))).toEqual(['agencies']);
});
