// Round times along the top of the waterfall, from the beginning of the trace.
import { useLocale } from '../../i18n/locale.js';
import type { Stretch } from '../../model/self-time.js';
import { axisTicks } from '../../model/time-axis.js';

const TICKS_MOST = 6;

export function TimeAxis({ view }: { view: Stretch }) {
  const { format } = useLocale();
  const spanNano = view.endNano - view.beginNano;
  return (
    <div aria-hidden className="relative h-5 overflow-hidden">
      {axisTicks(view.beginNano, view.endNano, TICKS_MOST).map((nano) => (
        <span key={nano} className="absolute top-0 h-full border-l border-line pl-1 text-xs whitespace-nowrap text-faint" style={{ left: `${((nano - view.beginNano) / spanNano) * 100}%` }}>{format.duration(nano / 1e6)}</span>
      ))}
    </div>
  );
}
