// Requests of people about their data: proof that a number is not stored, what is stored of one person, its deletion.
import { ROUTES, type NumberSearchAnswer, type PersonDeletionAnswer } from '@narrows/contract';
import { useState } from 'react';
import { useSend } from '../../api/send.js';
import { useLocale } from '../../i18n/locale.js';
import { FormFailure, TextField, useForm } from '../parts/form.js';
import { StatusMark } from '../parts/status-mark.js';

export function PersonRequests() {
  const { words: { setup: { requests } } } = useLocale();
  return <section aria-label={requests.title} className="flex flex-col gap-4"><h2 className="font-semibold">{requests.title}</h2><NumberSearch /><OnePerson /></section>;
}

function NumberSearch() {
  const { words: { setup: { requests } }, format } = useLocale();
  const send = useSend();
  const [answer, setAnswer] = useState<NumberSearchAnswer | null>(null);
  const form = useForm({ number: '' }, async (values, set) => { setAnswer(await send<NumberSearchAnswer>('POST', ROUTES.numberSearch, values)); set({ number: '' }); });
  return (
    <form className="flex max-w-lg flex-col gap-2" onSubmit={form.onSubmit} noValidate>
      <TextField form={form} name="number" label={requests.number} hint={requests.numberHint} mono autoComplete="off" />
      <FormFailure failure={form.failure} known={['number']} />
      <button type="submit" className="control self-start" disabled={form.busy}>{requests.search}</button>
      {answer && <p role="status" className="flex items-center gap-2" data-absent={answer.absent}><StatusMark light={answer.absent ? 'fine' : 'stuck'} label="" />{answer.absent ? requests.absent : requests.present(format.exactCount(answer.spans), format.exactCount(answer.logRecords), format.exactCount(answer.points))}</p>}
    </form>
  );
}

function OnePerson() {
  const { words: { setup: { requests, settings } }, format } = useLocale();
  const send = useSend();
  const [deleted, setDeleted] = useState<PersonDeletionAnswer | null>(null);
  const form = useForm({ pseudonym: '', reason: '', confirm: '' }, async (values) => { setDeleted(await send<PersonDeletionAnswer>('POST', ROUTES.personDeletion, values)); });
  const take = useForm({}, async () => {
    const { pseudonym, reason } = form.values;
    const file = new Blob([JSON.stringify(await send('POST', ROUTES.personExport, { pseudonym, reason }), null, 2)], { type: 'application/json' });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = 'journeys.json';
    link.click();
    URL.revokeObjectURL(link.href);
  });
  const ready = form.values.pseudonym.trim() !== '' && form.values.reason.trim().length >= 3;
  return (
    <form className="flex max-w-lg flex-col gap-2" onSubmit={form.onSubmit} noValidate>
      <TextField form={form} name="pseudonym" label={requests.pseudonym} hint={requests.pseudonymHint} mono />
      <TextField form={form} name="reason" label={settings.reason} />
      <TextField form={form} name="confirm" label={requests.confirm} mono />
      <FormFailure failure={take.failure ?? form.failure} known={['confirm']} />
      <div className="flex gap-2"><button type="button" className="control" disabled={!ready || take.busy} onClick={take.onSubmit}>{requests.take}</button><button type="submit" className="control text-stuck" disabled={!ready || form.busy}>{requests.delete}</button></div>
      {deleted && <p role="status" data-left={deleted.left.spans + deleted.left.logRecords}>{requests.deleted(format.exactCount(deleted.deleted.spans), format.exactCount(deleted.deleted.logRecords), format.exactCount(deleted.left.spans + deleted.left.logRecords))}</p>}
    </form>
  );
}
