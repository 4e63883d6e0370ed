// Pipelines as YAML, each tried on live data while it is changed.
import { ROUTES } from '@narrows/contract';
import { useState } from 'react';
import { useSources } from '../../api/setup.js';
import { filled, useSend } from '../../api/send.js';
import { useLocale } from '../../i18n/locale.js';
import { Failure } from '../parts/failure.js';
import { FormFailure, useForm } from '../parts/form.js';
import { PipelineEditor } from './pipeline-editor.js';

const EMPTY = 'id: main\nname: { ko: 이름, en: name }\nstages:\n  - id: first\n    match: { service: web, kind: server }\n';

export function PipelinesSection() {
  const { words: { common, setup: { settings } } } = useLocale();
  const sources = useSources();
  const [adding, setAdding] = useState(false);
  if (!sources.data) return sources.error ? <Failure error={sources.error} onRetry={() => { void sources.refetch(); }} /> : <p role="status" className="text-soft">{common.loading(settings.sections.pipelines)}</p>;
  return (
    <>
      {sources.data.sources.length === 0 && !adding && <p className="text-soft">{settings.noPipelines}</p>}
      {sources.data.sources.map(({ id, yaml, origin }) => (
        <section key={`${id} ${yaml}`} aria-label={id} className="flex flex-col gap-2 border-b border-line pb-4">
          <div className="flex items-center justify-between"><h2 className="font-semibold">{id}</h2>{origin === 'agency' && <Removal id={id} />}</div>
          <PipelineEditor id={id} yaml={yaml} mayChange {...origin === 'file' && { note: settings.fromFile }} />
        </section>
      ))}
      {adding ? <PipelineEditor id={null} yaml={EMPTY} mayChange /> : <button type="button" className="control self-start" onClick={() => { setAdding(true); }}>{settings.newPipeline}</button>}
    </>
  );
}

function Removal({ id }: { id: string }) {
  const { words: { setup: { settings } } } = useLocale();
  const send = useSend('sources', 'pipelines', 'onboarding');
  const form = useForm({}, () => send('DELETE', filled(ROUTES.pipeline, { pipeline: id })));
  return <form onSubmit={form.onSubmit}><button type="submit" className="control" disabled={form.busy}>{settings.deletePipeline}</button><FormFailure failure={form.failure} /></form>;
}
