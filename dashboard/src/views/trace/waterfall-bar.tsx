// The line above the waterfall: services with their share of the critical path, what the bar's parts mean, search, fold.
import { ChevronDown, ChevronUp, ChevronsDownUp, ChevronsUpDown, ZoomOut } from 'lucide-react';
import { useUrlState } from '../../app/use-url-state.js';
import { FILTER_ATTRIBUTE } from '../../app/use-keyboard.js';
import { useLocale } from '../../i18n/locale.js';
import type { Stretch } from '../../model/self-time.js';
import type { SpanNode } from '../../model/span-tree.js';
import type { TraceModel } from '../../model/trace-model.js';

export interface WaterfallBarProps {
  model: TraceModel; matches: ReadonlySet<SpanNode>; selected: SpanNode | null; zoom: Stretch | null;
  onSelect: (node: SpanNode) => void; onZoom: (zoom: Stretch | null) => void; onExpand: () => void; onCollapse: () => void;
}

export function WaterfallBar({ model, matches, selected, zoom, onSelect, onZoom, onExpand, onCollapse }: WaterfallBarProps) {
  const { words: { trace }, format } = useLocale();
  const { state, set } = useUrlState();
  const found = [...matches];
  const at = selected ? found.indexOf(selected) : -1;
  const go = (step: number): void => {
    const next = found[(at < 0 && step < 0 ? found.length - 1 : at + step + found.length) % found.length];
    if (next) onSelect(next);
  };
  const rootNano = model.root ? model.root.endNano - model.root.beginNano : 0;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5">
      <div className="flex items-center gap-1">
        <input type="search" className="field w-60" {...{ [FILTER_ATTRIBUTE]: '' }} value={state.find ?? ''} placeholder={trace.find} aria-label={trace.find}
          onChange={(event) => { set({ find: event.target.value || undefined }, { replace: true }); }}
          onKeyDown={(event) => { if (event.key === 'Enter') go(event.shiftKey ? -1 : 1); if (event.key === 'Escape') event.currentTarget.blur(); }} />
        {state.find !== undefined && (
          <>
            <span role="status" className="min-w-[7ch] text-center text-xs text-soft">{found.length === 0 ? trace.foundNone : trace.found(at < 0 ? '–' : format.exactCount(at + 1), format.exactCount(found.length))}</span>
            <IconButton name={trace.previous} onClick={() => { go(-1); }} disabled={found.length === 0}><ChevronUp size={14} aria-hidden /></IconButton>
            <IconButton name={trace.next} onClick={() => { go(1); }} disabled={found.length === 0}><ChevronDown size={14} aria-hidden /></IconButton>
          </>
        )}
      </div>
      <ul className="flex min-w-0 flex-1 flex-wrap max-sm:order-last max-sm:basis-full items-center gap-x-3">
        {model.shares.slice(0, 8).map((share) => (
          <li key={share.service} className="flex items-center gap-1.5 text-xs whitespace-nowrap">
            <span aria-hidden className="size-2.5 rounded-sm" style={{ background: model.colours.get(share.service) }} />
            <span>{share.service}</span>
            {rootNano > 0 && share.pathNano > 0 && <span className="text-faint" title={`${trace.legend.path}: ${format.exactDuration(share.pathNano / 1e6)}`}>{format.percent(Number((share.pathNano / rootNano).toPrecision(2)))}</span>}
          </li>
        ))}
      </ul>
      <Legend />
      {zoom && <button type="button" className="control" onClick={() => { onZoom(null); }}><ZoomOut size={14} aria-hidden />{trace.resetZoom}</button>}
      <span className="flex gap-1">
        <IconButton name={trace.expandAll} onClick={onExpand}><ChevronsUpDown size={14} aria-hidden /></IconButton>
        <IconButton name={trace.collapseAll} onClick={onCollapse}><ChevronsDownUp size={14} aria-hidden /></IconButton>
      </span>
    </div>
  );
}

function IconButton({ name, onClick, disabled = false, children }: { name: string; onClick: () => void; disabled?: boolean; children: React.ReactNode }) {
  return <button type="button" className="control px-[6px]" title={name} aria-label={name} disabled={disabled} onClick={onClick}>{children}</button>;
}

function Legend() {
  const { words: { trace: { legend } } } = useLocale();
  return (
    <ul className="flex items-center gap-3 text-xs text-faint max-xl:hidden">
      <li className="flex items-center gap-1"><span aria-hidden className="h-2.5 w-5 rounded-sm bg-soft" />{legend.own}</li>
      <li className="flex items-center gap-1"><span aria-hidden className="h-2.5 w-5 rounded-sm bg-soft opacity-35" />{legend.waiting}</li>
      <li className="flex items-center gap-1"><span aria-hidden className="h-[2px] w-5 bg-text" />{legend.path}</li>
    </ul>
  );
}
