// All channels of the pipeline in one line, as the public sees the traffic light: shape, name, how full. The worst
// come first where somebody looks for trouble: within a stage the order stays that of the pipeline.
import type { PlaceState } from '@narrows/contract';
import { placeKey } from '../../model/river-layout.js';
import { useLocale } from '../../i18n/locale.js';
import { LightMark } from './light-mark.js';
import { lightOf, placeName } from './place-figures.js';

export function ChannelStrip({ places, chosen, onChoose }: { places: readonly PlaceState[]; chosen: { slot: string; braid: string } | null; onChoose: (slot: string, braid: string) => void }) {
  const { words: { live: { river }, common }, language, format } = useLocale();
  const channels = places.filter((place) => place.channel !== '');
  if (channels.length === 0) return null;
  return (
    <ul className="channel-strip" aria-label={river.channels}>
      {channels.map((place) => {
        const slot = placeKey(place);
        const name = placeName(place, language);
        const light = lightOf(place);
        return (
          <li key={`${slot}/${place.channel}`}>
            <button type="button" title={place.channel} aria-pressed={chosen?.slot === slot && chosen.braid === place.channel} aria-label={`${name}: ${common.light[light]}, ${place.utilisation === null ? common.notReported : format.percent(place.utilisation)}`} onClick={() => { onChoose(slot, place.channel); }}>
              <LightMark light={light} />
              <span>{name}</span>
              <b>{place.utilisation === null ? '–' : format.percent(Math.round(place.utilisation * 100) / 100)}</b>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
