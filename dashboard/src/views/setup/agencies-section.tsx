// All agencies of the platform: create, enter, delete. Deleting asks for the id and a reason, and shows the certificate.
import { ROUTES, type DeletionCertificate } from '@narrows/contract';
import { useState } from 'react';
import { useSession } from '../../api/answers.js';
import { useAgencies } from '../../api/setup.js';
import { filled, useSend } from '../../api/send.js';
import { useLocale } from '../../i18n/locale.js';
import { Failure } from '../parts/failure.js';
import { FormFailure, TextField, useForm } from '../parts/form.js';

export function AgenciesSection() {
  const { words: { common, setup: { settings } } } = useLocale();
  const agencies = useAgencies(true);
  const current = useSession().data?.agency;
  const [certificate, setCertificate] = useState<DeletionCertificate | null>(null);
  if (!agencies.data) return agencies.error ? <Failure error={agencies.error} onRetry={() => { void agencies.refetch(); }} /> : <p role="status" className="text-soft">{common.loading(settings.sections.agencies)}</p>;
  return (
    <>
      <NewAgencyForm />
      {certificate && <p role="status" className="rounded-md border border-line p-3" data-certificate>{settings.deleted(certificate.agency)} <span className="font-mono text-xs break-all text-soft">{settings.certificate}: {certificate.auditHash}</span></p>}
      <ul className="divide-y divide-line">{agencies.data.agencies.map(({ id, name, timeZone }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2" data-agency={id}>
          <span className="min-w-0 flex-1"><span className="font-semibold">{name}</span> <span className="text-soft">{id} · {timeZone}</span></span>
          {id !== current && <><Enter id={id} /><Deletion id={id} onDeleted={setCertificate} /></>}
        </li>
      ))}</ul>
    </>
  );
}

function NewAgencyForm() {
  const { words: { setup: { settings, onboarding } } } = useLocale();
  const send = useSend('agencies', 'account');
  const form = useForm({ name: '', id: '', timeZone: '' }, async ({ name, id, timeZone }, set) => {
    await send('POST', ROUTES.agencies, { name, ...id.trim() !== '' && { id: id.trim() }, ...timeZone.trim() !== '' && { timeZone: timeZone.trim() } });
    set({ name: '', id: '', timeZone: '' });
  });
  return (
    <form className="flex flex-wrap items-start gap-3" onSubmit={form.onSubmit} noValidate>
      <TextField form={form} name="name" label={onboarding.agencyName} />
      <TextField form={form} name="id" label={settings.id} mono />
      <TextField form={form} name="timeZone" label={settings.zone} placeholder="Asia/Seoul" mono />
      <button type="submit" className="control mt-5 h-8" disabled={form.busy}>{onboarding.createAgency}</button>
      <div className="basis-full"><FormFailure failure={form.failure} known={['name', 'id', 'timeZone']} /></div>
    </form>
  );
}

function Enter({ id }: { id: string }) {
  const { words: { setup: { settings } } } = useLocale();
  const send = useSend();
  const form = useForm({}, async () => { await send('POST', ROUTES.sessionAgency, { agency: id }); window.location.assign('/live'); });
  return <form onSubmit={form.onSubmit}><button type="submit" className="control" disabled={form.busy}>{settings.enter}</button></form>;
}

function Deletion({ id, onDeleted }: { id: string; onDeleted: (certificate: DeletionCertificate) => void }) {
  const { words: { setup: { settings } } } = useLocale();
  const send = useSend('agencies', 'account');
  const [open, setOpen] = useState(false);
  const form = useForm({ confirm: '', reason: '' }, async (values) => { onDeleted(await send<DeletionCertificate>('DELETE', filled(ROUTES.agency, { agency: id }), values)); });
  if (!open) return <button type="button" className="control" onClick={() => { setOpen(true); }}>{settings.delete}</button>;
  return (
    <form className="flex basis-full flex-wrap items-start gap-3 rounded-md border border-stuck p-3" onSubmit={form.onSubmit} noValidate>
      <p className="basis-full">{settings.deleteBody}</p>
      <TextField form={form} name="confirm" label={settings.confirm} placeholder={id} mono />
      <TextField form={form} name="reason" label={settings.reason} />
      <button type="submit" className="control mt-5 h-8 text-stuck" disabled={form.busy}>{settings.delete}</button>
      <div className="basis-full"><FormFailure failure={form.failure} known={['confirm', 'reason']} /></div>
    </form>
  );
}
