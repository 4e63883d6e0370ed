// The dot that says whether the screen can be trusted: shape, colour and age of the newest data, or since when the
// connection is gone. It leads to the page of intake, where the reason stands.
import type { Light } from '@narrows/contract';
import { Link } from '@tanstack/react-router';
import type { Question } from '../api/answers.js';
import { useLocale } from '../i18n/locale.js';
import { StatusMark } from '../views/parts/status-mark.js';
import { useFreshness, type Freshness, type FreshnessState } from './freshness.js';
import { carried, useUrlState } from './use-url-state.js';

const LIGHT: Record<FreshnessState, Light> = { connecting: 'none', none: 'none', paused: 'none', fresh: 'fine', late: 'busy', stale: 'stuck', lost: 'stuck' };

export function DataAge({ question }: { question: Question }) {
  const { words: { common }, format } = useLocale();
  const { state: url } = useUrlState();
  const freshness = useFreshness(question);
  const text = sentence(freshness);
  function sentence({ state, ageMs, sinceMs }: Freshness): string {
    if (state === 'lost') return common.age.lost(format.time(sinceMs ?? 0));
    if (state === 'stale') return common.age.stale(format.time(sinceMs ?? 0));
    if (state === 'paused') return common.age.paused;
    if (state === 'connecting') return common.age.connecting;
    return ageMs === null ? common.age.none : common.age.old(format.age(ageMs));
  }
  return (
    <Link to="/intake" search={carried(url)} className="flex min-h-6 min-w-6 max-md:justify-center items-center gap-1.5 rounded-sm whitespace-nowrap text-soft hover:text-text" title={`${common.age.explain}: ${text}`} data-freshness={freshness.state}>
      <StatusMark light={LIGHT[freshness.state]} size={10} label={text} />
      <span aria-hidden className={`min-w-[9ch] truncate ${freshness.state === 'paused' ? 'max-lg:hidden' : 'max-md:hidden'}`}>{text}</span>
    </Link>
  );
}
