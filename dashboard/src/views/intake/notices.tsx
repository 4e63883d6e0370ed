// What is stored, but not as it was sent: personal data masked, values cut or repaired, and names with so many different
// values that they were put together.
import type { IntakeAnswer } from '@narrows/contract';
import { useLocale } from '../../i18n/locale.js';
import { StatusMark } from '../parts/status-mark.js';

export function Notices({ overflow, changed }: Pick<IntakeAnswer, 'overflow' | 'changed'>) {
  const { words: { intake: { notices: words } }, format } = useLocale();
  return (
    <section aria-labelledby="intake-notices">
      <h2 id="intake-notices" className="mb-2 text-base font-semibold">{words.title}</h2>
      {overflow.length + changed.length === 0 ? <p className="text-soft">{words.none}</p> : (
        <ul className="flex flex-col gap-1">
          {overflow.map(({ column, values }) => (
            <li key={column} className="flex items-baseline gap-1.5"><StatusMark light="busy" size={10} label="" /><span>{words.overflow(column, format.exactCount(values))}</span></li>
          ))}
          {changed.map(({ change, values }) => (
            <li key={change} className="flex flex-wrap items-baseline gap-x-2"><span>{words.change[change] ?? change}</span><span className="font-semibold">{format.exactCount(values)}</span></li>
          ))}
        </ul>
      )}
    </section>
  );
}
