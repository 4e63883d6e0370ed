// Put down what was just done, in a line: what, of which kind, at which place. At a past moment of the page it is put there.
import type { MarkerKind, NewMarker, Subject } from '@narrows/contract';
import { useState, type FormEvent } from 'react';
import { useMark } from '../../api/history.js';
import { useLocale } from '../../i18n/locale.js';

/** A place that a marker can be about. */
export interface MarkPlace { key: string; label: string; subject: Subject }

/** The contract's, without its schema library. */
const MARKER_KINDS: readonly MarkerKind[] = ['action', 'deployment'];
const TEXT_MAX = 500;

export function MarkerForm({ places, atMs, onDone }: { places: readonly MarkPlace[]; atMs: number | null; onDone: () => void }) {
  const { words: { history: { marker: words } } } = useLocale();
  const mark = useMark();
  const [text, setText] = useState('');
  const [kind, setKind] = useState<MarkerKind>('action');
  const [about, setAbout] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const place = places.find(({ key }) => key === about);
    const marker: NewMarker = { text: text.trim(), kind, ...(place === undefined ? {} : { subject: place.subject }), ...(atMs === null ? {} : { at: atMs }) };
    mark.mutate(marker, { onSuccess: onDone });
  };
  return (
    <form className="marker-form" onSubmit={submit} onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); onDone(); } }}>
      <label>{words.text}<input className="field" value={text} maxLength={TEXT_MAX} placeholder={words.placeholder} autoFocus onChange={(event) => { setText(event.target.value); }} /></label>
      <span className="segmented" role="group" aria-label={words.kind.action}>
        {MARKER_KINDS.map((one) => <button key={one} type="button" aria-pressed={kind === one} onClick={() => { setKind(one); }}>{words.kind[one]}</button>)}
      </span>
      <label>{words.about}
        <select className="field" value={about} onChange={(event) => { setAbout(event.target.value); }}>
          <option value="">{words.nowhere}</option>
          {places.map(({ key, label }) => <option key={key} value={key}>{label}</option>)}
        </select>
      </label>
      <button type="submit" className="control" disabled={text.trim() === '' || mark.isPending}>{mark.isPending ? words.saving : words.save}</button>
      <button type="button" className="control" onClick={onDone}>{words.cancel}</button>
      {mark.error && <p role="alert" className="text-stuck">{mark.error.message} {mark.error.whatToDo}</p>}
    </form>
  );
}
