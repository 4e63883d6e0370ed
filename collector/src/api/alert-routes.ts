// Rules, channels, quiet times and on-call times over HTTP: typed in, checked, saved, tried on the past, tested. What is wrong is
// answered field by field (FORM_INVALID). Bodies are checked by the alert room and not by the route, so that a form and a file
// are told the same. Secrets come in and never go out.
import {
  AlertRulesAnswerSchema, ChannelsAnswerSchema, ChannelTestAnswerSchema, NarrowsError, OnCallAnswerSchema, PreviewAnswerSchema, QuietTimesAnswerSchema, ROUTES,
  type AlertRuleDraft, type Channel, type ChannelDraft, type ChannelTestAnswer, type ChannelView, type FieldFault, type PipelineDefinition,
} from '@narrows/contract';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { MetaDb } from '../access/meta-db.js';
import { deleteChannel, deleteQuietTime, deleteRule, findChannel, listChannels, listQuietTimes, listRules, newId, readOnCall, saveChannel, saveQuietTime, saveRule, SECRET_FIELDS, withKeptSecrets, writeSetting } from '../alert/alert-documents.js';
import type { AddressGuard } from '../alert/address-guard.js';
import type { AlertEngine } from '../alert/alert-engine.js';
import { checkChannel, checkOnCall, checkQuietTime } from '../alert/channel-check.js';
import { DeliveryFault } from '../alert/delivery-fault.js';
import type { Checked } from '../alert/form-check.js';
import { isQuietAt, onCallAt } from '../alert/on-call.js';
import { previewRule } from '../alert/preview.js';
import { checkRule, readRuleText } from '../alert/rule-check.js';
import { sendNotice } from '../alert/send-notice.js';
import { proposeRules } from '../alert/starter-rules.js';
import type { StoreReader } from '../query/question.js';
import { personOf } from './authorization.js';
import { describe, type App } from './route-question.js';

export interface AlertRoutesOptions {
  db: MetaDb; store: StoreReader; engine: AlertEngine; guard: AddressGuard;
  pipelines: (agency: string) => readonly PipelineDefinition[];
  storedThroughMs: () => number; now: () => number;
}

const Saved = Type.Object({ id: Type.String() });
const Done = Type.Object({ done: Type.Boolean() });
const idParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const PREVIEW_DEFAULT_MS = 6 * 3600_000;
/** Texts of five thousand rules. */
const BODY_BYTES_MAX = 1_100_000;

export function addAlertRoutes(app: App, options: AlertRoutesOptions): void {
  addRuleRoutes(app, options);
  addTrialRoutes(app, options);
  addChannelRoutes(app, options);
  addQuietRoutes(app, options);
}

/** Errors: FORM_INVALID. */
function valueOf<T>(checked: Checked<T>): T {
  if ('value' in checked) return checked.value;
  const faults: readonly FieldFault[] = checked.faults;
  throw new NarrowsError('FORM_INVALID', faults.map(({ field, en }) => `${field || '(all)'}: ${en}`).join('; ').slice(0, 2_000), { fields: faults });
}

function addRuleRoutes(app: App, { db, engine, pipelines, now }: AlertRoutesOptions): void {
  const by = (request: FastifyRequest) => ({ user: personOf(request).owner.user, nowMs: now() });
  const agencyOf = (request: FastifyRequest) => personOf(request).agency.id;
  app.get(ROUTES.alertRules, describe('Alert rules, and how they stand', AlertRulesAnswerSchema), async (request) => {
    const agency = agencyOf(request);
    const rules = (await listRules(db, agency)).map(({ agency: _agency, ...rule }) => rule);
    return { rules, standings: engine.standingsOf(agency), evaluatedAtMs: engine.evaluatedAtMs };
  });
  app.post(ROUTES.alertRules, describe('Add a rule', Saved), async (request) => {
    const draft = valueOf(checkRule(request.body, pipelines(agencyOf(request))));
    const id = await saveRule(db, agencyOf(request), null, draft, by(request));
    return { id };
  });
  app.put(ROUTES.alertRule, { schema: { ...describe('Change a rule', Saved).schema, params: idParams } }, async (request) => {
    const draft = valueOf(checkRule(request.body, pipelines(agencyOf(request))));
    const id = await saveRule(db, agencyOf(request), request.params.id, draft, by(request));
    return { id };
  });
  app.delete(ROUTES.alertRule, { schema: { ...describe('Delete a rule', Done).schema, params: idParams } }, async (request) => {
    await deleteRule(db, agencyOf(request), request.params.id);
    return { done: true };
  });
  app.post(ROUTES.alertRuleText, { bodyLimit: BODY_BYTES_MAX, schema: { ...describe('Add rules written in YAML or JSON: all of them, or none', Type.Object({ ids: Type.Array(Type.String()) })).schema, body: Type.Object({ text: Type.String() }) } }, async (request) => {
    const drafts = valueOf(readRuleText(request.body.text, pipelines(agencyOf(request))));
    const ids: string[] = [];
    for (const draft of drafts) ids.push(await saveRule(db, agencyOf(request), null, draft, by(request)));
    return { ids };
  });
  app.post(ROUTES.alertSilent, { schema: { ...describe('A sender that is silent on purpose: it is not missed until it is heard again', Done).schema, body: Type.Object({ key: Type.String({ maxLength: 500 }) }) } }, async (request) => {
    engine.forgetSender(agencyOf(request), request.body.key);
    return { done: true };
  });
}

function addTrialRoutes(app: App, { db, store, pipelines, storedThroughMs, now }: AlertRoutesOptions): void {
  const previewBody = Type.Object({ rule: Type.Unknown(), from: Type.Optional(Type.Integer({ minimum: 0 })), to: Type.Optional(Type.Integer({ minimum: 0 })) });
  app.post(ROUTES.alertPreview, { schema: { ...describe('When a rule would have fired', PreviewAnswerSchema).schema, body: previewBody } }, async (request) => {
    const { agency } = personOf(request);
    const rule = valueOf(checkRule(request.body.rule, pipelines(agency.id)));
    const toMs = Math.min(request.body.to ?? now(), storedThroughMs());
    return previewRule(rule, { agency: agency.id, timeZone: agency.timeZone, pipelines: pipelines(agency.id) }, store, { fromMs: request.body.from ?? toMs - PREVIEW_DEFAULT_MS, toMs });
  });
  app.get(ROUTES.alertProposals, { schema: { ...describe('Rules proposed for a pipeline', Type.Object({ rules: Type.Array(Type.Unknown()) })).schema, querystring: Type.Object({ pipeline: Type.Optional(Type.String()) }) } }, async (request) => {
    const defined = pipelines(personOf(request).agency.id);
    const known = new Set((await listRules(db, personOf(request).agency.id)).map(({ name }) => name));
    const rules: AlertRuleDraft[] = defined.filter(({ id }) => request.query.pipeline === undefined || id === request.query.pipeline).flatMap(proposeRules);
    return { rules: rules.filter(({ name }) => !known.has(name)) };
  });
}

function addChannelRoutes(app: App, { db, guard, now }: AlertRoutesOptions): void {
  const agencyOf = (request: FastifyRequest) => personOf(request).agency.id;
  const save = async (request: FastifyRequest, id: string | null) => {
    const before = id === null ? null : await findChannel(db, agencyOf(request), id);
    const draft = valueOf(checkChannel(keepSecrets(request.body, before)));
    const saved = await saveChannel(db, agencyOf(request), id, draft, { user: personOf(request).owner.user, nowMs: now() });
    return { id: saved };
  };
  app.get(ROUTES.channels, describe('Channels, without their secrets, and what became of their messages', ChannelsAnswerSchema), async (request) => {
    const agency = agencyOf(request);
    const counted = await db.selectFrom('delivery').select((e) => ['channel', 'state', e.fn.countAll<number | string>().as('count'), e.fn.max('sentAtMs').as('sentAtMs')]).where('agency', '=', agency).groupBy(['channel', 'state']).execute();
    const errors = await db.selectFrom('delivery').select(['channel', 'lastError', 'createdAtMs']).where('agency', '=', agency).where('lastError', 'is not', null).orderBy('createdAtMs', 'desc').limit(200).execute();
    return { channels: (await listChannels(db, agency)).map((channel): ChannelView => {
      const of = (state: string) => Number(counted.find((row) => row.channel === channel.id && row.state === state)?.count ?? 0);
      const sent = counted.find((row) => row.channel === channel.id && row.state === 'sent')?.sentAtMs;
      return { ...viewOf(channel), delivered: of('sent'), failed: of('failed'), waiting: of('waiting'), lastError: errors.find((row) => row.channel === channel.id)?.lastError ?? null, lastSentMs: sent === null || sent === undefined ? null : Number(sent) };
    }) };
  });
  app.post(ROUTES.channels, describe('Add a channel', Saved), (request) => save(request, null));
  app.put(ROUTES.channel, { schema: { ...describe('Change a channel; a secret that is left out stays', Saved).schema, params: idParams } }, (request) => save(request, request.params.id));
  app.delete(ROUTES.channel, { schema: { ...describe('Delete a channel', Done).schema, params: idParams } }, async (request) => {
    await deleteChannel(db, agencyOf(request), request.params.id);
    return { done: true };
  });
  app.post(ROUTES.channelTest, {
    schema: { ...describe('Send a test message now, by a saved channel (id) or by one that is being typed', ChannelTestAnswerSchema).schema, body: Type.Object({ id: Type.Optional(Type.String({ maxLength: 64 })), channel: Type.Optional(Type.Unknown()) }) },
    config: { rateLimit: { max: 30, timeWindow: 60_000 } },
  }, async (request): Promise<ChannelTestAnswer> => {
    const { agency } = personOf(request);
    const saved = request.body.id === undefined ? null : await findChannel(db, agency.id, request.body.id);
    if (!saved && request.body.channel === undefined) throw new NarrowsError('NOT_FOUND', 'There is no such channel.');
    const channel = request.body.channel === undefined ? saved! : valueOf(checkChannel(keepSecrets(request.body.channel, saved)));
    return testChannel(guard, channel, agency, now());
  });
}

/** What was typed, with the secrets that were left as they are. */
function keepSecrets(candidate: unknown, before: Channel | null): unknown {
  if (typeof candidate !== 'object' || candidate === null || !('settings' in candidate) || typeof candidate.settings !== 'object') return candidate;
  return withKeptSecrets(candidate as ChannelDraft, before);
}

async function testChannel(guard: AddressGuard, channel: ChannelDraft, agency: { id: string; name: string }, nowMs: number): Promise<ChannelTestAnswer> {
  try {
    await sendNotice(guard, channel, {
      event: 'test', agency: { id: agency.id, name: agency.name }, severity: 'info', incident: null, atMs: nowMs,
      title: { ko: '알림 시험', en: 'Test of a channel' }, body: { ko: '이 메시지가 보이면 알림 채널이 동작합니다.', en: 'If you can read this, the channel works.' },
    }, `test.${newId()}`, nowMs);
    return { ok: true, step: 'sent', ko: '보냈습니다. 받는 쪽에서 확인하세요', en: 'Sent. Look at the receiving side', detail: '' };
  } catch (error) {
    if (!(error instanceof DeliveryFault)) throw error;
    return { ok: false, step: error.step, ko: error.ko, en: error.en, detail: error.detail.slice(0, 300) };
  }
}

function viewOf({ id, name, kind, language, enabled, settings }: Channel): Pick<ChannelView, 'id' | 'name' | 'kind' | 'language' | 'enabled' | 'settings' | 'secretSet'> {
  const secrets = SECRET_FIELDS[kind];
  const given = Object.entries(settings);
  const shown = Object.fromEntries(given.filter(([field]) => !secrets.includes(field)));
  const host = kind === 'slack' && 'url' in settings && URL.canParse(settings.url) ? { host: new URL(settings.url).host } : {};
  return { id, name, kind, language, enabled, secretSet: given.some(([field, value]) => secrets.includes(field) && value !== undefined && value !== ''), settings: { ...shown, ...host } };
}

function addQuietRoutes(app: App, { db, now }: AlertRoutesOptions): void {
  const agencyOf = (request: FastifyRequest) => personOf(request).agency.id;
  app.get(ROUTES.quietTimes, describe('Mutes and maintenance windows', QuietTimesAnswerSchema), async (request) => (
    { quietTimes: (await listQuietTimes(db, agencyOf(request))).map((one) => ({ ...one, active: isQuietAt(one, now()) })) }));
  app.post(ROUTES.quietTimes, describe('Add a mute or a maintenance window', Saved), async (request) => {
    const draft = valueOf(checkQuietTime(request.body));
    const id = await saveQuietTime(db, agencyOf(request), draft, { user: personOf(request).owner.user, nowMs: now() });
    return { id };
  });
  app.delete(ROUTES.quietTime, { schema: { ...describe('End a mute or a maintenance window', Done).schema, params: idParams } }, async (request) => {
    await deleteQuietTime(db, agencyOf(request), request.params.id);
    return { done: true };
  });
  app.get(ROUTES.onCall, describe('Who is on call when, and who is now', OnCallAnswerSchema), async (request) => {
    const { agency } = personOf(request);
    const onCall = await readOnCall(db, agency.id, agency.timeZone);
    return { onCall, now: onCallAt(onCall, now()) };
  });
  app.put(ROUTES.onCall, describe('Change who is on call', OnCallAnswerSchema), async (request) => {
    const agency = agencyOf(request);
    const onCall = valueOf(checkOnCall(request.body, new Set((await listChannels(db, agency)).map(({ id }) => id))));
    await writeSetting(db, agency, 'onCall', onCall);
    return { onCall, now: onCallAt(onCall, now()) };
  });
}
