// Bringing an agency in, as a person lives it: name it, get its key once, copy two lines, see the first span arrive, take the pipeline
// that its traffic suggests, hand over. Every step shows its state; none has to be done again after a reload but the key's secret.
import { ROUTES, type AgenciesAnswer, type NewSecret } from '@narrows/contract';
import { useState, type ReactNode } from 'react';
import { useSession } from '../../api/answers.js';
import { useKeys, useOnboarding, usePeople } from '../../api/setup.js';
import { useSend } from '../../api/send.js';
import { useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import { placeOf, snippetOf, WATCHED, type Watched } from '../../model/snippets.js';
import { CopyButton } from '../parts/copy-button.js';
import { Failure } from '../parts/failure.js';
import { Field, FormFailure, TextField, useForm } from '../parts/form.js';
import { StatusMark } from '../parts/status-mark.js';
import { NoDataReasons } from './no-data-reasons.js';
import { PipelineStep } from './pipeline-step.js';

export function OnboardingPage() {
  const { words: { common, setup: { onboarding } } } = useLocale();
  const session = useSession();
  const answer = useOnboarding();
  const [secret, setSecret] = useState<string | null>(null);
  const may = (permission: string): boolean => session.data?.permissions.some((one) => one === permission) ?? false;
  if (!answer.data || !session.data) return answer.error ? <Failure error={answer.error} onRetry={() => { void answer.refetch(); }} /> : <p role="status" className="p-6 text-soft">{common.loading(onboarding.loading)}</p>;
  const { services, spans } = answer.data;
  const came = services.length > 0 || spans > 0;
  return (
    <div className="flex max-w-[1100px] flex-col gap-6 p-4 max-sm:p-3">
      <h1 className="text-xl font-semibold">{onboarding.title}</h1>
      <ol className="flex flex-col divide-y divide-line border-y border-line">
        <Step number={1} title={onboarding.steps.agency} done><AgencyStep id={session.data.agency} name={session.data.agencyName} mayCreate={may('agencies')} /></Step>
        <Step number={2} title={onboarding.steps.key} done={secret !== null || came}><KeyStep secret={secret} mayCreate={may('keys')} onSecret={setSecret} /></Step>
        <Step number={3} title={onboarding.steps.watch} done={came}><WatchStep secret={secret} otlpPort={answer.data.otlpPort} /></Step>
        <Step number={4} title={onboarding.steps.first} done={came}><FirstStep answer={answer.data} /></Step>
        <Step number={5} title={onboarding.steps.pipeline} done={answer.data.pipelines > 0}>{came ? <PipelineStep mayChange={may('configure')} /> : <p className="text-soft">{onboarding.nothingToPropose}</p>}</Step>
        <Step number={6} title={onboarding.steps.hand} done={false}><HandStep data={came && !answer.data.reasons.some(({ reason }) => reason === 'silent')} pipeline={answer.data.pipelines > 0} clock={!answer.data.reasons.some(({ reason }) => reason === 'clock-off')} people={may('people')} /></Step>
      </ol>
    </div>
  );
}

function Step({ number, title, done, children }: { number: number; title: string; done: boolean; children: ReactNode }) {
  return (
    <li className="grid grid-cols-[11rem_minmax(0,1fr)] gap-x-6 gap-y-2 py-4 max-md:grid-cols-[minmax(0,1fr)]" data-step={number} data-done={done}>
      <h2 className="flex items-center gap-2 self-start font-semibold"><StatusMark light={done ? 'fine' : 'none'} label="" /><span>{number}. {title}</span></h2>
      <div className="flex min-w-0 flex-col gap-3">{children}</div>
    </li>
  );
}

function AgencyStep({ id, name, mayCreate }: { id: string; name: string; mayCreate: boolean }) {
  const { words: { setup: { onboarding } } } = useLocale();
  const send = useSend();
  const [open, setOpen] = useState(false);
  const form = useForm({ name: '' }, async (values) => {
    const agency = await send<AgenciesAnswer['agencies'][number]>('POST', ROUTES.agencies, values);
    await send('POST', ROUTES.sessionAgency, { agency: agency.id });
    window.location.assign('/onboarding'); // Nothing of the agency before may stay on the page: its stream ends with it.
  });
  return (
    <>
      <p>{onboarding.current(name, id)}</p>
      {mayCreate && !open && <button type="button" className="control self-start" onClick={() => { setOpen(true); }}>{onboarding.other}</button>}
      {open && (
        <form className="flex max-w-sm flex-col gap-3" onSubmit={form.onSubmit} noValidate>
          <TextField form={form} name="name" label={onboarding.agencyName} hint={onboarding.agencyHint} />
          <FormFailure failure={form.failure} known={['name']} />
          <button type="submit" className="control self-start" disabled={form.busy}>{onboarding.createAgency}</button>
        </form>
      )}
    </>
  );
}

function KeyStep({ secret, mayCreate, onSecret }: { secret: string | null; mayCreate: boolean; onSecret: (secret: string) => void }) {
  const { words: { setup: { onboarding } } } = useLocale();
  const send = useSend('keys');
  const form = useForm({}, async () => { onSecret((await send<NewSecret>('POST', ROUTES.keys, { kind: 'ingest', name: 'onboarding' })).secret); });
  if (secret !== null) {
    return (
      <>
        <div className="flex min-w-0 items-center gap-2"><code className="min-w-0 truncate rounded-md border border-line bg-surface px-2 py-1 font-mono text-sm" data-secret>{secret}</code><CopyButton text={secret} bare /></div>
        <p className="text-soft">{onboarding.keyOnce}</p>
      </>
    );
  }
  return (
    <form className="flex flex-col gap-2" onSubmit={form.onSubmit}>
      <p className="text-soft">{mayCreate ? onboarding.keyNone : onboarding.keyHave}</p>
      <FormFailure failure={form.failure} />
      {mayCreate && <button type="submit" className="control self-start" disabled={form.busy}>{onboarding.createKey}</button>}
    </form>
  );
}

const SERVICE_DEFAULT = 'web';
/** Both are pasted into a shell, so that nothing in them may mean something there. */
const SERVICE = /^[\w.-]{1,80}$/;
const ENDPOINT = /^https?:\/\/[\w.[\]:-]+(\/[\w./-]*)?$/;

function WatchStep({ secret, otlpPort }: { secret: string | null; otlpPort: number }) {
  const { words: { setup: { onboarding } } } = useLocale();
  const [watched, setWatched] = useState<Watched>('node');
  const [service, setService] = useState(SERVICE_DEFAULT);
  // As the browser sees the collector; the application may see it under another name, or behind a proxy.
  const seen = `${window.location.protocol}//${window.location.hostname}:${otlpPort}`;
  const [endpoint, setEndpoint] = useState(seen);
  const place = placeOf(watched);
  const wrongService = SERVICE.test(service) ? undefined : onboarding.serviceHint;
  const wrongEndpoint = ENDPOINT.test(endpoint) ? undefined : onboarding.endpointHint;
  const snippet = snippetOf(watched, { endpoint: wrongEndpoint === undefined ? endpoint : seen, key: secret ?? 'KEY', service: wrongService === undefined ? service : SERVICE_DEFAULT });
  return (
    <>
      <div className="flex flex-wrap gap-1" role="radiogroup" aria-label={onboarding.steps.watch}>
        {WATCHED.map((one) => <button key={one} type="button" role="radio" aria-checked={watched === one} data-watched={one} className="control" onClick={() => { setWatched(one); }}>{onboarding.watched[one]}</button>)}
      </div>
      {place === 'application' && <Field label={onboarding.service} fault={wrongService}>{(props) => <input {...props} className="field h-8 max-w-xs font-mono" name="service" value={service} onChange={(event) => { setService(event.target.value); }} />}</Field>}
      <Field label={onboarding.endpoint} hint={onboarding.endpointWhy} fault={wrongEndpoint}>{(props) => <input {...props} className="field h-8 max-w-md font-mono" name="endpoint" value={endpoint} onChange={(event) => { setEndpoint(event.target.value.trim()); }} />}</Field>
      <p className="text-soft">{onboarding.copy[place]}</p>
      <div className="flex items-start gap-2"><pre className="min-w-0 flex-1 overflow-x-auto rounded-md border border-line bg-surface p-3 font-mono text-xs" data-snippet={watched} tabIndex={0}>{snippet}</pre><CopyButton text={snippet} /></div>
    </>
  );
}

function FirstStep({ answer }: { answer: NonNullable<ReturnType<typeof useOnboarding>['data']> }) {
  const { words: { setup: { onboarding } }, format } = useLocale();
  const [first, ...others] = answer.services;
  const waiting = answer.points + answer.logRecords > 0 ? onboarding.waitingForSpan : onboarding.waiting;
  return (
    <>
      <p role="status" className="text-lg font-semibold" data-first={first?.service ?? ''}>{first ? onboarding.arrived(first.service) : waiting}</p>
      {(first === undefined || answer.spans + answer.points + answer.logRecords > 0) && <p className="text-soft">{onboarding.counted(format.count(answer.spans), format.count(answer.points), format.count(answer.logRecords))}</p>}
      {others.length > 0 && <p><span className="text-soft">{onboarding.alsoFrom}: </span>{answer.services.map(({ service }, i) => <span key={service} data-service={service}>{i > 0 && ', '}{service}</span>)}</p>}
      <NoDataReasons reasons={answer.reasons} />
    </>
  );
}

function HandStep({ data, pipeline, clock, people }: { data: boolean; pipeline: boolean; clock: boolean; people: boolean }) {
  const { words: { setup: { onboarding } } } = useLocale();
  const { open } = useUrlState();
  const keys = useKeys();
  const members = usePeople();
  const checks = [
    ['key', keys.data ? keys.data.keys.some((key) => key.kind === 'ingest' && key.revokedAtMs === null) : null], ['data', data], ['clock', data ? clock : null], ['pipeline', pipeline],
    ['people', members.data ? members.data.people.some(({ role }) => role === 'agency-admin') : null],
  ] as const;
  return (
    <>
      <ul className="flex flex-col gap-1">{checks.map(([check, good]) => <li key={check} className="flex items-center gap-2" data-check={check} data-good={good}><StatusMark light={good === null ? 'none' : good ? 'fine' : 'busy'} label="" />{onboarding.checks[check]}</li>)}</ul>
      <div className="flex flex-wrap gap-2">
        {people && <button type="button" className="control" onClick={() => { open('/settings', { panel: 'people' }); }}>{onboarding.invite}</button>}
        <button type="button" className="control" onClick={() => { open('/alerts', { panel: 'proposal' }); }}>{onboarding.alerts}</button>
        <button type="button" className="control" onClick={() => { open('/live'); }}>{onboarding.live}</button>
      </div>
    </>
  );
}
