// An empty page says why it is empty, from the collector's own counters, and offers the next step: nothing ever came,
// it was refused, it stopped, or it is there but not in this range and filter.
import { Link } from '@tanstack/react-router';
import { useIngest } from '../../api/answers.js';
import { useNow } from '../../app/freshness.js';
import { carried, useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import { emptyReason, type EmptyReason } from '../../model/empty-reason.js';

export interface NoDataProps { /** On the page of intake itself. */ atIntake?: boolean; onClearFilters?: (() => void) | undefined; onWiden?: (() => void) | undefined; widenLabel?: string }

export function NoData({ atIntake = false, onClearFilters, onWiden, widenLabel }: NoDataProps) {
  const { words: { common } } = useLocale();
  const { state: url, set, open } = useUrlState();
  const ingest = useIngest();
  const now = useNow(5_000);
  if (!ingest.data) return <p role="status" className="p-6 text-soft">{common.loading('')}</p>;
  const reason = emptyReason(ingest.data, now);
  const showLast = (lastMs: number) => {
    const range = { from: lastMs - LAST_DATA_MS, to: lastMs + 1_000 };
    if (atIntake) open('/live', range);
    else set(range);
  };
  return (
    <section role="status" className="flex max-w-[76ch] flex-col items-start gap-3 p-6" data-reason={reason.kind}>
      <Reason reason={reason} />
      <div className="flex flex-wrap gap-2">
        {reason.kind === 'never' && <Link to="/onboarding" search={carried(url)} className="control">{common.empty.toOnboarding}</Link>}
        {reason.kind === 'silent' && <button type="button" className="control" onClick={() => { showLast(reason.lastMs); }}>{common.empty.toLastData}</button>}
        {(reason.kind === 'silent' || reason.kind === 'rejected') && !atIntake && <Link to="/intake" search={carried(url)} className="control">{common.empty.toIntake}</Link>}
        {reason.kind === 'elsewhere' && onWiden && widenLabel && <button type="button" className="control" onClick={onWiden}>{widenLabel}</button>}
        {reason.kind === 'elsewhere' && onClearFilters && <button type="button" className="control" onClick={onClearFilters}>{common.empty.clearFilters}</button>}
      </div>
    </section>
  );
}

/** So much of what came last is shown at once. */
const LAST_DATA_MS = 600_000;

const COMMAND = 'NODE_OPTIONS="--import @narrows/agent/register" \\\nOTEL_EXPORTER_OTLP_ENDPOINT=http://COLLECTOR:4318 \\\nOTEL_EXPORTER_OTLP_HEADERS="x-narrows-key=KEY" node app.js';

function Reason({ reason }: { reason: EmptyReason }) {
  const { words: { common: { empty } }, format } = useLocale();
  if (reason.kind === 'never') {
    return (
      <>
        <h2 className="text-lg font-semibold">{empty.neverTitle}</h2>
        <p className="text-soft">{empty.neverBody}</p>
        <pre className="max-w-full overflow-x-auto rounded-md border border-line bg-surface p-3 font-mono text-xs">{COMMAND}</pre>
      </>
    );
  }
  if (reason.kind === 'rejected') {
    return (
      <>
        <h2 className="text-lg font-semibold">{empty.rejectedTitle}</h2>
        <ul className="list-disc pl-5">{reason.rejected.map((one) => <li key={one.code}>{empty.rejectedRow(one.code, format.count(one.requests), format.time(one.lastMs))}<p className="text-soft">{empty.whatToDo[one.code] ?? ''}</p></li>)}</ul>
      </>
    );
  }
  return (
    <>
      <h2 className="text-lg font-semibold">{reason.kind === 'silent' ? empty.silentTitle : empty.elsewhereTitle}</h2>
      <p className="text-soft">{reason.kind === 'silent' ? empty.silentBody(format.dateTime(reason.lastMs)) : empty.elsewhereBody(format.time(reason.lastMs))}</p>
      {reason.services.length > 0 && (
        <dl className="grid grid-cols-[auto_auto] gap-x-6">
          <dt className="col-span-2 text-faint">{empty.lastSeen}</dt>
          {reason.services.map((one) => [<dt key={`${one.service} name`}>{one.service}</dt>, <dd key={one.service} title={format.exactTime(one.lastMs)}>{format.time(one.lastMs)}</dd>])}
        </dl>
      )}
    </>
  );
}
