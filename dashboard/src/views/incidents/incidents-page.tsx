// Incidents, newest first: what goes on now stands on top in large type, since that is the question with which people come.
import { Link } from '@tanstack/react-router';
import type { Incident } from '@narrows/contract';
import { useIncidents } from '../../api/alerts.js';
import { useNow } from '../../app/freshness.js';
import { carried, useUrlState } from '../../app/use-url-state.js';
import { inLanguage, useLocale } from '../../i18n/locale.js';
import { SectionState } from '../alerts/section-state.js';
import { StatusMark } from '../parts/status-mark.js';
import { incidentLight } from './incident-light.js';

export function IncidentsPage() {
  const { words: { alerts: { incidents: words } } } = useLocale();
  const { state } = useUrlState();
  return (
    <div className="flex max-w-[1200px] flex-col gap-4 p-4 max-sm:p-3">
      <h1 className="text-xs text-soft">{words.title}</h1>
      <SectionState answer={useIncidents()} what={words.title}>
        {({ incidents, open }) => (
          <div className="flex flex-col gap-4">
            <p role="status" className="flex items-center gap-2.5 text-xl font-semibold" data-open={open}><StatusMark light={open > 0 ? 'stuck' : 'fine'} size={15} label="" />{open > 0 ? words.open(open) : words.allOver}</p>
            {incidents.length === 0 ? <><p className="text-soft">{words.noneBody}</p><Link to="/alerts/$section" params={{ section: 'rules' }} search={carried(state)} className="control self-start">{words.toRules}</Link></> : <ul className="divide-y divide-line border-y border-line">{incidents.map((one) => <Row key={one.id} incident={one} />)}</ul>}
          </div>
        )}
      </SectionState>
    </div>
  );
}

function Row({ incident }: { incident: Incident }) {
  const { words: { alerts }, format, language } = useLocale();
  const { state: url } = useUrlState();
  const nowMs = useNow(1_000);
  const { id, number, title, severity, state, openedAtMs, resolvedAtMs, owner, firing, alerts: count, quiet } = incident;
  return (
    <li>
      <Link to="/incidents/$incidentId" params={{ incidentId: id }} search={carried(url)} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5 hover:bg-raised" data-incident={number} data-state={state}>
        <StatusMark light={incidentLight(incident)} label="" />
        <span className="w-12 text-soft">#{number}</span>
        <span className="min-w-0 flex-1 basis-72"><b className="block">{inLanguage(title, language)}</b><span className="text-xs text-soft">{alerts.severity[severity]} · {alerts.incidents.alerts(firing, count)}{quiet === null ? '' : ` · ${alerts.incidents.quiet(quiet)}`}</span></span>
        <span className="w-28">{alerts.incidents.state[state]}{owner === null ? '' : ` · ${owner}`}</span>
        <time className="w-32 text-soft" title={format.exactTime(openedAtMs)}>{format.dateTime(openedAtMs)}</time>
        <span className="w-20 text-right text-soft">{format.elapsed(Math.max(0, (resolvedAtMs ?? nowMs) - openedAtMs))}</span>
      </Link>
    </li>
  );
}
