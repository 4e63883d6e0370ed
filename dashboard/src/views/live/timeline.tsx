// What was said when: the last half hour (or the one around the page's moment) as bars, what people did as flags, and the
// moment that the page shows as a line. A click goes to that moment; a flag opens whether it helped.
import type { Episode, Marker } from '@narrows/contract';
import { Flag, Rocket } from 'lucide-react';
import { useEffect, useState, type CSSProperties } from 'react';
import { useTimeline } from '../../api/history.js';
import { useNow } from '../../app/freshness.js';
import type { Range } from '../../api/range.js';
import { inLanguage, useLocale } from '../../i18n/locale.js';
import type { PlaceNames } from '../../model/place-names.js';
import { timelinePicture, timelineTicks, type EpisodeBar } from '../../model/timeline-lanes.js';
import { MarkerForm, type MarkPlace } from './marker-form.js';
import { MarkerPanel } from './marker-panel.js';
import { kindText } from './remedy-text.js';
import '../../styles/history.css';

export interface TimelineProps {
  pipeline: string;
  range: Range;
  /** The second that the page shows. */
  atMs: number;
  /** Where a marker may be about: the places of the page. */
  places: readonly MarkPlace[];
  names: PlaceNames;
  /** Show the page as of that moment. */
  onScrub: (atMs: number) => void;
}

const SPAN_MS = 1_800_000;
/** Its end moves on in steps. */
const STEP_MS = 10_000;
/** So much of it lies behind the page's own moment, where that is in the past. */
const AFTER_MS = 600_000;

export function Timeline({ pipeline, range, atMs, places, names, onScrub }: TimelineProps) {
  const { words: { history: { timeline: words, marker: markerWords } }, format } = useLocale();
  const [open, setOpen] = useState<'form' | Marker | null>(null);
  const live = range.live;
  const nowMs = useNow(STEP_MS);
  const toMs = live ? Math.ceil((atMs + 1_000) / STEP_MS) * STEP_MS : Math.min(Math.ceil(nowMs / STEP_MS) * STEP_MS, range.toMs + AFTER_MS);
  const fromMs = toMs - SPAN_MS;
  const answer = useTimeline(pipeline, { fromMs, toMs }, live);
  const picture = timelinePicture(answer.data?.episodes ?? [], answer.data?.markers ?? [], fromMs, toMs);
  const shareOf = (moment: number) => Math.min(1, Math.max(0, (moment - fromMs) / (toMs - fromMs)));
  useMarkKey(() => { setOpen('form'); });
  return (
    <section className="timeline" aria-label={words.label}>
      <header className="timeline-head">
        <h2>{words.title}</h2>
        <span className="text-faint">{answer.data ? words.step(format.duration(answer.data.stepMs)) : answer.error ? '' : words.loading}</span>
        {picture.more > 0 && <span className="text-soft">{words.more(format.count(picture.more))}</span>}
        {answer.error && <span role="alert" className="text-stuck">{words.failed} <button type="button" className="control small" onClick={() => { void answer.refetch(); }}>{words.again}</button></span>}
        <button type="button" className="control small timeline-mark" aria-expanded={open === 'form'} title={markerWords.addKey} onClick={() => { setOpen(open === 'form' ? null : 'form'); }}><Flag size={13} aria-hidden />{markerWords.add}</button>
      </header>
      <div className="timeline-strip" title={words.scrub} style={{ '--lanes': picture.lanes } as CSSProperties} onClick={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        onScrub(Math.round(fromMs + ((event.clientX - box.left) / box.width) * (toMs - fromMs)));
      }}>
        {timelineTicks(fromMs, toMs).map((tick) => <i key={tick.atMs} className="timeline-tick" style={{ left: `${tick.left * 100}%` }}><time>{format.time(tick.atMs).slice(0, 5)}</time></i>)}
        {picture.bars.map((bar) => <Bar key={bar.episode.id} bar={bar} all={answer.data?.episodes ?? []} onScrub={onScrub} />)}
        {answer.data && picture.bars.length === 0 && <p className="timeline-calm">{words.calm}</p>}
        {picture.flags.map(({ marker, left }) => (
          <button key={marker.id} type="button" className="timeline-flag" data-kind={marker.kind} aria-pressed={open !== null && open !== 'form' && open.id === marker.id} style={{ left: `${left * 100}%` }}
            title={`${format.time(marker.at)} ${marker.text}`} aria-label={`${markerWords.kind[marker.kind]} ${format.time(marker.at)}: ${marker.text}`}
            onClick={(event) => { event.stopPropagation(); setOpen(open !== null && open !== 'form' && open.id === marker.id ? null : marker); }}>
            {marker.kind === 'deployment' ? <Rocket size={12} aria-hidden /> : <Flag size={12} aria-hidden />}
          </button>
        ))}
        <i className="timeline-now" style={{ left: `${shareOf(atMs) * 100}%` }} aria-hidden="true" />
      </div>
      {open === 'form' && <MarkerForm places={places} atMs={live ? null : atMs} onDone={() => { setOpen(null); }} />}
      {open !== null && open !== 'form' && <MarkerPanel marker={open} pipeline={pipeline} names={names} onClose={() => { setOpen(null); }} onScrub={onScrub} />}
    </section>
  );
}

function Bar({ bar: { episode, lane, left, width, open }, all, onScrub }: { bar: EpisodeBar; all: readonly Episode[]; onScrub: (atMs: number) => void }) {
  const locale = useLocale();
  const { words: { history: { timeline: words }, live }, language, format } = locale;
  const sentence = inLanguage(episode.sentence, language);
  const end = episode.end === null ? words.ongoing : format.time(episode.end);
  const cause = episode.causedBy === null ? undefined : all.find(({ id }) => id === episode.causedBy);
  const title = [sentence, words.lasted(format.time(episode.begin), end, format.elapsed(Math.max(1_000, (episode.end ?? episode.peakAt) - episode.begin))), `${kindText(episode, locale.words)} · ${live.verdict.confidence(format.percent(Math.floor(episode.confidence * 100) / 100))}`,
    ...(cause === undefined ? [] : [words.causedBy(inLanguage(cause.sentence, language))])].join('\n');
  return (
    <button type="button" className="timeline-bar" data-open={open} data-follows={episode.causedBy !== null} title={title} aria-label={`${title}\n${words.goThere}`}
      style={{ left: `${left * 100}%`, width: `${width * 100}%`, '--lane': lane } as CSSProperties} onClick={(event) => { event.stopPropagation(); onScrub(episode.peakAt + 1_000); }}>
      <span>{sentence}</span>
    </button>
  );
}

/** `m` opens the form, unless somebody is typing. */
function useMarkKey(onMark: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable="true"], [role="dialog"]') !== null;
      if (event.key !== 'm' || isTyping || event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
      event.preventDefault();
      onMark();
    };
    window.addEventListener('keydown', onKey);
    return () => { window.removeEventListener('keydown', onKey); };
  });
}
