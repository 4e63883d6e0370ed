// Channels: what became of their messages, a test that says in words what went wrong, and one form that has the fields of its
// kind. A secret is typed in and never shown again.
import { CHANNEL_KINDS, ROUTES, type ChannelKind, type ChannelTestAnswer, type ChannelView } from '@narrows/contract';
import { useState } from 'react';
import { useChannels } from '../../api/alerts.js';
import { filled, useSend } from '../../api/send.js';
import { useLocale } from '../../i18n/locale.js';
import { channelFormOf, channelOf, NEW_CHANNEL, type ChannelForm } from '../../model/channel-form.js';
import { Field, FormFailure, useForm, type Form } from '../parts/form.js';
import { StatusMark } from '../parts/status-mark.js';
import { RemoveButton } from './remove-button.js';
import { SectionState, useMay } from './section-state.js';

export function ChannelsSection() {
  const { words: { alerts } } = useLocale();
  const answer = useChannels();
  const may = useMay('configure');
  const [editing, setEditing] = useState<{ id: string | null; form: ChannelForm } | null>(null);
  return (
    <SectionState answer={answer} what={alerts.sections.channels}>
      {({ channels }) => (
        <div className="flex flex-col gap-4">
          {channels.length === 0 && <p className="text-lg">{alerts.channels.none}</p>}
          <ul className="divide-y divide-line empty:hidden">{channels.map((channel) => <Row key={channel.id} channel={channel} may={may} onEdit={() => { setEditing({ id: channel.id, form: channelFormOf(channel) }); }} />)}</ul>
          {!may && <p className="text-soft">{alerts.mayNot}</p>}
          {may && (editing ? <Editor key={editing.id ?? 'new'} id={editing.id} initial={editing.form} onDone={() => { setEditing(null); }} /> : <div><button type="button" className="control" onClick={() => { setEditing({ id: null, form: NEW_CHANNEL }); }}>{alerts.channels.add}</button></div>)}
        </div>
      )}
    </SectionState>
  );
}

function Row({ channel, may, onEdit }: { channel: ChannelView; may: boolean; onEdit: () => void }) {
  const { words: { alerts }, format } = useLocale();
  const { id, name, kind, enabled, delivered, waiting, failed, lastError, lastSentMs } = channel;
  const send = useSend('alert-channels');
  const [result, setResult] = useState<ChannelTestAnswer | null>(null);
  const test = useForm({}, async () => { setResult(await send('POST', ROUTES.channelTest, { id })); });
  const remove = useForm({}, () => send('DELETE', filled(ROUTES.channel, { id })));
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2" data-channel={name}>
      <StatusMark light={!enabled ? 'none' : waiting > 0 && lastError !== null ? 'busy' : 'fine'} label="" />
      <div className="min-w-0 flex-1 basis-56"><p className="truncate font-semibold">{name}</p><p className="text-xs text-soft">{alerts.channels.kinds[kind]}{enabled ? '' : ` · ${alerts.rules.off}`} · {alerts.channels.counts(format.exactCount(delivered), format.exactCount(waiting), format.exactCount(failed))}{lastSentMs === null ? '' : ` · ${alerts.channels.lastSent(format.dateTime(lastSentMs))}`}</p></div>
      {may && <div className="flex flex-wrap gap-1">
        <form onSubmit={test.onSubmit}><button type="submit" className="control" disabled={test.busy}>{test.busy ? alerts.channels.testing : alerts.channels.test}</button></form>
        <button type="button" className="control" onClick={onEdit}>{alerts.edit}</button>
        <RemoveButton form={remove} />
      </div>}
      {result && <div className="basis-full"><TestResult result={result} /></div>}
      {lastError !== null && !result && <p className="basis-full text-xs text-soft">{alerts.channels.lastError}: {lastError}</p>}
      <div className="basis-full empty:hidden"><FormFailure failure={test.failure ?? remove.failure} /></div>
    </li>
  );
}

function TestResult({ result }: { result: ChannelTestAnswer }) {
  const { words: { alerts: { channels } }, language } = useLocale();
  return (
    <div role="status" data-test={result.ok ? 'ok' : result.step} className={`flex items-start gap-2 rounded-md border px-3 py-2 ${result.ok ? 'border-line' : 'border-stuck bg-stuck-quiet'}`}>
      <span className="mt-1"><StatusMark light={result.ok ? 'fine' : 'stuck'} label="" /></span>
      <div className="min-w-0"><p><b>{channels.step[result.step]}</b> · {result[language]}</p>{result.detail !== '' && <p className="font-mono text-xs text-soft">{result.detail}</p>}</div>
    </div>
  );
}

function Editor({ id, initial, onDone }: { id: string | null; initial: ChannelForm; onDone: () => void }) {
  const { words: { alerts }, language } = useLocale();
  const send = useSend('alert-channels');
  const [result, setResult] = useState<ChannelTestAnswer | null>(null);
  const form = useForm(initial, async (values) => {
    if (id === null) await send('POST', ROUTES.channels, channelOf(values));
    else await send('PUT', filled(ROUTES.channel, { id }), channelOf(values));
    onDone();
  });
  const test = useForm({}, async () => { setResult(await send('POST', ROUTES.channelTest, { ...(id === null ? {} : { id }), channel: channelOf(form.values) })); });
  const faults = [...form.failure?.fields ?? [], ...test.failure?.fields ?? []];
  const fault = (field: string) => faults.find((one) => one.field === field || one.field.startsWith(`${field}.`))?.[language];
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-3 rounded-md border border-line bg-surface p-4" data-editor>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(14rem,1fr))] gap-3">
        <Input form={form} field="name" label={alerts.channels.name} fault={fault('name')} />
        <Field label={alerts.channels.kind} fault={fault('kind')}>{(props) => <select {...props} name="kind" className="field h-8" value={form.values.kind} onChange={(event) => { form.set({ kind: event.target.value as ChannelKind }); }}>{CHANNEL_KINDS.map((kind) => <option key={kind} value={kind}>{alerts.channels.kinds[kind]}</option>)}</select>}</Field>
        <Field label={alerts.channels.language}>{(props) => <select {...props} className="field h-8" value={form.values.language} onChange={(event) => { form.set({ language: event.target.value as 'ko' | 'en' }); }}><option value="ko">한국어</option><option value="en">English</option></select>}</Field>
        <label className="flex items-center gap-2 self-end pb-1.5"><input type="checkbox" checked={form.values.enabled} onChange={(event) => { form.set({ enabled: event.target.checked }); }} />{alerts.channels.enabled}</label>
      </div>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(14rem,1fr))] gap-3"><SettingsFields form={form} fault={(field) => fault(`settings.${field}`)} isSaved={id !== null} /></div>
      <FormFailure failure={form.failure ?? test.failure} known={faults.map(({ field }) => field)} />
      {result && <TestResult result={result} />}
      <div className="flex flex-wrap gap-2">
        <button type="submit" className="control" disabled={form.busy}>{alerts.save}</button>
        <button type="button" className="control" disabled={test.busy} onClick={test.onSubmit as never}>{test.busy ? alerts.channels.testing : alerts.channels.test}</button>
        <button type="button" className="control" onClick={onDone}>{alerts.cancel}</button>
      </div>
    </form>
  );
}

function Input({ form, field, label, fault, hint, type = 'text' }: { form: Form<ChannelForm>; field: keyof ChannelForm; label: string; fault: string | undefined; hint?: string | undefined; type?: 'text' | 'password' }) {
  return <Field label={label} fault={fault} hint={hint}>{(props) => <input {...props} name={field} type={type} autoComplete="off" className="field h-8" value={String(form.values[field])} onChange={(event) => { form.set({ [field]: event.target.value }); }} />}</Field>;
}

function SettingsFields({ form, fault, isSaved }: { form: Form<ChannelForm>; fault: (field: string) => string | undefined; isSaved: boolean }) {
  const { words: { alerts: { channels } } } = useLocale();
  const kept = isSaved ? channels.secretKept : undefined;
  const input = (field: keyof ChannelForm, label: string, more: { hint?: string | undefined; type?: 'password'; path?: string } = {}) => <Input key={field} form={form} field={field} label={label} fault={fault(more.path ?? field)} hint={more.hint} type={more.type ?? 'text'} />;
  switch (form.values.kind) {
    case 'webhook': return [input('url', channels.url), input('secret', channels.secret, { hint: kept, type: 'password' })];
    case 'slack': return input('url', channels.url, { hint: kept });
    case 'kakao': return [input('url', channels.url), input('secret', channels.token, { hint: kept, type: 'password' }), input('senderKey', channels.senderKey), input('templateCode', channels.templateCode), input('to', channels.phones), input('template', channels.template)];
    case 'email': return [
      input('to', channels.to), input('from', channels.from), input('host', channels.host), input('port', channels.port),
      <Field key="secure" label={channels.secure} fault={fault('secure')}>{(props) => <select {...props} className="field h-8" value={form.values.secure} onChange={(event) => { form.set({ secure: event.target.value }); }}>{(['tls', 'starttls', 'none'] as const).map((one) => <option key={one} value={one}>{channels.secureOf[one]}</option>)}</select>}</Field>,
      input('user', channels.user), input('password', channels.password, { hint: kept, type: 'password' }),
    ];
    case 'browser': return <BrowserPermission />;
  }
}

function BrowserPermission() {
  const { words: { alerts: { channels } } } = useLocale();
  const [granted, setGranted] = useState(typeof Notification !== 'undefined' && Notification.permission === 'granted');
  return (
    <div className="col-span-full flex flex-wrap items-center gap-3">
      <p className="text-soft">{channels.browserHint}</p>
      {granted ? <p>{channels.allowed}</p> : <button type="button" className="control" disabled={typeof Notification === 'undefined'} onClick={() => { void Notification.requestPermission().then((answer) => { setGranted(answer === 'granted'); }); }}>{channels.allow}</button>}
    </div>
  );
}
