// A pipeline as YAML, tried on the last minutes while it is typed: what each stage takes, what none takes, and what is wrong with the
// text. Only a text without mistakes can be kept.
import { ROUTES, type PipelineCheck } from '@narrows/contract';
import { useEffect, useState } from 'react';
import { filled, send as sendRequest, useSend } from '../../api/send.js';
import { useSession } from '../../api/answers.js';
import { useLocale } from '../../i18n/locale.js';
import { Field, FormFailure, useForm } from '../parts/form.js';

const TRY_AFTER_MS = 500;

/** `id`: null for a new one, whose id the text says. */
export function PipelineEditor({ id, yaml, mayChange, note }: { id: string | null; yaml: string; mayChange: boolean; note?: string }) {
  const { words: { setup: { onboarding, check: words } } } = useLocale();
  const send = useSend('pipelines', 'onboarding', 'sources');
  const [saved, setSaved] = useState(false);
  const form = useForm({ yaml }, async (values) => {
    const own = id ?? /^id:\s*['"]?([a-z0-9-]+)/m.exec(values.yaml)?.[1] ?? 'main';
    await send('PUT', filled(ROUTES.pipeline, { pipeline: own }), values);
    setSaved(true);
  });
  const check = useCheck(form.values.yaml);
  return (
    <form className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)] gap-4 max-lg:grid-cols-[minmax(0,1fr)]" onSubmit={form.onSubmit}>
      <div className="flex min-w-0 flex-col gap-2">
        <Field label="YAML" hint={note} fault={form.faultOf('yaml')}>
          {(props) => <textarea {...props} name="yaml" spellCheck={false} rows={Math.min(28, 4 + form.values.yaml.split('\n').length)} readOnly={!mayChange} className="field h-auto w-full resize-y py-2 font-mono text-xs" value={form.values.yaml} onChange={(event) => { setSaved(false); form.set({ yaml: event.target.value }); }} />}
        </Field>
        <FormFailure failure={form.failure} known={['yaml']} />
        {mayChange && <button type="submit" className="control self-start" disabled={form.busy || (check !== null && check.mistakes.length > 0)}>{onboarding.save}</button>}
        {saved && <p role="status" className="text-soft" data-saved>{onboarding.saved}</p>}
      </div>
      <section aria-label={words.title} aria-live="polite" className="min-w-0"><h3 className="mb-1 text-xs text-soft">{words.title}</h3>{check && <Checked check={check} />}</section>
    </form>
  );
}

function Checked({ check }: { check: PipelineCheck }) {
  const { words: { setup: { check: words } }, format } = useLocale();
  if (check.mistakes.length > 0) return <><p className="text-stuck">{words.mistakes}</p><ul className="list-disc pl-5 font-mono text-xs" data-mistakes>{check.mistakes.map((mistake) => <li key={mistake}>{mistake}</li>)}</ul></>;
  return (
    <>
      <table className="w-full"><tbody>
        {check.stages.map(({ stage, spans, channels }) => (
          <tr key={stage} className="border-b border-line align-baseline" data-stage={stage} data-spans={spans}>
            <th scope="row" className="py-1 pr-3 text-left font-normal whitespace-nowrap">{stage}</th>
            <td className={`py-1 pr-3 text-right ${spans === 0 ? 'text-busy' : ''}`}>{spans === 0 ? words.none : words.spans(format.count(spans))}</td>
            <td className="py-1 text-soft">{channels.map(({ value, spans: count }) => `${value} ${format.count(count)}`).join(', ')}</td>
          </tr>
        ))}
      </tbody></table>
      {check.unmatched.length > 0 && <><h4 className="mt-3 text-xs text-soft">{words.unmatched}</h4><ul>{check.unmatched.map(({ service, operation, spans }) => <li key={`${service} ${operation}`}>{service} · {operation} <span className="text-soft">{format.count(spans)}</span></li>)}</ul></>}
    </>
  );
}

/** Null until the first answer; a text that is being typed is tried when the typing rests. */
function useCheck(yaml: string): PipelineCheck | null {
  const csrf = useSession().data?.csrf ?? null;
  const [check, setCheck] = useState<PipelineCheck | null>(null);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      sendRequest<PipelineCheck>('POST', ROUTES.pipelineCheck, { yaml }, csrf).then((answer) => { if (current) setCheck(answer); }, () => { if (current) setCheck(null); }); // Saving says what is wrong with the connection.
    }, TRY_AFTER_MS);
    return () => { current = false; clearTimeout(timer); };
  }, [yaml, csrf]);
  return check;
}
