// The line above the rows: how many of how many, what is filtered, sort, copy link, CSV.
import type { TransactionsAnswer } from '@narrows/contract';
import { Download, ListFilter, Users, X } from 'lucide-react';
import { pausedNow } from '../../app/range-picker.js';
import { stringifySearch } from '../../app/url-state.js';
import { useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import { filterText } from '../../model/place-names.js';
import { transactionsCsv } from '../../model/transactions-csv.js';
import { FILTERS, type FilterName } from '../../model/transactions-question.js';
import { CopyButton } from '../parts/copy-button.js';
import { usePlaceNames } from '../parts/use-place-names.js';

export function ListBar({ answer, held, filtered, onClear, facetsOpen, onFacets, whoOpen, onWho }: { answer: TransactionsAnswer; held: boolean; filtered: boolean; onClear: () => void; facetsOpen: boolean; onFacets: () => void; whoOpen: boolean; onWho: () => void }) {
  const { words: { traces, history: { who } }, format } = useLocale();
  const { state, range, set } = useUrlState();
  const { rows, total, keptOneIn = 1 } = answer;
  // A link shows the same rows to whoever gets it: a moving range is fixed at this moment.
  const link = (): string => `${window.location.origin}${window.location.pathname}${stringifySearch({ ...state, ...(range.live ? { ...pausedNow(range.lastMinutes), last: undefined } : {}) })}`;
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1.5">
      <button type="button" className="control lg:hidden" aria-expanded={facetsOpen} aria-controls="facets" onClick={onFacets}><ListFilter size={14} aria-hidden />{traces.facets}</button>
      <span className="font-semibold" title={format.exactCount(total)}>{total > rows.length ? traces.shown(format.count(rows.length), format.count(total)) : traces.all(format.count(total))}</span>
      {keptOneIn > 1 && <span className="text-xs text-faint" title={traces.thinnedTitle}>{traces.thinned(format.count(keptOneIn))}</span>}
      {FILTERS.filter((name) => state[name] !== undefined).map((name) => <Chip key={name} name={name} />)}
      {filtered && <button type="button" className="text-xs text-accent" onClick={onClear}>{traces.clearAll}</button>}
      {held && <span className="text-xs text-faint">{traces.held}</span>}
      <span className="flex-1" />
      <button type="button" className="control" aria-pressed={whoOpen} title={who.explain} onClick={onWho}><Users size={14} aria-hidden />{who.open}</button>
      <div role="group" aria-label={traces.sort.label} className="flex">
        {(['newest', 'slowest'] as const).map((sort) => (
          <button key={sort} type="button" className="control first:rounded-r-none last:-ml-px last:rounded-l-none" aria-pressed={(state.sort ?? 'newest') === sort} onClick={() => { set({ sort: sort === 'newest' ? undefined : sort }); }}>{traces.sort[sort]}</button>
        ))}
      </div>
      <CopyButton text={link} label={traces.copyLink} />
      <button type="button" className="control" title={traces.csvTitle} disabled={rows.length === 0} onClick={() => { save(`narrows-traces-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.csv`, transactionsCsv(rows)); }}><Download size={14} aria-hidden />{traces.csv}</button>
    </div>
  );
}

function Chip({ name }: { name: FilterName }) {
  const { words: { traces }, format } = useLocale();
  const { state, set } = useUrlState();
  const names = usePlaceNames();
  const value = state[name];
  if (value === undefined) return null;
  const text = name === 'error' ? traces.errorsOnly
    : name === 'minDurationMs' ? `≥ ${format.duration(Number(value))}`
      : name === 'maxDurationMs' ? `< ${format.duration(Number(value))}`
        : `${traces.field[name]}: ${filterText(name, String(value), names)}`;
  return (
    <span className="inline-flex h-6 max-w-[36ch] items-center gap-1 rounded-sm bg-accent-quiet pl-2 text-xs">
      <span className="truncate" title={`${name}=${value}`}>{text}</span>
      <button type="button" className="inline-flex size-6 items-center justify-center" aria-label={traces.remove(text)} title={traces.remove(text)} onClick={() => { set({ [name]: undefined }); }}><X size={12} aria-hidden /></button>
    </span>
  );
}

/** A download by the browser, from an address of its own that is given back at once. */
function save(fileName: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = fileName;
  anchor.click();
  URL.revokeObjectURL(address);
}
