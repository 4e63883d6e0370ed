// Status as shape and colour together: ● fine, ▲ busy, ■ stuck, ◌ no data. Drawn, not typed, so that every font and
// screen reader gets the same. With an empty label it is decoration: the words beside it say the same.
import type { Light } from '@narrows/contract';
import { useLocale } from '../../i18n/locale.js';

const COLOUR: Record<Light, string> = { fine: 'text-fine', busy: 'text-busy', stuck: 'text-stuck', none: 'text-faint' };

export function StatusMark({ light, size = 12, label }: { light: Light; size?: number; label?: string }) {
  const { words: { common } } = useLocale();
  return (
    <svg {...(label === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label ?? common.light[light] })} width={size} height={size} viewBox="0 0 12 12" className={`shrink-0 ${COLOUR[light]}`}>
      {light === 'fine' && <circle cx="6" cy="6" r="5" fill="currentColor" />}
      {light === 'busy' && <path d="M6 .8 11.6 11H.4z" fill="currentColor" />}
      {light === 'stuck' && <rect x="1" y="1" width="10" height="10" fill="currentColor" />}
      {light === 'none' && <circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2 2.1" />}
    </svg>
  );
}
