// Nothing of one agency reaches another: every route of the permission table is called with a stranger's token and the victim's ids,
// every parameter with hostile SQL, the live stream is listened to, and the store is asked in every way that SQL has. The victim's
// every name, value and id holds a canary; no answer may. At the end the victim is deleted, and nothing of it is anywhere.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissionOf, ROUTE_PERMISSIONS, type DeletionCertificate, type IngestStatus, type LiveAnswer } from '@narrows/contract';
import { ensureAgency, TABLES_OF_AGENCY } from '../dist/access/agencies.js';
import { savePipeline, saveSetting } from '../dist/access/agency-settings.js';
import { appendAudit, verifyAudit } from '../dist/access/audit-log.js';
import { createCredential } from '../dist/access/credentials.js';
import { createInvitation } from '../dist/access/invitations.js';
import { openMetaDb, type MetaDb } from '../dist/access/meta-db.js';
import { createPerson, setRole } from '../dist/access/people.js';
import { createAsker } from '../dist/query/question.js';
import { openStore, type Store } from '../dist/store/store.js';
import { isClosedFunction, OPEN_TABLE_FUNCTIONS } from '../dist/store/tenant-fence.js';
import { CollectorProcess } from './serve-collector.js';
import { logs, metrics, newId, traces } from './serve-otlp.js';

const VICTIM = 'canary-victim';
const TRACE = newId(16);
const T = Date.now();
const collector = new CollectorProcess();
let db: MetaDb;
let stranger: string;
let victimKey: string;
let invitation: string;
const ids: Record<string, string> = { traceId: TRACE, agency: VICTIM, project: 'canary-project', pipeline: 'canary-pipeline' };

/** Whatever of these is in an answer came from the victim. The agency's own name is said back to whoever asks for it. */
const CANARIES = /canary-(?!victim)|카나리아/;
/** What the stranger itself has sent, and may hear again: in its own audit log, or in the sentence that refuses it. */
const withoutEcho = (text: string): string => ['canary-service', 'canary-pseudonym', 'canary-project', 'canary-pipeline'].reduce((left, sent) => left.replaceAll(sent, ''), text);
/** Where an answer says what it was asked for; around it even what was sent may not be heard. */
const OWN_FILTERS = /"filters":\{[^{}]*\}/g;
const HOSTILE = ["' OR 1=1 --", "x' UNION ALL SELECT * FROM otel_traces --", `${VICTIM}' OR Agency='${VICTIM}`, '{agency:String}', "\\' OR Agency != '", 'canary', '%', '__proto__', '\u0000', '../../etc/passwd'];

async function makeVictim(): Promise<void> {
  await ensureAgency(db, { id: VICTIM, name: '카나리아 기관', timeZone: 'Asia/Seoul' }, T);
  const key = await createCredential(db, { kind: 'ingest', agency: VICTIM, name: 'canary-key' }, T);
  victimKey = key.secret;
  ids['id'] = String(key.credential.id);
  ids['person'] = String(await createPerson(db, { login: 'canary-person', name: 'canary-name', password: 'a river in the morning' }, T));
  await setRole(db, Number(ids['person']), VICTIM, 'agency-admin');
  invitation = await createInvitation(db, { agency: VICTIM, role: 'vendor', invitedBy: 'canary-inviter' }, T);
  await db.insertInto('project').values({ agency: VICTIM, id: 'canary-project', name: 'canary-project' }).execute();
  await savePipeline(db, VICTIM, { id: 'canary-pipeline', name: { ko: '카나리아', en: 'canary-pipeline' }, stages: [{ id: 'canary-stage', match: { service: 'canary-service' } }] }, T);
  await saveSetting(db, VICTIM, { retentionDays: 3 }, T);
  await appendAudit(db, { agency: VICTIM, actor: 'canary-actor', role: 'vendor', origin: '::1', action: 'canary-action', subject: 'canary-subject', detail: {} }, T);
}

async function sendCanaries(): Promise<void> {
  const headers = { authorization: `Bearer ${victimKey}` };
  const value = { 'canary-key': 'canary-value', 'enduser.pseudo.id': 'canary-pseudonym', 'session.id': 'canary-session', 'http.route': '/canary-route', 'http.request.method': 'GET' };
  const spans = Array.from({ length: 20 }, (_, i) => ({ service: 'canary-service', name: 'GET /canary-route', kind: 'server' as const, endMs: Date.now() - i * 200, durationMs: 50, traceId: TRACE, attributes: value }));
  expect((await collector.send('traces', traces(spans), headers)).status).toBe(200);
  const report = { 'narrows.operation': 'canary-operation', 'narrows.span.kind': 'server', 'narrows.age_band': '0-3s', 'narrows.active.state': 'method' };
  expect((await collector.send('metrics', metrics('canary-service', [{ name: 'narrows.active.transactions', value: 3, atMs: Date.now(), attributes: report }, { name: 'canary-metric', value: 1, atMs: Date.now() }]), headers)).status).toBe(200);
  expect((await collector.send('logs', logs('canary-service', [{ atMs: Date.now(), body: 'canary-body', traceId: TRACE }]), headers)).status).toBe(200);
}

beforeAll(async () => {
  await collector.start({ NARROWS_SELF_METRICS: '0' });
  await collector.logIn();
  db = await openMetaDb(path.join(collector.dataDir, 'meta.db'));
  await makeVictim();
  await ensureAgency(db, { id: 'stranger', name: 'stranger', timeZone: 'Asia/Seoul' }, T);
  stranger = (await createCredential(db, { kind: 'api', agency: 'stranger', name: 'stranger', role: 'agency-admin' }, T)).secret;
  await sendCanaries();
  const own = (await createCredential(db, { kind: 'api', agency: VICTIM, name: 'canary-token', role: 'agency-admin' }, T)).secret;
  for (let tries = 0; (await (await collector.get('/api/v1/ingest', { authorization: `Bearer ${own}` })).json() as IngestStatus).services.length === 0; tries++) {
    if (tries > 150) throw new Error('the victim\'s data never came');
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  // The canaries are there to be found: by their owner.
  const live = await (await collector.get('/api/v1/live?pipeline=', { authorization: `Bearer ${own}` })).json() as LiveAnswer;
  expect(JSON.stringify(live)).toMatch(CANARIES);
});
afterAll(async () => {
  await db?.destroy();
  await collector.remove();
});

const lines = Object.keys(ROUTE_PERMISSIONS).map((line) => line.split(' ') as [string, string]);
const filled = (route: string): string => route.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(name === 'token' ? 'nothing' : ids[name] ?? 'canary'));
const call = (method: string, pathAndQuery: string, body?: unknown): Promise<Response> => fetch(`${collector.base}/api/v1${pathAndQuery}`, {
  method, headers: { authorization: `Bearer ${stranger}`, ...body === undefined ? {} : { 'content-type': 'application/json' } }, body: body === undefined ? null : JSON.stringify(body), signal: AbortSignal.timeout(20_000),
});
const victimRows = async (): Promise<string> => JSON.stringify(await Promise.all([
  ...TABLES_OF_AGENCY.map((table) => db.selectFrom(table).selectAll().where('agency', '=', VICTIM).execute()), db.selectFrom('agency').selectAll().where('id', '=', VICTIM).execute(),
  db.selectFrom('person').select(['login', 'name', 'passwordHash']).where('login', '=', 'canary-person').execute(),
]));

describe('with the token of another agency\'s administrator', () => {
  test.each(lines.filter(([method, route]) => method === 'GET' && route !== '/live/stream'))('%s %s tells nothing of the victim, by its ids, its names and its moments', async (method, route) => {
    for (const query of ['', `?from=${T - 60_000}&to=${T + 60_000}`, `?agency=${VICTIM}&service=canary-service&pipeline=&person=canary-pseudonym&reason=canary`]) {
      const answer = await call(method, filled(route) + query);
      const text = /audit/.test(route) || !answer.ok ? withoutEcho(await answer.text()) : (await answer.text()).replace(OWN_FILTERS, withoutEcho);
      expect(text, `${route}${query} → ${answer.status}`).not.toMatch(CANARIES);
      if (/:/.test(route) && permissionOf(method, route) !== 'public') expect([400, 403, 404]).toContain(answer.status);
    }
  });

  test('hostile SQL in every parameter of every question is an answer of its own agency or a clear error', async () => {
    const { paths } = await (await fetch(`${collector.base}/api/v1/openapi.json`)).json() as { paths: Record<string, { get?: { parameters?: { name: string; in: string }[] } }> };
    let asked = 0;
    for (const [address, { get }] of Object.entries(paths)) {
      if (address.endsWith('/stream')) continue;
      for (const { name } of (get?.parameters ?? []).filter((parameter) => parameter.in === 'query')) {
        for (const hostile of HOSTILE) {
          const answer = await call('GET', `${filled(address.replace('/api/v1', '').replace(/\{(\w+)\}/g, ':$1'))}?${name}=${encodeURIComponent(hostile)}`);
          const text = await answer.text();
          expect([200, 400, 403, 404, 422], `${address} ${name}=${hostile}: ${text}`).toContain(answer.status);
          if (hostile !== 'canary') expect(withoutEcho(text), `${address} ${name}=${hostile}`).not.toMatch(CANARIES);
          asked++;
        }
      }
    }
    expect(asked).toBeGreaterThan(100);
  });

  test('every change by the victim\'s ids is refused, and the victim is as it was', async () => {
    const before = await victimRows();
    for (const [method, route] of lines.filter(([one]) => one !== 'GET')) {
      for (const body of [{}, { agency: VICTIM, role: 'operator', name: 'x', confirm: VICTIM, reason: 'because', overlapHours: 0, yaml: 'id: x' }]) {
        const answer = await call(method, filled(route), body);
        const text = await answer.text();
        if (/:/.test(route)) expect([400, 401, 403, 404, 422], `${method} ${route} → ${answer.status} ${text}`).toContain(answer.status);
        expect(withoutEcho(text), `${method} ${route}`).not.toMatch(CANARIES);
      }
    }
    expect(await victimRows()).toBe(before);
  });

  test('the live stream ticks with none of the victim\'s places, services or transactions', async () => {
    await sendCanaries();
    const stop = new AbortController();
    const answer = await fetch(`${collector.base}/api/v1/live/stream?pipeline=`, { headers: { authorization: `Bearer ${stranger}` }, signal: stop.signal });
    let text = '';
    for await (const chunk of answer.body!) {
      text += Buffer.from(chunk).toString();
      if ((text.match(/event: tick/g) ?? []).length >= 4) break;
    }
    stop.abort();
    expect(text).not.toMatch(CANARIES);
  });

  test('an invitation of the victim says only what its link is for, and its token is nowhere in clear', async () => {
    const answer = await fetch(`${collector.base}/api/v1/invitations/${invitation}`);
    expect(Object.keys(await answer.json() as object).toSorted()).toEqual(['agency', 'agencyName', 'expiresAtMs', 'invitedBy', 'role']);
    expect(JSON.stringify(await db.selectFrom('invitation').selectAll().execute())).not.toContain(invitation);
  });
});

describe('the fence around SQL, whatever it says', () => {
  let store: Store;
  beforeAll(async () => {
    await collector.stop();
    store = await openStore({ mode: 'embedded', path: path.join(collector.dataDir, 'store') });
  });
  afterAll(async () => {
    await store?.close();
    await collector.start({ NARROWS_SELF_METRICS: '0' });
    await collector.logIn();
  });

  test('every table function of the engine is closed, or one of the few that reach nothing', async () => {
    const functions = await store.query<{ name: string }>('SELECT name FROM system.table_functions');
    expect(functions.length).toBeGreaterThan(30);
    expect(functions.map(({ name }) => name).filter((name) => !isClosedFunction(name) && !OPEN_TABLE_FUNCTIONS.has(name.toLowerCase()))).toEqual([]);
  });

  test('without the fence the canaries are there', async () => {
    expect(await store.query(`SELECT ServiceName FROM otel_traces WHERE Agency = '${VICTIM}' LIMIT 1`)).toEqual([{ ServiceName: 'canary-service' }]);
  });

  test.each([
    'SELECT * FROM otel_traces',
    `SELECT * FROM otel_traces WHERE Agency = '${VICTIM}'`,
    `SELECT * FROM otel_traces WHERE 1 OR Agency = '${VICTIM}'`,
    'SELECT * FROM narrows.otel_traces AS t JOIN narrows.otel_logs AS l ON 1 = 1',
    'SELECT * FROM (SELECT * FROM otel_traces UNION ALL SELECT * FROM otel_traces)',
    'WITH x AS (SELECT * FROM otel_traces) SELECT * FROM x',
    'SELECT (SELECT groupArray(ServiceName) FROM otel_traces)',
    'SELECT count() FROM otel_traces WHERE ServiceName IN (SELECT ServiceName FROM otel_traces)',
    "SELECT * FROM merge('narrows', '.*')",
    "SELECT * FROM merge(currentDatabase(), 'otel_traces|rollup.*')",
    "SELECT * FROM loop('narrows', 'otel_traces') LIMIT 5",
    "SELECT * FROM view(SELECT * FROM otel_traces)",
    "SELECT * FROM viewIfPermitted(SELECT * FROM otel_traces ELSE null('x Int32'))",
    "SELECT * FROM remote('127.0.0.1', narrows.otel_traces)",
    "SELECT * FROM remoteSecure('127.0.0.1', narrows.otel_traces)",
    "SELECT * FROM cluster('default', narrows.otel_traces)",
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
    "SELECT * FROM s3('http://127.0.0.1:1/x', 'LineAsString')",
    "SELECT * FROM executable('id', 'LineAsString', 'x String')",
    "SELECT * FROM dictionary('otel_traces')",
    "SELECT * FROM mergeTreeIndex('narrows', 'otel_traces')",
    "SELECT * FROM mergeTreeProjection('narrows', 'otel_traces', 'x')",
    "SELECT * FROM `merge`('narrows', '.*')",
    "SELECT * FROM system.query_log",
    "SELECT * FROM system.processes",
    "SELECT query FROM system.query_thread_log",
    "SELECT * FROM system.parts_columns",
    "SELECT partition, min_time FROM system.parts",
    "SELECT * FROM information_schema.tables",
    "SELECT joinGet('narrows.otel_traces', 'ServiceName', 1)",
    "SELECT dictGet('otel_traces', 'ServiceName', 1)",
    "SELECT * FROM otel_traces SETTINGS additional_table_filters = {}",
    "SELECT * FROM otel_traces SETTINGS readonly = 0",
    "SET additional_table_filters = {}",
    "SET readonly = 0",
    "INSERT INTO otel_logs SELECT * FROM otel_logs",
    "CREATE VIEW v AS SELECT * FROM otel_traces",
    "CREATE TABLE t ENGINE = Memory AS SELECT * FROM otel_traces",
    "CREATE TEMPORARY TABLE t AS SELECT * FROM otel_traces",
    "ALTER TABLE otel_traces DELETE WHERE 1",
    "DROP TABLE otel_traces",
    "TRUNCATE TABLE otel_traces",
    "RENAME TABLE otel_traces TO x",
    "BACKUP TABLE otel_traces TO File('/tmp/x')",
    "SYSTEM FLUSH LOGS",
    "KILL QUERY WHERE 1",
    "EXPLAIN ESTIMATE SELECT * FROM otel_traces",
    "SELECT * FROM otel_traces; SELECT 1",
    "SELECT * FROM otel_traces INTO OUTFILE '/tmp/x'",
    "SELECT toString(Agency) FROM rollup_place_1s",
    "SELECT DISTINCT Agency FROM otel_metrics_gauge",
  ])('%s', async (sql) => {
    const asker = createAsker(store, 'stranger');
    const outcome = await asker.query(sql).then((rows) => JSON.stringify(rows), () => 'refused');
    expect(outcome).not.toMatch(CANARIES);
    expect(outcome).not.toContain(VICTIM);
  });

  test('after all that the victim\'s rows are still there, and no stranger has any', async () => {
    expect((await store.countAgency(VICTIM))['otel_traces']).toBeGreaterThanOrEqual(40);
    expect((await store.countAgency('stranger'))['otel_traces']).toBe(0);
  });
});

describe('in the end nothing is left', () => {
  let certificate: DeletionCertificate;

  test('an agency that is deleted leaves no row in any table, and the certificate counts that', async () => {
    const answer = await collector.change('DELETE', `/agencies/${VICTIM}`, { confirm: VICTIM, reason: 'end of contract' });
    certificate = await answer.json() as DeletionCertificate;
    expect(answer.status, JSON.stringify(certificate)).toBe(200);
    expect(certificate.deleted['otel_traces']).toBeGreaterThanOrEqual(40);
    expect(certificate.deleted['metadata.credential']).toBeGreaterThan(0);
    expect(Object.entries(certificate.left).filter(([, rows]) => rows !== 0)).toEqual([]);
    expect((await collector.send('traces', traces([]), { authorization: `Bearer ${victimKey}` })).status).toBe(401);
    expect((await call('GET', '/ingest')).status).toBe(200);
  });

  test('its audit log stays, holds, and ends with the certificate', async () => {
    expect(await verifyAudit(db, VICTIM)).toMatchObject({ fault: null, lastHash: certificate.auditHash });
  });

  test('the engine and the spool have nothing of it after a restart either', async () => {
    await collector.stop();
    const store = await openStore({ mode: 'embedded', path: path.join(collector.dataDir, 'store') });
    try {
      const counts = await store.countAgency(VICTIM);
      expect(Object.keys(counts).length).toBeGreaterThan(12);
      expect(Object.values(counts).every((rows) => rows === 0)).toBe(true);
    } finally {
      await store.close();
    }
    const spool = readdirSync(path.join(collector.dataDir, 'spool'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const file of spool) expect(readFileSync(path.join(file.parentPath, file.name)).includes('canary-value'), file.name).toBe(false);
  });
});
