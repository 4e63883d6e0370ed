// The account of intake as a picture needs it: what came in on one side, where it is on the other, and whether the two
// agree. Shares are of all that came in; nothing is rounded here.
import type { IntakeAnswer, IntakeSignal, Light } from '@narrows/contract';

export const FLOW_PARTS = ['stored', 'queued', 'rejected', 'dropped'] as const;
export type FlowPart = (typeof FLOW_PARTS)[number];

export interface SignalFlow {
  signal: IntakeSignal['signal'];
  queuedAtStart: number;
  received: number;
  /** Both together: the left side. */
  sent: number;
  /** The right side, in the order of the bar. */
  parts: { part: FlowPart; items: number; share: number }[];
  rejected: IntakeSignal['rejected'];
  dropped: IntakeSignal['dropped'];
  duplicates: IntakeSignal['duplicates'];
  difference: number;
  lastReceivedMs: number | null;
}

export function signalFlow(line: IntakeSignal): SignalFlow {
  const { signal, queuedAtStart, received, rejected, dropped, duplicates, difference, lastReceivedMs } = line;
  const sent = queuedAtStart + received;
  const items: Record<FlowPart, number> = { stored: line.stored, queued: line.queued, rejected: sum(rejected), dropped: sum(dropped) };
  return {
    signal, queuedAtStart, received, sent, rejected, dropped, duplicates, difference, lastReceivedMs,
    parts: FLOW_PARTS.map((part) => ({ part, items: items[part], share: sent === 0 ? 0 : items[part] / sent })),
  };
}

/** Above this share the spool will soon have to refuse. */
export const SPOOL_FILLING_SHARE = 0.8;

/** Data is stored within a second or two; what waits longer than this is behind, whether the store says so or not. */
const BEHIND_MS = 15_000;

export type IntakeCondition =
  | { kind: 'unbalanced'; items: number } | { kind: 'dropped'; items: number } | { kind: 'filling'; share: number }
  | { kind: 'away' } | { kind: 'behind'; ageMs: number } | { kind: 'nothing' } | { kind: 'balanced' };

/** The one sentence of the page: the worst thing that is true, worst first. */
export function intakeCondition(answer: IntakeAnswer): IntakeCondition {
  const flows = answer.signals.map(signalFlow);
  const unbalanced = flows.reduce((all, { difference }) => all + Math.abs(difference), 0);
  if (unbalanced > 0) return { kind: 'unbalanced', items: unbalanced };
  const share = spoolShare(answer);
  if (share >= SPOOL_FILLING_SHARE) return { kind: 'filling', share };
  if (answer.store.away) return { kind: 'away' };
  const ageMs = answer.spool.oldestMs === null ? 0 : answer.atMs - answer.spool.oldestMs;
  if (ageMs > BEHIND_MS) return { kind: 'behind', ageMs };
  const dropped = flows.reduce((all, flow) => all + sum(flow.dropped), 0);
  if (dropped > 0) return { kind: 'dropped', items: dropped };
  return { kind: flows.every(({ sent }) => sent === 0) ? 'nothing' : 'balanced' };
}

export const CONDITION_LIGHT: Record<IntakeCondition['kind'], Light> = { unbalanced: 'stuck', filling: 'stuck', away: 'busy', behind: 'busy', dropped: 'busy', nothing: 'none', balanced: 'fine' };

export function spoolShare({ spool }: Pick<IntakeAnswer, 'spool'>): number { return spool.bytesMax === 0 ? 0 : spool.bytes / spool.bytesMax; }

/** A relay that has forwarded nothing for this long is shown as gone. */
const RELAY_SILENT_MS = 60_000;
export function relayLight(lastMs: number, nowMs: number): Light { return nowMs - lastMs > RELAY_SILENT_MS ? 'stuck' : 'fine'; }

function sum(parts: readonly { items: number }[]): number { return parts.reduce((all, { items }) => all + items, 0); }
