// The judge on systems nobody tuned it for: every case is simulated, judged second after second as the live page would,
// and held against the truth. What comes out is one row a case: the right subject, the right kind, how soon, how far off
// the begin, what was said aloud while nothing was wrong, and the confidence of everything said.
import { VERDICT_SAID_FROM, type Verdict } from '@narrows/contract';
import { judge } from '../judge.js';
import { caseOf, FAULT_SECOND, FAULTS, QUIET, VIEWS, type FaultCase, type View } from './fault-cases.js';
import { promiseAgainst } from './remedied-plan.js';
import { simulateSystem, type Truth } from './simulated-system.js';

/** The verdict is held against the truth so long after the begin, or when it ends before; until then it is watched every second. */
const JUDGED_AFTER_SECONDS = 25;
/** Watched every second for so long after the begin, every fourth one later and where nothing is wrong. */
const WATCHED_SECONDS = 14;

export interface Row {
  kind: string; name: string; seed: number; view: View;
  subjectRight: boolean; kindRight: boolean;
  /** Seconds from the begin to the first right verdict at the head and aloud; null: never. */
  toldAfter: number | null;
  onsetOff: number | null;
  /** Confidence and rightness of what stood at the head, at some moments. */
  said: { confidence: number; right: boolean }[];
  loudest: number;
  got: string;
  /** The first remedy's promise against a run with it, as shares; null: nothing was promised. */
  promise: { wait: number | null; throughput: number | null } | null;
}

/** Begin of the line that stands for good, or of more at work than do each other good; else of the fault. */
export function beginOf(fault: FaultCase, { lines, atWork }: Pick<Truth, 'lines' | 'atWork'>): number {
  const since = (counts: readonly number[] = [], fine: number) => Math.max(FAULT_SECOND, (counts.slice(0, (FAULT_SECOND + 60) * 5).findLastIndex((count) => count <= fine) + 1) / 5);
  if (fault.beginsPast !== undefined) return since(atWork.get(fault.place), fault.beginsPast);
  return fault.beginsWithLine ? since(lines.get(fault.place), 2) : FAULT_SECOND;
}

/** Last whole second in which somebody stands in line after the begin; Infinity where it does not end by itself. */
function endOf(fault: FaultCase, lines: ReadonlyMap<string, number[]>): number {
  return fault.endsWithLine ? Math.floor((lines.get(fault.place)?.findLastIndex((length) => length > 2) ?? 0) / 5) : Infinity;
}

export const described = (verdict: Verdict | undefined): string => (verdict === undefined ? '–'
  : `${verdict.kind} ${[verdict.subject.stage, verdict.subject.channel, verdict.subject.service, verdict.subject.instance, verdict.subject.dependency].filter((word) => word !== undefined).join('/') || verdict.subject.pipeline} ${verdict.confidence.toFixed(2)}`);

export function runFault(fault: FaultCase, seed: number, view: View, withRemedies = false): Row {
  const simulated = simulateSystem({ ...fault.plan, seconds: 145 });
  const begin = beginOf(fault, simulated.truth);
  const isRight = (verdict: Verdict | undefined) => verdict !== undefined && verdict.kind === fault.kind && fault.isSubject(verdict.subject);
  const row: Row = { kind: fault.kind ?? 'quiet', name: fault.name, seed, view, subjectRight: false, kindRight: false, toldAfter: null, onsetOff: null, said: [], loudest: 0, got: '', promise: null };
  const last = Math.min(145, Math.ceil(begin) + JUDGED_AFTER_SECONDS, endOf(fault, simulated.truth.lines));
  for (let second = Math.max(10, FAULT_SECOND - 40); second <= last; second = Math.max(second + 1, second + 1 < FAULT_SECOND - 1 ? Math.min(second + 10, FAULT_SECOND - 1) : fault.kind === null || second > begin + WATCHED_SECONDS ? Math.min(second + 4, last) : second + 1)) {
    const [head] = judge(simulated.input(Math.max(0, second - 300), second));
    const counts = fault.kind === null || second < FAULT_SECOND;
    if (counts) row.loudest = Math.max(row.loudest, head?.confidence ?? 0);
    if (head !== undefined && (second < FAULT_SECOND || (second - FAULT_SECOND) % 5 === 0 || second > begin + WATCHED_SECONDS)) row.said.push({ confidence: head.confidence, right: second >= begin && isRight(head) });
    if (row.toldAfter === null && isRight(head) && head!.confidence >= VERDICT_SAID_FROM && second >= begin) row.toldAfter = second - begin;
    if (second < last) continue;
    row.subjectRight = head !== undefined && fault.isSubject(head.subject);
    row.kindRight = head?.kind === fault.kind;
    row.onsetOff = isRight(head) ? (head!.since - simulated.beginMs) / 1_000 - begin : null;
    row.got = described(head);
    const [remedy] = isRight(head) ? head!.remedies : [];
    if (withRemedies && remedy !== undefined) row.promise = promiseAgainst(fault, remedy);
  }
  return row;
}

/** Every kind and every quiet case on each seed; the view changes with the seed and the kind. */
export function* matrix(seeds: readonly number[], only?: string, withRemedies = false): Generator<Row> {
  for (const [index, fault] of [...FAULTS, ...QUIET].entries()) {
    const kind = 'kind' in fault ? fault.kind : 'quiet';
    if (only !== undefined && only !== kind) continue;
    for (const [turn, seed] of seeds.entries()) {
      let view = VIEWS[(index + turn) % VIEWS.length]!;
      const needs = 'needs' in fault ? fault.needs : undefined;
      if ((needs !== undefined && view === 'no pipeline') || (needs === 'limits' && (view === 'ended spans' || view === 'other SDKs'))) view = 'whole';
      yield runFault(caseOf(fault, seed, view), seed, view, withRemedies);
    }
  }
}
