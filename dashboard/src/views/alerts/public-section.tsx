// The public page as its agency sets it up, with what citizens see now beside it.
import { ROUTES, type PublicPageAnswer, type PublicPageSettings } from '@narrows/contract';
import { usePublicPage } from '../../api/alerts.js';
import { usePipelines } from '../../api/answers.js';
import { useSend } from '../../api/send.js';
import { useNow } from '../../app/freshness.js';
import { inLanguage, useLocale } from '../../i18n/locale.js';
import { Field, FormFailure, useForm } from '../parts/form.js';
import { StatusMark } from '../parts/status-mark.js';
import { SectionState, useMay } from './section-state.js';

const HOUR_MS = 3600_000;
const HOURS = [1, 2, 4, 8, 12, 23] as const;

export function PublicSection() {
  const { words: { alerts } } = useLocale();
  return <SectionState answer={usePublicPage()} what={alerts.sections.public}>{(data) => <Setup data={data} />}</SectionState>;
}

function Setup({ data }: { data: PublicPageAnswer }) {
  const { words: { alerts } } = useLocale();
  const pipelines = usePipelines().data?.pipelines ?? [];
  if (pipelines.length === 0) return <p className="text-lg">{alerts.public.noPipeline}</p>;
  return (
    <div className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)] gap-8 max-lg:grid-cols-[minmax(0,1fr)]">
      <div className="flex flex-col gap-6"><p className="text-soft">{alerts.public.explain}</p><SettingsForm settings={data.settings} /><OverrideForm settings={data.settings} /></div>
      <Preview data={data} />
    </div>
  );
}

function SettingsForm({ settings }: { settings: PublicPageSettings }) {
  const { words: { alerts: { public: words, ...alerts } }, language } = useLocale();
  const pipelines = usePipelines().data?.pipelines ?? [];
  const may = useMay('act');
  const send = useSend('public-page');
  const form = useForm<PublicPageSettings>(settings, (values) => send('PUT', ROUTES.publicPage, { ...values, override: settings.override }));
  const { agencyName, stages, announcements } = form.values;
  const chosen = pipelines.find(({ id }) => id === form.values.pipeline);
  return (
    <form onSubmit={form.onSubmit}>
      <fieldset disabled={!may} className="flex flex-col gap-3">
        <label className="flex items-center gap-2 text-base"><input type="checkbox" name="enabled" checked={form.values.enabled} onChange={(event) => { form.set({ enabled: event.target.checked }); }} />{words.enabled}</label>
        <div className="grid grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-3">
          <Field label={words.pipeline} fault={form.faultOf('pipeline')}>{(props) => <select {...props} className="field h-8" value={form.values.pipeline} onChange={(event) => { form.set({ pipeline: event.target.value, stages: [] }); }}>{pipelines.map((one) => <option key={one.id} value={one.id}>{inLanguage(one.name, language)}</option>)}</select>}</Field>
          {(['ko', 'en'] as const).map((which) => <Field key={which} label={which === 'ko' ? words.agencyKo : words.agencyEn} fault={form.faultOf(`agencyName.${which}`)}>{(props) => <input {...props} className="field h-8" value={agencyName[which]} onChange={(event) => { form.set({ agencyName: { ...agencyName, [which]: event.target.value } }); }} />}</Field>)}
        </div>
        <fieldset className="flex flex-wrap gap-x-4 gap-y-1"><legend className="text-xs text-soft">{words.stages}</legend>{(chosen?.stages ?? []).map(({ id, name }) => <label key={id} className="flex items-center gap-1"><input type="checkbox" checked={stages.includes(id)} onChange={(event) => { form.set({ stages: event.target.checked ? [...stages, id] : stages.filter((one) => one !== id) }); }} />{name ? inLanguage(name, language) : id}</label>)}</fieldset>
        <section className="flex flex-col gap-2">
          <h2 className="text-xs text-soft">{words.announcements}</h2>
          {announcements.map((one, i) => (
            <div key={one.atMs} className="flex flex-wrap items-start gap-2">
              {(['ko', 'en'] as const).map((which) => <input key={which} aria-label={which === 'ko' ? words.textKo : words.textEn} placeholder={which === 'ko' ? words.textKo : words.textEn} aria-invalid={form.faultOf(`announcements.${i}.text`) !== undefined} className="field h-8 min-w-48 flex-1" value={one.text[which]} onChange={(event) => { form.set({ announcements: announcements.map((other, at) => (at === i ? { ...other, text: { ...other.text, [which]: event.target.value } } : other)) }); }} />)}
              <button type="button" className="control h-8" onClick={() => { form.set({ announcements: announcements.filter((_, at) => at !== i) }); }}>{alerts.remove}</button>
              {form.faultOf(`announcements.${i}.text`) && <p className="basis-full text-xs text-stuck">{form.faultOf(`announcements.${i}.text`)}</p>}
            </div>
          ))}
          <div><button type="button" className="control" disabled={announcements.length >= 10} onClick={() => { form.set({ announcements: [...announcements, { text: { ko: '', en: '' }, atMs: Date.now(), untilMs: null }] }); }}>{words.addAnnouncement}</button></div>
        </section>
        <FormFailure failure={form.failure} known={['pipeline']} />
        <div><button type="submit" className="control" disabled={form.busy}>{alerts.save}</button></div>
      </fieldset>
    </form>
  );
}

function OverrideForm({ settings }: { settings: PublicPageSettings }) {
  const { words: { alerts: { public: words, quiet }, common: { light } }, format } = useLocale();
  const may = useMay('act');
  const send = useSend('public-page');
  const form = useForm({ light: 'busy' as 'fine' | 'busy' | 'stuck', ko: '', en: '', hours: '1' }, ({ light: shown, ko, en, hours }) => (
    send('PUT', ROUTES.publicPage, { ...settings, override: { light: shown, text: { ko, en: en.trim() === '' ? ko : en }, untilMs: Date.now() + Number(hours) * HOUR_MS } })));
  const nowMs = useNow(1_000);
  const stop = useForm({}, () => send('PUT', ROUTES.publicPage, { ...settings, override: null }));
  const active = settings.override !== null && settings.override.untilMs > nowMs ? settings.override : null;
  return (
    <section className="flex flex-col gap-2 rounded-md border border-line p-4">
      <h2 className="text-base font-semibold">{words.override}</h2>
      <p className="text-soft">{words.overrideHint}</p>
      {active && <form onSubmit={stop.onSubmit} className="flex flex-wrap items-center gap-3"><StatusMark light={active.light} /><b>{words.until(format.dateTime(active.untilMs))}</b><button type="submit" className="control" disabled={!may || stop.busy}>{words.stop}</button></form>}
      <form onSubmit={form.onSubmit}>
        <fieldset disabled={!may} className="grid grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] items-end gap-3">
          <Field label={words.light}>{(props) => <select {...props} className="field h-8" value={form.values.light} onChange={(event) => { form.set({ light: event.target.value as 'busy' }); }}>{(['fine', 'busy', 'stuck'] as const).map((one) => <option key={one} value={one}>{light[one]}</option>)}</select>}</Field>
          <Field label={words.textKo} fault={form.faultOf('override.text.ko')}>{(props) => <input {...props} className="field h-8" value={form.values.ko} onChange={(event) => { form.set({ ko: event.target.value }); }} />}</Field>
          <Field label={words.textEn} fault={form.faultOf('override.text.en')}>{(props) => <input {...props} className="field h-8" value={form.values.en} onChange={(event) => { form.set({ en: event.target.value }); }} />}</Field>
          <Field label={words.hours} fault={form.faultOf('override.untilMs')}>{(props) => <select {...props} className="field h-8" value={form.values.hours} onChange={(event) => { form.set({ hours: event.target.value }); }}>{HOURS.map((one) => <option key={one} value={one}>{quiet.hours(one)}</option>)}</select>}</Field>
          <button type="submit" className="control h-8 justify-self-start" disabled={form.busy}>{words.start}</button>
        </fieldset>
      </form>
      <FormFailure failure={form.failure ?? stop.failure} known={['override.text.ko', 'override.text.en', 'override.untilMs']} />
    </section>
  );
}

function Preview({ data: { preview, address, settings } }: { data: PublicPageAnswer }) {
  const { words: { alerts: { public: words } }, language } = useLocale();
  return (
    <section className="flex flex-col gap-3">
      <h2 className="text-base font-semibold">{words.preview}</h2>
      <p className="text-soft">{words.address}: {settings.enabled ? <a className="underline" href={new URL(address).pathname} target="_blank" rel="noreferrer">{address}</a> : words.hidden}</p>
      {preview && <div className="rounded-md border border-line bg-surface p-4">
        <p className="flex items-center gap-3 text-xl font-semibold"><StatusMark light={preview.light} size={20} />{preview.headline[language]}</p>
        <ul className="mt-3 divide-y divide-line">{preview.steps.map((step) => <li key={step.name.ko} className="flex items-center gap-2 py-1.5"><StatusMark light={step.light} /><span className="flex-1">{step.name[language]}</span>{step.ways.length > 0 && <span className="flex flex-wrap gap-2 text-soft">{step.ways.map((way) => <span key={way.name.ko} className="flex items-center gap-1"><StatusMark light={way.light} size={9} />{way.name[language]}</span>)}</span>}</li>)}</ul>
      </div>}
    </section>
  );
}
