// The filters above the list. What is typed goes into the address a moment after the last key; what cannot be read is
// said beside the field and changes nothing.
import { useEffect, useId, useState } from 'react';
import type { TransactionsAnswer } from '@narrows/contract';
import { FILTER_ATTRIBUTE } from '../../app/use-keyboard.js';
import { useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import { durationText, parseDurationMs } from '../../model/duration-text.js';

const TYPING_MS = 350;
const TRACE_ID = /^[0-9a-f]{0,32}$/i;

export function Filters({ facets }: { facets: TransactionsAnswer['facets'] }) {
  const { words: { traces } } = useLocale();
  const { state, set } = useUrlState();
  const listId = useId();
  const operations = facets.find((facet) => facet.field === 'operation')?.values ?? [];
  const duration = (other: number | undefined, isMin: boolean) => (text: string): string | null => {
    const ms = parseDurationMs(text);
    if (ms === null) return traces.badDuration;
    return ms !== undefined && other !== undefined && (isMin ? ms >= other : ms <= other) ? traces.minRule : null;
  };
  return (
    <form role="search" aria-label={traces.filters} className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2" onSubmit={(event) => { event.preventDefault(); }}>
      <Field label={traces.field.operation} value={state.operation ?? ''} placeholder={traces.placeholder.operation} list={listId} className="w-64" first onCommit={(text) => { set({ operation: text || undefined }, { replace: true }); }} />
      <datalist id={listId}>{operations.map(({ value }) => <option key={value} value={value} />)}</datalist>
      <Field label={`${traces.field.duration} ${traces.field.minDurationMs}`} value={durationText(state.minDurationMs)} placeholder={traces.placeholder.minDuration} className="w-24" check={duration(state.maxDurationMs, true)} onCommit={(text) => { set({ minDurationMs: parseDurationMs(text) ?? undefined }, { replace: true }); }} />
      <span aria-hidden className="-mx-1 text-faint">–</span>
      <Field label={`${traces.field.duration} ${traces.field.maxDurationMs}`} bare value={durationText(state.maxDurationMs)} placeholder={traces.placeholder.maxDuration} className="w-24" check={duration(state.minDurationMs, false)} onCommit={(text) => { set({ maxDurationMs: parseDurationMs(text) ?? undefined }, { replace: true }); }} />
      <Field label={traces.field.person} value={state.person ?? ''} placeholder={traces.placeholder.person} className="w-32" onCommit={(text) => { set({ person: text || undefined }, { replace: true }); }} />
      <Field label={traces.field.traceId} value={state.traceId ?? ''} placeholder={traces.placeholder.traceId} className="w-40 font-mono" check={(text) => (TRACE_ID.test(text) ? null : traces.badTraceId)} onCommit={(text) => { set({ traceId: text.toLowerCase() || undefined }, { replace: true }); }} />
      <button type="button" className="control" aria-pressed={state.error === true} onClick={() => { set({ error: state.error ? undefined : true }); }}>{traces.errorsOnly}</button>
    </form>
  );
}

interface FieldProps { label: string; value: string; placeholder: string; className?: string; list?: string; first?: boolean; bare?: boolean; check?: (text: string) => string | null; onCommit: (text: string) => void }

function Field({ label, value, placeholder, className = '', list, first = false, bare = false, check, onCommit }: FieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? value;
  const mistake = check?.(text.trim()) ?? null;
  const messageId = useId();
  useEffect(() => {
    if (typed === null || mistake !== null) return undefined;
    const timer = setTimeout(() => {
      onCommit(typed.trim());
      setTyped(null);
    }, TYPING_MS);
    return () => { clearTimeout(timer); };
  }, [typed, mistake, onCommit]);
  return (
    <label className="relative flex items-center gap-1.5">
      <span className={bare ? 'sr-only' : 'text-xs text-soft'}>{label}</span>
      <input type="text" className={`field ${className}`} value={text} placeholder={placeholder} list={list} spellCheck={false} autoComplete="off" aria-invalid={mistake !== null} aria-describedby={mistake === null ? undefined : messageId}
        {...(first ? { [FILTER_ATTRIBUTE]: '' } : {})} onChange={(event) => { setTyped(event.target.value); }}
        onKeyDown={(event) => { if (event.key === 'Escape') { setTyped(null); event.currentTarget.blur(); } }} />
      {mistake !== null && <span id={messageId} role="alert" className="absolute top-full left-0 z-10 mt-1 rounded-sm border border-stuck bg-surface px-2 py-0.5 text-xs whitespace-nowrap text-stuck">{mistake}</span>}
    </label>
  );
}
