// What is not whole or not certain about this trace, said before it can mislead: spans left out, parents that never
// came, clocks that disagree.
import type { TraceAnswer } from '@narrows/contract';
import { useLocale } from '../../i18n/locale.js';
import type { TraceModel } from '../../model/trace-model.js';
import { StatusMark } from '../parts/status-mark.js';

export function TraceNotices({ answer, model: { tree } }: { answer: TraceAnswer; model: TraceModel }) {
  const { words: { trace: { notice, onlyLogs } }, format } = useLocale();
  const sentences = [
    ...(answer.spans.length === 0 ? [onlyLogs] : []),
    ...(answer.spansOmitted > 0 ? [notice.omitted(format.exactCount(answer.spansOmitted))] : []),
    ...(answer.logsOmitted > 0 ? [notice.logsOmitted(format.exactCount(answer.logsOmitted))] : []),
    ...(tree.missingParents > 0 ? [notice.missingParents(format.exactCount(tree.missingParents))] : []),
    ...tree.skews.map(({ from, to, correctionNano }) => notice.skew(from, to, format.duration(Math.abs(correctionNano) / 1e6))),
    ...(tree.doubleIds > 0 ? [notice.doubleIds(format.exactCount(tree.doubleIds))] : []),
    ...(tree.rings > 0 ? [notice.rings(format.exactCount(tree.rings))] : []),
  ];
  if (sentences.length === 0) return null;
  return (
    <ul className="flex flex-col gap-0.5 border-b border-line bg-raised px-4 py-2">
      {sentences.map((sentence) => <li key={sentence} className="flex items-start gap-2 text-soft"><span className="mt-1"><StatusMark light="busy" size={11} label="" /></span><span>{sentence}</span></li>)}
    </ul>
  );
}
