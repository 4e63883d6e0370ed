// Ingestion keys and API tokens: made, rotated, revoked. A secret is shown once, above the list it has just entered.
import { ROLES, ROUTES, SIGNALS, type KeyRow, type NewSecret, type Role } from '@narrows/contract';
import { useState } from 'react';
import { useKeys } from '../../api/setup.js';
import { filled, useSend } from '../../api/send.js';
import { useLocale } from '../../i18n/locale.js';
import { CopyButton } from '../parts/copy-button.js';
import { Failure } from '../parts/failure.js';
import { Field, FormFailure, TextField, useForm } from '../parts/form.js';

export function KeysSection() {
  const { words: { common, setup: { settings } } } = useLocale();
  const keys = useKeys();
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <>
      <NewKeyForm onSecret={setSecret} />
      {secret !== null && <section className="rounded-md border border-accent bg-accent-quiet p-3"><div className="flex min-w-0 items-center gap-2"><code className="min-w-0 truncate font-mono text-sm" data-secret>{secret}</code><CopyButton text={secret} bare /></div><p>{settings.once}</p></section>}
      {keys.error && <Failure error={keys.error} onRetry={() => { void keys.refetch(); }} hasPrevious={keys.data !== undefined} />}
      {!keys.data && !keys.error && <p role="status" className="text-soft">{common.loading(settings.sections.keys)}</p>}
      {keys.data?.keys.length === 0 && <p className="text-soft">{settings.noKeys}</p>}
      {keys.data && keys.data.keys.length > 0 && <KeyTable keys={keys.data.keys} onSecret={setSecret} />}
      <p className="text-soft">{settings.revokedWithin}</p>
    </>
  );
}

function NewKeyForm({ onSecret }: { onSecret: (secret: string) => void }) {
  const { words: { intake, setup: { settings, roles } } } = useLocale();
  const send = useSend('keys');
  const form = useForm({ kind: 'ingest' as 'ingest' | 'api', name: '', days: '', role: 'responder' as Role, signals: [...SIGNALS] as string[] }, async ({ kind, name, days, role, signals }) => {
    const body = { kind, name, ...days.trim() !== '' && { days: Number(days) }, ...kind === 'api' ? { role } : signals.length < SIGNALS.length && { signals } };
    onSecret((await send<NewSecret>('POST', ROUTES.keys, body)).secret);
  });
  const { kind, role, signals } = form.values;
  return (
    <form className="flex flex-wrap items-start gap-3" onSubmit={form.onSubmit} noValidate>
      <Field label={settings.kind}>{(props) => <select {...props} className="field h-8" value={kind} onChange={(event) => { form.set({ kind: event.target.value === 'api' ? 'api' : 'ingest' }); }}><option value="ingest">{settings.ingest}</option><option value="api">{settings.api}</option></select>}</Field>
      <TextField form={form} name="name" label={settings.name} />
      <TextField form={form} name="days" label={settings.days} hint={settings.daysHint} />
      {kind === 'api'
        ? <Field label={settings.role} fault={form.faultOf('role')}>{(props) => <select {...props} className="field h-8" value={role} onChange={(event) => { form.set({ role: event.target.value as Role }); }}>{ROLES.map((one) => <option key={one} value={one}>{roles[one]}</option>)}</select>}</Field>
        : (
          <fieldset className="flex flex-col gap-1"><legend className="text-xs text-soft">{settings.signals}</legend>
            <div className="flex h-8 items-center gap-3">{SIGNALS.map((signal) => <label key={signal} className="flex items-center gap-1.5"><input type="checkbox" checked={signals.includes(signal)} onChange={(event) => { form.set({ signals: event.target.checked ? [...signals, signal] : signals.filter((one) => one !== signal) }); }} />{intake.signal[signal]}</label>)}</div>
          </fieldset>
        )}
      <button type="submit" className="control mt-5 h-8" disabled={form.busy || (kind === 'ingest' && signals.length === 0)}>{settings.create}</button>
      <div className="basis-full"><FormFailure failure={form.failure} known={['name', 'days', 'role']} /></div>
    </form>
  );
}

function KeyTable({ keys, onSecret }: { keys: readonly KeyRow[]; onSecret: (secret: string) => void }) {
  const { words: { intake, setup: { settings, roles } }, format } = useLocale();
  const heads = [settings.name, settings.kind, settings.id, settings.signals, settings.created, settings.expires];
  return (
    <div className="stacked overflow-x-auto"><table className="w-full min-w-[720px]">
      <thead><tr className="border-b border-line text-left text-xs text-soft">{heads.map((head) => <th key={head} scope="col" className="py-1 pr-3 font-normal">{head}</th>)}<td /></tr></thead>
      <tbody>
        {keys.toReversed().map((key) => (
          <tr key={key.id} className={`border-b border-line ${key.revokedAtMs === null ? '' : 'text-faint'}`} data-key={key.id}>
            <th scope="row" className="max-w-[24ch] truncate py-1.5 pr-3 text-left font-normal" title={key.name}>{key.name}</th>
            <td className="pr-3" data-head={settings.kind}>{key.kind === 'ingest' ? settings.ingest : `${settings.api} · ${roles[key.role ?? 'responder']}`}</td>
            <td className="pr-3 font-mono text-xs" data-head={settings.id}>{key.hint}</td>
            <td className="pr-3" data-head={key.kind === 'api' ? undefined : settings.signals}>{key.kind === 'api' ? '' : key.signals === null ? settings.all : key.signals.map((one) => intake.signal[one]).join(', ')}</td>
            <td className="pr-3" data-head={settings.created}>{format.dateTime(key.createdAtMs)}</td>
            <td className="pr-3" data-head={settings.expires}>{key.revokedAtMs !== null ? settings.revoked : key.expiresAtMs === null ? settings.never : format.dateTime(key.expiresAtMs)}</td>
            <td className="py-1 text-right">{key.revokedAtMs === null && <KeyActions id={key.id} onSecret={onSecret} />}</td>
          </tr>
        ))}
      </tbody>
    </table></div>
  );
}

function KeyActions({ id, onSecret }: { id: number; onSecret: (secret: string) => void }) {
  const { words: { setup: { settings } } } = useLocale();
  const send = useSend('keys');
  const [sure, setSure] = useState(false);
  const rotate = useForm({}, async () => { onSecret((await send<NewSecret>('POST', filled(ROUTES.keyRotation, { id }), {})).secret); });
  const revoke = useForm({}, () => send('DELETE', filled(ROUTES.key, { id })));
  return (
    <span className="inline-flex flex-col items-end gap-1">
      <span className="inline-flex gap-1">
        <form onSubmit={rotate.onSubmit}><button type="submit" className="control" disabled={rotate.busy}>{settings.rotate}</button></form>
        {sure ? <form onSubmit={revoke.onSubmit}><button type="submit" className="control text-stuck" disabled={revoke.busy}>{settings.sure}</button></form> : <button type="button" className="control" onClick={() => { setSure(true); }}>{settings.revoke}</button>}
      </span>
      <FormFailure failure={rotate.failure ?? revoke.failure} />
    </span>
  );
}
