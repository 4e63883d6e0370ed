// The log records that carry this trace's id, in order of time, each with a way to its span.
import type { LogRow } from '@narrows/contract';
import { useRef } from 'react';
import { useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import { sinceOriginNano, unixNanoToMs, type TraceModel } from '../../model/trace-model.js';
import { useRows } from '../parts/use-rows.js';

/** One line; longer bodies are measured. */
const ROW_HEIGHT = 28;

/** OpenTelemetry severity numbers: 13–16 warn, 17 and above error. */
const severityColour = (number: number): string => (number >= 17 ? 'text-stuck' : number >= 13 ? 'text-busy' : 'text-soft');

export function TraceLogs({ logs, model }: { logs: readonly LogRow[]; model: TraceModel }) {
  const { words: { trace }, format } = useLocale();
  const { state, set } = useUrlState();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useRows(logs.length, scroller, ROW_HEIGHT);
  if (logs.length === 0) return <p className="flex-1 p-6 text-soft">{trace.logs.none}</p>;
  return (
    <div ref={scroller} role="table" aria-label={trace.logs.label} aria-rowcount={logs.length} tabIndex={0} className="min-h-0 min-w-0 flex-1 overflow-y-auto outline-offset-[-2px]">
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const log = logs[item.index];
          if (!log) return null;
          const known = model.byId.has(log.spanId);
          return (
            <div key={item.index} ref={virtual.measureElement} data-index={item.index} role="row" aria-rowindex={item.index + 1} aria-selected={known && log.spanId === state.span}
              className="absolute inset-x-0 grid grid-cols-[96px_64px_minmax(0,120px)_minmax(0,1fr)_auto] gap-3 border-b border-line/50 px-4 py-1 max-sm:grid-cols-[auto_auto_minmax(0,1fr)_auto] aria-selected:bg-accent-quiet" style={{ transform: `translateY(${item.start}px)` }}>
              <span role="cell" className="font-mono text-xs leading-5 text-faint" title={format.exactTime(unixNanoToMs(log.atUnixNano))}>+{format.duration(sinceOriginNano(model.tree, log.atUnixNano) / 1e6)}</span>
              <span role="cell" className={severityColour(log.severityNumber)}>{log.severity || log.severityNumber}</span>
              <span role="cell" className="truncate text-soft">{log.service}</span>
              <span role="cell" className="font-mono text-xs leading-5 whitespace-pre-wrap max-sm:order-last max-sm:col-span-full">{log.body}</span>
              <span role="cell">{known && <button type="button" className="text-xs text-accent" onClick={() => { set({ span: log.spanId }); }}>{trace.logs.toSpan}</button>}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** One record inside the panel of its span. */
export function LogLine({ log, offset }: { log: LogRow; offset: string }) {
  return <p className="py-0.5"><span className="font-mono text-xs text-faint">{offset}</span> <span className={severityColour(log.severityNumber)}>{log.severity || log.severityNumber}</span> <span className="font-mono text-xs whitespace-pre-wrap">{log.body}</span></p>;
}
