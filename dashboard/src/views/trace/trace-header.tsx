// The head of a trace: what it was, how long, when, how much of it, and the one line that says where it waited.
import type { TraceAnswer } from '@narrows/contract';
import { ChevronLeft, Hourglass } from 'lucide-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { carried, useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import type { SpanNode } from '../../model/span-tree.js';
import { unixNanoToMs, type TraceModel } from '../../model/trace-model.js';
import { CopyButton } from '../parts/copy-button.js';
import { StatusMark } from '../parts/status-mark.js';
import { usePlaceNames } from '../parts/use-place-names.js';

export function TraceHeader({ answer, model }: { answer: TraceAnswer; model: TraceModel }) {
  const { words: { trace, common }, format } = useLocale();
  const { state } = useUrlState();
  const names = usePlaceNames();
  const { tree, root } = model;
  const errors = model.shares.reduce((sum, share) => sum + share.errors, 0);
  const wholeMs = tree.endNano / 1e6;
  return (
    <header className="flex flex-col gap-2 border-b border-line px-4 py-3">
      <div className="flex min-w-0 items-center gap-2">
        <Link to="/traces" search={carried(state)} className="control pl-1"><ChevronLeft size={15} aria-hidden />{trace.back}</Link>
        <h1 className="min-w-0 truncate text-lg font-semibold">
          {root ? <><span className="text-soft">{root.span.service}</span> {root.span.name}</> : <span className="font-mono">{answer.traceId}</span>}
        </h1>
        <span className="flex-1" />
        <span className="hidden font-mono text-xs text-faint xl:inline">{answer.traceId}</span>
        <CopyButton bare text={answer.traceId} label={trace.copyId} />
        <CopyButton text={() => window.location.href} label={common.copyLink} />
      </div>
      <dl className="flex flex-wrap items-baseline gap-x-6 gap-y-1">
        <Fact name={trace.duration} value={format.duration(wholeMs)} title={format.exactDuration(wholeMs)} strong />
        {root && <Fact name={trace.start} value={format.exactTime(unixNanoToMs(tree.originUnixNano))} title={`${tree.originUnixNano} ns`} />}
        <Fact name={trace.spans} value={format.exactCount(answer.spans.length + answer.spansOmitted)} />
        <Fact name={trace.services} value={format.exactCount(model.shares.length)} />
        <Fact name={trace.errors} value={<span className="inline-flex items-center gap-1.5">{errors > 0 && <StatusMark light="stuck" size={10} label={common.error} />}{format.exactCount(errors)}</span>} />
        {root && root.span.outcome !== '' && <Fact name={common.outcome} value={names.outcome(root.span.outcome)} title={root.span.outcome} />}
      </dl>
      <Findings model={model} />
    </header>
  );
}

function Fact({ name, value, title, strong = false }: { name: string; value: ReactNode; title?: string; strong?: boolean }) {
  return <div className="flex items-baseline gap-1.5"><dt className="text-xs text-faint">{name}</dt><dd title={title} className={strong ? 'text-lg font-semibold' : ''}>{value}</dd></div>;
}

function Findings({ model }: { model: TraceModel }) {
  const { words: { trace }, format } = useLocale();
  const { finding, errorsBegan } = model;
  const [firstError] = errorsBegan;
  return (
    <div className="flex flex-col gap-1">
      {finding && (
        <p className="flex items-start gap-2 text-base" aria-label={trace.waitedLabel}>
          <Hourglass size={15} aria-hidden className="mt-[3px] shrink-0 text-busy" />
          <span><strong className="font-semibold">{trace.waited(format.duration(finding.nano / 1e6), format.duration(finding.totalNano / 1e6), `${finding.service} · ${finding.operation}`, finding.spans)}</strong> <Show node={finding.node} /></span>
        </p>
      )}
      {firstError && (
        <p className="flex items-start gap-2">
          <span className="mt-1 shrink-0"><StatusMark light="stuck" size={12} label={trace.errors} /></span>
          <span className="line-clamp-2">{trace.errorBegan(`${firstError.span.service} · ${firstError.span.name}`, firstError.span.statusMessage)} {errorsBegan.length > 1 && <span className="text-faint">{trace.errorsMore(format.count(errorsBegan.length - 1))}</span>} <Show node={firstError} /></span>
        </p>
      )}
    </div>
  );
}

function Show({ node }: { node: SpanNode }) {
  const { words: { trace } } = useLocale();
  const { set } = useUrlState();
  return <button type="button" className="text-accent underline underline-offset-2" onClick={() => { set({ span: node.span.spanId, tab: undefined }); }}>{trace.show}</button>;
}
