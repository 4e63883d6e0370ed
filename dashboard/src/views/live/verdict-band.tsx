// The one sentence. What is narrow now, since when, how sure; beside it the four questions that follow. When nothing
// is narrow it says so in the same place and the same height, with what it rests on.
import type { LiveTick, Trait, Verdict } from '@narrows/contract';
import { Fragment } from 'react';
import type { PlaceNames } from '../../model/place-names.js';
import { bestRemedy, shownConfidence, verdictBand, verdictKey } from '../../model/verdict-band.js';
import { inLanguage, useLocale } from '../../i18n/locale.js';
import { LightMark } from './light-mark.js';
import { VerdictPanel, VERDICT_PANELS, type VerdictPanelName } from './verdict-panel.js';
import { kindText, remedyText } from './remedy-text.js';

export interface VerdictBandProps {
  tick: LiveTick;
  names: PlaceNames;
  /** The page is of a moment that is over, and "now" would be a lie. */
  past?: boolean;
  panel: VerdictPanelName | null;
  onPanel: (panel: VerdictPanelName | null) => void;
  /** Follow a link inside the dashboard. */
  onFollow: (address: string) => void;
  /** Show the transactions of these. */
  onChooseWho: (verdict: Verdict, traits: readonly Trait[]) => void;
}

export function VerdictBand({ tick, names, past = false, panel, onPanel, onFollow, onChooseWho }: VerdictBandProps) {
  const { words: { live }, language, format } = useLocale();
  const band = verdictBand(tick);
  const { headline } = band;
  const said = live.verdict[past ? 'past' : 'present'];
  const state = headline !== null ? 'verdict' : band.watchedPlaces === 0 ? 'unknown' : 'calm';
  return (
    <section className="verdict" data-state={state} aria-label={live.verdict.label}>
      <div className="verdict-line">
        <LightMark light={state === 'verdict' ? 'stuck' : state === 'calm' ? 'fine' : 'none'} size={28} />
        <div className="verdict-said" role="status" aria-live="polite">
          <h1>{headline !== null ? <Clauses sentence={inLanguage(headline.sentence, language)} /> : said[state === 'calm' ? 'calm' : 'unknown']}</h1>
          {headline === null
            ? <p className="verdict-meta">{state === 'calm' && said.calmBody(format.count(band.watchedPlaces))}</p>
            : <VerdictMeta verdict={headline} nowMs={tick.serverNowMs} />}
        </div>
        {headline !== null && <PanelButtons verdict={headline} panel={panel} onPanel={onPanel} />}
      </div>
      {headline !== null && (
        <div className="verdict-drawer" data-open={panel !== null} inert={panel === null}>
          <div>{panel !== null && <VerdictPanel verdict={headline} toMs={tick.atMs + 1_000} names={names} panel={panel} onChooseWho={(traits) => { onChooseWho(headline, traits); }} onClose={() => { onPanel(null); }} onFollow={onFollow} />}</div>
        </div>
      )}
      {band.further.length + band.watching.length > 0 && (
        <ul className="verdict-further">
          {band.further.map((verdict) => <Further key={verdictKey(verdict)} verdict={verdict} nowMs={tick.serverNowMs} />)}
          {band.watching.map((verdict) => <Further key={verdictKey(verdict)} verdict={verdict} nowMs={tick.serverNowMs} quiet />)}
        </ul>
      )}
    </section>
  );
}

/** What is narrow and by how much are two sentences: where the line is too short, it breaks between them first. */
function Clauses({ sentence }: { sentence: string }) {
  return sentence.split(/(?<=\.) /).map((clause, i) => <Fragment key={clause}>{i > 0 && ' '}<span className="inline-block">{clause}</span></Fragment>);
}

/** For how long, how sure. Since when is in the sentence; the exact moment is under the pointer. */
function VerdictMeta({ verdict, nowMs }: { verdict: Verdict; nowMs: number }) {
  const { words, format } = useLocale();
  const { live } = words;
  return (
    <p className="verdict-meta">
      <span className="verdict-kind">{kindText(verdict, words)}</span>
      <time dateTime={new Date(verdict.since).toISOString()} title={format.exactTime(verdict.since)}>{live.verdict.lasts(format.elapsed(lastsMs(verdict, nowMs)))}</time>
      <span className="verdict-sure">
        <meter min={0} max={1} value={shownConfidence(verdict)} aria-hidden="true" />
        {live.verdict.confidence(format.percent(shownConfidence(verdict)))}
      </span>
    </p>
  );
}

/** What is said has been there for a second at least, also where two clocks disagree. */
const lastsMs = (verdict: Verdict, nowMs: number): number => Math.max(1_000, nowMs - verdict.since);

function PanelButtons({ verdict, panel, onPanel }: { verdict: Verdict; panel: VerdictPanelName | null; onPanel: (panel: VerdictPanelName | null) => void }) {
  const locale = useLocale();
  const { verdict: words } = locale.words.live;
  const remedy = bestRemedy(verdict);
  const labels: Record<VerdictPanelName, string> = { evidence: words.evidence, who: words.who, remedy: words.remedy, ruledOut: words.ruledOut };
  return (
    <div className="verdict-buttons" role="group" aria-label={words.label}>
      {VERDICT_PANELS.map((name) => (
        <button key={name} type="button" className="control" aria-expanded={panel === name} aria-pressed={panel === name} onClick={() => { onPanel(panel === name ? null : name); }}>
          {labels[name]}{name === 'remedy' && remedy !== null && <b>{remedyText(remedy, locale)}</b>}
        </button>
      ))}
    </div>
  );
}

function Further({ verdict, nowMs, quiet = false }: { verdict: Verdict; nowMs: number; quiet?: boolean }) {
  const { words, language, format } = useLocale();
  const { live } = words;
  return (
    <li data-quiet={quiet} title={format.exactTime(verdict.since)}>
      <LightMark light={quiet ? 'none' : 'busy'} size={11} />
      <span className="verdict-kind">{quiet ? live.verdict.watching : kindText(verdict, words)}</span>
      <span>{inLanguage(verdict.sentence, language)}</span>
      <span className="text-faint">{live.verdict.lasts(format.elapsed(lastsMs(verdict, nowMs)))} · {format.percent(shownConfidence(verdict))}</span>
    </li>
  );
}
