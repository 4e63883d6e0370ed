// Why there is no data, or less than there should be: one sentence each, with its number and its last time.
import type { NoDataReason } from '@narrows/contract';
import { useLocale } from '../../i18n/locale.js';
import { StatusMark } from '../parts/status-mark.js';

const HARMLESS = new Set<NoDataReason['reason']>(['no-pipeline', 'nothing-arrived']);

export function NoDataReasons({ reasons }: { reasons: readonly NoDataReason[] }) {
  const { words: { setup, common }, format } = useLocale();
  if (reasons.length === 0) return null;
  const more = ({ requests, lastMs, service, offMs }: NoDataReason): string => {
    if (service !== null && offMs !== null) return setup.reasonMore[offMs > 0 ? 'ahead' : 'behind'](service, format.age(Math.abs(offMs)));
    return requests !== null && lastMs !== null ? setup.reasonMore.requests(format.count(requests), format.time(lastMs)) : '';
  };
  return (
    <section aria-label={setup.onboarding.why}>
      <h3 className="text-xs text-soft">{setup.onboarding.why}</h3>
      <ul className="flex flex-col gap-1.5">
        {reasons.map((one) => (
          <li key={`${one.reason} ${one.code} ${one.service}`} className="flex items-baseline gap-2" data-reason={one.reason}>
            <StatusMark light={HARMLESS.has(one.reason) ? 'none' : 'busy'} size={10} label="" />
            <span>{setup.reasons[one.reason]} {one.reason === 'refused' && one.code !== null ? `${one.code}: ${common.empty.whatToDo[one.code] ?? ''}` : ''} <span className="text-soft">{more(one)}</span></span>
          </li>
        ))}
      </ul>
    </section>
  );
}
