// The one shape of all kinds of evidence. A kind reads the scene and says whom it speaks against, how strongly, and with
// which numbers; a new kind is one new file that exports an `EvidenceKind`, and one entry in `rank.ts`. Strengths are
// log-odds: kinds that look at different things are added up, and one that saw nothing adds nothing.
import type { Bilingual, CauseInput, CauseGauge, VerdictKind } from '@narrows/contract';
import { conductChanges, type ConductChange } from './conduct.js';
import { calleesOf, executionsOf, type Execution } from './executions.js';
import { timeShifts, tracesOf, type TimeShift } from './timing.js';

/** Both windows, taken apart once for all kinds of evidence. */
export interface CauseScene {
  now: readonly Execution[];
  before: readonly Execution[];
  shifts: readonly TimeShift[];
  changes: ReadonlyMap<string, ConductChange[]>;
  /** Nats that the largest of all chance changes of conduct reaches. */
  chanceNats: number;
  /** Traces that a service took part in, and their mean duration, by service. */
  tracesNow: ReadonlyMap<string, { traces: number; meanMs: number }>;
  tracesBefore: ReadonlyMap<string, { traces: number; meanMs: number }>;
  gauges: readonly CauseGauge[];
  input: CauseInput;
}

export interface Clue {
  claim: Bilingual;
  measure: string;
  unit: string;
  before: number | null;
  now: number | null;
  operation?: string;
}

/** One kind of evidence against one service. */
export interface Suspicion {
  service: string;
  /** Log-odds that it adds, above 0. */
  logOdds: number;
  /** What the verdict would be if this kind of evidence is the strongest. */
  kind: VerdictKind;
  instance?: string;
  operation?: string;
  /** What the service calls and has no spans of its own, where that is at fault. */
  dependency?: string;
  clues: readonly Clue[];
}

export interface EvidenceKind {
  name: string;
  find(scene: CauseScene): Suspicion[];
}

export function causeSceneOf(input: CauseInput): CauseScene {
  const callees = calleesOf([input.baseline, input.now]);
  const now = executionsOf(input.now, callees);
  const before = executionsOf(input.baseline, callees);
  const { changes, compared } = conductChanges(now, before, !input.isBaselineGiven && input.baseline.fromMs >= input.now.toMs);
  return {
    now, before, shifts: timeShifts(now, before), changes, chanceNats: Math.log1p(compared),
    tracesNow: tracesOf(now), tracesBefore: tracesOf(before), gauges: input.gauges, input,
  };
}
