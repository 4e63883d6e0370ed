// Words and numbers of the river: above each reach its light and name (a button that narrows the page), below it the
// queueing figures, and before its wall the people who stand there with the time until they are gone.
import type { RiverSlot } from '../../model/river-layout.js';
import { useLocale } from '../../i18n/locale.js';
import { LightMark } from './light-mark.js';
import { figuresOf, lightOf, placeName } from './place-figures.js';

export interface CaptionProps {
  slot: RiverSlot;
  pressed: boolean;
  narrow: boolean;
  onChoose: () => void;
  onHover: (inside: boolean) => void;
}

export function SlotHead({ slot, pressed, narrow, onChoose, onHover }: CaptionProps) {
  const { words: { live: { river }, common }, language, format } = useLocale();
  const { place } = slot;
  const name = placeName(place, language);
  const light = lightOf(place);
  const waiting = place.waiting === null ? '' : `, ${river.waiting} ${format.count(place.waiting)}`;
  return (
    <button
      type="button" className="river-head" aria-pressed={pressed} data-light={light} data-narrow={narrow} title={place.stage || place.service}
      aria-label={`${name}: ${place.deliberate ? river.deliberate : common.light[light]}${waiting}. ${river.narrowTo(name)}`}
      onClick={onChoose} onFocus={() => { onHover(true); }} onBlur={() => { onHover(false); }}
    >
      <LightMark light={light} size={13} />
      <span className="river-name">{name}</span>
      {place.deliberate && <span className="river-tag">{river.deliberate}</span>}
    </button>
  );
}

/** People before the wall: the number that is read first, and until when. */
export function SlotCrowd({ slot }: { slot: RiverSlot }) {
  const { words: { live: { river } }, format } = useLocale();
  const { bank, place } = slot;
  // A mean of less than half a person is nobody, and nobody needs no time to clear.
  if (bank === null || Math.round(bank.people) === 0) return null;
  const clears = place.deliberate || place.clearsInSeconds === null ? null : river.clearsIn(format.duration(place.clearsInSeconds * 1_000));
  return (
    <div className="river-people" data-light={lightOf(place)} data-deliberate={place.deliberate}>
      <strong>{format.count(Math.round(bank.people))}</strong>
      <span>{river.waiting}{clears !== null && <> · {clears}</>}{bank.clipped && <> · {river.clipped}</>}</span>
    </div>
  );
}

const BELOW = new Set(['arrivals', 'completions', 'utilisation', 'inFlight', 'residence', 'capacity']);

export function SlotFigures({ slot }: { slot: RiverSlot }) {
  const locale = useLocale();
  const { words: { common } } = locale;
  return (
    <dl className="river-figures">
      {figuresOf(slot.place, locale).filter((figure) => BELOW.has(figure.key)).map((figure) => (
        <div key={figure.key} title={`${figure.label}: ${figure.exact ?? common.notReported}`}>
          <dt><span className="symbol">{figure.symbol}</span> {figure.label}</dt>
          <dd>{figure.text ?? <span className="text-faint">–</span>}</dd>
        </div>
      ))}
    </dl>
  );
}
