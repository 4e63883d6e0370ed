// Everything that is known about one span, beside the waterfall: times, attributes, exception, events, links, logs.
import type { SpanRow } from '@narrows/contract';
import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { carried, useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import { ownNano } from '../../model/self-time.js';
import type { SpanNode } from '../../model/span-tree.js';
import { isError } from '../../model/trace-findings.js';
import { sinceOriginNano, unixNanoToMs, type TraceModel } from '../../model/trace-model.js';
import { CopyButton } from '../parts/copy-button.js';
import { StatusMark } from '../parts/status-mark.js';
import { usePlaceNames } from '../parts/use-place-names.js';
import { AttributeTable } from './attribute-table.js';
import { LogLine } from './trace-logs.js';

export function SpanPanel({ node, model }: { node: SpanNode; model: TraceModel }) {
  const { words: { trace: { panel } }, format } = useLocale();
  const { set } = useUrlState();
  const { span } = node;
  const [search, setSearch] = useState('');
  const logs = model.logsBySpan.get(span.spanId) ?? [];
  const exceptions = span.events.filter((event) => event.name === 'exception');
  const events = span.events.filter((event) => event.name !== 'exception');
  const offset = (unixNano: string): string => panel.after(format.duration(sinceOriginNano(model.tree, unixNano) / 1e6));
  return (
    <aside aria-label={panel.label} className="flex min-h-0 flex-col overflow-y-auto border-line bg-surface max-lg:h-1/2 max-lg:border-t lg:w-[400px] lg:shrink-0 lg:border-l">
      <header className="sticky top-0 z-10 flex items-start gap-2 border-b border-line bg-surface px-3 py-2">
        <span aria-hidden className="mt-1 size-3 shrink-0 rounded-sm" style={{ background: model.colours.get(span.service) }} />
        <h2 className="min-w-0 flex-1 leading-5"><span className="text-soft">{span.service}</span> <span className="font-semibold">{span.name}</span></h2>
        <button type="button" className="inline-flex size-6 items-center justify-center rounded-sm text-soft hover:text-text" aria-label={panel.close} title={panel.close} onClick={() => { set({ span: undefined }, { replace: true }); }}><X size={15} aria-hidden /></button>
      </header>
      <Times node={node} model={model} />
      <Facts node={node} />
      {exceptions.map((event, index) => <Exception key={`${event.atUnixNano} ${index}`} attributes={event.attributes} />)}
      <Section title={panel.attributes} count={Object.keys(span.attributes).length} tools={<input type="search" className="field mb-1 h-6 w-full text-xs" placeholder={panel.search} aria-label={panel.search} value={search} onChange={(event) => { setSearch(event.target.value); }} />}>
        <AttributeTable attributes={span.attributes} search={search} />
      </Section>
      {events.length > 0 && (
        <Section title={panel.events} count={events.length}>
          {events.map((event, index) => <div key={`${event.atUnixNano} ${index}`} className="mb-1"><p><span className="font-mono text-xs text-faint">{offset(event.atUnixNano)}</span> {event.name}</p><AttributeTable attributes={event.attributes} search={search} /></div>)}
        </Section>
      )}
      {logs.length > 0 && <Section title={panel.logs} count={logs.length}>{logs.map((log, index) => <LogLine key={`${log.atUnixNano} ${index}`} log={log} offset={offset(log.atUnixNano)} />)}</Section>}
      {span.links.length > 0 && <Section title={panel.links} count={span.links.length}>{span.links.map((link) => <SpanLink key={`${link.traceId} ${link.spanId}`} link={link} />)}</Section>}
      <Section title={panel.resource} count={Object.keys(span.resource).length} open={false}><AttributeTable attributes={span.resource} search={search} /></Section>
    </aside>
  );
}

function Times({ node, model }: { node: SpanNode; model: TraceModel }) {
  const { words: { trace: { panel } }, format } = useLocale();
  const totalNano = node.endNano - node.beginNano;
  const own = ownNano(node);
  const pathNano = model.path.get(node)?.nano ?? 0;
  const cells = [[panel.total, totalNano], [panel.own, own], [panel.waiting, totalNano - own], [panel.onPath, pathNano]] as const;
  return (
    <>
      <dl className="grid grid-cols-4 gap-2 px-3 pt-2">
        {cells.map(([name, nano]) => <div key={name}><dt className="text-xs text-faint">{name}</dt><dd className="font-semibold" title={format.exactDuration(nano / 1e6)}>{format.duration(nano / 1e6)}</dd></div>)}
      </dl>
      <div aria-hidden className="mx-3 mt-1 flex h-1.5 overflow-hidden rounded-sm">
        <span style={{ width: `${totalNano === 0 ? 100 : (own / totalNano) * 100}%`, background: model.colours.get(node.span.service) }} />
        <span className="flex-1 opacity-35" style={{ background: model.colours.get(node.span.service) }} />
      </div>
    </>
  );
}

function Facts({ node }: { node: SpanNode }) {
  const { words: { trace: { panel, parentMissing } }, format } = useLocale();
  const names = usePlaceNames();
  const { span } = node;
  const named = (id: string, name: string): ReactNode => (id === '' ? '' : <span key={id} title={id}>{name}</span>);
  const corrected = node.correctionNano === 0 ? '' : ` · ${panel.corrected(format.duration(node.correctionNano / 1e6))}`;
  const facts: [string, ReactNode][] = [
    [node.correctionNano === 0 ? panel.began : panel.recorded, <span key="began" title={`${span.startUnixNano} ns`}>{format.exactTime(unixNanoToMs(span.startUnixNano))}{corrected}</span>],
    [panel.status, <span key="status" className="inline-flex items-center gap-1.5">{isError(node) && <StatusMark light="stuck" size={10} />}{span.statusCode}{span.statusMessage !== '' && ` — ${span.statusMessage}`}</span>],
    [panel.kind, span.kind], [panel.stage, named(span.stage, names.stage(span.stage))], [panel.channel, named(span.channel, names.channel(span.stage, span.channel))], [panel.outcome, named(span.outcome, names.outcome(span.outcome))], [panel.instance, span.instance], [panel.scope, span.scope], [panel.state, span.traceState],
    [panel.spanId, <span key="id" className="inline-flex items-center font-mono text-xs">{span.spanId}<CopyButton bare text={span.spanId} /></span>],
    [panel.parent, node.parentMissing ? <span key="parent"><span className="font-mono text-xs">{span.parentSpanId}</span> ({parentMissing})</span> : ''],
  ];
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 px-3 py-2">
      {facts.filter(([, value]) => value !== '').map(([name, value]) => [<dt key={`${name} name`} className="text-xs leading-5 text-faint">{name}</dt>, <dd key={name} className="min-w-0">{value}</dd>])}
    </dl>
  );
}

function Section({ title, count, tools, open = true, children }: { title: string; count: number; tools?: ReactNode; open?: boolean; children: ReactNode }) {
  const { words: { trace: { panel } } } = useLocale();
  return (
    <details open={open} className="border-t border-line px-3 py-1.5">
      <summary className="flex h-7 items-center gap-2 font-semibold">{title} <span className="font-normal text-faint">{count}</span></summary>
      {tools}
      {count === 0 ? <p className="text-faint">{panel.none}</p> : children}
    </details>
  );
}

function Exception({ attributes }: { attributes: Record<string, string> }) {
  const { words: { trace: { panel } } } = useLocale();
  const stack = attributes['exception.stacktrace'] ?? '';
  return (
    <section aria-label={panel.exception} className="mx-3 my-1 rounded-md border border-stuck bg-stuck-quiet px-3 py-2">
      <p className="font-semibold">{attributes['exception.type'] || panel.exception}</p>
      <p>{attributes['exception.message']}</p>
      {stack !== '' && <div className="relative"><pre className="mt-1 max-h-48 overflow-auto font-mono text-xs">{stack}</pre><span className="absolute top-0 right-0"><CopyButton bare text={stack} /></span></div>}
    </section>
  );
}

function SpanLink({ link }: { link: SpanRow['links'][number] }) {
  const { words: { trace: { panel } } } = useLocale();
  const { state } = useUrlState();
  return <p><Link to="/traces/$traceId" params={{ traceId: link.traceId }} search={{ ...carried(state), span: link.spanId }} title={panel.openLinked} className="font-mono text-xs text-accent underline underline-offset-2">{link.traceId}</Link></p>;
}
