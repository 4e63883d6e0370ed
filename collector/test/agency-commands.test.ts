// What a vendor types: a whole agency from one file, twice with nothing to change the second time; its keys by signal; the chain of the
// audit log; and the doctor from the application's side. One collector, running all the while.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMetaDb } from '../dist/access/meta-db.js';
import { CollectorProcess, NARROWS } from './serve-collector.js';
import { logs, traces } from './serve-otlp.js';

const collector = new CollectorProcess();
const file = path.join(collector.dir, 'agency.yaml.txt');
const FILE = `agency: nts
name: 국세청
timeZone: Asia/Seoul
projects:
  hometax: 홈택스
keys:
  - { name: edge, project: hometax, signals: [ traces ] }
retentionDays: 7
redact: resident,card
limits: { itemsPerSecond: 1000 }
pipelines:
  - id: filing
    name: { ko: 신고, en: Filing }
    stages:
      - { id: enter, match: { service: filing, kind: server } }
`;
let key = '';

const narrows = (args: string[], env: Record<string, string> = {}): Promise<{ code: number; stdout: string; stderr: string }> => new Promise((resolve) => {
  const child = execFile(process.execPath, [NARROWS, ...args], { env: { ...process.env, NARROWS_DATA: collector.dataDir, ...env } }, (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }));
});

beforeAll(async () => {
  await collector.start({ NARROWS_SELF_METRICS: '0' });
  await collector.logIn();
  writeFileSync(file, FILE);
});
afterAll(() => collector.remove());

test('an agency from a file: what changes is shown, its key once, and the same file again changes nothing', async () => {
  expect((await narrows(['apply', file, '--dry-run'])).stdout).toContain('+ name\n    now 국세청');
  const first = await narrows(['apply', file]);
  expect(first.stdout).toContain('+ pipelines.filing');
  key = /key edge: (\S+)/.exec(first.stdout)?.[1] ?? '';
  expect(key).toMatch(/^nrw_ingest_/);
  expect((await narrows(['apply', file])).stdout).toBe('Nothing to change.\n');
  writeFileSync(file, FILE.replace('retentionDays: 7', 'retentionDays: 9').replace('  hometax: 홈택스', '  hometax: 홈택스\n  refund: 환급'));
  expect((await narrows(['apply', file])).stdout).toBe('~ retentionDays\n    was 7\n    now 9\n+ projects.refund\n    now 환급\n');
});

test('what is exported is a file that changes nothing, has no secret, and makes a copy under another name', async () => {
  const { stdout } = await narrows(['export', '--agency', 'nts']);
  expect(stdout).not.toContain('nrw_');
  writeFileSync(file, stdout);
  expect((await narrows(['apply', file])).stdout).toBe('Nothing to change.\n');
  writeFileSync(file, stdout.replace('agency: nts', 'agency: nts-copy'));
  await narrows(['apply', file]);
  expect((await narrows(['export', '--agency', 'nts-copy'])).stdout).toBe(stdout.replace('agency: nts', 'agency: nts-copy'));
});

test('everything that is wrong in a file is told together, and nothing is changed', async () => {
  writeFileSync(file, 'agency: "x y"\nname: ""\npipelines: [{ id: a }]\nsurprise: 1\n');
  const { code, stderr } = await narrows(['apply', file]);
  expect(code).toBe(1);
  for (const part of ['agency', 'name', 'CONFIG_INVALID']) expect(stderr).toContain(part);
  writeFileSync(file, 'agency: ok\nname: ok\ntimeZone: Mars/Olympus\nkeys: [{ name: k, project: nowhere }]\npipelines: [{ id: a }]\n');
  const semantic = await narrows(['apply', file]);
  for (const part of ['Mars/Olympus', 'nowhere', 'pipelines.0.']) expect(semantic.stderr).toContain(part);
  writeFileSync(file, 'a: &a [1]\nb: *b\n');
  expect((await narrows(['apply', file])).code).toBe(1);
});

test('a key for traces is taken for traces and refused for logs, with a word that says so; the running collector knows its pipeline', async () => {
  const headers = { authorization: `Bearer ${key}` };
  expect((await collector.send('logs', logs('filing', [{ atMs: Date.now(), body: 'x' }]), headers)).status).toBe(403);
  expect((await collector.send('traces', traces([{ service: 'filing', name: 'POST /file', kind: 'server', endMs: Date.now(), durationMs: 5 }]), headers)).status).toBe(200);
  expect((await collector.change('POST', '/session/agency', { agency: 'nts' })).status).toBe(200);
  await collector.askUntil<{ pipelines: { id: string }[] }>('/pipelines', ({ pipelines }) => pipelines[0]?.id === 'filing');
  await collector.askUntil<{ rows: { stage: string }[] }>('/transactions', ({ rows }) => rows.some(({ stage }) => stage === 'enter'));
});

test('a revoked key is refused within ten seconds, a rotated one lives on beside its successor', async () => {
  const { keys } = await collector.ask<{ keys: { id: number; name: string }[] }>('/keys');
  const { id } = keys.find(({ name }) => name === 'edge')!;
  const rotated = await (await collector.change('POST', `/keys/${id}/rotation`, {})).json() as { secret: string; key: { id: number } };
  for (const secret of [key, rotated.secret]) expect((await collector.send('traces', traces([]), { authorization: `Bearer ${secret}` })).status).toBe(200);
  expect((await collector.change('DELETE', `/keys/${rotated.key.id}`)).status).toBe(200);
  let status = 200;
  for (let tries = 0; status === 200 && tries < 100; tries++) {
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    ({ status } = await collector.send('traces', traces([]), { authorization: `Bearer ${rotated.secret}` }));
  }
  expect(status).toBe(401);
});

test('reading traces and changing things is in the audit log, whose chain is verified; one changed entry is found', async () => {
  const { entries } = await collector.ask<{ entries: { action: string; detail: string }[] }>('/audit');
  for (const action of ['GET /transactions', 'POST /keys/:id/rotation', 'DELETE /keys/:id', 'agency applied']) expect(entries.map((entry) => entry.action)).toContain(action);
  expect(JSON.stringify(entries)).not.toMatch(/nrw_[a-z]+_[\w-]{8}/); // A hint may be told, a secret not.

  expect((await narrows(['audit', 'verify'])).stdout).toMatch(/ok {3}nts: \d+ entries, last hash [0-9a-f]{64}/);
  const db = await openMetaDb(path.join(collector.dataDir, 'meta.db'));
  await db.updateTable('auditEntry').set({ actor: 'nobody' }).where('agency', '=', 'nts').where('sequence', '=', 2).execute();
  await db.destroy();
  const broken = await narrows(['audit', 'verify', '--agency', 'nts']);
  expect([broken.code, broken.stdout]).toEqual([1, 'BAD  nts: 1 entries, entry 2 is changed\n']);
});

test('an export of the audit log needs a reason, which is its newest entry', async () => {
  expect((await collector.get('/api/v1/audit/export')).status).toBe(400);
  const lines = (await (await collector.get('/api/v1/audit/export?reason=inspection')).text()).trim().split('\n').map((line) => JSON.parse(line) as { action: string; detail: string });
  expect(lines[0]).toMatchObject({ action: 'audit exported', detail: '{"reason":"inspection"}' });
});

test('one person\'s journeys are found by pseudonym, taken out with a reason, and deleted; a number is proven to be nowhere', async () => {
  const span = (pseudonym: string, note: string) => ({ service: 'filing', name: 'POST /file', kind: 'server' as const, endMs: Date.now(), durationMs: 5, attributes: { 'enduser.pseudo.id': pseudonym, note } });
  expect((await collector.send('traces', traces([span('p-1', 'order 4412-7788'), span('p-1', 'x'), span('p-2', 'y')]), { authorization: `Bearer ${key}` })).status).toBe(200);
  await collector.askUntil<{ total: number }>('/transactions?person=p-2', ({ total }) => total === 1);
  const ask = async <T>(route: string, body: object): Promise<T> => (await collector.change('POST', `/personal-data/${route}`, body)).json() as Promise<T>;
  expect(await ask('search', { number: '44127788' })).toEqual({ spans: 1, logRecords: 0, points: 0, absent: false });
  expect(await ask('search', { number: '900101-1234567' })).toMatchObject({ absent: true });
  expect((await collector.change('POST', '/personal-data/search', { number: 'no digits' })).status).toBe(422);
  expect((await ask<{ spans: object[] }>('export', { pseudonym: 'p-1', reason: 'request of 29 November' })).spans).toHaveLength(2);
  expect((await collector.change('POST', '/personal-data/deletion', { pseudonym: 'p-1', reason: 'request', confirm: 'p-2' })).status).toBe(422);
  expect(await ask('deletion', { pseudonym: 'p-1', reason: 'request', confirm: 'p-1' })).toEqual({ traces: 2, deleted: { spans: 2, logRecords: 0 }, left: { spans: 0, logRecords: 0 } });
  expect((await collector.change('POST', '/personal-data/export', { pseudonym: 'p-1', reason: 'again' })).status).toBe(404);
  expect((await collector.ask<{ total: number }>('/transactions?person=p-2')).total).toBe(1);
  const text = JSON.stringify((await collector.ask<{ entries: object[] }>('/audit')).entries);
  expect(text).toContain('request of 29 November');
  expect(text).not.toMatch(/44127788|9001011234567|900101-1234567/);
});

test('the doctor on the application\'s side says what stands in between', async () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.ready.otlp, OTEL_SERVICE_NAME: 'filing' };
  const good = await narrows(['doctor', '--from-app'], { ...env, OTEL_EXPORTER_OTLP_HEADERS: `x-narrows-key=${key}` });
  expect([good.code, good.stdout]).toEqual([0, expect.stringContaining('the collector takes what is sent this way')]);
  expect((await narrows(['doctor', '--from-app'], { ...env, NARROWS_KEY: 'wrong' })).stdout).toMatch(/BAD .*401: KEY_UNKNOWN/);
  const bare = (await narrows(['doctor', '--from-app'], { ...env, OTEL_SERVICE_NAME: '' })).stdout;
  for (const words of ['the service has no name', 'there is no key', '401: KEY_MISSING']) expect(bare).toContain(words);
  expect((await narrows(['doctor', '--from-app'], { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', NARROWS_KEY: key })).stdout).toContain('cannot be reached');
  expect((await narrows(['doctor', '--from-app'], { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: 'collector', NARROWS_KEY: key })).stdout).toContain('is no address');
  expect((await narrows(['doctor', '--from-app'], { ...env, OTEL_EXPORTER_OTLP_HEADERS: 'x-narrows-key=%zz' })).stdout).toContain('KEY_UNKNOWN');
});

test('the doctor tries gRPC as gRPC, and says when the ports are mixed up', async () => {
  const env = { OTEL_SERVICE_NAME: 'filing', NARROWS_KEY: key };
  const grpc = { ...env, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
  const good = await narrows(['doctor', '--from-app'], { ...grpc, OTEL_EXPORTER_OTLP_ENDPOINT: collector.ready.grpc });
  expect([good.code, good.stdout]).toEqual([0, expect.stringMatching(/over gRPC[\s\S]*this clock agrees[\s\S]*the collector takes/)]);
  expect((await narrows(['doctor', '--from-app'], { ...grpc, NARROWS_KEY: 'wrong', OTEL_EXPORTER_OTLP_ENDPOINT: collector.ready.grpc })).stdout).toMatch(/BAD .*gRPC status 16: KEY_UNKNOWN/);
  expect((await narrows(['doctor', '--from-app'], { ...grpc, OTEL_EXPORTER_OTLP_ENDPOINT: collector.ready.otlp })).stdout).toMatch(/BAD .*not in gRPC/);
  expect((await narrows(['doctor', '--from-app'], { ...grpc, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })).stdout).toContain('cannot be reached');
  expect((await narrows(['doctor', '--from-app'], { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.ready.grpc })).stdout).toMatch(/BAD .*WRONG_PORT/);
  expect((await narrows(['doctor', '--from-app'], { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.base })).stdout).toContain('is this the dashboard\'s port');
});

test('the doctor beside the collector says whose clock is off, by how much and which way, and which paths there are', async () => {
  const headers = { authorization: `Bearer ${key}` };
  await fetch(`${collector.ready.otlp}/v1/trace`, { method: 'POST', headers, body: '{}' });
  expect((await collector.send('traces', traces([{ service: 'fast', name: 'GET /', kind: 'server', endMs: Date.now() + 600_000, durationMs: 5 }]), headers)).status).toBe(200);
  const doctor = () => narrows(['doctor', '--agency', 'nts', '--port', new URL(collector.ready.url).port]);
  await expect.poll(async () => (await doctor()).stdout, { timeout: 60_000, interval: 1_000 }).toMatch(/BAD {2}fast: the clock of a sender is off.* \((59\d|600) s ahead\)/);
  const { code, stdout } = await doctor();
  expect([code, stdout]).toEqual([1, expect.stringMatching(/BAD {2}1 request refused with NOT_FOUND.* Paths are \/v1\/traces/)]);
});

test('every page has its security headers: no inline script, no frame, no sniffing; cookies are out of reach of scripts', async () => {
  for (const address of ['/', '/live', '/settings', '/api/v1/session', '/nothing.js']) {
    const { headers } = await collector.get(address);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy.replace(/style-src [^;]*/, '')).not.toContain('unsafe-inline');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  }
  const made = await collector.change('POST', '/account', { login: 'kim', name: '김', password: 'a river in the morning' });
  expect(made.headers.get('set-cookie')).toMatch(/narrows_session=[^;]+; .*HttpOnly; SameSite=Lax/);
});
