// The account of intake for a report or a spreadsheet: one row a signal and term, cells between tabs, with the reason where there
// is one. No text from outside is in it but reasons, which are words of Narrows' own.
import type { IntakeAnswer } from '@narrows/contract';

export function intakeTable({ atMs, sinceMs, signals }: Pick<IntakeAnswer, 'atMs' | 'sinceMs' | 'signals'>): string {
  const times = [new Date(sinceMs).toISOString(), new Date(atMs).toISOString()];
  const rows = signals.flatMap(({ signal, queuedAtStart, received, stored, queued, rejected, dropped, difference, duplicates }) => [
    [signal, 'queued_at_start', '', queuedAtStart], [signal, 'received', '', received], [signal, 'stored', '', stored], [signal, 'queued', '', queued],
    ...rejected.map(({ reason, items }) => [signal, 'rejected', reason, items]), ...dropped.map(({ reason, items }) => [signal, 'dropped', reason, items]),
    [signal, 'difference', '', difference], [signal, 'duplicate', '', duplicates.items],
  ]);
  return [['since', 'at', 'signal', 'term', 'reason', 'items'], ...rows.map((row) => [...times, ...row])].map((row) => row.join('\t')).join('\n');
}
