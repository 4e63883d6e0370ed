// How long the agency's data is kept, what is masked in it, what it may send, and what was masked or changed so far.
import { PERSONAL_DATA_KINDS, ROUTES, type SettingsAnswer } from '@narrows/contract';
import { useState } from 'react';
import { useIntake, useSession } from '../../api/answers.js';
import { useSettings } from '../../api/setup.js';
import { useSend } from '../../api/send.js';
import { useLocale } from '../../i18n/locale.js';
import { Failure } from '../parts/failure.js';
import { FormFailure, TextField, useForm } from '../parts/form.js';
import { PersonRequests } from './person-requests.js';

export function DataSection() {
  const { words: { common, setup: { settings: words }, intake: intakeWords }, format } = useLocale();
  const may = useSession().data?.permissions.includes('personal-data') ?? false;
  const settings = useSettings();
  const intake = useIntake();
  if (!settings.data) return settings.error ? <Failure error={settings.error} onRetry={() => { void settings.refetch(); }} /> : <p role="status" className="text-soft">{common.loading(words.sections.data)}</p>;
  const changed = intake.data?.changed ?? [];
  return (
    <>
      <DataForm key={JSON.stringify(settings.data)} settings={settings.data} />
      <section aria-label={words.limits}><h2 className="font-semibold">{words.limits}</h2>{settings.data.limits === null ? <p className="text-soft">{words.limitsNone}</p> : <pre className="font-mono text-xs">{JSON.stringify(settings.data.limits, null, 2)}</pre>}</section>
      <section aria-label={words.reports}>
        <h2 className="font-semibold">{words.reports}</h2>
        {changed.length === 0 ? <p className="text-soft">{words.reportsNone}</p> : <dl className="grid grid-cols-[auto_1fr] gap-x-6">{changed.map(({ change, values }) => [<dt key={change}>{intakeWords.notices.change[change as keyof typeof intakeWords.notices.change] ?? change}</dt>, <dd key={`${change} values`}>{format.exactCount(values)}</dd>])}</dl>}
      </section>
      {may && <PersonRequests />}
    </>
  );
}

/** Resident numbers are masked whatever is chosen. */
const OPTIONAL_KINDS = PERSONAL_DATA_KINDS.filter((kind) => kind !== 'resident');
const kindsOf = (setting: string): string[] => (setting === 'all' ? [...OPTIONAL_KINDS] : setting.split(',').map((kind) => kind.trim()));

function DataForm({ settings: { retentionDays, redact, collector } }: { settings: SettingsAnswer }) {
  const { words: { setup: { settings } } } = useLocale();
  const send = useSend('settings');
  const [saved, setSaved] = useState(false);
  const form = useForm({ retentionDays: retentionDays === null ? '' : String(retentionDays), own: redact !== null, kinds: kindsOf(redact ?? collector.redact) }, async (values) => {
    await send('PATCH', ROUTES.settings, { retentionDays: values.retentionDays.trim() === '' ? null : Number(values.retentionDays), redact: values.own ? ['resident', ...values.kinds.filter((kind) => kind !== 'resident')].join(',') : null });
    setSaved(true);
  });
  const { own, kinds } = form.values;
  return (
    <form className="flex max-w-md flex-col gap-3" onSubmit={form.onSubmit} noValidate>
      <TextField form={form} name="retentionDays" label={settings.retention} hint={settings.retentionHint(collector.retentionDays)} placeholder={String(collector.retentionDays)} />
      <fieldset className="flex flex-col gap-2" data-redact><legend className="mb-1 text-xs text-soft">{settings.redact}</legend>
        <label className="flex items-center gap-2"><input type="radio" name="redact" checked={!own} onChange={() => { form.set({ own: false, kinds: kindsOf(collector.redact) }); }} />{settings.redactAsCollector}</label>
        <label className="flex items-center gap-2"><input type="radio" name="redact" checked={own} onChange={() => { form.set({ own: true }); }} />{settings.redactOwn}</label>
        <div className="flex flex-wrap gap-x-4 gap-y-1 pl-5">
          <label className="flex items-center gap-1 text-soft"><input type="checkbox" checked disabled />{settings.kinds.resident}</label>
          {OPTIONAL_KINDS.map((kind) => <label key={kind} className={`flex items-center gap-1 ${own ? '' : 'text-soft'}`}><input type="checkbox" disabled={!own} checked={kinds.includes(kind)} onChange={(event) => { form.set({ kinds: event.target.checked ? [...kinds, kind] : kinds.filter((one) => one !== kind) }); }} />{settings.kinds[kind]}</label>)}
        </div>
        <p className={`text-xs ${form.faultOf('redact') === undefined ? 'text-soft' : 'text-stuck'}`}>{form.faultOf('redact') ?? settings.redactHint}</p>
      </fieldset>
      <FormFailure failure={form.failure} known={['retentionDays', 'redact']} />
      <button type="submit" className="control self-start" disabled={form.busy}>{settings.save}</button>
      {saved && <p role="status" className="text-soft">{settings.saved}</p>}
    </form>
  );
}
