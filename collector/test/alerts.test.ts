// Alerts over a real collector, a real webhook receiver and a real mail server: an alert fires, becomes an incident, is told, is
// taken, and ends; one that nobody takes reaches the next; nothing is lost over a kill; a sender that stops is named within a minute; and one agency never sees another's.
import { createHmac } from 'node:crypto';
import type { AlertRulesAnswer, ChannelsAnswer, ChannelTestAnswer, IncidentAnswer, IncidentsAnswer, PreviewAnswer } from '@narrows/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebhookReceiver } from '../src/testing/webhook-receiver.js';
import { mailSubject, MailReceiver } from './mail-receiver.js';
import { createAgency } from './serve-agency.js';
import { CollectorProcess } from './serve-collector.js';
import { metrics, traces } from './serve-otlp.js';

const collector = new CollectorProcess();
const hook = new WebhookReceiver();
/** Of whoever is told first of what nobody takes, and of whoever is told then. */
const desk = new WebhookReceiver();
const mail = new MailReceiver();
const SECRET = 'a-secret-of-sixteen-and-more';
const ENV = { NARROWS_NOTIFY_NETWORKS: '127.0.0.0/8', NARROWS_SELF_METRICS: '0' };
let token = '';
let other = '';
let hookUrl = '';
let deskUrl = '';
let unattended: { stop: () => Promise<void> } | undefined;

beforeAll(async () => {
  [hookUrl, deskUrl] = await Promise.all([hook.start(), desk.start(), mail.start(), collector.start(ENV)]);
  await collector.logIn();
  token = await adminToken();
  other = (await createAgency(collector.dataDir, 'nps')).token;
});
afterAll(async () => {
  await unattended?.stop();
  await collector.remove();
  await Promise.all([hook.stop(), desk.stop(), mail.stop()]);
});

/** A token with all rights in the first agency. */
async function adminToken(): Promise<string> {
  const [{ createCredential }, { openMetaDb }, path] = await Promise.all([import('../dist/access/credentials.js'), import('../dist/access/meta-db.js'), import('node:path')]);
  const db = await openMetaDb(path.join(collector.dataDir, 'meta.db'));
  try {
    return (await createCredential(db, { kind: 'api', agency: 'default', name: 'kim', role: 'agency-admin' }, Date.now())).secret;
  } finally {
    await db.destroy();
  }
}

async function call<T>(method: string, route: string, body?: unknown, as = token): Promise<{ status: number; answer: T }> {
  const response = await fetch(`${collector.base}/api/v1${route}`, { method, headers: { authorization: `Bearer ${as}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, answer: (text.startsWith('{') ? JSON.parse(text) : text) as T };
}
const saved = async (method: string, route: string, body: unknown): Promise<string> => {
  const { status, answer } = await call<{ id: string; error?: unknown }>(method, route, body);
  if (status !== 200) throw new Error(`${route} → ${status} ${JSON.stringify(answer)}`);
  return answer.id;
};

/** Spans of a service for so many seconds, ten a second. */
function traffic(service: string, options: { error?: string } = {}): { stop: () => Promise<void> } {
  let sending: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    const endMs = Date.now();
    sending = sending.then(() => collector.send('traces', traces(Array.from({ length: 10 }, () => ({ service, name: 'POST /verify', kind: 'server' as const, endMs, durationMs: 40, ...options }))))).catch(() => undefined);
  }, 1_000);
  return { stop: async () => { clearInterval(timer); await sending; } };
}
const until = async <T>(ask: () => Promise<T> | T, wanted: (value: T) => boolean, seconds = 60): Promise<T> => {
  for (let tries = 0; ; tries++) {
    const value = await ask();
    if (wanted(value)) return value;
    if (tries >= seconds * 4) throw new Error(`it never came; last: ${JSON.stringify(value).slice(0, 3_000)}\n${collector.stderr}`);
    await new Promise((resolve) => { setTimeout(resolve, 250); });
  }
};
/** Its title may be the verdict's sentence. */
const ofService = (service: string) => async () => (await call<IncidentsAnswer>('GET', '/incidents')).answer.incidents.filter(({ subject }) => subject.service === service);

test('a first start watches silence and verdicts without being asked to', async () => {
  const { rules } = await until(async () => (await call<AlertRulesAnswer>('GET', '/alerts/rules')).answer, ({ rules }) => rules.length > 0, 20);
  expect(rules.map(({ condition }) => condition.kind)).toEqual(['absence', 'absence', 'absence', 'verdict']);
});

test('what is wrong with a form is told beside the field, and nothing is saved', async () => {
  const { status, answer } = await call<{ error: { code: string; fields: { field: string; ko: string }[] } }>('POST', '/alerts/rules', { name: '', condition: { kind: 'threshold', measure: 'p95' } });
  expect([status, answer.error.code]).toEqual([422, 'FORM_INVALID']);
  expect(answer.error.fields.map(({ field }) => field)).toEqual(expect.arrayContaining(['name', 'condition.value']));
  const channel = await call<{ error: { fields: { field: string }[] } }>('POST', '/alerts/channels', { name: 'x', kind: 'webhook', settings: { url: 'ftp://x' } });
  expect(channel.answer.error.fields.map(({ field }) => field)).toEqual(['settings.url']);
  const zone = await call<{ error: { fields: { field: string }[] } }>('PUT', '/alerts/on-call', { timeZone: 'Mars/Olympus', shifts: [], otherwise: ['nobody'], escalation: [] });
  expect(zone.answer.error.fields.map(({ field }) => field)).toEqual(['timeZone', 'otherwise']);
});

test('a channel is tested before it is needed, and says at which step it fails and what to do', async () => {
  const tried = async (kind: string, settings: object) => (await call<ChannelTestAnswer>('POST', '/alerts/channels/test', { channel: { name: 'x', kind, settings } })).answer;
  expect(await tried('webhook', { url: hookUrl, secret: SECRET })).toMatchObject({ ok: true, step: 'sent' });
  expect(await tried('webhook', { url: 'http://127.0.0.1:1/' })).toMatchObject({ ok: false, step: 'connect', ko: expect.stringContaining('거부') });
  expect(await tried('webhook', { url: 'http://10.0.0.1/' })).toMatchObject({ ok: false, step: 'address', en: expect.stringContaining('NARROWS_NOTIFY_NETWORKS') });
  hook.answers = [{ status: 302, headers: { location: 'http://169.254.169.254/' } }];
  expect(await tried('webhook', { url: hookUrl })).toMatchObject({ ok: false, step: 'answer', en: expect.stringContaining('redirects') });
  expect(await tried('email', { to: ['a@b.kr'], from: 'narrows@b.kr', host: '127.0.0.1', port: mail.port, secure: 'none', user: 'narrows', password: 'wrong' })).toMatchObject({ ok: false, step: 'answer', ko: expect.stringContaining('암호') });
  expect(await tried('email', { to: ['a@b.kr'], from: 'narrows@b.kr', host: '127.0.0.1', port: mail.port, secure: 'tls' })).toMatchObject({ ok: false, step: 'tls' });
  hook.received.length = 0;
});

test('somebody is named to be told when nobody takes an incident, and one of a service outside the pipeline begins', async () => {
  const channel = (name: string) => saved('POST', '/alerts/channels', { name, kind: 'webhook', settings: { url: `${deskUrl}?${name}`, secret: SECRET } });
  const [deputy, chief] = [await channel('deputy'), await channel('chief')];
  expect((await call('PUT', '/alerts/on-call', { timeZone: 'Asia/Seoul', shifts: [], otherwise: [], escalation: [{ afterMinutes: 1, channels: [chief] }] })).status).toBe(200);
  await saved('POST', '/alerts/rules', {
    name: '환급 오류율', severity: 'warning', place: { service: 'refund' }, forSeconds: 0, keepSeconds: 0, notify: [deputy],
    condition: { kind: 'threshold', measure: 'error_ratio', overSeconds: 10, compare: 'above', value: 0.2 },
  });
  unattended = traffic('refund', { error: 'broken' });
});

test('alert, incident, message, resolution: followed from end to end', async () => {
  const webhook = await saved('POST', '/alerts/channels', { name: '상황실 웹훅', kind: 'webhook', settings: { url: hookUrl, secret: SECRET } });
  const email = await saved('POST', '/alerts/channels', { name: '당직 메일', kind: 'email', settings: { to: ['duty@agency.kr'], from: 'narrows@agency.kr', host: '127.0.0.1', port: mail.port, secure: 'none', user: 'narrows', password: 'right' } });
  await saved('POST', '/alerts/rules', {
    name: '본인인증 오류율', severity: 'critical', place: { service: 'identity' }, forSeconds: 0, keepSeconds: 0, notify: [webhook, email],
    condition: { kind: 'threshold', measure: 'error_ratio', overSeconds: 10, compare: 'above', value: 0.2 },
  });
  // A verdict looks back on five minutes and would keep the incident open for as long: this is about the rule alone.
  const verdictRule = (await call<AlertRulesAnswer>('GET', '/alerts/rules')).answer.rules.find(({ condition }) => condition.kind === 'verdict');
  await call('DELETE', `/alerts/rules/${verdictRule!.id}`);
  hook.answers = [{ status: 503 }]; // The first try fails: it is tried again.
  const failing = traffic('identity', { error: 'broken' });
  const [incident] = await until(ofService('identity'), (found) => found.length > 0);
  await until(() => hook.events(), (events) => events.filter((event) => event === 'opened').length >= 2, 30);
  await until(() => mail.mails.length, (count) => count > 0, 30);
  // No rule asks for verdicts any more: the incident is told its cause all the same.
  await until(async () => (await call<IncidentAnswer>('GET', `/incidents/${incident!.id}`)).answer.incident.cause, (cause) => cause?.kind === 'errors', 45);
  const [first, again] = hook.received.filter(({ body }) => body.includes('"opened"'));
  expect(first!.headers['idempotency-key']).toBe(again!.headers['idempotency-key']);
  const { 'x-narrows-timestamp': timestamp, 'x-narrows-signature': signature } = again!.headers;
  expect(signature).toBe(`sha256=${createHmac('sha256', SECRET).update(`${String(timestamp)}.${again!.body}`).digest('hex')}`);
  expect(mailSubject(mail.mails[0]!)).toContain('[질병관리청] 장애: identity');
  expect(await call('POST', `/incidents/${incident!.id}`, { action: 'take' })).toMatchObject({ status: 200, answer: { incident: { state: 'taken', owner: 'kim' } } });
  await call('POST', `/incidents/${incident!.id}`, { action: 'note', text: '인증기관에 전화함 <script>' });
  expect((await call('POST', '/markers', { text: '본인인증 서버 6대 추가 <b>', subject: { service: 'identity' } })).status).toBe(200);
  await failing.stop();
  const healthy = traffic('identity');
  await until(ofService('identity'), ([one]) => one!.state === 'resolved', 90);
  await until(() => hook.events(), (events) => events.includes('resolved'), 30);
  await healthy.stop();
  const { answer } = await call<IncidentAnswer>('GET', `/incidents/${incident!.id}`);
  expect(answer.timeline.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['alert', 'told', 'taken', 'note', 'marker', 'alert_over', 'state']));
  expect(answer.postMortem).toContain('인증기관에 전화함 \\<script\\>');
  // Each alert says where it fired and how much it was, in units, as it was told.
  expect(answer.alerts[0]?.text?.ko).toMatch(/^identity · .+: 지금 .+, 기준 .+$/);
  expect(answer.alerts[0]?.text?.ko).toBe(answer.timeline.find(({ kind }) => kind === 'alert')?.text.ko);
  expect(answer.timeline.find(({ kind }) => kind === 'marker')).toMatchObject({ actor: 'kim', text: { ko: '조치: 본인인증 서버 6대 추가 <b>', en: 'Action: 본인인증 서버 6대 추가 <b>' } });
  expect(answer.timeline.map(({ atMs }) => atMs)).toEqual(answer.timeline.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  expect(answer.postMortem).toContain('조치: 본인인증 서버 6대 추가 \\<b\\>');
  const report = await call<string>('GET', `/incidents/${incident!.id}/report?format=html`);
  expect(report.answer).toContain('인증기관에 전화함');
  expect(report.answer).not.toContain('<script>');
});

test('the preview says when a rule would have fired, from what has happened', async () => {
  const { answer } = await call<PreviewAnswer>('POST', '/alerts/preview', { rule: { name: 'p', place: { service: 'identity' }, forSeconds: 0, keepSeconds: 0, condition: { kind: 'threshold', measure: 'error_ratio', overSeconds: 10, compare: 'above', value: 0.2 } } });
  expect(answer.fired).toHaveLength(1);
  expect(answer.fired[0]!.toMs).not.toBeNull();
  expect(answer.series[0]!.points.some(([, value]) => value === 1)).toBe(true);
});

test('a message that was due when the collector was killed is sent after its next start, once under its id', async () => {
  hook.received.length = 0;
  hook.answers = Array.from({ length: 50 }, () => ({ status: 503 }));
  const failing = traffic('identity', { error: 'broken' });
  await until(() => hook.events(), (events) => events.includes('opened'));
  const id = hook.received.find(({ body }) => body.includes('"opened"'))!.headers['idempotency-key'];
  await collector.stop('SIGKILL');
  hook.received.length = 0;
  await failing.stop();
  hook.answers = [];
  await collector.start(ENV);
  await until(() => hook.received.filter(({ headers }) => headers['idempotency-key'] === id), (found) => found.length > 0, 40);
  const { channels } = await until(async () => (await call<ChannelsAnswer>('GET', '/alerts/channels')).answer, (answer) => answer.channels.every(({ waiting }) => waiting === 0), 30);
  expect(channels.find(({ kind }) => kind === 'webhook')).toMatchObject({ waiting: 0, failed: 0, secretSet: true });
  expect(JSON.stringify(channels)).not.toContain(SECRET);
});

test('an agent, a service and a relay that fall silent are named within a minute', async () => {
  const others = traffic('identity'); // Silent since the test before, it would be named first.
  hook.received.length = 0;
  const speaking = setInterval(() => {
    const atMs = Date.now();
    for (const service of ['web', 'narrows-relay']) void collector.send('metrics', metrics(service, [{ name: 'process.uptime', value: 1, atMs }])).catch(() => undefined);
  }, 1_000);
  await new Promise((resolve) => { setTimeout(resolve, 12_000); });
  clearInterval(speaking);
  const stoppedMs = Date.now();
  const told = await until(() => hook.received.map(({ body }) => JSON.parse(body) as { event: string; atMs: number; title: { ko: string } }).filter(({ title }) => title.ko.includes('끊겼습니다')), (found) => found.length > 0, 90);
  const [incident] = await until(async () => (await call<IncidentsAnswer>('GET', '/incidents')).answer.incidents.filter(({ title }) => title.ko.includes('끊겼습니다')), (found) => (found[0]?.alerts ?? 0) >= 3, 30);
  const { answer } = await call<IncidentAnswer>('GET', `/incidents/${incident!.id}`);
  expect(answer.alerts.map(({ key }) => key)).toEqual(expect.arrayContaining(['web', 'web · web-1', 'narrows-relay · narrows-relay-1']));
  expect(told[0]!.atMs - stoppedMs).toBeLessThan(60_000);
  await others.stop();
});

test('what nobody took for a minute was told to the next one, once, also over a kill; both hear that it is over', async () => {
  const told = (name: string, event: string) => desk.received.filter(({ path, body }) => path.endsWith(name) && body.includes(`"${event}"`) && body.includes('refund'));
  const escalated = await until(() => told('chief', 'escalated'), (found) => found.length > 0, 90);
  expect(told('deputy', 'opened').length).toBeGreaterThan(0);
  expect(told('chief', 'opened')).toEqual([]);
  const [incident] = await ofService('refund')();
  expect(escalated[0]!.body).toContain(incident!.id);
  await unattended?.stop();
  const healthy = traffic('refund');
  await until(ofService('refund'), ([one]) => one!.state === 'resolved', 90);
  await until(() => told('chief', 'resolved').length + told('deputy', 'resolved').length, (count) => count >= 2, 30);
  await healthy.stop();
  expect(new Set(told('chief', 'escalated').map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  const { answer } = await call<IncidentAnswer>('GET', `/incidents/${incident!.id}`);
  expect(answer.timeline.filter(({ kind }) => kind === 'told').map(({ text }) => text.en)).toEqual(['Told: deputy', 'Told: chief', expect.stringMatching(/^Told: (deputy, chief|chief, deputy)$/)]);
});

test('another agency finds none of it, by no id and at no address', async () => {
  const [incident] = (await call<IncidentsAnswer>('GET', '/incidents')).answer.incidents;
  const { rules } = (await call<AlertRulesAnswer>('GET', '/alerts/rules')).answer;
  const { channels } = (await call<ChannelsAnswer>('GET', '/alerts/channels')).answer;
  const theirs = async (method: string, route: string, body?: unknown) => (await call(method, route, body, other)).status;
  expect((await call<IncidentsAnswer>('GET', '/incidents', undefined, other)).answer.incidents).toEqual([]);
  expect((await call<ChannelsAnswer>('GET', '/alerts/channels', undefined, other)).answer.channels).toEqual([]);
  expect(await theirs('GET', `/incidents/${incident!.id}`)).toBe(404);
  expect(await theirs('GET', `/incidents/${incident!.id}/report?format=md`)).toBe(404);
  expect([404, 403]).toContain(await theirs('POST', `/incidents/${incident!.id}`, { action: 'close' }));
  expect([404, 403]).toContain(await theirs('DELETE', `/alerts/rules/${rules[0]!.id}`));
  expect([404, 403]).toContain(await theirs('DELETE', `/alerts/channels/${channels[0]!.id}`));
  expect([404, 403]).toContain(await theirs('POST', '/alerts/channels/test', { id: channels[0]!.id }));
});
