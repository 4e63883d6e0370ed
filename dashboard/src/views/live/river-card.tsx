// What stands under the pointer, exactly: every figure of a reach or braid with where it comes from and of which second.
import type { PlaceState } from '@narrows/contract';
import { useLocale } from '../../i18n/locale.js';
import { StatusMark } from '../parts/status-mark.js';
import { figuresOf, lightOf, placeName } from './place-figures.js';

export function RiverCard({ place, atMs, style }: { place: PlaceState; atMs: number; style: { left: number; top: number } }) {
  const locale = useLocale();
  const { words: { live: { river }, common }, language, format } = locale;
  const ids = [...new Set([place.channel || place.stage, place.service])].filter((id) => id !== '');
  return (
    <div className="river-card" role="tooltip" style={style}>
      <p className="river-card-head"><StatusMark light={lightOf(place)} /> {placeName(place, language)} <span>{ids.join(' · ')}</span></p>
      <dl>
        {figuresOf(place, locale).map((figure) => (
          <div key={figure.key}>
            <dt>{figure.label}</dt>
            <dd>{figure.exact ?? <span className="text-faint">{common.notReported}</span>}{figure.key === 'capacity' && place.capacitySource !== null && <small> {river.capacityFrom[place.capacitySource]}</small>}</dd>
          </div>
        ))}
      </dl>
      {place.deliberate && <p>{river.deliberateExplain}</p>}
      <p className="text-faint">{river.asOf(format.time(atMs))}</p>
    </div>
  );
}
