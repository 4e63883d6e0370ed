// Incidents in the metadata database: opened by the first alert of a group, joined by the others, over when the last of them
// is; taken, noted and written up by people. Everything that happens to one stands in its timeline, in both languages.
import {
  NarrowsError, SEVERITIES, type Bilingual, type Incident, type IncidentAnswer, type IncidentState, type Severity, type Subject, type TimelineEntry, type TimelineKind, type UnixMs, type Verdict,
} from '@narrows/contract';
import type { MetaDb, MetaTables } from '../access/meta-db.js';
import type { Selectable } from 'kysely';
import { newId } from './alert-documents.js';

export type IncidentRow = Selectable<MetaTables['incident']>;
interface IncidentDocument { title: Bilingual; subject: Subject; cause: Verdict | null; quiet: string | null; firing: number; alerts: number }
export interface FiredAlert { ruleId: string; ruleName: string; key: string; severity: Severity; atMs: UnixMs; value: number | null; bound: number | null; text: Bilingual; link: string }
interface StoredAlert { rule: string; key: string; value: number | null; threshold: number | null; text?: Bilingual }

/** An incident that comes back within this time is the same one. */
export const REOPENS_WITHIN_MS = 10 * 60_000;
const LIST_MAX = 200;
const ENTRIES_MAX = 2_000;
/** A rule that opens and closes all day does not fill the disk. */
const ENTRY_TEXT_MAX = 20_000;

export const documentOf = (row: Pick<IncidentRow, 'json'>): IncidentDocument => JSON.parse(row.json) as IncidentDocument;
export const worse = (a: Severity, b: Severity): Severity => (SEVERITIES.indexOf(a) <= SEVERITIES.indexOf(b) ? a : b);

export function incidentOf(row: IncidentRow): Incident {
  const { title, subject, cause, quiet, firing, alerts } = documentOf(row);
  const { id, number, state, severity, openedAtMs, resolvedAtMs, owner } = row;
  return { id, number, state: state as IncidentState, severity: severity as Severity, title, subject, openedAtMs, resolvedAtMs, owner, cause, firing, alerts, quiet };
}

export class IncidentBook {
  constructor(readonly db: MetaDb) {}

  /** The incident that an alert of this group belongs to: the open one, or one that was over just now. */
  async findGroup(agency: string, groupKey: string, nowMs: UnixMs): Promise<IncidentRow | null> {
    const [found] = await this.db.selectFrom('incident').selectAll().where('agency', '=', agency).where('groupKey', '=', groupKey).where('state', '!=', 'closed')
      .where((e) => e.or([e('resolvedAtMs', 'is', null), e('resolvedAtMs', '>', nowMs - REOPENS_WITHIN_MS)])).orderBy('openedAtMs', 'desc').limit(1).execute();
    return found ?? null;
  }

  async open(agency: string, groupKey: string, severity: Severity, document: IncidentDocument, nowMs: UnixMs): Promise<IncidentRow> {
    const { last } = await this.db.selectFrom('incident').select((e) => e.fn.max('number').as('last')).where('agency', '=', agency).executeTakeFirstOrThrow();
    const row: IncidentRow = {
      agency, id: newId(), number: Number(last ?? 0) + 1, groupKey, state: 'open', severity, openedAtMs: nowMs, resolvedAtMs: null, owner: null, json: JSON.stringify(document), postMortem: null, rounds: 1,
    };
    await this.db.insertInto('incident').values(row).execute();
    return row;
  }

  async update(row: IncidentRow, changes: Partial<Pick<IncidentRow, 'state' | 'severity' | 'resolvedAtMs' | 'owner' | 'postMortem' | 'rounds'>>, document: Partial<IncidentDocument> = {}): Promise<IncidentRow> {
    const next = { ...row, ...changes, json: JSON.stringify({ ...documentOf(row), ...document }) };
    const { agency: _agency, id: _id, number: _number, groupKey: _groupKey, openedAtMs: _openedAtMs, ...set } = next;
    await this.db.updateTable('incident').set(set).where('id', '=', row.id).where('agency', '=', row.agency).execute();
    return next;
  }

  async addAlert(row: IncidentRow, { ruleId, ruleName, key, atMs, value, bound, text }: FiredAlert): Promise<void> {
    const stored: StoredAlert = { rule: ruleName, key, value, threshold: bound, text };
    await this.db.insertInto('incidentAlert').values({ agency: row.agency, incident: row.id, ruleId, place: key, firedAtMs: atMs, overAtMs: null, json: JSON.stringify(stored) })
      .onConflict((c) => c.columns(['incident', 'ruleId', 'place', 'firedAtMs']).doNothing()).execute();
  }

  async endAlert(row: IncidentRow, ruleId: string, key: string, nowMs: UnixMs): Promise<void> {
    await this.db.updateTable('incidentAlert').set({ overAtMs: nowMs }).where('incident', '=', row.id).where('ruleId', '=', ruleId).where('place', '=', key).where('overAtMs', 'is', null).execute();
  }

  /** How many alerts of it fire, and how many ever did. */
  async countAlerts(row: IncidentRow): Promise<{ firing: number; alerts: number }> {
    const all = await this.db.selectFrom('incidentAlert').select('overAtMs').where('incident', '=', row.id).execute();
    return { firing: all.filter(({ overAtMs }) => overAtMs === null).length, alerts: all.length };
  }

  async note(row: Pick<IncidentRow, 'id' | 'agency'>, kind: TimelineKind, actor: string, text: Bilingual, atMs: UnixMs, link = ''): Promise<void> {
    const entry: TimelineEntry = { atMs, kind, actor, text: { ko: text.ko.slice(0, ENTRY_TEXT_MAX), en: text.en.slice(0, ENTRY_TEXT_MAX) }, link };
    await this.db.insertInto('incidentEntry').values({ agency: row.agency, id: newId(), incident: row.id, atMs, json: JSON.stringify(entry) }).execute();
  }

  /** Newest first; `state` narrows. */
  async list(agency: string, state?: 'open'): Promise<Incident[]> {
    const all = this.db.selectFrom('incident').selectAll().where('agency', '=', agency).orderBy('openedAtMs', 'desc').limit(LIST_MAX);
    return (await (state === 'open' ? all.where('state', 'in', ['open', 'taken']) : all).execute()).map(incidentOf);
  }

  /** Open ones of all agencies, for escalation and for what is still going on. */
  async unresolved(): Promise<IncidentRow[]> { return this.db.selectFrom('incident').selectAll().where('state', 'in', ['open', 'taken']).execute(); }

  /** Errors: NOT_FOUND, also for another agency's. */
  async get(agency: string, id: string): Promise<IncidentRow> {
    const row = await this.db.selectFrom('incident').selectAll().where('agency', '=', agency).where('id', '=', id).executeTakeFirst();
    if (!row) throw new NarrowsError('NOT_FOUND', 'There is no such incident in this agency.');
    return row;
  }

  async details(row: IncidentRow): Promise<Pick<IncidentAnswer, 'incident' | 'timeline' | 'alerts'>> {
    const [entries, alerts] = await Promise.all([
      this.db.selectFrom('incidentEntry').select('json').where('incident', '=', row.id).where('agency', '=', row.agency).orderBy('atMs').limit(ENTRIES_MAX).execute(),
      this.db.selectFrom('incidentAlert').selectAll().where('incident', '=', row.id).where('agency', '=', row.agency).orderBy('firedAtMs').limit(ENTRIES_MAX).execute(),
    ]);
    return {
      incident: incidentOf(row), timeline: entries.map(({ json }) => JSON.parse(json) as TimelineEntry),
      alerts: alerts.map(({ ruleId, firedAtMs, overAtMs, json }) => ({ ruleId, firedAtMs, overAtMs, ...JSON.parse(json) as StoredAlert })),
    };
  }
}
