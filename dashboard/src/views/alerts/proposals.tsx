// Rules made for the stages of the agency's pipelines, before anybody has taken them: what each watches, taken one by one or all
// at once. What is taken is no longer proposed.
import { ROUTES, type AlertRuleDraft } from '@narrows/contract';
import { useAlertProposals } from '../../api/alerts.js';
import { useSend } from '../../api/send.js';
import { useLocale } from '../../i18n/locale.js';
import { FormFailure, useForm } from '../parts/form.js';
import { RuleSummary } from './rule-summary.js';
import { SectionState } from './section-state.js';

export function Proposals({ may, onClose }: { may: boolean; onClose: () => void }) {
  const { words: { alerts } } = useLocale();
  return (
    <section className="flex flex-col gap-2 rounded-md border border-line bg-surface p-4" data-proposals aria-labelledby="proposals-title">
      <div className="flex items-center justify-between gap-3"><h2 id="proposals-title" className="text-base font-semibold">{alerts.rules.proposalsTitle}</h2><button type="button" className="control" onClick={onClose}>{alerts.rules.close}</button></div>
      <SectionState answer={useAlertProposals()} what={alerts.rules.proposalsTitle}>
        {({ rules }) => (rules.length === 0 ? <p role="status" className="text-soft">{alerts.rules.noProposals}</p> : (
          <>
            <p className="text-soft">{alerts.rules.proposalsBody}</p>
            <ul className="divide-y divide-line">{rules.map((rule) => <li key={rule.name} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2"><RuleSummary rule={rule} />{may && <Take rules={[rule]} label={alerts.add} />}</li>)}</ul>
            {may ? rules.length > 1 && <Take rules={rules} label={alerts.rules.addAll(rules.length)} /> : <p className="text-soft">{alerts.mayNot}</p>}
          </>
        ))}
      </SectionState>
    </section>
  );
}

function Take({ rules, label }: { rules: readonly AlertRuleDraft[]; label: string }) {
  const send = useSend('alert-rules', 'alert-proposals');
  const form = useForm({}, async () => { for (const rule of rules) await send('POST', ROUTES.alertRules, rule); });
  return <form onSubmit={form.onSubmit} className="flex flex-wrap items-center gap-2"><button type="submit" className="control" disabled={form.busy}>{label}</button><FormFailure failure={form.failure} /></form>;
}
