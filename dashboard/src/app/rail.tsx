// The one menu: icons with words, one entry for each page that exists; on a phone a bar along the bottom edge. Links carry place and time along.
import { Link } from '@tanstack/react-router';
import { Activity, Bell, Siren, Gauge, Inbox, ListTree, Plug, Settings, type LucideIcon } from 'lucide-react';
import { useLocale } from '../i18n/locale.js';
import { carried, useUrlState } from './use-url-state.js';

/** Pages of the rail, in order; the palette offers the same. `key` after `g` leads there. */
export const PAGES = [
  { path: '/live', key: 'l', word: 'live', icon: Activity },
  { path: '/traces', key: 't', word: 'traces', icon: ListTree },
  { path: '/plan', key: 'p', word: 'plan', icon: Gauge },
  { path: '/intake', key: 'i', word: 'intake', icon: Inbox },
  { path: '/incidents', key: 'n', word: 'incidents', icon: Siren },
  { path: '/alerts', key: 'a', word: 'alerts', icon: Bell },
  { path: '/onboarding', key: 'o', word: 'onboarding', icon: Plug },
  { path: '/settings', key: 's', word: 'settings', icon: Settings },
] as const satisfies readonly { path: string; key: string; word: 'live' | 'incidents' | 'alerts' | 'traces' | 'plan' | 'intake' | 'onboarding' | 'settings'; icon: LucideIcon }[];

export function Rail() {
  const { words: { common } } = useLocale();
  const { state } = useUrlState();
  return (
    <nav aria-label={common.nav.label} className="row-span-2 flex w-16 flex-col items-stretch gap-1 border-r border-line bg-surface py-2 max-sm:order-last max-sm:row-span-1 max-sm:w-auto max-sm:flex-row max-sm:gap-0 max-sm:border-t max-sm:border-r-0 max-sm:py-0">
      <img src="/icon.svg" alt={common.product} width={28} height={28} className="mx-auto mb-2 rounded-md max-sm:hidden" />
      {PAGES.map(({ path, word, icon: Icon }) => (
        <Link key={path} to={path} search={carried(state)} activeOptions={{ includeSearch: false }} className="group relative flex flex-col items-center gap-0.5 py-2 text-xs max-sm:flex-1 max-sm:py-1.5 text-soft hover:text-text aria-[current=page]:text-text">
          <span aria-hidden className="absolute inset-y-1 left-0 w-[3px] rounded-r-sm max-sm:inset-x-6 max-sm:inset-y-auto max-sm:top-0 max-sm:h-[3px] max-sm:w-auto bg-transparent group-aria-[current=page]:bg-accent" />
          <Icon size={19} aria-hidden strokeWidth={1.75} />
          <span>{common.nav[word]}</span>
        </Link>
      ))}
    </nav>
  );
}
