// The rules and how they stand: what fires first, then the rest by name; below them the editor, the proposals (`panel=proposal`,
// where the onboarding leads) and a text.
import { ROUTES, type AlertRule, type AlertRulesAnswer, type AlertStanding } from '@narrows/contract';
import { useState } from 'react';
import { useAlertRules } from '../../api/alerts.js';
import { filled, useSend } from '../../api/send.js';
import { useNow } from '../../app/freshness.js';
import { useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import { formOf, NEW_RULE, ruleOf, type RuleForm } from '../../model/rule-form.js';
import { Field, FormFailure, useForm } from '../parts/form.js';
import { StatusMark } from '../parts/status-mark.js';
import { Proposals } from './proposals.js';
import { RemoveButton } from './remove-button.js';
import { RuleEditor } from './rule-editor.js';
import { RuleSummary } from './rule-summary.js';
import { SectionState, useMay } from './section-state.js';

interface Editing { id: string | null; form: RuleForm }

export function RulesSection() {
  const { words: { alerts } } = useLocale();
  const answer = useAlertRules();
  const [editing, setEditing] = useState<Editing | null>(null);
  const may = useMay('configure');
  const { state: { panel }, set } = useUrlState();
  return (
    <SectionState answer={answer} what={alerts.sections.rules}>
      {(data) => (
        <div className="flex flex-col gap-5">
          <RuleList data={data} may={may} onEdit={(rule) => { setEditing({ id: rule.id, form: formOf(rule) }); }} />
          {!may && <p className="text-soft">{alerts.mayNot}</p>}
          {may && editing && <RuleEditor key={editing.id ?? 'new'} id={editing.id} initial={editing.form} onDone={() => { setEditing(null); }} />}
          {panel === 'proposal' && !editing && <Proposals may={may} onClose={() => { set({ panel: undefined }); }} />}
          {may && !editing && <div className="flex flex-wrap gap-2">
            <button type="button" className="control" onClick={() => { setEditing({ id: null, form: NEW_RULE }); }}>{alerts.rules.add}</button>
            {panel !== 'proposal' && <button type="button" className="control" onClick={() => { set({ panel: 'proposal' }); }}>{alerts.rules.proposals}</button>}
          </div>}
          {may && !editing && <RuleText />}
        </div>
      )}
    </SectionState>
  );
}

const RANK = { firing: 0, pending: 1, ok: 2 } as const;
const LIGHT = { firing: 'stuck', pending: 'busy', ok: 'fine' } as const;

function RuleList({ data, may, onEdit }: { data: AlertRulesAnswer; may: boolean; onEdit: (rule: AlertRule) => void }) {
  const { words: { alerts }, format } = useLocale();
  const nowMs = useNow(1_000);
  const standing = (rule: AlertRule) => data.standings.filter(({ ruleId }) => ruleId === rule.id);
  const phase = (rule: AlertRule) => standing(rule).reduce<AlertStanding['phase']>((worst, one) => (RANK[one.phase] < RANK[worst] ? one.phase : worst), 'ok');
  if (data.rules.length === 0) return <div><p className="text-lg">{alerts.rules.none}</p><p className="text-soft">{alerts.rules.noneDo}</p></div>;
  const sorted = data.rules.toSorted((a, b) => RANK[phase(a)] - RANK[phase(b)] || a.name.localeCompare(b.name));
  return (
    <div>
      <p className="mb-2 text-xs text-soft">{data.evaluatedAtMs === null ? alerts.rules.notEvaluated : alerts.rules.evaluated(format.age(Math.max(0, nowMs - data.evaluatedAtMs)))}</p>
      <ul className="divide-y divide-line border-y border-line">{sorted.map((rule) => <RuleRow key={rule.id} rule={rule} standings={standing(rule)} phase={phase(rule)} may={may} onEdit={() => { onEdit(rule); }} />)}</ul>
    </div>
  );
}

function RuleRow({ rule, standings, phase, may, onEdit }: { rule: AlertRule; standings: AlertStanding[]; phase: AlertStanding['phase']; may: boolean; onEdit: () => void }) {
  const { words: { alerts }, format } = useLocale();
  const send = useSend('alert-rules');
  const remove = useForm({}, () => send('DELETE', filled(ROUTES.alertRule, { id: rule.id })));
  const toggle = useForm({}, () => send('PUT', filled(ROUTES.alertRule, { id: rule.id }), { ...ruleOf(formOf({ ...rule, enabled: !rule.enabled })) }));
  const since = standings.find((one) => one.phase === phase)?.sinceMs;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2" data-rule={rule.name} data-phase={rule.enabled ? phase : 'off'}>
      <StatusMark light={rule.enabled ? LIGHT[phase] : 'none'} label={rule.enabled ? alerts.phase[phase] : alerts.rules.off} />
      <RuleSummary rule={rule} />
      <p className="text-soft">{rule.enabled ? alerts.phase[phase] : alerts.rules.off}{rule.enabled && phase !== 'ok' && since !== undefined ? ` · ${alerts.rules.since(format.time(since))} · ${alerts.rules.places(standings.filter((one) => one.phase === phase).length)}` : ''}</p>
      {may && <div className="flex flex-wrap gap-1">
        <button type="button" className="control" onClick={onEdit}>{alerts.edit}</button>
        <form onSubmit={toggle.onSubmit}><button type="submit" className="control" disabled={toggle.busy}>{rule.enabled ? alerts.rules.turnOff : alerts.rules.turnOn}</button></form>
        <RemoveButton form={remove} />
      </div>}
      <div className="basis-full empty:hidden"><FormFailure failure={remove.failure ?? toggle.failure} /></div>
    </li>
  );
}

function RuleText() {
  const { words: { alerts }, language } = useLocale();
  const send = useSend('alert-rules');
  const [text, setText] = useState('');
  const form = useForm({}, async () => { await send('POST', ROUTES.alertRuleText, { text }); setText(''); });
  const faults = form.failure?.fields ?? [];
  return (
    <details className="rounded-md border border-line px-3 py-2">
      <summary>{alerts.rules.text}</summary>
      <form onSubmit={form.onSubmit} className="mt-2 flex flex-col gap-2">
        <Field label={alerts.rules.text} hint={alerts.rules.textHint}>{(props) => <textarea {...props} rows={8} className="field h-auto py-2 font-mono text-xs" value={text} onChange={(event) => { setText(event.target.value); }} />}</Field>
        {faults.length > 0 ? <ul role="alert" className="text-stuck">{faults.map((one) => <li key={one.field}><code className="font-mono text-xs">{one.field}</code> {one[language]}</li>)}</ul> : <FormFailure failure={form.failure} />}
        <div><button type="submit" className="control" disabled={form.busy || text.trim() === ''}>{alerts.add}</button></div>
      </form>
    </details>
  );
}
