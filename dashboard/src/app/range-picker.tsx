// The time range: the last minutes, moving; or two moments on the agency's clock. Pausing fixes the range at this
// second, so a paused page has an address that shows the same to everybody.
import { Clock, Pause, Play } from 'lucide-react';
import { useId, useRef, useState, type FormEvent } from 'react';
import { unixMsToWall, wallToUnixMs } from '../format/zone.js';
import { rangeMs } from '../api/range.js';
import { useLocale } from '../i18n/locale.js';
import { LAST_MINUTES_CHOICES, LAST_MINUTES_DEFAULT } from './url-state.js';
import { useUrlState } from './use-url-state.js';

export function RangePicker() {
  const { words: { common }, format } = useLocale();
  const { range, state, set } = useUrlState();
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  const label = range.live ? common.range.last(range.lastMinutes) : `${format.dateTime(range.fromMs)} – ${format.time(range.toMs)}`;
  const choose = (minutes: number): void => {
    set({ from: undefined, to: undefined, last: minutes === LAST_MINUTES_DEFAULT ? undefined : minutes });
    panel.current?.hidePopover();
  };
  return (
    <div className={`flex items-center gap-1 ${range.live ? 'shrink-0' : 'min-w-0'}`}>
      <button type="button" popoverTarget={id} className="control min-w-0 shrink [anchor-name:--range]" aria-label={`${common.range.label}: ${label}`} title={range.live ? common.range.label : `${format.exactTime(range.fromMs)} – ${format.exactTime(range.toMs)}`}>
        <Clock size={14} aria-hidden className="shrink-0 max-sm:hidden" /><span className="min-w-0 truncate">{label}</span>
      </button>
      <div ref={panel} id={id} popover="auto" className="fixed inset-auto top-11 m-0 w-72 rounded-md border border-line bg-surface p-3 text-text shadow-lg [left:max(8px,min(anchor(--range_left,260px),100vw-296px))] [position-anchor:--range]">
        <div className="grid grid-cols-2 gap-1">
          {LAST_MINUTES_CHOICES.map((minutes) => (
            <button key={minutes} type="button" className="control" aria-pressed={range.live && range.lastMinutes === minutes} onClick={() => { choose(minutes); }}>{common.range.last(minutes)}</button>
          ))}
        </div>
        <FixedRange key={`${state.from} ${state.to}`} onDone={() => { panel.current?.hidePopover(); }} />
      </div>
      <button type="button" className="control px-[6px]" aria-pressed={!range.live} aria-keyshortcuts="Space P" title={range.live ? common.range.pause : common.range.resume} aria-label={range.live ? common.range.pause : common.range.resume}
        onClick={() => { set(range.live ? pausedNow(range.lastMinutes) : { from: undefined, to: undefined }); }}>
        {range.live ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
      </button>
    </div>
  );
}

/** The fixed range that a live one shows at this moment. */
export function pausedNow(lastMinutes: number): { from: number; to: number } {
  const { fromMs, toMs } = rangeMs({ live: true, lastMinutes }, Date.now());
  return { from: Math.floor(fromMs / 1000) * 1000, to: Math.floor(toMs / 1000) * 1000 };
}

function FixedRange({ onDone }: { onDone: () => void }) {
  const { words: { common: { range: words } }, format } = useLocale();
  const { range, set } = useUrlState();
  const [shown] = useState(() => rangeMs(range, Date.now()));
  const [from, setFrom] = useState(() => unixMsToWall(shown.fromMs, format.timeZone));
  const [to, setTo] = useState(() => unixMsToWall(shown.toMs, format.timeZone));
  const [wrong, setWrong] = useState(false);
  const apply = (event: FormEvent): void => {
    event.preventDefault();
    const fromMs = wallToUnixMs(from, format.timeZone);
    const toMs = wallToUnixMs(to, format.timeZone);
    if (fromMs === null || toMs === null || fromMs >= toMs) { setWrong(true); return; }
    set({ from: fromMs, to: toMs });
    onDone();
  };
  return (
    <form className="mt-3 flex flex-col gap-2 border-t border-line pt-3" onSubmit={apply}>
      {([[words.from, from, setFrom], [words.to, to, setTo]] as const).map(([name, value, change]) => (
        <label key={name} className="grid grid-cols-[4ch_1fr] items-center gap-2">
          <span className="text-soft">{name}</span>
          <input type="datetime-local" step={1} className="field" value={value} aria-invalid={wrong} onChange={(event) => { change(event.target.value); setWrong(false); }} />
        </label>
      ))}
      {wrong && <p role="alert" className="text-stuck">{words.wrongOrder}</p>}
      <div className="flex items-center justify-between text-xs text-faint"><span>{words.zone(format.timeZone)}</span><button type="submit" className="control">{words.apply}</button></div>
    </form>
  );
}
