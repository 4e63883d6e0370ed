// Active transactions: an arc of what has begun and not ended, by service and age band, the total in its middle; under
// it what they wait on. A segment opens the list of what it stands for. "Not reported" is said, never drawn as zero.
import { AGE_BANDS, type AgeBand, type LiveTick } from '@narrows/contract';
import { useId } from 'react';
import { ringSegment } from '../../draw/arc-path.js';
import { ARC_FROM_DEGREES, ARC_TO_DEGREES, arcOf, statesOf, type ActiveArc as Arc } from '../../model/active-arc.js';
import { useLocale } from '../../i18n/locale.js';

export interface ActiveProps {
  active: LiveTick['active'];
  /** What the list beside it shows; empty strings stand for all. */
  chosen: { service: string; band: AgeBand | '' } | null;
  onChoose: (service: string, band: AgeBand | '') => void;
}

const BAND_CLASS: Record<AgeBand, string> = { '0-3s': 'band-young', '3-8s': 'band-middle', '8s+': 'band-old' };

export function Active({ active, chosen, onChoose }: ActiveProps) {
  const { words: { live: { active: words } } } = useLocale();
  const arc = arcOf(active.services);
  return (
    <section className="live-section active-panel" aria-label={words.title}>
      <header className="section-head"><h2 title={words.explain}>{words.title}</h2></header>
      {active.reported ? (
        <div className="active-body">
          <ArcPicture arc={arc} chosen={chosen} onChoose={onChoose} />
          <ServiceList arc={arc} chosen={chosen} onChoose={onChoose} />
          <States active={active} />
        </div>
      ) : (
        <div className="active-silent"><p className="text-lg">{words.notReported}</p><p className="text-soft">{words.notReportedBody}</p></div>
      )}
    </section>
  );
}

type ArcProps = { arc: Arc; chosen: ActiveProps['chosen']; onChoose: ActiveProps['onChoose'] };

function ArcPicture({ arc, chosen, onChoose }: ArcProps) {
  const { words: { live: { active: words } }, format } = useLocale();
  const hatch = useId();
  const cross = useId();
  const fillOf: Record<AgeBand, string | null> = { '0-3s': null, '3-8s': hatch, '8s+': cross };
  return (
    <div className="arc">
      <svg viewBox="0 0 200 170" aria-hidden="true">
        <defs>
          <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V6" className="arc-hatch" /></pattern>
          <pattern id={cross} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><path d="M0 0V5M0 0H5" className="arc-hatch" /></pattern>
        </defs>
        <path d={ringSegment(100, 68, 92, ARC_FROM_DEGREES, ARC_TO_DEGREES, 0)} className="arc-empty" />
        {arc.segments.map((segment) => {
          const d = ringSegment(100, 68, 92, segment.fromDegrees, segment.toDegrees);
          const pattern = fillOf[segment.band];
          const dimmed = chosen !== null && ((chosen.service !== '' && chosen.service !== segment.service) || (chosen.band !== '' && chosen.band !== segment.band));
          return (
            <g key={`${segment.service}/${segment.band}`} className={`arc-segment ${BAND_CLASS[segment.band]}`} data-dimmed={dimmed} onClick={() => { onChoose(segment.service, segment.band); }}>
              <title>{words.segment(segment.service, words.bands[segment.band], format.exactCount(segment.count))}</title>
              <path d={d} />{pattern !== null && <path d={d} className="arc-pattern" fill={`url(#${CSS.escape(pattern)})`} />}
            </g>
          );
        })}
        {arc.services.filter((service) => service.toDegrees - service.fromDegrees > 1.5).map((service) => (
          <path key={service.service} d={ringSegment(100, 95, 97, service.fromDegrees, service.toDegrees, 1.6)} className="arc-service" />
        ))}
      </svg>
      <button type="button" className="arc-total" onClick={() => { onChoose('', ''); }}><strong>{format.count(arc.total)}</strong><span>{words.total}</span></button>
      <ul className="arc-bands">
        {AGE_BANDS.map((band, index) => (
          <li key={band}>
            <button type="button" className={BAND_CLASS[band]} aria-pressed={chosen?.service === '' && chosen.band === band} onClick={() => { onChoose('', band); }}>
              <i data-band={band} aria-hidden="true" /><b>{format.count(arc.bands[index] ?? 0)}</b><span>{words.bands[band]}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The arc in words, a row a service; its bars have the arc's colours and, for the keyboard, its segments. */
function ServiceList({ arc, chosen, onChoose }: ArcProps) {
  const { words: { live: { active: words } }, format } = useLocale();
  if (arc.total === 0) return <p className="text-soft">{words.none}</p>;
  const most = Math.max(...arc.services.map((service) => service.total));
  return (
    <ul className="active-services">
      {arc.services.map(({ service, total, bands }) => (
        <li key={service}>
          <button type="button" aria-pressed={chosen?.service === service} onClick={() => { onChoose(service, ''); }}>
            <span className="name">{service}</span>
            <span className="bar" aria-hidden="true">{AGE_BANDS.map((band, index) => <i key={band} className={BAND_CLASS[band]} style={{ width: `${((bands[index] ?? 0) / most) * 100}%` }} />)}</span>
            <b>{format.count(total)}</b>
            <span className="sr-only">{AGE_BANDS.map((band, index) => `${words.bands[band]} ${bands[index] ?? 0}`).join(', ')}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function States({ active }: { active: LiveTick['active'] }) {
  const { words: { live: { active: words } }, format } = useLocale();
  const states = statesOf(active.services);
  return (
    <div className="active-states">
      <h3>{words.waitsOn}</h3>
      <div className="bar" aria-hidden="true">{states.map(({ state, share }) => <i key={state} data-state={state} style={{ width: `${share * 100}%` }} />)}</div>
      <ul>{states.map(({ state, count }) => <li key={state} data-empty={count === 0}><i data-state={state} aria-hidden="true" />{words.states[state]} <b>{format.count(count)}</b></li>)}</ul>
    </div>
  );
}
