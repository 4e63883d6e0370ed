// Since when has a service been odd? Its executions in order of time, each odd or not; the onset is where the suffix with
// the largest excess of odd ones begins (the same rule as for errors on series), so that a few odd ones before and a few
// fine ones after move nothing.
import type { UnixMs } from '@narrows/contract';
import { operationKey, shows } from './conduct.js';
import type { CauseScene } from './evidence.js';
import { groupBy } from '../group-by.js';
import { ascending, quantile } from './robust.js';

/** An execution slower than this quantile of before is odd. */
const SLOW_QUANTILE = 0.95;
/** Odd ones come to one in twenty by themselves; a suffix counts where they are at least this share. */
const SHARE_MIN = 0.3;
const CERTAIN_NATS = 5;

/** Calls into the service: how long the caller waited for it where a caller is known. */
function durationsOf(executions: CauseScene['now'], service: string): Map<CauseScene['now'][number], number> {
  const durations = new Map<CauseScene['now'][number], number>();
  for (const execution of executions) if (execution.service === service) durations.set(execution, execution.entry.durationMs);
  for (const { calls } of executions) for (const { span, callee } of calls) if (callee !== null && callee.service === service) durations.set(callee, Math.max(span.durationMs, callee.entry.durationMs));
  return durations;
}

/** Unix milliseconds; the window's begin where nothing tells. */
export function onsetOf({ now, before, changes, input }: CauseScene, service: string): UnixMs {
  const limits = new Map<string, number>();
  const usual = durationsOf(before, service);
  const byOperation = new Map<string, number[]>();
  for (const [operation, all] of groupBy([...usual], ([execution]) => execution.operation)) byOperation.set(operation, all.map(([, ms]) => ms));
  for (const [operation, all] of byOperation) limits.set(operation, quantile(ascending(all), SLOW_QUANTILE));
  const seen = [...durationsOf(now, service)].sort(([a], [b]) => a.entry.startMs - b.entry.startMs);
  let [sum, best, at] = [0, 0, -1];
  for (let i = seen.length - 1; i >= 0; i--) {
    const [execution, ms] = seen[i]!;
    const change = changes.get(operationKey(execution))?.[0];
    const odd = ms > (limits.get(execution.operation) ?? Infinity) || (change !== undefined && change.nats >= CERTAIN_NATS && shows(execution, change));
    sum += (odd ? 1 : 0) - SHARE_MIN;
    if (sum > best) [best, at] = [sum, i];
  }
  const onsetMs = at < 0 ? 0 : seen[at]![0].entry.startMs;
  return Math.round(input.now.fromMs + Math.max(0, onsetMs));
}
