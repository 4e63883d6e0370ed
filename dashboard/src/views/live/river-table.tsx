// The river as a table: the same places and the same numbers, for whoever reads rather than looks. Stage names and
// channel names are buttons that narrow the page, as the reaches are.
import type { PlaceState } from '@narrows/contract';
import { placeKey } from '../../model/river-layout.js';
import { useLocale } from '../../i18n/locale.js';
import { LightMark } from './light-mark.js';
import { figuresOf, lightOf, placeName } from './place-figures.js';

export interface RiverTableProps {
  places: readonly PlaceState[];
  chosen: { slot: string; braid: string } | null;
  onChoose: (slot: string, braid: string) => void;
}

export function RiverTable({ places, chosen, onChoose }: RiverTableProps) {
  const locale = useLocale();
  const { words: { live: { river }, common }, language } = locale;
  const first = places[0];
  return (
    <div className="overflow-x-auto">
      <table className="live-table river-table">
        <caption className="sr-only">{river.label}</caption>
        <thead>
          <tr>
            <th scope="col">{common.stage} · {common.channel}</th>
            <th scope="col">{river.status}</th>
            {first !== undefined && figuresOf(first, locale).map((figure) => <th key={figure.key} scope="col" className="figure">{figure.symbol !== '' && <span className="symbol">{figure.symbol}</span>} {figure.label}</th>)}
          </tr>
        </thead>
        <tbody>
          {places.map((place) => {
            const slot = placeKey(place);
            const isChosen = chosen?.slot === slot && chosen.braid === place.channel;
            return (
              <tr key={`${slot}/${place.channel}`} data-channel={place.channel !== ''} data-chosen={isChosen}>
                <th scope="row">
                  <button type="button" title={place.channel || place.stage || place.service} aria-pressed={isChosen} onClick={() => { onChoose(slot, place.channel); }}>{placeName(place, language)}</button>
                </th>
                <td><span className="inline-flex items-center gap-2"><LightMark light={lightOf(place)} />{place.deliberate ? river.deliberate : common.light[place.light]}</span></td>
                {figuresOf(place, locale).map((figure) => <td key={figure.key} className="figure" title={figure.exact ?? common.notReported}>{figure.text ?? <span className="text-faint">–</span>}</td>)}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
