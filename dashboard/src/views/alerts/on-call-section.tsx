// Who is on call when, and who is told when nobody takes an incident. One document, saved as a whole.
import { ROUTES, type ChannelView, type OnCall } from '@narrows/contract';
import { Link } from '@tanstack/react-router';
import { useChannels, useOnCall } from '../../api/alerts.js';
import { useSend } from '../../api/send.js';
import { carried, useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import { Field, FormFailure, useForm } from '../parts/form.js';
import { DayBoxes } from './day-boxes.js';
import { SectionState, useMay } from './section-state.js';

export function OnCallSection() {
  const { words: { alerts } } = useLocale();
  const answer = useOnCall();
  const channels = useChannels();
  return (
    <SectionState answer={answer} what={alerts.sections['on-call']}>
      {({ onCall, now }) => (
        <div className="flex flex-col gap-4">
          {channels.data?.channels.length !== 0 && <p className="text-lg">{now.who.length > 0 ? `${alerts.onCall.now}: ${now.who.join(', ')}` : onCall.otherwise.length > 0 ? alerts.onCall.nobody : alerts.onCall.nobodyAll}</p>}
          {channels.data && (channels.data.channels.length === 0 ? <NoChannels /> : <Editor initial={onCall} channels={channels.data.channels} />)}
        </div>
      )}
    </SectionState>
  );
}

/** Without a channel nobody can be told, whoever is on call. */
function NoChannels() {
  const { words: { alerts } } = useLocale();
  const { state } = useUrlState();
  return (
    <>
      <p className="text-lg">{alerts.onCall.noChannels}</p>
      <Link to="/alerts/$section" params={{ section: 'channels' }} search={carried(state)} className="control self-start">{alerts.onCall.toChannels}</Link>
    </>
  );
}

function Editor({ initial, channels }: { initial: OnCall; channels: readonly ChannelView[] }) {
  const { words: { alerts } } = useLocale();
  const may = useMay('configure');
  const send = useSend('on-call');
  const form = useForm<OnCall>(initial, (values) => send('PUT', ROUTES.onCall, values));
  const { shifts, escalation } = form.values;
  const first = channels[0]?.id ?? '';
  const setShift = (at: number, patch: Partial<OnCall['shifts'][number]>) => { form.set({ shifts: shifts.map((shift, i) => (i === at ? { ...shift, ...patch } : shift)) }); };
  const setStep = (at: number, patch: Partial<OnCall['escalation'][number]>) => { form.set({ escalation: escalation.map((step, i) => (i === at ? { ...step, ...patch } : step)) }); };
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <fieldset disabled={!may} className="flex flex-col gap-4">
        <Field label={alerts.onCall.zone} fault={form.faultOf('timeZone')}>{(props) => <input {...props} name="timeZone" className="field h-8 w-60" value={form.values.timeZone} onChange={(event) => { form.set({ timeZone: event.target.value }); }} />}</Field>
        <section className="flex flex-col gap-2">
          <h2 className="text-base font-semibold">{alerts.onCall.shifts}</h2>
          <p className="text-soft">{alerts.onCall.defaults}</p>
          {shifts.map((shift, i) => (
            <div key={i} className="flex flex-wrap items-end gap-3 border-b border-line pb-2">
              <Field label={alerts.onCall.who} fault={form.faultOf(`shifts.${i}.who`)}>{(props) => <input {...props} className="field h-8 w-36" value={shift.who} onChange={(event) => { setShift(i, { who: event.target.value }); }} />}</Field>
              <DayBoxes days={shift.days} onChange={(days) => { setShift(i, { days }); }} />
              {(['from', 'to'] as const).map((edge) => <Field key={edge} label={alerts.onCall[edge]} fault={form.faultOf(`shifts.${i}.${edge}`)}>{(props) => <input {...props} className="field h-8 w-20" value={shift[edge]} onChange={(event) => { setShift(i, { [edge]: event.target.value }); }} />}</Field>)}
              <ChannelBoxes channels={channels} chosen={shift.channels} onChange={(chosen) => { setShift(i, { channels: chosen }); }} />
              <button type="button" className="control" onClick={() => { form.set({ shifts: shifts.filter((_, at) => at !== i) }); }}>{alerts.remove}</button>
            </div>
          ))}
          <div><button type="button" className="control" onClick={() => { form.set({ shifts: [...shifts, { who: '', days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00', channels: [first] }] }); }}>{alerts.onCall.addShift}</button></div>
        </section>
        <section className="flex flex-col gap-2"><h2 className="text-base font-semibold">{alerts.onCall.otherwise}</h2><p className="text-soft">{alerts.onCall.otherwiseNone}</p><ChannelBoxes channels={channels} chosen={form.values.otherwise} onChange={(otherwise) => { form.set({ otherwise }); }} /></section>
        <section className="flex flex-col gap-2">
          <h2 className="text-base font-semibold">{alerts.onCall.escalation}</h2>
          <p className="text-soft">{alerts.onCall.escalationBody}</p>
          {escalation.map((step, i) => (
            <div key={i} className="flex flex-wrap items-end gap-3">
              <Field label={alerts.onCall.after} fault={form.faultOf(`escalation.${i}.afterMinutes`)}>{(props) => <input {...props} type="number" min={1} className="field h-8 w-24" value={step.afterMinutes} onChange={(event) => { setStep(i, { afterMinutes: event.target.valueAsNumber }); }} />}</Field>
              <ChannelBoxes channels={channels} chosen={step.channels} onChange={(chosen) => { setStep(i, { channels: chosen }); }} />
              <button type="button" className="control" onClick={() => { form.set({ escalation: escalation.filter((_, at) => at !== i) }); }}>{alerts.remove}</button>
            </div>
          ))}
          <div><button type="button" className="control" onClick={() => { form.set({ escalation: [...escalation, { afterMinutes: 10, channels: [first] }] }); }}>{alerts.onCall.addStep}</button></div>
        </section>
        <FormFailure failure={form.failure} known={['timeZone']} />
        <div><button type="submit" className="control" disabled={form.busy}>{alerts.save}</button></div>
      </fieldset>
    </form>
  );
}

function ChannelBoxes({ channels, chosen, onChange }: { channels: readonly ChannelView[]; chosen: readonly string[]; onChange: (chosen: string[]) => void }) {
  const { words: { alerts } } = useLocale();
  return (
    <fieldset className="flex flex-wrap gap-x-3 gap-y-1 pb-1">
      <legend className="sr-only">{alerts.onCall.channels}</legend>
      {channels.map(({ id, name }) => <label key={id} className="flex items-center gap-1"><input type="checkbox" checked={chosen.includes(id)} onChange={(event) => { onChange(event.target.checked ? [...chosen, id] : chosen.filter((one) => one !== id)); }} />{name}</label>)}
    </fieldset>
  );
}
