// One incident: what it is and why, who has it, what was seen, said and done in order of time, and its post-mortem to write and
// to take along.
import { Link, useParams } from '@tanstack/react-router';
import { ROUTES, type IncidentAction, type IncidentAnswer } from '@narrows/contract';
import { useState } from 'react';
import { useIncident } from '../../api/alerts.js';
import { apiAddress } from '../../api/request.js';
import { filled, useSend } from '../../api/send.js';
import { useNow } from '../../app/freshness.js';
import { carried, useUrlState } from '../../app/use-url-state.js';
import { inLanguage, useLocale } from '../../i18n/locale.js';
import { Field, FormFailure, useForm } from '../parts/form.js';
import { measured } from '../parts/measured.js';
import { StatusMark } from '../parts/status-mark.js';
import { SectionState, useMay } from '../alerts/section-state.js';
import { incidentLight } from './incident-light.js';

/** So much of what came before and after an incident is shown with it. */
const BEFORE_MS = 300_000;

export function IncidentPage() {
  const { words: { alerts: { incidents: words } }, language } = useLocale();
  const { incidentId = '' } = useParams({ strict: false });
  const { state } = useUrlState();
  return (
    <div className="flex max-w-[1200px] flex-col gap-4 p-4 max-sm:p-3">
      <Link to="/incidents" search={carried(state)} className="text-xs text-soft underline">{words.back}</Link>
      <SectionState answer={useIncident(incidentId, language)} what={words.title}>{(data) => <Details key={data.incident.id} data={data} />}</SectionState>
    </div>
  );
}

function Details({ data }: { data: IncidentAnswer }) {
  const { words: { alerts } } = useLocale();
  const { incident } = data;
  return (
    <div className="flex flex-col gap-6">
      <Header data={data} />
      <div className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)] gap-x-10 gap-y-6 max-lg:grid-cols-[minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-6"><Cause incident={incident} /><Timeline data={data} /></div>
        <div className="flex min-w-0 flex-col gap-6"><AlertList data={data} /><PostMortem data={data} title={alerts.incidents.postMortem} /></div>
      </div>
    </div>
  );
}

function Header({ data: { incident } }: { data: IncidentAnswer }) {
  const { words: { alerts }, format, language } = useLocale();
  const nowMs = useNow(1_000);
  const may = useMay('act');
  const { state: url } = useUrlState();
  const { id, number, state, severity, title, openedAtMs, resolvedAtMs, owner, quiet } = incident;
  const isOver = state === 'resolved' || state === 'closed';
  return (
    <header className="flex flex-col gap-2">
      <h1 className="flex items-start gap-3 text-xl font-semibold"><span className="mt-1.5"><StatusMark light={incidentLight(incident)} size={15} label="" /></span><span><span className="text-soft">#{number}</span> {inLanguage(title, language)}</span></h1>
      <p className="text-soft" data-state={state}>{alerts.incidents.state[state]} · {alerts.severity[severity]} · {format.dateTime(openedAtMs)} · {resolvedAtMs === null ? alerts.incidents.ongoingFor(format.elapsed(Math.max(0, nowMs - openedAtMs))) : format.elapsed(Math.max(0, resolvedAtMs - openedAtMs))}{owner === null && state === 'open' ? '' : ` · ${alerts.incidents.owner}: ${owner ?? alerts.incidents.noOwner}`}{quiet === null ? '' : ` · ${alerts.incidents.quiet(quiet)}`}</p>
      <div className="flex flex-wrap gap-2">
        {may && (owner === null ? <Act id={id} action="take" label={alerts.incidents.take} /> : <Act id={id} action="release" label={alerts.incidents.release} />)}
        {may && (isOver ? <Act id={id} action="reopen" label={alerts.incidents.reopen} /> : <Act id={id} action="resolve" label={alerts.incidents.resolve} />)}
        {may && state === 'resolved' && <Act id={id} action="close" label={alerts.incidents.close} />}
        <Link className="control" to="/live" search={{ ...carried(url), from: openedAtMs - BEFORE_MS, to: Math.min(nowMs, (resolvedAtMs ?? nowMs) + BEFORE_MS) }}>{alerts.incidents.live}</Link>
      </div>
      <div className="flex flex-wrap items-center gap-2 text-soft">
        <span>{alerts.incidents.report}</span>
        {(['md', 'html', 'pdf'] as const).map((kind) => <a key={kind} className="control" target={kind === 'html' ? '_blank' : undefined} rel="noreferrer" href={apiAddress(filled(ROUTES.incidentReport, { id }), { format: kind, lang: language })}>{{ md: alerts.incidents.markdown, html: alerts.incidents.print, pdf: alerts.incidents.pdf }[kind]}</a>)}
      </div>
    </header>
  );
}

function Act({ id, action, label }: { id: string; action: IncidentAction['action']; label: string }) {
  const send = useSend('incidents');
  const form = useForm({}, () => send('POST', filled(ROUTES.incident, { id }), { action }));
  return <form onSubmit={form.onSubmit}><button type="submit" className="control" disabled={form.busy}>{label}</button><FormFailure failure={form.failure} /></form>;
}

function Cause({ incident: { cause } }: { incident: IncidentAnswer['incident'] }) {
  const locale = useLocale();
  const { words: { alerts: { incidents: words } }, format, language } = locale;
  return (
    <section>
      <h2 className="mb-2 text-base font-semibold">{words.cause}</h2>
      {cause === null ? <p className="text-soft">{words.noCause}</p> : (
        <>
          <p className="text-lg">{inLanguage(cause.sentence, language)} <span className="text-base text-soft">{words.confidence(format.percent(cause.confidence))}</span></p>
          <ul className="mt-2 divide-y divide-line border-y border-line">{cause.evidence.map((one) => <li key={one.measure + one.claim.en} className="flex flex-wrap justify-between gap-x-4 py-1.5"><a className="underline" href={one.link}>{inLanguage(one.claim, language)}</a><span className="text-soft">{words.before} {measured(one.before, one.unit, locale)} → {words.now} {measured(one.now, one.unit, locale)}</span></li>)}</ul>
        </>
      )}
    </section>
  );
}

function Timeline({ data: { incident, timeline } }: { data: IncidentAnswer }) {
  const { words: { alerts: { incidents: words } }, format, language } = useLocale();
  const may = useMay('act');
  const send = useSend('incidents');
  const [text, setText] = useState('');
  const form = useForm({}, async () => { await send('POST', filled(ROUTES.incident, { id: incident.id }), { action: 'note', text }); setText(''); });
  return (
    <section>
      <h2 className="mb-2 text-base font-semibold">{words.timeline}</h2>
      <ol className="flex flex-col gap-1.5 border-l-2 border-line pl-3">
        {timeline.map((entry, i) => (
          <li key={`${entry.atMs} ${i}`} className="flex gap-3" data-entry={entry.kind}>
            <time className="w-16 shrink-0 text-soft" title={format.exactTime(entry.atMs)}>{format.time(entry.atMs)}</time>
            <span className="min-w-0"><span className="text-soft">{entry.actor}</span> {entry.link.startsWith('/') ? <a className="underline" href={entry.link}>{inLanguage(entry.text, language)}</a> : <span className="whitespace-pre-wrap">{inLanguage(entry.text, language)}</span>}</span>
          </li>
        ))}
      </ol>
      {may && (
        <form onSubmit={form.onSubmit} className="mt-3 flex items-end gap-2">
          <div className="min-w-0 flex-1"><Field label={words.note} fault={form.faultOf('text')}>{(props) => <input {...props} name="note" className="field h-8" value={text} onChange={(event) => { setText(event.target.value); }} />}</Field></div>
          <button type="submit" className="control h-8" disabled={form.busy || text.trim() === ''}>{words.addNote}</button>
        </form>
      )}
      <FormFailure failure={form.failure} known={['text']} />
    </section>
  );
}

function AlertList({ data: { alerts: fired } }: { data: IncidentAnswer }) {
  const { words: { alerts: { incidents: words } }, format, language } = useLocale();
  return (
    <section>
      <h2 className="mb-2 text-base font-semibold">{words.alertsTitle}</h2>
      <ul className="divide-y divide-line border-y border-line">
        {fired.map((one) => <li key={`${one.ruleId} ${one.key} ${one.firedAtMs}`} className="flex flex-wrap items-center gap-x-3 py-1.5"><StatusMark light={one.overAtMs === null ? 'stuck' : 'fine'} label="" /><span className="min-w-0 flex-1">{one.text === undefined ? one.rule : inLanguage(one.text, language)}</span><span className="text-soft">{format.time(one.firedAtMs)} – {one.overAtMs === null ? words.ongoing : format.time(one.overAtMs)}</span></li>)}
      </ul>
    </section>
  );
}

function PostMortem({ data: { incident, postMortem, postMortemIsDraft }, title }: { data: IncidentAnswer; title: string }) {
  const { words: { alerts } } = useLocale();
  const may = useMay('act');
  const send = useSend('incidents');
  // Null: untouched, so that a draft goes on growing while nobody writes.
  const [text, setText] = useState<string | null>(null);
  const form = useForm({}, async () => { await send('POST', filled(ROUTES.incident, { id: incident.id }), { action: 'write', text: text ?? postMortem }); setText(null); });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-2">
      <Field label={title} hint={postMortemIsDraft ? alerts.incidents.draft : undefined}>{(props) => <textarea {...props} readOnly={!may} rows={18} className="field h-auto py-2 font-mono text-xs" value={text ?? postMortem} onChange={(event) => { setText(event.target.value); }} />}</Field>
      <FormFailure failure={form.failure} />
      {may && <div><button type="submit" className="control" disabled={form.busy || text === null}>{alerts.save}</button></div>}
    </form>
  );
}
