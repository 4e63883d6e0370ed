// The plan of each stage and channel: what is there today, what is needed and how far that may be off (first, since a phone shows
// the first columns), and what people meet.
// Where servers are given, their numbers are fields.
import type { PlanAnswer, PlanPlace } from '@narrows/contract';
import { useState } from 'react';
import { useUrlState } from '../../app/use-url-state.js';
import { inLanguage, useLocale } from '../../i18n/locale.js';

const keyOf = ({ stage, channel }: PlanPlace): string => (channel === '' ? stage : `${stage}/${channel}`);

export function PlanTable({ answer: { places, given, targetWaitMs } }: { answer: PlanAnswer }) {
  const { words: { history: { plan: words } } } = useLocale();
  return (
    <div className="plan-table" role="region" aria-label={words.title} tabIndex={0}>
      <table className="live-table">
        <thead>
          <tr>
            <th scope="col">{words.place}</th><th scope="col" className="figure">{words.today}</th><th scope="col" className="figure">{given ? words.given : words.planned}</th>
            <th scope="col" className="figure">{words.share}</th><th scope="col" className="figure">{words.peak}</th><th scope="col" className="figure">{words.service}</th><th scope="col" className="figure">{words.utilisation}</th><th scope="col" className="figure">{words.longest}</th><th scope="col" className="figure">{words.line}</th><th scope="col" className="figure">{words.clears}</th>
          </tr>
        </thead>
        <tbody>{places.map((place) => <Row key={keyOf(place)} place={place} places={places} given={given} targetWaitMs={targetWaitMs} />)}</tbody>
      </table>
    </div>
  );
}

function Row({ place, places, given, targetWaitMs }: { place: PlanPlace; places: readonly PlanPlace[]; given: boolean; targetWaitMs: number }) {
  const { words: { history: { plan: words } }, language, format } = useLocale();
  const unknown = <span className="text-faint" title={words.unknownHint}>{words.unknown}</span>;
  const { servers, serversLow, serversHigh, serversToday, serviceMs, utilisation, waitMsMax, lineMax, clearsInSeconds } = place;
  const isShort = !given && servers !== null && serversToday !== null && servers > serversToday;
  return (
    <tr>
      <th scope="row" title={keyOf(place)}>{place.channel === '' ? '' : <span className="text-soft">{place.stage} · </span>}{inLanguage(place.name, language)}</th>
      <td className="figure">{serversToday === null ? unknown : format.count(serversToday)}</td>
      <td className="figure">
        {given ? <Servers place={place} places={places} /> : servers === null ? unknown : <strong data-short={isShort}>{format.count(servers)}</strong>}
        {!given && serversLow !== null && serversHigh !== null && serversLow !== serversHigh && <small className="text-faint"> {words.between(format.count(serversLow), format.count(serversHigh))}</small>}
      </td>
      <td className="figure">{format.percent(place.share)}</td>
      <td className="figure">{format.rate(place.peakPerSecond)}</td>
      <td className="figure">{serviceMs === null ? unknown : format.duration(serviceMs)}</td>
      <td className="figure">{utilisation === null ? '–' : format.percent(utilisation)}</td>
      <td className="figure" data-short={waitMsMax !== null && waitMsMax > targetWaitMs * 1.01}>{waitMsMax === null ? '–' : format.duration(waitMsMax)}</td>
      <td className="figure">{lineMax === null ? '–' : format.count(lineMax)}</td>
      <td className="figure">{waitMsMax === null ? '–' : clearsInSeconds === null ? <span className="text-stuck">{words.never}</span> : clearsInSeconds === 0 ? '–' : format.duration(clearsInSeconds * 1_000)}</td>
    </tr>
  );
}

/** A number that is given; it counts when the field is left or Enter is pressed. */
function Servers({ place, places }: { place: PlanPlace; places: readonly PlanPlace[] }) {
  const { words: { history: { plan: words } } } = useLocale();
  const { set } = useUrlState();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? (place.servers === null ? '' : String(place.servers));
  const isWrong = !(/^\d{1,6}$/.test(text) && Number(text) >= 1);
  const commit = (): void => {
    if (typed === null || isWrong) { setTyped(null); return; }
    const all = places.flatMap((one) => (keyOf(one) === keyOf(place) ? [`${keyOf(one)}=${Number(text)}`] : one.servers === null ? [] : [`${keyOf(one)}=${one.servers}`]));
    set({ servers: all.join(',') }, { replace: true });
    setTyped(null);
  };
  return <input className="field" inputMode="numeric" aria-label={`${words.given}: ${keyOf(place)}`} aria-invalid={typed !== null && isWrong} value={text} onChange={(event) => { setTyped(event.target.value); }} onBlur={commit} onKeyDown={(event) => { if (event.key === 'Enter') event.currentTarget.blur(); if (event.key === 'Escape') setTyped(null); }} />;
}
