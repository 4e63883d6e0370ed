// Why the line is longer than the crowd: for each stage the places that were taken, the people who took them, and a number
// for each reason of the difference, as parts of one bar.
import type { CrowdAnswer, CrowdReason } from '@narrows/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ApiError } from '../../api/request.js';
import { useLocale } from '../../i18n/locale.js';
import type { PlaceNames } from '../../model/place-names.js';
import '../../styles/history.css';

/** The contract's, without its schema library. */
const CROWD_REASONS: readonly CrowdReason[] = ['devices', 'rejoins', 'retries', 'machines', 'nobody'];

type Stage = CrowdAnswer['stages'][number];

export function Crowd({ answer, minutes, names }: { answer: UseQueryResult<CrowdAnswer, ApiError>; minutes: number; names: PlaceNames }) {
  const { words: { history: { crowd: words } }, format } = useLocale();
  const { data, error } = answer;
  if (error) return <p role="alert" className="px-3 pb-3 text-stuck">{error.message}</p>;
  if (!data) return <p role="status" className="px-3 pb-3 text-soft">{words.asking}</p>;
  const widest = Math.max(1, ...data.stages.map(({ places }) => places));
  return (
    <div className="crowd">
      <p className="text-soft">{words.explain(format.count(minutes))}</p>
      {data.stages.length === 0 && <p className="text-soft">{words.nobody}</p>}
      <ul>{data.stages.map((stage) => <StageRow key={stage.stage} stage={stage} widest={widest} names={names} />)}</ul>
      {data.stages.some(({ gap }) => gap !== null && gap > 0) && <p className="text-faint">{words.sum}</p>}
      {data.oneIn > 1 && <p className="text-faint">{words.sampled(format.count(data.oneIn))}</p>}
    </div>
  );
}

function StageRow({ stage: { stage, places, persons, gap, reasons }, widest, names }: { stage: Stage; widest: number; names: PlaceNames }) {
  const { words: { history: { crowd: words } }, format } = useLocale();
  return (
    <li>
      <h3>{names.stage(stage)} <span>{words.places} <b title={format.exactCount(places)}>{format.count(places)}</b>{persons !== null && <> · {words.persons} <b title={format.exactCount(persons)}>{format.count(persons)}</b> · {words.gap} <b>{format.count(gap ?? 0)}</b></>}</span></h3>
      {persons === null ? <p className="text-faint">{words.notNamed}</p> : (
        <>
          <span className="crowd-bar" aria-hidden="true" style={{ width: `${(places / widest) * 100}%` }}>
            <i data-reason="persons" style={{ flexGrow: persons }} />
            {reasons.map(({ reason, count }) => count > 0 && <i key={reason} data-reason={reason} style={{ flexGrow: count }} />)}
          </span>
          <dl className="crowd-reasons">
            {CROWD_REASONS.map((reason) => {
              const count = reasons.find((one) => one.reason === reason)?.count ?? 0;
              return count > 0 && <div key={reason}><dt><i data-reason={reason} aria-hidden="true" />{words.reasons[reason]}</dt><dd title={format.exactCount(count)}>{format.count(count)}</dd></div>;
            })}
          </dl>
        </>
      )}
    </li>
  );
}
