// The rows, only those in sight in the document. One element has the focus and the arrow keys move a cursor over the
// rows, so that a reader without a mouse goes through a thousand of them quickly; each row is also a real link.
import type { TransactionRow } from '@narrows/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { carried, useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import { useServiceColours } from '../parts/service-colours.js';
import { StatusMark } from '../parts/status-mark.js';
import { usePlaceNames } from '../parts/use-place-names.js';
import type { PlaceNames } from '../../model/place-names.js';
import { useRows } from '../parts/use-rows.js';

const ROW_HEIGHT = 32;
const HEADER_HEIGHT = 28;
const COLUMNS = 'grid grid-cols-[58px_58px_minmax(0,1fr)_44px] @lg:grid-cols-[88px_150px_minmax(0,1fr)_64px] @4xl:grid-cols-[92px_190px_minmax(0,1fr)_minmax(0,190px)_minmax(0,110px)_72px] items-center gap-2 px-2 @lg:gap-3 @lg:px-3';

export function TransactionList({ rows, dimmed, onReading }: { rows: readonly TransactionRow[]; dimmed: boolean; onReading: (reading: boolean) => void }) {
  const { words: { traces } } = useLocale();
  const { state } = useUrlState();
  const navigate = useNavigate();
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const [cursorSpan, setCursorSpan] = useState<string | null>(null);
  const cursor = rows.findIndex((row) => row.spanId === cursorSpan);
  const longestMs = useMemo(() => rows.reduce((longest, row) => Math.max(longest, row.durationMs), 1), [rows]);
  const names = usePlaceNames();
  const services = useMemo(() => rows.map((row) => row.service), [rows]);
  const colours = useServiceColours(services);
  const virtual = useRows(rows.length, scroller, ROW_HEIGHT, HEADER_HEIGHT);
  const reading = cursor > 0;
  useEffect(() => { onReading(reading || (scroller.current?.scrollTop ?? 0) > ROW_HEIGHT); }, [reading, onReading]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length }[event.key];
    const current = rows[cursor];
    if (step !== undefined) {
      const next = Math.min(rows.length - 1, Math.max(0, cursor + step));
      setCursorSpan(rows[next]?.spanId ?? null);
      virtual.scrollToIndex(next);
    } else if (event.key === 'Enter' && current) {
      void navigate({ to: '/traces/$traceId', params: { traceId: current.traceId }, search: { ...carried(state), span: current.spanId } });
    } else return;
    event.preventDefault();
  };
  return (
    <div role="grid" aria-label={traces.list} aria-rowcount={rows.length + 1} tabIndex={0} aria-activedescendant={cursor >= 0 ? `${id}${cursor}` : undefined} onKeyDown={onKeyDown} ref={scroller} onScroll={(event) => { onReading(reading || event.currentTarget.scrollTop > ROW_HEIGHT); }} className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
      <div role="row" aria-rowindex={1} className={`${COLUMNS} sticky top-0 z-10 h-7 border-b border-line bg-ground text-xs text-faint`}>
        <span role="columnheader">{traces.column.end}</span><span role="columnheader">{traces.column.duration}</span><span role="columnheader">{traces.column.what}</span>
        <span role="columnheader" className="hidden @4xl:block">{traces.column.place}</span><span role="columnheader" className="hidden @4xl:block">{traces.column.outcome}</span><span role="columnheader">{traces.column.status}</span>
      </div>
      <div role="rowgroup" className={`relative ${dimmed ? 'opacity-60' : ''}`} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return row && <Row key={row.spanId + row.traceId} id={`${id}${item.index}`} row={row} names={names} index={item.index} top={item.start} selected={item.index === cursor} longestMs={longestMs} colour={colours.get(row.service) ?? ''} />;
        })}
      </div>
    </div>
  );
}

function Row({ id, row, names, index, top, selected, longestMs, colour }: { id: string; row: TransactionRow; names: PlaceNames; index: number; top: number; selected: boolean; longestMs: number; colour: string }) {
  const { words: { traces }, format } = useLocale();
  const { state } = useUrlState();
  return (
    <div role="row" id={id} aria-rowindex={index + 2} aria-selected={selected} className={`${COLUMNS} absolute inset-x-0 h-8 border-b border-line/50 hover:bg-raised aria-selected:bg-accent-quiet`} style={{ transform: `translateY(${top}px)` }}>
      <span role="gridcell" title={format.exactTime(row.endMs)} className="text-soft"><span className="@lg:hidden">{format.time(row.endMs)}</span><span className="hidden @lg:inline">{format.timeMs(row.endMs)}</span></span>
      <span role="gridcell" title={format.exactDuration(row.durationMs)} className="flex items-center gap-2">
        <span className="w-[58px] shrink-0 text-right">{format.duration(row.durationMs)}</span>
        <span aria-hidden className="hidden h-2 min-w-0 flex-1 @lg:block"><span className={`block h-full min-w-px rounded-r-sm ${row.error ? 'bg-stuck' : 'bg-line-strong'}`} style={{ width: `${(row.durationMs / longestMs) * 100}%` }} /></span>
      </span>
      <span role="gridcell" className="flex min-w-0 items-center gap-2">
        <span aria-hidden className="size-2 shrink-0 rounded-sm" style={{ background: colour }} />
        <Link to="/traces/$traceId" params={{ traceId: row.traceId }} search={{ ...carried(state), span: row.spanId }} preload={false} tabIndex={-1} title={`${row.service} · ${row.operation}`} className="min-w-0 truncate outline-none after:absolute after:inset-0"><span className="text-soft">{row.service}</span> {row.operation}</Link>
      </span>
      <span role="gridcell" className="hidden min-w-0 truncate text-soft @4xl:block" title={[row.stage, row.channel].filter((part) => part !== '').join(' · ')}>{names.place(row)}</span>
      <span role="gridcell" className="hidden min-w-0 truncate text-soft @4xl:block" title={row.outcome}>{names.outcome(row.outcome)}</span>
      <span role="gridcell" className="flex items-center gap-1.5" title={row.statusMessage}>
        {row.error && <StatusMark light="stuck" size={10} label={traces.error} />}
        <span className={row.error ? 'text-stuck' : 'text-soft'}>{row.httpStatus || (row.error ? traces.error : traces.ok)}</span>
      </span>
    </div>
  );
}
