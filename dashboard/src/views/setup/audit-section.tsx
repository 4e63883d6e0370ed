// The audit log: who did what to whose data, and whether the chain of entries holds. Taking it away needs a reason.
import { ROUTES, type AuditRow } from '@narrows/contract';
import { useState } from 'react';
import { useAudit, useAuditProof } from '../../api/setup.js';
import { apiAddress } from '../../api/request.js';
import { useLocale } from '../../i18n/locale.js';
import { Failure } from '../parts/failure.js';
import { Field } from '../parts/form.js';
import { StatusMark } from '../parts/status-mark.js';

const REASON_MIN = 3;

export function AuditSection() {
  const { words: { common, setup: { settings } } } = useLocale();
  const [actor, setActor] = useState('');
  const [action, setAction] = useState('');
  const audit = useAudit({ ...actor.trim() !== '' && { actor: actor.trim() }, ...action.trim() !== '' && { action: action.trim() } });
  return (
    <>
      <Proof />
      <div className="flex flex-wrap items-start gap-3">
        <Field label={settings.findActor}>{(props) => <input {...props} className="field h-8" value={actor} onChange={(event) => { setActor(event.target.value); }} />}</Field>
        <Field label={settings.findAction}>{(props) => <input {...props} className="field h-8" value={action} onChange={(event) => { setAction(event.target.value); }} />}</Field>
        <Download />
      </div>
      {audit.error && <Failure error={audit.error} onRetry={() => { void audit.refetch(); }} hasPrevious={audit.data !== undefined} />}
      {!audit.data && !audit.error && <p role="status" className="text-soft">{common.loading(settings.sections.audit)}</p>}
      {audit.data && (audit.data.entries.length === 0 ? <p className="text-soft">{settings.noEntries}</p> : <Entries entries={audit.data.entries} />)}
    </>
  );
}

function Proof() {
  const { words: { setup: { settings } }, format } = useLocale();
  const proof = useAuditProof().data;
  if (!proof) return null;
  const { fault, entries } = proof;
  return <p role="status" className="flex items-center gap-2" data-proof={fault === null ? 'holds' : 'broken'}><StatusMark light={fault === null ? 'fine' : 'stuck'} label="" />{fault === null ? settings.holds(format.exactCount(entries)) : settings.broken(String(fault.sequence), settings.what[fault.what])}</p>;
}

function Download() {
  const { words: { setup: { settings } } } = useLocale();
  const [reason, setReason] = useState('');
  const ready = reason.trim().length >= REASON_MIN;
  return (
    <>
      <Field label={settings.exportReason}>{(props) => <input {...props} className="field h-8" value={reason} onChange={(event) => { setReason(event.target.value); }} />}</Field>
      {ready ? <a className="control mt-5 h-8" href={apiAddress(ROUTES.auditExport, { reason: reason.trim() })} download>{settings.export}</a> : <button type="button" className="control mt-5 h-8" disabled>{settings.export}</button>}
    </>
  );
}

function Entries({ entries }: { entries: readonly AuditRow[] }) {
  const { words: { setup: { settings, roles } }, format } = useLocale();
  const heads = ['#', settings.at, settings.actor, settings.action, settings.subject, settings.origin, settings.detail];
  return (
    <div className="stacked overflow-x-auto" tabIndex={0} role="region" aria-label={settings.sections.audit}><table className="w-full min-w-[900px]">
      <thead><tr className="border-b border-line text-left text-xs text-soft">{heads.map((head) => <th key={head} scope="col" className="py-1 pr-3 font-normal">{head}</th>)}</tr></thead>
      <tbody>{entries.map((entry) => (
        <tr key={entry.sequence} className="border-b border-line align-baseline" data-action={entry.action}>
          <td className="py-1 pr-3 text-soft">{entry.sequence}</td>
          <td className="pr-3 whitespace-nowrap" data-head={settings.at} title={format.exactTime(entry.atMs)}>{format.dateTime(entry.atMs)}</td>
          <td className="pr-3" data-head={settings.actor}>{entry.actor} <span className="text-soft">{roles[entry.role as keyof typeof roles] ?? ''}</span></td>
          <td className="pr-3 font-mono text-xs" data-head={settings.action}>{entry.action}</td><td className="max-w-[28ch] truncate pr-3 font-mono text-xs" data-head={settings.subject} title={entry.subject}>{entry.subject}</td><td className="pr-3 font-mono text-xs" data-head={settings.origin}>{entry.origin}</td>
          <td className="max-w-[40ch] truncate font-mono text-xs text-soft" data-head={settings.detail} title={entry.detail}>{entry.detail}</td>
        </tr>
      ))}</tbody>
    </table></div>
  );
}
