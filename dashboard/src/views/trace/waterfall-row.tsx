// One span: its name in the tree and its bar in time. The pale bar is the whole span, the full colour its own time, the
// line under it what lies on the critical path, ticks are events.
import { ChevronDown, ChevronRight } from 'lucide-react';
import { memo } from 'react';
import { useLocale } from '../../i18n/locale.js';
import { mergeStretches, ownStretches, type Stretch } from '../../model/self-time.js';
import type { SpanNode } from '../../model/span-tree.js';
import { isError } from '../../model/trace-findings.js';
import { sinceOriginNano, type TraceModel } from '../../model/trace-model.js';
import { StatusMark } from '../parts/status-mark.js';

/** Name column and timeline; the axis, the minimap and every row share it. */
export const WATERFALL_COLUMNS = 'grid grid-cols-[minmax(200px,34%)_minmax(0,1fr)]';
export const ROW_HEIGHT = 26;
const INDENT = 14;
/** Deeper rows stay at this indentation, or their names would leave the column. */
const INDENT_LEVELS_MAX = 12;
/** What is narrower than this part of the view is not drawn on its own. */
const DETAIL = 1 / 800;

export interface WaterfallRowProps {
  id: string; index: number; top: number; node: SpanNode; model: TraceModel; view: Stretch;
  selected: boolean; matched: boolean; folded: boolean;
  onSelect: (node: SpanNode) => void; onToggle: (node: SpanNode) => void;
}

export const WaterfallRow = memo(function WaterfallRow({ id, index, top, node, model, view, selected, matched, folded, onSelect, onToggle }: WaterfallRowProps) {
  const { words: { trace }, format } = useLocale();
  const { span } = node;
  const durationMs = (node.endNano - node.beginNano) / 1e6;
  const onPath = model.path.get(node);
  const label = [
    trace.rowLabel(span.service, span.name, format.duration(durationMs), format.duration(node.beginNano / 1e6)),
    ...(isError(node) ? [trace.rowError] : []), ...(onPath ? [trace.rowOnPath(format.duration(onPath.nano / 1e6))] : []), ...(node.parentMissing ? [trace.parentMissing] : []),
  ].join(', ');
  return (
    <div role="row" id={id} aria-rowindex={index + 1} aria-level={node.depth + 1} aria-selected={selected} aria-expanded={node.children.length > 0 ? !folded : undefined} aria-label={label}
      className={`${WATERFALL_COLUMNS} absolute inset-x-0 h-[26px] hover:bg-raised aria-selected:bg-accent-quiet ${matched ? 'shadow-[inset_3px_0_0_var(--accent)]' : ''}`} style={{ transform: `translateY(${top}px)` }} onClick={() => { onSelect(node); }}>
      <div role="gridcell" className="flex min-w-0 items-center gap-1.5 border-r border-line pr-2" style={{ paddingLeft: 6 + Math.min(node.depth, INDENT_LEVELS_MAX) * INDENT }}>
        {node.children.length > 0
          ? (
            <button type="button" tabIndex={-1} className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm text-faint hover:text-text" aria-label={folded ? trace.unfold : trace.fold} onClick={(event) => { event.stopPropagation(); onToggle(node); }}>
              {folded ? <ChevronRight size={13} aria-hidden /> : <ChevronDown size={13} aria-hidden />}{folded && <span className="text-xs">{format.count(node.descendants)}</span>}
            </button>
          )
          : <span className="w-5 shrink-0" />}
        <span aria-hidden className={`h-3.5 w-[3px] shrink-0 rounded-sm ${node.parentMissing ? 'border-l-[3px] border-dotted border-busy' : ''}`} style={node.parentMissing ? {} : { background: model.colours.get(span.service) }} />
        {isError(node) && <StatusMark light="stuck" size={9} label={trace.rowError} />}
        <span className="min-w-0 truncate" title={`${span.service} · ${span.name}`}><span className="text-soft">{span.service}</span> {span.name}</span>
      </div>
      <div role="gridcell" className="relative min-w-0 overflow-hidden"><Bar node={node} model={model} view={view} label={format.duration(durationMs)} /></div>
    </div>
  );
});

function Bar({ node, model, view, label }: { node: SpanNode; model: TraceModel; view: Stretch; label: string }) {
  const spanNano = view.endNano - view.beginNano;
  const at = (nano: number): number => ((nano - view.beginNano) / spanNano) * 100;
  const place = ({ beginNano, endNano }: Stretch): { left: string; width: string } => {
    const left = Math.max(-1, at(beginNano));
    return { left: `${left}%`, width: `${Math.max(0, Math.min(101, at(endNano)) - left)}%` };
  };
  const inView = (one: Stretch): boolean => one.endNano >= view.beginNano && one.beginNano <= view.endNano;
  const colour = model.colours.get(node.span.service) ?? '';
  const own = mergeStretches(ownStretches(node), spanNano * DETAIL).filter(inView);
  const path = mergeStretches((model.path.get(node)?.segments ?? []).toReversed(), spanNano * DETAIL).filter(inView);
  const endAt = at(node.endNano);
  return (
    <>
      {inView(node) && <span aria-hidden className="absolute top-[7px] h-[10px] min-w-[2px] rounded-sm opacity-35" style={{ ...place(node), background: colour }} />}
      {own.map((one) => <span key={one.beginNano} aria-hidden className="absolute top-[7px] h-[10px] min-w-[2px] rounded-[1px]" style={{ ...place(one), background: colour }} />)}
      {path.map((one) => <span key={one.beginNano} aria-hidden className="absolute top-[19px] h-[2px] min-w-[2px] bg-text" style={place(one)} />)}
      {node.span.events.map((event, index) => (
        <span key={`${event.atUnixNano} ${index}`} aria-hidden title={event.name} className={`absolute top-[4px] h-[16px] w-[2px] ${event.name === 'exception' ? 'bg-stuck' : 'bg-soft'}`} style={{ left: `${at(sinceOriginNano(model.tree, event.atUnixNano) + node.correctionNano)}%` }} />
      ))}
      <span className={`absolute top-[3px] px-1.5 text-xs whitespace-nowrap text-soft ${endAt > 82 ? (at(node.beginNano) > 18 ? '-translate-x-full' : 'hidden') : ''}`} style={{ left: endAt > 82 ? `${at(node.beginNano)}%` : `${Math.max(0, endAt)}%` }}>{label}</span>
      {endAt > 82 && at(node.beginNano) <= 18 && <span className="absolute top-[3px] right-2 rounded-sm bg-ground px-1.5 text-xs whitespace-nowrap">{label}</span>}
    </>
  );
}
