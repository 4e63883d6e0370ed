// How far back rules look, and which signals they need: what has to be asked of the store, and no more.
import type { AlertRuleDraft } from '@narrows/contract';
import type { SeriesMeasure } from './measure-series.js';

/** Steps of ten seconds that are kept: the longest window of a rule, and the one it is compared with. */
export const WINDOW_MAX_MS = 110 * 60_000;

/** One query of the store each, for all rules together. */
export const SIGNALS = ['ended', 'percentiles', 'open', 'begun', 'oldest', 'outcomes', 'metrics'] as const;
export type Signal = (typeof SIGNALS)[number];

const SIGNAL_OF: Readonly<Record<SeriesMeasure, Signal>> = {
  arrivals: 'begun', throughput: 'ended', errors: 'ended', error_ratio: 'ended', residence: 'ended', apdex: 'ended', unsatisfied: 'ended',
  p50: 'percentiles', p95: 'percentiles', p99: 'percentiles', in_flight: 'open', oldest: 'oldest', outcome_share: 'outcomes', metric: 'metrics',
};

/** The series that a rule reads; null: it reads none (verdicts, absence). */
export function measureOf({ condition }: Pick<AlertRuleDraft, 'condition'>): { measure: SeriesMeasure; name: string } | null {
  if (condition.kind === 'verdict' || condition.kind === 'absence') return null;
  if (condition.kind === 'burn_rate') return { measure: condition.good === 'no_error' ? 'error_ratio' : 'unsatisfied', name: '' };
  return { measure: condition.measure, name: condition.measure === 'metric' || condition.measure === 'outcome_share' ? condition.name ?? '' : '' };
}

export function signalOf(rule: Pick<AlertRuleDraft, 'condition'>): Signal | null {
  const read = measureOf(rule);
  return read && SIGNAL_OF[read.measure];
}

export const isSeasonal = ({ condition }: Pick<AlertRuleDraft, 'condition'>): boolean => condition.kind === 'season' || condition.kind === 'opening';
export const isBurnRate = ({ condition }: Pick<AlertRuleDraft, 'condition'>): boolean => condition.kind === 'burn_rate';

/** How long before a moment the recent series must begin. */
export function reachMs({ condition }: Pick<AlertRuleDraft, 'condition'>): number {
  switch (condition.kind) {
    case 'threshold': case 'season': case 'opening': return condition.overSeconds * 1_000;
    case 'change': return (condition.overSeconds + condition.agoSeconds) * 1_000;
    case 'burn_rate': return Math.max(...condition.windows.map(({ longMinutes }) => longMinutes * 60_000));
    case 'verdict': case 'absence': return 0;
  }
}
