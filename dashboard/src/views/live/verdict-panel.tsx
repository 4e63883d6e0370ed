// What stands behind the sentence, one question at a time: the evidence as numbers before and now, who is in it, what
// would widen it and under which assumptions, and which places were looked at and are not it.
import type { Evidence, Subject, Trait, Verdict } from '@narrows/contract';
import { X } from 'lucide-react';
import { useState } from 'react';
import { useMarkers, useWho } from '../../api/history.js';
import { markersOfVerdict } from '../../model/marker-match.js';
import { subjectNames, type PlaceNames } from '../../model/place-names.js';
import { subjectWords } from '../../model/verdict-band.js';
import { inLanguage, useLocale } from '../../i18n/locale.js';
import { measured } from '../parts/measured.js';
import { WhoTable } from '../parts/who-table.js';
import { Helped } from './marker-panel.js';
import { actionText, waitText } from './remedy-text.js';

export const VERDICT_PANELS = ['evidence', 'who', 'remedy', 'ruledOut'] as const;
export type VerdictPanelName = (typeof VERDICT_PANELS)[number];

export interface VerdictPanelProps { verdict: Verdict; /** End of what the verdict was made from. */ toMs: number; onChooseWho: (traits: readonly Trait[]) => void; names: PlaceNames; panel: VerdictPanelName; onClose: () => void; onFollow: (address: string) => void }

export function VerdictPanel({ verdict, toMs, onChooseWho, names, panel, onClose, onFollow }: VerdictPanelProps) {
  const { words: { live } } = useLocale();
  return (
    <div className="verdict-panel" role="region" aria-label={live.verdict[panel]}>
      {panel === 'evidence' && <EvidenceTable verdict={verdict} onFollow={onFollow} />}
      {panel === 'who' && <Who verdict={verdict} names={names} toMs={toMs} onChoose={onChooseWho} />}
      {panel === 'remedy' && <><Remedies verdict={verdict} names={names} /><Done verdict={verdict} /></>}
      {panel === 'ruledOut' && <RuledOut verdict={verdict} names={names} />}
      <button type="button" className="verdict-close" aria-label={live.verdict.close} title={live.verdict.close} onClick={onClose}><X size={16} aria-hidden /></button>
    </div>
  );
}

/** Links come from the judge as addresses inside the dashboard; anything else is not made clickable. */
const isInside = (evidence: Evidence): boolean => /^\/(?!\/)/.test(evidence.link);

function EvidenceTable({ verdict, onFollow }: { verdict: Verdict; onFollow: (address: string) => void }) {
  const locale = useLocale();
  const { words: { live: { verdict: words } }, language } = locale;
  return (
    <table className="live-table">
      <thead><tr><th scope="col">{words.claim}</th><th scope="col" className="figure">{words.before}</th><th scope="col" aria-hidden="true" /><th scope="col" className="figure">{words.now}</th><th scope="col"><span className="sr-only">{words.open}</span></th></tr></thead>
      <tbody>
        {verdict.evidence.map((evidence) => {
          const claim = inLanguage(evidence.claim, language);
          return (
            <tr key={`${evidence.measure} ${evidence.claim.en}`}>
              <th scope="row">{claim}</th>
              <td className="figure text-soft">{evidence.before === null ? '–' : measured(evidence.before, evidence.unit, locale)}</td>
              <td aria-hidden="true" className="text-faint">→</td>
              <td className="figure font-semibold">{measured(evidence.now, evidence.unit, locale)}</td>
              <td>{isInside(evidence) && <a href={evidence.link} className="text-accent underline" aria-label={words.openLink(claim)} onClick={(event) => { if (!event.metaKey && !event.ctrlKey) { event.preventDefault(); onFollow(evidence.link); } }}>{words.open}</a>}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Asked for when it is opened, of what was narrow since its onset; asked again for another verdict, not each second. */
function Who({ verdict, names, toMs, onChoose }: { verdict: Verdict; names: PlaceNames; toMs: number; onChoose: (traits: readonly Trait[]) => void }) {
  const { words: { live: { verdict: words } }, format } = useLocale();
  const { kind, since, subject, affected: { journeys, share } } = verdict;
  const { pipeline, stage, channel, service, attribute } = subject;
  // What people are told is a filter of its own.
  const outcome = attribute?.startsWith('outcome=') === true ? attribute.slice('outcome='.length) : undefined;
  const key = JSON.stringify([kind, since, pipeline, stage, channel, service, outcome]);
  const [asked, setAsked] = useState({ key, toMs });
  if (asked.key !== key) setAsked({ key, toMs });
  const answer = useWho({ of: kind, from: since, to: Math.max(asked.toMs, since + 1_000), pipeline, stage, channel, service: stage === undefined ? service : undefined, outcome });
  return (
    <>
      <p className="text-base">{journeys === null ? words.affectedUnknown : words.affected(format.count(journeys), share === null ? '–' : format.percent(share))}</p>
      <WhoTable names={names} answer={answer} onChoose={onChoose} />
    </>
  );
}

const idsOf = (subject: Subject): string => subjectWords(subject).join(' · ');

function Remedies({ verdict, names }: { verdict: Verdict; names: PlaceNames }) {
  const locale = useLocale();
  const { words: { live: { verdict: words } }, language, format } = locale;
  if (verdict.remedies.length === 0) return <p className="text-soft">{words.noRemedy}</p>;
  return (
    <ul className="verdict-remedies">
      {verdict.remedies.map((remedy) => (
        <li key={`${remedy.action} ${idsOf(remedy.subject)}`}>
          <p className="text-base font-semibold">{actionText(remedy, locale)} <span className="font-normal text-soft" title={idsOf(remedy.subject)}>{subjectNames(remedy.subject, names).join(' · ')}</span></p>
          <dl className="verdict-predicted">
            {waitText(remedy, locale) !== '' && <div><dt>{words.waits}</dt><dd>{waitText(remedy, locale)}</dd></div>}
            {remedy.predicted.waitAfterBetween !== undefined && <div><dt>{words.interval}</dt><dd>{words.waitBetween(format.duration(remedy.predicted.waitAfterBetween[0]), format.duration(remedy.predicted.waitAfterBetween[1]))}</dd></div>}
            {remedy.predicted.throughput !== null && <div><dt>{words.throughput}</dt><dd>{format.rate(remedy.predicted.throughput)}</dd></div>}
            {remedy.predicted.clearsInSeconds !== null && <div><dt>{words.clears}</dt><dd>{format.duration(remedy.predicted.clearsInSeconds * 1_000)}</dd></div>}
          </dl>
          {remedy.assumptions.length > 0 && <p className="text-soft"><span className="text-faint">{words.assumptions}</span> {remedy.assumptions.map((assumption) => inLanguage(assumption, language)).join(' ')}</p>}
        </li>
      ))}
    </ul>
  );
}

const DONE_MAX = 3;

/** What was done since at its place, or at a remedy's, and whether that helped. Nothing where nothing was. */
function Done({ verdict }: { verdict: Verdict }) {
  const { words: { history: { marker: words } }, format } = useLocale();
  const { since, subject } = verdict;
  const answer = useMarkers(since);
  const done = markersOfVerdict(answer.data?.markers ?? [], verdict).slice(0, DONE_MAX);
  if (done.length === 0) return null;
  return (
    <section className="verdict-done" aria-label={words.done}>
      <h2>{words.done}</h2>
      {done.map((marker) => (
        <div key={marker.id}>
          <p className="marker-said"><span className="verdict-kind">{words.kind[marker.kind]}</span> <b>{marker.text}</b> <time title={format.exactTime(marker.at)}>{format.time(marker.at)}</time> <span className="text-faint">{marker.by === null ? words.seen : words.by(marker.by)}</span></p>
          <Helped marker={marker} pipeline={subject.pipeline ?? ''} />
        </div>
      ))}
    </section>
  );
}

function RuledOut({ verdict, names }: { verdict: Verdict; names: PlaceNames }) {
  const { words: { live: { verdict: words }, common }, language } = useLocale();
  if (verdict.ruledOut.length === 0) return <p className="text-soft">{words.noRuledOut}</p>;
  return (
    <table className="live-table">
      <thead><tr><th scope="col">{common.stage} · {common.service}</th><th scope="col">{words.reason}</th></tr></thead>
      <tbody>{verdict.ruledOut.map((one) => <tr key={idsOf(one.subject)}><th scope="row" title={idsOf(one.subject)}>{subjectNames(one.subject, names).join(' · ')}</th><td>{inLanguage(one.because, language)}</td></tr>)}</tbody>
    </table>
  );
}
