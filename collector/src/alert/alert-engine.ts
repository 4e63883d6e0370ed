// The turn that everything about alerts hangs on, every five seconds: series are fed and rules read, senders are listened for,
// pipelines are judged; what fires or ends becomes incidents and notices, and states are written down. One of several
// collectors does it. A turn that fails is logged and counted, and the next one goes on where it was.
import { randomBytes } from 'node:crypto';
import type { AlertRule, AlertStanding, Bilingual, PipelineDefinition, Subject, UnixMs, Verdict } from '@narrows/contract';
import { listAgencies } from '../access/agencies.js';
import type { MetaDb } from '../access/meta-db.js';
import { placeKeyOf } from '../judge/episodes.js';
import { groupBy } from '../judge/group-by.js';
import type { StoreReader } from '../query/question.js';
import { listRules, readSetting, saveRule, writeSetting } from './alert-documents.js';
import { firesText, liveLink, overText, silentText } from './alert-text.js';
import type { Reading } from './condition.js';
import type { IncidentRow } from './incident-book.js';
import { IncidentDesk, type AgencyFacts } from './incident-desk.js';
import { pipelineOf, pipelineOfKey, type AlertFact } from './incident-group.js';
import { holdLease, releaseLease } from './lease.js';
import { placeKeyText, subjectOf } from './place-name.js';
import { readRule, type RulePlace } from './rule-reading.js';
import { RuleSeries } from './rule-series.js';
import { SenderWatch } from './sender-watch.js';
import { senderKey, silenceOf, type Sender } from './silence.js';
import { idOf, Standings, type Moved } from './standings.js';
import { starterRules } from './starter-rules.js';
import { VerdictWatch } from './verdict-watch.js';

export const TURN_EVERY_MS = 5_000;
/** Agents send up to 1.2 s late, the spool and the loader take their time; as for the live tick. */
const SERIES_DELAY_MS = 2_500;
const JUDGE_EVERY_MS = 10_000;
/** Of a turn; agencies beyond it have theirs in the next, so that two hundred of them neither hold up a turn nor fill the store's time. */
const JUDGE_MS_MAX = 1_000;
const WELL: Reading = { value: null, bound: null, bad: false, well: true };

export interface AlertEngineOptions {
  db: MetaDb; store: StoreReader;
  pipelines: (agency: string) => readonly PipelineDefinition[];
  /** Everything received before this moment is stored. */
  storedThroughMs: () => UnixMs;
  /** When the agency last sent something; where that is not known, always later than what was looked at. */
  receivedAtMs: (agency: string) => UnixMs;
  now: () => UnixMs;
  publicUrl: () => string;
  count: (name: string, help: string, labels?: Record<string, string>) => void;
  onFault: (error: unknown) => void;
}
type OwnedRule = AlertRule & { agency: string };
/** Rules as they are written, and by agency those that ask for verdicts: thousands of rules are not gone through for each agency. */
interface RuleBook { version: string; rules: OwnedRule[]; verdictRules: ReadonlyMap<string, OwnedRule[]>; ids: ReadonlySet<string> }

const ruleBookOf = (version: string, rules: OwnedRule[]): RuleBook => ({
  version, rules, ids: new Set(rules.map(({ agency, id }) => idOf(agency, id))),
  verdictRules: groupBy(rules.filter(({ condition }) => condition.kind === 'verdict'), ({ agency }) => agency),
});

export class AlertEngine {
  readonly desk: IncidentDesk;
  readonly verdicts: VerdictWatch;
  readonly #options: AlertEngineOptions;
  readonly #series: RuleSeries;
  readonly #standings: Standings;
  readonly #senders: SenderWatch;
  readonly #holder = randomBytes(8).toString('hex');
  #timer: NodeJS.Timeout | undefined;
  #turning: Promise<void> = Promise.resolve();
  #restored = false;
  #leading = false;
  #rules: RuleBook = ruleBookOf('', []);
  #judgedAtMs = 0;
  #toJudge: string[] = [];
  #evaluatedAtMs: UnixMs | null = null;

  constructor(options: AlertEngineOptions) {
    this.#options = options;
    this.desk = new IncidentDesk(options);
    this.verdicts = new VerdictWatch(options);
    this.#series = new RuleSeries(options.store);
    this.#standings = new Standings(options.db);
    this.#senders = new SenderWatch(options.db, options.store, options.now());
  }

  get isLeader(): boolean { return this.#leading; }
  get evaluatedAtMs(): UnixMs | null { return this.#evaluatedAtMs; }
  standingsOf(agency: string): AlertStanding[] { return this.#standings.list(agency); }
  /** Silent on purpose: it is not missed until it is heard again. */
  forgetSender(agency: string, key: string): void { this.#senders.book.forget(agency, key); }

  start(): void {
    let busy = false;
    this.#timer = setInterval(() => {
      if (busy) return; // A turn that takes longer is waited for, not doubled.
      busy = true;
      this.#turning = this.turn().catch((error: unknown) => {
        this.#options.count('narrows_alert_turns_failed_total', 'Turns of the alert engine that ended in an error.');
        this.#options.onFault(error);
      }).finally(() => { busy = false; });
    }, TURN_EVERY_MS).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#turning;
    if (!this.#leading) return;
    await this.#senders.write(this.#options.now());
    await releaseLease(this.#options.db, 'alerts', this.#holder);
  }

  async turn(): Promise<void> {
    const { db, now, storedThroughMs } = this.#options;
    const nowMs = now();
    this.#leading = await holdLease(db, 'alerts', this.#holder, nowMs);
    if (!this.#leading) { this.#restored = false; return; }
    if (!this.#restored) {
      await Promise.all([this.#standings.restore(), this.#senders.restore()]);
      this.#restored = true;
    }
    const agencies = await this.#agencies();
    const { rules, ids, verdictRules } = await this.#currentRules(agencies);
    const asOfMs = Math.min(nowMs, storedThroughMs());
    await this.#endOrphans(agencies, ids, nowMs);
    await this.#readSenders(agencies, rules, asOfMs, nowMs);
    for await (const atMs of this.#series.advance(rules, agencies, asOfMs - SERIES_DELAY_MS)) await this.#readSeries(agencies, rules, atMs);
    if (this.#toJudge.length === 0 && (nowMs - this.#judgedAtMs >= JUDGE_EVERY_MS || nowMs < this.#judgedAtMs)) {
      this.#judgedAtMs = nowMs;
      this.#toJudge = [...agencies.keys()];
    }
    await this.#readVerdicts(agencies, verdictRules, asOfMs);
    for (const row of await this.desk.book.unresolved()) {
      const agency = agencies.get(row.agency);
      if (agency) await this.desk.escalate(agency, row, nowMs);
    }
    await this.#standings.flush();
    this.#evaluatedAtMs = nowMs;
  }

  async #agencies(): Promise<Map<string, AgencyFacts>> {
    return new Map((await listAgencies(this.#options.db)).map(({ id, name, timeZone }) => [id, { id, name, timeZone, pipelines: this.#options.pipelines(id) }]));
  }

  /** Rules that are on. Read anew only when one has changed; an agency that never had any gets the first ones. */
  async #currentRules(agencies: ReadonlyMap<string, AgencyFacts>): Promise<RuleBook> {
    const { db, now } = this.#options;
    for (const id of agencies.keys()) if (!this.#started.has(id)) await this.#startAgency(id, now());
    const { count, newest } = await db.selectFrom('alertRule').select((e) => [e.fn.countAll<number | string>().as('count'), e.fn.max('updatedAtMs').as('newest')]).executeTakeFirstOrThrow();
    const version = `${count} ${newest}`;
    if (version !== this.#rules.version) this.#rules = ruleBookOf(version, (await listRules(db)).filter(({ enabled }) => enabled));
    return this.#rules;
  }

  readonly #started = new Set<string>();
  async #startAgency(agency: string, nowMs: UnixMs): Promise<void> {
    const { db } = this.#options;
    if (await readSetting(db, agency, 'starter') === null) {
      for (const [i, rule] of starterRules().entries()) await saveRule(db, agency, null, rule, { user: 'Narrows', nowMs: nowMs + i });
      await writeSetting(db, agency, 'starter', { atMs: nowMs });
    }
    this.#started.add(agency);
  }

  async #readSeries(agencies: ReadonlyMap<string, AgencyFacts>, rules: readonly OwnedRule[], atMs: UnixMs): Promise<void> {
    for (const rule of rules) {
      const agency = agencies.get(rule.agency);
      if (!agency || rule.condition.kind === 'verdict' || rule.condition.kind === 'absence') continue;
      for (const { key, place, reading } of readRule(rule, { agency: agency.id, timeZone: agency.timeZone, pipelines: agency.pipelines }, this.#series.books, atMs)) {
        const moved = this.#standings.tell(agency.id, rule, key, reading, atMs);
        if (moved) await this.#said(agency, rule, moved, seriesFact(rule, key, place), reading, (subject) => firesText({ rule, subject, value: reading.value, bound: reading.bound, pipelines: agency.pipelines }), atMs);
      }
    }
  }

  async #readSenders(agencies: ReadonlyMap<string, AgencyFacts>, rules: readonly OwnedRule[], asOfMs: UnixMs, nowMs: UnixMs): Promise<void> {
    const watching = rules.filter(({ condition }) => condition.kind === 'absence');
    if (watching.length === 0) return;
    await this.#senders.look(asOfMs, nowMs, agencies, Math.max(...[...agencies.keys()].map((id) => this.#options.receivedAtMs(id))));
    const books = new Map<string, Sender[]>();
    for (const rule of watching) {
      const agency = agencies.get(rule.agency);
      if (!agency || rule.condition.kind !== 'absence') continue;
      const { of, name, silentSeconds } = rule.condition;
      const all = books.get(agency.id) ?? this.#senders.book.of(agency.id);
      books.set(agency.id, all);
      const senders = all.filter((one) => one.kind === of && (name === undefined || one.service === name || one.instance === name) && (rule.place.service === undefined || one.service === rule.place.service));
      const silence = silenceOf(of === 'agent' ? all : senders, { silentMs: silentSeconds * 1_000, asOfMs, listeningSinceMs: this.#senders.listeningSinceMs });
      const told = new Map(silence.filter(({ sender }) => senders.includes(sender)).map(({ sender, silentForMs }) => [senderKey(sender), { sender, silentForMs }]));
      for (const key of new Set([...told.keys(), ...this.#standings.keysOf(agency.id, rule.id)])) {
        const one = told.get(key);
        const reading: Reading = one?.silentForMs ? { value: one.silentForMs / 1_000, bound: silentSeconds, bad: true, well: false } : WELL;
        const moved = this.#standings.tell(agency.id, rule, key, reading, asOfMs);
        if (moved) await this.#said(agency, rule, moved, silenceFact(rule, key, one?.sender), reading, () => silentText(of, key, one?.silentForMs ?? 0), nowMs);
      }
    }
  }

  async #readVerdicts(agencies: ReadonlyMap<string, AgencyFacts>, rules: ReadonlyMap<string, OwnedRule[]>, asOfMs: UnixMs): Promise<void> {
    const toMs = Math.floor((asOfMs - SERIES_DELAY_MS) / 1_000) * 1_000;
    const untilMs = this.#options.now() + JUDGE_MS_MAX;
    const unresolved = this.#toJudge.length === 0 ? [] : await this.desk.book.unresolved();
    while (this.#toJudge.length > 0 && this.#options.now() < untilMs) {
      const agency = agencies.get(this.#toJudge.shift()!);
      if (!agency) continue; // Deleted meanwhile.
      const watching = rules.get(agency.id) ?? [];
      const incidents = unresolved.filter((row) => row.agency === agency.id && pipelineOfKey(row.groupKey) !== null);
      const pipelines = agency.pipelines.length > 0 ? agency.pipelines : [null];
      for (const pipeline of pipelines) {
        // An incident wants its cause, whatever rule has opened it.
        if (watching.length === 0 && !incidents.some(({ groupKey }) => pipelineOfKey(groupKey) === pipeline?.id)) continue;
        const { open } = await this.verdicts.look(agency, pipeline, toMs);
        for (const rule of watching) {
          if (rule.condition.kind !== 'verdict' || (rule.place.pipeline !== undefined && rule.place.pipeline !== pipeline?.id)) continue;
          const { kinds, confidence } = rule.condition;
          const said = new Map(open.filter((one) => one.verdict.confidence >= confidence && one.causedBy === null && (kinds === undefined || kinds.includes(one.kind)) && isAt(one.subject, rule)).map((one) => [verdictKey(pipeline, one.verdict), one.verdict]));
          for (const key of new Set([...said.keys(), ...this.#standings.keysOf(agency.id, rule.id).filter((one) => one.startsWith(`${pipeline?.id ?? ''} `))])) {
            const verdict = said.get(key);
            const reading: Reading = verdict ? { value: verdict.confidence, bound: confidence, bad: true, well: false } : WELL;
            const moved = this.#standings.tell(agency.id, rule, key, reading, toMs);
            if (moved) await this.#said(agency, rule, moved, verdictFact(rule, key, verdict), reading, () => verdict?.sentence ?? { ko: rule.name, en: rule.name }, toMs, verdict);
          }
        }
      }
      await this.#explain(agency, incidents, toMs);
    }
    this.verdicts.sweep();
  }

  /** Incidents that are going on learn what the judge is surest of. */
  async #explain(agency: AgencyFacts, incidents: readonly IncidentRow[], atMs: UnixMs): Promise<void> {
    for (const row of incidents) {
      const cause = this.verdicts.surest(agency.id, pipelineOfKey(row.groupKey));
      if (cause) await this.desk.explain(row, cause, atMs);
    }
  }

  async #said(agency: AgencyFacts, rule: AlertRule, { event, standing }: Moved, fact: AlertFact, reading: Reading, text: (subject: Subject) => Bilingual, atMs: UnixMs, verdict?: Verdict): Promise<void> {
    this.#options.count('narrows_alerts_total', 'Alerts that fired or ended.', { agency: agency.id, event });
    if (event === 'fires') {
      const cause = verdict ?? this.verdicts.surest(agency.id, pipelineOf(fact.subject, agency.pipelines));
      const incident = await this.desk.fired(agency, { rule, fact, atMs, value: reading.value, bound: reading.bound, text: text(fact.subject), link: liveLink(fact.subject, atMs), cause: fact.kind === 'absence' ? null : cause });
      this.#standings.link(standing, incident);
    } else if (standing.incident !== null) {
      const place = fact.kind === 'series' ? placeKeyText(fact.subject, agency.pipelines) : { ko: fact.kind === 'absence' ? fact.key : '', en: fact.kind === 'absence' ? fact.key : '' };
      await this.desk.over(agency, standing.incident, { rule, fact, atMs, text: overText(rule, place, 'well') });
      this.#standings.link(standing, null);
    }
  }

  /** A rule that was deleted or switched off while it fired leaves no incident open for ever. */
  async #endOrphans(agencies: ReadonlyMap<string, AgencyFacts>, there: ReadonlySet<string>, nowMs: UnixMs): Promise<void> {
    for (const { agency, ruleId, key, incident } of this.#standings.orphans((owner, id) => there.has(idOf(owner, id)))) {
      const facts = agencies.get(agency);
      const rule = { id: ruleId, name: ruleId } as AlertRule;
      if (facts && incident !== null) await this.desk.over(facts, incident, { rule, fact: { ruleId, ruleName: '', kind: 'series', key, subject: {} }, atMs: nowMs, text: overText({ ...rule, name: key }, { ko: '', en: '' }, 'gone') });
    }
  }
}

const seriesFact = (rule: AlertRule, key: string, place: RulePlace): AlertFact => ({ ruleId: rule.id, ruleName: rule.name, kind: 'series', key, subject: subjectOf(place) });
const silenceFact = (rule: AlertRule, key: string, sender: Sender | undefined): AlertFact => ({ ruleId: rule.id, ruleName: rule.name, kind: 'absence', key, subject: sender ? { service: sender.service, ...(sender.instance && { instance: sender.instance }) } : {} });
const verdictKey = (pipeline: PipelineDefinition | null, { kind, subject }: Verdict): string => `${pipeline?.id ?? ''} ${kind} ${placeKeyOf(subject)}`;
const verdictFact = (rule: AlertRule, key: string, verdict: Verdict | undefined): AlertFact => ({ ruleId: rule.id, ruleName: rule.name, kind: 'verdict', key, subject: verdict?.subject ?? {} });
/** A verdict without a stage (of a service) is not kept out by a rule about a stage's service. */
const isAt = (subject: Subject, { place: { stage, channel, service } }: AlertRule): boolean => (
  (stage === undefined || subject.stage === stage) && (channel === undefined || subject.channel === channel) && (service === undefined || subject.service === service));
