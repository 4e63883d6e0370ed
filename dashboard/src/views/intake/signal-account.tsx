// One signal's account: the bar with where its items are, the sum in full digits, and why some are not stored. A part that
// is there is never thinner than a line, however small its share. The terms stand in columns, the same for every signal.
import { useLocale } from '../../i18n/locale.js';
import type { FlowPart, SignalFlow } from '../../model/intake-flow.js';
import { StatusMark } from '../parts/status-mark.js';

const FILL: Record<FlowPart, string> = { stored: 'bg-water', queued: 'bg-[repeating-linear-gradient(135deg,var(--water)_0_3px,var(--water-deep)_3px_6px)]', rejected: 'bg-busy', dropped: 'bg-stuck' };

/** `withStart`: show what the run before had left, also where it is nothing, so that the columns stay one below the other. */
export function SignalAccount({ flow, withStart, nowMs }: { flow: SignalFlow; withStart: boolean; nowMs: number }) {
  const { words: { intake }, format } = useLocale();
  const name = intake.signal[flow.signal];
  const heading = `intake-${flow.signal}`;
  return (
    <section aria-labelledby={heading} className="grid grid-cols-[9rem_minmax(0,1fr)] gap-x-6 gap-y-2 py-4 max-md:grid-cols-[minmax(0,1fr)]" data-signal={flow.signal} data-difference={flow.difference}>
      <div className="flex flex-col gap-0.5 max-md:flex-row max-md:items-baseline max-md:justify-between">
        <h2 id={heading} className="text-lg font-semibold">{name}</h2>
        <p className="text-xs text-soft" title={flow.lastReceivedMs === null ? '' : format.exactTime(flow.lastReceivedMs)}>
          {flow.lastReceivedMs === null ? intake.never : intake.lastReceived(format.age(Math.max(0, nowMs - flow.lastReceivedMs)))}
        </p>
      </div>
      <div className="flex min-w-0 flex-col gap-3">
        <Bar flow={flow} name={name} />
        <Sum flow={flow} withStart={withStart} />
        <Reasons flow={flow} />
      </div>
    </section>
  );
}

function Bar({ flow, name }: { flow: SignalFlow; name: string }) {
  const { words: { intake }, format } = useLocale();
  const parts = flow.parts.filter(({ items }) => items > 0);
  const text = parts.map(({ part, items, share }) => `${intake.part[part]} ${format.exactCount(items)} (${format.percent(share)})`).join(', ');
  return (
    <div role="img" aria-label={intake.bar(name, text === '' ? intake.never : text)} className="flex h-3.5 gap-px overflow-hidden rounded-sm bg-raised">
      {parts.map(({ part, items, share }) => (
        <span key={part} title={`${intake.part[part]} ${format.exactCount(items)} · ${format.percent(share)}`} className={`min-w-1 basis-0 ${FILL[part]}`} style={{ flexGrow: share }} />
      ))}
    </div>
  );
}

function Sum({ flow, withStart }: { flow: SignalFlow; withStart: boolean }) {
  const { words: { intake } } = useLocale();
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
      <dl className="grid min-w-0 flex-1 grid-cols-[repeat(auto-fill,minmax(6.75rem,1fr))] gap-x-2 gap-y-2 max-sm:basis-full sm:max-w-[56rem]">
        <Term sign="" label={intake.received} items={flow.received} explain={intake.explain.received} />
        {withStart && <Term sign="+" label={intake.queuedAtStart} items={flow.queuedAtStart} explain={intake.explain.queuedAtStart} />}
        {flow.parts.map(({ part, items }, index) => (
          <Term key={part} sign={index === 0 ? '=' : '+'} label={intake.part[part]} items={items} explain={intake.explain[part]} fill={FILL[part]} alarm={part === 'dropped' && items > 0} />
        ))}
      </dl>
      <Balance difference={flow.difference} />
    </div>
  );
}

function Term({ sign, label, items, explain, fill, alarm = false }: { sign: string; label: string; items: number; explain: string; fill?: string; alarm?: boolean }) {
  const { format } = useLocale();
  return (
    <div title={explain} className="flex flex-col">
      <dt className="flex items-center gap-1.5 text-xs text-soft">
        {fill !== undefined && <span aria-hidden className={`size-2 rounded-xs ${fill}`} />}{label}
      </dt>
      <dd className={`flex items-baseline gap-2 text-lg ${alarm ? 'font-semibold text-stuck' : ''}`}>
        {sign !== '' && <span aria-hidden className="-ml-0.5 text-faint">{sign}</span>}{format.exactCount(items)}
      </dd>
    </div>
  );
}

function Balance({ difference }: { difference: number }) {
  const { words: { intake }, format } = useLocale();
  return (
    <p className={`flex items-center gap-1.5 ${difference === 0 ? 'text-soft' : 'font-semibold text-stuck'}`}>
      <StatusMark light={difference === 0 ? 'fine' : 'stuck'} size={10} label="" />
      {difference === 0 ? intake.balanced : intake.difference(`${difference > 0 ? '+' : '−'}${format.exactCount(Math.abs(difference))}`)}
    </p>
  );
}

function Reasons({ flow }: { flow: SignalFlow }) {
  const { words: { intake }, format } = useLocale();
  const reasons = [...flow.rejected.map((one) => ({ ...one, part: 'rejected' as const })), ...flow.dropped.map((one) => ({ ...one, part: 'dropped' as const }))];
  if (reasons.length === 0 && flow.duplicates.requests === 0) return null;
  return (
    <ul className="flex flex-col gap-1">
      {reasons.map(({ part, reason, items }) => (
        <li key={`${part} ${reason}`} className="flex flex-wrap items-baseline gap-x-2">
          <span>{intake.part[part]} {format.exactCount(items)}</span><code className="font-mono text-xs text-soft">{reason}</code><span className="text-soft">{intake.reason[reason] ?? ''}</span>
        </li>
      ))}
      {flow.duplicates.requests > 0 && <li className="text-soft">{intake.duplicates(format.exactCount(flow.duplicates.requests), format.exactCount(flow.duplicates.items))}</li>}
    </ul>
  );
}
