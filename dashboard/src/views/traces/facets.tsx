// The side column: what the rows have in common, as values with their counts. A click narrows to a value, a second
// click takes it back.
import type { TransactionsAnswer } from '@narrows/contract';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import { filterText } from '../../model/place-names.js';
import { FACET_FILTERS, type FacetFilter } from '../../model/transactions-question.js';
import { usePlaceNames } from '../parts/use-place-names.js';

type Values = TransactionsAnswer['facets'][number]['values'];
const SHOWN_FIRST = 8;

/** `open` matters on narrow screens only, where the column is folded away at first. */
export function Facets({ facets, open }: { facets: TransactionsAnswer['facets']; open: boolean }) {
  const { words: { traces } } = useLocale();
  const shown = FACET_FILTERS.flatMap((field) => {
    const values = facets.find((facet) => facet.field === field)?.values ?? [];
    return values.length === 0 ? [] : [{ field, values }];
  });
  return (
    <aside aria-label={traces.facets} id="facets" className={`w-60 shrink-0 overflow-y-auto border-r border-line px-2 py-2 max-lg:w-48 max-sm:max-h-2/5 max-sm:w-full max-sm:border-r-0 max-sm:border-b ${open ? '' : 'max-lg:hidden'}`}>
      {shown.map(({ field, values }) => <Facet key={field} field={field} values={values} />)}
    </aside>
  );
}

function Facet({ field, values }: { field: FacetFilter; values: Values }) {
  const { words: { traces }, format } = useLocale();
  const { state, set } = useUrlState();
  const names = usePlaceNames();
  const [all, setAll] = useState(false);
  const most = values.reduce((max, { count }) => Math.max(max, count), 1);
  return (
    <details open className="group mb-2">
      <summary className="flex h-7 items-center gap-1 px-1 text-xs font-semibold text-soft"><ChevronRight size={13} aria-hidden className="group-open:rotate-90" />{traces.field[field]}</summary>
      <ul>
        {(all ? values : values.slice(0, SHOWN_FIRST)).map(({ value, count }) => {
          const chosen = state[field] === value;
          return (
            <li key={value}>
              <button type="button" aria-pressed={chosen} title={value} onClick={() => { set({ [field]: chosen ? undefined : value }); }}
                className="relative isolate flex h-7 w-full items-center gap-2 overflow-hidden rounded-sm px-2 text-left hover:outline hover:outline-1 hover:-outline-offset-1 hover:outline-line-strong aria-pressed:bg-accent-quiet aria-pressed:outline aria-pressed:outline-1 aria-pressed:-outline-offset-1 aria-pressed:outline-accent">
                <span aria-hidden className="absolute inset-y-px left-0 -z-10 rounded-sm bg-raised" style={{ width: `${(count / most) * 100}%` }} />
                <span className="min-w-0 flex-1 truncate">{filterText(field, value, names)}</span>
                <span className="text-xs text-faint" title={format.exactCount(count)}>{format.count(count)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {!all && values.length > SHOWN_FIRST && <button type="button" className="px-2 py-1 text-xs text-accent" onClick={() => { setAll(true); }}>{traces.more(format.count(values.length - SHOWN_FIRST))}</button>}
    </details>
  );
}
