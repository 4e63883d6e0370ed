// A rectangle of the hitmap by keyboard: when they ended and how long they took, as four fields. The fields hold the
// agency's wall-clock time, and what they say is widened to whole cells, exactly as a dragged rectangle is.
import { useId, useState, type FormEvent } from 'react';
import { unixMsToWall, wallToUnixMs } from '../../format/zone.js';
import { rangeOf, selectionOf, type HitmapGrid, type HitmapSelection } from '../../model/hitmap-grid.js';
import { useLocale } from '../../i18n/locale.js';

export function HitmapRangeForm({ grid, onSelect }: { grid: HitmapGrid; onSelect: (selection: HitmapSelection) => void }) {
  const { words: { live: { hitmap: words }, common }, format } = useLocale();
  const id = useId();
  const endMs = grid.fromMs + grid.columns * grid.columnMs;
  const [fields, setFields] = useState(() => ({ from: unixMsToWall(Math.max(grid.fromMs, endMs - 60_000), format.timeZone), to: unixMsToWall(endMs, format.timeZone), min: '0', max: '' }));
  const fromMs = wallToUnixMs(fields.from, format.timeZone);
  const toMs = wallToUnixMs(fields.to, format.timeZone);
  const minDurationMs = Number(fields.min) * 1_000;
  const maxDurationMs = fields.max === '' ? undefined : Number(fields.max) * 1_000;
  const ordered = fromMs !== null && toMs !== null && fromMs < toMs && (maxDurationMs === undefined || maxDurationMs > minDurationMs);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ordered || fromMs === null || toMs === null) return;
    const asked = { fromMs, toMs, minDurationMs, maxDurationMs };
    const range = rangeOf(grid, asked);
    onSelect(range === null || maxDurationMs === undefined ? asked : selectionOf(grid, range));
  };
  const field = (name: keyof typeof fields, label: string, type: 'datetime-local' | 'number') => (
    <label htmlFor={`${id}${name}`}><span>{label}</span>
      <input id={`${id}${name}`} className="field" type={type} value={fields[name]} aria-invalid={!ordered} {...(type === 'number' ? { min: 0, step: 'any' } : { step: 1 })} onChange={(event) => { setFields({ ...fields, [name]: event.target.value }); }} />
    </label>
  );
  return (
    <form className="hitmap-form" onSubmit={submit}>
      {field('from', words.selectFrom, 'datetime-local')}
      {field('to', words.selectTo, 'datetime-local')}
      {field('min', words.selectMin, 'number')}
      {field('max', words.selectMax, 'number')}
      <button type="submit" className="control" disabled={!ordered}>{words.open}</button>
      {!ordered && <p role="alert" className="text-stuck">{common.range.wrongOrder}</p>}
    </form>
  );
}
