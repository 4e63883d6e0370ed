// The tree of spans against time. Only the rows in sight are in the document, so 20,000 spans scroll like twenty; one
// element has the focus and the arrows move through the tree (WAI-ARIA treegrid). Zooming changes the window of time,
// never the order.
import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import type { Stretch } from '../../model/self-time.js';
import type { SpanNode } from '../../model/span-tree.js';
import type { TraceModel } from '../../model/trace-model.js';
import { treeStep } from '../../model/tree-keys.js';
import { matchingNodes, unfoldTo, visibleRows } from '../../model/waterfall-rows.js';
import { useRows } from '../parts/use-rows.js';
import { Minimap } from './minimap.js';
import { TimeAxis } from './time-axis.js';
import { WaterfallBar } from './waterfall-bar.js';
import { ROW_HEIGHT, WATERFALL_COLUMNS, WaterfallRow } from './waterfall-row.js';

export function Waterfall({ model, selected }: { model: TraceModel; selected: SpanNode | null }) {
  const { words: { trace }, format } = useLocale();
  const { state, set } = useUrlState();
  const { tree } = model;
  const whole = useMemo<Stretch>(() => ({ beginNano: Math.min(0, tree.nodes[0]?.beginNano ?? 0), endNano: Math.max(tree.endNano, 1) }), [tree]);
  const [zoom, setZoom] = useState<Stretch | null>(null);
  const view = zoom ?? whole;
  const [folded, setFolded] = useState<ReadonlySet<SpanNode>>(() => new Set());
  // A span chosen elsewhere (the finding, a link, a search) is unfolded to, once; it may be folded away again after.
  const [unfoldedFor, setUnfoldedFor] = useState<SpanNode | null>(null);
  if (selected !== unfoldedFor) {
    setUnfoldedFor(selected);
    if (selected) setFolded(unfoldTo(selected, folded));
  }
  const rows = useMemo(() => visibleRows(tree, folded), [tree, folded]);
  const indexOf = useMemo(() => new Map(rows.map((node, index) => [node, index])), [rows]);
  const matches = useMemo(() => matchingNodes(tree, state.find ?? ''), [tree, state.find]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useRows(rows.length, scroller, ROW_HEIGHT);
  const id = useId();
  const cursor = selected ? indexOf.get(selected) ?? -1 : -1;

  const select = useCallback((node: SpanNode | null) => { set({ span: node?.span.spanId }, { replace: true }); }, [set]);
  const toggle = useCallback((node: SpanNode) => {
    setFolded((before) => {
      const next = new Set(before);
      if (!next.delete(node)) next.add(node);
      return next;
    });
  }, []);
  useEffect(() => { if (cursor >= 0) virtual.scrollToIndex(cursor, { align: 'auto' }); }, [cursor, virtual]);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    if (event.key === 'Escape') { select(null); return; }
    const step = treeStep(event.key, { rows, cursor, folded, page });
    if (!step) return;
    event.preventDefault();
    if (step.kind === 'toggle') toggle(step.node); else select(step.node);
  };
  return (
    <section aria-label={trace.waterfall} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <WaterfallBar model={model} matches={matches} selected={selected} zoom={zoom} onSelect={select} onZoom={setZoom}
        onExpand={() => { setFolded(new Set()); }} onCollapse={() => { setFolded(new Set(tree.nodes.filter((node) => node.children.length > 0 && node.depth > 0))); }} />
      <div className={`${WATERFALL_COLUMNS} border-b border-line [scrollbar-gutter:stable]`}>
        <span className="self-end px-3 pb-1 text-xs text-faint">{trace.column.name}</span>
        <div className="min-w-0"><Minimap model={model} whole={whole} view={view} onZoom={setZoom} /><TimeAxis view={view} /></div>
      </div>
      <div role="treegrid" aria-label={trace.waterfall} aria-rowcount={rows.length} tabIndex={0} aria-activedescendant={cursor >= 0 ? `${id}${cursor}` : undefined} onKeyDown={onKeyDown} ref={scroller} className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto outline-offset-[-2px]">
        <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const node = rows[item.index];
            return node && (
              <WaterfallRow key={item.index} id={`${id}${item.index}`} index={item.index} top={item.start} node={node} model={model} view={view}
                selected={node === selected} matched={matches.has(node)} folded={folded.has(node)} onSelect={select} onToggle={toggle} />
            );
          })}
        </div>
      </div>
      <p className="sr-only" role="status">{zoom ? trace.zoomed(format.duration(zoom.beginNano / 1e6), format.duration(zoom.endNano / 1e6)) : ''}</p>
    </section>
  );
}
