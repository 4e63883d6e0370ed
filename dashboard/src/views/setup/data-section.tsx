// How long the agency's data is kept, what is masked in it, what it may send, and what was masked or changed so far.
import { ROUTES, type SettingsAnswer } from '@narrows/contract';
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

function DataForm({ settings: { retentionDays, redact, collector } }: { settings: SettingsAnswer }) {
  const { words: { setup: { settings } } } = useLocale();
  const send = useSend('settings');
  const [saved, setSaved] = useState(false);
  const form = useForm({ retentionDays: retentionDays === null ? '' : String(retentionDays), redact: redact ?? '' }, async (values) => {
    await send('PATCH', ROUTES.settings, { retentionDays: values.retentionDays.trim() === '' ? null : Number(values.retentionDays), redact: values.redact.trim() === '' ? null : values.redact.trim() });
    setSaved(true);
  });
  return (
    <form className="flex max-w-md flex-col gap-3" onSubmit={form.onSubmit} noValidate>
      <TextField form={form} name="retentionDays" label={settings.retention} hint={settings.retentionHint(collector.retentionDays)} placeholder={String(collector.retentionDays)} />
      <TextField form={form} name="redact" label={settings.redact} hint={settings.redactHint} placeholder={collector.redact} mono />
      <FormFailure failure={form.failure} known={['retentionDays', 'redact']} />
      <button type="submit" className="control self-start" disabled={form.busy}>{settings.save}</button>
      {saved && <p role="status" className="text-soft">{settings.saved}</p>}
    </form>
  );
}
