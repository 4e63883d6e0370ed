// Where the time of a trace went, now against before, charged to who can have spent it: time inside a span is its
// service's; the wait of a client span that its server span does not cover lies between the two and is the callee's, since
// a slow network path, a full accept queue and a starved callee all look like it; but what *all* calls of one caller have
// in common is the caller's own. Source: critical-path attribution of self time (e.g. CRISP, Zhang et al., ATC 2022);
// own and callee time apart as in TraceRCA (Li et al., IWQoS 2021).
//
//   frontend → cart 400 ms longer, → ads 420, → currency 390: the frontend is starved, three callees are innocent
//   frontend → cart 400 ms longer, → ads   0, → currency   1: something between the frontend and cart's code
import type { Execution } from './executions.js';
import { groupBy } from '../group-by.js';
import { ascending, cappedMean, quantile, shrinkage, spread } from './robust.js';

export interface TimeShift {
  /** Who is charged. */
  service: string;
  operation: string;
  /** `self`: inside the service's own spans; `wait`: between a caller and it; `calls`: in all calls that it makes. */
  where: 'self' | 'wait' | 'calls';
  caller: string;
  beforeMs: number;
  nowMs: number;
  countBefore: number;
  countNow: number;
  /** Shift in robust standard deviations of before, shrunk for few samples. */
  deviations: number;
  /** Σ over the window of what one sample takes longer than before; never negative. */
  excessMs: number;
}

interface Samples { service: string; operation: string; caller: string; now: number[]; before: number[] }

/** Below this nobody notices, and clocks and schedulers do it by themselves. */
const NOISE_MS = 0.3;
/** A tenth of what is usual comes and goes with load. */
const NOISE_SHARE = 0.1;
const CAP_QUANTILE = 0.95;
const SAMPLES_MIN = 3;
const UNANSWERED = 'unanswered ';

class Book {
  readonly self = new Map<string, Samples>();
  readonly wait = new Map<string, Samples>();

  add(executions: readonly Execution[], when: 'now' | 'before'): void {
    for (const execution of executions) {
      const { service, selfMs, calls } = execution;
      const callees = new Set(calls.filter(({ callee, usual }) => callee !== null || usual !== undefined).map(({ span }) => span));
      for (const [span, ms] of selfMs) if (!callees.has(span)) this.#put(this.self, when, ms, service, span.name, '');
      for (const { span, callee, usual } of calls) {
        // Without the called one's span nobody knows which part of it was a wait: it is held against others of which nobody knows.
        if (callee === null && usual !== undefined) this.#put(this.wait, when, span.durationMs, usual, `${UNANSWERED}${span.name}`, service);
        if (callee !== null) this.#put(this.wait, when, Math.max(0, span.durationMs - callee.entry.durationMs), callee.service, callee.operation, service);
      }
    }
  }

  #put(book: Map<string, Samples>, when: 'now' | 'before', ms: number, service: string, operation: string, caller: string): void {
    const key = `${service}\n${operation}\n${caller}`;
    let samples = book.get(key);
    if (samples === undefined) book.set(key, (samples = { service, operation, caller, now: [], before: [] }));
    samples[when].push(ms);
  }
}

function shiftOf(where: TimeShift['where'], { service, operation, caller, now, before }: Samples): TimeShift | null {
  if (now.length < SAMPLES_MIN || before.length < SAMPLES_MIN) return null;
  const [sortedNow, sortedBefore] = [ascending(now), ascending(before)];
  const [nowMs, beforeMs] = [cappedMean(sortedNow, quantile(sortedNow, CAP_QUANTILE)), cappedMean(sortedBefore, quantile(sortedBefore, CAP_QUANTILE))];
  const middle = quantile(sortedBefore, 0.5);
  const noise = spread(sortedBefore, middle) + NOISE_SHARE * Math.max(middle, beforeMs) + NOISE_MS;
  const deviations = (quantile(sortedNow, 0.5) - middle) / noise;
  return {
    service, operation, where, caller, beforeMs, nowMs, countBefore: before.length, countNow: now.length,
    deviations: Math.max(0, deviations) * shrinkage(now.length, before.length),
    excessMs: Math.max(0, nowMs - beforeMs) * now.length,
  };
}

const perCall = ({ excessMs, countNow }: TimeShift): number => excessMs / countNow;

/** Waits of one caller: what its calls to different services have in common goes to the caller. */
function chargedWaits(waits: readonly TimeShift[]): TimeShift[] {
  const charged: TimeShift[] = [];
  const byCaller = groupBy(waits, ({ caller }) => caller);
  for (const [caller, shifts] of byCaller) {
    const byCallee = new Map([...groupBy(shifts, ({ service }) => service)].map(([callee, all]) => (
      [callee, { perCallMs: all.reduce((sum, shift) => sum + shift.excessMs, 0) / all.reduce((sum, shift) => sum + shift.countNow, 0), deviations: Math.max(...all.map((s) => s.deviations)) }])));
    for (const shift of shifts) {
      const others = [...byCallee].filter(([callee]) => callee !== shift.service).map(([, other]) => other);
      const common = others.length === 0 ? 0 : Math.min(1, quantile(ascending(others.map(({ perCallMs }) => perCallMs)), (others.length > 1 ? 0.4 : 0)) / Math.max(perCall(shift), 1e-9));
      charged.push({ ...shift, excessMs: shift.excessMs * (1 - common), deviations: shift.deviations * (1 - common) });
      if (common > 0) charged.push({ ...shift, service: caller, where: 'calls', excessMs: shift.excessMs * common, deviations: shift.deviations * common });
    }
  }
  return charged;
}

/** All shifts of a window, charged. Operations seen fewer than three times now or before are left out. */
export function timeShifts(now: readonly Execution[], before: readonly Execution[]): TimeShift[] {
  const book = new Book();
  book.add(now, 'now');
  book.add(before, 'before');
  const shifts = (where: TimeShift['where'], samples: Map<string, Samples>) => [...samples.values()].flatMap((s) => shiftOf(where, s) ?? []);
  return [...shifts('self', book.self), ...chargedWaits(shifts('wait', book.wait))].filter(({ excessMs }) => excessMs > 0);
}

/** Mean duration of the traces that a service takes part in, by service, and how many they are. */
export function tracesOf(executions: readonly Execution[]): Map<string, { traces: number; meanMs: number }> {
  const lasting = new Map<string, number>();
  for (const { trace, parent, entry } of executions) if (parent === null) lasting.set(trace, Math.max(lasting.get(trace) ?? 0, entry.durationMs));
  const seen = new Map<string, Set<string>>();
  for (const { service, trace } of executions) {
    const traces = seen.get(service);
    if (traces === undefined) seen.set(service, new Set([trace]));
    else traces.add(trace);
  }
  return new Map([...seen].map(([service, traces]) => {
    let sum = 0;
    for (const trace of traces) sum += lasting.get(trace) ?? 0;
    return [service, { traces: traces.size, meanMs: sum / traces.size }];
  }));
}
