// The list of traces: which transactions are in this range, and what have they in common. Filters, sort and range are
// the address; a rectangle dragged on the hitmap arrives here as one.
import { useMemo, useState } from 'react';
import { useTransactions } from '../../api/answers.js';
import { useWho } from '../../api/history.js';
import { rangeMs } from '../../api/range.js';
import { useNow } from '../../app/freshness.js';
import { LAST_MINUTES_CHOICES, type UrlState } from '../../app/url-state.js';
import { useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import { FILTERS, transactionsQuestion } from '../../model/transactions-question.js';
import { Failure } from '../parts/failure.js';
import { NoData } from '../parts/no-data.js';
import { usePlaceNames } from '../parts/use-place-names.js';
import { WhoTable } from '../parts/who-table.js';
import { filterOf } from '../../model/attribute-filter.js';
import { Facets } from './facets.js';
import { Filters } from './filters.js';
import { TransactionList } from './transaction-list.js';
import { ListBar } from './list-bar.js';

const WHO_PANEL = 'who';
const LIST_PANEL = 'list';
/** How often the end of a moving range moves on for it. */
const WHO_EVERY_MS = 60_000;
/** A moving list is asked for every few seconds: fewer rows than a fixed one, which is the contract's most. */
const ROWS_LIVE = 300;
const ROWS_FIXED = 1_000;

export function TracesPage() {
  const { words: { common, traces }, format } = useLocale();
  const { state, range, question, set } = useUrlState();
  const [reading, setReading] = useState(false);
  const [facetsOpen, setFacetsOpen] = useState(false);
  const asked = useMemo(() => ({ ...transactionsQuestion(state, question), limit: range.live ? ROWS_LIVE : ROWS_FIXED, range }), [state, question, range]);
  const answer = useTransactions(asked, reading);
  const clear = (): void => { set(Object.fromEntries(FILTERS.map((name) => [name, undefined])) as UrlState); };
  const filtered = FILTERS.some((name) => state[name] !== undefined);
  const wider = range.live ? LAST_MINUTES_CHOICES.find((minutes) => minutes > range.lastMinutes) : undefined;
  const data = answer.data;
  // A rectangle dragged on the hitmap asks by itself; of anything else it is asked by the button.
  const isRectangle = !range.live && state.minDurationMs !== undefined;
  const whoOpen = state.panel === WHO_PANEL || (isRectangle && state.panel !== LIST_PANEL);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <h1 className="sr-only">{traces.title}</h1>
      <Filters facets={data?.facets ?? []} />
      {answer.error && <Failure error={answer.error} onRetry={() => { void answer.refetch(); }} hasPrevious={data !== undefined} />}
      {!data && !answer.error && <p role="status" className="p-6 text-soft">{common.loading(traces.loading)}</p>}
      {data && (
        <div className={`flex min-h-0 flex-1 max-sm:flex-col ${answer.error ? 'stale' : ''}`} aria-busy={answer.isPlaceholderData}>
          <Facets facets={data.facets} open={facetsOpen} />
          <section className="@container flex min-w-0 flex-1 flex-col" aria-label={traces.list}>
            <ListBar answer={data} held={reading && range.live} filtered={filtered} onClear={clear} facetsOpen={facetsOpen} onFacets={() => { setFacetsOpen(!facetsOpen); }} whoOpen={whoOpen} onWho={() => { set({ panel: whoOpen ? LIST_PANEL : WHO_PANEL }, { replace: true }); }} />
            {data.rows.length === 0
              ? <NoData onClearFilters={filtered ? clear : undefined} onWiden={wider === undefined ? undefined : () => { set({ last: wider }); }} widenLabel={wider === undefined ? '' : common.empty.widen(common.range.last(wider))} />
              : <TransactionList rows={data.rows} dimmed={answer.isPlaceholderData} onReading={setReading} />}
          </section>
          {whoOpen && data.rows.length > 0 && <WhoAside />}
        </div>
      )}
      <p className="sr-only" role="status">{data ? traces.shown(format.exactCount(data.rows.length), format.exactCount(data.total)) : ''}</p>
    </div>
  );
}

/** What sets the selection apart from everything else of the same time and place. A moving range is asked as of now. */
function WhoAside() {
  const { words: { history: { who: words } } } = useLocale();
  const { state, range, question, set } = useUrlState();
  const nowMs = useNow(WHO_EVERY_MS);
  const selection = useMemo(() => {
    const { sort: _sort, ...asked } = transactionsQuestion(state, question);
    const { fromMs, toMs } = rangeMs(range, range.live ? Math.ceil(nowMs / WHO_EVERY_MS) * WHO_EVERY_MS : 0);
    return { ...asked, from: fromMs, to: toMs };
  }, [state, question, range, nowMs]);
  const names = usePlaceNames();
  const answer = useWho(selection);
  return (
    <aside className="who-aside" aria-label={words.title}>
      <h2 className="px-3 pt-2 font-semibold" title={words.explain}>{words.title}</h2>
      <WhoTable names={names} answer={answer} onChoose={(traits) => { const filter = filterOf(traits, state.where); if (filter !== null) set(filter); }} />
    </aside>
  );
}
