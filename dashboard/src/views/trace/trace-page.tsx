// One trace: what it was, where it waited, every span of it and its logs. The selected span, the tab and the search are
// in the address.
import { Link, useParams } from '@tanstack/react-router';
import type { TraceAnswer } from '@narrows/contract';
import { useEffect, useMemo } from 'react';
import { useTrace } from '../../api/answers.js';
import { carried, useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import { traceModel } from '../../model/trace-model.js';
import { Failure } from '../parts/failure.js';
import { useServiceColours } from '../parts/service-colours.js';
import { SpanPanel } from './span-panel.js';
import { TraceHeader } from './trace-header.js';
import { TraceLogs } from './trace-logs.js';
import { TraceNotices } from './trace-notices.js';
import { Waterfall } from './waterfall.js';

export function TracePage() {
  const { words: { common, trace } } = useLocale();
  const { traceId } = useParams({ from: '/traces/$traceId' });
  const { state } = useUrlState();
  const answer = useTrace(traceId);
  if (answer.data) return <TraceView answer={answer.data} />;
  if (answer.error?.status === 404) {
    return (
      <section role="status" className="flex max-w-[72ch] flex-col items-start gap-3 p-6">
        <h1 className="text-lg font-semibold">{trace.notFoundTitle}</h1>
        <p className="text-soft">{trace.notFoundBody}</p>
        <p className="font-mono text-xs text-faint">{traceId}</p>
        <div className="flex gap-2">
          <button type="button" className="control" onClick={() => { void answer.refetch(); }}>{common.failed.again}</button>
          <Link to="/traces" search={carried(state)} className="control">{trace.back}</Link>
        </div>
      </section>
    );
  }
  return answer.error ? <Failure error={answer.error} onRetry={() => { void answer.refetch(); }} /> : <p role="status" className="p-6 text-soft">{common.loading(trace.loading)}</p>;
}

export function TraceView({ answer }: { answer: TraceAnswer }) {
  const { words: { trace }, format } = useLocale();
  const { state, set } = useUrlState();
  const uncoloured = useMemo(() => traceModel(answer), [answer]);
  const services = useMemo(() => uncoloured.shares.map((share) => share.service), [uncoloured]);
  const colours = useServiceColours(services);
  const model = useMemo(() => ({ ...uncoloured, colours }), [uncoloured, colours]);
  const tab = answer.spans.length === 0 ? 'logs' : state.tab ?? 'spans';
  const selected = state.span === undefined ? null : model.byId.get(state.span) ?? null;
  const title = model.root ? `${model.root.span.service} ${model.root.span.name}` : answer.traceId;
  useEffect(() => {
    const before = document.title;
    document.title = `${title} · Narrows`;
    return () => { document.title = before; };
  }, [title]);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <TraceHeader answer={answer} model={model} />
      <TraceNotices answer={answer} model={model} />
      <div role="tablist" aria-label={trace.tabs.label} className="flex gap-4 border-b border-line px-4">
        {([['spans', answer.spans.length], ['logs', answer.logs.length]] as const).map(([name, count]) => (
          <button key={name} type="button" role="tab" id={`tab-${name}`} aria-selected={tab === name} aria-controls="trace-panel" onClick={() => { set({ tab: name === 'spans' ? undefined : name }, { replace: true }); }}
            className="-mb-px h-8 border-b-2 border-transparent text-soft aria-selected:border-accent aria-selected:text-text">
            {trace.tabs[name]} <span className="text-faint">{format.count(count)}</span>
          </button>
        ))}
      </div>
      <div id="trace-panel" role="tabpanel" aria-labelledby={`tab-${tab}`} className="flex min-h-0 flex-1 max-lg:flex-col">
        {tab === 'spans' ? <Waterfall model={model} selected={selected} /> : <TraceLogs logs={answer.logs} model={model} />}
        {selected && <SpanPanel key={selected.span.spanId} node={selected} model={model} />}
      </div>
    </div>
  );
}
