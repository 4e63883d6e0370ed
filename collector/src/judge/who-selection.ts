// Of whom does a verdict speak? A kind of verdict → which transactions of its place are the ones it is about, and what they
// are compared with. Failures are compared with what went well beside them, slow ones with those that were not, a crowd with
// who came before it.
import type { Background, VerdictKind } from '@narrows/contract';

export interface VerdictSelection { background: Background; filters: { error?: boolean; minDurationMs?: number } }

const FAILED: readonly VerdictKind[] = ['errors', 'channel_outage', 'deploy_regression'];
const CAME: readonly VerdictKind[] = ['surge', 'duplicate_crowd', 'retry_storm', 'outcome_shift', 'missing_data'];
/** Beyond so many times what nineteen in twenty took before. */
const SLOW_TIMES = 1.5;

/** @param usualMs 95th percentile at the place before the verdict's onset; null: not known */
export function selectionOf(kind: VerdictKind, usualMs: number | null): VerdictSelection {
  if (FAILED.includes(kind)) return { background: 'rest', filters: { error: true } };
  if (CAME.includes(kind) || usualMs === null) return { background: 'before', filters: {} };
  return { background: 'rest', filters: { minDurationMs: Math.max(1, Math.round(usualMs * SLOW_TIMES)) } };
}
