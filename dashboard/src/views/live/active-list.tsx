// In-flight transactions as rows: the oldest of every tick, or all of a segment of the arc. A row leads to its trace;
// its open child says what it is stuck in before any span of it has ended.
import type { ActiveRow, AgeBand } from '@narrows/contract';
import { X } from 'lucide-react';
import { bandOf } from '../../model/active-arc.js';
import type { PlaceNames } from '../../model/place-names.js';
import { useLocale } from '../../i18n/locale.js';

export interface ActiveListProps {
  rows: readonly ActiveRow[];
  names: PlaceNames;
  reported: boolean;
  chosen: { service: string; band: AgeBand | '' } | null;
  onClear: () => void;
  traceHref: (traceId: string) => string;
  onOpen: (traceId: string) => void;
}

export function ActiveList({ rows, names, reported, chosen, onClear, traceHref, onOpen }: ActiveListProps) {
  const { words: { live: { active: words }, common }, format } = useLocale();
  const what = chosen === null ? '' : [chosen.service, chosen.band === '' ? '' : words.bands[chosen.band]].filter((part) => part !== '').join(' · ') || words.all;
  return (
    <section className="live-section oldest" aria-label={chosen === null ? words.oldest : words.list(what)}>
      <header className="section-head">
        <h2>{chosen === null ? words.oldest : words.list(what)}</h2>
        {chosen !== null && <button type="button" className="control small ml-auto" onClick={onClear}><X size={13} aria-hidden />{common.clear}</button>}
      </header>
      <div className="oldest-body">
        {rows.length === 0 ? <p className="p-3 text-soft">{reported ? words.none : words.notReported}</p> : (
          <table className="live-table">
            <thead><tr><th scope="col" className="figure">{words.age}</th><th scope="col">{words.operation}</th><th scope="col">{words.place}</th><th scope="col">{words.state}</th><th scope="col">{words.child}</th></tr></thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.spanId}>
                  <td className="figure"><span className="age" data-band={bandOf(row.ageMs)} title={format.exactDuration(row.ageMs)}>{format.duration(row.ageMs)}</span></td>
                  <th scope="row">
                    <a href={traceHref(row.traceId)} aria-label={words.openTrace(row.operation)} onClick={(event) => { if (!event.metaKey && !event.ctrlKey) { event.preventDefault(); onOpen(row.traceId); } }}>
                      {row.operation}</a>
                    <span className="text-faint"> {row.service}</span>
                  </th>
                  <td title={[row.stage, row.channel].filter((part) => part !== '').join(' · ')}>{names.place(row)}</td>
                  <td>{words.states[row.state]}</td>
                  <td className="text-soft">{row.openChild}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}
