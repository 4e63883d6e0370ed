// Mutes and maintenance windows: nobody is told while one of them holds. A mute is for some hours from now; a window may repeat.
import { ROUTES, type QuietTime, type Weekday } from '@narrows/contract';
import { useQuietTimes } from '../../api/alerts.js';
import { usePipelines, useSession } from '../../api/answers.js';
import { filled, useSend } from '../../api/send.js';
import { inLanguage, useLocale } from '../../i18n/locale.js';
import { Field, FormFailure, useForm } from '../parts/form.js';
import { StatusMark } from '../parts/status-mark.js';
import { DayBoxes } from './day-boxes.js';
import { RemoveButton } from './remove-button.js';
import { SectionState, useMay } from './section-state.js';

const HOUR_MS = 3600_000;
const HOURS = [1, 2, 4, 8, 24, 72, 720] as const;

export function QuietSection() {
  const { words: { alerts } } = useLocale();
  const answer = useQuietTimes();
  const may = useMay('act');
  return (
    <SectionState answer={answer} what={alerts.sections.quiet}>
      {({ quietTimes }) => (
        <div className="flex flex-col gap-4">
          <p className="text-soft">{quietTimes.length === 0 ? `${alerts.quiet.none} ` : ''}{alerts.quiet.explain}</p>
          <ul className="divide-y divide-line empty:hidden">{quietTimes.map((one) => <Row key={one.id} quiet={one} may={may} />)}</ul>
          {may ? <QuietForm /> : <p className="text-soft">{alerts.mayNot}</p>}
        </div>
      )}
    </SectionState>
  );
}

function Row({ quiet, may }: { quiet: QuietTime; may: boolean }) {
  const { words: { alerts }, format } = useLocale();
  const send = useSend('quiet-times');
  const remove = useForm({}, () => send('DELETE', filled(ROUTES.quietTime, { id: quiet.id })));
  const weekly = quiet.weekly && `${quiet.weekly.days.map((day) => alerts.quiet.days[day]).join('·')} ${quiet.weekly.from}–${quiet.weekly.to} (${quiet.weekly.timeZone})`;
  return (
    <li className="flex flex-wrap items-center gap-3 py-2" data-quiet={quiet.name}>
      <StatusMark light={quiet.active ? 'busy' : 'none'} label={quiet.active ? alerts.quiet.active : alerts.quiet.planned} />
      <div className="min-w-0 flex-1"><p className="font-semibold">{quiet.name}</p><p className="text-xs text-soft">{alerts.quiet.kinds[quiet.kind]} · {format.dateTime(quiet.fromMs)} – {format.dateTime(quiet.toMs)}{weekly === undefined ? '' : ` · ${weekly}`} · {Object.values(quiet.match).filter((part) => part !== undefined).join(' / ') || alerts.quiet.all} · {alerts.quiet.by(quiet.createdBy)}</p></div>
      {may && <RemoveButton form={remove} />}
      <FormFailure failure={remove.failure} />
    </li>
  );
}

interface QuietForm { name: string; kind: 'mute' | 'maintenance'; hours: string; pipeline: string; weekly: boolean; days: Weekday[]; from: string; to: string }

function QuietForm() {
  const { words: { alerts }, language } = useLocale();
  const pipelines = usePipelines().data?.pipelines ?? [];
  const timeZone = useSession().data?.timeZone ?? 'Asia/Seoul';
  const send = useSend('quiet-times');
  const form = useForm<QuietForm>({ name: '', kind: 'mute', hours: '1', pipeline: '', weekly: false, days: ['sun'], from: '02:00', to: '04:00' }, async ({ name, kind, hours, pipeline, weekly, days, from, to }) => {
    const fromMs = Date.now();
    await send('POST', ROUTES.quietTimes, { name, kind, match: pipeline === '' ? {} : { pipeline }, fromMs, toMs: fromMs + Number(hours) * HOUR_MS, ...(weekly ? { weekly: { days, from, to, timeZone } } : {}) });
  });
  const known = ['name', 'weekly.days', 'weekly.from', 'weekly.to'];
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-3 rounded-md border border-line bg-surface p-4">
      <div className="grid grid-cols-[repeat(auto-fill,minmax(12rem,1fr))] gap-3">
        <Field label={alerts.quiet.name} fault={form.faultOf('name')}>{(props) => <input {...props} name="name" className="field h-8" value={form.values.name} onChange={(event) => { form.set({ name: event.target.value }); }} />}</Field>
        <Field label={alerts.quiet.kind}>{(props) => <select {...props} className="field h-8" value={form.values.kind} onChange={(event) => { form.set({ kind: event.target.value as 'mute' }); }}><option value="mute">{alerts.quiet.kinds.mute}</option><option value="maintenance">{alerts.quiet.kinds.maintenance}</option></select>}</Field>
        <Field label={alerts.quiet.for} fault={form.faultOf('toMs')}>{(props) => <select {...props} className="field h-8" value={form.values.hours} onChange={(event) => { form.set({ hours: event.target.value }); }}>{HOURS.map((hours) => <option key={hours} value={hours}>{alerts.quiet.hours(hours)}</option>)}</select>}</Field>
        <Field label={alerts.quiet.match}>{(props) => <select {...props} className="field h-8" value={form.values.pipeline} onChange={(event) => { form.set({ pipeline: event.target.value }); }}><option value="">{alerts.quiet.all}</option>{pipelines.map((one) => <option key={one.id} value={one.id}>{inLanguage(one.name, language)}</option>)}</select>}</Field>
      </div>
      <label className="flex items-center gap-2"><input type="checkbox" checked={form.values.weekly} onChange={(event) => { form.set({ weekly: event.target.checked }); }} />{alerts.quiet.weekly}</label>
      {form.values.weekly && <div className="flex flex-wrap items-end gap-3">
        <DayBoxes days={form.values.days} onChange={(days) => { form.set({ days }); }} />
        {(['from', 'to'] as const).map((edge) => <Field key={edge} label={alerts.quiet[edge]} fault={form.faultOf(`weekly.${edge}`)}>{(props) => <input {...props} className="field h-8 w-24" value={form.values[edge]} onChange={(event) => { form.set({ [edge]: event.target.value }); }} />}</Field>)}
        <p className="pb-1.5 text-soft">{timeZone}</p>
      </div>}
      <FormFailure failure={form.failure} known={known} />
      <div><button type="submit" className="control" disabled={form.busy}>{alerts.quiet.add}</button></div>
    </form>
  );
}
