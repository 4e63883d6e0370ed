// What becomes of alerts that fire and end: incidents, and notices of them to whom it concerns. A quiet time swallows the
// notice, never the incident. What was told has an id made of what it says, so that saying it twice is impossible.
import type { AlertRule, Bilingual, PipelineDefinition, Severity, Subject, UnixMs, Verdict } from '@narrows/contract';
import type { MetaDb } from '../access/meta-db.js';
import { listChannels, listQuietTimes, readOnCall } from './alert-documents.js';
import { documentOf, IncidentBook, worse, type IncidentRow } from './incident-book.js';
import { incidentKey, incidentTitle, type AlertFact } from './incident-group.js';
import type { Notice, NoticeEvent } from './notice.js';
import { escalationsDue, isMeant, isQuietAt, onCallAt } from './on-call.js';
import { queueDelivery } from './outbox.js';

export interface AgencyFacts { id: string; name: string; timeZone: string; pipelines: readonly PipelineDefinition[] }
export interface DeskOptions { db: MetaDb; publicUrl: () => string }
/** An alert that fires or is over. `cause`: the surest verdict on its pipeline now. */
export interface AlertNews { rule: AlertRule; fact: AlertFact; atMs: UnixMs; value: number | null; bound: number | null; text: Bilingual; link: string; cause: Verdict | null }

const SYSTEM = 'Narrows';

export class IncidentDesk {
  readonly book: IncidentBook;
  constructor(readonly options: DeskOptions) { this.book = new IncidentBook(options.db); }

  /** Returns the incident's id. */
  async fired(agency: AgencyFacts, news: AlertNews): Promise<string> {
    const { rule, fact, atMs, text, link, cause } = news;
    const group = incidentKey(fact, agency.pipelines);
    const known = await this.book.findGroup(agency.id, group, atMs);
    const isOver = known !== null && known.resolvedAtMs !== null;
    const before = known ?? await this.book.open(agency.id, group, rule.severity, { title: incidentTitle([fact], cause, agency.pipelines), subject: fact.subject, cause, quiet: null, firing: 0, alerts: 0 }, atMs);
    await this.book.addAlert(before, { ruleId: rule.id, ruleName: rule.name, key: fact.key, severity: rule.severity, atMs, value: news.value, bound: news.bound, text, link });
    await this.book.note(before, 'alert', SYSTEM, text, atMs, link);
    const severity = worse(before.severity as Severity, rule.severity);
    const quiet = await this.#quiet(agency.id, { ruleId: rule.id, subject: fact.subject }, atMs);
    const counts = await this.book.countAlerts(before);
    const document = documentOf(before);
    const surest = surer(document.cause, cause);
    const title = surest ? surest.sentence : counts.alerts > 1 ? more(document.title, counts.alerts) : document.title;
    const row = await this.book.update(before, { severity, ...(isOver ? { state: before.owner === null ? 'open' : 'taken', resolvedAtMs: null, rounds: before.rounds + 1 } : {}) }, { ...counts, quiet, cause: surest, title });
    if (surest && document.cause === null) await this.book.note(row, 'verdict', SYSTEM, surest.sentence, atMs, surest.evidence[0]?.link ?? '');
    if (quiet !== null) await this.book.note(row, 'not_told', SYSTEM, { ko: `조용한 시간(${quiet})이라 알리지 않았습니다`, en: `Nobody was told: quiet time (${quiet})` }, atMs);
    else if (known === null || isOver) await this.#tell(agency, row, 'opened', atMs, rule.notify);
    else if (severity !== before.severity) await this.#tell(agency, row, 'worse', atMs, rule.notify);
    else await this.#tellOthers(agency, row, atMs, rule.notify);
    return row.id;
  }

  async over(agency: AgencyFacts, incidentId: string, { rule, fact, atMs, text }: Pick<AlertNews, 'rule' | 'fact' | 'atMs' | 'text'>): Promise<void> {
    const before = await this.book.get(agency.id, incidentId);
    await this.book.endAlert(before, rule.id, fact.key, atMs);
    await this.book.note(before, 'alert_over', SYSTEM, text, atMs);
    const counts = await this.book.countAlerts(before);
    if (counts.firing > 0 || before.resolvedAtMs !== null) { await this.book.update(before, {}, counts); return; }
    const row = await this.book.update(before, { state: 'resolved', resolvedAtMs: atMs }, counts);
    await this.book.note(row, 'state', SYSTEM, { ko: '모든 경보가 해제되어 해소로 바꾸었습니다', en: 'All alerts are over: resolved' }, atMs);
    await this.#tell(agency, row, 'resolved', atMs, []);
  }

  /** The verdict that explains it is surer now than it was. */
  async explain(row: IncidentRow, cause: Verdict, atMs: UnixMs): Promise<void> {
    const document = documentOf(row);
    if (surer(document.cause, cause) === document.cause) return;
    const isNew = document.cause === null || document.cause.kind !== cause.kind;
    await this.book.update(row, {}, { cause, title: cause.sentence });
    if (isNew) await this.book.note(row, 'verdict', SYSTEM, cause.sentence, atMs, cause.evidence[0]?.link ?? '');
  }

  /** Nobody has taken it for so long. */
  async escalate(agency: AgencyFacts, row: IncidentRow, nowMs: UnixMs): Promise<void> {
    if (row.state !== 'open' || documentOf(row).quiet !== null) return;
    const onCall = await readOnCall(this.options.db, agency.id, agency.timeZone);
    for (const { step, channels } of escalationsDue(onCall, row.openedAtMs, nowMs)) await this.#queue(agency, row, 'escalated', channels, nowMs, `e${step}`);
  }

  /** By the rule's own channels, or by whoever is on call; of a resolution those hear who heard of the incident. */
  async #tell(agency: AgencyFacts, row: IncidentRow, event: NoticeEvent, atMs: UnixMs, notify: readonly string[]): Promise<void> {
    const channels = event === 'resolved' ? await this.#toldChannels(row) : notify.length > 0 ? notify : await this.#onCall(agency, atMs);
    await this.#queue(agency, row, event, channels, atMs, event === 'worse' ? row.severity : String(row.rounds));
  }

  /** A second rule with channels of its own: those who have not heard yet. */
  async #tellOthers(agency: AgencyFacts, row: IncidentRow, atMs: UnixMs, notify: readonly string[]): Promise<void> {
    const told = new Set(await this.#toldChannels(row));
    const others = notify.filter((channel) => !told.has(channel));
    if (others.length > 0) await this.#queue(agency, row, 'opened', others, atMs, String(row.rounds));
  }

  async #onCall(agency: AgencyFacts, atMs: UnixMs): Promise<string[]> {
    const { channels } = onCallAt(await readOnCall(this.options.db, agency.id, agency.timeZone), atMs);
    if (channels.length > 0) return channels;
    // Nobody has said who is on call: whoever has a channel is.
    return (await listChannels(this.options.db, agency.id)).filter(({ enabled }) => enabled).map(({ id }) => id);
  }

  async #toldChannels(row: IncidentRow): Promise<string[]> {
    const rows = await this.options.db.selectFrom('delivery').select('channel').distinct().where('agency', '=', row.agency).where('incident', '=', row.id).execute();
    return rows.map(({ channel }) => channel);
  }

  async #queue(agency: AgencyFacts, row: IncidentRow, event: NoticeEvent, channels: readonly string[], atMs: UnixMs, round: string): Promise<void> {
    const known = new Map((await listChannels(this.options.db, agency.id)).map(({ id, name, enabled }) => [id, { name, enabled }]));
    const reached: string[] = [];
    for (const channel of new Set(channels)) {
      if (!known.get(channel)?.enabled) continue;
      const isNew = await queueDelivery(this.options.db, { id: `${row.id}.${event}.${round}.${channel}`, agency: agency.id, channel, incident: row.id, notice: this.#notice(agency, row, event, atMs) }, atMs);
      if (isNew) reached.push(known.get(channel)!.name);
    }
    if (reached.length > 0) await this.book.note(row, 'told', SYSTEM, { ko: `알림: ${reached.join(', ')}`, en: `Told: ${reached.join(', ')}` }, atMs);
    else if (event === 'opened') await this.book.note(row, 'not_told', SYSTEM, { ko: '알릴 채널이 없어 아무에게도 알리지 않았습니다', en: 'There is no channel: nobody was told' }, atMs);
  }

  #notice(agency: AgencyFacts, row: IncidentRow, event: NoticeEvent, atMs: UnixMs): Notice {
    const { title, alerts } = documentOf(row);
    const minutes = Math.max(1, Math.round((atMs - row.openedAtMs) / 60_000));
    const body = event === 'resolved' ? { ko: `${minutes}분 만에 해소되었습니다. 경보 ${alerts}건.`, en: `Resolved after ${minutes} min. Alerts: ${alerts}.` }
      : { ko: `심각도 ${SEVERITY_KO[row.severity] ?? row.severity} · 경보 ${alerts}건`, en: `Severity ${row.severity} · alerts: ${alerts}` };
    return {
      event, agency: { id: agency.id, name: agency.name }, severity: row.severity as Severity, title, body, atMs,
      incident: { id: row.id, number: row.number, link: `${this.options.publicUrl()}/incidents/${row.id}` },
    };
  }

  async #quiet(agency: string, alert: { ruleId: string; subject: Subject }, atMs: UnixMs): Promise<string | null> {
    return (await listQuietTimes(this.options.db, agency)).find((one) => isQuietAt(one, atMs) && isMeant(one, alert))?.name ?? null;
  }
}

export const SEVERITY_KO: Readonly<Record<string, string>> = { critical: '심각', warning: '주의', info: '참고' };
const surer = (a: Verdict | null, b: Verdict | null): Verdict | null => (b !== null && (a === null || b.confidence > a.confidence) ? b : a);
const more = (title: Bilingual, alerts: number): Bilingual => {
  const bare = { ko: title.ko.replace(/ 외 \d+(건|곳)$/, ''), en: title.en.replace(/ and \d+ more$/, '') };
  return { ko: `${bare.ko} 외 ${alerts - 1}건`, en: `${bare.en} and ${alerts - 1} more` };
};
