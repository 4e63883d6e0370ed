// A marker, and whether it helped: before, predicted and measured side by side.
import type { Marker, Measured } from '@narrows/contract';
import { X } from 'lucide-react';
import { useHelped } from '../../api/history.js';
import { inLanguage, useLocale, type Locale } from '../../i18n/locale.js';
import { subjectNames, type PlaceNames } from '../../model/place-names.js';
import { actionText } from './remedy-text.js';

export function MarkerPanel({ marker, pipeline, names, onClose, onScrub }: { marker: Marker; pipeline: string; names: PlaceNames; onClose: () => void; onScrub: (atMs: number) => void }) {
  const { words: { history: { marker: words, timeline } }, format } = useLocale();
  const place = subjectNames(marker.subject, names).join(' · ');
  return (
    <div className="marker-panel" role="region" aria-label={marker.text}>
      <p className="marker-said">
        <span className="verdict-kind">{words.kind[marker.kind]}</span> <b>{marker.text}</b>
        <time title={format.exactTime(marker.at)}>{format.time(marker.at)}</time>
        {place !== '' && <span className="text-soft">{place}</span>}
        <span className="text-faint">{marker.by === null ? words.seen : words.by(marker.by)}</span>
        <button type="button" className="control small" onClick={() => { onScrub(marker.at); }}>{timeline.goThere}</button>
      </p>
      <Helped marker={marker} pipeline={pipeline} />
      <button type="button" className="verdict-close" aria-label={words.close} title={words.close} onClick={onClose}><X size={16} aria-hidden /></button>
    </div>
  );
}

/** The answer as a sentence with its numbers. */
export function Helped({ marker, pipeline }: { marker: Marker; pipeline: string }) {
  const locale = useLocale();
  const { words: { history: { marker: words } }, language, format } = locale;
  const answer = useHelped(marker, pipeline);
  if (answer.error) return <p role="alert" className="text-stuck">{answer.error.message}</p>;
  if (!answer.data) return <p role="status" className="text-soft">{words.asking}</p>;
  const { data } = answer;
  const predicted = data.remedy?.predicted ?? null;
  return (
    <div className="helped" data-answer={data.answer}>
      <p className="text-base"><span className="helped-answer">{words.answer[data.answer]}</span> {inLanguage(data.sentence, language)}</p>
      {data.before !== null && (
        <table className="live-table">
          <thead><tr><th scope="col"><span className="sr-only">{words.helpedTitle}</span></th><th scope="col" className="figure">{words.before}</th>{predicted !== null && <th scope="col" className="figure" title={data.remedy === null ? '' : actionText(data.remedy, locale)}>{words.predicted}</th>}<th scope="col" className="figure">{words.after}</th></tr></thead>
          <tbody>
            <tr><th scope="row">{words.wait}</th><td className="figure">{waitOf(data.before, locale)}</td>{predicted !== null && <td className="figure">{predicted.waitAfter === null ? '–' : format.duration(predicted.waitAfter)}</td>}<td className="figure font-semibold">{waitOf(data.after, locale)}</td></tr>
            <tr><th scope="row">{words.line}</th><td className="figure">{numberOf(data.before.line, locale)}</td>{predicted !== null && <td className="figure">–</td>}<td className="figure font-semibold">{numberOf(data.after?.line ?? null, locale)}</td></tr>
            <tr><th scope="row">{words.throughput}</th><td className="figure">{rateOf(data.before.throughput, locale)}</td>{predicted !== null && <td className="figure">{rateOf(predicted.throughput, locale)}</td>}<td className="figure font-semibold">{rateOf(data.after?.throughput ?? null, locale)}</td></tr>
            <tr><th scope="row">{words.errors}</th><td className="figure">{shareOf(data.before.errorShare, locale)}</td>{predicted !== null && <td className="figure">–</td>}<td className="figure font-semibold">{shareOf(data.after?.errorShare ?? null, locale)}</td></tr>
          </tbody>
        </table>
      )}
      {data.after !== null && <p className="text-faint">{words.measuredAt(format.time(data.after.from), format.time(data.after.to))}</p>}
    </div>
  );
}

function waitOf(measured: Measured | null, { format, words: { history: { marker } } }: Locale): string {
  if (measured === null || measured.waitMs === null) return '–';
  return measured.waitErrorMs === null ? format.duration(measured.waitMs) : marker.plusMinus(format.duration(measured.waitMs), format.duration(measured.waitErrorMs));
}
const numberOf = (value: number | null, { format }: Locale): string => (value === null ? '–' : format.count(value));
const rateOf = (value: number | null, { format }: Locale): string => (value === null ? '–' : format.rate(value));
const shareOf = (value: number | null, { format }: Locale): string => (value === null ? '–' : format.percent(value));
