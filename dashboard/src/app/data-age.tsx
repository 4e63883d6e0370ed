// The dot that says whether the screen can be trusted: shape, colour and age of the newest data, or since when the
// connection is gone.
import type { Light } from '@narrows/contract';
import type { Question } from '../api/answers.js';
import { useLocale } from '../i18n/locale.js';
import { StatusMark } from '../views/parts/status-mark.js';
import { useFreshness, type Freshness, type FreshnessState } from './freshness.js';

const LIGHT: Record<FreshnessState, Light> = { connecting: 'none', none: 'none', paused: 'none', fresh: 'fine', late: 'busy', stale: 'stuck', lost: 'stuck' };

export function DataAge({ question }: { question: Question }) {
  const { words: { common }, format } = useLocale();
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
    <span className="flex min-w-0 items-center gap-1.5 whitespace-nowrap text-soft" title={`${common.age.explain}: ${text}`} data-freshness={freshness.state}>
      <StatusMark light={LIGHT[freshness.state]} size={10} label={text} />
      <span aria-hidden className={`min-w-[9ch] truncate ${freshness.state === 'paused' ? 'max-lg:hidden' : 'max-md:hidden'}`}>{text}</span>
    </span>
  );
}
