// Rules, channels, quiet times and on-call times of agencies in the metadata database: each a JSON document as the contract's
// schema says, so that a new kind of condition is no new column. Every question names the agency; an id alone finds nothing.
import { randomBytes } from 'node:crypto';
import { CHANNEL_KINDS, NarrowsError, type AlertRule, type AlertRuleDraft, type Channel, type ChannelDraft, type OnCall, type PublicPageSettings, type QuietTimeDraft } from '@narrows/contract';
import type { MetaDb } from '../access/meta-db.js';
import { NOBODY_ON_CALL } from './on-call.js';

/** Of one agency. */
export const RULES_MAX = 5_000;
export const CHANNELS_MAX = 100;
export const QUIET_TIMES_MAX = 500;
const MAX = { alertRule: RULES_MAX, alertChannel: CHANNELS_MAX, quietTime: QUIET_TIMES_MAX } as const;
type DocumentTable = keyof typeof MAX;
interface By { user: string; nowMs: number }

export const newId = (): string => randomBytes(9).toString('base64url');

async function put(db: MetaDb, table: DocumentTable, agency: string, id: string, document: unknown, { user, nowMs }: By): Promise<void> {
  const row = { json: JSON.stringify(document), updatedAtMs: nowMs, updatedBy: user };
  const changed = await db.updateTable(table).set(row).where('agency', '=', agency).where('id', '=', id).executeTakeFirst();
  if (changed.numUpdatedRows > 0n) return;
  const { count } = await db.selectFrom(table).select((e) => e.fn.countAll<number | string>().as('count')).where('agency', '=', agency).executeTakeFirstOrThrow();
  if (Number(count) >= MAX[table]) throw new NarrowsError('QUERY_INVALID', `an agency may have at most ${MAX[table]} of these`);
  await db.insertInto(table).values({ agency, id, ...row }).execute();
}

/** Errors: NOT_FOUND. */
async function assertThere(db: MetaDb, table: DocumentTable, agency: string, id: string): Promise<void> {
  const found = await db.selectFrom(table).select('id').where('agency', '=', agency).where('id', '=', id).executeTakeFirst();
  if (!found) throw new NarrowsError('NOT_FOUND', `There is no ${id.slice(0, 80)} in this agency.`);
}

async function remove(db: MetaDb, table: DocumentTable, agency: string, id: string): Promise<void> {
  await assertThere(db, table, agency, id);
  await db.deleteFrom(table).where('agency', '=', agency).where('id', '=', id).execute();
}

export async function listRules(db: MetaDb, agency?: string): Promise<(AlertRule & { agency: string })[]> {
  const all = db.selectFrom('alertRule').selectAll().orderBy('updatedAtMs').orderBy('id');
  const rows = await (agency === undefined ? all : all.where('agency', '=', agency)).execute();
  return rows.map(({ agency: owner, id, json, updatedAtMs, updatedBy }) => ({ ...JSON.parse(json) as AlertRuleDraft, id, updatedAtMs, updatedBy, agency: owner }));
}

/** Create (no id) or change. Returns the id. Errors: NOT_FOUND, QUERY_INVALID beyond the limit. */
export async function saveRule(db: MetaDb, agency: string, id: string | null, draft: AlertRuleDraft, by: By): Promise<string> {
  if (id !== null) await assertThere(db, 'alertRule', agency, id);
  const saved = id ?? newId();
  await put(db, 'alertRule', agency, saved, draft, by);
  return saved;
}

export async function deleteRule(db: MetaDb, agency: string, id: string): Promise<void> { await remove(db, 'alertRule', agency, id); }

export async function listChannels(db: MetaDb, agency: string): Promise<Channel[]> {
  const rows = await db.selectFrom('alertChannel').selectAll().where('agency', '=', agency).orderBy('updatedAtMs').orderBy('id').execute();
  return rows.map(({ id, json }) => ({ ...JSON.parse(json) as ChannelDraft, id }));
}

export async function findChannel(db: MetaDb, agency: string, id: string): Promise<Channel | null> {
  const row = await db.selectFrom('alertChannel').selectAll().where('agency', '=', agency).where('id', '=', id).executeTakeFirst();
  return row ? { ...JSON.parse(row.json) as ChannelDraft, id } : null;
}

export async function saveChannel(db: MetaDb, agency: string, id: string | null, draft: ChannelDraft, by: By): Promise<string> {
  if (id !== null) await assertThere(db, 'alertChannel', agency, id);
  const saved = id ?? newId();
  await put(db, 'alertChannel', agency, saved, draft, by);
  return saved;
}

export async function deleteChannel(db: MetaDb, agency: string, id: string): Promise<void> { await remove(db, 'alertChannel', agency, id); }

/** Settings that a channel is saved without are those it had. */
export function withKeptSecrets(draft: ChannelDraft, before: Channel | null): ChannelDraft {
  if (!before || before.kind !== draft.kind) return draft;
  const kept = SECRET_FIELDS[draft.kind];
  const settings: Record<string, unknown> = { ...draft.settings };
  const had: Record<string, unknown> = { ...before.settings };
  for (const field of kept) if (settings[field] === undefined || settings[field] === '') settings[field] = had[field];
  return { ...draft, settings } as ChannelDraft;
}
/** What is never told again. A Slack address is its own secret. */
export const SECRET_FIELDS: Readonly<Record<(typeof CHANNEL_KINDS)[number], readonly string[]>> = { webhook: ['secret'], email: ['password'], slack: ['url'], kakao: ['secret'], browser: [] };

export type StoredQuietTime = QuietTimeDraft & { id: string; createdBy: string };
export async function listQuietTimes(db: MetaDb, agency: string): Promise<StoredQuietTime[]> {
  const rows = await db.selectFrom('quietTime').selectAll().where('agency', '=', agency).orderBy('updatedAtMs').execute();
  return rows.map(({ id, json, updatedBy }) => ({ ...JSON.parse(json) as QuietTimeDraft, id, createdBy: updatedBy }));
}
export async function saveQuietTime(db: MetaDb, agency: string, draft: QuietTimeDraft, by: By): Promise<string> {
  const id = newId();
  await put(db, 'quietTime', agency, id, draft, by);
  return id;
}
export async function deleteQuietTime(db: MetaDb, agency: string, id: string): Promise<void> { await remove(db, 'quietTime', agency, id); }

interface Settings { onCall: OnCall; publicPage: PublicPageSettings; starter: { atMs: number } }

export async function readSetting<Name extends keyof Settings>(db: MetaDb, agency: string, name: Name): Promise<Settings[Name] | null> {
  const row = await db.selectFrom('alertSetting').select('json').where('agency', '=', agency).where('name', '=', name).executeTakeFirst();
  return row ? JSON.parse(row.json) as Settings[Name] : null;
}

export async function writeSetting<Name extends keyof Settings>(db: MetaDb, agency: string, name: Name, value: Settings[Name]): Promise<void> {
  const json = JSON.stringify(value);
  await db.insertInto('alertSetting').values({ agency, name, json }).onConflict((c) => c.columns(['agency', 'name']).doUpdateSet({ json })).execute();
}

export async function readOnCall(db: MetaDb, agency: string, timeZone: string): Promise<OnCall> {
  return await readSetting(db, agency, 'onCall') ?? { ...NOBODY_ON_CALL, timeZone };
}
