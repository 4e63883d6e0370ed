// Of whom does a verdict speak? A kind of verdict → which transactions of its place are the ones it is about, and what they
// are compared with. Failures are compared with what went well beside them, slow ones with those that were not, a crowd with
// who came before it, those who are told something new with those who are told something else.
import type { Background, Subject, VerdictKind } from '@narrows/contract';

export interface VerdictSelection { background: Background; filters: { error?: boolean; minDurationMs?: number } }

const FAILED: readonly VerdictKind[] = ['errors', 'channel_outage', 'deploy_regression'];
const CAME: readonly VerdictKind[] = ['surge', 'duplicate_crowd', 'retry_storm', 'missing_data'];
/** Beyond so many times what nineteen in twenty took before. */
const SLOW_TIMES = 1.5;

/** What people are told, where a verdict is about that. */
export const outcomeOf = ({ attribute }: Subject): string | undefined => /^outcome=(.+)$/s.exec(attribute ?? '')?.[1];

/**
 * @param usualMs 95th percentile at the place before the verdict's onset; null: not known
 * @param outcome what is told; undefined: nobody said, and everybody is compared with those before
 */
export function selectionOf(kind: VerdictKind, usualMs: number | null, outcome?: string): VerdictSelection {
  if (kind === 'outcome_shift') return { background: outcome === undefined ? 'before' : 'rest', filters: {} };
  if (FAILED.includes(kind)) return { background: 'rest', filters: { error: true } };
  if (CAME.includes(kind) || usualMs === null) return { background: 'before', filters: {} };
  return { background: 'rest', filters: { minDurationMs: Math.max(1, Math.round(usualMs * SLOW_TIMES)) } };
}
