// People of the agency and their roles; an invitation is a link that is handed over.
import { ROLES, ROUTES, type Role } from '@narrows/contract';
import { useState } from 'react';
import { usePeople } from '../../api/setup.js';
import { filled, useSend } from '../../api/send.js';
import { useNow } from '../../app/freshness.js';
import { useLocale } from '../../i18n/locale.js';
import { CopyButton } from '../parts/copy-button.js';
import { Failure } from '../parts/failure.js';
import { Field, FormFailure, useForm } from '../parts/form.js';

export function PeopleSection() {
  const { words: { common, setup: { settings } } } = useLocale();
  const people = usePeople();
  return (
    <>
      <InvitationForm />
      {people.error && <Failure error={people.error} onRetry={() => { void people.refetch(); }} hasPrevious={people.data !== undefined} />}
      {!people.data && !people.error && <p role="status" className="text-soft">{common.loading(settings.sections.people)}</p>}
      {people.data?.people.length === 0 && <p className="text-soft">{settings.noPeople}</p>}
      <ul className="divide-y divide-line">{people.data?.people.map((one) => <Member key={one.person} {...one} />)}</ul>
    </>
  );
}

function InvitationForm() {
  const { words: { setup: { settings, roles, roleDoes } }, format } = useLocale();
  const send = useSend();
  const [link, setLink] = useState<{ link: string; expiresAtMs: number } | null>(null);
  const form = useForm({ role: 'operator' as Role }, async (values) => { setLink(await send('POST', ROUTES.invitations, values)); });
  return (
    <form className="flex flex-col gap-2" onSubmit={form.onSubmit}>
      <div className="flex flex-wrap items-start gap-3">
        <Field label={settings.role} hint={roleDoes[form.values.role]} fault={form.faultOf('role')}>{(props) => <select {...props} className="field h-8" value={form.values.role} onChange={(event) => { form.set({ role: event.target.value as Role }); }}>{ROLES.map((role) => <option key={role} value={role}>{roles[role]}</option>)}</select>}</Field>
        <button type="submit" className="control mt-5 h-8" disabled={form.busy}>{settings.invite}</button>
      </div>
      <FormFailure failure={form.failure} known={['role']} />
      {link && <section className="rounded-md border border-accent bg-accent-quiet p-3"><div className="flex min-w-0 items-center gap-2"><code className="min-w-0 truncate font-mono text-sm" data-link>{link.link}</code><CopyButton text={link.link} bare /></div><p>{settings.inviteLink(format.dateTime(link.expiresAtMs))}</p></section>}
    </form>
  );
}

function Member({ person, login, name, role, hasCode, lockedUntilMs }: { person: number; login: string; name: string; role: Role; hasCode: boolean; lockedUntilMs: number | null }) {
  const { words: { setup: { settings, roles } } } = useLocale();
  const send = useSend('people');
  const nowMs = useNow(10_000);
  const [sure, setSure] = useState(false);
  const change = useForm({ role }, (values) => send('PATCH', filled(ROUTES.person, { person }), values));
  const remove = useForm({}, () => send('DELETE', filled(ROUTES.person, { person })));
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2" data-person={login}>
      <span className="min-w-0 flex-1"><span className="font-semibold">{name}</span> <span className="text-soft">{login}{hasCode ? ` · ${settings.withCode}` : ''}{lockedUntilMs !== null && lockedUntilMs > nowMs ? ` · ${settings.locked}` : ''}</span></span>
      <form onSubmit={change.onSubmit} className="flex items-center gap-1">
        <select aria-label={settings.role} className="field" value={change.values.role} onChange={(event) => { change.set({ role: event.target.value as Role }); }}>{ROLES.filter((one) => one !== 'platform-admin' || role === one).map((one) => <option key={one} value={one}>{roles[one]}</option>)}</select>
        <button type="submit" className="control" disabled={change.busy || change.values.role === role}>{settings.save}</button>
      </form>
      {sure ? <form onSubmit={remove.onSubmit}><button type="submit" className="control text-stuck" disabled={remove.busy}>{settings.sureRemove}</button></form> : <button type="button" className="control" onClick={() => { setSure(true); }}>{settings.remove}</button>}
      <div className="basis-full empty:hidden"><FormFailure failure={change.failure ?? remove.failure} /></div>
    </li>
  );
}
